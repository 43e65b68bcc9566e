"""Undoing what a run of taking a client in has done."""

from dataclasses import dataclass

from horux_core.identity.errors import UserMissing
from horux_core.kernel.ids import RunId, TenantId, UserId
from horux_core.onboarding.errors import RunLost
from horux_core.onboarding.holdings import Holdings
from horux_core.onboarding.model import ALTA, Run, RunState, Step
from horux_core.onboarding.ports import Runs, RunTransaction
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import Tenant


@dataclass(frozen=True, slots=True)
class UndoRun:
    """Undo the recorded steps of an open run in reverse, whoever took them, and close it; again does no harm.

    Gives the state it found the run in: ABIERTA when it was undone here, and else there was nothing to undo. What an
    undo raises passes, and then the run stays open.
    """

    runs: Runs
    holdings: Holdings

    def __call__(self, run: RunId, failed_step: Step | None = None) -> RunState:
        stored, tenant = self._found(run)
        if stored.state is not RunState.ABIERTA:
            return stored.state
        # The row goes last: while it is there the RFC, and so the name of the database, is this run's alone.
        if tenant is not None and stored.step is not None:
            for step in reversed(ALTA[1 : ALTA.index(stored.step) + 1]):
                self._undo(step, stored, tenant)
        with self.runs.transaction() as tx:
            tx.tenants.remove(stored.tenant)
            tx.runs.end(run, RunState.DESHECHA, failed_step or stored.step)
        return RunState.ABIERTA

    def _found(self, run: RunId) -> tuple[Run, Tenant | None]:
        """Both, once the last transaction of a process that died has ended: each of those holds one of the two."""
        with self.runs.transaction() as tx:
            stored = tx.runs.lock(run)
            try:
                return stored, tx.tenants.lock(stored.tenant)
            except TenantMissing:
                return stored, None

    def _undo(self, step: Step, run: Run, tenant: Tenant) -> None:
        match step:
            case Step.LIGA:
                self._unlinked(tenant.id)
            case Step.SUSCRIPCION:
                self.holdings.subscriptions.remove(tenant.id)
            case Step.USUARIO:
                self._left(tenant.id, run.owner)
            case Step.BASE:
                self.holdings.databases.drop(tenant)

    def _unlinked(self, tenant: TenantId) -> None:
        subscription = self.holdings.subscriptions.live(tenant)
        if subscription is not None and subscription.asks_for_link:
            self.holdings.links.close(subscription)

    def _left(self, tenant: TenantId, owner: UserId) -> None:
        """The user goes too if this run made it, unless it has come to own another client meanwhile."""
        with self.holdings.directory.transaction() as tx:
            try:
                tx.users.lock(owner)
            except UserMissing:
                tx.memberships.remove_tenant(tenant)
                return
            tx.memberships.remove_tenant(tenant)
            if not tx.memberships.of_user(owner):
                tx.users.remove(owner)


def held_open(tx: RunTransaction, run: RunId) -> None:
    """Keep the run from being ended by another until this transaction has ended. Raises RunLost when it was."""
    if tx.runs.lock(run).state is not RunState.ABIERTA:
        raise lost()


def lost() -> RunLost:
    return RunLost("Se perdió la conexión a media alta y otro proceso la deshizo. Intenta de nuevo.", retryAfter=30)
