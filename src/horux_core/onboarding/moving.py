"""Moving a client to another server: a run that is carried to its end or undone whole, now or by recovery."""

from dataclasses import dataclass
from uuid import uuid4

from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock
from horux_core.kernel.errors import HoruxError
from horux_core.kernel.ids import RunId
from horux_core.onboarding.attempting import Attempt
from horux_core.onboarding.errors import MoveFailed, MoveRefused, MoveUnfinished, RunLost
from horux_core.onboarding.model import Run, RunKind, RunState, Step
from horux_core.onboarding.ports import Runs, TenantMoves
from horux_core.tenancy.deeds import MUDANZA, deed
from horux_core.tenancy.listing import live, missing
from horux_core.tenancy.model import Tenant, TenantState
from horux_core.tenancy.ports import DatabaseServers, Registry
from horux_core.tenancy.servers import server_named

_RETRY_AFTER = 30


@dataclass(frozen=True, slots=True)
class SettleMove:
    """End an open run that moves a client: when the client has its new place, do the rest; else take all back.

    What an act raises passes, and then the run stays open, for recovery. Two may do it at once.
    """

    runs: Runs
    moves: TenantMoves

    def __call__(self, run: RunId, failed_step: Step | None = None) -> RunState:
        """How the run ended."""
        stored, tenant = self._found(run)
        if stored.state is RunState.DESHECHA:
            # Recovery took it for dead; who began it went on, and may have stopped the client again since.
            self.moves.undo(tenant, stored)
        if stored.state is not RunState.ABIERTA:
            return stored.state
        if tenant.server == stored.target:
            return self._finished(stored, tenant)
        self.moves.undo(tenant, stored)
        return self._ended(stored, RunState.DESHECHA, failed_step)

    def _found(self, run: RunId) -> tuple[Run, Tenant]:
        """Once the way back was recorded nobody gives the client its new place any more."""
        with self.runs.transaction() as tx:
            stored = tx.runs.lock(run)
            tenant = tx.tenants.lock(stored.tenant)
            if stored.state is RunState.ABIERTA and tenant.server != stored.target:
                tx.runs.step(run, Step.REGRESO)
        return stored, tenant

    def _finished(self, run: Run, tenant: Tenant) -> RunState:
        former = tenant.moved(run.source or tenant.server)
        for step, act in ((Step.APERTURA, self.moves.open), (Step.LIMPIEZA, self.moves.clear)):
            self.runs.step(run.id, step)
            act(former, run)
        return self._ended(run, RunState.TERMINADA, None)

    def _ended(self, run: Run, state: RunState, failed_step: Step | None) -> RunState:
        with self.runs.transaction() as tx:
            tx.runs.lock(run.id)
            tx.runs.end(run.id, state, failed_step or (None if state is RunState.TERMINADA else run.step))
        return state


@dataclass(frozen=True, slots=True)
class MoveTenant:
    """Put a client's database on another server. For as long as it is copied the client reads and does not write.

    Raises TenantMissing, ServerMissing or MoveRefused before anything is done; RunInProgress; MoveFailed: the client
    is where it was; MoveUnfinished: it has its new place, and recovery does the rest.
    """

    runs: Runs
    registry: Registry
    servers: DatabaseServers
    moves: TenantMoves
    clock: Clock

    def __call__(self, actor: Actor, rfc: str, target: str) -> Run:
        actor.require(Permission.OPERATE)
        tenant = live(self.registry, rfc)
        self._require_other(tenant, target)
        self.moves.require_possible(tenant, target)
        run = Run(
            RunId(uuid4()), RunKind.MUDANZA, tenant.id, str(tenant.rfc), RunState.ABIERTA, None, None, self.clock(),
            tenant.server, target,
        )  # fmt: skip
        settle, attempt = SettleMove(self.runs, self.moves), Attempt()
        with self.runs.begin(run):
            with attempt:
                self._placed(actor, run)
            rest = Attempt()
            with rest:
                ended = settle(run.id, self._reached(run.id))
            if rest.error is not None:
                raise self._unsettled(run, attempt.error, rest.error) from rest.error
            if ended is not RunState.TERMINADA:
                raise _told(attempt.error, Step.COPIA) from attempt.error
        return run

    def _require_other(self, tenant: Tenant, target: str) -> None:
        server = server_named(self.servers, target)
        if server.name == tenant.server:
            raise MoveRefused(f"{tenant.rfc} ya está en el servidor «{target}».")
        if not server.accepts_new:
            raise MoveRefused(f"El servidor «{target}» no recibe clientes: ábrelo con horux servers open {target}.")

    def _placed(self, actor: Actor, run: Run) -> None:
        """Copy, and give the client its new place: one transaction, and the run cannot be undone from then on."""
        tenant = self._still(run)
        self.runs.step(run.id, Step.COPIA)
        with self.moves.copied(tenant, run):
            self.runs.step(run.id, Step.CAMBIO)
            with self.runs.transaction() as tx:
                stored = tx.runs.lock(run.id)
                if stored.state is not RunState.ABIERTA or stored.step is not Step.CAMBIO:
                    raise RunLost("Otro proceso deshizo esta mudanza. Intenta de nuevo.", retryAfter=_RETRY_AFTER)
                what = {"de": run.source, "a": run.target}
                tx.tenants.save(tx.tenants.lock(run.tenant).moved(run.target or tenant.server))
                tx.audit.record(deed(actor, run.tenant, MUDANZA, "POST", f"horux tenants move {run.rfc}", what))

    def _still(self, run: Run) -> Tenant:
        """As it is now that no other run can begin. Raises TenantMissing or MoveRefused."""
        tenant = self.registry.get(run.tenant)
        if tenant.state is not TenantState.LIVE:
            raise missing()
        if tenant.server != run.source:
            raise MoveRefused(f"{run.rfc} se acaba de mudar al servidor «{tenant.server}».")
        return tenant

    def _reached(self, run: RunId) -> Step | None:
        with self.runs.transaction() as tx:
            return tx.runs.lock(run).step

    def _unsettled(self, run: Run, error: Exception | None, rest: Exception) -> HoruxError:
        placed = self.registry.get(run.tenant).server == run.target
        why = error or rest
        if placed:
            return MoveUnfinished(
                f"{run.rfc} ya está en «{run.target}»; lo que falta de la mudanza se hará solo. {_words(why)}".strip(),
                failedStep=Step.APERTURA.value, retryAfter=_RETRY_AFTER,
            )  # fmt: skip
        return MoveFailed(
            f"La mudanza de {run.rfc} falló y se deshará sola en cuanto se pueda. {_words(why)}".strip(),
            failedStep=Step.COPIA.value, retryAfter=_RETRY_AFTER,
        )  # fmt: skip


def _told(error: Exception | None, step: Step) -> HoruxError:
    if isinstance(error, HoruxError) and not isinstance(error, MoveFailed):
        return error
    return MoveFailed(
        f"La mudanza falló y se deshizo: el cliente sigue donde estaba. {_words(error)}".strip(),
        failedStep=step.value, retryAfter=_RETRY_AFTER,
    )  # fmt: skip


def _words(error: Exception | None) -> str:
    return str(error) if isinstance(error, HoruxError) else ""
