"""The pieces a CFDI's XML is made of; `samples.py` puts them together."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from xml.sax.saxutils import quoteattr

_CENTAVO = Decimal("0.01")
_NS = {"4.0": "http://www.sat.gob.mx/cfd/4", "3.3": "http://www.sat.gob.mx/cfd/3"}
_TFD = "http://www.sat.gob.mx/TimbreFiscalDigital"


def _redondo(monto: Decimal) -> Decimal:
    return monto.quantize(_CENTAVO, ROUND_HALF_UP)


def nodo(nombre: str, atributos: dict[str, object], dentro: str = "") -> str:
    escritos = "".join(f" {clave}={quoteattr(str(valor))}" for clave, valor in atributos.items() if valor is not None)
    return f"<{nombre}{escritos}>{dentro}</{nombre}>" if dentro else f"<{nombre}{escritos}/>"


@dataclass(frozen=True)
class UnConcepto:
    """A line of the invoice. `iva` is a rate, "exento", or None for no IVA traslado; the others are rates or None."""

    importe: str = "1000.00"
    descuento: str | None = None
    iva: str | None = "0.160000"
    ieps: str | None = None
    ret_isr: str | None = None
    ret_iva: str | None = None
    objeto: str | None = None
    clave: str = "81112100"
    terceros: bool = False

    @property
    def neto(self) -> Decimal:
        return Decimal(self.importe) - Decimal(self.descuento or 0)

    def traslados(self) -> list[tuple[str, str, str | None, Decimal, Decimal]]:
        """Impuesto, factor, rate, base, amount; IEPS is part of the IVA base."""
        filas: list[tuple[str, str, str | None, Decimal, Decimal]] = []
        base = self.neto
        if self.ieps is not None:
            monto = _redondo(base * Decimal(self.ieps))
            filas.append(("003", "Tasa", self.ieps, base, monto))
            base += monto
        if self.iva == "exento":
            filas.append(("002", "Exento", None, base, Decimal(0)))
        elif self.iva is not None:
            filas.append(("002", "Tasa", self.iva, base, _redondo(base * Decimal(self.iva))))
        return filas

    def retenciones(self) -> list[tuple[str, str, Decimal]]:
        """Impuesto, rate, amount."""
        tasas = (("001", self.ret_isr), ("002", self.ret_iva))
        return [(codigo, tasa, _redondo(self.neto * Decimal(tasa))) for codigo, tasa in tasas if tasa is not None]


@dataclass(frozen=True)
class UnDocto:
    """The share of one invoice in a payment. `iva` None leaves ImpuestosDR out."""

    id_documento: str
    pagado: str | None = "1160.00"
    saldo_anterior: str | None = "1160.00"
    saldo_insoluto: str | None = None
    parcialidad: int | None = 1
    moneda: str = "MXN"
    equivalencia: str | None = "1"
    iva: str | None = "0.160000"
    objeto: str = "02"


@dataclass(frozen=True)
class UnPago:
    """A `Pago` node."""

    doctos: tuple[UnDocto, ...]
    monto: str = "1160.00"
    fecha: str = "2025-02-15T12:00:00"
    forma: str = "03"
    moneda: str = "MXN"
    tipo_cambio: str | None = "1"


def documento(version: str, raiz: dict[str, object], dentro: str) -> bytes:
    xmlns = {"xmlns:cfdi": _NS[version], "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance"}
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{nodo("cfdi:Comprobante", xmlns | raiz, dentro)}'.encode()


def lineas(conceptos: Sequence[UnConcepto] | None, total: str | None, de_pago: bool) -> Sequence[UnConcepto]:
    if de_pago:
        return (UnConcepto(importe="0", iva=None, objeto="01", clave="84111506"),)
    if conceptos is not None:
        return conceptos
    return (UnConcepto() if total is None else UnConcepto(importe=str(_redondo(Decimal(total) / Decimal("1.16")))),)


def cuentas(lineas: Sequence[UnConcepto]) -> tuple[Decimal, Decimal, Decimal]:
    subtotal = sum((Decimal(linea.importe) for linea in lineas), Decimal(0))
    descuento = sum((Decimal(linea.descuento or 0) for linea in lineas), Decimal(0))
    traslados = sum((fila[4] for linea in lineas for fila in linea.traslados()), Decimal(0))
    retenido = sum((fila[2] for linea in lineas for fila in linea.retenciones()), Decimal(0))
    return subtotal, descuento, subtotal - descuento + traslados - retenido


def receptor(version: str, rfc: str, nombre: str, uso: str) -> str:
    atributos: dict[str, object] = {"Rfc": rfc, "Nombre": nombre, "UsoCFDI": uso}
    if version == "4.0":
        atributos |= {"DomicilioFiscalReceptor": "86991", "RegimenFiscalReceptor": "601"}
    return nodo("cfdi:Receptor", atributos)


def factura_global(informacion: tuple[str, str, str] | None) -> str:
    if informacion is None:
        return ""
    return nodo("cfdi:InformacionGlobal", dict(zip(("Periodicidad", "Meses", "Año"), informacion, strict=True)))


def relaciones(relaciones: Sequence[tuple[str, Sequence[str]]]) -> str:
    return "".join(
        nodo(
            "cfdi:CfdiRelacionados",
            {"TipoRelacion": tipo},
            "".join(nodo("cfdi:CfdiRelacionado", {"UUID": uuid}) for uuid in uuids),
        )
        for tipo, uuids in relaciones
    )


def _traslado(fila: tuple[str, str, str | None, Decimal, Decimal], base: bool = True) -> str:
    impuesto, factor, tasa, de, monto = fila
    return nodo(
        "cfdi:Traslado",
        {
            "Base": de if base else None,
            "Impuesto": impuesto,
            "TipoFactor": factor,
            "TasaOCuota": tasa,
            "Importe": None if factor == "Exento" else monto,
        },
    )


def concepto(linea: UnConcepto, version: str) -> str:
    traslados = "".join(_traslado(fila) for fila in linea.traslados())
    retenciones = "".join(
        nodo(
            "cfdi:Retencion",
            {"Base": linea.neto, "Impuesto": codigo, "TipoFactor": "Tasa", "TasaOCuota": tasa, "Importe": monto},
        )
        for codigo, tasa, monto in linea.retenciones()
    )
    grupos = nodo("cfdi:Traslados", {}, traslados) if traslados else ""
    grupos += nodo("cfdi:Retenciones", {}, retenciones) if retenciones else ""
    dentro = nodo("cfdi:Impuestos", {}, grupos) if grupos else ""
    dentro += nodo("cfdi:ACuentaTerceros", {"RfcACuentaTerceros": "CACX7605101P8"}) if linea.terceros else ""
    atributos: dict[str, object] = {
        "ClaveProdServ": linea.clave,
        "Cantidad": 1,
        "ClaveUnidad": "E48",
        "Descripcion": "Servicio",
        "ValorUnitario": linea.importe,
        "Importe": linea.importe,
        "Descuento": linea.descuento,
        "ObjetoImp": (linea.objeto or ("02" if grupos else "01")) if version == "4.0" else None,
    }
    return nodo("cfdi:Concepto", atributos, dentro)


def resumen(lineas: Sequence[UnConcepto], version: str) -> str:
    """In 3.3 without Base and without rows for exento."""
    filas: dict[tuple[str, str, str | None], tuple[Decimal, Decimal]] = {}
    for impuesto, factor, tasa, base, monto in (fila for linea in lineas for fila in linea.traslados()):
        antes = filas.get((impuesto, factor, tasa), (Decimal(0), Decimal(0)))
        filas[impuesto, factor, tasa] = (antes[0] + base, antes[1] + monto)
    retenido: dict[str, Decimal] = {}
    for codigo, _, monto in (fila for linea in lineas for fila in linea.retenciones()):
        retenido[codigo] = retenido.get(codigo, Decimal(0)) + monto
    escritas = {clave: fila for clave, fila in filas.items() if version == "4.0" or clave[1] != "Exento"}
    if not escritas and not retenido:
        return ""
    retenciones = "".join(nodo("cfdi:Retencion", {"Impuesto": c, "Importe": m}) for c, m in retenido.items())
    traslados = "".join(_traslado((*clave, *fila), base=version == "4.0") for clave, fila in escritas.items())
    con_importe = any(clave[1] != "Exento" for clave in escritas)
    atributos: dict[str, object] = {
        "TotalImpuestosRetenidos": sum(retenido.values()) if retenido else None,
        "TotalImpuestosTrasladados": sum(fila[1] for fila in escritas.values()) if con_importe else None,
    }
    dentro = nodo("cfdi:Retenciones", {}, retenciones) if retenciones else ""
    return nodo("cfdi:Impuestos", atributos, dentro + (nodo("cfdi:Traslados", {}, traslados) if traslados else ""))


def timbre(uuid: str | None, fecha: str) -> str:
    if uuid is None:
        return ""
    atributos = {
        "xmlns:tfd": _TFD,
        "Version": "1.1",
        "UUID": uuid,
        "FechaTimbrado": fecha,
        "RfcProvCertif": "SPR190613I52",
    }
    return nodo("tfd:TimbreFiscalDigital", dict(atributos))


def nodo_pagos(pagos: Sequence[UnPago], version: str) -> str:
    """`Pagos` 2.0 in a CFDI 4.0, 1.0 in a 3.3. Totales and ImpuestosP are left out: nothing here reads ImpuestosP."""
    if not pagos:
        return ""
    de_20 = version == "4.0"
    dentro = "".join(_pago(pago, de_20) for pago in pagos)
    xmlns = "http://www.sat.gob.mx/Pagos20" if de_20 else "http://www.sat.gob.mx/Pagos"
    return nodo("pago:Pagos", {"xmlns:pago": xmlns, "Version": "2.0" if de_20 else "1.0"}, dentro)


def _pago(pago: UnPago, de_20: bool) -> str:
    atributos: dict[str, object] = {
        "FechaPago": pago.fecha,
        "FormaDePagoP": pago.forma,
        "MonedaP": pago.moneda,
        "TipoCambioP": pago.tipo_cambio,
        "Monto": pago.monto,
    }
    return nodo("pago:Pago", atributos, "".join(_docto(docto, de_20) for docto in pago.doctos))


def _docto(docto: UnDocto, de_20: bool) -> str:
    saldo = docto.saldo_insoluto
    if saldo is None and docto.saldo_anterior is not None and docto.pagado is not None:
        saldo = str(Decimal(docto.saldo_anterior) - Decimal(docto.pagado))
    atributos: dict[str, object] = {
        "IdDocumento": docto.id_documento,
        "MonedaDR": docto.moneda,
        "EquivalenciaDR" if de_20 else "TipoCambioDR": docto.equivalencia,
        "MetodoDePagoDR": None if de_20 else "PPD",
        "NumParcialidad": docto.parcialidad,
        "ImpSaldoAnt": docto.saldo_anterior,
        "ImpPagado": docto.pagado,
        "ImpSaldoInsoluto": saldo,
        "ObjetoImpDR": docto.objeto if de_20 else None,
    }
    return nodo("pago:DoctoRelacionado", atributos, _impuestos_dr(docto) if de_20 else "")


def _impuestos_dr(docto: UnDocto) -> str:
    if docto.iva is None or docto.pagado is None:
        return ""
    base = _redondo(Decimal(docto.pagado) / (1 + Decimal(docto.iva)))
    atributos: dict[str, object] = {
        "BaseDR": base,
        "ImpuestoDR": "002",
        "TipoFactorDR": "Tasa",
        "TasaOCuotaDR": docto.iva,
        "ImporteDR": Decimal(docto.pagado) - base,
    }
    return nodo("pago:ImpuestosDR", {}, nodo("pago:TrasladosDR", {}, nodo("pago:TrasladoDR", atributos)))
