"""The e.firma's page: taken in by its form, each failure beside its field, its book, and its end."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from contracts.efirmas import Efirma, an_efirma
from contracts.routes import CLIENT, OTHER
from horux_core.plans.model import Plan
from tests.http.browsing import Page
from tests.http.paged import browser
from tests.http.stage import Stage, staged

PATH = "/configuracion/sat"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.ENTERPRISE, "authorized")
    return built


def parts(efirma: Efirma, **other: bytes) -> dict[str, tuple[str, bytes, str]]:
    files = {"cer": efirma.cer, "key": efirma.key, **other}
    return {name: (f"fiel.{name}", content, "application/octet-stream") for name, content in files.items()}


def send(stage: Stage, efirma: Efirma, password: str | None = None, csrf: str | None = None, **other: bytes) -> Page:
    fields = {"password": efirma.password if password is None else password}
    return browser(stage, "owner").submit(PATH, fields, csrf=csrf, files=parts(efirma, **other))


def told(stage: Stage, path: str = "/api/fiel") -> Any:
    return stage.product.http.get(path, headers=dict(stage.credentials["owner"])).json()


def test_shows_what_the_api_tells(stage: Stage) -> None:
    fiel, page = told(stage), browser(stage, "owner").get(PATH)
    for name in ("nombre", "rfc", "numeroCertificado"):
        assert fiel[name] in page.text
    assert page.texts("//ol[@class='timeline']/li//b") == ["Guardada por owner@cascabel.mx"]
    assert "Asiento 1" in page.text


def test_takes_another_in_place_of_it(stage: Stage) -> None:
    page = send(stage, an_efirma(rfc=CLIENT))
    assert (page.status, page.location) == (303, PATH)
    assert len(told(stage, "/api/fiel/usos")["items"]) == 2
    assert "Reemplazada por" in browser(stage, "owner").get(PATH).text


@pytest.mark.parametrize(
    ("change", "where", "said"),
    [
        ({"password": "no es esta"}, "password", "La contraseña no abre la llave"),
        ({"password": ""}, "password", "Escribe la contraseña"),
        ({"cer": b""}, "cer", "Elige el certificado (.cer)."),
        ({"key": b""}, "key", "Elige la llave privada (.key)."),
        ({"cer": b"<html>hola</html>"}, "cer", "es una página web"),
        ({"key": b"nada que sea una llave"}, "key", "archivo de la llave"),
        ({"cer": bytes(70_000)}, "cer", "pesa más de 64 KB"),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else str(each)[:20],
)
def test_each_failure_is_told_beside_its_field(stage: Stage, change: dict[str, Any], where: str, said: str) -> None:
    before = stage.outside()
    page = send(stage, an_efirma(rfc=CLIENT), **change)
    assert page.status == 422
    assert said in page.error_of(where)
    assert page.every(f"//input[@name='{where}'][@aria-invalid='true'][@autofocus]")
    assert "No se guardó." in page.texts("//*[@role='alert']")[0]
    assert "no es esta" not in page.html
    assert len(told(stage, "/api/fiel/usos")["items"]) == 1
    assert stage.outside() == before


def test_one_of_another_taxpayer_says_whose_it_is(stage: Stage) -> None:
    page = send(stage, an_efirma(rfc=OTHER))
    assert f"La e.firma es de {OTHER}" in page.error_of("cer")


def test_its_form_is_ours_and_the_owner_s_alone(stage: Stage) -> None:
    efirma = an_efirma(rfc=CLIENT)
    assert send(stage, efirma, csrf="").h1 == "Formulario vencido"
    assert send(stage, efirma, csrf="0" * 64).status == 403
    for who in ("visor", "contador"):
        assert browser(stage, who).get(PATH).status == 403
        page = browser(stage, who).submit(PATH, {"password": efirma.password}, files=parts(efirma))
        assert page.status == 403
    assert len(told(stage, "/api/fiel/usos")["items"]) == 1


def test_reads_only_what_it_may(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "paused")
    page = browser(stage, "owner").get(PATH)
    upload = "//form[@enctype='multipart/form-data']"
    assert len(page.every(f"{upload}//input[@disabled]")) == 3
    assert page.every(f"{upload}//button[@disabled]")
    assert "Destruirla sí se puede" in page.text
    assert browser(stage, "owner").submit(f"{PATH}/destruir", {"rfc": CLIENT}).status == 303


def test_is_destroyed_only_with_its_rfc_typed_and_leaves_a_receipt(stage: Stage) -> None:
    own = browser(stage, "owner")
    asked = own.get(f"{PATH}?destruir=si")
    assert "¿Destruir la e.firma" in asked.text
    wrong = own.submit(f"{PATH}/destruir", {"rfc": OTHER})
    assert (wrong.status, wrong.error_of("rfc")) == (422, f"Escribe {CLIENT} para confirmar.")
    assert told(stage)["rfc"] == CLIENT
    done = own.done(f"{PATH}/destruir", {"rfc": f" {CLIENT.lower()} "})
    assert "Todavía no tienes ninguna guardada" in done.text
    assert done.texts("//details[@class='receipt']//dd")[0] == CLIENT
    kept = own.get(f"{PATH}/recibos").answer
    assert "attachment" in kept.headers["content-disposition"]
    assert kept.json() == told(stage, "/api/fiel/recibos")["items"]
    assert own.done(f"{PATH}/destruir", {"rfc": CLIENT}).told == "Ya no hay e.firma guardada."


def test_the_book_is_downloaded_whole(stage: Stage) -> None:
    own, items = browser(stage, "owner"), told(stage, "/api/fiel/usos")["items"]
    text = own.get(f"{PATH}/usos?formato=csv").answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Asiento"], row["Huella"]) for row in rows] == [(str(i["numero"]), i["huella"]) for i in items]
    book = own.get(f"{PATH}/usos").answer
    assert book.content[:2] == b"PK"
    assert f'filename="{CLIENT}-efirma-usos.xlsx"' in book.headers["content-disposition"]
