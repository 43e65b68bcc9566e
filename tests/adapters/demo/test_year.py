"""The sample client's year: a story of documents that the product itself finds nothing odd in."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from horux_adapters.demo.year import CLIENT, year
from horux_adapters.sat.reading import read_cfdi
from horux_core.fiscal.cfdi.direccion import direccion
from horux_core.fiscal.cfdi.model import Cfdi, Tipo
from horux_core.kernel.periodo import Periodo

TODAY = date(2026, 3, 17)


@pytest.fixture(scope="module")
def story() -> list[Cfdi]:
    return [read_cfdi(content) for _, content in year(TODAY)]


def of(story: list[Cfdi], tipo: Tipo) -> list[Cfdi]:
    return [cfdi for cfdi in story if cfdi.tipo is tipo]


def test_the_same_day_tells_the_same_bytes() -> None:
    assert year(TODAY) == year(TODAY)
    assert year(TODAY) != year(TODAY, seed=361)
    assert year(TODAY) != year(date(2026, 4, 1))


def test_nothing_in_it_is_odd(story: list[Cfdi]) -> None:
    assert [(cfdi.uuid, cfdi.advertencias) for cfdi in story if cfdi.advertencias] == []


def test_every_file_is_named_by_its_uuid_and_none_comes_twice(story: list[Cfdi]) -> None:
    names = [name for name, _ in year(TODAY)]
    assert names == [f"{cfdi.uuid}.xml" for cfdi in story]
    assert len(set(names)) == len(names)


def test_covers_the_twelve_months_before(story: list[Cfdi]) -> None:
    months = {Periodo.of(cfdi.fecha_emision.date()) for cfdi in story}
    assert {Periodo(2025, mes) for mes in range(3, 13)} | {Periodo(2026, 1), Periodo(2026, 2)} <= months
    assert min(months) == Periodo(2025, 3)


@pytest.mark.parametrize("today", [date(2026, 12, 1), date(2026, 3, 1), date(2026, 1, 2), date(2024, 3, 31)])
def test_nothing_is_dated_in_the_future(today: date) -> None:
    assert max(read_cfdi(content).fecha_emision.date() for _, content in year(today)) < today


def test_every_document_is_the_client_s(story: list[Cfdi]) -> None:
    assert Counter(direccion(cfdi, CLIENT.rfc).value for cfdi in story).keys() == {"emitido", "recibido"}


def test_has_all_that_a_company_meets(story: list[Cfdi]) -> None:
    invoices = of(story, Tipo.INGRESO)
    assert {cfdi.metodo_pago for cfdi in invoices} == {"PUE", "PPD"}
    assert len(of(story, Tipo.EGRESO)) >= 3
    assert all(note.relaciones for note in of(story, Tipo.EGRESO))
    assert len(of(story, Tipo.NOMINA)) == 72, "three people, twice a month"
    assert {cfdi.moneda for cfdi in invoices} == {"MXN", "USD"}
    assert any(cfdi.iva_retenido for cfdi in invoices)
    assert any(cfdi.isr_retenido for cfdi in invoices)
    assert any(cfdi.cubetas.base_0 for cfdi in invoices)
    assert any(cfdi.combustible for cfdi in invoices)
    assert any(cfdi.rfc_receptor == "XAXX010101000" for cfdi in invoices)


def test_some_owe_and_nobody_pays_more_than_was_owed(story: list[Cfdi]) -> None:
    owed = {cfdi.uuid: cfdi.total for cfdi in of(story, Tipo.INGRESO) if cfdi.metodo_pago == "PPD"}
    left = dict(owed)
    for payment in sorted(of(story, Tipo.PAGO), key=lambda cfdi: cfdi.pagos[0].fecha_pago):
        for docto in payment.pagos[0].doctos:
            assert docto.saldo_anterior == left[docto.id_documento]
            left[docto.id_documento] -= docto.pagado
            assert docto.saldo_insoluto == left[docto.id_documento] >= 0
    assert any(amount == 0 for amount in left.values())
    assert any(amount == owed[uuid] for uuid, amount in left.items())
    assert any(0 < amount < owed[uuid] for uuid, amount in left.items())


def test_sells_more_than_it_buys_and_lives(story: list[Cfdi]) -> None:
    def total(issued: bool) -> Decimal:
        invoices = [c for c in of(story, Tipo.INGRESO) if (c.rfc_emisor == CLIENT.rfc) is issued]
        return sum((c.subtotal * (c.tipo_cambio or 1) for c in invoices), Decimal(0))

    wages = sum((cfdi.subtotal for cfdi in of(story, Tipo.NOMINA)), Decimal(0))
    assert Decimal(1_000_000) < total(issued=False) + wages < total(issued=True) < Decimal(20_000_000)
