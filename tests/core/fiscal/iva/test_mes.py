"""The return of a month and the chain of balances (FISCAL.md 3.2)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from horux_core.fiscal.cfdi.model import Cubetas, DestinoIva
from horux_core.fiscal.iva.mes import cuentas, destino_supuesto, factor, mes
from horux_core.fiscal.iva.model import Apertura, Cuenta, Lado, MesIva, OpcionesIva
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.iva.libros import OPCIONES, cadena, cubetas, documento, gravada, hechos, meses

D = Decimal
ENERO, FEBRERO, MARZO = (Periodo(2026, m) for m in (1, 2, 3))
SIN_4A = OpcionesIva(no_objeto_en_factor=False)


def _cobrado(importes: Cubetas) -> Cuenta:
    return Cuenta(Lado.EMITIDO, None, False, importes, D("0.00"))


def _gastado(importes: Cubetas, destino: DestinoIva | None = None) -> Cuenta:
    return Cuenta(Lado.RECIBIDO, destino, False, importes, D("0.00"))


def _enero(*partes: Cuenta, apertura: Apertura | None = None, opciones: OpcionesIva = OPCIONES) -> MesIva:
    return mes(ENERO, partes, apertura or Apertura(ENERO), opciones)


def test_the_factor_is_cut_and_not_rounded() -> None:
    assert str(factor(cubetas(base_16="2", base_exento="1"), OPCIONES)) == "0.6666"


def test_the_factor_counts_taxed_at_any_rate_against_exempt_and_no_object() -> None:
    acts = cubetas(base_16="10", base_8="10", base_0="10", base_exento="10", base_no_objeto="20")
    assert str(factor(acts, OPCIONES)) == "0.5000"
    assert str(factor(acts, SIN_4A)) == "0.7500"


@pytest.mark.parametrize(
    ("acts", "esperado"),
    [
        ({}, "1.0000"),
        ({"base_16": "-5", "base_exento": "3"}, "1.0000"),
        ({"base_16": "-5", "base_exento": "30"}, "0.0000"),
        ({"base_16": "30", "base_exento": "-5"}, "1.0000"),
    ],
)
def test_the_factor_stays_between_zero_and_one(acts: dict[str, str], esperado: str) -> None:
    assert str(factor(cubetas(**acts), OPCIONES)) == esperado


def test_an_expense_nobody_judged_is_mixed_only_in_a_month_with_exempt_acts() -> None:
    assert destino_supuesto(gravada("10.00"), OPCIONES) is DestinoIva.GRAVADO
    assert destino_supuesto(cubetas(base_exento="1"), OPCIONES) is DestinoIva.MIXTO
    assert destino_supuesto(cubetas(base_no_objeto="1"), OPCIONES) is DestinoIva.MIXTO
    assert destino_supuesto(cubetas(base_no_objeto="1"), SIN_4A) is DestinoIva.GRAVADO


def test_the_product_of_the_factor_is_rounded_once_on_the_sum_of_the_mixed() -> None:
    enero = _enero(
        _cobrado(cubetas(base_16="50", base_exento="50")),
        _gastado(cubetas(iva_16="0.03")),
        _gastado(cubetas(iva_8="0.03"), DestinoIva.MIXTO),
    )
    assert (enero.mixto, enero.iva_acreditable, enero.iva_no_acreditable) == (D("0.06"), D("0.03"), D("0.03"))


def test_iva_withheld_from_others_is_credited_the_month_after_with_the_factor_of_its_own() -> None:
    compra = documento("F", "2026-01-10", gravada("1000.00", ret_iva="106.67"), "recibido")
    venta = documento("V", "2026-01-11", gravada("1000.00"))
    exenta = documento("X", "2026-01-11", cubetas(base_exento="3000.00"))
    enero, febrero, marzo = meses([compra, venta, exenta], "2026-01", "2026-03").values()
    assert (enero.factor, enero.iva_acreditable) == (D("0.2500"), D("13.33"))
    assert (enero.retenido_a_terceros, enero.retenido_acreditable) == (D("106.67"), D("26.67"))
    assert (febrero.factor, febrero.iva_acreditable, febrero.saldo_a_favor) == (D(1), D("26.67"), D("26.67"))
    assert enero.iva_no_acreditable == D("160.00") - D("13.33") - D("26.67")
    assert marzo.iva_acreditable == 0


def test_withheld_iva_that_is_not_paid_over_is_not_credited() -> None:
    compra = documento("F", "2026-01-10", gravada("1000.00", ret_iva="106.67"), "recibido")
    _, febrero = meses([compra], "2026-01", "2026-02", replace(OPCIONES, retencion_enterada=False)).values()
    assert febrero.iva_acreditable == 0


def test_withheld_iva_of_what_is_not_creditable_is_paid_over_all_the_same() -> None:
    rechazada = documento("F1", "2026-01-10", gravada("1000.00", ret_iva="106.67"), "recibido", acreditable_pct=D(0))
    a_medias = documento("F2", "2026-01-10", gravada("1000.00", ret_iva="106.67"), "recibido", acreditable_pct=D(50))
    enero, febrero = meses([rechazada, a_medias], "2026-01", "2026-02").values()
    assert enero.retenido_a_terceros == D("213.34")
    assert febrero.iva_acreditable == D("53.34")


def test_iva_withheld_by_clients_is_subtracted_from_the_tax_and_is_not_negative_iva() -> None:
    enero = _enero(_cobrado(gravada("1000.00", ret_iva="40.00")))
    assert (enero.iva_trasladado, enero.iva_retenido, enero.resultado) == (D("160.00"), D("40.00"), D("120.00"))


def test_a_balance_in_favour_is_used_only_as_far_as_there_is_tax() -> None:
    enero = _enero(_cobrado(gravada("1000.00")), apertura=Apertura(ENERO, saldo_a_favor=D("200.00")))
    assert (enero.saldo_a_favor_aplicado, enero.a_pagar, enero.saldo_a_favor) == (D("160.00"), 0, D("40.00"))


def test_a_month_in_favour_adds_to_the_balance() -> None:
    enero = _enero(_gastado(gravada("1000.00")), apertura=Apertura(ENERO, saldo_a_favor=D("200.00")))
    assert (enero.saldo_a_favor_aplicado, enero.a_pagar, enero.saldo_a_favor) == (0, 0, D("360.00"))


def test_a_negative_creditable_adds_to_the_tax() -> None:
    enero = _enero(_gastado(cubetas(base_16="-100", iva_16="-16.00")))
    assert (enero.resultado, enero.a_pagar) == (D("16.00"), D("16.00"))


def test_an_opening_brings_the_withheld_iva_of_the_month_before() -> None:
    enero = _enero(apertura=Apertura(ENERO, retenido_mes_anterior=D("106.67")))
    assert (enero.retenido_mes_anterior, enero.saldo_a_favor) == (D("106.67"), D("106.67"))


@pytest.mark.parametrize(
    ("iva", "pesos"), [("5706.67", "5707"), ("3124.37", "3124"), ("100.50", "100"), ("100.51", "101")]
)
def test_the_amount_to_pay_is_rounded_to_pesos_as_cff_20_says(iva: str, pesos: str) -> None:
    enero = _enero(_cobrado(cubetas(iva_16=iva)))
    assert (str(enero.a_pagar), str(enero.a_pagar_pesos)) == (iva, pesos)


def test_every_amount_of_an_empty_month_has_cents() -> None:
    enero = _enero()
    assert {
        str(getattr(enero, c)) for c in MesIva.__dataclass_fields__ if c not in ("periodo", "factor", "a_pagar_pesos")
    } == {"0.00"}


def test_a_balance_asked_back_leaves_the_chain() -> None:
    apertura = Apertura(ENERO, saldo_a_favor=D("500.00"))
    venta = [_cobrado(gravada("1000.00"))]
    enero, febrero, marzo = cadena(apertura, MARZO, {MARZO: venta}, OPCIONES, {FEBRERO: D("500.00")})
    assert (enero.saldo_a_favor, febrero.saldo_a_favor) == (D("500.00"), D("500.00"))
    assert (marzo.saldo_anterior, marzo.a_pagar) == (0, D("160.00"))


def test_more_than_the_balance_cannot_be_asked_back() -> None:
    apertura = Apertura(ENERO, saldo_a_favor=D("500.00"))
    _, febrero = cadena(apertura, FEBRERO, {}, OPCIONES, {ENERO: D("900.00")})
    assert febrero.saldo_anterior == 0


def test_the_chain_has_every_month_across_the_year() -> None:
    meses_ = cadena(Apertura(Periodo(2025, 11)), FEBRERO, {}, OPCIONES)
    assert [str(m.periodo) for m in meses_] == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_a_month_that_does_not_follow_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-03 no sigue"):
        mes(MARZO, [], _enero(), OPCIONES)
    with pytest.raises(ValueError, match="2026-02 no sigue"):
        mes(FEBRERO, [], Apertura(ENERO), OPCIONES)


def test_accounts_keep_apart_sides_destinations_and_what_was_refused() -> None:
    todos = hechos(
        documento("V1", "2026-01-10", gravada("1.00")),
        documento("V2", "2026-01-10", gravada("2.00")),
        documento("C1", "2026-01-10", gravada("3.00"), "recibido"),
        documento("C2", "2026-01-10", gravada("4.00"), "recibido", destino=DestinoIva.MIXTO),
        documento("C3", "2026-01-10", gravada("5.00"), "recibido", uso_cfdi="S01"),
        documento("C4", "2026-01-10", gravada("6.00", ret_iva="0.64"), "recibido", acreditable_pct=D(50)),
    )
    resumen = {
        (c.lado, c.destino, c.rechazado): (c.cubetas.base_16, c.no_acreditable, c.retenido_no_acreditable)
        for c in cuentas(todos)
    }
    assert resumen == {
        (Lado.EMITIDO, None, False): (D("3.00"), 0, 0),
        (Lado.RECIBIDO, None, False): (D("6.00"), D("0.48"), D("0.32")),
        (Lado.RECIBIDO, DestinoIva.MIXTO, False): (D("4.00"), 0, 0),
        (Lado.RECIBIDO, None, True): (D("5.00"), D("0.80"), 0),
    }
