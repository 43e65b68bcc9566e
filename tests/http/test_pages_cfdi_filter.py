"""A filter that cannot be read: told in its place, and no file leaves for it."""

from collections.abc import Iterator

import pytest

from horux_core.plans.model import Plan
from tests.http.browsing import Browser
from tests.http.paged import browser
from tests.http.stage import staged


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        stage.put_back(Plan.ENTERPRISE, "authorized")
        yield browser(stage, "owner")


UNREADABLE = [
    ("desde=ayer", "desde"), ("desde=2026-02-01&hasta=2026-01-01", "hasta"), ("tipo=Z", "tipo"),
    ("metodoPago=PUD", "metodoPago"), ("estado=perdido", "estado"), ("direccion=arriba", ""), ("q=%00", "q"),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("query", "field"), UNREADABLE)
def test_a_filter_that_cannot_be_read_exports_nothing(owner: Browser, query: str, field: str, kind: str) -> None:
    page = owner.get(f"/cfdi/exportar?formato={kind}&{query}")
    assert (page.status, page.h1) == (422, "CFDI")
    assert page.texts("//*[@role='alert']")[0].startswith("No se exportó nada. ")
    assert not field or page.error_of(field)
    assert "content-disposition" not in page.answer.headers
    listed = owner.get(f"/cfdi?{query}")
    assert listed.status == 422
    assert not listed.every("//a[contains(@href, '/cfdi/exportar')]")
    assert listed.texts("//div[@id='lista']//*[@role='alert']")
    assert not listed.every("//table//td")
