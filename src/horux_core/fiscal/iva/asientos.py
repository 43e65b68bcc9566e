"""From an amount that moved to the events of the sides the taxpayer stands on."""

from collections.abc import Iterator
from datetime import date

from horux_core.fiscal.cfdi.model import Cubetas
from horux_core.fiscal.iva.acreditamiento import Juicio, acreditar
from horux_core.fiscal.iva.model import Documento, Evento, Lado
from horux_core.kernel.periodo import Periodo

PUE = "pue"
GLOBAL = "pue_global"
PAGO = "pago"
PAGO_PRORRATEADO = "pago_prorrateado"
PENDIENTE = "pendiente"
NOTA = "nota_credito"
NOTA_EXCEDENTE = "nota_credito_excedente"
NOTA_SIN_FACTURA = "nota_credito_sin_factura"
NOTA_RETENCION = "nota_credito_retencion"
NOTA_EMISION = "nota_credito_emision"

_ARTICULOS = {
    PUE: ("LIVA 1-B; RMF 2026 2.7.1.39", "LIVA 5-III; RMF 2026 2.7.1.39"),
    GLOBAL: ("LIVA 1-B", "LIVA 5-III"),
    PAGO: ("LIVA 1-B; RMF 2026 2.7.1.32", "LIVA 5-III; RMF 2026 2.7.1.32"),
    PAGO_PRORRATEADO: ("LIVA 1-B; RMF 2026 2.7.1.32", "LIVA 5-III; RMF 2026 2.7.1.32"),
    PENDIENTE: ("RMF 2026 2.7.1.32", "RMF 2026 2.7.1.32"),
    NOTA: ("LIVA 7", "LIVA 7"),
    NOTA_EXCEDENTE: ("LIVA 7", "LIVA 7"),
    NOTA_SIN_FACTURA: ("LIVA 7", "LIVA 7"),
    NOTA_RETENCION: ("LIVA 7, último párrafo; 1-A", "LIVA 7, último párrafo; 1-A"),
    NOTA_EMISION: ("LIVA 7", "LIVA 7"),
}
"""The law behind each rule, for what was collected and for what was paid."""


def asentar(
    documento: Documento,
    clave: tuple[int, int],
    cuando: tuple[Periodo, date],
    cubetas: Cubetas,
    regla: str,
    juicio: Juicio,
) -> Iterator[Evento]:
    """The event of each side of `documento`; `clave` is the index of Pago and DoctoRelacionado, (0, 0) without them.

    `cubetas` are MXN cents; `juicio` is what may be credited on the received side.
    """
    articulos = _ARTICULOS[regla]
    periodo, fecha = cuando
    if documento.emitido:
        yield Evento(documento.uuid, *clave, Lado.EMITIDO, periodo, fecha, cubetas, regla, articulos[0])
    if documento.recibido:
        hecho = acreditar(cubetas, juicio)
        yield Evento(
            documento.uuid,
            *clave,
            Lado.RECIBIDO,
            periodo,
            fecha,
            hecho.cubetas,
            regla,
            articulos[1],
            hecho.no_acreditable,
            juicio.motivo,
            juicio.destino,
            hecho.retenido_no_acreditable,
        )
