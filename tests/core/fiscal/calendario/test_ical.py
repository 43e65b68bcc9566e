"""The iCalendar text keeps RFC 5545, read back by a plain reader of it."""

import re
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from horux_core.fiscal.calendario.generando import EstadoObligacion, Vencimiento
from horux_core.fiscal.calendario.ical import del_periodo, ics
from horux_core.fiscal.calendario.obligaciones import Periodicidad
from tests.core.fiscal.calendario.libros import un_vencimiento

AHORA = datetime(2026, 11, 10, 18, 30, tzinfo=UTC)
LUEGO = datetime(2026, 11, 11, 18, 30, tzinfo=UTC)
IDENTIDAD = "5d3c"


def leido(texto: str) -> list[dict[str, str]]:
    """The events by the letter of 3.1 and 3.3.11: unfold, split at the first colon, unescape."""
    assert texto.endswith("END:VCALENDAR\r\n")
    assert re.sub(r"\r\n", "", texto).find("\n") < 0
    eventos: list[dict[str, str]] = []
    for linea in texto.removesuffix("\r\n").replace("\r\n ", "").split("\r\n"):
        nombre, _, valor = linea.partition(":")
        if linea == "BEGIN:VEVENT":
            eventos.append({})
        elif eventos:
            eventos[-1].setdefault(nombre, re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], valor))
    return eventos


def uno(**campos: Any) -> dict[str, str]:
    return leido(ics([un_vencimiento(**campos)], "Acme", IDENTIDAD, AHORA))[0]


def test_an_event_is_the_whole_due_day() -> None:
    evento = uno()
    assert evento["DTSTART;VALUE=DATE"] == "20261117"
    assert evento["DTEND;VALUE=DATE"] == "20261118"
    assert evento["DTSTAMP"] == "20261110T183000Z"
    assert evento["SUMMARY"] == "Pago mensual IVA (definitivo) (octubre de 2026)"
    assert evento["DESCRIPTION"] == "Vence el 17/11/2026.\nFundamento: LIVA 5-D."
    assert evento["STATUS"] == "CONFIRMED"


def test_the_uid_is_the_same_whatever_changes_and_no_two_share_it() -> None:
    antes = leido(ics([un_vencimiento()], "Acme", IDENTIDAD, AHORA))
    cambiado = un_vencimiento("2026-11-18", estado=EstadoObligacion.PRESENTADA, nota="x")
    luego = leido(ics([cambiado, un_vencimiento(periodo="2026-09")], "Otra", IDENTIDAD, LUEGO))
    assert antes[0]["UID"] == luego[0]["UID"] == "iva_mensual-2026-10-5d3c@horux360"
    assert luego[1]["UID"] != luego[0]["UID"]


def test_tells_what_is_done_late_or_only_expected_and_leaves_out_what_does_not_apply() -> None:
    assert uno(estado=EstadoObligacion.PRESENTADA)["SUMMARY"].startswith("✓ ")
    assert uno(estado=EstadoObligacion.VENCIDA)["SUMMARY"].startswith("Vencida: ")
    assert uno(prevista=True)["STATUS"] == "TENTATIVE"
    assert leido(ics([un_vencimiento(estado=EstadoObligacion.NO_APLICA)], "Acme", IDENTIDAD, AHORA)) == []


def test_an_empty_calendar_is_one() -> None:
    texto = ics([], "Acme, S.A.", IDENTIDAD, AHORA)
    assert texto.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert "\r\nX-WR-CALNAME:Acme\\, S.A.\r\n" in texto


def test_names_the_period_in_words() -> None:
    assert del_periodo(un_vencimiento(periodo="2026-02", periodicidad=Periodicidad.BIMESTRAL)) == (
        "enero a febrero de 2026"
    )
    assert del_periodo(un_vencimiento(periodo="2026-12", periodicidad=Periodicidad.ANUAL)) == "2026"


NOTAS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(NOTAS, NOTAS, st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_any_text_comes_back_and_no_line_is_long_or_cut_inside_a_character(
    nota: str, nombre: str, limite: date
) -> None:
    v: Vencimiento = un_vencimiento(limite.isoformat(), nota=nota, nombre=nombre)
    texto = ics([v], nombre, IDENTIDAD, AHORA)
    for linea in texto.encode().split(b"\r\n"):
        assert len(linea) <= 75
        linea.decode()
    (evento,) = leido(texto)
    assert evento["SUMMARY"] == f"{_legible(nombre)} (octubre de 2026)"
    esperada = f"Vence el {limite:%d/%m/%Y}.\nFundamento: LIVA 5-D."
    assert evento["DESCRIPTION"] == esperada + (f"\n{_legible(nota)}" if nota else "")


def _legible(texto: str) -> str:
    """What a reader can be given of a text: every kind of line end as one, and no other control character."""
    de_una = re.sub("\r\n|[\r\u0085\u2028\u2029]", "\n", texto)
    return "".join(c for c in de_una if c in "\t\n" or not (ord(c) < 32 or ord(c) == 127))
