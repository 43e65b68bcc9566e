"""Letting a client go (SPEC 2.6): a run that is always carried to its end, now or by recovery."""

from dataclasses import dataclass
from uuid import uuid4

from horux_core.fiel.ports import FielVault
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import RunId, TenantId
from horux_core.onboarding.attempting import Attempt
from horux_core.onboarding.errors import DeprovisioningUnfinished
from horux_core.onboarding.holdings import Holdings
from horux_core.onboarding.model import BAJA, Run, RunKind, RunState, Step
from horux_core.onboarding.ports import Runs, TenantFiles
from horux_core.onboarding.undoing import held_open
from horux_core.tenancy.deeds import BAJA as DADA_DE_BAJA
from horux_core.tenancy.deeds import deed
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.listing import live, missing
from horux_core.tenancy.model import TenantState
from horux_core.tenancy.ports import Registry

_RETRY_AFTER = 60


@dataclass(frozen=True, slots=True)
class CompleteDeparture:
    """Take the steps of letting a client go, from the one recorded last. Each may be taken again.

    From the first on nobody sees the client, so that nothing new is paid, kept or uploaded behind the steps' back.
    What a step raises passes; the run is open then, and its last step recorded. `by` is who asked for it, and is in
    the audit trail from the moment the client is closed.
    """

    runs: Runs
    holdings: Holdings
    vault: FielVault
    files: TenantFiles

    def __call__(self, run: Run, by: Actor | None = None) -> None:
        with self.runs.transaction() as tx:
            stored = tx.runs.lock(run.id)
        if stored.state is not RunState.ABIERTA:
            return
        for step in BAJA[BAJA.index(stored.step) if stored.step else 0 :]:
            self.runs.step(run.id, step)
            self._take(step, stored, by or Actor.system())

    def _take(self, step: Step, run: Run, by: Actor) -> None:
        match step:
            case Step.COBRO:
                self._close(run, by)
                self._stop_charging(run.tenant)
            case Step.FIEL:
                self.vault.destroy(run.tenant)
            case Step.ACCESOS:
                with self.holdings.directory.transaction() as tx:
                    tx.memberships.remove_tenant(run.tenant)
            case Step.RETIRO:
                self._retire(run)

    def _close(self, run: Run, by: Actor) -> None:
        """Raises TenantMissing, and ends the run, when another has let the client go meanwhile."""
        with self.runs.transaction() as tx:
            held_open(tx, run.id)
            tenant = tx.tenants.lock(run.tenant)
            here = tenant.state in (TenantState.LIVE, TenantState.DEPROVISIONING)
            if here:
                if tenant.state is TenantState.LIVE:
                    tx.audit.record(deed(by, tenant.id, DADA_DE_BAJA, "DELETE", f"/api/tenants/{tenant.rfc}"))
                tx.tenants.save(tenant.closing())
            else:
                tx.runs.end(run.id, RunState.DESHECHA, Step.COBRO)
        if not here:
            raise missing()

    def _stop_charging(self, tenant: TenantId) -> None:
        subscription = self.holdings.subscriptions.live(tenant)
        if subscription is not None:
            self.holdings.links.close(subscription)
        self.holdings.subscriptions.cancel(tenant)

    def _retire(self, run: Run) -> None:
        with self.runs.transaction() as tx:
            tenant = tx.tenants.lock(run.tenant)
        retired = self.holdings.databases.retired_name(tenant, run.stamp)
        self.files.remove(tenant)
        self.holdings.databases.retire(tenant, retired)
        with self.runs.transaction() as tx:
            held_open(tx, run.id)
            tx.tenants.save(tx.tenants.lock(run.tenant).deleted(retired))
            tx.runs.end(run.id, RunState.TERMINADA, None)


@dataclass(frozen=True, slots=True)
class DeprovisionTenant:
    """Let a client go: its RFC is free as soon as this returns.

    Raises ReauthenticationRequired; TenantMissing; RunInProgress; DeprovisioningUnfinished, with the fact
    `failedStep`, when a step failed: the client is closed then, and recovery does the rest.
    """

    runs: Runs
    registry: Registry
    complete: CompleteDeparture
    clock: Clock

    def __call__(self, actor: Actor, rfc: str) -> None:
        actor.require(Permission.OPERATE)
        actor.require_fresh()
        tenant = live(self.registry, rfc)
        run = Run(RunId(uuid4()), RunKind.BAJA, tenant.id, str(tenant.rfc), RunState.ABIERTA, None, None, self.clock())
        attempt = Attempt()
        with self.runs.begin(run):
            with attempt:
                self.complete(run, actor)
            if isinstance(attempt.error, TenantMissing):
                raise attempt.error
            if attempt.error is not None:
                step = self._reached(run.id)
                raise DeprovisioningUnfinished(
                    f"La baja se detuvo en el paso «{step.value}» y se completará sola. La empresa ya no tiene acceso.",
                    failedStep=step.value,
                    retryAfter=_RETRY_AFTER,
                ) from attempt.error

    def _reached(self, run: RunId) -> Step:
        with self.runs.transaction() as tx:
            return tx.runs.lock(run).step or BAJA[0]
