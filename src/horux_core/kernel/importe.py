"""Money: decimals in MXN unless a name says otherwise."""

from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

CENTAVO = Decimal("0.01")
CERO = Decimal("0.00")
ENTEROS = 15
TOPE = Decimal(10) ** ENTEROS
"""Every amount that somebody tells is below it: it has that many digits before the point, at most."""
_PESO = Decimal(1)
_DIEZMILESIMO = Decimal("0.0001")


def centavos(importe: Decimal) -> Decimal:
    """The amount in cents, halves away from zero."""
    return importe.quantize(CENTAVO, ROUND_HALF_UP)


def pesos(importe: Decimal) -> Decimal:
    """The amount to pay in whole pesos: 1 to 50 cents down, 51 to 99 up (CFF 20)."""
    return importe.quantize(_PESO, ROUND_HALF_DOWN)


def diezmilesimos(fraccion: Decimal) -> Decimal:
    """A factor cut, not rounded, to four decimals (CFF 17-A, last paragraph)."""
    return fraccion.quantize(_DIEZMILESIMO, ROUND_DOWN)
