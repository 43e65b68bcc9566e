"""CFDI 3.3 and 4.0."""

from decimal import Decimal

from lxml.etree import _Element

from horux_adapters.sat import complementos as complemento
from horux_adapters.sat.atributos import (
    CERO,
    entero,
    fecha_hora,
    importe,
    importe_requerido,
    tasa,
    texto,
    texto_requerido,
)
from horux_adapters.sat.complementos import Anexos
from horux_adapters.sat.conceptos import SumaConceptos, suma_conceptos
from horux_adapters.sat.impuestos import Resumen, completa, cubetas, lee_resumen, suma
from horux_adapters.sat.monedas import SIN_MONEDA, moneda, tipo_cambio
from horux_adapters.sat.partes import hijos, nodo, relaciones, rfc
from horux_adapters.sat.timbre import Timbre, lee_timbre
from horux_core.fiscal.cfdi import advertencias as aviso
from horux_core.fiscal.cfdi.errors import AtributoInvalido
from horux_core.fiscal.cfdi.model import Advertencia, Cfdi, Cubetas, Impuesto, Relacion, Tipo
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import PUBLICO_EN_GENERAL

_TIPOS = {"I": Tipo.INGRESO, "E": Tipo.EGRESO, "T": Tipo.TRASLADO, "N": Tipo.NOMINA, "P": Tipo.PAGO}
_CON_CUBETAS = frozenset({Tipo.INGRESO, Tipo.EGRESO})
_SIN_CUBETAS = Cubetas()
_TOLERANCIA = Decimal("0.05")
_MESES = range(1, 19)
_ANIOS = range(1990, 2201)
_Importes = tuple[Decimal, Decimal, Decimal]
"""SubTotal, Descuento, Total."""


def lee_comprobante(raiz: _Element, ns: str, version: str, avisos: list[Advertencia]) -> Cfdi:
    """`ns` is the CFDI's namespace in Clark's braces. Raises CfdiRejected."""
    partes = hijos(raiz, ns)
    timbre = lee_timbre(partes.get("Complemento", ()))
    tipo = _tipo(raiz)
    divisa = moneda(raiz, "Moneda", avisos)
    importes = _importes(raiz, divisa)
    conceptos = suma_conceptos(nodo(partes, "Conceptos"), ns)
    resumen = lee_resumen(partes["Impuestos"][0], ns) if "Impuestos" in partes else Resumen()
    anexos = complemento.lee(partes.get("Complemento", ()), avisos)
    impuestos = completa(resumen, conceptos, avisos)
    if divisa != SIN_MONEDA:
        cuadra(importes[2], _esperado(importes, resumen, impuestos, anexos), avisos)
    if tipo is Tipo.PAGO and not anexos.pagos:
        avisos.append(Advertencia(aviso.PAGO_SIN_COMPLEMENTO, "El CFDI de pago no trae ningún pago en su complemento."))
    return _cfdi(raiz, ns, version, partes, timbre, tipo, divisa, importes, conceptos, impuestos, anexos, avisos)


def _cfdi(
    raiz: _Element,
    ns: str,
    version: str,
    partes: dict[str, list[_Element]],
    timbre: Timbre,
    tipo: Tipo,
    divisa: str,
    importes: _Importes,
    conceptos: SumaConceptos,
    impuestos: tuple[Impuesto, ...],
    anexos: Anexos,
    avisos: list[Advertencia],
) -> Cfdi:
    emisor, receptor = nodo(partes, "Emisor"), nodo(partes, "Receptor")
    subtotal, descuento, total = importes
    rfc_emisor = rfc(texto_requerido(emisor, "Rfc"), "emisor", avisos)
    rfc_receptor = rfc(texto_requerido(receptor, "Rfc"), "receptor", avisos)
    global_ = _global(partes, rfc_receptor, avisos)
    return Cfdi(
        uuid=timbre.uuid,
        version=version,
        tipo=tipo,
        fecha_emision=fecha_hora(raiz, "Fecha"),
        rfc_emisor=rfc_emisor,
        rfc_receptor=rfc_receptor,
        moneda=divisa,
        tipo_cambio=tipo_cambio(raiz, "TipoCambio", divisa, avisos),
        subtotal=subtotal,
        descuento=descuento,
        total=total,
        serie=texto(raiz, "Serie"),
        folio=texto(raiz, "Folio"),
        fecha_timbrado=timbre.fecha,
        rfc_pac=timbre.rfc_pac,
        metodo_pago=texto(raiz, "MetodoPago"),
        forma_pago=texto(raiz, "FormaPago"),
        condiciones_pago=texto(raiz, "CondicionesDePago"),
        exportacion=texto(raiz, "Exportacion"),
        lugar_expedicion=texto(raiz, "LugarExpedicion"),
        nombre_emisor=texto(emisor, "Nombre"),
        regimen_emisor=texto(emisor, "RegimenFiscal"),
        nombre_receptor=texto(receptor, "Nombre"),
        uso_cfdi=texto(receptor, "UsoCFDI"),
        cp_receptor=texto(receptor, "DomicilioFiscalReceptor"),
        regimen_receptor=texto(receptor, "RegimenFiscalReceptor"),
        iva_trasladado=suma(impuestos, "traslado", "002"),
        iva_retenido=suma(impuestos, "retencion", "002"),
        isr_retenido=suma(impuestos, "retencion", "001"),
        ieps=suma(impuestos, "traslado", "003"),
        ieps_retenido=suma(impuestos, "retencion", "003"),
        loc_traslados=anexos.loc_traslados,
        loc_retenciones=anexos.loc_retenciones,
        a_cuenta_terceros=conceptos.de_terceros,
        combustible=conceptos.combustible,
        periodo_global=None if global_ is None else _periodo_global(global_),
        periodicidad_global=None if global_ is None else texto(global_, "Periodicidad"),
        cubetas=_cubetas(tipo, divisa, impuestos, conceptos),
        impuestos=impuestos + anexos.impuestos_locales if anexos.impuestos_locales else impuestos,
        relaciones=_relaciones(partes.get("CfdiRelacionados", ()), ns, avisos),
        pagos=anexos.pagos,
        nomina=anexos.nomina,
        advertencias=tuple(avisos),
        tipo_cambio_declarado=tasa(raiz, "TipoCambio"),
    )


def cuadra(total: Decimal, esperado: Decimal, avisos: list[Advertencia]) -> None:
    """Warns when Total is not what its parts add up to (tolerance 0.05)."""
    if abs(total - esperado) > _TOLERANCIA:
        detalle = f"El total {total} no es la suma de sus partes, {esperado}: revisa el CFDI con quien lo emitió."
        avisos.append(Advertencia(aviso.NO_CUADRA, detalle))


def _tipo(raiz: _Element) -> Tipo:
    tipo = _TIPOS.get(texto_requerido(raiz, "TipoDeComprobante").upper())
    if tipo is None:
        raise AtributoInvalido("Comprobante", "TipoDeComprobante")
    return tipo


def _importes(raiz: _Element, divisa: str) -> _Importes:
    subtotal, descuento, total = (
        importe_requerido(raiz, "SubTotal"),
        importe(raiz, "Descuento"),
        importe_requerido(raiz, "Total"),
    )
    return (CERO, CERO, CERO) if divisa == SIN_MONEDA else (subtotal, descuento, total)


def _esperado(importes: _Importes, resumen: Resumen, impuestos: tuple[Impuesto, ...], anexos: Anexos) -> Decimal:
    """What Total should be: taxes by their declared totals, or by the rows where those are absent."""
    trasladados, retenidos = resumen.total_traslados, resumen.total_retenciones
    if trasladados is None:
        trasladados = sum((fila.importe for fila in impuestos if fila.clase == "traslado"), CERO)
    if retenidos is None:
        retenidos = sum((fila.importe for fila in impuestos if fila.clase == "retencion"), CERO)
    return importes[0] - importes[1] + trasladados - retenidos + anexos.locales


def _cubetas(tipo: Tipo, divisa: str, impuestos: tuple[Impuesto, ...], conceptos: SumaConceptos) -> Cubetas:
    if tipo not in _CON_CUBETAS or divisa == SIN_MONEDA:
        return _SIN_CUBETAS
    return cubetas(impuestos, conceptos)


def _global(partes: dict[str, list[_Element]], rfc_receptor: str, avisos: list[Advertencia]) -> _Element | None:
    """InformacionGlobal, which only an invoice to the public in general can have."""
    nodos = partes.get("InformacionGlobal")
    if nodos is None:
        return None
    if rfc_receptor == PUBLICO_EN_GENERAL:
        return nodos[0]
    detalle = (
        f"Trae InformacionGlobal y su receptor no es {PUBLICO_EN_GENERAL}: se ignoró y cuenta en el mes de su Fecha."
    )
    avisos.append(Advertencia(aviso.GLOBAL_CON_RECEPTOR, detalle))
    return None


def _periodo_global(global_: _Element) -> Periodo:
    """The month a global invoice belongs to, whatever its Fecha; two-month codes 13..18 are their last month."""
    meses = entero(global_, "Meses", _MESES)
    return Periodo(entero(global_, "Año", _ANIOS), meses if meses <= 12 else (meses - 12) * 2)


def _relaciones(nodos: list[_Element] | tuple[()], ns: str, avisos: list[Advertencia]) -> tuple[Relacion, ...]:
    """4.0 allows several nodes, each with its TipoRelacion."""
    if not nodos:
        return ()
    return relaciones(
        (
            (texto(grupo, "TipoRelacion"), texto(hijo, "UUID"))
            for grupo in nodos
            for hijo in grupo
            if hijo.tag == ns + "CfdiRelacionado"
        ),
        avisos,
    )
