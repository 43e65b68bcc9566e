"""Attributes of an XML element as values: text, amounts, rates and dates, each checked against the Anexo 20."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from lxml.etree import _Element

from horux_core.fiscal.cfdi.errors import AtributoFaltante, AtributoInvalido, ImporteNegativo

CERO = Decimal(0)
UNO = Decimal(1)

_IMPORTE = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,6})?")
_TASA = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,10})?")
_LARGO_DE_TASA = 17
# What schemas allow and nobody writes: a sign, no digit on one side of the point.
_IMPORTE_RARO = re.compile(r"([+-]?)([0-9]{0,15})(?:\.([0-9]{0,6}))?")
_ZONA = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_FECHA_HORA = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?" + _ZONA)
_FECHA = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
ANIOS = range(1990, 2201)


def local(elemento: _Element) -> str:
    """The element's name without its namespace."""
    return str(elemento.tag).rpartition("}")[2]


def texto(elemento: _Element, nombre: str) -> str | None:
    """The attribute without space around it; None when absent or empty."""
    valor = elemento.get(nombre)
    return (valor.strip() or None) if valor else None


def texto_requerido(elemento: _Element, nombre: str) -> str:
    """Raises AtributoFaltante."""
    valor = texto(elemento, nombre)
    if valor is None:
        raise AtributoFaltante(local(elemento), nombre)
    return valor


def importe(elemento: _Element, nombre: str) -> Decimal:
    """An amount, 0 when absent; up to 15 integer digits and 6 decimals. Raises ImporteNegativo, AtributoInvalido."""
    valor = elemento.get(nombre)
    if valor is None:
        return CERO
    if _IMPORTE.fullmatch(valor):
        return Decimal(valor)
    return _importe_raro(elemento, nombre, valor.strip())


def importe_requerido(elemento: _Element, nombre: str) -> Decimal:
    """Raises AtributoFaltante, ImporteNegativo or AtributoInvalido."""
    valor = elemento.get(nombre)
    if valor is None or not valor.strip():
        raise AtributoFaltante(local(elemento), nombre)
    return importe(elemento, nombre)


def importe_opcional(elemento: _Element, nombre: str) -> Decimal | None:
    """None when absent or empty. Raises ImporteNegativo or AtributoInvalido."""
    valor = elemento.get(nombre)
    return importe(elemento, nombre) if valor and valor.strip() else None


def _importe_raro(elemento: _Element, nombre: str, valor: str) -> Decimal:
    if not valor:
        return CERO
    partes = _IMPORTE_RARO.fullmatch(valor)
    if partes is None or not (partes[2] or partes[3]):
        raise AtributoInvalido(local(elemento), nombre)
    numero = Decimal(f"{partes[2] or '0'}.{partes[3] or '0'}" if partes[3] else partes[2])
    if partes[1] == "-" and numero:
        raise ImporteNegativo(local(elemento), nombre)
    return numero


@lru_cache(maxsize=2048)
def _tasa(valor: str) -> Decimal | None:
    return Decimal(valor) if _TASA.fullmatch(valor) else None


def tasa(elemento: _Element, nombre: str) -> Decimal | None:
    """A rate of tax or exchange, None when absent; up to 6 integer digits and 10 decimals. Raises AtributoInvalido."""
    valor = texto(elemento, nombre)
    if valor is None:
        return None
    numero = _tasa(valor) if len(valor) <= _LARGO_DE_TASA else None
    if numero is None:
        if valor.startswith("-"):
            raise ImporteNegativo(local(elemento), nombre)
        raise AtributoInvalido(local(elemento), nombre)
    return numero


def entero(elemento: _Element, nombre: str, validos: range) -> int:
    """Raises AtributoFaltante or AtributoInvalido."""
    valor = texto_requerido(elemento, nombre)
    if not (valor.isascii() and valor.isdigit() and len(valor) <= 9 and int(valor) in validos):
        raise AtributoInvalido(local(elemento), nombre)
    return int(valor)


def fecha_hora(elemento: _Element, nombre: str) -> datetime:
    """Wall time as written; a zone is dropped. Raises AtributoFaltante or AtributoInvalido."""
    valor = texto_requerido(elemento, nombre)
    partes = _FECHA_HORA.fullmatch(valor)
    try:
        momento = datetime.fromisoformat(partes[1]) if partes else None
    except ValueError:
        momento = None
    if momento is None or momento.year not in ANIOS:
        raise AtributoInvalido(local(elemento), nombre)
    return momento


def fecha_hora_opcional(elemento: _Element, nombre: str) -> datetime | None:
    """None when absent or empty. Raises AtributoInvalido."""
    return fecha_hora(elemento, nombre) if texto(elemento, nombre) else None


def fecha(elemento: _Element, nombre: str) -> date:
    """A day, also when its hour is written. Raises AtributoFaltante or AtributoInvalido."""
    valor = texto_requerido(elemento, nombre)
    if "T" in valor:
        return fecha_hora(elemento, nombre).date()
    try:
        dia = date.fromisoformat(valor) if _FECHA.fullmatch(valor) else None
    except ValueError:
        dia = None
    if dia is None or dia.year not in ANIOS:
        raise AtributoInvalido(local(elemento), nombre)
    return dia


def fecha_opcional(elemento: _Element, nombre: str) -> date | None:
    """None when absent or empty. Raises AtributoInvalido."""
    return fecha(elemento, nombre) if texto(elemento, nombre) else None


def es_uuid(valor: str) -> bool:
    return _UUID.fullmatch(valor) is not None
