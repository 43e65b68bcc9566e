"""The operator's second factor, and saying again who one is: S20, S26. Each over a small product of its own, whose
clock is moved.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from contracts.pages import PAGES, PageRow
from contracts.routes import OPERATION, TABLE, Row
from horux_core.identity import factors
from horux_core.identity.checking_codes import GUESSES
from horux_core.kernel.rfc import Rfc
from tests.http.browsing import Browser, entered
from tests.http.guarded import OTHER_OPERATOR, Clock, guarded
from tests.http.stage import Stage
from tests.http.whole import CLIENT, OPERATOR, PASSWORD, Whole, whole
from tests.security.ground import Ground, bearer
from tests.security.judging import Tally, check

HALF = "/entrar/segundo"
ANOTHER = "farol verde de otoño"
_WHILE = {"minutes": 10, "seconds": 1}
"""So long after somebody said who it is, nobody is sure any more."""
ACTS = (
    "POST /api/fiel", "DELETE /api/fiel", "POST /api/api-keys", "DELETE /api/tenants/{rfc}",
    "POST /api/tenants/{rfc}/payments/manual",
)  # fmt: skip
FORMS = (
    "POST /configuracion/sat", "POST /configuracion/sat/destruir", "POST /configuracion/api",
    "POST /op/clientes/{rfc}/baja", "POST /op/clientes/{rfc}/pago", "POST /op/vista",
)  # fmt: skip
STAFF = ("baja", "vuelta", "sesiones", "segundo-factor")


@dataclass(frozen=True)
class Staff:
    """Where a second factor is asked of the operator's staff. `secret` is what its application keeps."""

    product: Whole
    clock: Clock
    secret: str = ""
    browser: Browser | None = None

    @property
    def seed(self) -> bytes:
        return base64.b32decode(self.secret.replace(" ", ""))

    def code(self, ahead: int = 0) -> str:
        """Of that many windows from now."""
        return factors.code(self.seed, factors.step_of(self.clock.now) + ahead)

    def log_in(self, password: str = PASSWORD, **more: str) -> Any:
        return self.product.http.post("/api/auth/login", json={"email": OPERATOR, "password": password, **more})

    def give(self, code: str, password: str = PASSWORD) -> tuple[int, str]:
        """Of a new log-in: the status and its reason."""
        ticket = self.log_in(password).json()["ticket"]
        answer = self.product.http.post("/api/auth/second-factor", json={"code": code}, headers=bearer(ticket))
        return answer.status_code, answer.json().get("code", "")


@contextmanager
def staff() -> Iterator[Staff]:
    clock = Clock()
    with TemporaryDirectory() as folder, guarded(Path(folder), clock) as product:
        yield Staff(product, clock)


def enrolled(there: Staff, email: str = OPERATOR) -> Staff:
    """Once somebody has put one, some time ago."""
    browser = Browser(there.product)
    browser.enter(email)
    page = browser.get(HALF)
    secret = page.texts("//*[@id='clave']")[0]
    done = browser.submit(f"{HALF}/registro", {"code": there.clock.code(secret), "a": ""}, csrf=page.csrf)
    assert done.status == 200, done.text[:300]
    there.clock.later(minutes=2)
    return Staff(there.product, there.clock, secret, browser)


@check("S20")
def a_second_factor_is_asked_of_all_staff_and_is_good_once(_: Ground, tally: Tally) -> None:
    with staff() as there:
        _alone(there, tally)
        known = enrolled(there)
        _at_rest(known, tally)
        _once(known, tally)
        _kept(known, tally)
        _guessed(known, tally)


def _alone(there: Staff, tally: Tally) -> None:
    """A password opens nothing, by API or in a browser."""
    asked = there.log_in()
    tally.sees((asked.status_code, asked.json()["code"]) == (401, "second-factor-required"), asked.text)
    half = bearer(asked.json()["ticket"])
    tally.sees("accessToken" not in asked.text and "refreshToken" not in asked.text, "la contraseña sola entra")
    for row in OPERATION:
        for more in ({}, {"X-View-Tenant": CLIENT}):
            answer = there.product.http.request(row.method, row.address, headers={**half, **more}, json=row.body)
            tally.sees(answer.status_code in (400, 401, 404, 405), (row.route, more, answer.status_code))
    browser = Browser(there.product)
    browser.enter(OPERATOR)
    for page in PAGES:
        if page.reads and page.route.partition(" ")[2].startswith(("/op", "/cuenta", "/confirmar")):
            answered = browser.get(page.address)
            right = answered.status in (303, 404) and urlsplit(answered.location).path in (HALF, "")
            tally.sees(right, (page.route, answered.status, answered.location))


def _at_rest(there: Staff, tally: Tally) -> None:
    """What is kept gives neither the seed nor a code."""
    memory = there.product.horux.gateways.memory()
    kept = "".join(f"{row.sealed} {sorted(row.recovery)}" for row in memory.tables["second_factors"].values())
    plain = base64.b32encode(there.seed).decode()
    for told in (plain, there.seed.hex(), base64.b64encode(there.seed).decode().rstrip("="), str(there.seed)[2:-1]):
        tally.sees(bool(kept) and told.lower() not in kept.lower(), "la semilla está en claro")


def _once(there: Staff, tally: Tally) -> None:
    for ahead in (-2, 2, -1_000, 1_000):
        refused = there.give(there.code(ahead))
        tally.sees(refused == (422, "second-factor-wrong"), (ahead, "de otra ventana", refused))
    tally.sees((found := there.give(there.code(-1))) == (200, ""), ("la anterior, sin usar", found))
    tally.sees(there.give(there.code(-1))[0] == 422, "la anterior sirve dos veces")
    code = there.code()
    tally.sees((found := there.give(code)) == (200, ""), ("la de ahora", found))
    tally.sees(there.give(code)[0] == 422, "sirve dos veces")
    tally.sees(there.log_in(otp=code).status_code in (401, 422), "sirve otra vez al iniciar sesión")
    tally.sees(there.give(there.code(-1))[0] == 422, "la anterior sirve después de la de ahora")
    there.clock.later(minutes=61)


def _kept(there: Staff, tally: Tally) -> None:
    """Another password, by a link, and the second factor is as it was."""
    horux = there.product.horux
    with horux.gateways.directory().transaction() as tx:
        person = tx.users.by_email(OPERATOR).id
    secret, _ = horux.use_cases.issue_reset()(person)
    done = there.product.http.post("/api/auth/reset", json={"token": secret, "password": ANOTHER})
    tally.sees(done.status_code == 204, done.text)
    asked = there.log_in(ANOTHER)
    tally.sees((asked.status_code, asked.json().get("inscrito")) == (401, True), ("la liga lo quitó", asked.text))
    tally.sees((found := there.give(there.code(), ANOTHER)) == (200, ""), ("ya no es el suyo", found))
    there.clock.later(minutes=61)


def _guessed(there: Staff, tally: Tally) -> None:
    """Fifty guesses are five, however many sessions make them."""
    told = [there.give(f"{n:06}", ANOTHER)[0] for n in range(50) if f"{n:06}" not in map(there.code, (-1, 0, 1))]
    tally.sees(told.count(422) <= GUESSES and set(told) <= {422, 429}, told)
    tally.sees((found := there.give(there.code(), ANOTHER)[0]) == 429, ("adivinar no espera", found))


@contextmanager
def somewhere() -> Iterator[tuple[Stage, Clock]]:
    """A client with an e.firma, and its people."""
    clock = Clock()
    with TemporaryDirectory() as folder, whole(Path(folder), clock) as product:
        stage = Stage(product, product.horux.gateways.registry().find(Rfc(CLIENT)).id)
        upload = next(row for row in TABLE if row.route == "POST /api/fiel")
        sent = stage.send(upload, product.credential("owner"))
        assert sent.status_code == 201, sent.text
        yield stage, clock


def _untouched(stage: Stage) -> object:
    """All that is kept, but how often somebody tried."""
    tables = [{name: rows for name, rows in each.items() if name != "login_failures"} for each in stage.kept()]
    return tables, [dict(place) for place in stage.outside()]


@check("S26")
def what_is_not_undone_asks_again_who_one_is(_: Ground, tally: Tally) -> None:
    with somewhere() as (stage, clock):
        _by_page(stage, clock, tally)
        _by_api(stage, clock, tally)
    with staff() as there:
        _of_staff(there, tally)


def _by_api(stage: Stage, clock: Clock, tally: Tally) -> None:
    product = stage.product
    rows = [next(row for row in TABLE if row.route == act) for act in ACTS]
    looking = Row("GET /api/cfdi", frozenset({"operator"}))
    for row in (looking, *rows):
        who = "owner" if "owner" in row.passes else "operator"
        more = {"X-View-Tenant": CLIENT} if row is looking else {}
        stale = product.credential(who)
        clock.later(**_WHILE)
        before = _untouched(stage)
        answer = stage.send(row, {**stale, **more})
        refused = (answer.status_code, "" if answer.is_success else answer.json()["code"])
        tally.sees(refused == (403, "reauthentication-required"), (row.route, answer.status_code))
        tally.sees(_untouched(stage) == before, (row.route, "cambió algo"))
        again = product.http.post("/api/auth/reauthenticate", json={"password": PASSWORD}, headers=stale)
        fresh = stage.send(row, {**bearer(again.json().get("accessToken", "")), **more})
        tally.sees(fresh.status_code == row.status, (row.route, "quien lo dijo otra vez", fresh.text[:100]))


def _by_page(stage: Stage, clock: Clock, tally: Tally) -> None:
    for route in FORMS:
        row = next(row for row in PAGES if row.route == route)
        browser = entered(stage.product, "owner" if "owner" in row.passes else "operator")
        clock.later(**_WHILE)
        _sent_on(stage, browser, row, tally)


def _of_staff(there: Staff, tally: Tally) -> None:
    """Who works for the operator, and with which second factor."""
    other = enrolled(there, OTHER_OPERATOR)
    browser = enrolled(there).browser
    assert browser is not None
    assert other.secret
    with there.product.horux.gateways.directory().transaction() as tx:
        person = tx.users.by_email(OTHER_OPERATOR).id
    there.clock.later(**_WHILE)
    stage = Stage(there.product, person)
    everybody = frozenset({"operator"})
    taking_in = next(row for row in PAGES if row.route == "POST /op/personal")
    rows = [taking_in, *(PageRow(f"POST /op/personal/{person}/{act}", everybody) for act in STAFF)]
    rows += [PageRow("POST /cuenta/segundo-factor/codigos", everybody)]
    rows += [PageRow("POST /cuenta/segundo-factor", everybody, fields={"code": "123456"})]
    for row in rows:
        _sent_on(stage, browser, row, tally)
    shown = browser.get("/cuenta/segundo-factor")
    tally.sees(urlsplit(shown.location).path == "/confirmar", ("GET /cuenta/segundo-factor", shown.status))


def _sent_on(stage: Stage, browser: Browser, row: PageRow, tally: Tally) -> None:
    proof, before = browser.proof_at(row.address), _untouched(stage)
    sent = browser.submit(row.address, row.fields, csrf=proof, files=row.files or None)
    tally.sees((sent.status, urlsplit(sent.location).path) == (303, "/confirmar"), (row.route, sent.status))
    tally.sees(_untouched(stage) == before, (row.route, "cambió algo"))
