"""A judgement that somebody else changed since its page was opened is not written over."""

from collections.abc import Iterator

import pytest

from contracts.routes import CLIENT
from contracts.samples import an_xml
from horux_core.plans.model import Plan
from tests.http.paged import browser
from tests.http.stage import Stage, staged

GASTO = "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b7c02"


@pytest.fixture
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as built:
        built.put_back(Plan.ENTERPRISE, "authorized")
        content = an_xml(uuid=GASTO, rfc_receptor=CLIENT, rfc_emisor="URE180429TM6", fecha="2026-01-15T10:00:00")
        headers = {**built.credentials["owner"], "Content-Type": "application/xml"}
        assert built.product.http.post("/api/cfdi/", content=content, headers=headers).status_code == 201
        yield built


def kept(stage: Stage) -> str:
    found = stage.product.http.get(f"/api/cfdi/{GASTO}", headers=stage.credentials["owner"]).json()
    return str(found["acreditablePct"])


def test_a_judgement_of_somebody_else_meanwhile_is_not_overwritten(stage: Stage) -> None:
    owner = browser(stage, "owner")
    fields = {"estado": "vigente", "fechaCancelacion": "", "destinoIva": "mixto", "acreditablePct": "8.5"}
    seen = owner.get(f"/cfdi/{GASTO}").value_of("visto")
    browser(stage, "contador").done(f"/cfdi/{GASTO}", {**fields, "visto": seen, "acreditablePct": "40"})
    typo = owner.submit(f"/cfdi/{GASTO}", {**fields, "visto": seen, "acreditablePct": "x"})
    assert typo.value_of("visto") == seen
    refused = owner.submit(f"/cfdi/{GASTO}", {**fields, "visto": seen})
    assert refused.status == 422
    assert "Alguien cambió esto desde que abriste la página" in refused.text
    assert refused.value_of("acreditablePct") == "8.5"
    assert refused.texts("//*[@id='ahora']") == ["Ahora dice: porcentaje acreditable 40."]
    assert kept(stage) == "40.00"
    owner.done(f"/cfdi/{GASTO}", {**fields, "visto": refused.value_of("visto")})
    assert kept(stage) == "8.50"
