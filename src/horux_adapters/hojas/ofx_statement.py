"""Statements as OFX 1 (SGML, whose leaves need not be closed) and OFX 2 (XML): OFX 1.6 and 2.2, chapter 11.

A small strict reader: it takes the movements and the account, expands no entity of the file and opens nothing.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from html import unescape

from horux_adapters.hojas.cotas import MAX_BYTES, MAX_RENGLONES, MAX_TEXTO
from horux_adapters.hojas.fechas import dia
from horux_adapters.hojas.textos import decodificado
from horux_core.fiscal.conciliacion.errors import (
    DemasiadosRenglones,
    EstadoCuentaDemasiadoGrande,
    EstadoCuentaSinMovimientos,
    EstadoCuentaVacio,
    FormatoNoReconocido,
    OfxMalFormado,
    OfxNoPermitido,
    RenglonIlegible,
    VariasCuentas,
)
from horux_core.fiscal.conciliacion.importando import EstadoCuenta, Movimiento
from horux_core.kernel.importe import CENTAVO, CERO

_CABEZA = re.compile(rb"OFXHEADER\s*:|<\?OFX\s|<OFX>|<\?xml\b[^>]{0,200}\?>\s*<(?:\?OFX\s|OFX>)")
_LARGO_DE_CABEZA = 4096
_BOM = b"\xef\xbb\xbf"
_ETIQUETA = re.compile(r"<(/?)([A-Z][A-Z0-9._]{0,31})\s*(/?)>([^<]*)")
_FECHA = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,6})?)?)?)?(?:\s*\[[^\]]{0,20}\])?", re.ASCII
)
_IMPORTE = re.compile(r"([+-]?)(\d{0,15})(?:[.,](\d{0,6}))?", re.ASCII)
_MONEDA = re.compile(r"[A-Z]{3}")
_MOVIMIENTO = "STMTTRN"
_TEXTOS = ("NAME", "MEMO")
_REFERENCIAS = ("REFNUM", "CHECKNUM", "FITID")


class OfxStatementReader:
    def recognises(self, content: bytes) -> bool:
        return _CABEZA.match(content[:_LARGO_DE_CABEZA].lstrip().removeprefix(_BOM).lstrip()) is not None

    def weighs(self, content: bytes) -> int:
        return len(content)

    def read(self, content: bytes) -> EstadoCuenta:
        if not content.strip():
            raise EstadoCuentaVacio
        if len(content) > MAX_BYTES:
            raise EstadoCuentaDemasiadoGrande(MAX_BYTES)
        if not self.recognises(content):
            raise FormatoNoReconocido
        texto = decodificado(content)
        if "<!" in texto:
            raise OfxNoPermitido
        comienzo = texto.find("<OFX>")
        if comienzo < 0 or not texto.rstrip().endswith("</OFX>"):
            raise OfxMalFormado
        return _estado(texto[comienzo:], texto.count("\n", 0, comienzo) + 1)


def _estado(cuerpo: str, primera_linea: int) -> EstadoCuenta:
    movimientos: list[Movimiento] = []
    cuentas: set[str] = set()
    monedas: set[str] = set()
    dentro: dict[str, str] | None = None
    linea = comienzo = primera_linea
    for cierra, nombre, valor, saltos in _etiquetas(cuerpo):
        if nombre == _MOVIMIENTO:
            if cierra is (dentro is None):
                raise OfxMalFormado
            if dentro is not None:
                movimientos += _movimiento(dentro, comienzo)
            elif len(movimientos) == MAX_RENGLONES:
                raise DemasiadosRenglones(MAX_RENGLONES)
            dentro, comienzo = (None if cierra else {}), linea
        elif dentro is not None and valor and not cierra:
            dentro.setdefault(nombre, valor)
        elif nombre == "ACCTID" and valor:
            cuentas.add(valor)
        elif nombre == "CURDEF" and _MONEDA.fullmatch(valor):
            monedas.add(valor)
        linea += saltos
    if dentro is not None:
        raise OfxMalFormado
    return _de_una_cuenta(movimientos, cuentas, monedas)


def _de_una_cuenta(movimientos: list[Movimiento], cuentas: set[str], monedas: set[str]) -> EstadoCuenta:
    if len(cuentas) > 1 or len(monedas) > 1:
        raise VariasCuentas
    if not movimientos:
        raise EstadoCuentaSinMovimientos
    return EstadoCuenta(tuple(movimientos), next(iter(cuentas), None), next(iter(monedas), None))


def _etiquetas(cuerpo: str) -> Iterator[tuple[bool, str, str, int]]:
    """Each tag: whether it closes, its name, the text that follows an opening one, and the line ends it spans.

    Raises OfxMalFormado for anything between `<` and `>` that is no tag.
    """
    fin = 0
    for etiqueta in _ETIQUETA.finditer(cuerpo):
        if etiqueta.start() != fin:
            raise OfxMalFormado
        fin = etiqueta.end()
        cierra = etiqueta[1] == "/"
        valor = "" if cierra or etiqueta[3] else _texto(etiqueta[4])
        if not etiqueta[3]:
            yield cierra, etiqueta[2], valor, etiqueta[0].count("\n")
    if fin != len(cuerpo):
        raise OfxMalFormado


def _texto(valor: str) -> str:
    """Raises OfxMalFormado for the number of a character that is longer than any."""
    try:
        return unescape(valor).strip()
    except ValueError as error:
        raise OfxMalFormado from error


def _movimiento(campos: dict[str, str], linea: int) -> list[Movimiento]:
    """One, or none when it moves nothing."""
    fecha = _fecha(campos.get("DTPOSTED", ""))
    if fecha is None:
        raise RenglonIlegible(linea, "DTPOSTED")
    importe = _importe(campos.get("TRNAMT", ""))
    if importe is None:
        raise RenglonIlegible(linea, "TRNAMT")
    descripcion, referencia = (
        " ".join(dict.fromkeys(" ".join(campos[c].split()) for c in nombres if c in campos))
        for nombres in (_TEXTOS, _REFERENCIAS)
    )
    if max(len(descripcion), len(referencia)) > MAX_TEXTO:
        raise RenglonIlegible(linea, "MEMO")
    fitid = " ".join(campos.get("FITID", "").split())
    hecho = Movimiento(fecha, importe, descripcion or campos.get("TRNTYPE", ""), referencia, None, linea, fitid)
    return [hecho] if importe != CERO else []


def _fecha(texto: str) -> date | None:
    partes = _FECHA.fullmatch(texto)
    if partes is None:
        return None
    return dia(int(partes[1]), int(partes[2]), int(partes[3]))


def _importe(texto: str) -> Decimal | None:
    partes = _IMPORTE.fullmatch(texto)
    if partes is None or not (partes[2] or partes[3]):
        return None
    decimales = (partes[3] or "").rstrip("0")
    if len(decimales) > 2:
        return None
    return Decimal(f"{partes[1]}{partes[2] or 0}.{decimales or 0}").quantize(CENTAVO)
