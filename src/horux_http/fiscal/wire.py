"""The shapes of a taxpayer's documents on the wire (SPEC 7). Amounts are strings, never floats."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from operator import attrgetter
from typing import Annotated, Any, Self

from litestar.openapi.spec import OpenAPIType, Schema
from msgspec import Meta, Struct

from horux_core.fiscal.cfdi.listing import CfdiDetail
from horux_core.fiscal.cfdi.model import Advertencia, DoctoPagado, Impuesto, Pago, Relacion
from horux_core.fiscal.cfdi.stored import StoredCfdi

_MILLONESIMO = Decimal("0.000001")
_CENTAVO = Decimal("0.01")

ImporteOut = Annotated[
    str, Meta(description="Importe con los decimales del XML: dos al menos, seis a lo más.", examples=["1600.00"])
]
PesosOut = Annotated[str, Meta(description="Importe en MXN con dos decimales.", examples=["1600.00"])]
UuidOut = Annotated[
    str, Meta(description="Folio fiscal, en minúsculas.", examples=["5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6c01"])
]
_SIN_ZONA = {"description": "Como la trae el XML o la da el SAT, sin zona.", "examples": ["2026-01-15T10:30:00"]}
_LOCAL = Schema(type=OpenAPIType.STRING, format="date-time-local")  # type: ignore[arg-type]
FechaOut = Annotated[datetime, Meta(extra_json_schema={**_SIN_ZONA, "extra": {"format": "date-time-local"}})]
FechaQuizaOut = Annotated[
    datetime | None,
    Meta(extra_json_schema={**_SIN_ZONA, "extra": {"one_of": [_LOCAL, Schema(type=OpenAPIType.NULL)]}}),
]


def importe(valor: Decimal) -> str:
    """An amount of a CFDI as its XML has it: two decimals at least, six at most."""
    exponente = valor.as_tuple().exponent
    decimales = -exponente if isinstance(exponente, int) else 0
    if decimales < 2:
        return str(valor.quantize(_CENTAVO))
    if decimales > 6:
        valor = valor.quantize(_MILLONESIMO, ROUND_HALF_UP)
    return format(valor, "f")


def importe_o_nada(valor: Decimal | None) -> str | None:
    return None if valor is None else importe(valor)


def mxn(valor: Decimal) -> str:
    """A computed amount: MXN, two decimals."""
    return format(valor.quantize(_CENTAVO, ROUND_HALF_UP), "f")


class AdvertenciaOut(Struct, rename="camel"):
    codigo: Annotated[str, Meta(description="Clave estable de lo que se advierte.", examples=["TC_SOSPECHOSO"])]
    detalle: Annotated[
        str, Meta(examples=["La moneda es extranjera y el tipo de cambio es 1: captura el tipo de cambio correcto."])
    ]

    @classmethod
    def of(cls, advertencia: Advertencia) -> Self:
        return cls(advertencia.codigo, advertencia.detalle)


class CfdiOut(Struct, rename="camel"):
    """A CFDI in a list. Amounts in its own currency; `totalMxn` is null while no rate is known."""

    uuid: UuidOut
    version: Annotated[str, Meta(examples=["4.0"])]
    tipo: Annotated[str, Meta(description="I, E, T, N, P, o R de Retenciones.", examples=["I"])]
    serie: str | None
    folio: str | None
    fecha_emision: FechaOut
    fecha_timbrado: FechaQuizaOut
    rfc_emisor: Annotated[str, Meta(examples=["EKU9003173C9"])]
    nombre_emisor: str | None
    rfc_receptor: Annotated[str, Meta(examples=["XAXX010101000"])]
    nombre_receptor: str | None
    uso_cfdi: str | None
    metodo_pago: str | None
    forma_pago: str | None
    moneda: Annotated[str, Meta(examples=["MXN"])]
    tipo_cambio: str | None
    subtotal: ImporteOut
    descuento: ImporteOut
    total: ImporteOut
    total_mxn: PesosOut | None
    iva_trasladado: ImporteOut
    iva_retenido: ImporteOut
    isr_retenido: ImporteOut
    ieps: ImporteOut
    direccion: Annotated[str, Meta(description="emitido, recibido o ambas.", examples=["emitido"])]
    estado: Annotated[str, Meta(description="vigente o cancelado.", examples=["vigente"])]
    advertencias: list[AdvertenciaOut]

    @classmethod
    def of(cls, guardado: StoredCfdi) -> Self:
        return cls(**_resumen(guardado))


class ImpuestoOut(Struct, rename="camel"):
    clase: Annotated[str, Meta(description="traslado o retencion.", examples=["traslado"])]
    ambito: Annotated[str, Meta(description="federal o local.", examples=["federal"])]
    impuesto: Annotated[str, Meta(description="001 ISR, 002 IVA, 003 IEPS o el impuesto local.", examples=["002"])]
    factor: str | None
    tasa: Annotated[str, Meta(examples=["0.160000"])] | None
    base: ImporteOut | None
    importe: ImporteOut

    @classmethod
    def of(cls, impuesto: Impuesto) -> Self:
        return cls(
            impuesto.clase,
            impuesto.ambito,
            impuesto.impuesto,
            impuesto.factor,
            None if impuesto.tasa is None else format(impuesto.tasa, "f"),
            importe_o_nada(impuesto.base),
            importe(impuesto.importe),
        )


class DoctoPagadoOut(Struct, rename="camel"):
    """The share of one invoice in a payment, in `monedaDr`."""

    id_documento: str
    moneda_dr: str
    equivalencia: str
    num_parcialidad: int | None
    imp_saldo_ant: ImporteOut | None
    imp_pagado: ImporteOut
    imp_saldo_insoluto: ImporteOut | None
    objeto_imp_dr: str | None

    @classmethod
    def of(cls, docto: DoctoPagado) -> Self:
        return cls(
            docto.id_documento,
            docto.moneda,
            format(docto.equivalencia, "f"),
            docto.parcialidad,
            importe_o_nada(docto.saldo_anterior),
            importe(docto.pagado),
            importe_o_nada(docto.saldo_insoluto),
            docto.objeto_imp,
        )


class PagoOut(Struct, rename="camel"):
    fecha_pago: FechaOut
    forma_pago_p: str
    moneda_p: str
    tipo_cambio_p: str | None
    monto: ImporteOut
    num_operacion: str | None
    doctos: list[DoctoPagadoOut]

    @classmethod
    def of(cls, pago: Pago) -> Self:
        return cls(
            pago.fecha_pago,
            pago.forma_pago,
            pago.moneda,
            importe_o_nada(pago.tipo_cambio),
            importe(pago.monto),
            pago.num_operacion,
            [DoctoPagadoOut.of(docto) for docto in pago.doctos],
        )


class RelacionOut(Struct, rename="camel"):
    tipo_relacion: Annotated[str, Meta(examples=["01"])]
    uuid: UuidOut

    @classmethod
    def of(cls, relacion: Relacion) -> Self:
        return cls(relacion.tipo, relacion.uuid)


class CfdiDetalleOut(CfdiOut, rename="camel"):
    """A CFDI whole, with what its XML cannot say. `saldo` is what is still owed of it, in its own currency."""

    impuestos: list[ImpuestoOut]
    pagos: list[PagoOut]
    relaciones: list[RelacionOut]
    saldo: ImporteOut
    fecha_cancelacion: FechaQuizaOut
    destino_iva: Annotated[str, Meta(description="gravado, mixto o exento.", examples=["mixto"])] | None
    acreditable_pct: Annotated[str, Meta(examples=["8.50"])] | None
    tipo_cambio_capturado: (
        Annotated[str, Meta(description="El que se dio en lugar del que trae el XML.", examples=["18.5432"])] | None
    )
    fecha_pago_real: Annotated[date, Meta(description="El día en que el banco dice que un PUE se pagó.")] | None

    @classmethod
    def con(cls, detalle: CfdiDetail) -> Self:
        guardado, cfdi = detalle.stored, detalle.stored.cfdi
        resumen = _resumen(guardado)
        resumen["advertencias"] += [AdvertenciaOut.of(a) for a in detalle.avisos if a not in cfdi.advertencias]
        return cls(
            **resumen,
            impuestos=[ImpuestoOut.of(i) for i in cfdi.impuestos],
            pagos=[PagoOut.of(p) for p in cfdi.pagos],
            relaciones=[RelacionOut.of(r) for r in cfdi.relaciones],
            saldo=importe(detalle.saldo),
            fecha_cancelacion=guardado.fecha_cancelacion,
            destino_iva=None if guardado.destino_iva is None else guardado.destino_iva.value,
            acreditable_pct=importe_o_nada(guardado.acreditable_pct),
            tipo_cambio_capturado=importe_o_nada(guardado.tipo_cambio_capturado),
            fecha_pago_real=detalle.fecha_pago_real,
        )


class CfdisOut(Struct, rename="camel"):
    items: list[CfdiOut]
    next_cursor: str | None


_TAL_CUAL = [
    "uuid",
    "version",
    "serie",
    "folio",
    "fecha_emision",
    "fecha_timbrado",
    "rfc_emisor",
    "nombre_emisor",
    "rfc_receptor",
    "nombre_receptor",
    "uso_cfdi",
    "metodo_pago",
    "forma_pago",
    "moneda",
]
_IMPORTES = [
    "subtotal",
    "descuento",
    "total",
    "iva_trasladado",
    "iva_retenido",
    "isr_retenido",
    "ieps",
]


def _resumen(guardado: StoredCfdi) -> dict[str, Any]:
    cfdi = guardado.cfdi
    tipo_cambio = guardado.tipo_cambio if guardado.tipo_cambio is not None else cfdi.tipo_cambio_declarado
    return {
        **dict(zip(_TAL_CUAL, attrgetter(*_TAL_CUAL)(cfdi), strict=True)),
        **{nombre: importe(getattr(cfdi, nombre)) for nombre in _IMPORTES},
        "tipo": cfdi.tipo.value,
        "tipo_cambio": importe_o_nada(tipo_cambio),
        "total_mxn": None if guardado.total_mxn is None else mxn(guardado.total_mxn),
        "direccion": guardado.direccion.value,
        "estado": guardado.estado.value,
        "advertencias": [AdvertenciaOut.of(a) for a in guardado.advertencias],
    }
