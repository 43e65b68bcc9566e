"""Looking at everything an operator would."""

from collections.abc import Iterator
from dataclasses import dataclass

from horux_core.diagnosis.model import Check, Finding, Verdict
from horux_core.kernel.errors import HoruxError


@dataclass(frozen=True, slots=True)
class Diagnose:
    """Every check, in order: what keeps one from being made is a finding too, and stops no other."""

    checks: tuple[Check, ...]

    def __call__(self) -> Iterator[Finding]:
        for check in self.checks:
            try:
                yield check()
            except HoruxError as error:
                yield Finding(check.name, Verdict.FALLA, f"No se pudo revisar: {error}", "Corrige eso y repite.")
