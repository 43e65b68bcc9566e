"""Amounts of a CFDI or of one payment in MXN, each bucket rounded once (FISCAL.md 2.4, 2.5; CFF 20)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from operator import attrgetter
from typing import Protocol

from horux_core.fiscal.cfdi.model import CUBETAS, MXN, Cubetas, DoctoPagado, Pago
from horux_core.fiscal.iva.model import Documento
from horux_core.kernel.importe import CENTAVO, CERO, centavos

UNO = Decimal(1)
_TOLERANCIA = Decimal("1.01")
_SIN_DECIMALES = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_CON_TRES = "BHD IQD JOD KWD LYD OMR TND"
_DECIMALES = {
    **dict.fromkeys(_SIN_DECIMALES.split(), 0),
    **dict.fromkeys(_CON_TRES.split(), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""Of ISO 4217; every other currency has two."""

_GUARDA = Decimal("1e-12")
_ANCHO = Context(prec=60)
"""Room for what rates that nobody would believe make of an amount."""

_VALORES = attrgetter(*CUBETAS)


@dataclass(frozen=True, slots=True)
class Cambio:
    """MXN per unit of a currency, kept as a fraction so that an amount is divided once and rounded once."""

    por: Decimal = UNO
    entre: Decimal = UNO

    def __call__(self, importe: Decimal) -> Decimal:
        return importe if self is A_LA_PAR else importe * self.por / self.entre


A_LA_PAR = Cambio()


def entero(importe: Decimal) -> Decimal:
    """What came of a division, without what its 28 digits cut off: a half cent is one again."""
    return importe.quantize(_GUARDA, ROUND_HALF_UP, _ANCHO)


def en_su_moneda(importe: Decimal, moneda: str) -> Decimal:
    """The amount with the decimals of its currency, halves away from zero."""
    return entero(importe).quantize(UNO.scaleb(-_DECIMALES.get(moneda, 2)), ROUND_HALF_UP, _ANCHO) + 0


def valores(cubetas: Cubetas) -> tuple[Decimal, ...]:
    """The buckets in the order of `CUBETAS`."""
    crudos: tuple[Decimal, ...] = _VALORES(cubetas)
    return crudos


def en_mxn(cubetas: Cubetas, cambio: Cambio = A_LA_PAR) -> Cubetas:
    """The buckets in MXN cents."""
    if cambio.por == cambio.entre:
        return Cubetas(*[v.quantize(CENTAVO, ROUND_HALF_UP) if v else CERO for v in valores(cubetas)])
    return Cubetas(*[centavos(v * cambio.por / cambio.entre) if v else CERO for v in valores(cubetas)])


class EnMoneda(Protocol):
    """What has amounts in a currency."""

    @property
    def moneda(self) -> str: ...
    @property
    def tipo_cambio(self) -> Decimal | None: ...


def cambio_de(documento: EnMoneda) -> Cambio | None:
    """The rate of its own currency; None while nobody knows it."""
    if documento.moneda == MXN:
        return A_LA_PAR
    return None if documento.tipo_cambio is None else Cambio(documento.tipo_cambio)


def cambio_de_docto(pago: Pago, docto: DoctoPagado) -> Cambio | None:
    """MXN per unit of MonedaDR in this payment; None when the complement does not tell.

    A share in MXN is MXN already: dividing it by the rate of a complement 1.0, which must say 1, gives nonsense.
    """
    if docto.moneda == MXN:
        return A_LA_PAR
    tipo_cambio = UNO if pago.moneda == MXN else pago.tipo_cambio
    if tipo_cambio is None or (pago.moneda != MXN and tipo_cambio == UNO):
        return None
    equivalencia = UNO if docto.moneda == pago.moneda else docto.equivalencia
    if docto.moneda != pago.moneda and equivalencia == UNO:
        # Absent means 1 for one currency alone: between two it is a rate nobody wrote.
        return None
    return Cambio(tipo_cambio, equivalencia) if equivalencia > 0 else None


def escritos_en_moneda_del_pago(pago: Pago) -> bool:
    """Whether the shares were written in MonedaP instead of MonedaDR, as some issuers do.

    Seen when they add up to Monto as they stand, and to more than it once converted.
    """
    if all(d.moneda == pago.moneda for d in pago.doctos) or any(d.equivalencia <= 0 for d in pago.doctos):
        return False
    escrito = sum((d.pagado for d in pago.doctos), CERO)
    convertido = sum((d.pagado / d.equivalencia for d in pago.doctos), CERO)
    return abs(escrito - pago.monto) <= CENTAVO * len(pago.doctos) and convertido > pago.monto * _TOLERANCIA


def pagados(pago: Pago) -> tuple[Decimal, ...]:
    """What the payment settles of each of its documents, in MonedaDR."""
    if not escritos_en_moneda_del_pago(pago):
        return tuple(d.pagado for d in pago.doctos)
    return tuple(d.pagado if d.moneda == pago.moneda else d.pagado * d.equivalencia for d in pago.doctos)


def pagado_en_moneda_de(factura: Documento, pago: Pago, docto: DoctoPagado, pagado: Decimal) -> Decimal | None:
    """What the payment settles, in the invoice's own currency; None when no rate relates MonedaDR to it.

    `pagado` is its share of `pagados`.
    """
    if docto.moneda == factura.moneda:
        return pagado
    del_docto, propio = cambio_de_docto(pago, docto), cambio_de(factura)
    if del_docto is None or propio is None:
        return None
    return pagado * del_docto.por * propio.entre / (del_docto.entre * propio.por)
