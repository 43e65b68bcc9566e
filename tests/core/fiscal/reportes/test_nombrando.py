"""What people call a document by."""

from collections.abc import Mapping

import pytest

from contracts.libros import AJENO, a_cfdi, recibido, uuid
from horux_core.fiscal.reportes.nombrando import NameDocuments, Nombrado, nombre
from horux_core.identity.errors import ActionForbidden
from tests.despacho import Despacho


def named(despacho: Despacho, *uuids: str) -> Mapping[str, Nombrado]:
    return NameDocuments(despacho.books)(despacho.actor(), uuids)


def test_by_its_folio_and_who_it_is_with() -> None:
    despacho = Despacho()
    mine = a_cfdi(1, serie="A", folio="0012", nombre_receptor="Universidad")
    theirs = recibido(a_cfdi(2, serie=None, folio="77", nombre_emisor=None, nombre_receptor="Yo"))
    despacho.enter(mine, theirs, a_cfdi(3, serie=None, folio=None))
    found = named(despacho, uuid(1), uuid(2), uuid(3), uuid(9), "")
    assert set(found) == {uuid(1), uuid(2), uuid(3)}
    assert (found[uuid(1)].folio, found[uuid(1)].quien, found[uuid(1)].emitido) == ("A-0012", "Universidad", True)
    assert (found[uuid(2)].folio, found[uuid(2)].quien, found[uuid(2)].rfc) == ("77", AJENO, AJENO)
    assert found[uuid(3)].folio == uuid(3)[:8].upper()


def test_nothing_is_asked_of_the_books_for_nothing() -> None:
    assert named(Despacho()) == {}
    assert named(Despacho(), "", "") == {}


def test_only_who_may_read() -> None:
    despacho = Despacho()
    with pytest.raises(ActionForbidden):
        NameDocuments(despacho.books)(despacho.actor(None), [uuid(1)])


@pytest.mark.parametrize(
    ("serie", "folio", "called"),
    [("A", "1284", "A-1284"), ("A-", "1284", "A-1284"), (None, "77", "77"), ("A", None, "A"), ("", "", "AB12CD34")],
)
def test_a_document_has_one_name(serie: str | None, folio: str | None, called: str) -> None:
    assert nombre(serie, folio, "ab12cd34-0000-4000-8000-000000000000") == called
