"""A person's own access: its password and its sessions, in its own frame."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.routes import PASSWORD, UUID
from horux_core.identity.model import Session
from horux_core.kernel.ids import SessionId
from horux_core.plans.model import Plan
from horux_http.identity.pages_account import device_name
from tests.http.browsing import Browser, entered
from tests.http.paged import browser
from tests.http.stage import Stage, staged

PATH, NEW = "/cuenta", "farol verde de otoño"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CLOSES = "//form[starts-with(@action, '/cuenta/sesiones/')]/@action"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.ENTERPRISE, "authorized")
    return built


def sessions(own: Browser) -> list[str]:
    return [str(each) for each in own.get(PATH).every(CLOSES)]


def test_changes_its_password_and_the_other_sessions_end(stage: Stage) -> None:
    here, there = entered(stage.product, "contador"), entered(stage.product, "contador")
    page = here.done(f"{PATH}/contrasena", {"current": PASSWORD, "password": NEW})
    assert page.told == "Contraseña guardada. Tus demás sesiones se cerraron."
    assert there.get(PATH).location.startswith("/entrar")
    assert Browser(stage.product).enter("contador@cascabel.mx").status == 422
    assert Browser(stage.product).enter("contador@cascabel.mx", NEW).status == 303


@pytest.mark.parametrize(
    ("current", "new", "where"),
    [("no es", NEW, "current"), (PASSWORD, "corta", "password"), (PASSWORD, PASSWORD, "password")],
)
def test_what_is_wrong_is_told_beside_its_field(stage: Stage, current: str, new: str, where: str) -> None:
    page = browser(stage, "visor").submit(f"{PATH}/contrasena", {"current": current, "password": new})
    assert page.status == 422
    assert page.error_of(where)
    for typed in (f'value="{current}"', f'value="{new}"'):
        assert typed not in page.html


def test_closes_one_session_or_all_the_others(stage: Stage) -> None:
    here, there, third = (entered(stage.product, "visor") for _ in range(3))
    before = sessions(here)
    assert here.done(before[0]).told == "Sesión cerrada."
    assert len(sessions(here)) == len(before) - 1
    assert "cerrada" in here.done(f"{PATH}/sesiones").told
    assert sessions(here) == []
    assert here.done(f"{PATH}/sesiones").told == "No había otra sesión abierta."
    for ended in (there, third):
        assert ended.get(PATH).location.startswith("/entrar")


def test_of_very_many_sessions_the_newest_are_shown(stage: Stage) -> None:
    own = browser(stage, "owner")
    with stage.product.horux.gateways.directory().transaction() as tx:
        user = tx.users.by_email("owner@cascabel.mx")
        assert user is not None
        for number in range(60):
            until = datetime.now(UTC) + timedelta(days=1)
            began = datetime.now(UTC) - timedelta(days=number)
            tx.sessions.add(Session(SessionId(uuid4()), user.id, stage.tenant, began, until, FIREFOX))
    page = own.get(PATH)
    assert len(page.every("//tbody/tr")) == 50
    assert "más, de antes." in page.text
    assert page.texts("//tbody/tr[1]/td[4]") == ["Esta"]


def test_nobody_else_s_session_is_closed(stage: Stage) -> None:
    theirs = entered(stage.product, "owner")
    ours = entered(stage.product, "owner")
    victim = sessions(ours)[0]
    stranger = entered(stage.product, "visor")
    for place in (victim, f"{PATH}/sesiones/{UUID}"):
        assert stranger.done(place).told == "Esa sesión ya terminó."
    assert theirs.get(PATH).status == 200


def test_works_in_read_only_and_for_the_staff_in_its_own_frame(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "paused")
    page = browser(stage, "owner").get(PATH)
    assert page.status == 200
    assert not page.every("//main//*[@disabled]")
    for who in ("operator", "operator-viewing"):
        own = browser(stage, who).get(PATH)
        assert (own.status, own.h1) == (200, "Mi cuenta")
        assert own.every("//body[@data-panel='operator']")
        assert "operador@horux360.example" in own.text


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox en Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge en Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari en iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome en Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari en Mac"),
        ("curl/8.0", "curl"),
        ("", "Otro programa"),
        ("<script>", "Otro programa"),
    ],
)
def test_a_device_is_called_as_its_owner_knows_it(agent: str, name: str) -> None:
    assert device_name(agent) == name
