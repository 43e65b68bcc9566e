"""The amount of a CFDI in MXN: converted, then rounded once to cents half-up (FISCAL.md 2.4)."""

from decimal import Decimal

from horux_core.fiscal.cfdi.model import Cfdi
from horux_core.kernel.importe import CERO, centavos


def total_mxn(cfdi: Cfdi, capturado: Decimal | None = None) -> Decimal | None:
    """The document's total at the rate captured for it, else at its own; None when it has an amount and no rate.

    A foreign currency at a declared rate of 1 counts at that rate here, since its holder was warned
    (`TC_SOSPECHOSO`); its taxes wait for a rate, because `tipo_cambio` is None.
    """
    if not cfdi.total:
        return CERO
    factor = capturado or cfdi.tipo_cambio or cfdi.tipo_cambio_declarado
    return centavos(cfdi.total * factor) if factor else None
