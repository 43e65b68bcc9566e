"""A review looks at what changed since the one before, and comes to what looking at all of it would."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.boveda import a_certificado, a_sealed
from contracts.libros import a_cfdi, a_full_cfdi, recibido, uuid
from contracts.ports.metadata_sat import a_row
from horux_adapters.memory.books import MemoryBooks, MemoryOpenBooks
from horux_adapters.memory.libro_isr import MemoryLibroIsr
from horux_core.fiel.events import FielDestroyed, FielStored
from horux_core.fiscal.alertas import decidiendo, revisando
from horux_core.fiscal.alertas.decidiendo import Decision
from horux_core.fiscal.alertas.efos import Situacion
from horux_core.fiscal.alertas.hechos import Hechos
from horux_core.fiscal.alertas.model import EstadoAlerta, Severidad
from horux_core.fiscal.alertas.reuniendo import GatherFacts, cierres
from horux_core.fiscal.alertas.revisando import REVISION, FollowFiel, QueueReview
from horux_core.fiscal.cfdi.correcting import CorrectCfdi
from horux_core.fiscal.cfdi.model import Advertencia, Cfdi, Direccion, Estado, Tipo
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.configuracion.cierre import calculado
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.fiscal.configuracion.model import Declaracion
from horux_core.fiscal.isr.model import MesIsr
from horux_core.fiscal.paquetes.model import ArchivoMetadata
from horux_core.kernel.ids import EventId, TenantId
from horux_core.kernel.periodo import Periodo
from horux_core.plans.model import Feature
from tests.core.fiscal.alertas.test_revisando import ENERO, Revision, a_list
from tests.core.fiscal.calendario.test_consultando import Sin
from tests.despacho import AHORA


@pytest.fixture
def revision() -> Revision:
    return Revision()


def mirados(revision: Revision, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many documents each review from now on reads."""
    leidos: list[int] = []
    real = GatherFacts.__call__

    def gathered(self: GatherFacts, *args: Any) -> Any:
        hechos, alcance = real(self, *args)
        leidos.append(len(hechos.comprobantes))
        return hechos, alcance

    monkeypatch.setattr(GatherFacts, "__call__", gathered)
    return leidos


def test_only_what_changed_is_looked_at_and_what_it_tells_of(
    revision: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision.despacho.enter(*(a_cfdi(n, f"{1000 + n}.00") for n in range(1, 30)), a_cfdi(50))
    leidos = mirados(revision, monkeypatch)
    assert revision.review()["abiertas"]
    revision.despacho.enter(a_cfdi(51))
    assert revision.review() == {"abiertas": 1, "actualizadas": 0, "cerradas": 0}
    assert revision.review() == {"abiertas": 0, "actualizadas": 0, "cerradas": 0}
    assert leidos == [30, 2, 0]
    revision.now += timedelta(days=1)
    revision.review()
    assert leidos[-1] == 31


def test_a_duplicate_that_is_cancelled_closes_the_alert_of_the_other(revision: Revision) -> None:
    revision.despacho.enter(*(a_cfdi(n, serie="A", folio="1") for n in (1, 2)))
    revision.review()
    assert revision.open_ones()["DUPLICADO_POSIBLE"].clave.entidad == uuid(1)
    cancelar(revision, 2)
    assert revision.review()["cerradas"] == 1
    assert "DUPLICADO_POSIBLE" not in revision.open_ones()


def cancelar(revision: Revision, n: int, estado: Estado = Estado.CANCELADO) -> None:
    d = revision.despacho
    CorrectCfdi(d.books, d.entitlements, d.audit, d.clock)(d.actor(), uuid(n), Correction(estado))


def test_a_payroll_that_comes_late_closes_what_was_missing(revision: Revision) -> None:
    def nomina(n: int, mes: int) -> Cfdi:
        hecha = replace(a_full_cfdi().nomina, fecha_pago=date(2026, mes, 28))  # type: ignore[type-var]
        return a_cfdi(n, tipo=Tipo.NOMINA, nomina=hecha, fecha_emision=datetime(2026, mes, 28))

    revision.despacho.enter(nomina(1, 1), nomina(2, 2))
    revision.review()
    assert revision.open_ones()["SIN_NOMINA"].clave.periodo == Periodo(2026, 3)
    revision.despacho.enter(nomina(3, 3))
    revision.review()
    assert revision.open_ones()["SIN_NOMINA"].clave.periodo == Periodo(2026, 4)


def test_another_document_of_a_supplier_on_the_list_is_news(revision: Revision) -> None:
    revision.despacho.enter(recibido(a_cfdi(1)))
    revision.listas.guardar(a_list(), AHORA)
    revision.review()
    revision.mark(revision.open_ones()["EFOS_DEFINITIVO"], EstadoAlerta.ATENDIDA)
    revision.despacho.enter(recibido(a_cfdi(2, "500.00")))
    revision.review()
    assert revision.open_ones()["EFOS_DEFINITIVO"].hallazgo.uuids == (uuid(1), uuid(2))


def test_a_list_that_only_suspects_is_looked_at_too(revision: Revision) -> None:
    revision.despacho.enter(recibido(a_cfdi(1)))
    revision.review()
    revision.listas.guardar(a_list(Situacion.PRESUNTO), AHORA)
    revision.review()
    assert revision.open_ones()["EFOS_PRESUNTO"].hallazgo.uuids == (uuid(1),)
    revision.listas.guardar(a_list(Situacion.DESVIRTUADO), AHORA + timedelta(seconds=1))
    revision.review()
    assert "EFOS_PRESUNTO" not in revision.open_ones()


def test_what_the_sat_has_is_missing_until_its_xml_comes(revision: Revision) -> None:
    revision.despacho.enter(a_cfdi(1))
    revision.review()
    with revision.despacho.books.open(revision.despacho.tenant) as books:
        books.metadata.guardar([a_row(2)])
    revision.review()
    assert revision.open_ones()["XML_FALTANTE"].hallazgo.uuids == (uuid(2),)
    revision.despacho.enter(a_cfdi(2))
    revision.review()
    assert "XML_FALTANTE" not in revision.open_ones()


def test_a_file_that_covers_more_tells_what_is_not_in_it(revision: Revision) -> None:
    revision.despacho.enter(a_cfdi(1))
    revision.review()
    with revision.despacho.books.open(revision.despacho.tenant) as books:
        desde, hasta = datetime(2026, 1, 1), datetime(2026, 1, 31)
        books.metadata.anotar(ArchivoMetadata("a", "a.txt", Direccion.EMITIDO, False, desde, hasta, 1, True))
    revision.review()
    assert revision.open_ones()["METADATA_FALTANTE"].hallazgo.uuids == (uuid(1),)


def test_the_efirma_is_that_of_the_vault_and_only_its_own(revision: Revision) -> None:
    def keep(tenant: TenantId, dias: int) -> None:
        with revision.vault.transaction() as tx:
            tx.credentials.put(a_sealed(tenant, a_certificado(until=AHORA + timedelta(days=dias))))

    keep(TenantId(UUID(int=99)), 5)
    revision.review()
    assert "FIEL_POR_VENCER" not in revision.open_ones()
    keep(revision.despacho.tenant, 20)
    revision.review()
    told = revision.open_ones()["FIEL_POR_VENCER"].hallazgo
    assert (told.severidad, told.limite) == (Severidad.ALTA, date(2026, 5, 29))
    keep(revision.despacho.tenant, -2)
    revision.review()
    assert {"FIEL_VENCIDA"} == {"FIEL_VENCIDA", "FIEL_POR_VENCER"} & set(revision.open_ones())
    with revision.vault.transaction() as tx:
        tx.credentials.remove(revision.despacho.tenant)
    revision.review()
    assert "FIEL_VENCIDA" not in revision.open_ones()


def test_a_month_that_was_declared_and_changed_is_told_until_it_is_declared_again(revision: Revision) -> None:
    d = revision.despacho
    declarar = NoteReturn(d.books, d.entitlements, d.audit, d.clock)

    def declarada(impuesto: str = "iva") -> None:
        declarar(d.actor(), Declaracion(impuesto, ENERO, date(2026, 2, 17), Decimal(1)))

    d.enter(a_cfdi(1))
    declarada()
    revision.review()
    assert "DECLARADO_CAMBIADO" not in revision.open_ones()
    d.enter(a_cfdi(2, "116.00"))
    revision.review()
    told = revision.open_ones()["DECLARADO_CAMBIADO"].hallazgo
    assert (told.entidad, told.periodo) == ("iva", ENERO)
    assert "los libros daban 160.00 a cargo y ahora dan 176.00 a cargo" in told.detalle
    declarada()
    revision.review()
    assert "DECLARADO_CAMBIADO" not in revision.open_ones()
    cancelar(revision, 2)
    revision.review()
    assert {"DECLARADO_CAMBIADO", "CANCELADO_DECLARADO"} <= set(revision.open_ones())


def test_a_document_that_is_cancelled_has_nothing_left_to_mend(revision: Revision) -> None:
    aviso = Advertencia("TC_SOSPECHOSO", "Falta el tipo de cambio.")
    revision.despacho.enter(a_cfdi(1, moneda="USD", tipo_cambio=None, advertencias=(aviso,)))
    revision.review()
    assert "TC_SOSPECHOSO" in revision.open_ones()
    cancelar(revision, 1)
    revision.review()
    assert "TC_SOSPECHOSO" not in revision.open_ones()


def test_after_a_time_without_alerts_in_the_plan_all_is_looked_at(
    revision: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision.despacho.enter(a_cfdi(1), a_cfdi(2, "5.00"))
    revision.review()
    revision.despacho.enter(a_cfdi(3, "6.00"))
    revision.review(Sin(revision.despacho, Feature.ALERTAS))
    with revision.despacho.books.open(revision.despacho.tenant) as books:
        assert books.alertas.marcas() == ()
    leidos = mirados(revision, monkeypatch)
    revision.review()
    assert leidos == [3]


@pytest.mark.parametrize("kept", [True, False])
def test_another_efirma_or_none_has_the_alerts_reviewed(revision: Revision, kept: bool) -> None:
    d, at = revision.despacho, "2026-05-10T03:00:00+00:00"
    stored = FielStored(d.tenant, UUID(int=1), "3", "2030-01-01T00:00:00+00:00", "a@x.mx", at)
    follow = FollowFiel(QueueReview(d.jobs, d.entitlements, d.clock))
    for _ in range(2):
        follow(stored if kept else FielDestroyed(d.tenant, UUID(int=1), at), EventId(uuid4()))
    assert [d.jobs.get(d.tenant, job).kind for job in d.jobs.waiting()] == [REVISION]


def test_nobody_waits_while_it_is_decided(revision: Revision, monkeypatch: pytest.MonkeyPatch) -> None:
    d = revision.despacho
    d.enter(recibido(a_cfdi(1, regimen_receptor="601", uso_cfdi="S01")))
    real_open = MemoryBooks.open
    abiertos, al_decidir = [0], []

    @contextmanager
    def opened(self: MemoryBooks, tenant: TenantId) -> Iterator[MemoryOpenBooks]:
        with real_open(self, tenant) as books:
            abiertos[0] += 1
            yield books
        abiertos[0] -= 1

    def decidir(hechos: Hechos) -> Decision:
        al_decidir.append(abiertos[0])
        return decidiendo.decidir(hechos)

    monkeypatch.setattr(MemoryBooks, "open", opened)
    monkeypatch.setattr(revisando, "decidir", decidir)
    revision.review()
    assert al_decidir == [0]
    assert "USO_S01_GASTO" in revision.open_ones()


def test_the_months_of_every_return_ever_filed_are_read_once(
    revision: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    d = revision.despacho
    d.enter(a_cfdi(1), a_cfdi(2, "116.00", fecha_emision=datetime(2026, 3, 1)))
    filed = [Declaracion(tax, Periodo(2026, m), date(2026, 5, 1), Decimal(1)) for tax in ("iva", "isr") for m in (1, 3)]
    with d.books.open(d.tenant) as books:
        for each in filed:
            uno = calculado(books, each.impuesto, each.periodo)
            books.ajustes.declarar(replace(each, calculado=uno))
    leidos: list[int] = []
    real = MemoryLibroIsr.meses

    def meses(self: MemoryLibroIsr, anio: int) -> tuple[MesIsr, ...]:
        leidos.append(anio)
        return real(self, anio)

    monkeypatch.setattr(MemoryLibroIsr, "meses", meses)
    with d.books.open(d.tenant) as books:
        assert all(c.entonces == c.ahora for c in cierres(books))
        assert {c.ahora for c in cierres(books) if c.impuesto == "iva"} == {Decimal("160.00"), Decimal("16.00")}
    assert leidos == [2026, 2026], "once each time"
