"""The complements of a CFDI that count here: payments, payroll and local taxes. All others are skipped."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lxml.etree import _Element

from horux_adapters.sat import nomina, pagos
from horux_adapters.sat.atributos import CERO, importe_opcional
from horux_adapters.sat.impuestos import lee_locales
from horux_core.fiscal.cfdi.model import Advertencia, Impuesto, Nomina, Pago

_PAGOS = {pagos.NS_10 + "Pagos": pagos.NS_10, pagos.NS_20 + "Pagos": pagos.NS_20}
_NOMINA = {nomina.NS_11 + "Nomina": nomina.NS_11, nomina.NS_12 + "Nomina": nomina.NS_12}
_LOCALES = "{http://www.sat.gob.mx/implocal}ImpuestosLocales"


@dataclass(slots=True)
class Anexos:
    """What the complements of one document say."""

    pagos: tuple[Pago, ...] = ()
    nomina: Nomina | None = None
    impuestos_locales: tuple[Impuesto, ...] = ()
    loc_traslados: Decimal = CERO
    loc_retenciones: Decimal = CERO

    @property
    def locales(self) -> Decimal:
        """What local taxes add to the Total."""
        return self.loc_traslados - self.loc_retenciones


def lee(complementos: Iterable[_Element], avisos: list[Advertencia]) -> Anexos:
    """All Complemento nodes: 3.3 allows several. Raises CfdiRejected."""
    anexos = Anexos()
    for complemento in complementos:
        for hijo in complemento:
            nombre = str(hijo.tag)
            if nombre in _PAGOS:
                anexos.pagos += pagos.lee_pagos(hijo, _PAGOS[nombre], avisos)
            elif nombre in _NOMINA:
                propia = nomina.lee_nomina(hijo, _NOMINA[nombre])
                anexos.nomina = propia if anexos.nomina is None else nomina.juntas(anexos.nomina, propia)
            elif nombre == _LOCALES:
                _suma_locales(anexos, hijo)
    return anexos


def _suma_locales(anexos: Anexos, nodo: _Element) -> None:
    filas = lee_locales(nodo)
    anexos.impuestos_locales += filas
    anexos.loc_traslados += _total(nodo, "TotaldeTraslados", filas, "traslado")
    anexos.loc_retenciones += _total(nodo, "TotaldeRetenciones", filas, "retencion")


def _total(nodo: _Element, nombre: str, filas: tuple[Impuesto, ...], clase: str) -> Decimal:
    declarado = importe_opcional(nodo, nombre)
    return sum((fila.importe for fila in filas if fila.clase == clase), CERO) if declarado is None else declarado
