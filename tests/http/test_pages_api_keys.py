"""The keys of a taxpayer: made, shown once, told apart, revoked."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from contracts.routes import CLIENT
from horux_core.identity.issuing_keys import LONGEST_LIFE
from horux_core.plans.model import Plan
from tests.http.browsing import Page
from tests.http.paged import browser
from tests.http.stage import Stage, staged

PATH = "/configuracion/api"
HOSTILE = "<script>x</script> & «caja»"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.ENTERPRISE, "authorized")
    return built


def made(stage: Stage, **fields: str) -> Page:
    return browser(stage, "owner").submit(PATH, {"nombre": "Caja", "scopes": "cfdi:read", **fields})


def secret(page: Page) -> str:
    return page.texts("//*[@id='secreto']")[0]


def asked(stage: Stage, key: str) -> int:
    return stage.product.http.get("/api/cfdi", headers={"Authorization": f"Bearer {key}"}).status_code


def test_a_new_one_is_shown_once_and_opens(stage: Stage) -> None:
    own = browser(stage, "owner")
    page = own.done(PATH, {"nombre": HOSTILE, "scopes": "cfdi:read"})
    assert HOSTILE in page.text
    assert HOSTILE not in page.html
    key = secret(page)
    assert asked(stage, key) == 200
    after = own.get(PATH)
    assert key not in after.html
    assert key[:12] in after.text
    assert not after.every("//*[@id='secreto']")


def test_lists_what_the_api_lists(stage: Stage) -> None:
    headers = dict(stage.credentials["owner"])
    items = stage.product.http.get("/api/api-keys", headers=headers).json()["items"]
    rows = browser(stage, "owner").get(PATH).texts("//tbody/tr/td[1]")
    assert rows == [f"{item['nombre']}{item['prefijo']}…" for item in items]


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("nombre", {"nombre": "   "}),
        ("scopes", {"scopes": "todo"}),
        ("expira", {"expira": "pronto"}),
        ("expira", {"expira": "2020-01-31"}),
    ],
)
def test_what_is_wrong_stands_beside_its_field(stage: Stage, field: str, fields: dict[str, str]) -> None:
    page = made(stage, **{"nombre": "Mi caja", "expira": "", **fields})
    assert page.status == 422
    assert page.error_of(field)
    assert page.value_of("nombre") == fields.get("nombre", "Mi caja").strip()
    assert not page.every("//*[@id='secreto']")


def test_lasts_until_the_end_of_its_day(stage: Stage) -> None:
    latest = browser(stage, "owner").get(PATH)
    assert "A lo más dos años" in latest.text
    with stage.product.horux.gateways.directory().transaction() as tx:
        before = {key.id for key in tx.keys.of_tenant(stage.tenant)}
    assert made(stage, expira="2027-01-31").status == 303
    with stage.product.horux.gateways.directory().transaction() as tx:
        (key,) = (key for key in tx.keys.of_tenant(stage.tenant) if key.id not in before)
    assert key.expires_at is not None
    assert key.expires_at.isoformat() == "2027-01-31T23:59:59-06:00"
    assert key.expires_at - key.created_at < LONGEST_LIFE + timedelta(days=1)


def test_is_revoked_after_it_was_asked(stage: Stage) -> None:
    own = browser(stage, "owner")
    key = secret(own.done(PATH, {"nombre": "Caja", "scopes": "cfdi:read"}))
    ident = own.get(PATH).every("//tbody/tr[1]//a/@href")[0].partition("revocar=")[2].partition("#")[0]
    assert "¿Revocar «Caja»?" in own.get(f"{PATH}?revocar={ident}").text
    assert own.done(f"{PATH}/{ident}/revocar").told == "Llave revocada. Quien la usaba ya no entra."
    assert asked(stage, key) == 401
    assert own.submit(f"{PATH}/{ident}/revocar").status == 404


def test_without_a_subscription_it_only_revokes(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "paused")
    page = browser(stage, "owner").get(PATH)
    assert page.every("//form[@action='/configuracion/api']//button[@disabled]")
    assert page.every("//a[contains(@href, 'revocar=')]")
    assert made(stage).status == 403


def test_the_operator_that_looks_in_sees_whose_they_are(stage: Stage) -> None:
    page = browser(stage, "operator-viewing").get(PATH)
    assert CLIENT in page.text
    assert page.texts("//tbody/tr/td[5]//span")[0] == "owner@cascabel.mx"
