"""Currencies, for the second engine: FISCAL.md 2.4 and 2.5, in fractions."""

from dataclasses import dataclass
from fractions import Fraction

from horux_core.fiscal.cfdi.model import DoctoPagado, Pago
from horux_core.fiscal.iva.model import Documento

F = Fraction


@dataclass(frozen=True)
class Payment:
    """What one DoctoRelacionado settles of an invoice: `paid` in MonedaDR, `settles` in the invoice's currency."""

    doc: Documento
    i: int
    j: int
    pago: Pago
    docto: DoctoPagado
    paid: F
    settles: F

    @property
    def order(self) -> tuple[object, ...]:
        return (self.pago.fecha_pago, self.docto.parcialidad or 0, self.doc.uuid, self.i, self.j)


def rate(d: Documento) -> F | None:
    """Pesos per unit of the document's currency."""
    return F(1) if d.moneda == "MXN" else None if d.tipo_cambio is None else F(d.tipo_cambio)


def share_rate(p: Pago, r: DoctoPagado) -> F | None:
    """Pesos per unit of MonedaDR: already pesos, or ImporteDR / Equivalencia × TipoCambioP."""
    if r.moneda == "MXN":
        return F(1)
    pesos = F(1)
    if p.moneda != "MXN":
        if p.tipo_cambio is None or p.tipo_cambio == 1:
            return None
        pesos = F(p.tipo_cambio)
    if r.moneda == p.moneda:
        return pesos
    return None if r.equivalencia <= 0 or r.equivalencia == 1 else pesos / F(r.equivalencia)


def paid(p: Pago, j: int) -> F:
    """ImpPagado of a share in MonedaDR, where the whole payment was not written in its own currency."""
    r = p.doctos[j]
    if r.moneda == p.moneda or not in_currency_of_payment(p):
        return F(r.pagado)
    return F(r.pagado) * F(r.equivalencia)


def in_currency_of_payment(p: Pago) -> bool:
    """Σ(ImpPagado / rate) > Monto × 1.01 and Σ ImpPagado ≈ Monto, a cent for each share."""
    if not [r for r in p.doctos if r.moneda != p.moneda] or [r for r in p.doctos if r.equivalencia <= 0]:
        return False
    written = sum((F(r.pagado) for r in p.doctos), F(0))
    converted = sum((F(r.pagado) / F(r.equivalencia) for r in p.doctos), F(0))
    return abs(written - F(p.monto)) * 100 <= len(p.doctos) and converted * 100 > F(p.monto) * 101


def settles(inv: Documento, p: Pago, j: int) -> F | None:
    """The share in the invoice's own currency; one in another goes through pesos, each at its own rate."""
    r = p.doctos[j]
    if r.moneda == inv.moneda:
        return paid(p, j)
    of_share, of_invoice = share_rate(p, r), rate(inv)
    return None if of_share is None or of_invoice is None else paid(p, j) * of_share / of_invoice
