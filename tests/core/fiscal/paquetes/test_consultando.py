"""Comparing a month: who may, and which month a CFDI is of."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from contracts.libros import PROPIO, a_cfdi, an_entry, uuid
from contracts.ports.metadata_sat import ARCHIVO, a_row
from horux_core.fiscal.cfdi.model import Direccion
from horux_core.fiscal.paquetes.consultando import CompareWithSat, ShowCoverage, Tramo
from horux_core.fiscal.paquetes.errors import ComparacionInvalida
from horux_core.fiscal.paquetes.model import Comparacion, Grupo
from horux_core.identity.errors import ActionForbidden
from horux_core.kernel.pages import CursorMalformed, Page
from horux_core.kernel.periodo import Periodo, PeriodoMalformed
from horux_core.plans.errors import FeatureNotInPlan
from horux_core.plans.model import Plan
from tests.despacho import Despacho
from tests.paquetes import Paqueteria

ENERO, FEBRERO = Tramo(date(2026, 1, 1), date(2026, 1, 31)), Tramo(date(2026, 2, 1), date(2026, 2, 28))


def compare(despacho: Despacho) -> CompareWithSat:
    return CompareWithSat(despacho.books, despacho.entitlements)


def test_a_cfdi_is_of_the_month_the_sat_says_and_of_no_other() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, fecha_emision=datetime(2026, 2, 1)), a_cfdi(2, fecha_emision=datetime(2026, 2, 2)))
    with despacho.books.open(despacho.tenant) as books:
        books.metadata.guardar([a_row(1, fecha_emision=datetime(2026, 1, 31, 23, 59, 59))])
        books.metadata.anotar(replace(ARCHIVO, hasta=datetime(2026, 2, 28)))
    enero, febrero = (compare(despacho)(despacho.actor(), periodo) for periodo in (ENERO, FEBRERO))
    assert enero.pagina.items == ()
    assert enero.cuantos[Comparacion.COINCIDE] == 1
    assert [(c.uuid, c.resultado) for c in febrero.pagina.items] == [(uuid(2), Comparacion.SOLO_XML)]
    assert sum(febrero.cuantos.values()) == 1
    marzo = compare(despacho)(despacho.actor(), Tramo(date(2026, 3, 1), date(2026, 3, 31)))
    assert (len(enero.coberturas), len(febrero.coberturas), len(marzo.coberturas)) == (1, 1, 0)


@pytest.mark.parametrize("limit", [1, 2, 5, 50])
def test_all_come_by_pages_whatever_enters_meanwhile(limit: int) -> None:
    despacho = Despacho()
    with despacho.books.open(despacho.tenant) as books:
        books.metadata.guardar([a_row(n, fecha_emision=datetime(2026, 1, 1 + n // 2)) for n in range(9)])
    seen: list[str] = []
    cursor: str | None = None
    while True:
        shown = compare(despacho)(despacho.actor(), ENERO, None, cursor, limit)
        assert shown.cuantos[Comparacion.FALTA_XML] >= 9
        seen += [c.uuid for c in shown.pagina.items]
        cursor = shown.pagina.next_cursor
        if cursor is None:
            break
        with despacho.books.open(despacho.tenant) as books:
            books.metadata.guardar([a_row(100 + len(seen), fecha_emision=datetime(2025, 12, 31, 23, 59, 59))])
    assert seen == [uuid(n) for n in range(9)]
    assert compare(despacho)(despacho.actor(), ENERO, Comparacion.COINCIDE).pagina == Page((), None)


@pytest.mark.parametrize("cursor", ["x", "~", "2026-01-01", "2026-01-01T00:00:00Z~a", "1"])
def test_a_cursor_nobody_gave_is_refused(cursor: str) -> None:
    despacho = Despacho()
    with pytest.raises(CursorMalformed):
        compare(despacho)(despacho.actor(), ENERO, None, cursor)


def test_days_are_those_asked_for_and_both_ends_with_them() -> None:
    despacho = Despacho()
    dias = (
        datetime(2026, 1, 30, 23, 59, 59),
        datetime(2026, 1, 31),
        datetime(2026, 3, 1, 23, 59, 59),
        datetime(2026, 3, 2),
    )
    with despacho.books.open(despacho.tenant) as books:
        books.metadata.guardar([a_row(n, fecha_emision=dia) for n, dia in enumerate(dias)])
    shown = compare(despacho)(despacho.actor(), Tramo(date(2026, 1, 31), date(2026, 3, 1)))
    assert [c.uuid for c in shown.pagina.items] == [uuid(1), uuid(2)]
    assert sum(shown.cuantos.values()) == 2


@pytest.mark.parametrize(
    ("desde", "hasta", "error"),
    [
        (date(2026, 2, 1), date(2026, 1, 31), ComparacionInvalida),
        (date(2026, 1, 1), date(2027, 1, 2), ComparacionInvalida),
        (date(1500, 1, 1), date(1500, 1, 2), PeriodoMalformed),
        (date(2200, 12, 31), date(2201, 1, 1), PeriodoMalformed),
    ],
)
def test_days_that_cannot_be_are_refused(desde: date, hasta: date, error: type[Exception]) -> None:
    with pytest.raises(error):
        Tramo(desde, hasta)
    assert list(Tramo(date(2026, 1, 1), date(2027, 1, 1)).periodos())[-1] == Periodo(2027, 1)
    assert list(Tramo(date(2200, 12, 1), date(2200, 12, 31)).periodos()) == [Periodo(2200, 12)]


def test_one_that_is_issued_to_oneself_is_of_both_sides() -> None:
    despacho = Despacho()
    despacho.enter(an_entry(replace(a_cfdi(1), rfc_receptor=PROPIO), Direccion.AMBAS))
    for lado in (Direccion.EMITIDO, Direccion.RECIBIDO):
        with despacho.books.open(despacho.tenant) as books:
            books.tables["metadata_archivos"].clear()
            books.metadata.anotar(replace(ARCHIVO, direccion=lado))
        (found,) = compare(despacho)(despacho.actor(), ENERO).pagina.items
        assert (found.uuid, found.resultado) == (uuid(1), Comparacion.SOLO_XML)
    with despacho.books.open(despacho.tenant) as books:
        books.metadata.guardar([a_row(1, rfc_receptor=PROPIO)])
    assert compare(despacho)(despacho.actor(), ENERO).cuantos[Comparacion.COINCIDE] == 1


def test_who_may_not_read_or_has_not_the_feature_is_refused(paqueteria: Paqueteria) -> None:
    despacho = paqueteria.despacho
    with pytest.raises(ActionForbidden):
        compare(despacho)(despacho.actor(None), ENERO)
    with despacho.control.transaction() as tables:
        for name in ("tenants", "subscriptions"):
            tables[name] |= {key: replace(row, plan=Plan.BUSINESS) for key, row in tables[name].items()}
    with pytest.raises(FeatureNotInPlan):
        compare(despacho)(despacho.actor(), ENERO)


def test_narrows_to_what_is_missing_or_not_the_same() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, fecha_emision=datetime(2026, 1, 2)), a_cfdi(2, fecha_emision=datetime(2026, 1, 3)))
    with despacho.books.open(despacho.tenant) as books:
        books.metadata.guardar([a_row(2, monto="1.00", fecha_emision=datetime(2026, 1, 3)), a_row(9)])
        books.metadata.anotar(replace(ARCHIVO, desde=datetime(2026, 1, 1), hasta=datetime(2026, 1, 31)))
    found = {grupo: compare(despacho)(despacho.actor(), ENERO, grupo) for grupo in Grupo}
    shown = {grupo: [c.resultado for c in tramo.pagina.items] for grupo, tramo in found.items()}
    assert shown == {
        Grupo.FALTAN: [Comparacion.FALTA_XML],
        Grupo.SOBRAN: [Comparacion.SOLO_XML],
        Grupo.DISTINTOS: [Comparacion.MONTO_DISTINTO],
    }
    assert [found[Grupo.SOBRAN].de(grupo) for grupo in Grupo] == [1, 1, 1]
    assert (found[Grupo.SOBRAN].segun_sat, found[Grupo.SOBRAN].con_xml) == (2, 1)


def test_every_result_that_does_not_coincide_is_of_one_group() -> None:
    every = [resultado for grupo in Grupo for resultado in grupo.resultados]
    assert sorted(every) == sorted(set(Comparacion) - {Comparacion.COINCIDE})


def test_tells_the_months_that_metadata_reaches_into() -> None:
    despacho = Despacho()
    with despacho.books.open(despacho.tenant) as books:
        books.metadata.anotar(replace(ARCHIVO, desde=datetime(2025, 12, 30), hasta=datetime(2026, 2, 1)))
    show = ShowCoverage(despacho.books, despacho.entitlements)
    assert show(despacho.actor(), 2026) == {Periodo(2026, 1), Periodo(2026, 2)}
    assert show(despacho.actor(), 2027) == frozenset()
    with pytest.raises(ActionForbidden):
        show(despacho.actor(None), 2026)
