"""The lines of a month's ISR in each régimen, and what each is worked out from."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from string import ascii_uppercase

from horux_core.fiscal.isr.model import (
    ACTIVIDAD_EMPRESARIAL,
    GENERAL_PM,
    RESICO,
    SUELDOS,
    MesIsr,
)
from horux_core.fiscal.isr.renglones import renglon_de
from horux_core.kernel.periodo import MESES
from horux_http.browser.formats import importe
from horux_http.fiscal.explaining import Part, renamed
from horux_http.fiscal.sheet_iva import Line

Groups = tuple[tuple[str, tuple[Line, ...]], ...]

_MES = Line("1", "Ingresos del mes", "ingresos_mes", "ingresosMes")
_ACUM = Line("A", "Ingresos acumulados", "ingresos_acum", "ingresosAcum", "De enero al mes")
_GASTO = Line("2", "Deducciones del mes", "deducciones_mes", "deduccionesMes")
_GASTO_ACUM = Line("B", "Deducciones acumuladas", "deducciones_acum", "deduccionesAcum", "De enero al mes")
_PTU = Line("3", "PTU pagada", "ptu", within="base", how="Hasta donde alcanza")
_PERDIDAS = Line("4", "Pérdidas de otros años", "perdidas", within="base", how="Hasta donde alcanza")
_PREVIOS = Line("E", "Pagos provisionales previos", "pagos_previos", "pagosPrevios", "De enero al mes anterior")
_RETENIDO_ACUM = Line("F", "ISR que te retuvieron", "retenciones", "retenciones", "De enero al mes")
_RETENIDO = Line("F", "ISR que te retuvieron", "retenciones", "retenciones", "Del periodo del pago")
_DE_LA_BASE = (("", "base"),)
_PESOS = Line(
    "", "En pesos enteros", "a_pagar_pesos", how="CFF 20", law="CFF 20", digits=0, parts=(("", "isr_a_pagar"),)
)
_SOBRA = Line("G", "Retención que excede", "retencion_excedente", how="F − D, nunca menos de cero", kind="sum",
    law="LISR 152-I; RMF 2026 3.13.34", parts=(("", "retenciones"), ("−", "isr_causado")))  # fmt: skip


def sheet(mes: MesIsr, moral: bool) -> Groups:
    """The worksheet of a régimen, its lines lettered one after the other."""
    return _lettered(_groups(mes, moral))


def _groups(mes: MesIsr, moral: bool) -> Groups:
    if mes.regimen == GENERAL_PM:
        return _general()
    if mes.regimen == ACTIVIDAD_EMPRESARIAL or (mes.regimen == RESICO and moral):
        return _acumulado("Tarifa acumulada del mes, LISR 106" if mes.regimen == ACTIVIDAD_EMPRESARIAL else "30% de C")
    if mes.regimen == RESICO:
        return _resico()
    return _sueldos() if mes.regimen == SUELDOS else _arrendamiento()


def _lettered(groups: Groups) -> Groups:
    """A letter that a régimen has no line for is not skipped: those after it move up, also where a line names them."""
    used = [line.ref for _, lines in groups for line in lines if line.ref.isalpha()]
    letters = dict(zip(used, ascii_uppercase, strict=False))
    return tuple((title, tuple(_renamed(line, letters) for line in lines)) for title, lines in groups)


def _renamed(line: Line, letters: Mapping[str, str]) -> Line:
    return replace(line, ref=letters.get(line.ref, line.ref), how=renamed(line.how, letters))


def _pago(*lines: Line, law: str) -> tuple[Line, ...]:
    """What is left to pay of D after E and F."""
    signs = {"pagos_previos": "E", "retenciones": "F"}
    less = [line.column for line in lines]
    how = " − ".join(("D", *(signs[column] for column in less)))
    parts = (("", "isr_causado"), *(("−", column) for column in less))
    return (*lines, Line("", "ISR a pagar", "isr_a_pagar", how=f"{how}, nunca menos de cero", kind="final", parts=parts,
        law=law), _PESOS)  # fmt: skip


def _general() -> Groups:
    base = Line("C", "Base", "base", "base", "A × 2 − 3 − 4, nunca menos de cero", kind="sum")
    return (
        ("Ingresos nominales", (_MES, _ACUM)),
        ("Utilidad fiscal estimada", (
            Line("2", "Coeficiente de utilidad", "coeficiente", within="base", how="De tu anual, LISR 14-I", digits=4),
            _PTU, _PERDIDAS, base,
        )),
        ("Pago provisional", (
            Line("D", "ISR causado", "isr_causado", how="30% de C", law="LISR 9, 14", parts=_DE_LA_BASE),
            *_pago(_PREVIOS, _RETENIDO_ACUM, law="LISR 14"),
        )),
    )  # fmt: skip


def _acumulado(how: str) -> Groups:
    return (
        ("Lo que cobraste", (_MES, _ACUM)),
        ("Lo que deduces", (_GASTO, _GASTO_ACUM, _PTU, _PERDIDAS)),
        ("Pago provisional", (
            Line("C", "Base", "base", "base", "A − B − 3 − 4, nunca menos de cero", kind="sum"),
            Line("D", "ISR causado", "isr_causado", how=how, law="LISR 106; LISR 211", parts=_DE_LA_BASE),
            *_pago(_PREVIOS, _RETENIDO_ACUM, law="LISR 106, 211"),
        )),
    )  # fmt: skip


def _resico() -> Groups:
    return (
        ("Lo que cobraste", (_MES,)),
        ("Pago mensual", (
            Line("C", "Base", "base", "base", "1", kind="sum"),
            Line("2", "Tasa del mes, en por ciento", "tasa_pct", within="base", how="LISR 113-E, por tus ingresos"),
            Line("D", "ISR causado", "isr_causado", how="C × 2 ÷ 100", law="LISR 113-E", parts=_DE_LA_BASE),
            *_pago(_RETENIDO, law="LISR 113-E, 113-J"), _SOBRA,
        )),
    )  # fmt: skip


def _arrendamiento() -> Groups:
    return (
        ("Rentas cobradas", (_MES,)),
        ("Lo que deduces", (_GASTO,)),
        ("Pago provisional", (
            Line("C", "Base", "base", "base", "1 − 2, del periodo del pago", kind="sum"),
            Line("D", "ISR causado", "isr_causado", how="Tarifa del periodo", law="LISR 116", parts=_DE_LA_BASE),
            *_pago(_RETENIDO, law="LISR 116"), _SOBRA,
        )),
    )  # fmt: skip


def _sueldos() -> Groups:
    return (
        ("Tu sueldo, para tu anual", (
            Line("1", "Sueldo y prestaciones del mes", "ingresos_mes", "ingresosMes"),
            Line("A", "Acumulado", "ingresos_acum", "ingresosAcum", "De enero al mes"),
            Line("C", "Parte gravada del mes", "base", "base", kind="sum"),
            Line("F", "ISR que te retuvo el patrón", "retenciones", "retenciones", "El patrón lo paga por ti"),
        )),
    )  # fmt: skip


def value(mes: MesIsr, column: str) -> Decimal:
    found = getattr(mes, column)
    return found if isinstance(found, Decimal) else Decimal(0)


def parts(line: Line, mes: MesIsr, lines: Mapping[str, Line], where: str) -> tuple[Part, ...]:
    """The figures that a line is worked out from, each with its own door, and the row of the tariff it took."""
    known = [(sign, lines[column]) for sign, column in line.parts if column in lines]
    found = [Part(sign, f"{o.ref} {o.text}".strip(), value(mes, o.column), _door(where, o, mes)) for sign, o in known]
    return (*found, *_tarifa(mes)) if line.column == "isr_causado" else tuple(found)


def _tarifa(mes: MesIsr) -> tuple[Part, ...]:
    if mes.tasa_pct is not None:
        return (Part("×", "Tasa", mes.tasa_pct, how=f"{importe(mes.tasa_pct)}%"),)
    row = renglon_de(mes)
    if row is None:
        return ()
    return (
        Part("−", "Límite inferior de la tarifa", row.limite_inferior),
        Part("×", "Por ciento sobre el excedente", row.porciento, how=f"{importe(row.porciento)}%"),
        Part("+", "Cuota fija", row.cuota_fija),
    )


def _door(where: str, line: Line, mes: MesIsr) -> str:
    return f"{where}?regimen={mes.regimen}&cifra={line.opens}#explicacion"


def place(line: Line, mes: MesIsr) -> str:
    ref = f"Renglón {line.ref}, régimen" if line.ref else "Régimen"
    return f"{ref} {mes.regimen}, {MESES[mes.periodo.mes - 1]} {mes.periodo.anio}"
