"""The answers as plain dictionaries, as both rivals send them."""

from collections.abc import Iterable, Mapping
from typing import Any

from horux_core.fiscal.calendario.generando import Vencimiento
from horux_core.fiscal.calendario.ical import del_periodo
from horux_core.fiscal.calendario.marcando import ident_de
from horux_core.fiscal.cfdi.listing import CfdiDetail
from horux_core.fiscal.cfdi.model import Advertencia, DoctoPagado, Impuesto, Pago
from horux_core.fiscal.iva.consulting import AnioIva
from horux_core.fiscal.iva.model import Figura, MesIva
from horux_http.fiscal.wire import importe, importe_o_nada, mxn

_PLAIN = {
    "version": "version",
    "tipo": "tipo",
    "serie": "serie",
    "folio": "folio",
    "fecha_emision": "fechaEmision",
    "fecha_timbrado": "fechaTimbrado",
    "rfc_emisor": "rfcEmisor",
    "nombre_emisor": "nombreEmisor",
    "rfc_receptor": "rfcReceptor",
    "nombre_receptor": "nombreReceptor",
    "uso_cfdi": "usoCfdi",
    "metodo_pago": "metodoPago",
    "forma_pago": "formaPago",
    "moneda": "moneda",
}
_AMOUNTS = {
    "subtotal": "subtotal",
    "descuento": "descuento",
    "total": "total",
    "iva_trasladado": "ivaTrasladado",
    "iva_retenido": "ivaRetenido",
    "isr_retenido": "isrRetenido",
    "ieps": "ieps",
}
_MONTH = {
    "iva_trasladado": "ivaTrasladado",
    "iva_retenido": "ivaRetenido",
    "iva_acreditable": "ivaAcreditable",
    "iva_no_acreditable": "ivaNoAcreditable",
    "resultado": "resultado",
    "saldo_a_favor_aplicado": "saldoAFavorAplicado",
    "saldo_a_favor": "saldoAFavor",
    "a_pagar": "aPagar",
    "base_16": "base16",
    "iva_16": "iva16",
    "base_8": "base8",
    "iva_8": "iva8",
    "base_0": "base0",
    "base_exento": "baseExento",
    "base_no_objeto": "baseNoObjeto",
}
COLUMNAS = ", ".join(
    (
        "uuid_fiscal::text AS uuid, id, direccion, estado, total_mxn, advertencias",
        "coalesce(tipo_cambio_capturado, tipo_cambio, tipo_cambio_declarado) AS cambio",
        *_PLAIN,
        *_AMOUNTS,
    )
)


def resumen(row: Mapping[str, Any]) -> dict[str, Any]:
    """A document of the list, from its row."""
    return {
        "uuid": row["uuid"],
        **{shown: row[name] for name, shown in _PLAIN.items()},
        "tipoCambio": importe_o_nada(row["cambio"]),
        **{shown: importe(row[name]) for name, shown in _AMOUNTS.items()},
        "totalMxn": None if row["total_mxn"] is None else mxn(row["total_mxn"]),
        "direccion": row["direccion"],
        "estado": row["estado"],
        "advertencias": [{"codigo": a["codigo"], "detalle": a["detalle"]} for a in row["advertencias"] or ()],
    }


def detalle(found: CfdiDetail) -> dict[str, Any]:
    stored, cfdi = found.stored, found.stored.cfdi
    cambio = stored.tipo_cambio if stored.tipo_cambio is not None else cfdi.tipo_cambio_declarado
    own = [a for a in found.avisos if a not in cfdi.advertencias]
    return {
        "uuid": cfdi.uuid,
        **{shown: getattr(cfdi, name) for name, shown in _PLAIN.items()},
        "tipo": cfdi.tipo.value,
        "tipoCambio": importe_o_nada(cambio),
        **{shown: importe(getattr(cfdi, name)) for name, shown in _AMOUNTS.items()},
        "totalMxn": None if stored.total_mxn is None else mxn(stored.total_mxn),
        "direccion": stored.direccion.value,
        "estado": stored.estado.value,
        "advertencias": _advertencias((*stored.advertencias, *own)),
        "impuestos": [_impuesto(each) for each in cfdi.impuestos],
        "pagos": [_pago(each) for each in cfdi.pagos],
        "relaciones": [{"tipoRelacion": each.tipo, "uuid": each.uuid} for each in cfdi.relaciones],
        "saldo": importe(found.saldo),
        "fechaCancelacion": stored.fecha_cancelacion,
        "destinoIva": None if stored.destino_iva is None else stored.destino_iva.value,
        "acreditablePct": importe_o_nada(stored.acreditable_pct),
        "tipoCambioCapturado": importe_o_nada(stored.tipo_cambio_capturado),
        "fechaPagoReal": found.fecha_pago_real,
    }


def _impuesto(each: Impuesto) -> dict[str, Any]:
    return {
        "clase": each.clase,
        "ambito": each.ambito,
        "impuesto": each.impuesto,
        "factor": each.factor,
        "tasa": None if each.tasa is None else format(each.tasa, "f"),
        "base": importe_o_nada(each.base),
        "importe": importe(each.importe),
    }


def _pago(each: Pago) -> dict[str, Any]:
    return {
        "fechaPago": each.fecha_pago,
        "formaPagoP": each.forma_pago,
        "monedaP": each.moneda,
        "tipoCambioP": importe_o_nada(each.tipo_cambio),
        "monto": importe(each.monto),
        "numOperacion": each.num_operacion,
        "doctos": [_docto(docto) for docto in each.doctos],
    }


def _docto(each: DoctoPagado) -> dict[str, Any]:
    return {
        "idDocumento": each.id_documento,
        "monedaDr": each.moneda,
        "equivalencia": format(each.equivalencia, "f"),
        "numParcialidad": each.parcialidad,
        "impSaldoAnt": importe_o_nada(each.saldo_anterior),
        "impPagado": importe(each.pagado),
        "impSaldoInsoluto": importe_o_nada(each.saldo_insoluto),
        "objetoImpDr": each.objeto_imp,
    }


def anio(numero: int, shown: AnioIva) -> dict[str, Any]:
    return {
        "anio": numero,
        "meses": [_mes(mes, shown.advertencias.get(mes.periodo, ())) for mes in shown.meses],
    }


def _mes(mes: MesIva, advertencias: Iterable[Advertencia]) -> dict[str, Any]:
    return {
        "anio": mes.periodo.anio,
        "mes": mes.periodo.mes,
        "factor": format(mes.factor, ".4f"),
        "aPagarPesos": format(mes.a_pagar_pesos, ".0f"),
        **{shown: mxn(getattr(mes, name)) for name, shown in _MONTH.items()},
        "advertencias": _advertencias(advertencias),
    }


def figuras(shown: Iterable[Figura]) -> list[dict[str, Any]]:
    return [
        {
            "figura": each.figura,
            "total": mxn(each.total),
            "documentos": [
                {
                    "uuid": renglon.uuid,
                    "fecha": renglon.fecha,
                    "importe": mxn(renglon.importe),
                    "regla": renglon.regla,
                    "articulo": renglon.articulo,
                }
                for renglon in each.documentos
            ],
        }
        for each in shown
    ]


def obligacion(v: Vencimiento) -> dict[str, Any]:
    return {
        "id": ident_de(v.clave),
        "obligacion": v.clave.obligacion,
        "nombre": v.nombre,
        "anio": v.clave.periodo.anio,
        "mes": v.clave.periodo.mes,
        "periodo": str(v.clave.periodo),
        "periodoTexto": del_periodo(v),
        "periodicidad": v.periodicidad.name.lower(),
        "regimenes": list(v.regimenes),
        "limite": v.limite,
        "fundamento": v.fundamento,
        "estado": v.estado.value,
        "aviso": v.aviso,
        "prevista": v.prevista,
        "porPersona": v.por_persona,
        "presentadaEn": v.presentada_en,
        "nota": v.nota,
    }


def _advertencias(each: Iterable[Advertencia]) -> list[dict[str, Any]]:
    return [{"codigo": a.codigo, "detalle": a.detalle} for a in each]
