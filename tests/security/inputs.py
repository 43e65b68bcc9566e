"""What is sent to be understood: S44, S45, S51."""

import json
import time
from urllib.parse import quote
from uuid import uuid4

from contracts.samples import an_xml
from tests.security.ground import Ground
from tests.security.judging import Tally, check

INJECTED = (
    "' OR '1'='1", "'; SELECT pg_sleep(5)--", "1); DROP TABLE users;--", "\\'; --", "$(sleep 5)", "`sleep 5`", "| id",
    "{{7*7}}", "${7*7}", "%00", "../../etc/passwd", "(a+)+$" + "a" * 40, "\x00", "𝕊" * 50, "-1", "1e400", "NaN",
)  # fmt: skip
TOLD = ("syntax error", "psycopg", "Traceback", "unterminated", "pg_", "root:x:0")
FIELDS = ("q", "desde", "hasta", "tipo", "rfc", "metodoPago", "estado", "direccion", "cursor", "limit")
_ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
_NESTED = "".join(f"<!ENTITY a{n + 1} '&a{n};&a{n};'>" for n in range(30))
_BOMB = f"<!DOCTYPE x [<!ENTITY a0 'aaaaaaaaaa'>{_NESTED}]>"


@check("S44")
def what_is_injected_is_text(ground: Ground, tally: Tally) -> None:
    owner = ground.signed_in()
    for payload in INJECTED:
        sent = quote(payload)
        asked = [f"/api/cfdi/?{field}={sent}" for field in FIELDS]
        asked += [f"/api/cfdi/{sent}", f"/api/iva?anio={sent}", f"/api/alertas?cursor={sent}", f"/api/reportes/{sent}"]
        for path in asked:
            began = time.monotonic()
            answer = ground.get(path, owner)
            tally.sees(answer.status_code < 500, (path, answer.status_code))
            tally.sees(not any(word in answer.text for word in TOLD), (path, answer.text))
            tally.sees(time.monotonic() - began < 4, (path, "tarda"))


@check("S45")
def a_document_that_is_not_whole_and_plain_is_refused(ground: Ground, tally: Tally) -> None:
    owner = {**ground.signed_in(), "Content-Type": "application/xml"}
    good = an_xml(uuid=str(uuid4()), rfc_emisor=ground.client)
    start = good.index(b"<cfdi:")
    hostile = {
        "entidad": good[:start] + _ENTITY.encode() + good[start:],
        "bomba": good[:start] + _BOMB.encode() + good[start:],
        "dos raíces": good + good[start:],
        "otro": b"<html/>",
        "vacío": b"",
        "no es XML": b"%PDF-1.7",
        "UTF-7": b"+ADw-x/+AD4-",
    }
    hostile |= {f"cortado en {n}": good[: len(good) * n // 23] for n in range(1, 23)}
    for name, content in hostile.items():
        answer = ground.ask("POST", "/api/cfdi/", owner, content=content)
        tally.sees(answer.status_code in (400, 415, 422), (name, answer.status_code, answer.text[:120]))
        tally.sees("root:x:0" not in answer.text, (name, "lee archivos"))
    tally.sees(ground.ask("POST", "/api/cfdi/", owner, content=good).status_code == 201, "el sano no entra")


@check("S51")
def odd_values_are_refused_and_break_nothing(ground: Ground, tally: Tally) -> None:
    odd = [
        b'{"email": NaN, "password": 1e400}', b'{"email": "a@b.mx", "email": "c@d.mx", "password": "x"}',
        b'{"email": ["a@b.mx"], "password": {}}', b"[" * 5_000, b'{"a":' * 2_000 + b"1" + b"}" * 2_000, b"null", b"",
        json.dumps({"email": "a@b.mx\r\nBcc: c@d.mx", "password": "x"}).encode(), b"\xff\xfe",
        json.dumps({"email": "a@b.mx\r\nBcc: c@d.mx"}).encode(), b'{"email": "\\ud800"}',
    ]  # fmt: skip
    for body in odd:
        for path in ("/api/auth/login", "/api/auth/forgot", "/api/auth/refresh", "/api/auth/reset"):
            answer = ground.ask("POST", path, {"Content-Type": "application/json"}, content=body)
            tally.sees(answer.status_code in (202, 400, 401, 413, 422, 429), (path, body[:60], answer.status_code))
