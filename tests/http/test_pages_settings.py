"""The fiscal settings on paper: shown as the API has them, looked over, kept; what is wrong beside its field."""

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.routes import CLIENT
from contracts.samples import UnConcepto, an_xml
from horux_core.plans.model import Plan
from tests.http.browsing import Page
from tests.http.paged import browser
from tests.http.stage import Stage, staged

PATH = "/configuracion/fiscal"
PAPER = "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6cee"
API = "/api/configuracion/fiscal?anio=2026"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.ENTERPRISE, "authorized")
    return built


def told(stage: Stage) -> dict[str, Any]:
    found: dict[str, Any] = stage.product.http.get(API, headers=dict(stage.credentials["owner"])).json()
    return found


def fields(page: Page) -> list[tuple[str, str]]:
    """Everything that the form sends as it stands."""
    form = "//form[@action='/configuracion/fiscal']"
    typed = page.every(f"{form}//input[not(@type='checkbox') and not(@name='csrf')]")
    ticked = page.every(f"{form}//input[@type='checkbox'][@checked]")
    chosen = page.every(f"{form}//select")
    found = [(each.get("name"), each.get("value", "")) for each in [*typed, *ticked]]
    found += [(each.get("name"), next(iter(each.xpath("option[@selected]/@value")), "")) for each in chosen]
    return found + [(each.get("name"), each.text or "") for each in page.every(f"{form}//textarea")]


def sent(page: Page, **changes: str) -> list[tuple[str, str]]:
    names = {name.replace("_", "-"): value for name, value in changes.items()}
    return [*((n, v) for n, v in fields(page) if n not in names), *names.items()]


def test_shown_and_kept_again_nothing_changes(stage: Stage) -> None:
    rich = {
        "regimenes": ["601", "626"], "coeficienteUtilidad": "0.2145", "coeficientes": {"2022": "0.1", "2025": "0.1871"},
        "perdidas": "1234567.89", "ptu": "10.50", "ptuMes": 5, "sextoDigito": False, "notas": "emision",
        "noObjetoEnFactor": False, "usosNoAcreditables": ["S01"], "clavesRetenciones": ["14", "16"],
        "apertura": {"periodo": "2026-01", "saldoAFavor": "500.00", "retenidoMesAnterior": "1.00"},
        "regimenIngresos": "601", "codigoPostal": "06000", "ingresosAnteriores": "100.00", "soloExentos": True,
        "inicioActividades": "2024-05", "arrendamientoOpcional": False, "viernesEnProrroga": False,
        "predial": [{"mes": 1, "importe": "1200.00"}], "descuentoEnFactura": "no_resta", "coeficienteNuevoDesde": 2,
        "otrasDeducciones": [{"regimen": "601", "mes": 3, "importe": "9.00"}],
    }  # fmt: skip
    headers = dict(stage.credentials["owner"])
    assert stage.product.http.patch(API, json=rich, headers=headers).status_code == 200
    before = told(stage)
    own = browser(stage, "contador")
    page = own.get(f"{PATH}?anio=2026")
    looked = own.submit(PATH, [*fields(page), ("paso", "revisar")])
    assert looked.status == 200
    assert looked.texts("//section[@id='cambios']//tbody/tr") == []
    assert "No cambia nada" in looked.text
    own.done(PATH, fields(page))
    assert told(stage) == before


def test_says_each_default_and_its_law(stage: Stage) -> None:
    page = browser(stage, "owner").get(f"{PATH}?anio=2026")
    assert page.h1 == "Datos fiscales de 2026"
    laws = page.texts("//*[@class='setting-law']")
    assert len(laws) == len(page.every("//*[@class='setting']"))
    assert "De fábrica: 2,000.00LISR 27, fracción III" in laws
    assert not page.every("//*[@id='predial']"), "de una moral no se pide predial"


def test_says_which_months_it_governs_and_which_were_filed(stage: Stage) -> None:
    own, headers = browser(stage, "contador"), dict(stage.credentials["owner"])
    chips = "//aside//ul[@class='chips']/li/a"
    assert own.get(f"{PATH}?anio=2026").texts(chips) == []
    paper = an_xml(uuid=PAPER, rfc_emisor=CLIENT, fecha="2026-01-20T10:00:00", conceptos=[UnConcepto("100.00")])
    kind = {**headers, "Content-Type": "application/xml"}
    assert stage.product.http.post("/api/cfdi", content=paper, headers=kind).status_code == 201
    page = own.get(f"{PATH}?anio=2026")
    assert page.texts(chips)[0] == "ene"
    assert page.every(f"{chips}/@href")[0] == "/iva/2026/1"
    filed = {"presentadaEn": "2026-02-17", "monto": "16.00"}
    assert stage.product.http.put("/api/declaraciones/iva/2026/1", json=filed, headers=headers).status_code == 200
    assert own.get(f"{PATH}?anio=2026").every(f"{chips}//*[@aria-label='presentado']")


def test_looks_over_what_changes_before_it_is_kept(stage: Stage) -> None:
    own, before = browser(stage, "owner"), told(stage)
    page = own.get(f"{PATH}?anio=2026")
    looked = own.submit(PATH, sent(page, perdidas="1,000.50", paso="revisar"))
    (change,) = looked.every("//section[@id='cambios']//tbody/tr")
    assert [each.text_content() for each in change] == [
        "Pérdidas de ejercicios anteriores por aplicar",
        "0.00",
        "1,000.50",
    ]
    assert looked.value_of("perdidas") == "1,000.50"
    assert "Todavía no se guarda" in looked.text
    assert told(stage) == before
    done = own.done(PATH, sent(page, perdidas="1,000.50"))
    assert done.told == "Guardado. Los meses se recalculan con lo nuevo."
    assert told(stage)["perdidas"] == "1000.50"


def test_an_emptied_limit_of_cash_is_the_law_s_and_not_zero(stage: Stage) -> None:
    own = browser(stage, "contador")
    own.done(PATH, sent(own.get(f"{PATH}?anio=2026"), efectivoTope=""))
    assert told(stage)["efectivoTope"] == "2000.00"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("coeficienteUtilidad", "mucho"), ("coeficienteUtilidad", "12.5"), ("coeficienteUtilidad", "0,2145"),
        ("coeficiente-2024", "10.0001"),
        ("perdidas", "5707,50"), ("perdidas", "1_000"), ("perdidas", "\u0663"), ("perdidas", "+5"), ("ptuMes", "x"),
        ("otrasDeducciones", "601 1 5707,50"), ("coeficienteNuevoDesde", "x"), ("perdidas", "-5"),
        ("perdidas", "1e999999"),
        ("ptu", "NaN"), ("inicioActividades", "ayer"), ("apertura-periodo", "2025-01"),
        ("apertura-periodo", "9" * 30 + "-01"), ("usosNoAcreditables", "hola"), ("clavesRetenciones", "x"),
        ("codigoPostal", "12"), ("otrasDeducciones", "601 3"), ("otrasDeducciones", "612 1 5.00"),
        ("notas", "otra"), ("coeficiente-2025", "99"), ("efectivoTope", "1.234"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_its_field_and_what_was_written_stays(stage: Stage, name: str, value: str) -> None:
    own, before = browser(stage, "contador"), told(stage)
    page = own.get(f"{PATH}?anio=2026")
    own_fields = [*((n, v) for n, v in fields(page) if n not in (name, "ptu" * (name != "ptu"))), (name, value)]
    if name != "ptu":
        own_fields.append(("ptu", "77.00"))
    refused = own.submit(PATH, own_fields)
    assert refused.status == 422, refused.location
    assert refused.error_of(name)
    assert refused.texts("//*[@role='alert']")
    if name not in ("notas", "ptu", "ptuMes", "coeficienteNuevoDesde"):
        assert refused.value_of(name) == value
        assert refused.value_of("ptu") == "77.00"
    assert told(stage) == before


def test_a_year_that_is_none_is_told_so(stage: Stage) -> None:
    for year in ("0", "99999"):
        assert browser(stage, "owner").get(f"{PATH}?anio={year}").status == 422
        assert browser(stage, "owner").submit(PATH, {"anio": year}).status == 422


@pytest.mark.parametrize("year", ["", "x", "20 26", "\u0662\u0660\u0662\u0666", "2026.0", "+2026", "-1"])
def test_a_year_that_cannot_be_read_changes_nothing(stage: Stage, year: str) -> None:
    own, before = browser(stage, "owner"), told(stage)
    own_fields = sent(own.get(f"{PATH}?anio=2026"), perdidas="4,321.00", anio=year)
    refused = own.submit(PATH, own_fields)
    assert refused.status == 422
    assert told(stage) == before


def test_in_read_only_it_is_shown_and_not_changed(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "cancelled")
    page = browser(stage, "contador").get(PATH)
    form = "//form[@action='/configuracion/fiscal']"
    assert all(each.get("disabled") is not None for each in page.every(f"{form}//button"))
    assert all(each.get("disabled") is not None for each in page.every(f"{form}//select"))
    assert page.every("//*[@id='porque']")


def test_who_only_reads_has_no_settings(stage: Stage) -> None:
    own = browser(stage, "visor")
    assert own.get(PATH).status == 403
    assert not own.get("/configuracion").every(f"//nav//a[@href='{PATH}']")


def test_what_somebody_changed_meanwhile_is_not_overwritten(stage: Stage) -> None:
    one, other = browser(stage, "owner"), browser(stage, "contador")
    page = one.get(f"{PATH}?anio=2026")
    other.done(PATH, sent(page, ptu="77.00"))
    before = told(stage)
    typo = one.submit(PATH, sent(page, perdidas="x"))
    for stale in (page, typo):
        refused = one.submit(PATH, sent(stale, perdidas="55.00"))
        assert refused.status == 422
        assert "Alguien cambió esto desde que abriste la página" in refused.texts("//*[@role='alert']")[0]
        assert refused.value_of("perdidas") == "55.00"
        assert any("77.00" in row for row in refused.texts("//section[@id='cambios']//tbody/tr"))
        assert told(stage) == before
    one.done(PATH, sent(refused, ptu="77.00"))
    assert (told(stage)["ptu"], told(stage)["perdidas"]) == ("77.00", "55.00")
