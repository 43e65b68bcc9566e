"""The eight reports on paper: what each says, and how its lines are laid out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from horux_core.fiscal.iva.model import Figura
from horux_core.fiscal.reportes.hojas_reporte import ETIQUETAS, TITULOS
from horux_core.fiscal.reportes.model import Fila, Reporte
from horux_core.fiscal.reportes.nombres import NombreReporte
from horux_core.kernel.periodo import Periodo
from horux_core.tenancy.regimenes import nombre_de_regimen
from horux_http.browser.formats import NADA, importe, mes, porcentaje

LISTED = {
    NombreReporte.ESTADO_RESULTADOS: "Cuánto ganaste: ingresos menos costos y gastos, facturado o cobrado.",
    NombreReporte.FLUJO_EFECTIVO: "Cuánto dinero entró, salió y quedó cada mes.",
    NombreReporte.COMPARATIVO: "Tus resultados contra otro periodo, con la diferencia en pesos y en por ciento.",
    NombreReporte.CONCENTRADO_RFC: "Cuánto facturaste y compraste con cada RFC, y cuánto falta por cobrar o pagar.",
    NombreReporte.ANTIGUEDAD_SALDOS: "Quién te debe, a quién le debes y desde cuándo.",
    NombreReporte.DIOT: "Lo pagado a cada proveedor, en pesos enteros, como lo pide la DIOT.",
    NombreReporte.PAPEL_IVA: "El IVA del mes con fórmulas vivas sobre sus CFDI.",
    NombreReporte.PAPEL_ISR: "El ISR del mes por régimen, con fórmulas vivas sobre sus CFDI.",
}
"""Each in a line."""
OF_TAX = {
    "ivaTrasladado": "IVA trasladado cobrado", "ivaRetenido": "IVA retenido", "ivaAcreditable": "IVA acreditable",
    "ivaNoAcreditable": "IVA no acreditable", "base16": "Actos al 16%, base", "iva16": "IVA al 16%",
    "base8": "Actos al 8%, base", "iva8": "IVA al 8%", "base0": "Actos al 0%, base", "baseExento": "Actos exentos",
    "baseNoObjeto": "Actos no objeto", "resultado": "Diferencia", "saldoAnterior": "Saldo a favor anterior",
    "saldoAFavorAplicado": "Saldo a favor aplicado", "saldoAFavor": "Saldo a favor que sigue", "aPagar": "A pagar",
    "aPagarPesos": "A pagar, en pesos enteros", "retenidoATerceros": "Retenido a terceros",
    "ingresosMes": "Ingresos del mes", "ingresosAcum": "Ingresos acumulados", "deduccionesMes": "Deducciones del mes",
    "deduccionesAcum": "Deducciones acumuladas", "base": "Base", "pagosPrevios": "Pagos provisionales previos",
    "retenciones": "Retenciones", "noDeducible": "No deducible del mes", "isrCausado": "ISR causado",
    "isrAPagar": "ISR a pagar", "factor": "Factor de acreditamiento", "coeficiente": "Coeficiente de utilidad",
    "tasaPct": "Tasa", "pct": "% del total",
}  # fmt: skip
SUBTOTALS = {"ingresos", "costosYGastos", "entradas", "salidas", "resultado", "base", "total", "saldo"}
FINALS = {"utilidad", "saldoFinal", "aPagarPesos"}
_SIDES = (
    ("Emitidos", "Emitidos"), ("Recibidos", "Recibidos"), ("PorCobrar", "Por cobrar"), ("PorPagar", "Por pagar"),
)  # fmt: skip
"""How the name of a total of one side ends, and what it is called."""
_PLURAL = {"emitido": "Emitidos", "recibido": "Recibidos"}
_WHO = ("nombre",)
_APART = frozenset({"nombre", "rfc", "direccion"})
_VERTICAL = frozenset({NombreReporte.ESTADO_RESULTADOS, NombreReporte.PAPEL_IVA, NombreReporte.PAPEL_ISR})
_IN_FOUR = frozenset({"factor", "coeficiente"})


def label(name: str, nombre: NombreReporte) -> str:
    if nombre in (NombreReporte.PAPEL_IVA, NombreReporte.PAPEL_ISR) and name in OF_TAX:
        return OF_TAX[name]
    return ETIQUETAS.get(name) or OF_TAX.get(name) or name


def head(name: str, reporte: Reporte, nombre: NombreReporte) -> str:
    """Of two periods that are compared, each by its own name."""
    if nombre is NombreReporte.COMPARATIVO and reporte.contra is not None:
        if name == "a":
            return span(reporte.desde, reporte.hasta)
        if name == "b":
            return span(reporte.contra.primer_dia, reporte.contra.ultimo_dia)
    return label(name, nombre)


def span(desde: date, hasta: date) -> str:
    """A month, or the whole year."""
    return f"{mes(desde)} {desde.year}".capitalize() if desde.month == hasta.month else str(desde.year)


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a line: `clave` and `cifra` name the documents behind it."""

    value: Decimal
    clave: str
    cifra: str
    digits: int = 2


@dataclass(frozen=True, slots=True)
class Row:
    """`texts` head it, `ratios` close it; `kind` is sum or final, `under` is told below its first text."""

    texts: tuple[str, ...]
    cells: tuple[Cell, ...]
    ratios: tuple[str, ...] = ()
    kind: str = ""
    under: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its lines; `totals` are those of every page of it."""

    title: str
    heads: tuple[str, ...]
    columns: tuple[str, ...]
    ratios: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: tuple[Row, ...] = ()


def sheets(reporte: Reporte, nombre: NombreReporte) -> tuple[Sheet, ...]:
    if nombre is NombreReporte.PAPEL_ISR:
        own = tuple(_vertical(f"{f.clave}, {nombre_de_regimen(f.clave)}", f, nombre) for f in reporte.filas)
        return (*own, _vertical("De todos los regímenes", Fila("", (), reporte.figuras), nombre))
    if nombre in _VERTICAL:
        return (_vertical("", Fila("", (), reporte.figuras, reporte.razones), nombre),)
    return (_table(reporte, nombre),) if reporte.filas else ()


def _vertical(title: str, fila: Fila, nombre: NombreReporte) -> Sheet:
    """The figures one under the other."""
    rows = [Row((label(f.figura, nombre),), (_cell(f, fila.clave),), kind=_kind(f.figura)) for f in fila.figuras]
    rows += [Row((label(name, nombre),), (), (_ratio(name, value),)) for name, value in fila.razones]
    return Sheet(title, ("Concepto",), ("Importe",), (), tuple(rows))


def _cell(figure: Figura, clave: str, nombre: NombreReporte | None = None) -> Cell:
    whole = nombre is NombreReporte.DIOT or figure.figura == "aPagarPesos"
    return Cell(figure.total, clave, figure.figura, 0 if whole else 2)


def _table(reporte: Reporte, nombre: NombreReporte) -> Sheet:
    first = reporte.filas[0]
    return Sheet(
        "",
        _heads(first, nombre),
        tuple(head(f.figura, reporte, nombre) for f in first.figuras),
        tuple(label(name, nombre) for name, _ in first.razones),
        tuple(_row(fila, nombre) for fila in reporte.filas),
        () if nombre is NombreReporte.COMPARATIVO else tuple(_totals(reporte, first, nombre)),
    )


def _heads(first: Fila, nombre: NombreReporte) -> tuple[str, ...]:
    """Who it is comes first, with its RFC below it; the side heads a group of its own."""
    names = [name for name, _ in first.datos if name not in _APART]
    return tuple(label(name, nombre) for name in (*_WHO, *names) if name in dict(first.datos))


def _row(fila: Fila, nombre: NombreReporte) -> Row:
    datos = dict(fila.datos)
    who = [datos["nombre"] or datos["rfc"]] if "rfc" in datos else []
    rest = [_text(name, text, nombre) for name, text in fila.datos if name not in _APART]
    cells = tuple(_cell(f, fila.clave, nombre) for f in fila.figuras)
    ratios = tuple(_ratio(name, value) for name, value in fila.razones)
    kind = _kind(fila.clave) if nombre is NombreReporte.COMPARATIVO else ""
    side = _PLURAL.get(datos.get("direccion", ""), "")
    return Row((*who, *rest), cells, ratios, kind, datos.get("rfc", ""), side)


def _totals(reporte: Reporte, first: Fila, nombre: NombreReporte) -> list[Row]:
    """Of all, or of each side where the report tells them apart."""
    by_name = {f.figura: f for f in reporte.figuras}
    names = [f.figura for f in first.figuras]
    sides = [(suffix, title) for suffix, title in _SIDES if f"{names[0]}{suffix}" in by_name]
    wanted = [(f"Total {title.lower()}", [f"{name}{suffix}" for name in names]) for suffix, title in sides]
    return [
        _total(title, [by_name[name] for name in columns], first, nombre)
        for title, columns in wanted or [("Total", names)]
    ]


def _total(title: str, figures: Sequence[Figura], first: Fila, nombre: NombreReporte) -> Row:
    texts = (title, *("" for _ in _heads(first, nombre)[1:]))
    return Row(texts, tuple(_cell(f, "", nombre) for f in figures), tuple("" for _ in first.razones), "final")


def _text(name: str, text: str, nombre: NombreReporte) -> str:
    if name == "mes":
        periodo = Periodo.parse(text)
        return f"{mes(periodo.mes)} {periodo.anio}".capitalize()
    if name == "figura":
        return label(text, nombre)
    return text


def _kind(name: str) -> str:
    return "final" if name in FINALS else "sum" if name in SUBTOTALS else ""


def _ratio(name: str, value: Decimal | None) -> str:
    if value is None:
        return NADA
    if name in _IN_FOUR:
        return importe(value, 4)
    return porcentaje(value, 2) if name == "margen" else f"{importe(value)}%"


def named(figure: str, fila: Fila | None, reporte: Reporte, nombre: NombreReporte) -> str:
    """What a figure is called by itself: with the line that it is of, or the side."""
    if fila is not None:
        texts = dict(fila.datos)
        whose = texts.get("nombre") or next((_text(n, t, nombre) for n, t in fila.datos), fila.clave)
        return f"{head(figure, reporte, nombre)}, {whose}"
    for suffix, title in _SIDES:
        if figure.endswith(suffix) and figure.removesuffix(suffix) in ETIQUETAS:
            return f"{label(figure.removesuffix(suffix), nombre)}, {title.lower()}"
    return label(figure, nombre)


def title(nombre: NombreReporte) -> str:
    return TITULOS[nombre]
