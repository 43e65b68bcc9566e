"""The working paper of a year's ISR up to a month as sheets: one for each régimen, over one of movements."""

from collections.abc import Mapping

from horux_core.fiscal.isr.model import Movimiento
from horux_core.fiscal.reportes.cuadro import Columnas
from horux_core.fiscal.reportes.formulas_isr import HojaDeRegimen
from horux_core.fiscal.reportes.hojas import Celda, Columna, Formato, Hoja, Renglones
from horux_core.fiscal.reportes.model import Ficha
from horux_core.fiscal.reportes.papel_isr import PapelIsr
from horux_core.fiscal.reportes.papel_iva import folio
from horux_core.fiscal.reportes.tarifas_isr import hoja_de_tarifas

_MESES = ("Ene", "Feb", "Mar", "Abr", "May", "Jun", "Jul", "Ago", "Sep", "Oct", "Nov", "Dic")
_COLUMNAS = {
    "mes": Columna("Mes", Formato.ENTERO, 6),
    "regimen": Columna("Régimen", ancho=10),
    "clase": Columna("Clase", ancho=20),
    "uuid": Columna("Folio fiscal", ancho=38),
    "fecha": Columna("Fecha", Formato.FECHA, 12),
    "rfc_emisor": Columna("RFC emisor", ancho=16),
    "nombre_emisor": Columna("Nombre emisor", ancho=30),
    "rfc_receptor": Columna("RFC receptor", ancho=16),
    "nombre_receptor": Columna("Nombre receptor", ancho=30),
    "folio": Columna("Serie y folio", ancho=14),
    "importe": Columna("Importe", Formato.IMPORTE),
    "regla": Columna("Regla", ancho=24),
    "articulo": Columna("Fundamento", ancho=30),
}


def hojas_isr(papel: PapelIsr, fichas: Mapping[str, Ficha], titulo: tuple[str, ...]) -> tuple[Hoja, ...]:
    filas = [_fila(m, fichas.get(m.uuid)) for m in papel.movimientos]
    documentos = Hoja("CFDI", titulo, tuple(_COLUMNAS.values()), Renglones(filas))
    columnas = Columnas("CFDI", tuple(_COLUMNAS), documentos.primera, len(filas))
    meses = tuple(Columna(m, Formato.IMPORTE) for m in _MESES[: papel.periodo.mes])
    conceptos = (Columna("Concepto", ancho=44), *meses)
    tarifas, lugares = hoja_de_tarifas(papel, titulo)
    de_regimen = tuple(
        Hoja(
            f"ISR {regimen}",
            titulo,
            conceptos,
            HojaDeRegimen(papel, regimen, columnas, lugares, len(titulo) + 2).renglones(),
        )
        for regimen in papel.regimenes
    )
    return (*de_regimen, *tarifas, documentos)


def _fila(m: Movimiento, ficha: Ficha | None) -> tuple[Celda, ...]:
    quienes = (ficha.rfc_emisor, ficha.nombre_emisor, ficha.rfc_receptor, ficha.nombre_receptor) if ficha else ("",) * 4
    return (
        *(m.periodo.mes, f"R{m.regimen}", m.clase.value, m.uuid, m.fecha, *quienes, folio(ficha)),
        *(m.importe, m.regla, m.articulo),
    )
