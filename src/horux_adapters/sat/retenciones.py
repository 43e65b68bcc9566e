"""CFDI de Retenciones 1.0 and 2.0 (FISCAL.md 2.6)."""

from lxml.etree import _Element

from horux_adapters.sat.atributos import (
    CERO,
    UNO,
    entero,
    fecha_hora,
    importe,
    importe_requerido,
    texto,
    texto_requerido,
)
from horux_adapters.sat.conceptos import clave_impuesto
from horux_adapters.sat.impuestos import suma
from horux_adapters.sat.partes import hijos, nodo, relaciones, rfc
from horux_adapters.sat.timbre import lee_timbre
from horux_core.fiscal.cfdi import advertencias as aviso
from horux_core.fiscal.cfdi.errors import NodoFaltante, VersionNoAdmitida
from horux_core.fiscal.cfdi.model import Advertencia, Cfdi, DocumentoRetenciones, Impuesto, Tipo
from horux_core.kernel.rfc import EXTRANJERO

NS_10 = "{http://www.sat.gob.mx/esquemas/retencionpago/1}"
NS_20 = "{http://www.sat.gob.mx/esquemas/retencionpago/2}"
_VERSION = {NS_10: "1.0", NS_20: "2.0"}
_MESES = range(1, 13)
_EJERCICIOS = range(1990, 2201)


def lee_retenciones(raiz: _Element, ns: str, avisos: list[Advertencia]) -> Cfdi:
    """Its `total` is the amount of the operation. A foreign receiver has the generic RFC. Raises CfdiRejected."""
    partes = hijos(raiz, ns)
    timbre = lee_timbre(partes.get("Complemento", ()))
    emisor, receptor, totales = (nodo(partes, nombre) for nombre in ("Emisor", "Receptor", "Totales"))
    rfc_receptor, nacional = _receptor(receptor, ns, avisos)
    impuestos = _impuestos(totales, ns)
    documento = _documento(raiz, nodo(partes, "Periodo"), totales)
    return Cfdi(
        uuid=timbre.uuid,
        version=_version(raiz, ns, avisos),
        tipo=Tipo.RETENCIONES,
        fecha_emision=fecha_hora(raiz, "FechaExp"),
        rfc_emisor=rfc(_primero(emisor, "RfcE", "RFCEmisor"), "emisor", avisos),
        rfc_receptor=rfc_receptor,
        moneda="MXN",
        tipo_cambio=UNO,
        subtotal=documento.monto_operacion,
        descuento=CERO,
        total=documento.monto_operacion,
        folio=texto(raiz, "FolioInt"),
        fecha_timbrado=timbre.fecha,
        rfc_pac=timbre.rfc_pac,
        lugar_expedicion=texto(raiz, "LugarExpRetenc"),
        nombre_emisor=texto(emisor, "NomDenRazSocE"),
        regimen_emisor=texto(emisor, "RegimenFiscalE"),
        nombre_receptor=texto(nacional, "NomDenRazSocR"),
        cp_receptor=texto(nacional, "DomicilioFiscalR"),
        iva_retenido=suma(impuestos, "retencion", "002"),
        isr_retenido=suma(impuestos, "retencion", "001"),
        ieps_retenido=suma(impuestos, "retencion", "003"),
        impuestos=impuestos,
        relaciones=relaciones(_relacionados(partes), avisos),
        retenciones=documento,
        advertencias=tuple(avisos),
    )


def _version(raiz: _Element, ns: str, avisos: list[Advertencia]) -> str:
    declarada = texto(raiz, "Version")
    if declarada is None:
        detalle = f"El XML no dice su versión: por su namespace se tomó como Retenciones {_VERSION[ns]}."
        avisos.append(Advertencia(aviso.VERSION_ASUMIDA, detalle))
    elif declarada != _VERSION[ns]:
        raise VersionNoAdmitida(declarada)
    return _VERSION[ns]


def _relacionados(partes: dict[str, list[_Element]]) -> list[tuple[str | None, str | None]]:
    return [(texto(otro, "TipoRelacion"), texto(otro, "UUID")) for otro in partes.get("CfdiRetenRelacionados", ())]


def _primero(elemento: _Element, *nombres: str) -> str:
    """The attribute under the name either version gives it. Raises AtributoFaltante."""
    for nombre in nombres:
        valor = texto(elemento, nombre)
        if valor is not None:
            return valor
    return texto_requerido(elemento, nombres[0])


def _nombrado(elemento: _Element, nombre: str) -> str:
    """1.0 begins its amounts in lower case, 2.0 in upper case."""
    menor = nombre[0].lower() + nombre[1:]
    return menor if elemento.get(menor) is not None else nombre


def _receptor(receptor: _Element, ns: str, avisos: list[Advertencia]) -> tuple[str, _Element]:
    partes = hijos(receptor, ns)
    if "Nacional" in partes:
        nacional = partes["Nacional"][0]
        return rfc(_primero(nacional, "RfcR", "RFCRecep"), "receptor", avisos), nacional
    if "Extranjero" in partes:
        return EXTRANJERO, partes["Extranjero"][0]
    raise NodoFaltante("Receptor/Nacional")


def _impuestos(totales: _Element, ns: str) -> tuple[Impuesto, ...]:
    filas = []
    for fila in totales:
        if fila.tag == ns + "ImpRetenidos":
            codigo = clave_impuesto(texto(fila, "ImpuestoRet") or texto(fila, "Impuesto"))
            monto = importe(fila, _nombrado(fila, "MontoRet"))
            filas.append(Impuesto("retencion", "federal", codigo, None, None, importe(fila, "BaseRet"), monto))
    return tuple(filas)


def _documento(raiz: _Element, periodo: _Element, totales: _Element) -> DocumentoRetenciones:
    ejercicio = "Ejercicio" if periodo.get("Ejercicio") is not None else "Ejerc"
    return DocumentoRetenciones(
        clave=texto_requerido(raiz, "CveRetenc"),
        ejercicio=entero(periodo, ejercicio, _EJERCICIOS),
        mes_inicial=entero(periodo, "MesIni", _MESES),
        mes_final=entero(periodo, "MesFin", _MESES),
        monto_operacion=importe_requerido(totales, _nombrado(totales, "MontoTotOperacion")),
        monto_gravado=importe(totales, _nombrado(totales, "MontoTotGrav")),
        monto_exento=importe(totales, _nombrado(totales, "MontoTotExent")),
        monto_retenido=importe(totales, _nombrado(totales, "MontoTotRet")),
    )
