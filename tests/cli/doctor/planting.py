"""Faults on the real parts, and what the doctor says of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from horux_adapters.container.doctor import diagnosis
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_core.diagnosis.model import Finding, Verdict
from tests.system.installation import Installation

CENTRAL = "horux360"


def found(installed: Installation, **settings: str) -> Mapping[str, Finding]:
    chosen = load({**installed.env, **settings})
    with opened(chosen) as product:
        return {finding.check: finding for finding in diagnosis(product, chosen)()}


@contextmanager
def planted(installed: Installation, fault: str, mending: str, database: str = CENTRAL) -> Iterator[None]:
    installed.statement(fault, database)
    try:
        yield
    finally:
        installed.statement(mending, database)


def seen(finding: Finding, verdict: Verdict, *words: str) -> None:
    assert finding.verdict is verdict, finding
    assert finding.advice
    for word in words:
        assert word in f"{finding.said} {finding.advice}", finding


def well(installed: Installation, name: str, **settings: str) -> None:
    assert found(installed, **settings)[name].verdict is Verdict.BIEN
