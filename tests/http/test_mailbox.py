"""Reading in a browser what a development installation would have mailed."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from dependency_injector import providers
from litestar import Litestar
from litestar.testing import TestClient
from msgspec import structs

from contracts.ports.directory import a_user
from contracts.ports.mailer import ANA, MAIL
from horux_adapters.container.horux import Horux, opened
from horux_adapters.container.settings import Settings, load
from horux_adapters.crypto.passwords import Argon2Passwords
from horux_core.notifications.letters import Joined
from horux_http.asgi import assembled
from horux_http.session import unguarded_routes
from tests.http.whole import OPERATOR, PASSWORD

SETTINGS = {"STORAGE": "memory", "PAYMENTS": "memory", "JWT_SECRET": "q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw"}
MARKUP = "<script>alert(1)</script>"
PAGES = ("/correo", f"/correo/{MAIL.key}", f"/correo/{MAIL.key}/cuerpo")


def settings(folder: Path, **more: str) -> Settings:
    return load({**SETTINGS, "DATA_DIR": str(folder), **more})


@pytest.fixture
def horux(tmp_path: Path) -> Iterator[Horux]:
    """With an operator, one of staff who has not chosen a password, and Ana, who is neither; and one mail."""
    with opened(settings(tmp_path)) as horux:
        horux.gateways.hasher.override(providers.Object(Argon2Passwords(time_cost=1, memory_cost=64)))
        horux.use_cases.create_operator()(OPERATOR, "Operadora", PASSWORD)
        known = horux.gateways.hasher().hash(PASSWORD)
        with horux.gateways.directory().transaction() as tx:
            tx.users.add(replace(a_user(ANA), password_hash=known))
            tx.users.add(replace(a_user("nueva@horux.mx", platform_admin=True), password_hash=known, must_change=True))
        horux.gateways.mailer().send(MAIL)
        yield horux


@pytest.fixture
def http(horux: Horux, tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    with TestClient(assembled(horux, settings(tmp_path), ExitStack()), raise_server_exceptions=False) as client:
        yield client


def basic(email: str = OPERATOR, password: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{email}:{password}'.encode()).decode()}"}


def test_lists_the_mails_and_shows_one(http: TestClient[Litestar]) -> None:
    listed = http.get("/correo", headers=basic())
    assert listed.status_code == 200
    assert listed.headers["content-type"].startswith("text/html")
    assert (ANA in listed.text, f'href="/correo/{MAIL.key}"' in listed.text) == (True, True)
    shown = http.get(f"/correo/{MAIL.key}", headers=basic())
    assert "Bienvenido a Horux360" in shown.text
    assert f'<iframe sandbox src="/correo/{MAIL.key}/cuerpo"' in shown.text
    assert "k9&amp;x&lt;7&gt;" in shown.text, "the text of the mail, escaped"
    content = http.get(f"/correo/{MAIL.key}/cuerpo", headers=basic())
    assert content.text.lstrip().lower().startswith("<!doctype html>")


def test_a_mail_is_drawn_apart_and_runs_nothing(http: TestClient[Litestar]) -> None:
    policy = http.get(f"/correo/{MAIL.key}/cuerpo", headers=basic()).headers["content-security-policy"]
    rules = {rule.strip() for rule in policy.split(";")}
    assert {"sandbox", "default-src 'none'", "frame-ancestors 'self'"} <= rules
    assert not any("script" in rule or "allow" in rule for rule in rules)
    for page in PAGES[:2]:
        assert "'unsafe-inline'" not in http.get(page, headers=basic()).headers["content-security-policy"]


def test_what_a_mail_says_is_never_markup_of_the_page(horux: Horux, http: TestClient[Litestar]) -> None:
    letter = Joined(MARKUP, ANA, MARKUP, "CAS2408138W2", "https://horux360.example/login")
    mail = replace(MAIL, letter=letter)
    horux.gateways.mailer().send(mail)
    for page in ("/correo", f"/correo/{mail.key}"):
        assert "<script" not in http.get(page, headers=basic()).text


def test_knows_which_mails_there_are(http: TestClient[Litestar]) -> None:
    for page in (f"/correo/{uuid4()}", f"/correo/{uuid4()}/cuerpo", "/correo/..%2Fsecretos"):
        assert http.get(page, headers=basic()).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_asks_a_browser_who_it_is(http: TestClient[Litestar], page: str) -> None:
    wrong: tuple[dict[str, str], ...] = (
        {},
        basic(password="mala"),
        basic("nadie@x.mx"),
        {"Authorization": "Basic ???"},
        {"Authorization": "Basic"},
    )
    for headers in wrong:
        answer = http.get(page, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic realm=")
        assert ANA not in answer.text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("email", "code"), [(ANA, "action-forbidden"), ("nueva@horux.mx", "password-change-required")])
def test_is_the_operator_s_alone(http: TestClient[Litestar], page: str, email: str, code: str) -> None:
    answer = http.get(page, headers=basic(email))
    assert (answer.status_code, answer.json()["code"]) == (403, code)


def test_takes_a_token_too_and_leaves_no_session_open(horux: Horux, http: TestClient[Litestar]) -> None:
    entered = http.post("/api/auth/login", json={"email": OPERATOR, "password": PASSWORD}).json()
    token = {"Authorization": f"Bearer {entered['accessToken']}"}
    assert http.get("/correo", headers=token).status_code == 200
    for page in PAGES:
        http.get(page, headers=basic())
    assert len(http.get("/api/auth/sesiones", headers=token).json()["items"]) == 1


def test_guessing_waits_as_at_log_in(http: TestClient[Litestar]) -> None:
    answers = [http.get("/correo", headers=basic(password="mala")).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]


def test_no_page_is_open_by_oversight_or_in_the_api(horux: Horux, http: TestClient[Litestar]) -> None:
    assert unguarded_routes(http.app) == []
    assert "/correo" not in http.get("/api/openapi.json").text


@pytest.mark.parametrize(
    "more", [{"MAIL": "memory"}, {"HORUX_ENV": "production"}], ids=["not a folder", "in production"]
)
def test_is_there_only_where_nothing_is_really_sent(tmp_path: Path, more: dict[str, str]) -> None:
    found = settings(tmp_path)
    changed = {"mail": more.get("MAIL", "folder"), "horux_env": more.get("HORUX_ENV", "development")}
    with opened(structs.replace(found, **changed)) as horux:
        assert horux.gateways.mailbox() is None
        with TestClient(assembled(horux, found, ExitStack()), raise_server_exceptions=False) as http:
            assert http.get("/correo", headers=basic()).status_code == 404
