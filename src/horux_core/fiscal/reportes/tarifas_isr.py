"""The tariffs that the working paper of ISR looks bases up in, as a sheet."""

from collections.abc import Mapping

from horux_core.fiscal.isr.model import ACTIVIDAD_EMPRESARIAL, ARRENDAMIENTO
from horux_core.fiscal.isr.tarifas import Tarifa, acumulada, mensual
from horux_core.fiscal.reportes.hojas import Celda, Columna, Formato, Hoja, Renglones
from horux_core.fiscal.reportes.papel_isr import PapelIsr

_HOJA = "Tarifas"
_COLUMNAS = (
    Columna("Tarifa", ancho=20),
    Columna("Límite inferior", Formato.IMPORTE),
    Columna("Cuota fija", Formato.IMPORTE),
    Columna("Por ciento", Formato.PORCIENTO),
)
Lugares = Mapping[tuple[str, int], str]
"""Where the tariff of a régimen and month is, as a range of limits, quotas and per cents."""


def hoja_de_tarifas(papel: PapelIsr, titulo: tuple[str, ...]) -> tuple[tuple[Hoja, ...], Lugares]:
    """The sheet, when a régimen needs one, and where each tariff is in it."""
    filas: list[tuple[Celda, ...]] = []
    lugares: dict[tuple[str, int], str] = {}
    puestas: dict[Tarifa, str] = {}
    primera = len(titulo) + 2
    for regimen in papel.regimenes:
        for mes in range(1, papel.periodo.mes + 1):
            tarifa = _tarifa(papel, regimen, mes)
            if not tarifa:
                continue
            if tarifa not in puestas:
                desde = primera + len(filas)
                filas += [(f"{regimen} mes {mes}", r.limite_inferior, r.cuota_fija, r.porciento) for r in tarifa]
                puestas[tarifa] = f"{_HOJA}!$B${desde}:$D${desde + len(tarifa) - 1}"
            lugares[regimen, mes] = puestas[tarifa]
    return ((Hoja(_HOJA, titulo, _COLUMNAS, Renglones(filas)),) if filas else ()), lugares


def _tarifa(papel: PapelIsr, regimen: str, mes: int) -> Tarifa:
    anio = papel.periodo.anio
    if regimen == ACTIVIDAD_EMPRESARIAL:
        return acumulada(anio, mes)
    if regimen == ARRENDAMIENTO:
        return acumulada(anio, 3) if papel.opciones.arrendamiento_trimestral else mensual(anio)
    return ()
