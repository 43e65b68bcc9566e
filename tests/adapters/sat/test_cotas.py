"""What no real document comes near is refused by name, before the books choke on it."""

import pytest

from contracts.samples import UnDocto, UnPago, an_xml
from horux_adapters.sat.cotas import MAXIMO_DE_HIJOS
from horux_adapters.sat.reading import read_cfdi
from horux_core.fiscal.cfdi.errors import AtributoInvalido, DocumentoDemasiadoComplejo


def test_refuses_an_invoice_name_too_long_to_be_looked_up() -> None:
    pago = UnPago((UnDocto("x" * 9_000, "10.00", "10.00"),), "10.00", "2026-03-01T12:00:00")
    with pytest.raises(AtributoInvalido, match="IdDocumento"):
        read_cfdi(an_xml(pagos=(pago,)))


def test_refuses_a_related_document_too_long_to_be_looked_up() -> None:
    with pytest.raises(AtributoInvalido, match="UUID"):
        read_cfdi(an_xml(relaciones=[("01", ["y" * 5_000])]))


def test_refuses_an_rfc_too_long_to_be_looked_up() -> None:
    with pytest.raises(AtributoInvalido, match="Rfc"):
        read_cfdi(an_xml(rfc_emisor="A" * 3_000))


def test_refuses_more_children_than_the_books_can_number() -> None:
    many = ["81ee65cf-30a2-519f-8463-c50fe40c4248"] * (MAXIMO_DE_HIJOS + 1)
    with pytest.raises(DocumentoDemasiadoComplejo):
        read_cfdi(an_xml(relaciones=[("01", many)]))
