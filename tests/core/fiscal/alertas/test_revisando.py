"""Reviewing the alerts of a taxpayer with books: they follow its documents, its returns and the 69-B list."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from contracts.libros import AJENO, a_cfdi, a_credit_note, a_payment, a_ppd, an_entry, recibido, uuid
from contracts.ports.metadata_sat import a_row
from horux_adapters.memory.alertas import MemoryListas
from horux_adapters.memory.fiel_vault import MemoryVault
from horux_adapters.memory.identity import MemoryDirectory
from horux_adapters.memory.outbox import MemoryOutbox
from horux_core.fiscal.alertas import ports
from horux_core.fiscal.alertas.cargando import LoadLista69B
from horux_core.fiscal.alertas.consultando import ListAlertas, MarkAlerta
from horux_core.fiscal.alertas.efos import Lectura69B, Lista69B, Listado, Situacion
from horux_core.fiscal.alertas.errors import AlertaInvalida, AlertaMissing, Lista69BNoReconocida
from horux_core.fiscal.alertas.model import Alerta, EstadoAlerta, Severidad
from horux_core.fiscal.alertas.reuniendo import GatherFacts, ingresos, saldos_iva
from horux_core.fiscal.alertas.revisando import REVISION, QueueReview, ReviewAlertas, ReviewEverybody
from horux_core.fiscal.cfdi.model import Direccion, Estado
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.configuracion.model import AjustesCalendario, ConfiguracionFiscal, Declaracion
from horux_core.fiscal.paquetes.model import ArchivoMetadata
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Actor, Membership, Role, User
from horux_core.jobs.model import Job
from horux_core.kernel.ids import JobId, UserId
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc
from horux_core.plans.errors import FeatureNotInPlan, SubscriptionInactive
from horux_core.plans.model import Feature
from horux_core.plans.ports import Entitlements
from tests.core.fiscal.calendario.test_consultando import Sin
from tests.despacho import AHORA, Despacho

ENERO = Periodo(2026, 1)
OPERADOR = Actor(None, "op@horux360.example", True, None)


@dataclass
class Revision:
    despacho: Despacho = field(default_factory=Despacho)
    now: datetime = AHORA

    @property
    def listas(self) -> MemoryListas:
        return MemoryListas(self.despacho.control)

    @property
    def vault(self) -> MemoryVault:
        return MemoryVault(self.despacho.control, lambda tables: MemoryOutbox(tables, self.despacho.clock))

    def review(self, rights: Entitlements | None = None) -> dict[str, object]:
        d = self.despacho
        self.now += timedelta(seconds=1)
        job = Job(JobId(uuid4()), d.tenant, REVISION, {}, None, self.now)
        d.jobs.put(job)
        gather = GatherFacts(rights or d.entitlements, self.listas, self.vault, MemoryDirectory(d.control))
        with d.jobs.begin(job.id) as begun:
            assert begun is not None
            ReviewAlertas(d.jobs, d.books, d.registry, gather, lambda: self.now)(begun)
        return dict(d.jobs.get(d.tenant, job.id).outcome or {})

    def open_ones(self) -> dict[str, Alerta]:
        d = self.despacho
        page = ListAlertas(d.books, d.entitlements)(d.actor(), EstadoAlerta.ABIERTA, limit=500)
        return {a.clave.codigo: a for a in page.items}

    def mark(self, alerta: Alerta, estado: EstadoAlerta, role: Role = Role.OWNER) -> Alerta:
        d = self.despacho
        return MarkAlerta(d.books, d.entitlements, d.audit, d.clock)(d.actor(role), alerta.id, estado)


@pytest.fixture
def revision() -> Revision:
    return Revision()


def a_list(situacion: Situacion = Situacion.DEFINITIVO) -> Lista69B:
    return Lista69B(date(2026, 4, 1), {AJENO: Listado(Rfc(AJENO), "X", situacion, date(2026, 4, 1))})


def test_alerts_open_and_close_as_the_books_change(revision: Revision) -> None:
    revision.despacho.enter(a_cfdi(1, serie="A", folio="1"), a_cfdi(2, serie="A", folio="1"))
    revision.review()
    duplicado = revision.open_ones()["DUPLICADO_POSIBLE"]
    assert duplicado.hallazgo.uuids == (uuid(1), uuid(2))
    assert revision.review() == {"abiertas": 0, "actualizadas": 0, "cerradas": 0}
    with revision.despacho.books.open(revision.despacho.tenant) as books:
        books.cfdis.correct(uuid(2), Correction(Estado.CANCELADO, datetime(2026, 2, 1)))
        books.iva.replace([uuid(2)], [], [])
    revision.review()
    assert "DUPLICADO_POSIBLE" not in revision.open_ones()


def test_a_person_marks_one_and_takes_it_back(revision: Revision) -> None:
    revision.despacho.enter(a_cfdi(1, serie="A", folio="1"), a_cfdi(2, serie="A", folio="1"))
    revision.review()
    alerta = revision.open_ones()["DUPLICADO_POSIBLE"]
    assert revision.mark(alerta, EstadoAlerta.ATENDIDA).estado is EstadoAlerta.ATENDIDA
    assert revision.mark(alerta, EstadoAlerta.ATENDIDA).estado is EstadoAlerta.ATENDIDA
    revision.review()
    assert "DUPLICADO_POSIBLE" not in revision.open_ones()
    revision.mark(alerta, EstadoAlerta.ABIERTA)
    assert "DUPLICADO_POSIBLE" in revision.open_ones()
    assert revision.despacho.deeds()[::-1] == [
        ("alerta-marcada", {"codigo": "DUPLICADO_POSIBLE", "estado": "abierta → atendida"}),
        ("alerta-marcada", {"codigo": "DUPLICADO_POSIBLE", "estado": "atendida → abierta"}),
    ]
    with pytest.raises(AlertaInvalida):
        revision.mark(alerta, EstadoAlerta.CERRADA)
    with pytest.raises(ActionForbidden):
        revision.mark(alerta, EstadoAlerta.ATENDIDA, Role.VISOR)
    d = revision.despacho
    with pytest.raises(AlertaMissing):
        MarkAlerta(d.books, d.entitlements, d.audit, d.clock)(d.actor(), UUID(int=1), EstadoAlerta.ATENDIDA)
    for rights, error in ((Sin(d, Feature.ALERTAS), FeatureNotInPlan), (Sin(d, writable=False), SubscriptionInactive)):
        with pytest.raises(error):
            MarkAlerta(d.books, rights, d.audit, d.clock)(d.actor(), alerta.id, EstadoAlerta.ATENDIDA)
    with pytest.raises(FeatureNotInPlan):
        ListAlertas(d.books, Sin(d, Feature.ALERTAS))(d.actor())


@pytest.mark.parametrize(("regimen", "devengados"), [("626", ()), ("601", (2,))])
def test_a_cancellation_after_the_return_is_told(revision: Revision, regimen: str, devengados: tuple[int, ...]) -> None:
    """Under 601 an issued invoice was income of its own month; a credit note counts its own too, PPD or not."""
    despacho = revision.despacho
    nota = a_credit_note(4, 5, metodo_pago="PPD")
    despacho.enter(a_cfdi(1), a_ppd(2), a_payment(3, 2), nota, recibido(a_ppd(6)))
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.guardar(ConfiguracionFiscal(2026, (regimen,)))
        for mes in (1, 2):
            books.ajustes.declarar(Declaracion("iva", Periodo(2026, mes), date(2026, mes + 1, 17), Decimal(1)))
        for n in (1, 2, 4, 6):
            books.cfdis.correct(uuid(n), Correction(Estado.CANCELADO, datetime(2026, 4, 1)))
            books.iva.replace([uuid(n)], [], [])
    revision.review()
    d = revision.despacho
    todas = ListAlertas(d.books, d.entitlements)(d.actor()).items
    told = {(a.clave.entidad, a.clave.periodo) for a in todas if a.clave.codigo == "CANCELADO_DECLARADO"}
    propios = {(uuid(n), ENERO) for n in (1, 4, *devengados)}
    assert told == propios | {(uuid(2), Periodo(2026, 2))}


def test_the_settings_the_calendar_and_the_metadata_are_looked_at(revision: Revision) -> None:
    despacho = revision.despacho
    recibida = replace(recibido(a_cfdi(1)), regimen_receptor="601", cp_receptor="01000")
    despacho.enter(recibida, a_ppd(4, fecha_emision=datetime(2026, 1, 1, 9)))
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.guardar(ConfiguracionFiscal(2026, ("601",), calendario=AjustesCalendario("06000")))
        books.metadata.guardar([a_row(9, fecha_emision=datetime(2026, 3, 1))])
        for lado in (Direccion.EMITIDO, Direccion.RECIBIDO):
            desde, hasta = datetime(2025, 12, 1), datetime(2026, 3, 2)
            books.metadata.anotar(ArchivoMetadata(lado, f"{lado}.txt", lado, False, desde, hasta, 1, True))
    revision.review()
    abiertas = revision.open_ones()
    assert {"DATOS_RECEPTOR", "XML_FALTANTE", "METADATA_FALTANTE", "PPD_VENCIDA", "OBLIGACION_VENCIDA"} <= set(abiertas)
    assert abiertas["XML_FALTANTE"].hallazgo.uuids == (uuid(9),)
    assert abiertas["PPD_VENCIDA"].hallazgo.detalle.startswith("Debe 1160.00 MXN")


def test_balances_and_income_are_those_of_the_books(revision: Revision) -> None:
    despacho = revision.despacho
    despacho.enter(recibido(a_cfdi(1)), a_cfdi(2, "116.00", fecha_emision=datetime(2026, 2, 1)))
    with despacho.books.open(despacho.tenant) as books:
        a_favor = saldos_iva(books, date(2026, 4, 9))
        assert [a_favor[Periodo(2026, mes)] for mes in (1, 2, 3)] == [Decimal(160), Decimal(144), Decimal(144)]
        assert Periodo(2026, 4) not in a_favor
        assert ingresos(books, date(2026, 4, 9)) == {2025: Decimal(0), 2026: Decimal(100)}
    revision.review()
    assert "SALDO_FAVOR_IVA" in revision.open_ones()


def test_the_limit_of_the_plan_is_told(revision: Revision) -> None:
    with revision.despacho.control.transaction() as tables:
        tenant = tables["tenants"][revision.despacho.tenant]
        tables["tenants"][revision.despacho.tenant] = replace(tenant, cfdi_limit_override=1)
    revision.despacho.enter(a_cfdi(1))
    revision.review()
    assert revision.open_ones()["LIMITE_PLAN"].hallazgo.severidad is Severidad.CRITICA


def test_the_limit_of_users_is_told(revision: Revision) -> None:
    d = revision.despacho
    with d.control.transaction() as tables:
        tables["tenants"][d.tenant] = replace(tables["tenants"][d.tenant], users_limit_override=5)
        for n in range(4):
            user = User(UserId(UUID(int=n)), f"{n}@x.mx", "N", False, None, True, None, True, AHORA)
            tables["users"][user.id] = user
            tables["memberships"][user.id, d.tenant] = Membership(user.id, d.tenant, Role.VISOR, "N", AHORA)
    revision.review()
    told = revision.open_ones()["LIMITE_PLAN"].hallazgo
    assert (told.entidad, told.severidad, told.detalle) == (
        "usuarios", Severidad.MEDIA, "Se usan 4 de 5 usuarios.",
    )  # fmt: skip


def test_nothing_is_decided_while_documents_wait(revision: Revision) -> None:
    with revision.despacho.books.open(revision.despacho.tenant) as books:
        books.cfdis.enter([an_entry(a_cfdi(1, serie="A", folio="1")), an_entry(a_cfdi(2, serie="A", folio="1"))])
    assert revision.review() == {}
    assert revision.open_ones() == {}


def test_older_facts_change_nothing_once_newer_ones_were_seen(revision: Revision) -> None:
    revision.despacho.enter(a_cfdi(1, serie="A", folio="1"), a_cfdi(2, serie="A", folio="1"))
    with revision.despacho.books.open(revision.despacho.tenant) as books:
        books.alertas.revisar(ports.Revision(datetime(2027, 1, 1, tzinfo=UTC), ""))
    assert revision.review() == {}


def test_who_is_on_the_list_for_good_credits_nothing(revision: Revision) -> None:
    despacho = revision.despacho
    despacho.enter(recibido(a_cfdi(1)))
    antes = despacho.mes(2026, 1)
    revision.listas.guardar(a_list(), AHORA)
    revision.review()
    despues = despacho.mes(2026, 1)
    assert antes is not None
    assert despues is not None
    assert (antes.iva_acreditable, despues.iva_acreditable) == (Decimal("160.00"), Decimal("0.00"))
    assert revision.open_ones()["EFOS_DEFINITIVO"].hallazgo.uuids == (uuid(1),)
    revision.listas.guardar(a_list(Situacion.DESVIRTUADO), AHORA)
    revision.review()
    assert despacho.mes(2026, 1) == antes
    assert "EFOS_DEFINITIVO" not in revision.open_ones()


def test_the_list_is_followed_without_the_alerts_in_the_plan(revision: Revision) -> None:
    revision.despacho.enter(recibido(a_cfdi(1)))
    revision.listas.guardar(a_list(), AHORA)
    assert revision.review(Sin(revision.despacho, Feature.ALERTAS)) == {}
    mes = revision.despacho.mes(2026, 1)
    assert mes is not None
    assert mes.iva_acreditable == 0
    with revision.despacho.books.open(revision.despacho.tenant) as books:
        assert books.alertas.todas() == ()


def test_loading_a_list_has_everybody_reviewed_once(revision: Revision) -> None:
    d = revision.despacho
    everybody = ReviewEverybody(d.registry, d.jobs, d.clock)

    def load(lista: Lista69B, actor: Actor = OPERADOR) -> Lectura69B:
        return LoadLista69B(lambda _: Lectura69B(lista, ()), revision.listas, everybody, d.audit, d.clock)(actor, b"")

    with pytest.raises(ActionForbidden):
        load(a_list(), d.actor())
    with pytest.raises(Lista69BNoReconocida):
        load(Lista69B(None, {}))
    assert (d.jobs.waiting(), revision.listas.definitivos()) == ((), frozenset())
    load(a_list())
    load(a_list())
    assert revision.listas.definitivos() == {AJENO}
    assert [d.jobs.get(d.tenant, job).kind for job in d.jobs.waiting()] == [REVISION]
    assert everybody() == {"revisiones": 0}
    actions = [entry.action for entry in d.audit.page(None, None, 9).items]
    assert actions == ["lista-69b-cargada", "lista-69b-cargada"]


def test_a_change_has_the_alerts_reviewed_once_and_only_where_the_plan_has_them(revision: Revision) -> None:
    d = revision.despacho
    QueueReview(d.jobs, Sin(d, Feature.ALERTAS), d.clock)(d.tenant)
    assert d.jobs.waiting() == ()
    changed = QueueReview(d.jobs, d.entitlements, d.clock)
    changed(d.tenant)
    changed(d.tenant)
    (waiting,) = d.jobs.waiting()
    with d.jobs.begin(waiting):
        changed(d.tenant)
    assert len(d.jobs.waiting()) == 1
