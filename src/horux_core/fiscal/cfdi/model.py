"""A CFDI as the business sees it: what its XML says (Anexo 20), and what only its keeper knows."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from horux_core.kernel.periodo import Periodo

MXN = "MXN"
PUE, PPD = "PUE", "PPD"
"""MetodoPago: paid at once; in parts or later."""

_CERO = Decimal(0)


class Tipo(StrEnum):
    INGRESO = "I"
    EGRESO = "E"
    TRASLADO = "T"
    NOMINA = "N"
    PAGO = "P"
    RETENCIONES = "R"


class Direccion(StrEnum):
    """Which side of the document the taxpayer is on; an auto-factura is both."""

    EMITIDO = "emitido"
    RECIBIDO = "recibido"
    AMBAS = "ambas"


class Estado(StrEnum):
    VIGENTE = "vigente"
    CANCELADO = "cancelado"


class DestinoIva(StrEnum):
    """The acts an expense is used for (LIVA 5-V)."""

    GRAVADO = "gravado"
    MIXTO = "mixto"
    EXENTO = "exento"


@dataclass(frozen=True, slots=True)
class Advertencia:
    """Something odd in an accepted document: stable code and Spanish sentence."""

    codigo: str
    detalle: str


@dataclass(frozen=True, slots=True)
class Cubetas:
    """Tax buckets of a document or of one payment of it (FISCAL.md 2.4). Amounts in the currency the holder says."""

    base_16: Decimal = _CERO
    iva_16: Decimal = _CERO
    base_8: Decimal = _CERO
    iva_8: Decimal = _CERO
    base_0: Decimal = _CERO
    base_exento: Decimal = _CERO
    base_otra_tasa: Decimal = _CERO
    iva_otra_tasa: Decimal = _CERO
    base_no_objeto: Decimal = _CERO
    base_sin_desglose: Decimal = _CERO
    ieps: Decimal = _CERO
    ret_isr: Decimal = _CERO
    ret_iva: Decimal = _CERO
    ret_ieps: Decimal = _CERO


CUBETAS = tuple(Cubetas.__dataclass_fields__)
"""Names of the buckets, in the order of the columns."""


@dataclass(frozen=True, slots=True)
class Concepto:
    """A line of a document, as its XML has it; amounts in the document's currency."""

    descripcion: str
    clave: str | None
    cantidad: Decimal
    clave_unidad: str | None
    unidad: str | None
    valor_unitario: Decimal
    importe: Decimal
    descuento: Decimal = _CERO


@dataclass(frozen=True, slots=True)
class Impuesto:
    """One tax of a document: a row of its summary, or of its concepts where the summary lacks it.

    `clase` is `traslado` or `retencion`; `ambito` is `federal` or `local`; `impuesto` is 001 ISR, 002 IVA,
    003 IEPS, or the local tax's name. Exento has neither `tasa` nor `importe`.
    """

    clase: str
    ambito: str
    impuesto: str
    factor: str | None
    tasa: Decimal | None
    base: Decimal | None
    importe: Decimal


@dataclass(frozen=True, slots=True)
class Relacion:
    """`CfdiRelacionado`: the other document, lower-case UUID, in document order."""

    tipo: str
    uuid: str


@dataclass(frozen=True, slots=True)
class DoctoPagado:
    """`DoctoRelacionado`: the share of one invoice in one payment. Amounts in `moneda` (MonedaDR).

    `id_documento` is the invoice's lower-case UUID, or an operation number. `equivalencia` is units of MonedaDR
    per unit of MonedaP. `con_impuestos` tells whether the document brought ImpuestosDR; without it the
    buckets are empty and are prorated from the invoice (RMF 2026 2.7.1.32).
    """

    id_documento: str
    moneda: str
    equivalencia: Decimal
    parcialidad: int | None
    saldo_anterior: Decimal | None
    pagado: Decimal
    saldo_insoluto: Decimal | None
    objeto_imp: str | None
    con_impuestos: bool
    cubetas: Cubetas


@dataclass(frozen=True, slots=True)
class Pago:
    """`Pago` of a complement 1.0 or 2.0. `monto` in `moneda`; `tipo_cambio`: MXN per unit, None when missing."""

    fecha_pago: datetime
    forma_pago: str
    moneda: str
    tipo_cambio: Decimal | None
    monto: Decimal
    num_operacion: str | None
    doctos: tuple[DoctoPagado, ...]


@dataclass(frozen=True, slots=True)
class Nomina:
    tipo_nomina: str
    fecha_pago: date
    periodo_inicial: date | None
    periodo_final: date | None
    dias: Decimal | None
    total_percepciones: Decimal
    total_deducciones: Decimal
    total_otros_pagos: Decimal
    total_gravado: Decimal
    total_exento: Decimal
    isr_retenido: Decimal
    imss: Decimal
    subsidio: Decimal
    curp: str | None
    num_empleado: str | None
    regimen: str | None


@dataclass(frozen=True, slots=True)
class DocumentoRetenciones:
    """What a CFDI de Retenciones tells of a year's withholding."""

    clave: str
    ejercicio: int
    mes_inicial: int
    mes_final: int
    monto_operacion: Decimal
    monto_gravado: Decimal
    monto_exento: Decimal
    monto_retenido: Decimal


@dataclass(frozen=True, slots=True)
class Cfdi:
    """What the XML says. Dates carry no zone, as in the file; amounts are in `moneda`, with the XML's decimals.

    `tipo_cambio` is 1 for MXN and None when a foreign currency brings none or an impossible 1: such a document
    has no tax in MXN until somebody gives the rate (CFF 20); `tipo_cambio_declarado` is what the XML says. It is
    None, too, for `XXX`, which has no amounts. `subtotal`, `descuento` and `total` of a
    document in `XXX` are 0. `iva_trasladado` and its siblings are the sums of the summary node.
    """

    uuid: str
    version: str
    tipo: Tipo
    fecha_emision: datetime
    rfc_emisor: str
    rfc_receptor: str
    moneda: str
    tipo_cambio: Decimal | None
    subtotal: Decimal
    descuento: Decimal
    total: Decimal
    serie: str | None = None
    folio: str | None = None
    fecha_timbrado: datetime | None = None
    rfc_pac: str | None = None
    metodo_pago: str | None = None
    forma_pago: str | None = None
    condiciones_pago: str | None = None
    exportacion: str | None = None
    lugar_expedicion: str | None = None
    nombre_emisor: str | None = None
    regimen_emisor: str | None = None
    nombre_receptor: str | None = None
    uso_cfdi: str | None = None
    cp_receptor: str | None = None
    regimen_receptor: str | None = None
    iva_trasladado: Decimal = _CERO
    iva_retenido: Decimal = _CERO
    isr_retenido: Decimal = _CERO
    ieps: Decimal = _CERO
    ieps_retenido: Decimal = _CERO
    loc_traslados: Decimal = _CERO
    loc_retenciones: Decimal = _CERO
    a_cuenta_terceros: Decimal = _CERO
    combustible: bool = False
    periodo_global: Periodo | None = None
    periodicidad_global: str | None = None
    cubetas: Cubetas = field(default_factory=Cubetas)
    impuestos: tuple[Impuesto, ...] = ()
    relaciones: tuple[Relacion, ...] = ()
    pagos: tuple[Pago, ...] = ()
    nomina: Nomina | None = None
    retenciones: DocumentoRetenciones | None = None
    advertencias: tuple[Advertencia, ...] = ()
    tipo_cambio_declarado: Decimal | None = None
