"""The worksheets of every régimen: their letters go one after the other, and a line names only lines that are there."""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import partial
from math import prod
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.fiscal.cfdi.model import Cubetas, DestinoIva
from horux_core.fiscal.isr.model import CALCULADOS, GENERAL_PM, RESICO, SUELDOS, MesIsr, OpcionesIsr
from horux_core.fiscal.isr.model import Cuenta as CuentaIsr
from horux_core.fiscal.iva.mes import mes
from horux_core.fiscal.iva.model import Apertura, Cuenta, Lado, MesIva, OpcionesIva
from horux_core.kernel.importe import centavos
from horux_core.kernel.periodo import Periodo
from horux_http.fiscal.sheet_isr import sheet
from horux_http.fiscal.sheet_isr import value as isr_value
from horux_http.fiscal.sheet_iva import LINES, Line, value
from tests.core.fiscal.isr.libros import de_cuentas

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
    assert (by_column["base"].ref, by_column["isr_causado"].how) == ("A", "A × 2 ÷ 100")
    assert by_column["retencion_excedente"].how == "C − B, nunca menos de cero"


def _by_its_formula(how: str, shown: Mapping[str, Decimal]) -> Decimal | None:
    """What a line's words come to with what the lines that it names show; None where they are no sum of lines."""
    floor = how.endswith(", nunca menos de cero")
    sum_ = how.removesuffix(", nunca menos de cero")
    if (part := re.fullmatch(r"30% de ([A-H])", sum_)) is not None:
        return centavos(shown[part[1]] * Decimal("0.30"))
    if (part := re.fullmatch(r"([A-H]) × ([1-9]) ÷ 100", sum_)) is not None:
        return centavos(shown[part[1]] * shown[part[2]] / 100)
    if not re.fullmatch(r"[A-H1-9]( [×−+] [A-H1-9])+", sum_):
        return None
    total = Decimal(0)
    for sign, product in re.findall(r"(^|[−+] )([A-H1-9](?: × [A-H1-9])*)", sum_):
        found = centavos(prod((shown[ref] for ref in product.split(" × ")), start=Decimal(1)))
        total += -found if sign.startswith("−") else found
    return max(total, Decimal(0)) if floor else total


def _agree(lines: Iterable[Line], shown: Mapping[str, Decimal], read: Callable[[str], Decimal]) -> int:
    """How many lines were worked out from what they say."""
    told = 0
    for line in lines:
        found = _by_its_formula(line.how, shown)
        if found is not None:
            assert found == read(line.column), (line.text, line.how)
            told += 1
    return told


def _random(r: Random, least: int, most: int) -> Decimal:
    return Decimal(r.randint(least * 100, most * 100)) / 100


@pytest.mark.parametrize("regimen", sorted(CALCULADOS))
@pytest.mark.parametrize("semilla", range(25))
def test_the_formulas_of_the_isr_give_their_figures(regimen: str, semilla: int) -> None:
    moral = regimen in (GENERAL_PM, RESICO) and semilla % 2 == 0
    if regimen == GENERAL_PM and not moral:
        return
    r = Random(semilla)
    accounts = [
        CuentaIsr(ingresos=_random(r, -10**5, 9 * 10**5), deducciones=_random(r, 0, 7 * 10**5),
            retenciones=_random(r, 0, 10**4))
        for _ in range(12)
    ]  # fmt: skip
    options = OpcionesIsr(moral=moral, regimenes=(regimen,), coeficientes=((2024, Decimal("0.2145")),),
        perdidas=Decimal(r.choice((0, 50000))), ptu=Decimal(r.choice((0, 9000))))  # fmt: skip
    for found in de_cuentas(regimen, accounts, options):
        lines = [line for _, every in sheet(found, moral) for line in every]
        shown = {line.ref: isr_value(found, line.column) for line in lines if line.ref}
        assert regimen == SUELDOS or _agree(lines, shown, partial(isr_value, found))


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
        assert _agree(LINES, shown, partial(value, before)) >= 3
        assert shown["C"] == shown["6"] + centavos(shown["7"] * shown["8"]) + shown["9"]
        assert shown["D"] == shown["A"] - shown["B"] - shown["C"]
        assert shown["G"] == max(shown["D"], Decimal(0)) - shown["F"]
        assert shown["F"] == max(min(shown["D"], shown["E"]), Decimal(0))
        assert shown["H"] == shown["E"] - shown["F"] + max(-shown["D"], Decimal(0))
