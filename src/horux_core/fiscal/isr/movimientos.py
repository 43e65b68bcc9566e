"""From the stored documents to the movements of each régimen (FISCAL.md 4)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import chain

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.isr.articulos import (
    ANTICIPO_APLICADO,
    CONSTANCIA,
    DE_MOTIVO,
    FACTURADO,
    NOMINA,
    NOMINA_EXENTA,
    articulo,
)
from horux_core.fiscal.isr.asignacion import factura, regimen_de
from horux_core.fiscal.isr.flujo import deduce, movimientos_de_flujo
from horux_core.fiscal.isr.model import (
    GENERAL_PM,
    SUELDOS,
    Clase,
    Cuenta,
    Cuentas,
    DescuentoEnFactura,
    DocumentoIsr,
    Movimiento,
    OpcionesIsr,
)
from horux_core.fiscal.iva.conversion import cambio_de
from horux_core.fiscal.iva.model import Lado, OpcionesIva
from horux_core.kernel.importe import CERO, centavos
from horux_core.kernel.periodo import Periodo

_ANTICIPO = "07"
_EXENTO_DEDUCIBLE = Decimal("0.53")
_EXENTO_DEDUCIBLE_SI_DISMINUYERON = Decimal("0.47")
"""What of exempt pay is deducted: 1 − 0.47, or 1 − 0.53 if benefits fell from the year before (LISR 28-XXX)."""

COLUMNAS = {
    Clase.INGRESO: "ingresos",
    Clase.EXENTO: "exentos",
    Clase.DEDUCCION: "deducciones",
    Clase.NO_DEDUCIBLE: "no_deducible",
    Clase.RETENCION: "retenciones",
    Clase.RETENIDO_A_TERCEROS: "retenido_a_terceros",
}
"""The field of Cuenta that each movement adds to."""


def movimientos(
    documentos: Mapping[str, DocumentoIsr],
    uuids: Iterable[str] | None,
    opciones: OpcionesIsr,
    de_iva: OpcionesIva,
) -> list[Movimiento]:
    """The movements of the documents named, of all when None, under the options of the year they fall in.

    `documentos`, by UUID, holds with each one everything that it relates to and that relates to it, as far as that
    goes. `de_iva` rules the cash moments (credit notes) and the limit of cash. A cancelled document moves nothing; a
    foreign one without a rate waits for it (CFF 20).
    """
    nombrados = None if uuids is None else list(uuids)
    elegidos = documentos.values() if nombrados is None else (documentos[u] for u in nombrados if u in documentos)
    return [
        *movimientos_de_flujo(documentos, nombrados, opciones, de_iva),
        *chain.from_iterable(_propios(d, documentos, opciones) for d in elegidos if d.flujo.vigente),
    ]


def cuentas(todos: Iterable[Movimiento]) -> Cuentas:
    """The movements added up by régimen and month."""
    sumas: dict[tuple[str, Periodo], dict[str, Decimal]] = {}
    for movimiento in todos:
        columnas = sumas.setdefault((movimiento.regimen, movimiento.periodo), {})
        columna = COLUMNAS[movimiento.clase]
        columnas[columna] = columnas.get(columna, CERO) + movimiento.importe
    return {clave: Cuenta(**columnas) for clave, columnas in sumas.items()}


def _propios(
    documento: DocumentoIsr, documentos: Mapping[str, DocumentoIsr], opciones: OpcionesIsr
) -> Iterator[Movimiento]:
    """What a document moves apart from the cash moments of its IVA."""
    tipo = documento.flujo.tipo
    if tipo in (Tipo.INGRESO, Tipo.EGRESO) and documento.flujo.emitido:
        yield from _devengado(documento, documentos, opciones)
    elif tipo is Tipo.NOMINA:
        yield from _nomina(documento, opciones)
    elif tipo is Tipo.RETENCIONES and documento.flujo.recibido:
        yield from _constancia(documento, opciones)


def _devengado(
    documento: DocumentoIsr, documentos: Mapping[str, DocumentoIsr], opciones: OpcionesIsr
) -> Iterator[Movimiento]:
    """Nominal income of 601: what was invoiced, paid or not, less the advance that the full invoice repeats.

    Other credit notes do not lower it: they are a deduction of the annual return (LISR 14, 16, 17, 25-I).
    """
    flujo, cambio = documento.flujo, cambio_de(documento.flujo)
    es_nota = flujo.tipo is Tipo.EGRESO
    if cambio is None or regimen_de(documento, documento, Lado.EMITIDO, opciones) != GENERAL_PM:
        return
    if es_nota and not _deshace_anticipo(documento, documentos):
        return
    neto = documento.neto
    if opciones.descuento_en_factura is DescuentoEnFactura.NO_RESTA and not es_nota:
        neto = documento.subtotal
    importe = centavos(cambio(neto))
    regla = ANTICIPO_APLICADO if es_nota else FACTURADO
    propio = _movimiento(documento, Clase.INGRESO, GENERAL_PM, -importe if es_nota else importe, regla, opciones)
    if importe:
        yield propio


def _deshace_anticipo(nota: DocumentoIsr, documentos: Mapping[str, DocumentoIsr]) -> bool:
    """An E with relation 07, unless every invoice it names is known to be cancelled: then nothing is repeated."""
    nombradas = [factura(r.uuid, nota.flujo, documentos) for r in nota.flujo.relaciones if r.tipo == _ANTICIPO]
    return any(f is None or f.flujo.vigente for f in nombradas)


def _nomina(documento: DocumentoIsr, opciones: OpcionesIsr) -> Iterator[Movimiento]:
    """Pay on its FechaPago (RMF 2026 2.7.5.1): an expense and tax withheld if issued, a worker's income if received."""
    nomina = documento.nomina
    if nomina is None:
        return
    gravado, exento, retenido = (centavos(x) for x in (nomina.total_gravado, nomina.total_exento, nomina.isr_retenido))
    partes: list[tuple[Clase, str, Decimal, str]] = []
    if documento.flujo.emitido:
        regimen = regimen_de(documento, documento, Lado.EMITIDO, opciones)
        partes.append((Clase.RETENIDO_A_TERCEROS, regimen, retenido, NOMINA))
        if deduce(regimen, opciones):
            fraccion = _EXENTO_DEDUCIBLE
            if opciones.prestaciones_disminuyeron:
                fraccion = _EXENTO_DEDUCIBLE_SI_DISMINUYERON
            deducible = centavos(exento * fraccion)
            partes.append((Clase.DEDUCCION, regimen, gravado + deducible, NOMINA))
            partes.append((Clase.NO_DEDUCIBLE, regimen, exento - deducible, NOMINA_EXENTA))
    if documento.flujo.recibido:
        partes.append((Clase.INGRESO, SUELDOS, gravado, NOMINA))
        partes.append((Clase.EXENTO, SUELDOS, exento, NOMINA))
        partes.append((Clase.RETENCION, SUELDOS, retenido, NOMINA))
    periodo, dia = Periodo.of(nomina.fecha_pago), nomina.fecha_pago
    for clase, regimen, importe, regla in partes:
        if importe:
            propio = _movimiento(documento, clase, regimen, importe, regla, opciones)
            ley = DE_MOTIVO[regla] if clase is Clase.NO_DEDUCIBLE else propio.articulo
            yield replace(propio, periodo=periodo, fecha=dia, articulo=ley)


def _constancia(documento: DocumentoIsr, opciones: OpcionesIsr) -> Iterator[Movimiento]:
    """ISR that a CFDI de Retenciones says was withheld from a moral, in the last month it covers (LISR 14, 54)."""
    constancia = documento.retenciones
    if constancia is None or not opciones.moral or constancia.clave not in opciones.claves_retenciones:
        return
    propia = replace(documento, regimen_emisor=documento.regimen_receptor)
    regimen = regimen_de(propia, propia, Lado.EMITIDO, opciones)
    importe = centavos(documento.isr_retenido)
    if importe:
        periodo = Periodo(constancia.ejercicio, constancia.mes_final)
        propio = _movimiento(documento, Clase.RETENCION, regimen, importe, CONSTANCIA, opciones)
        yield replace(propio, periodo=periodo)


def _movimiento(
    documento: DocumentoIsr, clase: Clase, regimen: str, importe: Decimal, regla: str, opciones: OpcionesIsr
) -> Movimiento:
    flujo = documento.flujo
    dia = flujo.fecha.date()
    periodo = flujo.periodo_global or Periodo.of(dia)
    ley = articulo(clase, regimen, opciones.moral)
    return Movimiento(flujo.uuid, 0, 0, clase, regimen, periodo, dia, importe, regla, ley)
