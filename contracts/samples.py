"""The makers that suites and tests share: what is not asked for is a plain, well-formed, balanced document."""

from collections.abc import Sequence

from contracts import cfdi_xml as xml
from contracts.cfdi_xml import UnConcepto, UnDocto, UnPago

__all__ = ["EMISOR", "RECEPTOR", "UN_UUID", "UnConcepto", "UnDocto", "UnPago", "a_retenciones_xml", "an_xml"]

UN_UUID = "aaaaaaaa-bbbb-4ccc-8ddd-000000000001"
EMISOR = "EKU9003173C9"
RECEPTOR = "URE180429TM6"


def an_xml(
    *,
    uuid: str | None = UN_UUID,
    version: str = "4.0",
    tipo: str = "I",
    fecha: str = "2025-01-15T10:00:00",
    rfc_emisor: str = EMISOR,
    rfc_receptor: str = RECEPTOR,
    nombre_emisor: str = "ESCUELA KEMPER URGATE",
    nombre_receptor: str = "UNIVERSIDAD ROBOTICA ESPAÑOLA",
    moneda: str = "MXN",
    tipo_cambio: str | None = None,
    metodo_pago: str | None = "PUE",
    forma_pago: str | None = "03",
    uso_cfdi: str = "G03",
    serie: str | None = "A",
    folio: str | None = "1",
    total: str | None = None,
    conceptos: Sequence[UnConcepto] | None = None,
    pagos: Sequence[UnPago] = (),
    relaciones: Sequence[tuple[str, Sequence[str]]] = (),
    informacion_global: tuple[str, str, str] | None = None,
    con_resumen: bool = True,
    complementos: str = "",
    addenda: str = "",
    **otros: str | None,
) -> bytes:
    """The bytes of a CFDI 3.3 or 4.0, ending with the root's tag.

    `total` alone makes one line at 16 % that adds up to it; with `conceptos` it is written as given, right or wrong.
    `pagos` makes a document of type P. `uuid` None leaves the stamp out; `otros` are attributes of the root, None
    removes one; `complementos` goes inside Complemento, before the stamp.
    """
    lineas = xml.lineas(conceptos, total, bool(pagos))
    subtotal, descuento, calculado = xml.cuentas(lineas)
    raiz: dict[str, object] = {
        "Version": version,
        "Serie": serie,
        "Folio": folio,
        "Fecha": fecha,
        "Sello": "c2VsbG8=",
        "NoCertificado": "30001000000500003416",
        "Certificado": "Y2VydA==",
        "SubTotal": subtotal,
        "Descuento": descuento if any(linea.descuento for linea in lineas) else None,
        "Moneda": moneda,
        "TipoCambio": tipo_cambio,
        "Total": total or calculado,
        "TipoDeComprobante": tipo,
        "Exportacion": "01" if version == "4.0" else None,
        "MetodoPago": metodo_pago,
        "FormaPago": forma_pago,
        "LugarExpedicion": "26015",
    }
    if pagos:
        raiz |= {
            "TipoDeComprobante": "P",
            "Moneda": "XXX",
            "SubTotal": 0,
            "Total": 0,
            "MetodoPago": None,
            "FormaPago": None,
        }
    dentro = xml.factura_global(informacion_global) + xml.relaciones(relaciones)
    dentro += xml.nodo("cfdi:Emisor", {"Rfc": rfc_emisor, "Nombre": nombre_emisor, "RegimenFiscal": "601"})
    dentro += xml.receptor(version, rfc_receptor, nombre_receptor, "CP01" if pagos else uso_cfdi)
    dentro += xml.nodo("cfdi:Conceptos", {}, "".join(xml.concepto(linea, version) for linea in lineas))
    dentro += xml.resumen(lineas, version) if con_resumen else ""
    dentro += xml.nodo("cfdi:Complemento", {}, complementos + xml.nodo_pagos(pagos, version) + xml.timbre(uuid, fecha))
    dentro += f"<cfdi:Addenda>{addenda}</cfdi:Addenda>" if addenda else ""
    return xml.documento(version, raiz | otros, dentro)


def a_retenciones_xml(
    *,
    uuid: str = UN_UUID,
    fecha: str = "2025-01-07T12:41:36-06:00",
    rfc_emisor: str = EMISOR,
    rfc_receptor: str | None = RECEPTOR,
    monto: str = "2000.00",
    isr: str = "200.00",
    clave: str = "14",
) -> bytes:
    """The bytes of a Retenciones 2.0; `rfc_receptor` None makes the receiver a foreigner."""
    receptor = xml.nodo("r:Extranjero", {"NomDenRazSocR": "WORLD WIDE COMPANY INC"})
    if rfc_receptor is not None:
        receptor = xml.nodo("r:Nacional", {"RfcR": rfc_receptor, "NomDenRazSocR": "UNIVERSIDAD ROBOTICA ESPAÑOLA"})
    retenido = xml.nodo(
        "r:ImpRetenidos", {"BaseRet": monto, "ImpuestoRet": "001", "MontoRet": isr, "TipoPagoRet": "03"}
    )
    totales = {"MontoTotOperacion": monto, "MontoTotGrav": monto, "MontoTotExent": "0", "MontoTotRet": isr}
    dentro = xml.nodo(
        "r:Emisor", {"RfcE": rfc_emisor, "NomDenRazSocE": "ESCUELA KEMPER URGATE", "RegimenFiscalE": "601"}
    )
    dentro += xml.nodo("r:Receptor", {"NacionalidadR": "Nacional" if rfc_receptor else "Extranjero"}, receptor)
    dentro += xml.nodo("r:Periodo", {"MesIni": "01", "MesFin": "03", "Ejercicio": "2024"})
    dentro += xml.nodo("r:Totales", dict(totales), retenido)
    dentro += xml.nodo("r:Complemento", {}, xml.timbre(uuid, fecha))
    raiz = {"xmlns:r": "http://www.sat.gob.mx/esquemas/retencionpago/2", "Version": "2.0", "FechaExp": fecha}
    return xml.nodo("r:Retenciones", {**raiz, "CveRetenc": clave, "LugarExpRetenc": "45110"}, dentro).encode()
