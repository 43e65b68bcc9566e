"""Taking documents in from a browser: the form, how far a load has got, and what became of each file."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest

from contracts.routes import CLIENT, JOB, STORED
from contracts.samples import an_xml
from horux_core.fiscal.cfdi.loading import CARGA, KEPT
from horux_core.fiscal.cfdi.outcome import Outcome, Rejected
from horux_core.jobs.model import Job, JobState
from horux_core.kernel.clock import MEXICO
from horux_core.kernel.ids import JobId, TenantId
from horux_core.plans.model import Plan
from tests.http.browsing import ORIGIN, Browser, Page
from tests.http.paged import browser
from tests.http.stage import Stage, staged

OURS = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
NEW = "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b9c0"
HOSTILE = "<img src=x onerror=alert(1)>.xml"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.ENTERPRISE, "authorized")
    return built


@pytest.fixture
def owner(stage: Stage) -> Browser:
    return browser(stage, "owner")


def own(n: int, fecha: str = "2026-01-15T10:00:00") -> bytes:
    return an_xml(uuid=f"{NEW}{n}", rfc_emisor=CLIENT, fecha=fecha)


def zipped(**files: bytes) -> bytes:
    place = io.BytesIO()
    with ZipFile(place, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return place.getvalue()


def sent(browsing: Browser, *files: tuple[str, bytes], csrf: str | None = None) -> Page:
    parts = [("files", (name, content, "application/octet-stream")) for name, content in files]
    return browsing.submit("/carga", files=parts, csrf=csrf)


def tally(page: Page) -> list[str]:
    return page.texts("//dl[@class='tally']//dd")


def a_job(stage: Stage, **changes: object) -> Job:

    job = Job(JobId(uuid4()), stage.tenant, CARGA, {}, None, datetime.now(MEXICO), recibidos=40, procesados=10)
    job = replace(job, **changes)  # type: ignore[arg-type]
    stage.product.horux.gateways.jobs().record(job)
    return job


def test_what_is_sent_is_entered_and_each_file_told(stage: Stage, owner: Browser) -> None:
    page = sent(
        owner, ("uno.xml", own(1)), ("facturas.zip", zipped(dos=b"x", **{"tres.xml": own(3, "2026-02-01T00:00:00")})),
        ("ya.xml", STORED), ("ajeno.xml", an_xml(uuid=f"{NEW}8")), (HOSTILE, b"<roto"),
    )  # fmt: skip
    assert page.status == 303
    job = page.location.rpartition("/")[2]
    told = stage.product.http.get(f"/api/cfdi/bulk/{job}", headers=stage.credentials["owner"]).json()
    shown = owner.follow(page)
    outcome = told["outcome"]
    assert told["estado"] == "terminado"
    counts = ("received", "inserted", "duplicates", "rejectedTotal", "ignoredTotal")
    assert tally(shown) == [str(outcome[name]) for name in counts] == ["5", "2", "1", "2", "1"]
    rows = shown.texts("//table//tbody/tr")
    assert len(rows) == 3
    for each in outcome["rejected"]:
        assert any(each["detail"] in row for row in rows)
    assert "<img" not in shown.html
    assert any(HOSTILE in row for row in rows)
    months = shown.every("//section[@id='avance']//a[starts-with(@href, '/iva/')]/@href")
    assert months == ["/iva/2026/1", "/iva/2026/2"]
    assert "uno.xml y 4 archivos más" in shown.texts("//section[@id='avance']//h2")
    assert not shown.every("//*[@hx-trigger]")


def test_the_result_is_a_file_without_formulas(owner: Browser) -> None:
    page = sent(owner, ("=cmd|x.xml", b"<roto"), ("+1.xml", b""))
    answer = owner.get(f"{page.location}/resultado").answer
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Resultado", "Archivo", "Clave", "Por qué y qué hacer"]
    assert {row[1] for row in rows[1:]} == {"'=cmd|x.xml", "'+1.xml"}
    assert answer.headers["content-disposition"].startswith('attachment; filename="carga-')


def test_one_load_names_itself_among_the_recent(owner: Browser) -> None:
    sent(owner, ("a.xml", own(1)))
    page = owner.get("/carga")
    assert "a.xml1 nuevos" in " ".join(page.texts("//ol[@class='agenda']/li"))


@pytest.mark.parametrize("who", ["contador", "operator-viewing"])
def test_who_writes_loads(stage: Stage, who: str) -> None:
    browsing = browser(stage, who)
    assert tally(browsing.follow(sent(browsing, ("a.xml", own(1)))))[1] == "1"


def test_who_only_reads_sees_how_it_went_and_no_form(stage: Stage, owner: Browser) -> None:
    job = sent(owner, ("a.xml", own(1))).location
    visor = browser(stage, "visor")
    assert tally(visor.get(job))[1] == "1"
    assert not visor.get(job).every("//form[@data-drop]")
    assert visor.get("/carga").status == 403
    before = stage.kept_but_the_trail()
    assert sent(visor, ("a.xml", own(2))).status == 403
    assert stage.kept_but_the_trail() == before


def test_the_proof_stands_before_the_files_or_in_a_header(stage: Stage, owner: Browser) -> None:
    before, given = stage.kept_but_the_trail(), owner.csrf
    files = [("files", ("a.xml", own(1), "application/xml"))]
    for data, headers in (({}, OURS), ({"csrf": "0" * 64}, OURS), ({"csrf": given}, {"Origin": "https://otro.mx"})):
        page = owner.ask("POST", "/carga", headers, data=data, files=files)
        assert (page.status, page.h1) == (403, "Formulario vencido")
    late = b"--b\r\nContent-Disposition: form-data; name=files; filename=a.xml\r\n\r\n" + own(1)
    late += b"\r\n--b\r\nContent-Disposition: form-data; name=csrf\r\n\r\n" + given.encode() + b"\r\n--b--\r\n"
    kind = {**OURS, "Content-Type": "multipart/form-data; boundary=b"}
    assert owner.ask("POST", "/carga", kind, content=late).status == 403
    assert stage.kept_but_the_trail() == before
    assert not list(stage.product.spool.rglob("*.tmp"))
    assert owner.ask("POST", "/carga", {**OURS, "X-CSRF-Token": given}, files=files).status == 303


def test_without_files_it_is_told_beside_the_field(owner: Browser) -> None:
    body = f"--b\r\nContent-Disposition: form-data; name=csrf\r\n\r\n{owner.csrf}\r\n--b\r\n".encode()
    body += b'Content-Disposition: form-data; name=files; filename=""\r\n\r\n\r\n--b--\r\n'
    kind = {**OURS, "Content-Type": "multipart/form-data; boundary=b"}
    page = owner.ask("POST", "/carga", kind, content=body)
    assert page.status == 422
    assert page.error_of("files") == "La carga no trae ningún archivo. Adjunta al menos un XML o un ZIP."
    assert page.every("//input[@id='files'][@aria-invalid='true']")


def test_over_the_limit_nothing_is_kept_and_how_many_fit_is_told(stage: Stage, owner: Browser) -> None:

    with stage.product.horux.gateways.memory().transaction() as tables:
        tables["tenants"][stage.tenant] = replace(tables["tenants"][stage.tenant], cfdi_limit_override=2)
    page = sent(owner, ("a.xml", own(1)), ("b.xml", own(2)))
    assert page.status == 422
    alert = " ".join(page.texts("//*[@role='alert']"))
    assert "No se cargó nada. Límite de CFDIs alcanzado (1/2). Contacta soporte para upgrade. Caben 1" in alert
    assert "1 de 2 CFDI" in page.text
    assert len(owner.get("/cfdi").every("//tbody/tr")) == 1
    assert not owner.get("/carga").texts("//ol[@class='agenda']/li")[1:]


def test_too_much_is_refused_in_its_frame(owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("horux_http.fiscal.pages_carga.MAX_BODY", 1024)
    page = sent(owner, ("a.xml", b"x" * 2000))
    assert (page.status, page.h1) == (422, "Cargar CFDI")
    assert "No se cargó nada." in " ".join(page.texts("//*[@role='alert']"))


def test_while_it_goes_on_the_page_asks_again(stage: Stage, owner: Browser) -> None:
    going = a_job(stage, state=JobState.PROCESANDO)
    page = owner.get(f"/carga/{going.id}")
    (section,) = page.every("//section[@id='avance'][@hx-get][@data-live]")
    assert section.get("hx-get") == f"/carga/{going.id}"
    assert page.every("//progress[@max='40'][@value='10']")
    assert page.every(f"//a[@href='/carga/{going.id}'][text()='Actualizar']")
    assert "En curso" in page.text
    assert "En cola" in owner.get(f"/carga/{JOB}").text


def test_one_that_failed_says_what_was_kept(stage: Stage, owner: Browser) -> None:
    kept = Outcome(3, rejected=(Rejected("a.xml", "x", "Motivo."),)).plain()
    lost = a_job(stage, state=JobState.FALLIDO, error="Se perdió.", outcome={"code": "carga-perdida", KEPT: kept})
    page = owner.get(f"/carga/{lost.id}")
    assert "La carga se detuvo. Se perdió." in page.text
    assert tally(page)[1] == "3"
    over = {"code": "plan-limit-reached", "limit": 100, "current": 60}
    full = a_job(stage, state=JobState.FALLIDO, error="Límite.", outcome=over)
    page = owner.get(f"/carga/{full.id}")
    assert "No se cargó nada. Límite. Caben 40 CFDI más." in page.text
    assert not tally(page)


def test_many_files_are_told_fifty_a_page(stage: Stage, owner: Browser) -> None:
    many = Outcome(0, rejected=tuple(Rejected(f"{n}.xml", "x", "Motivo.") for n in range(1_200)))
    job = a_job(stage, state=JobState.TERMINADO, outcome=many.plain())
    page = owner.get(f"/carga/{job.id}")
    assert len(page.every("//tbody/tr")) == 50
    (to,) = page.every("//a[@rel='next']/@href")
    assert owner.get(to).texts("//tbody/tr")[0].startswith("Rechazado50.xml")
    assert len(page.html) < 150_000
    assert "Se nombran los primeros 1,000" in page.text
    assert owner.get(f"/carga/{job.id}?desde=-1").status == 200


def test_other_loads_are_not_there(stage: Stage, owner: Browser) -> None:
    strange = a_job(stage, tenant=TenantId(UUID(int=9)))
    other_kind = a_job(stage, kind="revision-alertas")
    for ident in (strange.id, other_kind.id, uuid4(), "x"):
        assert owner.get(f"/carga/{ident}").status == 404
        assert owner.get(f"/carga/{ident}/resultado").status == 404


def test_without_a_subscription_the_form_is_shut(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "paused")
    page = browser(stage, "owner").get("/carga")
    assert page.every("//input[@id='files'][@disabled]")
    assert page.every("//form[@data-drop]//button[@disabled]")
    assert page.every("//form[@data-drop]//a[@href='/configuracion#pagar']")
    before = stage.kept_but_the_trail()
    refused = sent(browser(stage, "owner"), ("a.xml", own(1)))
    assert (refused.status, stage.kept_but_the_trail() == before) == (422, True)
    assert tally(browser(stage, "operator-viewing").follow(sent(browser(stage, "operator-viewing"), ("a.xml", own(1)))))
