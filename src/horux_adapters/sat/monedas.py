"""Currency and exchange rate of a document or a payment."""

import re
from decimal import Decimal

from lxml.etree import _Element

from horux_adapters.sat.atributos import UNO, local, tasa, texto
from horux_core.fiscal.cfdi import advertencias as aviso
from horux_core.fiscal.cfdi.errors import AtributoFaltante, AtributoInvalido
from horux_core.fiscal.cfdi.model import Advertencia

MXN = "MXN"
SIN_MONEDA = "XXX"
_ISO = re.compile(r"[A-Z]{3}")
_PESOS = ("PESO", "PESOS", "PESOS MEXICANOS", "PESO MEXICANO", "MONEDA NACIONAL", "NACIONAL", "M.N.", "MN", "MXP")
_DOLARES = ("DOLAR", "DOLARES", "DÓLAR", "DÓLARES", "DLS", "DLLS", "US", "USDOLLAR")
_A_MANO = {**dict.fromkeys(_PESOS, MXN), **dict.fromkeys(_DOLARES, "USD"), "EURO": "EUR", "EUROS": "EUR"}
"""What 3.2, where the currency is free text, says in words."""


def moneda(elemento: _Element, nombre: str, avisos: list[Advertencia]) -> str:
    """Its ISO 4217 code; words become one with a warning. Raises AtributoFaltante or AtributoInvalido."""
    escrita = texto(elemento, nombre)
    if escrita is None:
        raise AtributoFaltante(local(elemento), nombre)
    codigo = escrita.upper()
    en_palabras = _A_MANO.get(codigo)
    if en_palabras is not None:
        avisos.append(
            Advertencia(aviso.MONEDA_ASUMIDA, f"La moneda dice «{escrita[:40]}»: se tomó como {en_palabras}.")
        )
        return en_palabras
    if not _ISO.fullmatch(codigo):
        raise AtributoInvalido(local(elemento), nombre)
    return codigo


def tipo_cambio(elemento: _Element, nombre: str, divisa: str, avisos: list[Advertencia]) -> Decimal | None:
    """MXN per unit: 1 for MXN, None for XXX and, with a warning, for a foreign one without a rate or at 1 (CFF 20)."""
    if divisa == MXN:
        return UNO
    if divisa == SIN_MONEDA:
        return None
    declarado = tasa(elemento, nombre)
    if declarado and declarado != UNO:
        return declarado
    escrito = declarado or "vacío"
    remedio = "pide que sustituyan el complemento" if local(elemento) == "Pago" else "captura el del DOF para calcular"
    detalle = f"El {local(elemento)} está en {divisa} con tipo de cambio {escrito}: {remedio}."
    avisos.append(Advertencia(aviso.TC_SOSPECHOSO, detalle))
    return None
