"""What is told when something cannot be done now: nothing that will not happen, and all that can be known anyway."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest

from contracts.routes import CLIENT
from horux_core.fiscal.calendario.publicando import RevokeFeed
from horux_core.operations.clients import Usage
from horux_core.plans.model import Plan
from horux_core.tenancy.errors import ConnectionsExhausted, DatabaseUnavailable
from horux_http.browser.formats import momento
from tests.http.paged import browser
from tests.http.stage import Stage, staged


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.ENTERPRISE, "authorized")
    return built


def test_a_form_is_not_said_to_be_sent_again_nor_to_be_safe(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    own = browser(stage, "owner")

    def busy(*_: object) -> NoReturn:
        raise ConnectionsExhausted("La base está ocupada.")

    def broken(*_: object) -> NoReturn:
        raise RuntimeError("secreto")

    monkeypatch.setattr(RevokeFeed, "__call__", busy)
    page = own.submit("/calendario/liga/revocar")
    assert page.status == 503
    assert "refresh" not in page.answer.headers
    assert "se vuelve a pedir" not in page.text
    assert f"Intenta otra vez en {page.answer.headers['retry-after']} segundos." in page.text
    monkeypatch.setattr(RevokeFeed, "__call__", broken)
    page = own.submit("/calendario/liga/revocar")
    assert page.status == 500
    assert "No sabemos si quedó hecho: revísalo antes de repetir." in page.text
    assert "a salvo" not in page.text
    assert "Intenta de nuevo" not in page.text


def test_a_client_whose_books_do_not_open_is_still_looked_after(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> NoReturn:
        raise DatabaseUnavailable("No responde.")

    gateways, operator = stage.product.horux.gateways, browser(stage, "operator")
    monkeypatch.setattr(type(gateways.books()), "open", down)
    place = f"/op/clientes/{CLIENT}"
    assert "Todavía no se ha podido medir" in operator.get(place).text
    at = datetime.now(UTC) - timedelta(hours=30)
    gateways.clients().measured(stage.tenant, Usage(4321, 2048, at))
    page = operator.get(place)
    assert "4,321" in page.text
    assert f"Medido el {momento(at)}" in page.text
    for tab in ("/pagos", "/usuarios", "/efirma", "/auditoria"):
        assert operator.get(place + tab).status == 200, tab
