"""The operator's second factor on PostgreSQL, with several processes, from the first code to the lost telephone."""

import base64
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from typer.testing import CliRunner

from horux_adapters.cli.main import app
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_core.identity import factors
from tests.system.asking import Answer, Api
from tests.system.installation import OPERATOR, Installation, installation, served
from tests.system.owners import CHOSEN

NOBODY = "/api/tenants/TPR840604D98"


@pytest.fixture(scope="module")
def installed() -> Iterator[Installation]:
    with installation(ADMIN_MFA="on", WORKERS="2") as place, served(place):
        yield place


def log_in(installed: Installation, **more: str) -> Answer:
    return Api(installed.url).post("/api/auth/login", {"email": OPERATOR, "password": CHOSEN, **more})


def give(installed: Installation, ticket: str, code: str) -> Answer:
    return Api(installed.url).bearing(ticket).post("/api/auth/second-factor", {"code": code})


def enrolled(installed: Installation) -> tuple[str, tuple[str, ...]]:
    """As the page does it: its secret and its recovery codes."""
    ticket = log_in(installed).json["ticket"]
    with opened(load(installed.env)) as horux:
        actor = horux.use_cases.authenticate()(ticket, "prueba")
        secret = horux.use_cases.propose_factor()(actor).secret
        code = factors.code(base64.b32decode(secret), int(time.time()) // factors.STEP)
        return secret, horux.use_cases.enroll_factor()(actor, code).codes


def test_from_the_first_code_to_the_lost_telephone(installed: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = log_in(installed)
    assert (asked.status, asked.json["code"], asked.json["inscrito"]) == (401, "second-factor-required", False)
    assert Api(installed.url).bearing(asked.json["ticket"]).ask("GET", "/api/tenants").status == 401
    secret, codes = enrolled(installed)
    seed = base64.b32decode(secret)
    _sealed_at_rest(installed, secret, seed, codes)
    ahead = factors.code(seed, int(time.time()) // factors.STEP + 1)
    tickets = [log_in(installed).json["ticket"] for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda ticket: give(installed, ticket, ahead), tickets))
    assert sorted(answer.status for answer in found) == [200, 422, 422, 422]
    whole = next(answer.json["accessToken"] for answer in found if answer.status == 200)
    assert Api(installed.url).bearing(whole).ask("GET", "/api/tenants").status == 200
    _asked_again_later(installed, codes)
    for name, value in installed.env.items():
        monkeypatch.setenv(name, value)
    ended = CliRunner().invoke(app, ["admin", "reset-mfa", OPERATOR.upper()])
    assert ended.exit_code == 0, ended.output
    assert _within_a_second(lambda: Api(installed.url).bearing(whole).ask("GET", "/api/tenants").status == 401)
    assert log_in(installed).json["inscrito"] is False
    trail = installed.rows("SELECT action FROM audit_log WHERE action LIKE 'segundo%' ORDER BY n", database="horux360")
    assert trail == [("segundo-factor-puesto",), ("segundo-factor-quitado",)]


def _sealed_at_rest(installed: Installation, secret: str, seed: bytes, codes: tuple[str, ...]) -> None:
    (row,) = installed.rows("SELECT f::text FROM second_factors f", database="horux360")
    for plain in (secret, seed.hex(), base64.b64encode(seed).decode().rstrip("="), *codes):
        assert plain not in row[0]


def _asked_again_later(installed: Installation, codes: tuple[str, ...]) -> None:
    """What is not undone, on every process."""
    answer = log_in(installed, otp=codes[0])
    assert answer.status == 200, answer.body
    installed.rows(
        "UPDATE sessions SET created_at = created_at - interval '11 minutes'"
        " WHERE factor_at IS NOT NULL AND ended_at IS NULL RETURNING id",
        database="horux360",
    )
    api = Api(installed.url).bearing(answer.json["accessToken"])
    stale = api.ask("DELETE", NOBODY)
    assert (stale.status, stale.json["code"]) == (403, "reauthentication-required")
    alone = api.post("/api/auth/reauthenticate", {"password": CHOSEN})
    assert (alone.status, alone.json["code"]) == (422, "second-factor-wrong")
    again = api.post("/api/auth/reauthenticate", {"password": CHOSEN, "code": codes[1]})
    fresh = Api(installed.url).bearing(again.json["accessToken"])
    assert {fresh.ask("DELETE", NOBODY).status for _ in range(12)} == {404}


def _within_a_second(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 1.0
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return true()
