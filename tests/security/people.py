"""Who is let in, into what, and for how long: S02, S04, S10, S17, S18, S24, S27, S28."""

import base64
import json
import random
import time
from uuid import uuid4

from tests.security.ground import PASSWORD_WRONG, Ground, bearer, often
from tests.security.judging import Tally, check

REFUSED = frozenset({400, 401, 403, 404, 405, 409, 413, 415, 422, 429})
HEARD_WITHIN = 1.0
"""So long, in seconds, has every process to hear of it."""
OPEN = frozenset({
    "/health", "/api/health", "/ready", "/api/openapi.json", "/api/docs", "/api/auth/login", "/api/auth/refresh",
    "/api/auth/forgot", "/api/auth/reset", "/api/webhooks/mercadopago",
})  # fmt: skip


@check("S02")
def a_view_header_takes_nobody_elsewhere(ground: Ground, tally: Tally) -> None:
    owner, (_, key) = ground.signed_in(), ground.key("cfdi:read", "reportes:read")
    rfc = ground.other
    values = [rfc, rfc.lower(), f"{rfc},{rfc}", f"{rfc};", str(uuid4()), rfc[:4] + "%20" + rfc[4:]]
    for who in (owner, bearer(key)):
        for path in ("/api/auth/me", "/api/iva?anio=2026", "/api/cfdi/", "/api/usuarios", f"/api/tenants/{rfc}"):
            for sent in [[value] for value in values] + [[ground.client, rfc]]:
                answer = ground.get(path, [*who.items(), *(("X-View-Tenant", value) for value in sent)])
                tally.sees(answer.status_code in REFUSED, (path, sent, answer.status_code))


@check("S04")
def nothing_but_the_credential_says_whose_books(ground: Ground, tally: Tally) -> None:
    owner, own = ground.signed_in(), ground.get("/api/auth/me", ground.signed_in()).json()["tenant"]
    steering = {
        "X-Forwarded-Host": f"{ground.other}.horux360.mx", "Forwarded": f"host={ground.other}.horux360.mx",
        "X-Original-URL": f"/api/tenants/{ground.other}", "X-Rewrite-URL": f"/api/tenants/{ground.other}",
        "X-Tenant": ground.other, "X-Tenant-Id": ground.other, "X-HTTP-Method-Override": "DELETE",
    }  # fmt: skip
    for name, value in steering.items():
        answer = ground.get("/api/auth/me", {**owner, name: value})
        same = answer.status_code == 200 and answer.json().get("tenant") == own
        tally.sees(same, (name, answer.status_code, answer.text))


@check("S10")
def a_stranger_is_let_into_nothing_that_is_not_open(ground: Ground, tally: Tally) -> None:
    for method, path in ground.routes():
        if path.partition("?")[0] in OPEN or path.startswith(("/api/docs/", "/static/")):
            continue
        answer = ground.ask(method, path)
        tally.sees(answer.status_code in (401, 404), (method, path, answer.status_code))


@check("S17")
def guessing_passwords_is_slowed_down(ground: Ground, tally: Tally) -> None:
    email = f"{uuid4().hex}@cascabel.mx"
    answers = [
        ground.http.post(
            "/api/auth/login", json={"email": email, "password": f"{PASSWORD_WRONG}{n}"},
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        )
        for n in range(often(12, 200))
    ]  # fmt: skip
    slowed = [answer for answer in answers[:11] if answer.status_code == 429]
    tally.sees(bool(slowed), [answer.status_code for answer in answers])
    tally.sees(all("retry-after" in answer.headers for answer in slowed), "sin Retry-After")
    tally.sees(answers[-1].status_code == 429, answers[-1].status_code)


@check("S18")
def an_address_that_is_known_is_answered_like_any_other(ground: Ground, tally: Tally) -> None:
    for path, more in (("/api/auth/login", {"password": PASSWORD_WRONG}), ("/api/auth/forgot", {})):
        told = []
        for email in (ground.owner_email, f"{uuid4().hex}@cascabel.mx"):
            answer = ground.http.post(path, json={"email": email, **more})
            body = answer.json() or {}
            told.append((answer.status_code, {k: v for k, v in body.items() if k not in ("requestId", "instance")}))
        tally.sees(told[0] == told[1], (path, told))
    ground.signed_in()


@check("S24")
def a_session_that_was_left_is_none(ground: Ground, tally: Tally) -> None:
    for _ in range(often(3, 50)):
        session = ground.signed_in()
        tally.sees(ground.get("/api/auth/me", session).status_code == 200, "no entró")
        ground.ask("POST", "/api/auth/logout", session)
        until = time.monotonic() + HEARD_WITHIN
        while ground.get("/api/auth/me", session).status_code == 200 and time.monotonic() < until:
            continue
        after = [ground.get("/api/auth/me", session).status_code for _ in range(8)]
        tally.sees(after == [401] * 8, ("sigue abierta", after))


@check("S27")
def a_token_that_was_meddled_with_is_none(ground: Ground, tally: Tally) -> None:
    token = ground.signed_in()["Authorization"].removeprefix("Bearer ")
    head, body, signature = token.split(".")
    chance, meddled = random.Random(7), list[str]()
    for name in ("none", "None", "HS384", "RS256", "ES256"):
        for signed in ("", signature):
            meddled.append(f"{_part({'alg': name, 'typ': 'JWT'})}.{body}.{signed}")
    for extra in ({"kid": "../../dev/null"}, {"kid": "' OR 1=1"}, {"jku": "https://malo.example/x"}):
        meddled.append(f"{_part({'alg': 'HS256', 'typ': 'JWT', **extra})}.{body}.{signature}")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    for change in ({"exp": claims["exp"] + 9_999}, {"sub": str(uuid4())}, {"aud": "otro"}, {"databaseName": "horux_x"}):
        meddled.append(f"{head}.{_part({**claims, **change})}.{signature}")
    for _ in range(often(100, 1_000)):
        place = chance.randrange(len(token))
        other = chance.choice([letter for letter in "AbC09_-" if letter != token[place]])
        meddled.append(token[:place] + other + token[place + 1 :])
    for each in meddled:
        tally.sees(ground.get("/api/auth/me", bearer(each)).status_code == 401, each)


@check("S28")
def a_key_opens_what_its_scope_says_and_in_its_header_alone(ground: Ground, tally: Tally) -> None:
    ident, secret = ground.key("cfdi:read")
    tally.sees(ground.get("/api/cfdi/", bearer(secret)).status_code == 200, "no abre lo suyo")
    elsewhere = [
        ground.get(f"/api/cfdi/?api_key={secret}&token={secret}&access_token={secret}"),
        ground.get("/api/cfdi/", {"X-Api-Key": secret}), ground.get("/api/cfdi/", {"Cookie": f"sesion={secret}"}),
        ground.get("/api/cfdi/", {"Authorization": secret}),
        ground.get("/api/cfdi/", {"Authorization": "Basic " + base64.b64encode(f"x:{secret}".encode()).decode()}),
    ]  # fmt: skip
    for answer in elsewhere:
        tally.sees(answer.status_code == 401, (answer.request.url.path, answer.status_code))
    for method, path in (("GET", "/api/iva?anio=2026"), ("GET", "/api/usuarios"), ("POST", "/api/cfdi/")):
        answer = ground.ask(method, path, bearer(secret))
        tally.sees(answer.status_code == 403, (method, path, answer.status_code))
    ground.ask("DELETE", f"/api/api-keys/{ident}", ground.signed_in())
    tally.sees(ground.get("/api/cfdi/", bearer(secret)).status_code == 401, "revocada y abre")


def _part(claims: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
