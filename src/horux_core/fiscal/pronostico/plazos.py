"""How long each counterpart takes to pay (FISCAL.md 7.3)."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from horux_core.fiscal.cfdi.model import Pago
from horux_core.fiscal.iva.conversion import cambio_de_docto, pagados
from horux_core.fiscal.iva.model import Lado
from horux_core.fiscal.pronostico.model import Base, Historia, Liquidado, Parametros, Plazo
from horux_core.kernel.importe import CERO

_DIA = Decimal(1)


class Plazos:
    """Of those who pay us, or of those we pay: Σ(days × amount) / Σ amount of the last year's payments."""

    __slots__ = ("_general", "_parametros", "_propios")

    def __init__(self, historias: Iterable[Historia], parametros: Parametros) -> None:
        utiles = [h for h in historias if h.pagos and h.importe > 0]
        self._parametros = parametros
        self._propios = {h.contraparte: _plazo([h], Base.PROPIA) for h in utiles if h.pagos >= parametros.pagos_minimos}
        suficientes = sum(h.pagos for h in utiles) >= parametros.pagos_minimos
        supuesto = Plazo(parametros.dias_supuestos, Base.SUPUESTA)
        self._general = _plazo(utiles, Base.PROMEDIO) if suficientes else supuesto

    def de(self, contraparte: str) -> Plazo:
        """Its own with three payments or more, else the tenant's average, which needs three too, else 30 days."""
        return self._propios.get(contraparte, self._general)


def historias(liquidados: Iterable[Liquidado]) -> tuple[Historia, ...]:
    """How each counterpart paid or was paid. Shares whose rate nobody tells are left out."""
    sumas: dict[tuple[Lado, str], list[tuple[int, int, Decimal]]] = {}
    for uno in liquidados:
        importe = uno.importe if uno.complemento is None else en_mxn(uno.complemento)[uno.docto]
        if importe is not None and importe > 0:
            clave = (uno.contraparte.lado, uno.contraparte.clave)
            sumas.setdefault(clave, []).append((uno.pagos, uno.dias, importe))
    return tuple(
        Historia(
            *clave,
            sum(pagos for pagos, _, _ in suyos),
            sum((importe for _, _, importe in suyos), CERO),
            sum((dias * importe for _, dias, importe in suyos), CERO),
        )
        for clave, suyos in sumas.items()
    )


def historia_desde(hoy: date, parametros: Parametros) -> date:
    """The first day whose payments tell how long somebody takes."""
    return hoy - timedelta(days=parametros.dias_historia)


def en_mxn(pago: Pago) -> tuple[Decimal | None, ...]:
    """What a payment settles of each of its documents, in MXN; None when the complement does not tell the rate."""
    cambios = (cambio_de_docto(pago, docto) for docto in pago.doctos)
    return tuple(None if c is None else c(pagado) for c, pagado in zip(cambios, pagados(pago), strict=True))


def dias_enteros(plazo: Plazo) -> int:
    """Halves up."""
    return int(plazo.dias.quantize(_DIA, ROUND_HALF_UP))


def fecha_esperada(fecha: date, dias: int, hoy: date, parametros: Parametros) -> date:
    """Fecha + days; a week from today when that is past."""
    esperada = fecha + timedelta(days=dias)
    return esperada if esperada >= hoy else hoy + timedelta(days=parametros.dias_si_ya_paso)


def probabilidad(fecha: date, hoy: date, parametros: Parametros) -> Decimal:
    """By the age of what is owed."""
    edad = (hoy - fecha).days
    for hasta, parte in parametros.probabilidades:
        if edad <= hasta:
            return parte
    return parametros.probabilidad_vieja


def _plazo(historias: Sequence[Historia], base: Base) -> Plazo:
    total = sum((h.importe for h in historias), CERO)
    ponderado = sum((h.importe_por_dias for h in historias), CERO)
    return Plazo(ponderado / total, base, sum(h.pagos for h in historias))
