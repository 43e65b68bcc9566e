"""Two engines written apart agree to the cent on generated books: 300 of them, 5,000 with PROOF=full."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.fiscal.configuracion.model import AjustesIsr, ConfiguracionFiscal, en_vigor
from horux_core.fiscal.isr.model import Cuenta, MesIsr
from horux_core.fiscal.isr.movimientos import cuentas
from horux_core.fiscal.isr.recomputing import opciones_de
from horux_core.fiscal.isr.year import retenido_a_terceros, year
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.isr.azar import OPCIONES, AzarIsr
from tests.core.fiscal.isr.libros import movidos
from tests.core.fiscal.isr.plain_engine import Fact, PlainEngine
from tests.core.fiscal.isr.plain_months import PlainMonth, PlainYear, read
from tests.system.scale import proof

_LIBROS = proof(300, 5_000)
_TANDAS = 20


def _propio(mes: MesIsr) -> tuple[Decimal, ...]:
    return (
        *(mes.ingresos_mes, mes.ingresos_acum, mes.deducciones_mes, mes.deducciones_acum, mes.base),
        *(mes.isr_causado, mes.pagos_previos, mes.retenciones, mes.isr_a_pagar),
    )


def _ajeno(m: PlainMonth) -> tuple[Fraction, ...]:
    return (
        *(m.income, m.income_to_date, m.deducted, m.deducted_to_date, m.base),
        *(m.tax, m.paid_before, m.withheld, m.to_pay),
    )


@pytest.mark.parametrize("tanda", range(_TANDAS))
def test_both_engines_give_the_same_movements_and_months(tanda: int) -> None:
    for semilla in range(tanda, _LIBROS, _TANDAS):
        libro = AzarIsr(semilla)
        propios = movidos(*libro.documentos, opciones=libro.opciones, de_iva=libro.de_iva)
        hechos = PlainEngine(libro.documentos, libro.opciones, libro.de_iva).facts()
        assert Counter(
            (m.regimen, (m.periodo.anio, m.periodo.mes), str(m.clase), Fraction(m.importe), m.uuid) for m in propios
        ) == Counter((h.regimen, h.month, h.what, h.amount, h.uuid) for h in hechos), semilla
        sumas = cuentas(propios)
        for regimen, meses in year(2026, sumas, libro.opciones).items():
            del_otro = PlainYear(hechos, regimen, 2026, libro.opciones).months()
            assert [_propio(m) for m in meses] == [_ajeno(m) for m in del_otro], (semilla, regimen)
        a_terceros = [
            sum((h.amount for h in hechos if h.what == "retenido_a_terceros" and h.month == (2026, m)), Fraction(0))
            for m in range(1, 13)
        ]
        assert [*retenido_a_terceros(2026, sumas)] == a_terceros, semilla


def test_generated_books_move_every_class_and_owe_under_every_regimen() -> None:
    clases, deben = set(), set()
    for semilla in range(8 * len(OPCIONES)):
        libro = AzarIsr(semilla)
        propios = movidos(*libro.documentos, opciones=libro.opciones, de_iva=libro.de_iva)
        clases |= {str(m.clase) for m in propios}
        for regimen, meses in year(2026, cuentas(propios), libro.opciones).items():
            if any(m.isr_a_pagar for m in meses):
                deben.add((regimen, libro.opciones.moral))
    assert clases == {"ingreso", "exento", "deduccion", "no_deducible", "retencion", "retenido_a_terceros"}
    assert deben == {("601", True), ("606", False), ("612", False), ("626", True), ("626", False)}


_COEFICIENTES = st.decimals(0, "0.9999", places=4)


@st.composite
def _ajustes(draw: st.DrawFn) -> tuple[ConfiguracionFiscal, ...]:
    """Those of some years, oldest first, as they were kept."""
    return tuple(
        ConfiguracionFiscal(
            *(anio, ("601",), draw(st.none() | _COEFICIENTES)),
            perdidas=draw(st.sampled_from((Decimal("0.00"), Decimal("90000.01")))),
            ptu=draw(st.sampled_from((Decimal("0.00"), Decimal("777.77")))),
            isr=AjustesIsr(
                tuple(
                    sorted(draw(st.dictionaries(st.integers(anio - 7, anio - 1), _COEFICIENTES, max_size=2)).items())
                ),
                draw(st.integers(1, 3)),
                draw(st.none() | st.just(Periodo(2023, 5))),
            ),
        )
        for anio in sorted(draw(st.sets(st.integers(2023, 2034), max_size=4)))
    )


@given(_ajustes(), st.integers(2022, 2040))
def test_both_engines_read_the_settings_of_another_year_alike(
    ajustes: tuple[ConfiguracionFiscal, ...], anio: int
) -> None:
    ingresos = Decimal("100000.00")
    sumas = {("601", Periodo(anio, mes)): Cuenta(ingresos=ingresos) for mes in range(1, 13)}
    hechos = [Fact("601", (anio, mes), "ingreso", Fraction(ingresos), "u") for mes in range(1, 13)]
    propios = year(anio, sumas, opciones_de(en_vigor(ajustes, anio, ("601",)), moral=True))["601"]
    del_otro = PlainYear(hechos, "601", anio, read(ajustes, anio)).months()
    assert [_propio(m) for m in propios] == [_ajeno(m) for m in del_otro]
