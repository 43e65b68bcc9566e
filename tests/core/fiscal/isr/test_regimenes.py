"""What each régimen does besides its worked example."""

from dataclasses import replace
from decimal import Decimal

import pytest

from horux_core.fiscal.isr.errors import EjercicioSinTarifa
from horux_core.fiscal.isr.general_pm import coeficiente_de
from horux_core.fiscal.isr.model import Cuenta, OpcionesIsr
from horux_core.fiscal.isr.tarifas import acumulada, isr
from horux_core.fiscal.isr.year import year
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.isr.libros import PF, PM, de_cuentas

D = Decimal
MIL = Cuenta(ingresos=D("100000.00"))
_ARRENDAMIENTO = OpcionesIsr(moral=False, regimenes=("606",))


def _coeficiente(periodo: str, opciones: OpcionesIsr) -> Decimal:
    return coeficiente_de(Periodo.parse(periodo), opciones)


def test_a_loss_takes_the_coefficient_of_the_last_year_that_has_one() -> None:
    opciones = replace(PM, coeficientes=((2022, D("0.2000")), (2024, D("0.0000")), (2025, D("0.0000"))))
    assert _coeficiente("2026-06", opciones) == D("0.2000")


@pytest.mark.parametrize(("ejercicio", "esperado"), [(2021, "0.2000"), (2020, "0.0000")])
def test_a_coefficient_is_looked_for_five_years_back(ejercicio: int, esperado: str) -> None:
    opciones = replace(PM, coeficientes=((ejercicio, D("0.2")),))
    assert str(_coeficiente("2026-06", opciones)) == esperado


def test_the_new_coefficient_comes_earlier_if_its_return_was_filed() -> None:
    opciones = replace(PM, coeficientes=((2025, D("0.3")), (2024, D("0.1"))))
    assert _coeficiente("2026-02", opciones) == D("0.1")
    assert _coeficiente("2026-02", replace(opciones, coeficiente_nuevo_desde=2)) == D("0.3")
    assert _coeficiente("2026-01", replace(opciones, coeficiente_nuevo_desde=2)) == D("0.1")
    assert _coeficiente("2026-03", opciones) == D("0.3")


def test_the_first_year_of_a_company_has_no_payments() -> None:
    opciones = replace(PM, inicio=Periodo(2026, 4), coeficientes=((2025, D("0.3")),))
    for mes in de_cuentas("601", [MIL] * 12, opciones):
        assert (mes.base, mes.isr_a_pagar) == (0, 0)
    assert mes.ingresos_acum == D("1200000.00")


def test_the_first_payment_of_the_second_year_covers_january_to_march() -> None:
    opciones = replace(PM, inicio=Periodo(2025, 4), coeficientes=((2025, D("0.3")),), coeficiente_nuevo_desde=1)
    enero, febrero, marzo = de_cuentas("601", [MIL] * 3, opciones)[:3]
    assert (enero.isr_a_pagar, febrero.isr_a_pagar) == (0, 0)
    assert marzo.isr_a_pagar == D("27000.00")


def test_ptu_is_taken_in_eighths_from_may_to_december_in_601() -> None:
    opciones = replace(PM, coeficientes=((2024, D(1)), (2025, D(1))), ptu=D("1000.01"))
    ptu = [str(m.ptu) for m in de_cuentas("601", [MIL] * 12, opciones)]
    assert ptu == ["0.00"] * 4 + ["125.00", "250.00", "375.00", "500.01", "625.01", "750.01", "875.01", "1000.01"]


def test_ptu_and_losses_go_up_to_the_profit() -> None:
    opciones = replace(PM, coeficientes=((2025, D("0.1")),), ptu=D("800000"), perdidas=D("500000"))
    mayo, junio = de_cuentas("601", [MIL] * 6, opciones)[4:6]
    assert (mayo.ptu, mayo.perdidas, mayo.base) == (D("50000.00"), D("0.00"), D("0.00"))
    assert (junio.ptu, junio.perdidas, junio.base) == (D("60000.00"), D("0.00"), D("0.00"))


@pytest.mark.parametrize(
    ("opciones", "mes"),
    [
        (replace(PF, ptu=D("9000")), 6),
        (replace(PF, ptu=D("9000"), ptu_mes=5), 5),
        (OpcionesIsr(moral=True, regimenes=("626",), ptu=D("9000")), 5),
    ],
)
def test_ptu_is_taken_whole_once_paid_in_612_and_626(opciones: OpcionesIsr, mes: int) -> None:
    ptu = [m.ptu for m in de_cuentas(opciones.regimenes[0], [MIL] * 12, opciones)]
    assert ptu == [D(0)] * (mes - 1) + [D("9000")] * (13 - mes)


def test_losses_lower_the_base_of_612_and_626() -> None:
    for opciones in (PF, OpcionesIsr(moral=True, regimenes=("626",))):
        con = replace(opciones, perdidas=D("30000.00"))
        enero = de_cuentas(opciones.regimenes[0], [MIL], con)[0]
        assert (enero.base, enero.perdidas) == (D("70000.00"), D("30000.00"))


def test_deductions_the_accountant_gave_count_in_their_month_and_regimen() -> None:
    opciones = replace(PF, otras_deducciones=(("612", 2, D("1500.00")), ("606", 2, D("700.00"))))
    enero, febrero = de_cuentas("612", [MIL, MIL], opciones)[:2]
    assert (enero.deducciones_mes, febrero.deducciones_mes) == (D("0.00"), D("1500.00"))


def test_what_was_withheld_in_january_pays_for_later_months() -> None:
    propios = de_cuentas("612", [replace(MIL, retenciones=D("50000.00")), MIL, MIL], PF)[:3]
    assert [m.retenciones for m in propios] == [D("50000.00")] * 3
    assert propios[0].isr_a_pagar == 0
    assert propios[2].isr_a_pagar == isr(acumulada(2026, 3), D("300000.00")) - 50000 - propios[1].isr_a_pagar


def test_rent_with_real_deductions_takes_those_of_the_month() -> None:
    opciones = replace(_ARRENDAMIENTO, arrendamiento_opcional=False, predial=((1, D("900")),))
    entrada = [Cuenta(ingresos=D("30000"), deducciones=D("40000")), Cuenta(ingresos=D("30000"))]
    enero, febrero = de_cuentas("606", entrada, opciones)[:2]
    assert (enero.deducciones_mes, enero.base, enero.isr_a_pagar) == (D("40000"), 0, 0)
    assert febrero.base == D("30000.00")


def test_rent_by_quarters_pays_in_its_last_month_with_the_tariff_of_march() -> None:
    opciones = replace(_ARRENDAMIENTO, arrendamiento_trimestral=True)
    uno = Cuenta(ingresos=D("10000.00"), retenciones=D("100.00"))
    propios = de_cuentas("606", [uno] * 12, opciones)
    for mes in propios:
        if mes.periodo.mes % 3:
            assert (mes.base, mes.isr_causado, mes.isr_a_pagar) == (0, 0, 0)
        else:
            assert mes.base == D("19500.00")
            assert mes.retenciones == D("300.00")
            assert mes.isr_a_pagar == isr(acumulada(2026, 3), D("19500.00")) - 300
    assert propios[-1].ingresos_acum == D("120000.00")


def test_each_regimen_of_a_taxpayer_is_worked_out_apart() -> None:
    opciones = OpcionesIsr(moral=False, regimenes=("605", "612", "606", "625"))
    enero = Periodo(2026, 1)
    cuentas = {
        ("605", enero): Cuenta(ingresos=D("10000.00"), exentos=D("500.00"), retenciones=D("900.00")),
        ("612", enero): MIL,
        ("606", enero): Cuenta(ingresos=D("20000.00")),
        ("625", enero): Cuenta(ingresos=D("7000.00")),
    }
    propios = year(2026, cuentas, opciones)
    assert [*propios] == ["605", "612", "606"]
    assert [m[0].ingresos_mes for m in propios.values()] == [D("10500.00"), D("100000.00"), D("20000.00")]
    assert all(len(m) == 12 for m in propios.values())
    assert propios["605"][0].isr_a_pagar == 0


def test_a_year_without_tariff_is_refused_only_to_whom_needs_it() -> None:
    with pytest.raises(EjercicioSinTarifa):
        year(2022, {}, PF)
    assert len(year(2022, {}, PM)["601"]) == 12


def test_pesos_are_rounded_as_the_law_says() -> None:
    opciones = replace(PM, coeficientes=((2025, D(1)), (2024, D(1))))
    de = {"5.00": "1", "15.00": "4", "2.00": "1", "8.37": "3"}
    for ingresos, esperado in de.items():
        assert str(de_cuentas("601", [Cuenta(ingresos=D(ingresos))], opciones)[0].a_pagar_pesos) == esperado
