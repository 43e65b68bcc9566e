"""The API asked with what its own document allows and forbids; and what is wrong in its answers."""

import json
import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks as promises
from schemathesis.transport.requests import REQUESTS_TRANSPORT

from contracts.routes import ACTORS, KEYS, TABLE, Row
from horux_core.plans.model import Plan
from tests.http.stage import Stage

FULL = os.environ.get("PROOF") == "full"
SEED = random.SystemRandom().randrange(2**32) if FULL else 7
"""In CI the same cases each time."""

Operation = APIOperation[Any, Any, Any, Any]
AnyCase = Case[Any]
CHECKS: tuple[CheckFunction, ...] = (
    schemathesis.checks.not_a_server_error,
    promises.status_code_conformance,
    promises.content_type_conformance,
    promises.response_headers_conformance,
    promises.response_schema_conformance,
    promises.negative_data_rejection,
)


def promised(document: Mapping[str, Any]) -> schemathesis.BaseSchema:
    """The document without its `default` answers, which would let any status pass for a documented one.

    Nor does it say that it wants a credential: who asks is chosen here, and not left out at random.
    """
    strict = json.loads(json.dumps(document))
    strict.pop("security", None)
    strict["components"].pop("securitySchemes", None)
    for item in strict["paths"].values():
        for operation in item.values():
            operation["responses"].pop("default", None)
            operation.pop("security", None)
    return schemathesis.openapi.from_dict(strict)


def operations(schema: schemathesis.BaseSchema) -> dict[str, Operation]:
    found: list[Any] = list(schema.get_all_operations())
    return {operation.label: operation for operation in (each.ok() for each in found)}


def passing(label: str) -> frozenset[str]:
    """Who is let into a route, by the table of routes; all, into one that has no row."""
    row = next((row for row in TABLE if row.route == label), None)
    if row is None or "anonymous" in row.passes:
        return frozenset({*ACTORS, *KEYS})
    return row.passes | {who for who, scope in KEYS.items() if scope is row.scope}


@dataclass
class Asked:
    """How many cases were sent, and what was wrong: each fault once, with a request that shows it."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)

    def told(self) -> str:
        return "\n".join(f"{fault}\n    {shown}" for fault, shown in sorted(self.wrong.items()))


@dataclass(frozen=True)
class Asking:
    """`fresh` puts everything back before each request; without it one finds what the others left."""

    stage: Stage
    fresh: bool = True

    def cases(self, operation: Operation, who: Iterable[str], mode: GenerationMode, count: int) -> Asked:
        """So many of them, each as somebody else in turn; none where nothing can be wrong, or all is."""
        row = next((row for row in TABLE if row.route == operation.label), None)
        known = _filled(row, self.stage) if row is not None else {}
        strategy = operation.as_strategy(mode)
        if known:
            strategy = operation.as_strategy(mode, path_parameters=known) | strategy
        return self.all_of(strategy, who, count)

    def all_of(self, strategy: SearchStrategy[AnyCase], who: Iterable[str], count: int) -> Asked:
        asked, actors = Asked(), list(who)

        @seed(SEED)
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def run(case: AnyCase) -> None:
            self.ask(asked, case, actors[asked.sent % len(actors)])

        with suppress(Unsatisfiable):
            run()
        return asked

    def ask(self, asked: Asked, case: AnyCase, who: str) -> None:
        if self.fresh:
            self.stage.put_back(Plan.ENTERPRISE, "authorized")
        asked.sent += 1
        response = self.sent(case, who)
        asked.statuses[response.status_code] += 1
        for title, shown in self.faults(case, response):
            asked.wrong.setdefault(f"{case.operation.label}: {title}", f"{who}: {shown}")
        if response.status_code < 400 and who not in passing(case.operation.label):
            asked.wrong.setdefault(f"{case.operation.label}: let in {who}", response.text[:300])

    def sent(self, case: AnyCase, who: str) -> Response:
        kwargs = REQUESTS_TRANSPORT.serialize_case(case, base_url="http://testserver.local")
        kwargs["headers"] = {**(kwargs.get("headers") or {}), **self.stage.credentials[who]}
        kwargs["headers"].pop("User-Agent", None)
        prepared = requests.Request(**{k: v for k, v in kwargs.items() if k in _REQUEST}).prepare()
        body: Any = prepared.body
        headers = [(name, str(value)) for name, value in prepared.headers.items()]
        answer = self.stage.product.http.request(
            prepared.method or "", prepared.url or "", headers=headers, content=body
        )
        return Response.from_any(answer)

    def faults(self, case: AnyCase, response: Response) -> Iterator[tuple[str, str]]:
        try:
            case.validate_response(response, checks=list(CHECKS))
        except FailureGroup as group:
            for failure in group.exceptions:
                title = f"{failure.title} ({response.status_code})"
                if not _excepted(case, response, failure.title):
                    yield title, f"{failure.message[:300]!r} {case.as_curl_command()[:900]} -> {response.text[:300]}"


def _excepted(case: AnyCase, response: Response, title: str) -> bool:
    """Where the checks are wrong.

    A body past the limit is refused with 413, which they take for accepted. On the wire of a form any value is a
    file's bytes, and what is wrong with one of many files is told of it in the answer, and does not refuse the rest.
    """
    if title != "Schema-violating request accepted":
        return False
    of_many = case.operation.label in ("POST /api/cfdi/bulk", "POST /api/xml-sat/paquetes")
    return response.status_code == 413 or (of_many and case.media_type == "multipart/form-data")


_REQUEST = frozenset({"method", "url", "headers", "files", "data", "json", "params", "auth", "cookies"})


def _filled(row: Row, stage: Stage) -> dict[str, str]:
    """What fills the gaps of a route in the table's own request."""
    template = row.route.partition(" ")[2].split("/")
    address = row.address.format(**stage.known).partition("?")[0].split("/")
    return {name[1:-1]: value for name, value in zip(template, address, strict=True) if name.startswith("{")}
