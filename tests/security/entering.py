"""Passwords, links and sessions, as they are made, kept and ended: S16, S19, S21, S22, S23, S25, S29."""

import re
from email import message_from_bytes
from email.policy import default
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import httpx

from horux_adapters.container.settings import SettingsInvalid, load
from horux_adapters.crypto.passwords import Argon2Passwords
from horux_adapters.crypto.tokens import SignedTokens
from tests.cli.running import horux
from tests.security.ground import Ground, bearer, often
from tests.security.judging import INSTALLED, Tally, check
from tests.system.installation import Installation

CENTRAL = "horux360"
OWN = "maceta turquesa 40 nubes"
WEAK = (
    "corta", "7letras", "12345678", "password", "password1", "contraseña", "Horux360", "horux2026!", "aaaaaaaaaa",
    "qwertyuiop", "20262026", "abcdefgh1", "iloveyou", "mexico123", "p4ssw0rd!", "abcabcabc",
)  # fmt: skip
STRONG = (
    "ocho ñus", "solo minusculas sin nada mas", "árbol 日本語 🌵 azul", "   espacios por dentro   y fuera ",
    "x7" + "palabras largas sin fin " * 3, "frase de ciento veintiocho letras " * 4,
)  # fmt: skip
USUAL = ("admin@horux360.mx", "admin@ejemplo.mx", "root@localhost.mx", "operador@horux360.mx", "demo@horux360.mx")
MAIL_WITHIN = 30.0


def letters(place: Installation, to: str) -> list[str]:
    """What was mailed to that address, the oldest first."""
    found = []
    for file in sorted((place.folder / "correo").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns):
        mail = message_from_bytes(file.read_bytes(), policy=default)
        body = mail.get_body(("plain",))
        if to in str(mail["To"]) and body is not None:
            found.append(str(body.get_content()))
    return found


def next_letter(place: Installation, to: str, already: int) -> str:
    until = monotonic() + MAIL_WITHIN
    while len(found := letters(place, to)) <= already:
        assert monotonic() < until, f"no llegó el correo de {to}"
        sleep(0.05)
    return found[-1]


def invited(ground: Ground) -> tuple[str, str]:
    """A new person of the client's, with the temporary password that it was mailed."""
    email = f"{uuid4().hex}@ejemplo.mx"
    body = {"email": email, "nombre": "Beto Marte", "role": "contador"}
    made = ground.ask("POST", "/api/usuarios/invite", ground.signed_in(), json=body)
    assert made.status_code == 201, made.text
    told = re.search(r"\b[A-Z3-9]{4}(?:-[A-Z3-9]{4}){4}\b", next_letter(ground.inside, email, 0))
    assert told is not None
    return email, told[0]


def login(ground: Ground, email: str, password: str) -> httpx.Response:
    return ground.http.post("/api/auth/login", json={"email": email, "password": password})


def changed(ground: Ground, who: dict[str, str], current: str, new: str) -> httpx.Response:
    body = {"currentPassword": current, "newPassword": new}
    return ground.ask("POST", "/api/auth/password", who, json=body)


def somebody(ground: Ground) -> tuple[str, dict[str, str]]:
    """A new person with OWN as its password, and its session."""
    email, temporary = invited(ground)
    who = bearer(login(ground, email, temporary).json()["accessToken"])
    answer = changed(ground, who, temporary, OWN)
    assert answer.status_code == 204, answer.text
    return email, who


@check("S16", INSTALLED)
def passwords_are_judged_by_how_soon_they_are_guessed(ground: Ground, tally: Tally) -> None:
    email, who = somebody(ground)
    for weak in (
        *WEAK,
        email,
        email.partition("@")[0],
        ground.client.lower(),
        f"Empresa {ground.client}",
        "betomarte1",
    ):
        answer = changed(ground, who, OWN, weak)
        tally.sees((answer.status_code, answer.json().get("code")) == (422, "password-weak"), (weak, answer.text))
        tally.sees(len(answer.json()["detail"]) > 20, (weak, "sin razón"))
    current = OWN
    for strong in STRONG:
        tally.sees((done := changed(ground, who, current, strong)).status_code == 204, (strong, done.text))
        current = strong
    for near in (current[:-1] + "x", current[:-1], current[:72], current.upper()):
        tally.sees(login(ground, email, near).status_code in (401, 429), ("casi la misma entra", near[-5:]))


@check("S19", INSTALLED)
def there_is_no_account_and_no_secret_before_ones_own(ground: Ground, tally: Tally) -> None:
    admins = ground.inside.rows("SELECT email FROM users WHERE platform_role = 'admin'", database=CENTRAL)
    tally.sees(len(admins) == 1, admins)
    for email in USUAL:
        refused = login(ground, email, "admin").status_code in (401, 429)
        tally.sees(refused, (email, "entra"))
    given = {**ground.inside.env, "HORUX_ENV": "production", "FIEL_DIR": str(ground.inside.folder), "MAIL": "folder",
             "BANK_BENEFICIARY": "Horux", "BANK_NAME": "Banco", "BANK_CLABE": "032180000118359719"}  # fmt: skip
    load(given)
    for name in ("JWT_SECRET", "DATABASE_ROLE_SECRET", "FIEL_ENCRYPTION_KEY"):
        for sample in (
            "",
            "<pon-aqui-un-secreto-de-muchas-letras>",
            "changeme-changeme-changeme-change",
            "0" * 64,
            "x",
        ):
            try:
                load({**given, name: sample})
            except SettingsInvalid as error:
                tally.sees(name in error.problems and (len(sample) < 9 or sample not in str(error)), (name, str(error)))
            else:
                tally.sees(False, (name, sample, "arranca"))
    ended = horux("serve", env={**given, "JWT_SECRET": "your-jwt-secret-here-change-me-please"})
    tally.sees(ended.returncode != 0 and "JWT_SECRET" in ended.stderr, ended.stderr[-200:])


def _link(ground: Ground, email: str) -> str:
    """The secret of the next link mailed to that address."""
    already = len(letters(ground.inside, email))
    forged = {"X-Forwarded-Host": "malo.example", "Forwarded": "host=malo.example", "Origin": "https://malo.example"}
    assert ground.ask("POST", "/api/auth/forgot", forged, json={"email": email}).status_code == 202
    address = re.search(r"(https?://\S+)\?token=([\w-]+)", next_letter(ground.inside, email, already))
    assert address is not None
    assert address[1] == "https://horux360.mx/entrar/liga", address[1]
    return address[2]


def _reset(ground: Ground, token: str, password: str) -> int:
    return ground.ask("POST", "/api/auth/reset", json={"token": token, "password": password}).status_code


@check("S21", INSTALLED)
def a_link_opens_once_for_its_own_and_for_an_hour(ground: Ground, tally: Tally) -> None:
    email, _ = somebody(ground)
    older, newer = _link(ground, email), _link(ground, email)
    kept = ground.inside.rows("SELECT token_hash, expires_at - now() < '1 hour' FROM password_resets", database=CENTRAL)
    tally.sees(not any(newer in token or older in token for token, _ in kept), "la liga está en la base")
    tally.sees(all(soon for _, soon in kept), "vale más de una hora")
    tally.sees(_reset(ground, older, "farol verde de otoño") == 422, "la anterior abre")
    tally.sees(_reset(ground, newer, "farol verde de otoño") == 204, "la suya no abre")
    tally.sees(_reset(ground, newer, "otro farol de invierno") == 422, "abre dos veces")
    tally.sees(login(ground, email, "farol verde de otoño").status_code == 200, "no es de quien la pidió")
    late = _link(ground, email)
    ground.inside.statement("UPDATE password_resets SET expires_at = now() - interval '1 second'", CENTRAL)
    tally.sees(_reset(ground, late, "otro farol de invierno") == 422, "abre vencida")
    made = {SignedTokens(bytes(32)).secret() for _ in range(1_000)}
    tally.sees(len(made | {older, newer, late}) == 1_003, "se repiten")
    tally.sees(min(map(len, (*made, older))) >= 22, "menos de 128 bits")
    ground.signed_in()


_SECRET = re.compile(r"passw|contrase|hash$", re.IGNORECASE)
SETS = {"/api/auth/login", "/api/auth/reauthenticate", "/api/auth/password", "/api/auth/reset", "/api/fiel"}
"""The only places that are sent a password: to come in, to prove oneself, one's own, by a link, and an e.firma's."""


@check("S22", INSTALLED)
def nobody_sets_or_reads_anothers_password(ground: Ground, tally: Tally) -> None:
    document = ground.get("/api/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "put", "patch", "delete"):
                asked = _members(document, operation.get("requestBody"))
                tally.sees(not asked or path.rstrip("/") in SETS, (path, asked))
                tally.sees(not _members(document, operation["responses"]), (path, "contesta una"))
    email, temporary = invited(ground)
    who = bearer(login(ground, email, temporary).json()["accessToken"])
    for path in ("/api/cfdi", "/api/usuarios", "/api/suscripcion", "/api/auth/sesiones", "/api/plans"):
        tally.sees(ground.get(path, who).status_code == 403, (path, "la temporal abre"))
    for path in ("/api/auditoria", "/api/usuarios", "/api/admin/mails", "/api/admin/audit"):
        tally.sees(temporary not in ground.get(path, ground.viewing(ground.client)).text, (path, "la temporal"))
    logs = "".join(file.read_text(errors="replace") for file in ground.inside.folder.glob("*.log"))
    tally.sees(temporary not in logs, "la temporal está en el registro")
    lasts = "SELECT temporary_until - now() BETWEEN '6 days' AND '7 days', users::text FROM users WHERE email = %s"
    ((week, text),) = ground.inside.rows(lasts, email, database=CENTRAL)
    tally.sees(week and temporary not in text, "vale otro tiempo, o está en la base")


def _members(document: dict[str, Any], node: Any, seen: frozenset[str] = frozenset()) -> set[str]:
    """Names of members that hold a password, however deep."""
    if isinstance(node, list):
        return {name for each in node for name in _members(document, each, seen)}
    if not isinstance(node, dict):
        return set()
    reference = node.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        return _members(document, document["components"]["schemas"][reference.split("/")[-1]], seen | {reference})
    own = {name for name in node.get("properties", {}) if _SECRET.search(name) and name != "mustChangePassword"}
    return own.union(*(_members(document, each, seen) for each in node.values()))


@check("S23", INSTALLED)
def every_session_is_new_and_cannot_be_guessed(ground: Ground, tally: Tally) -> None:
    count, seen = often(15, 1_000), set[str]()
    for _ in range(count):
        made = login(ground, ground.owner_email, ground.owner_password).json()
        seen |= {made["accessToken"], made["refreshToken"]}
        tally.sees(len(made["refreshToken"]) >= 22, "menos de 128 bits")
    tally.sees(len(seen) == 2 * count, "se repiten")
    planted = "A" * 43
    shown = ground.get("/entrar", {"Accept": "text/html", "Cookie": f"horux_visita={planted}; horux_sesion={planted}"})
    proof = re.search(r'name="csrf" value="(\w+)"', shown.text)
    assert proof is not None
    form = {"csrf": proof[1], "email": ground.owner_email, "password": ground.owner_password}
    own = {"Origin": str(ground.http.base_url).rstrip("/"), "Accept": "text/html"}
    cookies = {**own, "Cookie": f"horux_visita={planted}; horux_sesion={planted}"}
    entered = ground.ask("POST", "/entrar", cookies, data=form)
    said = "; ".join(entered.headers.get_list("set-cookie"))
    tally.sees(entered.status_code == 303 and "horux_sesion=ey" in said, (entered.status_code, said[:80]))
    tally.sees(planted not in said, "la plantada sigue")
    page = ground.get("/inicio", {"Accept": "text/html", "Cookie": f"horux_sesion={planted}"})
    tally.sees(page.status_code == 303, page.status_code)


@check("S25", INSTALLED)
def a_session_ends_left_alone_and_in_the_end(ground: Ground, tally: Tally) -> None:
    def opened(change: str) -> tuple[dict[str, str], dict[str, str], str]:
        """A new session that was changed before anybody used it."""
        made = login(ground, ground.owner_email, ground.owner_password).json()
        newest = "(SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1)"
        ((ident,),) = ground.inside.rows(f"UPDATE sessions SET {change} WHERE id = {newest} RETURNING id::text",
                                         database=CENTRAL)  # fmt: skip
        return bearer(made["accessToken"]), {"refreshToken": made["refreshToken"]}, ident

    who, token, _ = opened("expires_at = now() - interval '1 second'")
    tally.sees(ground.get("/api/auth/me", who).status_code == 401, "abierta después de su ocio")
    tally.sees(ground.ask("POST", "/api/auth/refresh", json=token).status_code == 401, "se renueva vencida")
    who, token, ident = opened("created_at = now() - interval '89 days 23 hours'")
    tally.sees(ground.get("/api/auth/me", who).status_code == 200, "terminó antes")
    renewed = ground.ask("POST", "/api/auth/refresh", json=token)
    tally.sees(renewed.status_code == 200, renewed.text)
    bounded = "SELECT expires_at <= created_at + interval '90 days' FROM sessions WHERE id::text = %s"
    tally.sees(ground.inside.rows(bounded, ident, database=CENTRAL) == [(True,)], "el uso la alarga sin fin")


@check("S29", INSTALLED)
def passwords_are_kept_as_argon2id(ground: Ground, tally: Tally) -> None:
    asked = "SELECT password_hash FROM users WHERE password_hash IS NOT NULL"
    kept = [text for (text,) in ground.inside.rows(asked, database=CENTRAL)]
    for text in kept:
        cost = re.fullmatch(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$([\w+/]{20,})\$[\w+/]{40,}", text)
        tally.sees(cost is not None and int(cost[1]) >= 19_456 and int(cost[2]) >= 2, text[:32])
    tally.sees(len({text.split("$")[4] for text in kept}) == len(kept), "se repite la sal")
    email, _ = somebody(ground)
    weak = Argon2Passwords(time_cost=1, memory_cost=64).hash(OWN)
    ground.inside.rows(
        "UPDATE users SET password_hash = %s WHERE email = %s RETURNING 1", weak, email, database=CENTRAL
    )
    tally.sees(login(ground, email, OWN).status_code == 200, "no entra con la de antes")
    ((now,),) = ground.inside.rows("SELECT password_hash FROM users WHERE email = %s", email, database=CENTRAL)
    tally.sees(now != weak and "m=19456" in now, "no se mejora al entrar")
