"""The calendar on paper: what is due, what a person says of it, and the private address of the feed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.http.browsing import Browser, entered
from tests.http.whole import Whole, whole

HOSTILE = "<script>alert('x')</script>"
IVA = "IVA_MENSUAL-2026-01"
FEBRERO = "/calendario?anio=2026&mes=2"


@pytest.fixture
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        for anio in (2025, 2026):
            changed = built.http.patch(
                f"/api/configuracion/fiscal?anio={anio}", json={"regimenes": ["601"]}, headers=built.credential("owner")
            )
            assert changed.status_code == 200
        yield built


@pytest.fixture
def owner(product: Whole) -> Browser:
    return entered(product, "owner")


def due(product: Whole) -> list[dict[str, Any]]:
    path = "/api/calendario?desde=2026-02-01&hasta=2026-02-28"
    found: list[dict[str, Any]] = product.http.get(path, headers=product.credential("visor")).json()["obligaciones"]
    return found


def test_shows_what_the_api_says_is_due(product: Whole) -> None:
    page = entered(product, "visor").get(FEBRERO)
    assert page.h1 == "Calendario de febrero 2026"
    expected = due(product)
    assert expected
    shown = page.every("//ul[@aria-labelledby='este-mes']/li")
    assert [li.get("id") for li in shown] == [each["id"] for each in expected]
    assert [li.xpath("time/@datetime")[0] for li in shown] == [each["limite"] for each in expected]
    for li, each in zip(shown, expected, strict=True):
        assert each["nombre"] in li.text_content()
    assert not page.every("//form[contains(@action, '/calendario/')]"), "el visor no marca"


def test_the_grid_leads_to_what_is_due_on_a_day(product: Whole, owner: Browser) -> None:
    page = owner.get(FEBRERO)
    days = {date.fromisoformat(each["limite"]).day for each in due(product)}
    links = page.every("//table[@class='month-grid']//a")
    assert {int(link.xpath("span")[0].text) for link in links} == days
    for link in links:
        assert page.every(f"//*[@id='{link.get('href')[1:]}']")


def test_is_marked_filed_and_opened_again(product: Whole, owner: Browser) -> None:
    sent = {"estado": "presentada", "presentada_en": "2026-02-17", "en": "2026-02"}
    done = owner.done(f"/calendario/{IVA}", sent)
    assert "Marcada como presentada" in done.told
    assert "Presentada el 17 feb 2026" in done.texts(f"//li[@id='{IVA}']")[0]
    (found,) = (each for each in due(product) if each["id"] == IVA)
    assert (found["estado"], found["presentadaEn"], found["porPersona"]) == ("presentada", "2026-02-17", True)
    again = owner.done(f"/calendario/{IVA}", {"estado": "pendiente", "en": "2026-02"})
    assert "Abierta otra vez" in again.told
    assert "No aplica" in owner.done(f"/calendario/{IVA}", {"estado": "no_aplica", "en": "2026-02"}).text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"estado": "presentada", "presentada_en": "2999-01-01"}, "futuro"),
        ({"estado": "presentada", "presentada_en": "ayer"}, "acuse"),
        ({"estado": "vencida"}, "lo dice la fecha"),
        ({"estado": HOSTILE}, "Marca presentada"),
    ],
)
def test_what_cannot_be_is_said_beside_it(owner: Browser, sent: dict[str, str], words: str) -> None:
    page = owner.submit(f"/calendario/{IVA}", {**sent, "en": "2026-02"})
    assert page.status == 422
    assert words in page.error_of("presentada_en")
    assert page.h1 == "Calendario de febrero 2026"
    assert page.every(f"//li[@id='{IVA}']/div/details[@open]")
    assert "<script>alert" not in page.html


def test_only_who_may_marks(product: Whole, owner: Browser) -> None:
    sent = {"estado": "no_aplica", "en": "2026-02"}
    assert entered(product, "visor").submit(f"/calendario/{IVA}", sent).status == 403
    assert owner.submit(f"/calendario/{IVA}", sent, csrf="").status == 403
    assert owner.submit("/calendario/NADA-2026-01", sent).status == 404
    assert not any(each["porPersona"] for each in due(product))


def test_an_address_is_shown_once_and_revoked(product: Whole, owner: Browser) -> None:
    assert "Aún no hay liga" in owner.get("/calendario").text
    made = owner.done("/calendario/liga")
    (url,) = made.texts("//*[@id='url']")
    assert url.endswith(".ics")
    path = f"/api/calendario/{url.rpartition('/')[2]}"
    assert product.http.get(path).status_code == 200
    later = owner.get("/calendario")
    assert url not in later.html
    assert "Tienes una liga desde" in later.text
    assert "Liga revocada" in owner.done("/calendario/liga/revocar").told
    assert product.http.get(path).status_code == 404


def test_an_address_is_not_a_visor_s_to_make(product: Whole) -> None:
    visor = entered(product, "visor")
    assert "La crea tu contador" in visor.get("/calendario").text
    assert visor.submit("/calendario/liga").status == 403
    assert visor.submit("/calendario/liga/revocar").status == 403


def test_without_a_regimen_it_says_what_is_missing(product: Whole, owner: Browser) -> None:
    headers = product.credential("owner")
    for anio in (2024, 2025, 2026):
        changed = product.http.patch(f"/api/configuracion/fiscal?anio={anio}", json={"regimenes": []}, headers=headers)
        assert changed.status_code == 200
    page = owner.get(FEBRERO)
    assert "Falta tu régimen" in page.text
    assert page.every("//a[@href='/configuracion/fiscal']")


def test_a_month_that_cannot_be(owner: Browser) -> None:
    assert owner.get("/calendario?anio=2026&mes=13").status == 422
