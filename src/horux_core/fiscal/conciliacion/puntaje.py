"""How well a document explains a row: 0.6 amount + 0.25 closeness of dates + 0.15 text (FISCAL.md 7.1, step 2)."""

from decimal import ROUND_HALF_UP, Decimal

from horux_core.fiscal.cfdi.model import MXN
from horux_core.fiscal.conciliacion.model import Candidato, Parametros, Renglon
from horux_core.fiscal.conciliacion.texto import TextoBancario, nombre_propio

_UNO, _MEDIO, _NADA = Decimal(1), Decimal("0.5"), Decimal(0)
_FINO = Decimal("0.0001")


def en_divisas(renglon: Renglon, candidato: Candidato) -> bool:
    return renglon.moneda != MXN or candidato.moneda != MXN


def tolerancia(renglon: Renglon, divisas: bool, parametros: Parametros) -> Decimal:
    """The largest difference that is still suggested."""
    if divisas:
        return max(parametros.tolerancia_monto_sugerida, renglon.monto * parametros.tolerancia_divisas)
    return parametros.tolerancia_monto_sugerida


def en_ventana(renglon: Renglon, candidato: Candidato, parametros: Parametros) -> bool:
    antes, despues = parametros.ventana(candidato.clase)
    return -antes <= (renglon.fecha - candidato.fecha).days <= despues


def de_monto(renglon: Renglon, candidato: Candidato, saldo: Decimal, parametros: Parametros) -> Decimal:
    """1 within the exact tolerance, falling to 0 at the largest; in foreign currency 1 within its tolerance, because
    the bank's rate is not the document's."""
    divisas = en_divisas(renglon, candidato)
    diferencia, hasta = abs(renglon.monto - saldo), tolerancia(renglon, divisas, parametros)
    if diferencia <= parametros.tolerancia_monto or (divisas and diferencia <= hasta):
        return _UNO
    if diferencia >= hasta:
        return _NADA
    return (hasta - diferencia) / (hasta - parametros.tolerancia_monto)


def de_fecha(renglon: Renglon, candidato: Candidato, parametros: Parametros) -> Decimal:
    """1 on the day, falling to 0 at the end of the window on that side."""
    dias = (renglon.fecha - candidato.fecha).days
    antes, despues = parametros.ventana(candidato.clase)
    fin = despues if dias > 0 else antes
    if dias == 0:
        return _UNO
    return max(_NADA, _UNO - Decimal(abs(dias)) / fin) if fin else _NADA


def de_texto(texto: TextoBancario, candidato: Candidato) -> Decimal:
    """1 with the RFC or the folio, 0.5 with the name only."""
    if texto.trae_rfc(candidato.contraparte) or texto.trae_folio(candidato.folio):
        return _UNO
    return _MEDIO if texto.trae_nombre(nombre_propio(candidato.nombre)) else _NADA


def puntaje(
    renglon: Renglon, texto: TextoBancario, candidato: Candidato, saldo: Decimal, parametros: Parametros
) -> Decimal:
    """From 0 to 1, with four decimals. `saldo` is what is left of the candidate; it lies in the row's window."""
    monto = de_monto(renglon, candidato, saldo, parametros)
    fecha = de_fecha(renglon, candidato, parametros)
    total = (
        parametros.peso_monto * monto
        + parametros.peso_fecha * fecha
        + parametros.peso_texto * de_texto(texto, candidato)
    )
    return total.quantize(_FINO, ROUND_HALF_UP)
