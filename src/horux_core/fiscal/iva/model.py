"""The month's IVA: cash events, and the return they add up to (LIVA 1, 1-A, 1-B, 4, 5, 5-D, 6, 7)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from horux_core.fiscal.cfdi.model import Cubetas, DestinoIva, Pago, Relacion, Tipo
from horux_core.kernel.periodo import Periodo

_CERO = Decimal("0.00")


class Lado(StrEnum):
    EMITIDO = "emitido"
    RECIBIDO = "recibido"


class ModoNotas(StrEnum):
    """How a credit note lowers the month (FISCAL.md 3.3, a product decision)."""

    FLUJO = "flujo"
    EMISION = "emision"


@dataclass(frozen=True, slots=True)
class Documento:
    """What the IVA of a stored CFDI is worked out from. Amounts in `moneda`; `cubetas` with all their decimals.

    `emitido` and `recibido` are both true for an auto-factura. `tipo_cambio` None means: no rate known, no amounts.
    `destino` and `acreditable_pct` are the accountant's own judgement of a received document, None when none was given.
    `efos_definitivo`: its issuer is on the 69-B list for good.
    """

    uuid: str
    tipo: Tipo
    emitido: bool
    recibido: bool
    vigente: bool
    fecha: datetime
    moneda: str
    tipo_cambio: Decimal | None
    total: Decimal
    cubetas: Cubetas
    metodo_pago: str | None = None
    forma_pago: str | None = None
    uso_cfdi: str | None = None
    combustible: bool = False
    efos_definitivo: bool = False
    periodo_global: Periodo | None = None
    destino: DestinoIva | None = None
    acreditable_pct: Decimal | None = None
    relaciones: tuple[Relacion, ...] = ()
    pagos: tuple[Pago, ...] = ()


@dataclass(frozen=True, slots=True)
class Evento:
    """Money that moved IVA: one document, or one DoctoRelacionado of a payment, in one month and on one side.

    `cubetas` are MXN cents, negative for a credit note, each rounded once; for a received document they are what
    remains after `acreditable_pct` when `motivo` is None. `no_acreditable` is the IVA lost (LIVA 5), with `motivo`
    its reason when the whole document is refused. `retenido_no_acreditable` is the withheld IVA that the percentage
    took out of `cubetas`: it is still paid over (LIVA 1-A). `destino` is what the accountant said, None to let the
    month decide. `regla` is a stable code, `articulo` the law behind it.
    """

    uuid: str
    pago: int
    docto: int
    lado: Lado
    periodo: Periodo
    fecha: date
    cubetas: Cubetas
    regla: str
    articulo: str
    no_acreditable: Decimal = _CERO
    motivo: str | None = None
    destino: DestinoIva | None = None
    retenido_no_acreditable: Decimal = _CERO


@dataclass(frozen=True, slots=True)
class Aviso:
    """What the accountant should look at: a stable code (of the alerts' catalogue), the document and a sentence."""

    codigo: str
    uuid: str
    detalle: str


@dataclass(frozen=True, slots=True)
class OpcionesIva:
    """Settings of a tenant's IVA; each default is FISCAL.md's."""

    notas: ModoNotas = ModoNotas.FLUJO
    no_objeto_en_factor: bool = True
    retencion_enterada: bool = True
    efectivo_tope: Decimal = Decimal("2000.00")
    usos_no_acreditables: frozenset[str] = frozenset({"S01", "CP01", "CN01", *(f"D{n:02d}" for n in range(1, 11))})


@dataclass(frozen=True, slots=True)
class Cuenta:
    """The events of one month and side that share destination, added up. Recibidos keep refused documents apart."""

    lado: Lado
    destino: DestinoIva | None
    rechazado: bool
    cubetas: Cubetas
    no_acreditable: Decimal
    retenido_no_acreditable: Decimal = _CERO


@dataclass(frozen=True, slots=True)
class MesIva:
    """A row of `iva_mensual`. MXN with cents; `factor` has four decimals cut (LIVA 5-V-c)."""

    periodo: Periodo
    iva_trasladado: Decimal = _CERO
    iva_retenido: Decimal = _CERO
    identificado: Decimal = _CERO
    mixto: Decimal = _CERO
    factor: Decimal = Decimal("1.0000")
    retenido_mes_anterior: Decimal = _CERO
    iva_acreditable: Decimal = _CERO
    iva_no_acreditable: Decimal = _CERO
    retenido_a_terceros: Decimal = _CERO
    retenido_acreditable: Decimal = _CERO
    resultado: Decimal = _CERO
    saldo_anterior: Decimal = _CERO
    saldo_a_favor_aplicado: Decimal = _CERO
    saldo_a_favor: Decimal = _CERO
    a_pagar: Decimal = _CERO
    a_pagar_pesos: Decimal = Decimal(0)
    base_16: Decimal = _CERO
    iva_16: Decimal = _CERO
    base_8: Decimal = _CERO
    iva_8: Decimal = _CERO
    base_0: Decimal = _CERO
    base_exento: Decimal = _CERO
    base_no_objeto: Decimal = _CERO


@dataclass(frozen=True, slots=True)
class Apertura:
    """What the chain of months starts from: the balance in favour before `periodo`, and the withheld IVA of the
    month before it that becomes creditable in it (LIVA 5-IV)."""

    periodo: Periodo
    saldo_a_favor: Decimal = _CERO
    retenido_mes_anterior: Decimal = _CERO


@dataclass(frozen=True, slots=True)
class Renglon:
    """A document's part in a figure; `uuid` is empty for what comes from the opening of the books."""

    uuid: str
    fecha: date
    importe: Decimal
    regla: str
    articulo: str


@dataclass(frozen=True, slots=True)
class Figura:
    """A figure of the month and the documents that sum to it."""

    figura: str
    total: Decimal
    documentos: tuple[Renglon, ...] = field(default=())
