"""Which received documents give IVA to credit, and how much of it (LIVA 5; FISCAL.md 3.4)."""

from dataclasses import dataclass
from decimal import Decimal

from horux_core.fiscal.cfdi.model import Cubetas, DestinoIva, Tipo
from horux_core.fiscal.iva.conversion import valores
from horux_core.fiscal.iva.model import Documento, OpcionesIva
from horux_core.fiscal.iva.saldos import Saldos
from horux_core.kernel.importe import CERO, centavos

EFECTIVO = "01"
_CIEN = Decimal(100)

FACTURA_CANCELADA = "factura_cancelada"
EFOS = "efos"
COMBUSTIBLE_EFECTIVO = "combustible_efectivo"
EFECTIVO_MAYOR = "efectivo"
EXENTO = "exento"
PCT = "pct"
USO_CFDI = "uso_cfdi"

ARTICULOS_DE_MOTIVO = {
    FACTURA_CANCELADA: "LIVA 5-II; CFF 29-A",
    EFOS: "CFF 69-B",
    COMBUSTIBLE_EFECTIVO: "LIVA 5-I; LISR 27-III, 147-IV",
    EFECTIVO_MAYOR: "LIVA 5-I; LISR 27-III, 147-IV",
    EXENTO: "LIVA 5-V-b",
    PCT: "LIVA 5-I",
    USO_CFDI: "LIVA 5-I",
}
"""Why a whole document is refused, by the code of the reason, in the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Juicio:
    """What may be credited of a received document: refused for `motivo`, or `pct` per cent of it, for `destino`."""

    motivo: str | None = None
    destino: DestinoIva | None = None
    pct: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Acreditado:
    """The buckets to count, the IVA lost with them, and the withheld IVA lost though still to be paid over."""

    cubetas: Cubetas
    no_acreditable: Decimal = CERO
    retenido_no_acreditable: Decimal = CERO


def iva(cubetas: Cubetas) -> Decimal:
    """IVA at 16 and 8 per cent."""
    return cubetas.iva_16 + cubetas.iva_8


def rechazo_por_efectivo(
    factura: Documento, forma_pago: str | None, importe: Decimal, opciones: OpcionesIva
) -> str | None:
    """Why a payment of `importe` MXN, IVA included, is lost: cash past the limit, or any for fuel (LISR 27-III)."""
    if forma_pago != EFECTIVO:
        return None
    if factura.combustible:
        return COMBUSTIBLE_EFECTIVO
    return EFECTIVO_MAYOR if centavos(importe) > opciones.efectivo_tope else None


def juicio(factura: Documento, por_forma: str | None, opciones: OpcionesIva, efos: bool = False) -> Juicio:
    """Judge a received invoice; `por_forma` is what `rechazo_por_efectivo` said, `efos` that of its payment or note.

    The accountant's percentage answers whether the expense is deductible for its use, so it overrides the UsoCFDI; it
    cannot mend a forbidden form of payment (LISR 27-III) nor an issuer whose documents have no effect (CFF 69-B).
    """
    motivo = None
    if efos or factura.efos_definitivo:
        motivo = EFOS
    elif por_forma is not None:
        motivo = por_forma
    elif factura.destino is DestinoIva.EXENTO:
        motivo = EXENTO
    elif factura.acreditable_pct is not None:
        motivo = PCT if factura.acreditable_pct <= 0 else None
    elif factura.uso_cfdi in opciones.usos_no_acreditables:
        motivo = USO_CFDI
    return Juicio(motivo, factura.destino, factura.acreditable_pct)


def facturas_que_juzgan(documento: Documento, saldos: Saldos) -> tuple[str, ...]:
    """The invoices whose judgement a payment or credit note takes in place of its own; none when its own counts."""
    if documento.tipo is Tipo.EGRESO:
        return tuple(f.uuid for f in saldos.relacionadas(documento) if f.vigente)[:1]
    nombradas = dict.fromkeys(docto.id_documento for pago in documento.pagos for docto in pago.doctos)
    return tuple(nombradas) if all(saldos.factura(uuid, documento) for uuid in nombradas) else ()


def acreditar(cubetas: Cubetas, juicio: Juicio) -> Acreditado:
    """Take a judgement to the buckets of an event, in MXN cents; each is multiplied and rounded to cents apart."""
    if juicio.motivo is not None:
        return Acreditado(cubetas, iva(cubetas))
    pct = juicio.pct
    if pct is None or pct >= _CIEN:
        return Acreditado(cubetas)
    parte = Cubetas(*[centavos(v * pct / _CIEN) if v else CERO for v in valores(cubetas)])
    return Acreditado(parte, iva(cubetas) - iva(parte), cubetas.ret_iva - parte.ret_iva)
