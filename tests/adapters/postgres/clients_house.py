"""The whole of onboarding over a real server, built anew in any process.

Run as a program it takes a client in or lets it go, and waits to be killed after recording the step it is told.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from contracts.clients import OPERATOR, a_client
from horux_adapters.memory.fiel import MemoryFielVault
from horux_adapters.memory.onboarding import MemoryTenantFiles
from horux_adapters.memory.payment_gateway import MemoryPaymentGateway
from horux_adapters.postgres.billing import PostgresSubscriptions
from horux_adapters.postgres.children import Programs
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.databases import PostgresTenantDatabases, Server
from horux_adapters.postgres.identity import PostgresDirectory
from horux_adapters.postgres.ledger import PostgresPrices
from horux_adapters.postgres.moving import PostgresTenantMoves
from horux_adapters.postgres.onboarding import PostgresRuns
from horux_adapters.postgres.outbox import PostgresOutbox
from horux_adapters.postgres.servers import PostgresServers
from horux_adapters.postgres.template import TenantTemplate
from horux_adapters.postgres.tenancy import PostgresRegistry
from horux_core.kernel.ids import RunId
from horux_core.onboarding.deprovisioning import CompleteDeparture, DeprovisionTenant
from horux_core.onboarding.holdings import Holdings
from horux_core.onboarding.model import Step
from horux_core.onboarding.moving import SettleMove
from horux_core.onboarding.provisioning import ProvisionTenant
from horux_core.onboarding.recovering import RecoverRuns
from horux_core.onboarding.undoing import UndoRun

SECRET = b"secreto de las pruebas, 32 bytes"


@dataclass(frozen=True)
class Place:
    """Where the server, the central database and the template are."""

    central: str
    admin: str
    folder: str
    template: str


@dataclass(frozen=True, slots=True)
class StoppingRuns(PostgresRuns):
    """Tells on standard output that a step was recorded, and waits there to be killed."""

    stop_at: Step | None = None

    def step(self, run: RunId, step: Step) -> None:
        PostgresRuns.step(self, run, step)
        if step is self.stop_at:
            sys.stdout.write("detenido\n")
            sys.stdout.flush()
            time.sleep(60)


class PostgresHouse:
    def __init__(self, place: Place, stop_at: Step | None = None) -> None:
        self.control = ControlDatabase(place.central).open()
        template = TenantTemplate(place.admin, Path(place.folder), name=place.template)
        server = Server(PostgresServers(place.admin, template), place.admin)
        self.databases = PostgresTenantDatabases(self.control, {"principal": server}, SECRET)
        self.runs = StoppingRuns(self.control, PostgresOutbox, place.central, stop_at)
        self.registry = PostgresRegistry(self.control, PostgresOutbox)
        self.subscriptions = PostgresSubscriptions(self.control)
        clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731
        links = MemoryPaymentGateway(clock)
        holdings = Holdings(self.databases, PostgresDirectory(self.control), self.subscriptions, links)
        undo = UndoRun(self.runs, holdings)
        complete = CompleteDeparture(self.runs, holdings, MemoryFielVault(), MemoryTenantFiles())
        self.provision = ProvisionTenant(self.runs, holdings, undo, clock, PostgresPrices(self.control))
        self.deprovision = DeprovisionTenant(self.runs, self.registry, complete, clock)
        moves = PostgresTenantMoves(lambda: {"principal": place.admin}, place.admin, SECRET, Programs())
        self.recover = RecoverRuns(self.runs, undo, complete, SettleMove(self.runs, moves))

    def close(self) -> None:
        self.control.close()


def main() -> None:
    asked = json.loads(os.environ["HORUX_PRUEBA"])
    stop_at = Step(asked["stop_at"]) if asked["stop_at"] else None
    house = PostgresHouse(Place(**asked["place"]), stop_at)
    sys.stdout.write("listo\n")
    sys.stdout.flush()
    if asked["what"] == "alta":
        house.provision(OPERATOR, a_client(asked["rfc"], admin_email=asked["email"]))
    else:
        house.deprovision(OPERATOR, asked["rfc"])
    sys.stdout.write("hecho\n")


if __name__ == "__main__":
    main()
