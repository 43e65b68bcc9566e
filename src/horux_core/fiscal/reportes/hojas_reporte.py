"""A report as a sheet: its lines, or its figures one under the other."""

from collections.abc import Sequence
from decimal import Decimal

from horux_core.fiscal.reportes.hojas import Celda, Columna, Formato, Hoja, Renglones
from horux_core.fiscal.reportes.model import Fila, Reporte
from horux_core.fiscal.reportes.nombres import NombreReporte

TITULOS = {
    NombreReporte.ESTADO_RESULTADOS: "Estado de resultados",
    NombreReporte.FLUJO_EFECTIVO: "Flujo de efectivo",
    NombreReporte.COMPARATIVO: "Comparativo",
    NombreReporte.CONCENTRADO_RFC: "Concentrado por RFC",
    NombreReporte.ANTIGUEDAD_SALDOS: "Antigüedad de saldos",
    NombreReporte.DIOT: "Operaciones con terceros (DIOT)",
    NombreReporte.PAPEL_IVA: "Papel de trabajo de IVA",
    NombreReporte.PAPEL_ISR: "Papel de trabajo de ISR",
}
ETIQUETAS = {
    "facturado": "Facturado o cobrado",
    "notasEmitidas": "Notas de crédito emitidas",
    "ingresos": "Ingresos",
    "compras": "Compras y gastos",
    "notasRecibidas": "Notas de crédito recibidas",
    "nomina": "Nómina",
    "costosYGastos": "Costos y gastos",
    "utilidad": "Utilidad",
    "margen": "Margen",
    "saldoInicial": "Saldo inicial",
    "cobrado": "Cobrado",
    "entradas": "Entradas",
    "pagado": "Pagado",
    "nominaNeta": "Nómina neta",
    "impuestosPagados": "Impuestos pagados",
    "salidas": "Salidas",
    "saldoFinal": "Saldo final",
    "mes": "Mes",
    "figura": "Concepto",
    "a": "A",
    "b": "B",
    "diferencia": "Diferencia",
    "diferenciaPct": "Diferencia %",
    "direccion": "Dirección",
    "rfc": "RFC",
    "nombre": "Nombre",
    "cfdi": "CFDI",
    "subtotal": "Subtotal",
    "iva": "IVA",
    "retenciones": "Retenciones",
    "total": "Total",
    "cobradoPagado": "Cobrado o pagado",
    "saldo": "Saldo",
    "pct": "% del total",
    "de0a30": "0 a 30 días",
    "de31a60": "31 a 60 días",
    "de61a90": "61 a 90 días",
    "masDe90": "Más de 90 días",
    "tipoTercero": "Tipo de tercero",
    "tipoOperacion": "Tipo de operación",
    "base16": "Base 16 %",
    "base8Norte": "Base 8 % norte",
    "base8Sur": "Base 8 % sur",
    "base0": "Base 0 %",
    "exento": "Exento",
    "noObjeto": "No objeto",
    "devoluciones": "Devoluciones",
    "ivaAcreditable": "IVA acreditable",
    "ivaNoAcreditable": "IVA no acreditable",
    "ivaRetenido": "IVA retenido",
}
_ANCHOS = {"nombre": 40, "figura": 30, "rfc": 16, "direccion": 12}


def titulo(reporte: Reporte, nombre: NombreReporte, quien: str) -> tuple[str, ...]:
    """Whose it is, what, of when, and on what basis."""
    return (
        quien,
        TITULOS[nombre],
        f"{_periodo(reporte)} Base: {reporte.base}. Importes en MXN, sin CFDI cancelados.",
        *(a.detalle for a in reporte.advertencias),
    )


def _periodo(reporte: Reporte) -> str:
    propio = f"Del {reporte.desde} al {reporte.hasta}"
    if reporte.contra is None:
        return f"{propio}." if reporte.al is None else f"{propio}. Antigüedad al {reporte.al}."
    return f"A: {propio}. B: Del {reporte.contra.primer_dia} al {reporte.contra.ultimo_dia}."


def hojas_reporte(reporte: Reporte, nombre: NombreReporte, quien: str) -> tuple[Hoja, ...]:
    arriba = titulo(reporte, nombre, quien)
    if reporte.filas:
        return (_de_filas(reporte.filas, nombre, arriba),)
    formato = Formato.PESOS if nombre is NombreReporte.DIOT else Formato.IMPORTE
    filas: list[tuple[Celda, ...]] = [(ETIQUETAS[f.figura], f.total) for f in reporte.figuras if f.figura in ETIQUETAS]
    formatos = {(len(filas) + i, 1): Formato.FACTOR for i in range(len(reporte.razones))}
    filas += [(ETIQUETAS[clave], razon) for clave, razon in reporte.razones]
    columnas = (Columna("Concepto", ancho=40), Columna("Importe", formato, 20))
    return (Hoja(TITULOS[nombre][:31], arriba, columnas, Renglones(filas, formatos)),)


def _de_filas(filas: Sequence[Fila], nombre: NombreReporte, arriba: tuple[str, ...]) -> Hoja:
    formato = Formato.PESOS if nombre is NombreReporte.DIOT else Formato.IMPORTE
    primera = filas[0]
    columnas = (
        *(Columna(ETIQUETAS[clave], ancho=_ANCHOS.get(clave, 14)) for clave, _ in primera.datos),
        *(Columna(ETIQUETAS[f.figura], formato) for f in primera.figuras),
        *(Columna(ETIQUETAS[clave], Formato.PORCIENTO) for clave, _ in primera.razones),
    )
    renglones = [_celdas(fila) for fila in filas]
    return Hoja(TITULOS[nombre][:31], arriba, columnas, Renglones(renglones))


def _celdas(fila: Fila) -> tuple[Celda, ...]:
    datos = [ETIQUETAS.get(texto, texto) if clave == "figura" else texto for clave, texto in fila.datos]
    razones: list[Decimal | None] = [razon for _, razon in fila.razones]
    return (*datos, *(f.total for f in fila.figuras), *razones)
