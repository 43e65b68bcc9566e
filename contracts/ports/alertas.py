"""What the alerts of every Books promise, and every Listas; a subclass brings `books` and `tenant`, or `listas`."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from contracts.libros import (
    a_cfdi,
    an_entry,
    uuid,
)
from contracts.ports.conciliacion import a_row as a_bank_row
from contracts.ports.conciliacion import loaded, proposed, standing
from contracts.ports.metadata_sat import a_row
from horux_core.fiscal.alertas.efos import Lista69B, Listado, Situacion
from horux_core.fiscal.alertas.errors import AlertaMissing, Lista69BNoReconocida
from horux_core.fiscal.alertas.model import Alerta, EstadoAlerta, Hallazgo, Severidad
from horux_core.fiscal.alertas.ports import MUCHOS, LectorLista, Listas, Revision
from horux_core.fiscal.conciliacion.libro import documento
from horux_core.fiscal.conciliacion.model import EstadoRenglon, Parte
from horux_core.fiscal.ports import Books
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import CursorMalformed
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc

D = Decimal
AT = datetime(2026, 5, 9, 3, 4, 5, 678, tzinfo=UTC)


def an_alert(n: int = 1, severidad: Severidad = Severidad.ALTA, **changes: object) -> Alerta:
    hallazgo = Hallazgo(
        "DUPLICADO_POSIBLE", uuid(n), Periodo(2026, 1), severidad, "Hay 2 CFDI; «ñ».\n", (uuid(n), uuid(n + 1)),
        date(2026, 2, 17),
    )  # fmt: skip
    return replace(Alerta(hallazgo, EstadoAlerta.ABIERTA, AT, AT), **changes)  # type: ignore[arg-type]


class AlertasContract:
    def test_gives_alerts_back_as_they_were(self, books: Books, tenant: TenantId) -> None:
        atendida = an_alert(1, estado=EstadoAlerta.ATENDIDA, atendida_en=AT + timedelta(days=1))
        sin_mes = Hallazgo("LIMITE_PLAN", "cfdi", None, Severidad.CRITICA, "Se usan 5 de 5 CFDI.")
        cerrada = Alerta(sin_mes, EstadoAlerta.CERRADA, AT, AT, None, AT)
        with books.open(tenant) as opened:
            opened.alertas.lock()
            opened.alertas.guardar([atendida, cerrada])
        with books.open(tenant) as opened:
            assert set(opened.alertas.todas()) == {atendida, cerrada}
            assert (opened.alertas.una(atendida.id), opened.alertas.una(cerrada.id)) == (atendida, cerrada)
            with pytest.raises(AlertaMissing):
                opened.alertas.una(uuid4())

    def test_keeping_again_replaces_it(self, books: Books, tenant: TenantId) -> None:
        antes = an_alert(1)
        despues = replace(antes, hallazgo=replace(antes.hallazgo, severidad=Severidad.BAJA, limite=None, uuids=()))
        with books.open(tenant) as opened:
            opened.alertas.guardar([antes])
            opened.alertas.guardar([despues])
            opened.alertas.guardar([])
            assert opened.alertas.todas() == (despues,)

    def test_the_gravest_come_first_and_of_a_severity_the_last(self, books: Books, tenant: TenantId) -> None:
        severidades = [Severidad.ALTA, Severidad.BAJA, Severidad.CRITICA, Severidad.MEDIA, Severidad.ALTA]
        todas = [an_alert(n, severidad) for n, severidad in enumerate(severidades)]
        with books.open(tenant) as opened:
            opened.alertas.guardar(todas)
            # Kept again it stays in its place.
            opened.alertas.guardar([todas[0]])
            ordered = [todas[n] for n in (2, 4, 0, 3, 1)]
            assert opened.alertas.pagina(None, None, None, 9).items == tuple(ordered)
            seen: list[Alerta] = []
            cursor: str | None = None
            for _ in range(3):
                page = opened.alertas.pagina(None, None, cursor, 2)
                seen += page.items
                cursor = page.next_cursor
            assert (seen, cursor) == (ordered, None)
            with pytest.raises(CursorMalformed):
                opened.alertas.pagina(None, None, "x", 2)

    def test_a_page_is_narrowed(self, books: Books, tenant: TenantId) -> None:
        alta, baja = an_alert(1), an_alert(2, Severidad.BAJA, estado=EstadoAlerta.CERRADA)
        with books.open(tenant) as opened:
            opened.alertas.guardar([alta, baja])
            assert opened.alertas.pagina(EstadoAlerta.ABIERTA, None, None, 9).items == (alta,)
            assert opened.alertas.pagina(None, Severidad.BAJA, None, 9).items == (baja,)
            assert opened.alertas.pagina(EstadoAlerta.ABIERTA, Severidad.BAJA, None, 9).items == ()

    def test_counts_them_by_state_and_severity(self, books: Books, tenant: TenantId) -> None:
        baja = an_alert(3, Severidad.BAJA, estado=EstadoAlerta.CERRADA)
        with books.open(tenant) as opened:
            assert opened.alertas.cuantas() == {}
            opened.alertas.guardar([an_alert(1), an_alert(2), baja])
            assert opened.alertas.cuantas() == {
                (EstadoAlerta.ABIERTA, Severidad.ALTA): 2,
                (EstadoAlerta.CERRADA, Severidad.BAJA): 1,
            }

    def test_knows_when_they_were_reviewed(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            assert opened.alertas.revisadas() is None
            opened.alertas.revisar(Revision(AT, "a"))
            opened.alertas.revisar(otra := Revision(AT + timedelta(seconds=1), "b"))
        with books.open(tenant) as opened:
            assert opened.alertas.revisadas() == otra

    def test_knows_what_changed_and_no_review_has_seen(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_cfdi(1)), an_entry(a_cfdi(2))])
            assert opened.alertas.marcas() == ()
            opened.iva.replace([uuid(1), uuid(2), "999-99-999999999"], [], [])
            opened.metadata.guardar([a_row(3)])
        with books.open(tenant) as opened:
            vistas = opened.alertas.marcas()
            assert sorted(str(marca.uuid) for marca in vistas) == [uuid(1), uuid(2), a_row(3).uuid]
            opened.iva.replace([uuid(1)], [], [])
            opened.alertas.vistas(vistas)
        with books.open(tenant) as opened:
            (otra,) = opened.alertas.marcas()
            assert (otra.uuid, otra in vistas) == (uuid(1), False)

    def test_knows_of_which_documents_the_bank_pays_something_else(self, books: Books, tenant: TenantId) -> None:
        def marked(*partes: Parte, estado: EstadoRenglon = EstadoRenglon.CONCILIADO) -> list[str]:
            with books.open(tenant) as opened:
                opened.conciliacion.guardar([standing(a_bank_row(1), estado, proposed(1, *partes, estado=estado))])
            with books.open(tenant) as opened:
                marcas = opened.alertas.marcas()
                opened.alertas.vistas(marcas)
            return sorted(marca.uuid or "" for marca in marcas)

        loaded(books, tenant, a_bank_row(1))
        una, otra = Parte(uuid(1), D("60.00")), Parte(documento(uuid(2), 0), D("40.00"))
        assert marked(una, estado=EstadoRenglon.SUGERIDO) == []
        assert marked(una, otra) == [uuid(1), uuid(2)]
        assert marked(una, otra) == []
        assert marked(una, replace(otra, importe=D("30.00"))) == [uuid(2)]
        assert marked(otra, estado=EstadoRenglon.SUGERIDO) == [uuid(1), uuid(2)]

    def test_of_very_many_changes_knows_only_that(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.iva.replace([uuid(n) for n in range(MUCHOS)], [], [])
            assert len(opened.alertas.marcas()) == MUCHOS
            opened.alertas.vistas(opened.alertas.marcas())
            opened.iva.replace([uuid(n) for n in range(MUCHOS + 1)], [], [])
            assert [marca.uuid for marca in opened.alertas.marcas()] == [None]

    def test_keeps_nothing_of_a_failed_transaction(self, books: Books, tenant: TenantId) -> None:
        with pytest.raises(ZeroDivisionError), books.open(tenant) as opened:  # noqa: PT012
            opened.alertas.guardar([an_alert()])
            opened.alertas.revisar(Revision(AT, ""))
            _ = 1 / 0
        with books.open(tenant) as opened:
            assert (opened.alertas.todas(), opened.alertas.revisadas()) == ((), None)


UNO = Listado(Rfc("AAA080808HL8"), "ASESORES Ñ", Situacion.DEFINITIVO, date(2019, 1, 14))
DOS = Listado(Rfc("AAA120730823"), "", Situacion.PRESUNTO, None)


def a_list(*listados: Listado, al_dia: date | None = date(2026, 8, 31)) -> Lista69B:
    return Lista69B(al_dia, {each.rfc: each for each in listados})


class ListasContract:
    def test_knows_nothing_before_one_was_loaded(self, listas: Listas) -> None:
        assert listas.de([UNO.rfc]) is None
        assert (listas.definitivos(), listas.cargada(), listas.vigente()) == (frozenset(), None, None)

    def test_tells_what_was_loaded_last(self, listas: Listas) -> None:
        listas.guardar(a_list(UNO), AT)
        listas.guardar(a_list(UNO, DOS), AT)
        vigente = listas.vigente()
        assert vigente is not None
        assert (vigente.cargada_en, vigente.al_dia, vigente.contribuyentes) == (AT, a_list().al_dia, 2)
        assert vigente.por_situacion[UNO.situacion] >= 1

    def test_tells_what_it_says_of_those_asked_for(self, listas: Listas) -> None:
        listas.guardar(a_list(UNO, DOS), AT)
        assert listas.de([UNO.rfc, DOS.rfc, "URE180429TM6"]) == a_list(UNO, DOS)
        assert listas.de([]) == a_list()
        assert listas.definitivos() == {UNO.rfc}

    def test_the_next_takes_its_place_whole(self, listas: Listas) -> None:
        listas.guardar(a_list(UNO, DOS), AT)
        assert listas.cargada() == AT
        luego = AT + timedelta(days=1)
        listas.guardar(a_list(replace(DOS, situacion=Situacion.DEFINITIVO), al_dia=None), luego)
        assert listas.cargada() == luego
        assert listas.de([UNO.rfc]) == a_list(al_dia=None)
        assert listas.definitivos() == {DOS.rfc}


class LectorListaContract:
    """What every LectorLista promises; a subclass brings `leer`. The same bytes give the same answer."""

    def test_reads_the_list(self, leer: LectorLista) -> None:
        archivo = b"RFC,Nombre,Situacion del contribuyente,Publicacion DOF definitivos\n"
        lectura = leer(archivo + b"AAA080808HL8,X,Definitivo,14/01/2019\nMALO,Y,Definitivo,\n")
        assert set(lectura.lista.por_rfc) == {"AAA080808HL8"}
        assert [malo.linea for malo in lectura.malos] == [3]
        assert not leer(archivo).lista.por_rfc
        with pytest.raises(Lista69BNoReconocida):
            leer(b"%PDF-1.7")


class ChangesToldContract:
    """Every Books tells of changes; a subclass brings `telling`, books that tell, `told`, whom, and `tenant`."""

    def test_tells_once_at_the_end_of_a_change(self, telling: Books, told: list[TenantId], tenant: TenantId) -> None:
        with telling.open(tenant) as opened:
            opened.lock()
            opened.lock()
            assert told == []
        assert told == [tenant]

    def test_tells_of_the_bank_too_unless_it_is_followed_up(
        self, telling: Books, told: list[TenantId], tenant: TenantId
    ) -> None:
        with telling.open(tenant) as opened:
            opened.conciliacion.lock(followed=True)
        assert told == []
        with telling.open(tenant) as opened:
            opened.conciliacion.lock()
        assert told == [tenant]

    def test_keeps_nothing_that_cannot_be_told(self, telling: Any, tenant: TenantId) -> None:
        def broken(_: TenantId) -> None:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError), replace(telling, changed=broken).open(tenant) as opened:  # noqa: PT012
            opened.lock()
            opened.cfdis.enter([an_entry(a_cfdi(1))])
        with telling.open(tenant) as opened:
            assert opened.cfdis.count() == 0

    def test_who_is_told_waits_for_the_change_and_finds_it(self, telling: Any, tenant: TenantId) -> None:
        def found() -> int:
            with telling.open(tenant) as opened:
                opened.settled()
            with telling.open(tenant) as opened:
                return int(opened.cfdis.count())

        with ThreadPoolExecutor(1) as pool:
            seen: list[Future[int]] = []

            def at_once(_: TenantId) -> None:
                seen.append(pool.submit(found))
                assert not wait(seen, 0.3).done, "it waits as long as the change is under way"

            with replace(telling, changed=at_once).open(tenant) as opened:
                opened.lock()
                opened.cfdis.enter([an_entry(a_cfdi(1))])
            assert [each.result(30) for each in seen] == [1]

    def test_tells_nothing_of_reading_or_of_what_failed(
        self, telling: Books, told: list[TenantId], tenant: TenantId
    ) -> None:
        with telling.open(tenant) as opened:
            opened.cfdis.count()
            opened.alertas.lock()
            opened.settled()
        with pytest.raises(ZeroDivisionError), telling.open(tenant) as opened:  # noqa: PT012
            opened.lock()
            _ = 1 / 0
        assert told == []
