"""The months of the second engine: from its facts to what is paid."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from horux_core.fiscal.configuracion.model import ConfiguracionFiscal
from horux_core.fiscal.isr.model import OpcionesIsr
from tests.core.fiscal.isr.plain_engine import NADA, Fact
from tests.core.fiscal.iva.segundo_motor import redondo
from tests.samples import shared

F = Fraction


@cache
def _printed() -> Any:
    """The tariffs of Anexo 8 by year and months, as they were copied from it."""
    return json.loads(shared("domain", "isr_tarifas.json").read_text(encoding="utf-8"))["acumulada"]


def read(settings: Sequence[ConfiguracionFiscal], year: int) -> OpcionesIsr:
    """What a moral in 601 is told for a year: a coefficient stays that of its return, losses are of their own year."""
    told = [c for c in settings if c.anio <= year][-1:]
    coefficients = {}
    for c in told:
        if c.coeficiente_utilidad is not None:
            coefficients[c.anio - 2] = c.coeficiente_utilidad
        coefficients.update(c.isr.coeficientes)
    own = [c for c in told if c.anio == year]
    return OpcionesIsr(
        moral=True,
        regimenes=("601",),
        coeficientes=tuple(coefficients.items()),
        coeficiente_nuevo_desde=own[0].isr.coeficiente_nuevo_desde if own else 3,
        inicio=told[0].isr.inicio_actividades if told else None,
        perdidas=own[0].perdidas if own else Decimal(0),
        ptu=own[0].ptu if own else Decimal(0),
    )


@dataclass
class PlainMonth:
    income: F
    income_to_date: F
    deducted: F
    deducted_to_date: F
    base: F
    tax: F
    paid_before: F
    withheld: F
    to_pay: F


class PlainYear:
    def __init__(self, facts: Sequence[Fact], regimen: str, year: int, opciones: OpcionesIsr) -> None:
        self.facts = [f for f in facts if f.regimen == regimen and f.month[0] == year]
        self.regimen, self.year, self.o = regimen, year, opciones

    def months(self) -> list[PlainMonth]:
        out: list[PlainMonth] = []
        for m in range(1, 13):
            out.append(self.month(m, [x.to_pay for x in out]))
        return out

    def total(self, months: Sequence[int], *kinds: str) -> F:
        return sum((f.amount for f in self.facts if f.month[1] in months and f.what in kinds), NADA)

    def deducted(self, m: int) -> F:
        if self.regimen == "606" and self.o.arrendamiento_opcional:
            predial = sum((F(x) for k, x in self.o.predial if k == m), NADA)
            return redondo(self.total([m], "ingreso") * 35 / 100) + predial
        if self.regimen in ("601", "605") or (self.regimen == "626" and not self.o.moral):
            return NADA
        others = sum((F(x) for r, k, x in self.o.otras_deducciones if r == self.regimen and k == m), NADA)
        return self.total([m], "deduccion") + others

    def month(self, m: int, paid: list[F]) -> PlainMonth:
        base, tax, before, withheld = self.payment(m, sum(paid, NADA))
        all_income = ("ingreso", "exento")
        until = range(1, m + 1)
        return PlainMonth(
            self.total([m], *all_income),
            self.total(until, *all_income),
            self.deducted(m),
            sum((self.deducted(k) for k in until), NADA),
            base,
            tax,
            before,
            withheld,
            NADA if self.regimen == "605" else max(tax - before - withheld, NADA),
        )

    def payment(self, m: int, before: F) -> tuple[F, F, F, F]:
        until = range(1, m + 1)
        if self.regimen == "605":
            return self.total([m], "ingreso"), NADA, NADA, self.total([m], "retencion")
        if self.regimen == "606":
            return self.rent(m)
        if self.regimen == "626" and not self.o.moral:
            base = max(self.total([m], "ingreso"), NADA)
            return base, redondo(base * self.resico(base) / 100), NADA, self.total([m], "retencion")
        withheld = self.total(until, "retencion")
        profit = self.total(until, "ingreso") - sum((self.deducted(k) for k in until), NADA)
        ptu = F(self.o.ptu) if m >= (self.o.ptu_mes or (5 if self.o.moral else 6)) else NADA
        if self.regimen == "601":
            profit = redondo(self.total(until, "ingreso") * self.coefficient(m))
            ptu = redondo(F(self.o.ptu) * (m - 4) / 8) if m > 4 else NADA
        base = max(max(profit - ptu, NADA) - F(self.o.perdidas), NADA)
        tax = self.tariff(m, base) if self.regimen == "612" else redondo(base * 30 / 100)
        if self.regimen == "601" and self.no_payment(m):
            return NADA, NADA, before, withheld
        return base, tax, before, withheld

    def rent(self, m: int) -> tuple[F, F, F, F]:
        months, tariff_of = [m], 1
        if self.o.arrendamiento_trimestral:
            if m not in (3, 6, 9, 12):
                return NADA, NADA, NADA, self.total([m], "retencion")
            months, tariff_of = [m - 2, m - 1, m], 3
        base = max(sum((self.total([k], "ingreso") - self.deducted(k) for k in months), NADA), NADA)
        return base, self.tariff(tariff_of, base), NADA, self.total(months, "retencion")

    def no_payment(self, m: int) -> bool:
        if self.o.inicio is None:
            return False
        return self.year == self.o.inicio.anio or (self.year == self.o.inicio.anio + 1 and m <= 2)

    def coefficient(self, m: int) -> F:
        last = self.year - 1 if m >= self.o.coeficiente_nuevo_desde else self.year - 2
        for year in range(last, self.year - 6, -1):
            for y, c in self.o.coeficientes:
                if y == year and c > 0:
                    return F(c)
        return NADA

    def tariff(self, months: int, base: F) -> F:
        if base <= 0:
            return NADA
        for lower, upper, quota, pct in _printed()[str(self.year)][str(months)]:
            if upper is None or base <= F(upper):
                return redondo(F(quota) + (base - F(lower)) * F(pct) / 100)
        raise AssertionError("a tariff has a last row")

    def resico(self, income: F) -> F:
        if income <= 25000:
            return F(1)
        if income <= 50000:
            return F(110, 100)
        if income * 100 <= 8333333:
            return F(150, 100)
        return F(2) if income * 100 <= 20833333 else F(250, 100)
