"""The Conceptos of a CFDI 3.3 or 4.0, added up: bases come from here (FISCAL.md 2.4)."""

from dataclasses import dataclass, field
from decimal import Decimal

from lxml.etree import _Element

from horux_adapters.sat.atributos import CERO, importe, tasa, texto
from horux_core.fiscal.cfdi.combustibles import CLAVES_COMBUSTIBLE

Clave = tuple[str, str | None, Decimal | None]
"""Impuesto (001, 002, 003), factor and rate of a traslado. Equal rates are one key however they are written."""

IVA = "002"
_NO_OBJETO = frozenset({"01", "04", "06", "07", "08"})
CODIGOS = {"ISR": "001", "IVA": "002", "IEPS": "003", "01": "001", "02": "002", "03": "003"}


@dataclass(slots=True)
class Renglon:
    """Base and tax of the traslados that share impuesto, factor and rate."""

    base: Decimal = CERO
    importe: Decimal = CERO


@dataclass(slots=True)
class SumaConceptos:
    """What the Conceptos of one document add up to, with all their decimals."""

    cuantos: int = 0
    traslados: dict[Clave, Renglon] = field(default_factory=dict)
    retenciones: dict[str, Decimal] = field(default_factory=dict)
    no_objeto: Decimal = CERO
    sin_desglose: Decimal = CERO
    de_terceros: Decimal = CERO
    combustible: bool = False


def clave_impuesto(valor: str | None) -> str:
    """001, 002 or 003, from any of the ways schemas have named a tax."""
    valor = valor or ""
    return CODIGOS.get(valor.upper(), valor)


def clave_traslado(traslado: _Element) -> Clave:
    factor = texto(traslado, "TipoFactor")
    return (
        clave_impuesto(texto(traslado, "Impuesto")),
        factor,
        None if factor == "Exento" else tasa(traslado, "TasaOCuota"),
    )


def suma_conceptos(conceptos: _Element, ns: str) -> SumaConceptos:
    """`ns` is the CFDI's namespace in Clark's braces. Raises CfdiRejected."""
    suma = SumaConceptos()
    nodo, impuestos, terceros = ns + "Concepto", ns + "Impuestos", ns + "ACuentaTerceros"
    for concepto in conceptos:
        if concepto.tag != nodo:
            continue
        suma.cuantos += 1
        neto = importe(concepto, "Importe") - importe(concepto, "Descuento")
        if not suma.combustible and texto(concepto, "ClaveProdServ") in CLAVES_COMBUSTIBLE:
            suma.combustible = True
        con_iva = con_impuestos = False
        for hijo in concepto:
            if hijo.tag == impuestos:
                con_impuestos = True
                con_iva = _suma_impuestos(suma, hijo, ns) or con_iva
            elif hijo.tag == terceros:
                suma.de_terceros += neto
        if not con_iva:
            _suma_sin_iva(suma, texto(concepto, "ObjetoImp"), neto, con_impuestos)
    return suma


def _suma_sin_iva(suma: SumaConceptos, objeto: str | None, neto: Decimal, con_impuestos: bool) -> None:
    """A 3.3 has no ObjetoImp: there, to bring no taxes at all is the way to say that it is no object of IVA."""
    if objeto in _NO_OBJETO or (objeto is None and not con_impuestos):
        suma.no_objeto += neto
    else:
        suma.sin_desglose += neto


def _suma_impuestos(suma: SumaConceptos, impuestos: _Element, ns: str) -> bool:
    """Adds a Concepto's taxes; answers whether an IVA traslado is among them."""
    con_iva = False
    for grupo in impuestos:
        if grupo.tag == ns + "Traslados":
            for traslado in grupo:
                clave = clave_traslado(traslado)
                con_iva = con_iva or clave[0] == IVA
                renglon = suma.traslados.get(clave)
                if renglon is None:
                    renglon = suma.traslados[clave] = Renglon()
                renglon.base += importe(traslado, "Base")
                renglon.importe += importe(traslado, "Importe")
        elif grupo.tag == ns + "Retenciones":
            for retencion in grupo:
                codigo = clave_impuesto(texto(retencion, "Impuesto"))
                suma.retenciones[codigo] = suma.retenciones.get(codigo, CERO) + importe(retencion, "Importe")
    return con_iva
