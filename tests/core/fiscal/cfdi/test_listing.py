from base64 import urlsafe_b64encode
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.libros import AJENO, a_cfdi, a_credit_note, a_payment, a_ppd, uuid
from horux_adapters.sat.reader import SatReader
from horux_core.fiscal.cfdi.listing import DownloadXml, ListCfdis, ShowCfdi
from horux_core.fiscal.cfdi.paging import cursor_tras, folio, lugar
from horux_core.fiscal.cfdi.stored import Filter
from horux_core.fiscal.errors import CfdiMissing, FiltroInvalido
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.kernel.pages import CursorMalformed
from tests.despacho import Despacho

D = Decimal


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_refuses_a_page_of_impossible_length(limit: int) -> None:
    despacho = Despacho()
    with pytest.raises(FiltroInvalido, match="500"):
        ListCfdis(despacho.books)(despacho.actor(), Filter(), None, limit)


def test_reads_the_filter_as_people_write_it() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1), a_ppd(2))
    show = ListCfdis(despacho.books)
    visor = despacho.actor(Role.VISOR)
    assert len(show(visor, Filter(rfc=f" {AJENO.lower()} ")).items) == 2
    assert len(show(visor, Filter(rfc="", nombre="  ", metodo_pago="")).items) == 2
    assert len(show(visor, Filter(metodo_pago="ppd")).items) == 1


@pytest.mark.parametrize(
    "wanted", [Filter(rfc="a\0b"), Filter(nombre="a\0b"), Filter(metodo_pago="\0"), Filter(nombre="\ud800")]
)
def test_refuses_what_no_database_can_search(wanted: Filter) -> None:
    despacho = Despacho()
    with pytest.raises(FiltroInvalido):
        ListCfdis(despacho.books)(despacho.actor(), wanted)


@pytest.mark.parametrize(
    ("payments", "expected"),
    [([], "1160.00"), ([a_payment(2, 1)], "580.00"), ([a_payment(2, 1), a_credit_note(3, 1)], "464.00")],
)
def test_shows_what_is_still_owed(payments: list[object], expected: str) -> None:
    despacho = Despacho()
    despacho.enter(a_ppd(1), *payments)  # type: ignore[arg-type]
    shown = ShowCfdi(despacho.books)(despacho.actor(), uuid(1).upper())
    assert shown.saldo == D(expected)


def test_shows_what_working_it_out_brought_to_light() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, moneda="USD", tipo_cambio=None))
    assert [a.codigo for a in ShowCfdi(despacho.books)(despacho.actor(), uuid(1)).avisos] == ["TC_SOSPECHOSO"]


def test_gives_the_very_bytes_that_came_in() -> None:
    despacho = Despacho()
    files = despacho.enter_samples("escenario")
    assert len(files) == 30
    download = DownloadXml(despacho.books, SatReader())
    for asked, content in files.items():
        assert download(despacho.actor(), asked.upper()) == content


def test_only_who_may_read_the_books_sees_them() -> None:
    despacho = Despacho()
    nobody = despacho.actor(role=None)
    for ask in (
        lambda: ListCfdis(despacho.books)(nobody, Filter()),
        lambda: ShowCfdi(despacho.books)(nobody, uuid(1)),
        lambda: DownloadXml(despacho.books, SatReader())(nobody, uuid(1)),
    ):
        with pytest.raises(ActionForbidden):
            ask()


@pytest.mark.parametrize(
    "asked", ["", "x", uuid(1)[:-1], uuid(1) + "0", uuid(1).replace("-", ""), "urn:uuid:" + uuid(1)]
)
def test_knows_what_can_be_no_folio(asked: str) -> None:
    with pytest.raises(CfdiMissing):
        folio(asked)


@given(st.datetimes(), st.integers(0, 2**63 - 1))
def test_a_cursor_leads_back_to_its_place(fecha: datetime, n: int) -> None:
    assert lugar(cursor_tras(fecha, n)) == (fecha, n)


@given(
    st.text(max_size=40) | st.text(max_size=30).map(lambda t: urlsafe_b64encode(t.encode("utf-8", "replace")).decode())
)
def test_anything_else_is_refused_as_a_cursor(text: str) -> None:
    try:
        place = lugar(text)
    except CursorMalformed:
        return
    assert cursor_tras(*place) == text


@pytest.mark.parametrize(
    "place", ["2026-01-01T00:00:00|-1", "2026-01-01T00:00:00+00:00|1", f"2026-01-01T00:00:00|{2**63}"]
)
def test_a_place_that_cannot_be_is_refused(place: str) -> None:
    with pytest.raises(CursorMalformed):
        lugar(urlsafe_b64encode(place.encode()).decode().rstrip("="))
