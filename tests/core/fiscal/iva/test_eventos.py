"""When IVA was collected or paid (FISCAL.md 3.1)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from horux_core.fiscal.cfdi.model import Relacion, Tipo
from horux_core.fiscal.iva.eventos import eventos
from horux_core.fiscal.iva.model import Documento, Lado
from horux_core.fiscal.iva.saldos import saldo
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.iva.libros import (
    OPCIONES,
    avisos,
    cubetas,
    documento,
    gravada,
    hechos,
    libro,
    nota,
    pagada,
    uuid,
)


def test_a_pue_counts_whole_on_its_date() -> None:
    [evento] = hechos(documento("F", "2026-01-31T23:59:59", gravada("1000.00")))
    assert (str(evento.periodo), evento.lado, evento.cubetas.iva_16) == ("2026-01", Lado.EMITIDO, Decimal("160.00"))
    assert (evento.regla, evento.articulo) == ("pue", "LIVA 1-B; RMF 2026 2.7.1.39")


def test_a_global_invoice_counts_in_the_month_it_sums_up() -> None:
    [evento] = hechos(documento("G", "2026-03-01", gravada("1000.00"), periodo_global=Periodo(2026, 2)))
    assert str(evento.periodo) == "2026-02"
    assert evento.regla == "pue_global"


def test_a_ppd_counts_nothing_until_paid() -> None:
    assert hechos(documento("F", "2026-01-10", gravada("1000.00"), metodo_pago="PPD")) == []


def test_a_payment_counts_on_its_fecha_de_pago_and_not_on_that_of_its_cfdi() -> None:
    factura = documento("F", "2026-01-10", gravada("1000.00"), metodo_pago="PPD")
    pago = pagada("P", "F", "2026-02-20", "1160.00", gravada("1000.00"), fecha="2026-03-03")
    [evento] = hechos(factura, pago)
    assert (str(evento.periodo), evento.uuid) == ("2026-02", pago.uuid)


def test_a_pue_with_a_vigente_payment_is_treated_as_ppd_everywhere() -> None:
    factura = documento("F", "2026-01-10", gravada("1000.00"))
    pago = pagada("P", "F", "2026-02-20", "580.00", gravada("500.00"))
    devuelta = nota("E", "2026-02-25", gravada("500.00"), "F")
    assert [(e.uuid, str(e.periodo)) for e in hechos(factura, pago, devuelta)] == [(pago.uuid, "2026-02")]
    assert saldo(factura, libro(factura, pago)) == Decimal("580.00")


def test_a_cancelled_payment_leaves_a_pue_as_it_was() -> None:
    factura = documento("F", "2026-01-10", gravada("1000.00"))
    pago = pagada("P", "F", "2026-02-20", "580.00", gravada("500.00"), vigente=False)
    assert [e.uuid for e in hechos(factura, pago)] == [factura.uuid]
    assert saldo(factura, libro(factura, pago)) == 0


def test_the_payment_of_a_stranger_does_not_make_my_invoice_a_ppd() -> None:
    factura = documento("F", "2026-01-10", gravada("1000.00"))
    ajeno = pagada("P", "F", "2026-02-20", "1160.00", lado="recibido")
    assert factura.uuid in [e.uuid for e in hechos(factura, ajeno)]


@pytest.mark.parametrize("tipo", [Tipo.NOMINA, Tipo.TRASLADO, Tipo.RETENCIONES])
def test_payroll_transfers_and_withholding_certificates_move_no_iva(tipo: Tipo) -> None:
    assert hechos(documento("N", "2026-01-10", gravada("1000.00"), tipo=tipo)) == []


@pytest.mark.parametrize("tipo", [Tipo.INGRESO, Tipo.EGRESO])
def test_a_cancelled_document_moves_nothing(tipo: Tipo) -> None:
    assert hechos(documento("F", "2026-01-10", gravada("1000.00"), tipo=tipo, vigente=False)) == []


def test_an_auto_factura_gives_both_sides() -> None:
    dos = hechos(documento("F", "2026-01-10", gravada("1000.00"), "ambas"))
    assert [e.lado for e in dos] == [Lado.EMITIDO, Lado.RECIBIDO]


def test_a_foreign_document_is_converted_and_each_bucket_rounded_once() -> None:
    [evento] = hechos(
        documento(
            "F", "2026-01-10", cubetas(base_16="0.333333", iva_16="0.053333"), moneda="USD", tipo_cambio=Decimal("18.5")
        )
    )
    assert (evento.cubetas.base_16, evento.cubetas.iva_16) == (Decimal("6.17"), Decimal("0.99"))


def test_a_document_in_pesos_ignores_a_rate_that_is_not_one() -> None:
    [evento] = hechos(documento("F", "2026-01-10", gravada("1000.00"), tipo_cambio=Decimal("18.5")))
    assert evento.cubetas.iva_16 == Decimal("160.00")


@pytest.mark.parametrize("tipo", [Tipo.INGRESO, Tipo.EGRESO])
def test_a_foreign_document_without_a_rate_waits_for_it(tipo: Tipo) -> None:
    sin_tc = documento("F", "2026-01-10", gravada("1000.00"), moneda="USD", tipo_cambio=None, tipo=tipo)
    assert hechos(sin_tc) == []
    assert [(a.codigo, a.uuid) for a in avisos(sin_tc)] == [("TC_SOSPECHOSO", sin_tc.uuid)]


def test_only_the_documents_named_give_events_and_the_rest_is_what_they_relate_to() -> None:
    factura = documento("F", "2026-01-10", gravada("1000.00"), metodo_pago="PPD")
    uno = pagada("P1", "F", "2026-02-10", "580.00")
    dos = pagada("P2", "F", "2026-03-10", "580.00")
    hechos_de_dos, _ = eventos(libro(factura, uno, dos), [dos.uuid, uuid("nadie")], OPCIONES)
    assert hechos_de_dos == [e for e in hechos(factura, uno, dos) if e.uuid == dos.uuid]
    assert len(hechos_de_dos) == 1


def test_a_document_that_replaces_one_still_vigente_is_told_and_both_count() -> None:
    original = documento("original", "2026-01-05", gravada("100.00"))
    cancelada = documento("cancelada", "2026-01-05", gravada("100.00"), vigente=False)

    def sustituye(*uuids: str, tipo: str = "04") -> Documento:
        relaciones = tuple(Relacion(tipo, uuid(n)) for n in uuids)
        return documento("sustituta", "2026-01-06", gravada("100.00"), relaciones=relaciones)

    nueva = sustituye("original", "original", "cancelada", "desconocida", "sustituta")
    assert [(a.codigo, a.uuid) for a in avisos(original, cancelada, nueva)] == [("SUSTITUIDO_VIGENTE", nueva.uuid)]
    assert original.uuid in avisos(original, nueva)[0].detalle
    assert len(hechos(original, nueva)) == 2
    assert avisos(original, sustituye("original", tipo="07")) == []
    assert avisos(original, replace(nueva, vigente=False)) == []
