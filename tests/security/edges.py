"""What every answer carries and what no request gets: S08, S30, S33, S40, S43, S60."""

import re
import time
from datetime import UTC, datetime
from uuid import uuid4

from tests.avisos import an_aviso
from tests.security.ground import Ground, often
from tests.security.judging import Tally, check

A_YEAR = re.compile(r"max-age=(?:[1-9]\d{8,}|[4-9]\d{7}|3[2-9]\d{6}|31536000); includeSubDomains")
ALWAYS = {
    "strict-transport-security": A_YEAR,
    "x-content-type-options": re.compile("nosniff"),
    "x-frame-options": re.compile("DENY"),
    "cross-origin-opener-policy": re.compile("same-origin"),
}
POLICY = ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
USUAL = (
    ".git/config", ".env", ".env.local", ".htpasswd", "backup.sql", "dump.sql.gz", "config.json", "server-status",
    "actuator/env", "metrics", "api/metrics", "debug", "console", "phpinfo.php", "wp-login.php", "admin.php", "id_rsa",
    "api/debug", "api/admin/config", "openapi.yaml", "swagger.json", "static/../.env", "graphql",
    "static/..%2f..%2fpyproject.toml", "api/v1/users", ".well-known/security.key", "app.js.map", "static/app.js.map",
    "secretos.json", "conexion.json", "api/auth/users", "static/%2e%2e/%2e%2e/etc/passwd",
)  # fmt: skip
LEAKS = ("Traceback", "psycopg", "litestar", "SELECT ", "/src/", "site-packages", "granian")


@check("S08")
def what_one_is_answered_no_cache_gives_to_another(ground: Ground, tally: Tally) -> None:
    owner, operator = ground.signed_in(), ground.operator
    for path in ("/api/auth/me", "/api/cfdi/", "/api/iva?anio=2026", "/api/usuarios", "/api/suscripcion"):
        answer = ground.get(path, owner)
        caching = answer.headers.get("cache-control", "")
        tally.sees("no-store" in caching and "public" not in caching, (path, caching))
        for who in ({}, operator):
            other = ground.get(path, who)
            tally.sees(other.content != answer.content, (path, "la misma respuesta"))
    for odd in ("/api/auth/me;x.css", "/api/auth/me/x.css", "//api/auth/me", "/api/auth/me.css", "/API/auth/me"):
        answer = ground.get(odd, owner)
        tally.sees(answer.status_code == 404 or "no-store" in answer.headers.get("cache-control", ""), odd)


@check("S30")
def every_answer_carries_the_safety_headers(ground: Ground, tally: Tally) -> None:
    owner = ground.signed_in()
    answers = [
        ground.get("/health"), ground.get("/entrar"), ground.get("/api/auth/me", owner), ground.get("/api/auth/me"),
        ground.get("/api/tenants/", owner), ground.get("/nada"), ground.ask("DELETE", "/health"),
        ground.ask("POST", "/api/auth/login", content=b"{"), ground.get("/api/openapi.json"),
        ground.ask("POST", "/api/cfdi/", owner, content=b"x" * (11 * 1024 * 1024)), ground.get("/", {"Host": "x y"}),
    ]  # fmt: skip
    for answer in answers:
        where = (answer.request.method, answer.request.url.path, answer.status_code)
        for name, value in ALWAYS.items():
            said = answer.headers.get(name, "")
            tally.sees(value.fullmatch(said) is not None, (*where, name, said))
        policy = answer.headers.get("content-security-policy", "")
        tally.sees("unsafe-" not in policy and "frame-ancestors 'none'" in policy, (*where, policy))
        tally.sees(not any(word in answer.text for word in LEAKS[:-1]), (*where, "cuerpo"))
    page = ground.get("/entrar").headers["content-security-policy"]
    tally.sees(all(part in page for part in POLICY) or "default-src 'none'" in page, page)


@check("S33")
def another_sites_origin_is_given_no_leave(ground: Ground, tally: Tally) -> None:
    owner = ground.signed_in()
    for origin in ("https://malo.example", "null", "https://horux360.mx.malo.example", "https://xhorux360.mx", "*"):
        for method in ("GET", "OPTIONS"):
            asked = {**owner, "Origin": origin, "Access-Control-Request-Method": "GET"}
            answer = ground.ask(method, "/api/auth/me", asked)
            leave = answer.headers.get("access-control-allow-origin")
            tally.sees(leave is None, (origin, method, leave))
            tally.sees("access-control-allow-credentials" not in answer.headers, (origin, "credenciales"))


@check("S40")
def another_host_is_refused(ground: Ground, tally: Tally) -> None:
    for host in (
        "malo.example",
        "127x0x0x1",
        "127.0.0.1.malo.example",
        "a b",
        "127.0.0.1@malo.example",
        "[::ffff]x",
        "",
    ):
        answer = ground.get("/entrar", {"Host": host})
        tally.sees(answer.status_code in (400, 421), (host, answer.status_code))
        tally.sees("malo.example" not in answer.text + str(answer.headers), (host, "se repite"))


@check("S43")
def nothing_lies_about(ground: Ground, tally: Tally) -> None:
    for place in USUAL:
        answer = ground.get(f"/{place}")
        tally.sees(answer.status_code in (400, 401, 404), (place, answer.status_code))
        tally.sees(not any(word in answer.text for word in LEAKS), (place, answer.text))


@check("S60")
def a_notice_that_is_not_the_providers_comes_to_nothing(ground: Ground, tally: Tally) -> None:
    place, now = "/api/webhooks/mercadopago", datetime.now(UTC)
    for n in range(often(5, 50)):
        sent = an_aviso(str(130_000_000 + n), now, secret=f"otra-clave-{n}")
        forged = [sent.headers, tuple(pair for pair in sent.headers if pair[0] != "X-Signature")]
        forged.append((("X-Signature", f"ts={int(time.time())},v1={'0' * 64}"), ("X-Request-Id", str(uuid4()))))
        forged.append((("X-Signature", "ts=1,v1="), ("X-Request-Id", "x")))
        for headers in forged:
            answer = ground.ask("POST", f"{place}?{sent.query}", list(headers), content=sent.body)
            tally.sees(answer.status_code == 401, (n, headers[0], answer.status_code))
