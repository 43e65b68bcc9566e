"""The lines of a month's IVA, and what each is worked out from."""

from dataclasses import dataclass
from decimal import Decimal

from horux_core.fiscal.iva.model import MesIva
from horux_core.kernel.periodo import MESES, PRIMERO
from horux_http.fiscal.explaining import Part


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the worksheet: `how` says how it comes out.

    `figure` names the detail whose documents make it up; without one it opens `parts`, the lines that it is worked out
    from, each with its sign. `within` is the figure among whose documents its own are.
    """

    ref: str
    text: str
    column: str
    figure: str = ""
    how: str = ""
    kind: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    within: str = ""
    law: str = ""
    digits: int = 2

    @property
    def opens(self) -> str:
        return self.figure or self.within or self.column


COBRADO = (
    Line("1", "Actos al 16%, base", "base_16", "base16"),
    Line("2", "Actos al 8%, base", "base_8", "base8", "Región fronteriza"),
    Line("3", "Actos al 0%, base", "base_0", "base0"),
    Line("4", "Actos exentos", "base_exento", "baseExento"),
    Line("5", "Actos no objeto", "base_no_objeto", "baseNoObjeto"),
    Line("A", "IVA trasladado cobrado", "iva_trasladado", "ivaTrasladado", "16% de 1 + 8% de 2"),
    Line("B", "IVA que te retuvieron", "iva_retenido", "ivaRetenido"),
)
PAGADO = (
    Line("6", "Acreditable identificado", "identificado", within="ivaAcreditable", how="Con actos gravados"),
    Line("7", "Acreditable de uso mixto", "mixto", within="ivaAcreditable", how="Antes del factor"),
    Line("8", "Factor de acreditamiento", "factor", how="Gravado ÷ todo lo cobrado", digits=4,
        law="LIVA 5, fracción V, inciso c",
        parts=(("", "base_16"), ("", "base_8"), ("", "base_0"), ("", "base_exento"), ("", "base_no_objeto"))),
    Line("9", "Retenido a terceros, enterado", "retenido_mes_anterior", within="ivaAcreditable",
        how="Del mes anterior"),
    Line("C", "IVA acreditable", "iva_acreditable", "ivaAcreditable", "6 + 7 × 8 + 9"),
    Line("10", "IVA no acreditable", "iva_no_acreditable", "ivaNoAcreditable"),
)  # fmt: skip
RESULTADO = (
    Line("D", "Diferencia", "resultado", how="A − B − C", kind="sum", law="LIVA 5-D",
        parts=(("", "iva_trasladado"), ("−", "iva_retenido"), ("−", "iva_acreditable"))),
    Line("E", "Saldo a favor anterior", "saldo_anterior", how="Del mes anterior", law="LIVA 6"),
    Line("F", "Saldo a favor aplicado", "saldo_a_favor_aplicado", how="El menor entre D y E, nunca menos de cero",
        law="LIVA 6", parts=(("", "resultado"), ("", "saldo_anterior"))),
    Line("G", "IVA a pagar", "a_pagar", how="D − F, nunca menos de cero", kind="final", law="LIVA 5-D",
        parts=(("", "resultado"), ("−", "saldo_a_favor_aplicado"))),
    Line("", "En pesos enteros", "a_pagar_pesos", how="CFF 20", law="CFF 20", digits=0, parts=(("", "a_pagar"),)),
    Line("H", "Saldo a favor que sigue", "saldo_a_favor", how="E − F, y D si es a favor", kind="final", law="LIVA 6",
        parts=(("", "saldo_anterior"), ("−", "saldo_a_favor_aplicado"), ("−", "resultado"))),
)  # fmt: skip
SHEET = (("Lo que cobraste", COBRADO), ("Lo que pagaste", PAGADO), ("Resultado", RESULTADO))
LINES = [line for _, lines in SHEET for line in lines]
BY_COLUMN = {line.column: line for line in LINES}
OPENED = {line.opens: line for line in LINES if not line.within}


def value(mes: MesIva, column: str) -> Decimal:
    found = getattr(mes, column)
    assert isinstance(found, Decimal)
    return found


def parts(line: Line, mes: MesIva, where: str) -> tuple[Part, ...]:
    """The figures that a line is worked out from, each with its own door."""
    if line.column == "saldo_anterior":
        return (_before(mes),)
    # A result to pay adds nothing to the balance in favour.
    owed = line.column == "saldo_a_favor" and mes.resultado > 0
    found = [(sign, BY_COLUMN[column]) for sign, column in line.parts if not (owed and column == "resultado")]
    return tuple(Part(sign, f"{o.ref} {o.text}", value(mes, o.column), _door(where, o)) for sign, o in found)


def _before(mes: MesIva) -> Part:
    if mes.periodo == PRIMERO:
        return Part("", "Apertura de los libros", mes.saldo_anterior)
    antes = mes.periodo.anterior()
    to = f"/iva/{antes.anio}/{antes.mes}?cifra=saldo_a_favor#explicacion"
    return Part("", f"Saldo a favor de {MESES[antes.mes - 1]} {antes.anio}", mes.saldo_anterior, to)


def _door(where: str, line: Line) -> str:
    return f"{where}?cifra={line.opens}#explicacion"
