"""Which account a statement is of: the file's word, or that of whoever sends it."""

import re
from collections.abc import Iterable
from dataclasses import replace
from uuid import uuid4

from horux_core.fiscal.cfdi.model import MXN
from horux_core.fiscal.conciliacion.errors import CuentaDistinta, CuentaFaltante, MonedaDesconocida, MonedaDistinta
from horux_core.fiscal.conciliacion.importando import EstadoCuenta
from horux_core.fiscal.conciliacion.libro import CuentaBancaria, clave_de

LETRAS = 80
_MONEDA = re.compile("[A-Z]{3}")


def cuenta_de(conocidas: Iterable[CuentaBancaria], estado: EstadoCuenta, dicha: str | None) -> CuentaBancaria:
    """The known one, by what the file calls it or else by what it is said to be, or a new one.

    What is said of a file that names its account is the name that account is shown with. Raises CuentaFaltante,
    CuentaDistinta, MonedaDesconocida or MonedaDistinta.
    """
    if estado.moneda is not None and not _MONEDA.fullmatch(estado.moneda):
        raise MonedaDesconocida
    todas = tuple(conocidas)
    nombre = " ".join((dicha or "").split())
    numero = " ".join((estado.cuenta or "").split())[:LETRAS]
    hallada = _por(todas, nombre) if not clave_de(numero) else _con_numero(todas, numero, nombre)
    if hallada is None:
        clave = clave_de(numero) or clave_de(nombre)
        if not clave:
            raise CuentaFaltante
        return CuentaBancaria(uuid4(), clave, nombre or numero, estado.moneda or MXN)
    if estado.moneda not in (None, hallada.moneda):
        raise MonedaDistinta(hallada.nombre, hallada.moneda)
    return hallada


def buscada(conocidas: Iterable[CuentaBancaria], dicha: str) -> CuentaBancaria | None:
    """The one of that number or name."""
    return _por(tuple(conocidas), dicha)


def _por(todas: tuple[CuentaBancaria, ...], dicha: str) -> CuentaBancaria | None:
    clave = clave_de(dicha)
    if not clave:
        return None
    return next((c for c in todas if c.clave == clave), None) or next(
        (c for c in todas if clave_de(c.nombre) == clave), None
    )


def _con_numero(todas: tuple[CuentaBancaria, ...], numero: str, nombre: str) -> CuentaBancaria | None:
    propia = next((c for c in todas if c.clave == clave_de(numero)), None)
    dicha = _por(todas, nombre)
    if propia is not None:
        if dicha not in (None, propia):
            raise CuentaDistinta(numero)
        return replace(propia, nombre=nombre or propia.nombre)
    if dicha is None:
        return None
    if dicha.clave != clave_de(dicha.nombre):
        # It has a number already, and it is another one.
        raise CuentaDistinta(numero)
    return replace(dicha, clave=clave_de(numero))
