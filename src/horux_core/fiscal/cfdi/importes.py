"""Amounts of a CFDI in MXN: add with all decimals, convert, round once to cents half-up (FISCAL.md 2.4, 2.5)."""

from decimal import Decimal

from horux_core.fiscal.cfdi.model import CUBETAS, Cfdi, Cubetas, DoctoPagado, Pago
from horux_core.kernel.importe import CERO, centavos

_UNO = Decimal(1)


def total_mxn(cfdi: Cfdi) -> Decimal | None:
    """The document's total at its own rate; None when it has an amount and no rate (CFF 20).

    A foreign currency at a declared rate of 1 counts at that rate here, since its holder was warned
    (`TC_SOSPECHOSO`); its taxes wait for a rate, because `tipo_cambio` is None.
    """
    if not cfdi.total:
        return CERO
    factor = cfdi.tipo_cambio if cfdi.tipo_cambio is not None else cfdi.tipo_cambio_declarado
    return centavos(cfdi.total * factor) if factor else None


def cubetas_mxn(cubetas: Cubetas, factor: Decimal, divisor: Decimal = _UNO) -> Cubetas:
    """Each bucket times `factor` over `divisor`, rounded once. One division: a factor cut before would move halves."""
    return Cubetas(*(_convertido(getattr(cubetas, nombre), factor, divisor) for nombre in CUBETAS))


def monto_mxn(pago: Pago) -> Decimal | None:
    """What was paid, in MXN; None without a rate."""
    return None if pago.tipo_cambio is None else centavos(pago.monto * pago.tipo_cambio)


def pagado_mxn(docto: DoctoPagado, pago: Pago) -> Decimal | None:
    """The share of one invoice in a payment, in MXN; None without a rate."""
    tasa = _tasa(docto, pago)
    return None if tasa is None else _convertido(docto.pagado, *tasa)


def cubetas_docto_mxn(docto: DoctoPagado, pago: Pago) -> Cubetas | None:
    """The buckets of one invoice's share, in MXN; None without a rate."""
    tasa = _tasa(docto, pago)
    return None if tasa is None else cubetas_mxn(docto.cubetas, *tasa)


def _tasa(docto: DoctoPagado, pago: Pago) -> tuple[Decimal, Decimal] | None:
    if docto.moneda == "MXN":
        return _UNO, _UNO
    return None if pago.tipo_cambio is None else (pago.tipo_cambio, docto.equivalencia)


def _convertido(importe: Decimal, factor: Decimal, divisor: Decimal) -> Decimal:
    return centavos(importe * factor / divisor) if importe else CERO
