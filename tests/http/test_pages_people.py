"""Who may enter, and what was done in a taxpayer's name, on its owner's pages."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from contracts.routes import CLIENT, UUID
from horux_core.identity.model import User
from horux_core.plans.model import Plan
from tests.http.paged import browser
from tests.http.stage import Stage, staged

PEOPLE, TRAIL = "/configuracion/usuarios", "/configuracion/auditoria"
GUEST = {"email": "luis@otro.mx", "nombre": "Luis Rey", "role": "contador"}
HOSTILE = "<script>alert('x')</script> & \"Cía\""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.ENTERPRISE, "authorized")
    return built


def told(stage: Stage, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = stage.product.http.get(path, headers=dict(stage.credentials["owner"])).json()["items"]
    return items


def limited(stage: Stage, users: int) -> None:
    with stage.product.horux.gateways.memory().transaction() as tables:
        tables["tenants"][stage.tenant] = replace(tables["tenants"][stage.tenant], users_limit_override=users)


def test_lists_the_people_that_the_api_lists(stage: Stage) -> None:
    page = browser(stage, "owner").get(PEOPLE)
    people = told(stage, "/api/usuarios")
    assert page.texts("//tbody/tr/td[2]") == [person["email"] for person in people]
    assert page.texts("//tbody/tr/td[5]") == [person["estado"].capitalize() for person in people]
    own = page.every("//tr[td[2]='owner@cascabel.mx']")[0]
    assert "(tú)" in own.text_content()
    assert not own.xpath(".//a")


def test_invites_again_and_lets_go_after_asking(stage: Stage) -> None:
    own = browser(stage, "owner")
    page = own.done(PEOPLE, GUEST)
    assert page.told == "Invitación enviada a luis@otro.mx."
    person = next(each["id"] for each in told(stage, "/api/usuarios") if each["email"] == GUEST["email"])
    assert "Invitación enviada otra vez." in own.done(f"{PEOPLE}/{person}/invitar").told
    asked = own.get(f"{PEOPLE}?retirar={person}")
    assert "¿Retirar a Luis Rey?" in asked.text
    assert asked.every(f"//form[@action='{PEOPLE}/{person}/retirar']")
    assert "Usuario retirado." in own.done(f"{PEOPLE}/{person}/retirar").told
    assert GUEST["email"] not in {each["email"] for each in told(stage, "/api/usuarios")}
    assert own.submit(f"{PEOPLE}/{UUID}/retirar").status == 404


@pytest.mark.parametrize(
    ("change", "where"),
    [({"email": "luis"}, "email"), ({"email": "visor@cascabel.mx"}, "email"), ({"nombre": ""}, "nombre"),
     ({"role": "rey"}, "role")],
)  # fmt: skip
def test_what_is_wrong_with_an_invitation_is_told_beside_its_field(
    stage: Stage, change: dict[str, str], where: str
) -> None:
    before = stage.kept_but_the_trail()
    sent = {**GUEST, **change}
    page = browser(stage, "owner").submit(PEOPLE, sent)
    assert page.status == 422
    assert page.error_of(where)
    for name in {"email", "nombre"} - {where}:
        assert page.value_of(name) == sent[name]
    assert stage.kept_but_the_trail() == before


def test_at_the_limit_says_its_sentence_and_shows_no_form(stage: Stage) -> None:
    count = len(told(stage, "/api/usuarios"))
    limited(stage, count)
    own = browser(stage, "owner")
    page = own.get(PEOPLE)
    assert f"Límite de usuarios alcanzado ({count}/{count})." in page.text
    assert not page.every("//input[@name='email']")
    refused = own.submit(PEOPLE, GUEST)
    assert refused.status == 422
    assert f"Límite de usuarios alcanzado ({count}/{count})." in refused.texts("//*[@role='alert']")[0]


def test_a_taxpayer_keeps_an_owner(stage: Stage) -> None:
    own = browser(stage, "owner")
    owners = [each["id"] for each in told(stage, "/api/usuarios") if each["role"] == "owner"]
    answers = [own.submit(f"{PEOPLE}/{person}/retirar") for person in owners]
    assert any(page.status == 422 and "se quedaría sin dueño" in page.text for page in answers)


def test_in_read_only_nobody_is_invited_nor_let_go(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "paused")
    page = browser(stage, "owner").get(PEOPLE)
    assert len(page.every("//form[@action='/configuracion/usuarios']//*[@disabled]")) == 4
    assert not page.every("//a[contains(@href, 'retirar')]")
    assert page.every("//*[@id='porque']")


def test_staff_that_looks_in_may_what_it_would_be_let_do(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "paused")
    staff = browser(stage, "operator-viewing")
    assert not staff.get(PEOPLE).every("//form[@action='/configuracion/usuarios']//*[@disabled]")
    assert "Invitación enviada" in staff.done(PEOPLE, GUEST).told


def test_names_are_shown_as_they_are_written(stage: Stage) -> None:
    with stage.product.horux.gateways.memory().transaction() as tables:
        for ident, found in list(tables["users"].items()):
            if isinstance(found, User):
                tables["users"][ident] = replace(found, nombre=HOSTILE)
    page = browser(stage, "owner").get(PEOPLE)
    assert "<script>alert(" not in page.html
    assert HOSTILE in page.text


@pytest.mark.parametrize("place", [PEOPLE, TRAIL, f"{TRAIL}/archivo"])
@pytest.mark.parametrize("who", ["visor", "contador"])
def test_are_the_owner_s_pages_alone(stage: Stage, place: str, who: str) -> None:
    assert browser(stage, who).get(place).status == 403


def test_the_trail_is_what_the_api_tells_and_marks_the_operator(stage: Stage) -> None:
    own = browser(stage, "owner")
    own.done(PEOPLE, GUEST)
    page, entries = own.get(TRAIL), told(stage, "/api/auditoria")
    assert len(page.every("//ol[@class='timeline']/li")) == len(entries)
    marked = page.texts("//ol[@class='timeline']/li[.//span[@class='chip']]")
    assert len(marked) == sum("operador@" in entry["email"] for entry in entries)
    assert marked
    assert all("operador@horux360.example" in each for each in marked)


def test_the_trail_is_narrowed_by_person_and_by_origin(stage: Stage) -> None:
    own = browser(stage, "owner")
    own.done(PEOPLE, GUEST)
    lines = "//ol[@class='timeline']/li"
    mine = own.get(f"{TRAIL}?origen=empresa").texts(lines)
    assert mine
    assert all("@cascabel.mx" in each for each in mine)
    theirs = own.get(f"{TRAIL}?origen=operador").texts(lines)
    assert theirs
    assert all("operador@" in each for each in theirs)
    assert own.get(f"{TRAIL}?quien=OWNER").texts(lines) == mine
    nothing = own.get(f"{TRAIL}?quien=nadie")
    assert "Nada así" in nothing.text
    assert nothing.every(f"//a[@href='{TRAIL}']")


def test_a_trail_is_kept_as_a_file_that_runs_nothing(stage: Stage) -> None:
    with stage.product.horux.gateways.memory().transaction() as tables:
        n, entry = next((n, e) for n, e in tables["audit_log"].items() if e.tenant == stage.tenant)
        tables["audit_log"][n] = replace(entry, email="=cmd|' /C calc'!A0")
    answer = browser(stage, "owner").get(f"{TRAIL}/archivo?formato=csv").answer
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert f'filename="{CLIENT}-auditoria.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == len(told(stage, "/api/auditoria"))
    assert "'=cmd|' /C calc'!A0" in {row["Quién"] for row in rows}
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    narrowed = browser(stage, "owner").get(f"{TRAIL}/archivo?formato=csv&origen=empresa").answer
    assert len(narrowed.content) < len(answer.content)
    assert browser(stage, "owner").get(f"{TRAIL}/archivo").answer.content[:2] == b"PK"
