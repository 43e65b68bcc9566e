"""The calendar as iCalendar text (RFC 5545): one all-day event per obligation."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from horux_core.fiscal.calendario.generando import EstadoObligacion, Vencimiento
from horux_core.fiscal.calendario.obligaciones import Periodicidad
from horux_core.kernel.periodo import MESES

_ANCHO = 75
"""Octets of a line without its end (RFC 5545, 3.1)."""

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_SALTO = re.compile(r"\r\n|\r|\u0085|\u2028|\u2029")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_MARCA = {EstadoObligacion.PRESENTADA: "✓ ", EstadoObligacion.VENCIDA: "Vencida: "}


def ics(vencimientos: Iterable[Vencimiento], titulo: str, identidad: str, ahora: datetime) -> str:
    """The feed of a taxpayer, those that do not apply left out.

    `identidad` stays the same while the feed's address may change: with it, an event keeps its UID for good.
    """
    lineas = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Horux360//Calendario fiscal//ES",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_texto(titulo)}",
        f"X-WR-CALNAME:{_texto(titulo)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    ]
    sello = f"DTSTAMP:{ahora.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    for v in vencimientos:
        if v.estado is not EstadoObligacion.NO_APLICA:
            lineas += _evento(v, identidad, sello)
    lineas.append("END:VCALENDAR")
    return "".join(f"{_plegada(linea)}\r\n" for linea in lineas)


def _evento(v: Vencimiento, identidad: str, sello: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{v.clave.obligacion.lower()}-{v.clave.periodo}-{identidad}@horux360"
    yield sello
    yield f"DTSTART;VALUE=DATE:{_dia(v.limite)}"
    yield f"DTEND;VALUE=DATE:{_dia(v.limite + timedelta(days=1))}"
    yield f"SUMMARY:{_texto(_resumen(v))}"
    yield f"DESCRIPTION:{_texto(_descripcion(v))}"
    yield f"CATEGORIES:{_texto(v.estado.value)}"
    yield "STATUS:TENTATIVE" if v.prevista else "STATUS:CONFIRMED"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def del_periodo(v: Vencimiento) -> str:
    """The period in words: `marzo de 2026`, `enero a febrero de 2026`, `2026`."""
    ultimo = v.clave.periodo
    if v.periodicidad is Periodicidad.ANUAL:
        return str(ultimo.anio)
    primero = v.periodicidad.meses(ultimo)[-1]
    desde = "" if primero == ultimo else f"{MESES[primero.mes - 1]} a "
    return f"{desde}{MESES[ultimo.mes - 1]} de {ultimo.anio}"


def _resumen(v: Vencimiento) -> str:
    return f"{_MARCA.get(v.estado, '')}{v.nombre} ({del_periodo(v)})"


def _descripcion(v: Vencimiento) -> str:
    partes = [f"Vence el {v.limite:%d/%m/%Y}.", f"Fundamento: {v.fundamento}."]
    if v.prevista:
        partes.append("Prevista por lo que hubo en los meses anteriores: se confirma con los CFDI del mes.")
    if v.nota:
        partes.append(v.nota)
    return "\n".join(partes)


def _dia(dia: date) -> str:
    return f"{dia.year:04d}{dia.month:02d}{dia.day:02d}"


def _texto(texto: str) -> str:
    """A value of type TEXT: escaped, and without control characters, which it cannot hold."""
    return _CONTROL.sub("", _SALTO.sub("\n", texto)).translate(_ESCAPES)


def _plegada(linea: str) -> str:
    """Cut into lines of at most 75 octets, never inside a character (RFC 5545, 3.1)."""
    partes, ancho = [""], 0
    for letra in linea:
        octetos = len(letra.encode())
        if ancho + octetos > _ANCHO:
            partes.append(" ")
            ancho = 1
        partes[-1] += letra
        ancho += octetos
    return "\r\n".join(partes)
