"""The worksheets of every régimen: their letters go one after the other, and a line names only lines that are there."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.fiscal.cfdi.model import Cubetas, DestinoIva
from horux_core.fiscal.isr.model import CALCULADOS, MesIsr
from horux_core.fiscal.iva.mes import mes
from horux_core.fiscal.iva.model import Apertura, Cuenta, Lado, MesIva, OpcionesIva
from horux_core.kernel.importe import centavos
from horux_core.kernel.periodo import Periodo
from horux_http.fiscal.sheet_isr import sheet
from horux_http.fiscal.sheet_iva import LINES, Line, value

SHEETS = {
    **{
        f"{regimen} {moral}": [line for _, lines in sheet(MesIsr(Periodo(2026, 1), regimen), moral) for line in lines]
        for regimen in sorted(CALCULADOS)
        for moral in (False, True)
    },
    "iva": LINES,
}


@pytest.mark.parametrize("which", SHEETS)
def test_letters_and_numbers_go_one_after_the_other(which: str) -> None:
    refs = [line.ref for line in SHEETS[which] if line.ref]
    letters = [ref for ref in refs if ref.isalpha()]
    assert letters == list("ABCDEFGHIJ"[: len(letters)])
    assert [ref for ref in refs if ref.isdecimal()] == [str(n) for n in range(1, len(refs) - len(letters) + 1)]


@pytest.mark.parametrize("which", SHEETS)
def test_a_line_names_only_lines_that_are_there(which: str) -> None:
    lines: list[Line] = SHEETS[which]
    refs = {line.ref for line in lines}
    for line in lines:
        named = re.findall(r"(?<![\w-])[A-H](?![\w-])", line.how)
        assert set(named) <= refs - {line.ref}, line.how


def test_what_is_left_to_pay_takes_away_what_was_paid() -> None:
    by_column = {line.column: line for line in SHEETS["612 False"]}
    assert by_column["isr_a_pagar"].how == "D − E − F, nunca menos de cero"
    by_column = {line.column: line for line in SHEETS["626 False"]}
    assert (by_column["base"].ref, by_column["isr_causado"].how) == ("A", "A × 2")
    assert by_column["retencion_excedente"].how == "C − B"


def _spent(destino: DestinoIva, credited: Decimal, withheld: Decimal) -> Cuenta:
    return Cuenta(Lado.RECIBIDO, destino, False, Cubetas(iva_16=credited + withheld, ret_iva=withheld), Decimal("0.00"))


AMOUNTS = st.decimals(0, 1_000_000, places=2)


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS), min_size=3, max_size=3))
def test_the_formulas_of_the_iva_give_their_figures(months: list[tuple[Decimal, ...]]) -> None:
    before: MesIva | Apertura = Apertura(Periodo(2026, 1))
    for number, (taxed, exempt, direct, mixed, withheld) in enumerate(months, 1):
        accounts = (
            Cuenta(
                Lado.EMITIDO, None, False, Cubetas(base_16=taxed, iva_16=taxed, base_exento=exempt), Decimal("0.00")
            ),
            _spent(DestinoIva.GRAVADO, direct, withheld),
            _spent(DestinoIva.MIXTO, mixed, withheld),
        )
        before = mes(Periodo(2026, number), accounts, before, OpcionesIva())
        shown = {line.ref: value(before, line.column) for line in LINES}
        assert shown["C"] == shown["6"] + centavos(shown["7"] * shown["8"]) + shown["9"]
        assert shown["D"] == shown["A"] - shown["B"] - shown["C"]
        assert shown["G"] == max(shown["D"], Decimal(0)) - shown["F"]
        assert shown["H"] == shown["E"] - shown["F"] + max(-shown["D"], Decimal(0))
