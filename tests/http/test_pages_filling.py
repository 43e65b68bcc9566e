"""Pages whose content takes long on many documents: they come at once and are filled, by script or by a link."""

from collections.abc import Iterator

import pytest

from horux_http.browser import filling
from tests.http.browsing import Browser, entered
from tests.http.whole import Whole, whole

ADDRESSES = (
    ("/reportes/estado-resultados?anio=2026&mes=1&base=flujo", "Estado de resultados"),
    ("/pronostico?saldo=80000", "Pronóstico"),
    ("/conciliacion?lista=sin-banco&mes=2026-01", "Conciliación"),
)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        yield built


@pytest.fixture
def visor(product: Whole, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setattr(filling, "MANY", 0)
    return entered(product, "visor")


@pytest.mark.parametrize(("address", "title"), ADDRESSES)
def test_comes_at_once_and_says_where_its_content_is(visor: Browser, address: str, title: str) -> None:
    page = visor.get(address)
    assert (page.status, page.h1) == (200, title)
    assert "Se está calculando" in page.text
    (asked,) = page.every("//main//*[@hx-trigger='load']/@hx-get")
    (link,) = page.every("//main//noscript//a/@href")
    assert asked == link == f"{address}&completo=si"
    whole_page = visor.get(link)
    assert (whole_page.status, whole_page.h1) == (200, title)
    assert "Se está calculando" not in whole_page.text
    assert visor.get(address, **{"HX-Request": "true"}).text == whole_page.text


@pytest.mark.parametrize(("address", "title"), ADDRESSES)
def test_of_few_documents_it_is_all_there(
    visor: Browser, monkeypatch: pytest.MonkeyPatch, address: str, title: str
) -> None:
    monkeypatch.setattr(filling, "MANY", 1)
    assert "Se está calculando" not in visor.get(address).text


def test_what_is_asked_wrong_is_told_and_not_asked_again(visor: Browser) -> None:
    page = visor.get("/reportes/estado-resultados?anio=nunca")
    assert page.status == 422
    assert not page.every("//*[@hx-trigger='load']")


def test_the_other_lists_of_the_bank_do_not_wait(visor: Browser) -> None:
    assert "Se está calculando" not in visor.get("/conciliacion?lista=sin-cfdi").text


def test_how_old_the_balances_are_is_soon_known_and_does_not_wait(visor: Browser) -> None:
    page = visor.get("/reportes/antiguedad-saldos?anio=2026&mes=1")
    assert (page.status, page.h1) == (200, "Antigüedad de saldos")
    assert "Se está calculando" not in page.text
