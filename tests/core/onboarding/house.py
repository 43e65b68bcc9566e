"""The whole of onboarding on adapters in memory, any of which a test may replace by one that fails."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from contracts.clients import NOW, OPERATOR, a_client
from horux_adapters.memory.billing import MemorySubscriptions
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_adapters.memory.database_servers import MemoryDatabaseServers
from horux_adapters.memory.fiel import MemoryFielVault
from horux_adapters.memory.identity import MemoryDirectory
from horux_adapters.memory.ledger import MemoryPrices
from horux_adapters.memory.moving import MemoryTenantMoves
from horux_adapters.memory.onboarding import MemoryRuns, MemoryRunTransaction, MemoryTenantFiles
from horux_adapters.memory.outbox import MemoryDeliveries, MemoryOutbox
from horux_adapters.memory.payment_gateway import MemoryPaymentGateway
from horux_adapters.memory.tenancy import MemoryRegistry, MemoryTenantDatabases
from horux_core.billing.gateway import Agreement
from horux_core.billing.model import Subscription
from horux_core.identity.ports import DirectoryTransaction
from horux_core.kernel.events import Event
from horux_core.kernel.ids import RunId, TenantId
from horux_core.onboarding.deprovisioning import CompleteDeparture, DeprovisionTenant
from horux_core.onboarding.holdings import Holdings
from horux_core.onboarding.model import NewClient, Provisioned, Run, RunState, Step
from horux_core.onboarding.moving import MoveTenant, SettleMove
from horux_core.onboarding.provisioning import ProvisionTenant
from horux_core.onboarding.recovering import RecoverRuns
from horux_core.onboarding.undoing import UndoRun
from horux_core.outbox.ports import Outbox
from horux_core.tenancy.model import Tenant


class Killed(BaseException):
    """The process ends here: nothing that runs afterwards is part of it."""


class Broken(RuntimeError):
    """The world said no."""


@dataclass
class Faults:
    """At which of its own acts each adapter fails, and how: before it acts, or after it has."""

    before: dict[Step, BaseException] = field(default_factory=dict)
    after: dict[Step, BaseException] = field(default_factory=dict)
    undo: BaseException | None = None

    def at(self, step: Step, act: Callable[[], None]) -> None:
        if step in self.before:
            raise self.before[step]
        act()
        if step in self.after:
            raise self.after[step]


class FaultyDatabases(MemoryTenantDatabases):
    def __init__(self, control: MemoryDatabase, faults: Faults) -> None:
        super().__init__(control)
        object.__setattr__(self, "faults", faults)

    faults: Faults

    def create(self, tenant: Tenant) -> None:
        self.faults.at(Step.BASE, lambda: MemoryTenantDatabases.create(self, tenant))

    def drop(self, tenant: Tenant) -> None:
        if self.faults.undo is not None:
            raise self.faults.undo
        MemoryTenantDatabases.drop(self, tenant)

    def retire(self, tenant: Tenant, retired_name: str) -> None:
        self.faults.at(Step.RETIRO, lambda: MemoryTenantDatabases.retire(self, tenant, retired_name))


class FaultySubscriptions(MemorySubscriptions):
    def __init__(self, control: MemoryDatabase, faults: Faults) -> None:
        super().__init__(control)
        object.__setattr__(self, "faults", faults)

    faults: Faults

    def open(self, subscription: Subscription) -> None:
        step = Step.SUSCRIPCION if subscription.payment_link is None else Step.LIGA
        self.faults.at(step, lambda: MemorySubscriptions.open(self, subscription))


class FaultyLinks(MemoryPaymentGateway):
    def __init__(self, faults: Faults) -> None:
        super().__init__(lambda: NOW)
        self.faults = faults
        self.reasons: list[str] = []

    def open(self, subscription: Subscription, reason: str) -> Agreement | None:
        self.reasons.append(reason)
        link = super().open(subscription, reason)
        self.faults.at(Step.LIGA, lambda: None)
        return link

    def close(self, subscription: Subscription) -> None:
        self.faults.at(Step.COBRO, lambda: MemoryPaymentGateway.close(self, subscription))


class FaultyVault(MemoryFielVault):
    def __init__(self, faults: Faults) -> None:
        super().__init__()
        object.__setattr__(self, "faults", faults)

    faults: Faults

    def destroy(self, tenant: TenantId) -> bool:
        self.faults.at(Step.FIEL, lambda: None)
        return MemoryFielVault.destroy(self, tenant)


class FaultyDirectory(MemoryDirectory):
    """Fails as the store of people does while it takes the owner in, or lets everybody go."""

    def __init__(self, control: MemoryDatabase, faults: Faults, step: Callable[[], Step | None]) -> None:
        super().__init__(control)
        object.__setattr__(self, "faults", faults)
        object.__setattr__(self, "now", step)

    faults: Faults
    now: Callable[[], Step | None]

    def transaction(self) -> AbstractContextManager[DirectoryTransaction]:  # type: ignore[override]
        step = self.now()
        if step in (Step.USUARIO, Step.ACCESOS) and step in self.faults.before:
            raise self.faults.before.pop(step)
        return MemoryDirectory.transaction(self)


class FaultyOutbox(MemoryOutbox):
    def __init__(self, tables: Tables, faults: Faults) -> None:
        super().__init__(tables, lambda: NOW)
        object.__setattr__(self, "faults", faults)

    faults: Faults

    def put(self, event: Event) -> None:
        self.faults.at(Step.BIENVENIDA, lambda: MemoryOutbox.put(self, event))


class WatchedRuns(MemoryRuns):
    """Remembers the step recorded last, and lets the process die right after a step was recorded."""

    def __init__(self, control: MemoryDatabase, outbox: Callable[[Tables], Outbox]) -> None:
        super().__init__(control, outbox)
        self.current: Step | None = None
        self.killed_at: Step | None = None
        self.refused_at: Step | None = None
        self.ended_at: Step | None = None
        self.answer_lost = False

    @contextmanager
    def transaction(self) -> Iterator[MemoryRunTransaction]:
        with super().transaction() as tx:
            yield tx
        if self.answer_lost and self.current is Step.BIENVENIDA:
            self.answer_lost = False
            raise Broken("el servidor guardó y no se supo")

    def step(self, run: RunId, step: Step) -> None:
        if step is self.refused_at:
            raise Broken("no se puede anotar")
        super().step(run, step)
        self.current = step
        if step is self.killed_at:
            raise Killed
        if step is self.ended_at:
            with super().transaction() as tx:
                tx.runs.end(run, RunState.DESHECHA, step)


class House:
    """Everything there is, in one place."""

    def __init__(self) -> None:
        self.control = MemoryDatabase()
        self.faults = Faults()
        self.links = FaultyLinks(self.faults)
        self.vault = FaultyVault(self.faults)
        self.files = MemoryTenantFiles()
        self.moment = NOW
        self.runs = WatchedRuns(self.control, lambda tables: FaultyOutbox(tables, self.faults))
        self.registry = MemoryRegistry(self.control, lambda tables: FaultyOutbox(tables, self.faults))
        self.directory = FaultyDirectory(self.control, self.faults, lambda: self.runs.current)
        self.subscriptions = FaultySubscriptions(self.control, self.faults)
        self.databases = FaultyDatabases(self.control, self.faults)
        self.prices = MemoryPrices(self.control)
        holdings = Holdings(self.databases, self.directory, self.subscriptions, self.links)
        self.undo = UndoRun(self.runs, holdings)
        self.complete = CompleteDeparture(self.runs, holdings, self.vault, self.files)
        self.provision = ProvisionTenant(self.runs, holdings, self.undo, self._clock, self.prices)
        self.servers = MemoryDatabaseServers(self.control)
        self.moves = MemoryTenantMoves()
        self.move = MoveTenant(self.runs, self.registry, self.servers, self.moves, self._clock)
        self.deprovision = DeprovisionTenant(self.runs, self.registry, self.complete, self._clock)
        self.recover = RecoverRuns(self.runs, self.undo, self.complete, SettleMove(self.runs, self.moves))

    def _clock(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment

    def take_in(self, client: NewClient | None = None) -> Provisioned:
        return self.provision(OPERATOR, client or a_client())

    def let_go(self, rfc: str) -> None:
        self.deprovision(OPERATOR, rfc)

    def healed(self) -> None:
        """The world works again."""
        self.faults.before.clear()
        self.faults.after.clear()
        self.faults.undo = None
        self.runs.killed_at = self.runs.refused_at = self.runs.current = None

    def left(self) -> dict[str, int]:
        """How many rows of each kind there are: of databases, agreements and mails waiting too."""
        tables = ("tenants", "users", "memberships", "subscriptions", "databases", "outbox")
        found = {table: len(self.control.tables[table]) for table in tables}
        return {**found, "agreements": len(self.links.standing)}

    def events(self) -> list[Event]:
        deliveries, found = MemoryDeliveries(self.control), []
        while (delivery := deliveries.claim(None, NOW)) is not None:
            found.append(delivery.event)
        return found


NOTHING = dict.fromkeys(("tenants", "users", "memberships", "subscriptions", "databases", "outbox", "agreements"), 0)


def the_run(house: House) -> Run:
    (run,) = house.control.tables["provisioning_runs"].values()
    assert isinstance(run, Run)
    return run
