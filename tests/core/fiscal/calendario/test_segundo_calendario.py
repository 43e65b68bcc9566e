"""Due dates a second time, on the days of a wall calendar: every month of 2026 and 2027, every sixth digit."""

import json
from datetime import date, timedelta

import pytest

from horux_core.fiscal.calendario.vencimientos import OpcionesVencimiento, Regla, vencimiento
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc
from tests.samples import shared

DIAS_MAS = "5112233445"
"""Working days that each sixth digit, 0 to 9, adds."""
VIERNES, SABADO, DOMINGO = 5, 6, 7
DESDE, DIAS = date(2025, 12, 1), 1200
_RFC = {False: "EKU90031{}3C9", True: "XOJI74091{}U48"}


def _pared() -> list[tuple[date, bool]]:
    """Every day, and whether one works on it."""
    dichos = json.loads(shared("domain", "dias_inhabiles.json").read_text(encoding="utf-8"))["inhabiles"]
    cerrados = {date.fromisoformat(d) for anio in dichos.values() for d in anio}
    dias = [DESDE + timedelta(days=n) for n in range(DIAS)]
    return [(d, d.isoweekday() not in (SABADO, DOMINGO) and d not in cerrados) for d in dias]


PARED = _pared()


def _primer_habil_desde(lugar: int) -> int:
    return next(i for i in range(lugar, DIAS) if PARED[i][1])


def _dia_17(anio: int, mes: int, mas: int, *, con_pago: bool) -> date:
    """17th of the next month, so many working days after it, off what is closed, and off a Friday that banks see."""
    lugar = next(
        i for i, (d, _) in enumerate(PARED) if (d.year, d.month, d.day) == (anio + mes // 12, mes % 12 + 1, 17)
    )
    habiles = [i for i in range(lugar + 1, DIAS) if PARED[i][1]]
    lugar = habiles[mas - 1] if mas else _primer_habil_desde(lugar)
    if con_pago and PARED[lugar][0].isoweekday() == VIERNES:
        lugar = _primer_habil_desde(lugar + 1)
    return PARED[lugar][0]


@pytest.mark.parametrize("con_pago", [True, False])
@pytest.mark.parametrize("fisica", [True, False])
@pytest.mark.parametrize("anio", [2026, 2027])
def test_every_month_and_sixth_digit(anio: int, fisica: bool, con_pago: bool) -> None:
    for mes in range(1, 13):
        for digito in range(10):
            rfc = Rfc(_RFC[fisica].format(digito))
            esperada = _dia_17(anio, mes, int(DIAS_MAS[digito]), con_pago=con_pago)
            dicha = vencimiento(Regla.DIA_17_SEXTO_VIERNES, Periodo(anio, mes), rfc, OpcionesVencimiento(), con_pago)
            assert dicha == esperada, (mes, digito)
        sin = OpcionesVencimiento(sexto_digito=False)
        dicha = vencimiento(Regla.DIA_17_SEXTO_VIERNES, Periodo(anio, mes), rfc, sin, con_pago)
        assert dicha == _dia_17(anio, mes, 0, con_pago=con_pago), mes


@pytest.mark.parametrize("anio", [2026, 2027])
def test_what_the_sixth_digit_does_not_move(anio: int) -> None:
    """IMSS on the 17th, DIOT by the end of the month, balanza on the third and fifth working days."""
    moral, opciones = Rfc("EKU9003173C9"), OpcionesVencimiento()
    for mes in range(1, 13):
        periodo = Periodo(anio, mes)
        siguientes = [i for i, (d, _) in enumerate(PARED) if (d.year, d.month) == _mas(anio, mes, 1)]
        despues = [i for i, (d, abierto) in enumerate(PARED) if (d.year, d.month) == _mas(anio, mes, 2) and abierto]
        esperadas = {
            Regla.DIA_17_HABIL: PARED[_primer_habil_desde(siguientes[16])][0],
            Regla.FIN_MES_SIGUIENTE: PARED[_primer_habil_desde(siguientes[-1])][0],
            Regla.TERCER_DIA_HABIL: PARED[despues[2]][0],
            Regla.QUINTO_DIA_HABIL: PARED[despues[4]][0],
            Regla.DIA_5_NATURAL: PARED[siguientes[4]][0],
        }
        assert {r: vencimiento(r, periodo, moral, opciones) for r in esperadas} == esperadas, mes


def _mas(anio: int, mes: int, meses: int) -> tuple[int, int]:
    lugar = anio * 12 + mes - 1 + meses
    return (lugar // 12, lugar % 12 + 1)


def test_some_dates_of_2027_by_hand() -> None:
    """17 January a Sunday; 17 April a Saturday; 17 September, after the 16th, a Friday; 17 December a Friday."""
    dichas = {
        (2026, 12, 0): "2027-01-18",
        (2026, 12, 5): "2027-01-25",
        (2027, 3, 0): "2027-04-19",
        (2027, 3, 1): "2027-04-19",
        (2027, 8, 0): "2027-09-20",
        (2027, 11, 1): "2027-12-20",
        (2027, 12, 0): "2028-01-17",
    }
    for (anio, mes, mas), esperada in dichas.items():
        digito = DIAS_MAS.index(str(mas)) if mas else 1
        opciones = OpcionesVencimiento(sexto_digito=bool(mas))
        rfc = Rfc(f"EKU90031{digito}3C9")
        dicha = vencimiento(Regla.DIA_17_SEXTO_VIERNES, Periodo(anio, mes), rfc, opciones)
        assert dicha.isoformat() == esperada, (anio, mes, mas)
