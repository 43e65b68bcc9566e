"""Schemathesis over the API's own document, as each who may ask: it keeps every word of it. PROOF=full asks more."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from schemathesis import GenerationMode

from contracts.routes import ACTORS, KEYS
from horux_core.fiscal.cfdi.listing import ListCfdis
from horux_core.identity.model import Actor
from horux_core.plans.model import Plan
from tests.http.promised import FULL, SEED, Asked, Asking, Operation, operations, passing, promised
from tests.http.stage import Stage, staged

DOCUMENT = json.loads((Path(__file__).resolve().parents[2] / "contracts" / "openapi.json").read_bytes())
OPERATIONS = operations(promised(DOCUMENT))
ALL = (*ACTORS, *KEYS)
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
INSIDE, OUTSIDE, TOGETHER = (60, 12, 2_000) if FULL else (5, 2, 120)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as built:
        yield built


def said(asked: Asked) -> str:
    print(f"{asked.sent} solicitudes, semilla {SEED}: {dict(asked.statuses)}")
    return asked.told()


@pytest.mark.parametrize("label", OPERATIONS)
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
def test_every_answer_is_as_the_document_says(stage: Stage, label: str, mode: GenerationMode) -> None:
    inside = sorted(passing(label))
    outside = [who for who in ALL if who not in inside]
    asking, operation = Asking(stage), OPERATIONS[label]
    assert said(asking.cases(operation, inside, mode, INSIDE)) == ""
    if outside:
        assert said(asking.cases(operation, outside, mode, OUTSIDE)) == ""


@pytest.mark.parametrize("label", ["GET /api/fiel", "DELETE /api/fiel", "GET /api/suscripcion"])
def test_what_a_client_does_not_have_is_documented_too(stage: Stage, label: str) -> None:
    stage.put_back(Plan.ENTERPRISE, "none")
    stage.product.http.delete("/api/fiel", headers=dict(stage.credentials["operator-viewing"]))
    asked = Asking(stage, fresh=False).cases(OPERATIONS[label], ["owner"], GenerationMode.POSITIVE, 1)
    assert (said(asked), set(asked.statuses)) == ("", {404})


ENDS = ("POST /api/auth/logout", "DELETE /api/auth/sesiones", "POST /api/auth/password", "POST /api/auth/switch")
"""They end the sessions that the others ask with."""


@pytest.mark.parametrize("who", ["owner", "contador", "operator", "operator-viewing", "key-cfdi:write"])
def test_what_one_request_left_breaks_none_of_the_next(stage: Stage, who: str) -> None:
    Asking(stage).cases(OPERATIONS["GET /api/health"], [who], GenerationMode.POSITIVE, 1)
    open_to = [each for label, each in OPERATIONS.items() if who in passing(label) and label not in ENDS]
    strategy = st.one_of([each.as_strategy(mode) for each in open_to for mode in MODES if _varies(each, mode)])
    assert said(Asking(stage, fresh=False).all_of(strategy, [who], TOGETHER)) == ""


def _varies(operation: Operation, mode: GenerationMode) -> bool:
    """Whether anything about it can be wrong at all."""
    return mode is GenerationMode.POSITIVE or bool(operation.body or operation.query)


class TestTheProof:
    """What is wrong on purpose is seen."""

    def wrong(
        self, stage: Stage, label: str, document: Any = DOCUMENT, who: str = "owner", mode: GenerationMode = MODES[0]
    ) -> str:
        return " ".join(Asking(stage).cases(operations(promised(document))[label], [who], mode, 12).wrong)

    def test_sees_a_fault_of_ours(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: object) -> None:
            raise RuntimeError

        monkeypatch.setattr(ListCfdis, "__call__", broken)
        assert "Server error (500)" in self.wrong(stage, "GET /api/cfdi")

    def test_sees_a_status_that_is_not_in_the_document(self, stage: Stage) -> None:
        document = json.loads(json.dumps(DOCUMENT))
        del document["paths"]["/api/cfdi/{uuid}"]["get"]["responses"]["404"]
        assert "Undocumented status code (404)" in self.wrong(stage, "GET /api/cfdi/{uuid}", document)

    def test_sees_a_shape_that_is_not_in_the_document(self, stage: Stage) -> None:
        document = json.loads(json.dumps(DOCUMENT))
        document["components"]["schemas"]["UserOut"]["required"].append("apodo")
        assert "Response violates schema (200)" in self.wrong(stage, "GET /api/auth/me", document)

    def test_sees_what_is_taken_although_the_document_forbids_it(self, stage: Stage) -> None:
        document = json.loads(json.dumps(DOCUMENT))
        (limit,) = (each for each in document["paths"]["/api/usuarios"]["get"]["parameters"] if each["name"] == "limit")
        limit["required"] = True
        told = self.wrong(stage, "GET /api/usuarios", document, mode=GenerationMode.NEGATIVE)
        assert "Schema-violating request accepted (200)" in told

    def test_sees_a_route_that_lets_a_stranger_in(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.wrong(stage, "GET /api/cfdi", who="key-reportes:read") == ""
        monkeypatch.setattr(Actor, "require_scope", lambda *_: None)
        assert "let in key-reportes:read" in self.wrong(stage, "GET /api/cfdi", who="key-reportes:read")
