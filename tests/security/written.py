"""What is written down of whom, and that nobody unwrites it: S62, S63."""

from contextlib import suppress
from urllib.parse import quote
from uuid import uuid4

import psycopg

from horux_core.fiel.errors import LedgerAltered, LedgerBroken
from tests.security.front import _line
from tests.security.ground import PASSWORD_WRONG, Ground, often
from tests.security.judging import INSTALLED, Tally, check
from tests.security.vault import _ALL, inside
from tests.system.test_logs import BREAKS, hostile

CENTRAL = "horux360"
REWRITES = ("UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}")
TAMPERINGS = (
    "UPDATE fiel_uses SET reason = 'otra cosa' WHERE seq = 1", "DELETE FROM fiel_uses WHERE seq = 1",
    "DELETE FROM fiel_uses WHERE seq = (SELECT max(seq) FROM fiel_uses)",
    "UPDATE fiel_uses SET who = NULL WHERE seq = 1",
    "UPDATE fiel_uses SET at = at - interval '1 hour' WHERE seq = 2", "UPDATE fiel_uses SET hash = repeat('0', 64)",
    "UPDATE fiel_uses a SET reason = b.reason, at = b.at FROM fiel_uses b WHERE a.seq = 1 AND b.seq = 2",
    "DELETE FROM fiel_uses",
)  # fmt: skip


@check("S62", INSTALLED)
def everything_of_weight_is_written_down(ground: Ground, tally: Tally) -> None:
    owner, log = ground.signed_in(), ground.inside.folder / "serve.log"
    person = ground.ask("POST", "/api/usuarios/invite", owner,
                        json={"email": f"{uuid4().hex}@ejemplo.mx", "nombre": "Beto", "role": "visor"})  # fmt: skip
    key = ground.ask("POST", "/api/api-keys", owner, json={"nombre": "x", "scopes": ["cfdi:read"]})
    caused = {
        "entra": ground.ask(
            "POST", "/api/auth/login", json={"email": ground.owner_email, "password": ground.owner_password}
        ),
        "no entra": ground.ask(
            "POST", "/api/auth/login", json={"email": f"{uuid4().hex}@x.mx", "password": PASSWORD_WRONG}
        ),
        "se le niega": ground.get("/api/tenants", owner),
        "invita": person,
        "retira": ground.ask("DELETE", f"/api/usuarios/{person.json()['id']}", owner),
        "hace llave": key,
        "revoca llave": ground.ask("DELETE", f"/api/api-keys/{key.json()['llave']['id']}", owner),
        "el operador mira": ground.get("/api/cfdi", ground.viewing(ground.client)),
        "el operador cambia": ground.ask(
            "PATCH", "/api/configuracion/fiscal?anio=2025", ground.viewing(ground.client), json={"ptu": "1.00"}
        ),
        "se lleva": ground.get("/api/reportes/papel-iva?anio=2025&mes=1&formato=xlsx", owner),
        "manda basura": ground.ask("POST", "/api/auth/login", content=b"{"),
        "cobro falso": ground.ask("POST", "/api/webhooks/mercadopago", json={"data": {"id": "1"}}),
    }
    for what, answer in caused.items():
        line = _line(log, answer.headers["x-request-id"])
        tally.sees(str(answer.status_code) in line and "127.0.0.1" in line, (what, line))
        tally.sees("tenantId" in line or what in ("entra", "no entra", "manda basura", "cobro falso"), (what, line))
    trail = ground.get("/api/auditoria?limit=100", owner).json()["items"]
    deeds = {(entry["action"], entry["email"]) for entry in trail}
    operator = ground.inside.rows("SELECT email FROM users WHERE platform_role = 'admin'", database=CENTRAL)[0][0]
    for deed in (
        ("usuario-invitado", ground.owner_email), ("usuario-retirado", ground.owner_email),
        ("llave-creada", ground.owner_email), ("llave-revocada", ground.owner_email),
        ("vista", operator), ("escritura", operator),
    ):  # fmt: skip
        tally.sees(deed in deeds, (deed, sorted(deeds)))
    for entry in trail:
        tally.sees(str(entry["at"]).endswith("Z") and bool(entry["path"]), entry)


@check("S63", INSTALLED)
def a_line_is_one_event_and_the_past_is_not_rewritten(ground: Ground, tally: Tally) -> None:
    token = ground.signed_in()["Authorization"].removeprefix("Bearer ")
    answers = [*hostile(ground.http, token), ground.get(f"/no/{quote(BREAKS)}")]
    log = ground.inside.folder / "serve.log"
    for answer in answers:
        _line(log, answer.headers["x-request-id"])
    text = log.read_text(errors="replace")
    tally.sees("\x1b" not in text and "\u2028" not in text and "\x00" not in text, "un signo que manda en la pantalla")
    tally.sees(not [line for line in text.splitlines() if line.startswith('{"event":"falso"')], "un renglón ajeno")
    tally.sees(not [word for word in (token, "Qx7v", "eyJ", ground.owner_password) if word in text], "un secreto")
    for table, column in (("audit_log", "email"), ("fiel_uses", "reason"), ("fiel_receipts", "seal_id")):
        for rewrite in REWRITES:
            statement = rewrite.format(table, column, column)
            with psycopg.connect(ground.inside.env["DATABASE_URL"]) as conn:
                try:
                    conn.execute(statement.encode())
                except psycopg.errors.InsufficientPrivilege:
                    tally.sees(True, statement)
                else:
                    tally.sees(False, statement)
    _tampered_with(ground, tally)


def _tampered_with(ground: Ground, tally: Tally) -> None:
    place = ground.inside
    with inside(ground) as (horux, actor):

        def opens() -> bool:
            with suppress(LedgerBroken, LedgerAltered), horux.use_cases.unseal_fiel()(actor, "Mira", _ALL, "x"):
                return True
            return False

        tally.sees(opens() and opens(), "no abre sana")
        place.statement("DROP TABLE IF EXISTS bien; CREATE TABLE bien AS TABLE fiel_uses", CENTRAL)
        for tampering in TAMPERINGS * often(1, 120):
            place.statement(tampering, CENTRAL)
            tally.sees(not opens(), (tampering, "no se nota"))
            place.statement("TRUNCATE fiel_uses; INSERT INTO fiel_uses TABLE bien", CENTRAL)
        tally.sees(opens(), "ya no abre")
        place.statement("DROP TABLE bien", CENTRAL)
    ground.ask("DELETE", "/api/fiel", ground.viewing(ground.other))
