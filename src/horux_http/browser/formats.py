"""How amounts, dates and counts are written for a reader in Mexico."""

from datetime import date, datetime
from decimal import Decimal

from horux_core.kernel.clock import MEXICO, dia_fiscal
from horux_core.kernel.periodo import MESES
from horux_core.plans.fullness import fullness

_DIAS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
NADA = "—"
_MENOS = "−"


def importe(valor: Decimal | str | None, decimales: int = 2) -> str:
    """`1,234.56`, with a true minus; a dash where there is none."""
    if valor is None or valor == "":
        return NADA
    numero = Decimal(valor)
    texto = f"{abs(numero):,.{decimales}f}"
    return f"{_MENOS}{texto}" if numero < 0 and Decimal(texto.replace(",", "")) else texto


def pesos(valor: Decimal | str | None) -> str:
    """Whole pesos, as a return asks for them."""
    return importe(valor, 0)


def miles(valor: Decimal | float) -> str:
    """Of a chart's axis: `5 mil`, `1.2 M`."""
    numero = Decimal(valor)
    for cuanto, unidad in ((1_000_000, "M"), (1_000, "mil")):
        if abs(numero) >= cuanto:
            return f"{importe(numero / cuanto, 1).removesuffix('.0')} {unidad}"
    return importe(numero, 0)


def cantidad(valor: int | None) -> str:
    return NADA if valor is None else f"{valor:,}".replace("-", _MENOS)


def tope(valor: int) -> str:
    """Of a limit, which may be none."""
    return "sin límite" if valor < 0 else cantidad(valor)


def porcentaje(valor: Decimal | str | None, decimales: int = 0) -> str:
    """Of a proportion: 0.16 is `16%`."""
    return NADA if valor is None else f"{importe(Decimal(valor) * 100, decimales)}%"


def mes(valor: int | date) -> str:
    """`febrero`."""
    return MESES[(valor if isinstance(valor, int) else valor.month) - 1]


def mes_corto(valor: int | date) -> str:
    return mes(valor)[:3]


def _dia(valor: date | datetime) -> date:
    return (
        dia_fiscal(valor) if isinstance(valor, datetime) and valor.tzinfo else date(valor.year, valor.month, valor.day)
    )


def fecha(valor: date | datetime | None, anio: int | None = None) -> str:
    """`17 ene 2026`; inside the year of the page, `17 ene`."""
    if valor is None:
        return NADA
    dia = _dia(valor)
    corta = f"{dia.day} {mes_corto(dia)}"
    return corta if dia.year == anio else f"{corta} {dia.year}"


def limite(valor: date | None) -> str:
    """A deadline: `jueves 23 abr 2026`."""
    return NADA if valor is None else f"{_DIAS[_dia(valor).weekday()]} {fecha(valor)}"


def hora(valor: datetime | None) -> str:
    """`18:20`, in central Mexico."""
    return NADA if valor is None else f"{_local(valor):%H:%M}"


def momento(valor: datetime | None) -> str:
    """`17 ene 2026, 18:20`."""
    return NADA if valor is None else f"{fecha(valor)}, {hora(valor)}"


def _local(valor: datetime) -> datetime:
    return valor.astimezone(MEXICO) if valor.tzinfo else valor


def faltan(valor: date, hoy: date) -> str:
    """`faltan 15 días`, `vence hoy`, `venció hace 3 días`."""
    dias = (_dia(valor) - hoy).days
    if dias == 0:
        return "vence hoy"
    cuantos = f"{abs(dias)} día" if abs(dias) == 1 else f"{cantidad(abs(dias))} días"
    if dias < 0:
        return f"venció hace {cuantos}"
    return f"falta {cuantos}" if dias == 1 else f"faltan {cuantos}"


def hace(valor: datetime | None, ahora: datetime) -> str:
    """`hace 3 min`, `hace 2 h`, `ayer`, `hace 5 días`; from a week on, the day."""
    if valor is None:
        return NADA
    minutos = max(0, int((ahora - valor).total_seconds() // 60))
    dias = (_dia(ahora) - _dia(valor)).days
    if minutos < 60:
        return f"hace {minutos} min" if minutos else "ahora"
    if dias == 0 or minutos < 12 * 60:
        return f"hace {minutos // 60} h"
    if dias >= 7:
        return fecha(valor)
    return "ayer" if dias == 1 else f"hace {dias} días"


def tamano(octetos: int | None) -> str:
    """`3.4 MB`."""
    if octetos is None:
        return NADA
    for cuanto, unidad in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
        if octetos >= cuanto:
            return f"{octetos / cuanto:.1f} {unidad}"
    return f"{octetos} B"


FILTROS = {
    "importe": importe, "pesos": pesos, "cantidad": cantidad, "porcentaje": porcentaje, "mes": mes,
    "mes_corto": mes_corto, "fecha": fecha, "limite": limite, "hora": hora, "momento": momento, "tamano": tamano,
    "faltan": faltan, "hace": hace, "miles": miles, "tope": tope, "lleno": fullness,
}  # fmt: skip
