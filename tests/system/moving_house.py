"""Moves a client and waits to be killed once the step it is told was recorded. Run as a program."""

import json
import os
import sys
import time
from dataclasses import dataclass

from dependency_injector import providers

from horux_adapters.container.horux import opened
from horux_adapters.container.settings import from_environment
from horux_adapters.postgres.onboarding import PostgresRuns
from horux_adapters.postgres.outbox import PostgresOutbox
from horux_core.identity.model import Actor
from horux_core.kernel.ids import RunId
from horux_core.onboarding.model import Step


@dataclass(frozen=True, slots=True)
class StoppingRuns(PostgresRuns):
    """Tells on standard output that a step was recorded, and waits there."""

    stop_at: Step | None = None

    def step(self, run: RunId, step: Step) -> None:
        PostgresRuns.step(self, run, step)
        if step is self.stop_at:
            sys.stdout.write("detenido\n")
            sys.stdout.flush()
            time.sleep(120)


def main() -> None:
    asked = json.loads(os.environ["HORUX_PRUEBA"])
    with opened(from_environment()) as product:
        g = product.gateways
        stop_at = Step(asked["stop_at"]) if asked["stop_at"] else None
        runs = StoppingRuns(g.control_database(), PostgresOutbox, g.dsns().direct, stop_at)
        g.runs.override(providers.Object(runs))
        move = product.use_cases.move_tenant()
        sys.stdout.write("listo\n")
        sys.stdout.flush()
        move(Actor.system(), asked["rfc"], asked["target"])


if __name__ == "__main__":
    main()
