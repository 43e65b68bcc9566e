"""Taking a client in: one call that leaves a whole client, or nothing and the name of the step that failed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

from horux_core.billing.events import PaymentLinkIssued
from horux_core.billing.gateway import title
from horux_core.billing.model import Subscription, SubscriptionStatus
from horux_core.billing.ports import Prices
from horux_core.identity.errors import EmailTaken, UserMissing
from horux_core.identity.model import Actor, Membership, Permission, Role, User
from horux_core.identity.ports import DirectoryTransaction
from horux_core.kernel.clock import Clock
from horux_core.kernel.errors import HoruxError, Unavailable
from horux_core.kernel.ids import RunId, TenantId, UserId
from horux_core.onboarding.attempting import Attempt
from horux_core.onboarding.checking import SIN_LIGA_DE_PAGO, Alta, checked
from horux_core.onboarding.errors import ProvisioningFailed
from horux_core.onboarding.events import ClientWelcomed
from horux_core.onboarding.holdings import Holdings
from horux_core.onboarding.model import Advertencia, NewClient, Provisioned, Run, RunKind, RunState, Step
from horux_core.onboarding.ports import Runs
from horux_core.onboarding.undoing import UndoRun, held_open
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.model import Feature
from horux_core.tenancy.deeds import ALTA, deed
from horux_core.tenancy.model import Tenant, TenantState

_RETRY_AFTER = 30
_SIN_LIGAS = "El proveedor de pagos trabaja sin ligas: el cliente paga por transferencia."


@dataclass(frozen=True, slots=True)
class ProvisionTenant:
    """Register a taxpayer, make its database, its owner, its subscription and its payment link, and welcome it.

    Without an amount it pays its plan's price, if there is one, and the payer is sent its link.

    Raises what `checked` raises before anything is done; RfcTaken or EmailTaken, with the fact `failedStep`, when it
    clashes with what is there; ProvisioningFailed for any other failure. Each step is recorded before it is taken,
    and undone when a later one fails; a process that dies on the way leaves the run to RecoverRuns.
    """

    runs: Runs
    holdings: Holdings
    undo: UndoRun
    clock: Clock
    prices: Prices

    def __call__(self, actor: Actor, client: NewClient) -> Provisioned:
        actor.require(Permission.OPERATE)
        alta = checked(client, lambda plan, frequency: self.prices.of(plan).per(frequency))
        intake = self._intake(actor, alta)
        run = intake.run
        with self.runs.begin(run):
            for step, act in intake.steps():
                attempt = Attempt()
                with attempt:
                    self.runs.step(run.id, step)
                    act()
                if attempt.error is not None:
                    self._undone(intake, step, attempt.error)
        return Provisioned(
            intake.tenant.opened(), intake.subscription.payment_link, (*alta.advertencias, *intake.advertencias)
        )

    def _intake(self, actor: Actor, alta: Alta) -> "_Intake":
        at = self.clock()
        databases = self.holdings.databases
        tenant = Tenant(
            TenantId(uuid4()), alta.rfc, alta.nombre, alta.plan, databases.name_for(alta.rfc),
            databases.server_for_new(), alta.regimenes, TenantState.PROVISIONING, True, at,
        )  # fmt: skip
        subscription = Subscription(
            uuid4(), tenant.id, alta.plan, SubscriptionStatus.PENDING, alta.amount, alta.frequency,
            alta.payer_email, None, None, None, None, at, listed=alta.listed,
        )  # fmt: skip
        run = Run(RunId(uuid4()), RunKind.ALTA, tenant.id, str(alta.rfc), RunState.ABIERTA, None, None, at)
        return _Intake(self.runs, self.holdings, actor, alta, run, tenant, subscription)

    def _undone(self, intake: "_Intake", step: Step, error: Exception) -> None:
        """Undo and raise; return only when the run had ended well and no more than the answer to it was lost."""
        undoing = Attempt()
        with undoing:
            found = self.undo(intake.run.id, step)
            if found is RunState.TERMINADA:
                return
            if found is RunState.DESHECHA:
                intake.take_away()
        reason = _reason(error, step, undone=undoing.error is None)
        if undoing.error is not None:
            raise reason from ExceptionGroup("el alta falló y no se pudo deshacer", [error, undoing.error])
        raise reason from (error.__cause__ if reason is error else error)


@dataclass(slots=True)
class _Intake:
    """One client being taken in: what each step does, and what later steps need to know of it."""

    runs: Runs
    holdings: Holdings
    actor: Actor
    alta: Alta
    run: Run
    tenant: Tenant
    subscription: Subscription
    owner: UserId | None = None
    new_user: bool = True
    linking: bool = False
    advertencias: tuple[Advertencia, ...] = ()

    def steps(self) -> Iterator[tuple[Step, Callable[[], None]]]:
        yield Step.REGISTRO, self._register
        yield Step.BASE, lambda: self.holdings.databases.create(self.tenant)
        yield Step.USUARIO, self._join_owner
        yield Step.SUSCRIPCION, lambda: self.holdings.subscriptions.open(self.subscription)
        if self.subscription.asks_for_link:
            yield Step.LIGA, self._link
        yield Step.BIENVENIDA, self._welcome

    def take_away(self) -> None:
        """What was made after another process had taken the run for dead, and undone it: nobody will try again.

        Raises what went wrong, when each had its chance.
        """
        acts: list[Callable[[], object]] = [
            lambda: self.holdings.databases.drop(self.tenant),
            lambda: self.holdings.subscriptions.remove(self.tenant.id),
        ]
        if self.linking:
            acts.append(lambda: self.holdings.links.close(self.subscription))
        failures = []
        for act in acts:
            attempt = Attempt()
            with attempt:
                act()
            if attempt.error is not None:
                failures.append(attempt.error)
        if failures:
            raise ExceptionGroup("quedó algo de un alta deshecha", failures)

    def _register(self) -> None:
        with self.runs.transaction() as tx:
            held_open(tx, self.run.id)
            tx.tenants.add(self.tenant)

    def _join_owner(self) -> None:
        with self.holdings.directory.transaction() as tx:
            known = self._known(tx)
            if known is not None:
                user = known.called(self.alta.admin_nombre)
                tx.users.save(user)
            else:
                user = User(
                    self.run.owner, self.alta.admin_email, self.alta.admin_nombre, False, None, True, None, True,
                    self.tenant.created_at,
                )  # fmt: skip
                tx.users.add(user)
            nombre, at = self.alta.admin_nombre, self.tenant.created_at
            tx.memberships.add(Membership(user.id, self.tenant.id, Role.OWNER, nombre, at, provisioned=True))
            self.owner, self.new_user = user.id, not user.has_chosen

    def _known(self, tx: DirectoryTransaction) -> User | None:
        """The user that has the address, if it may own this client too (SPEC 2.14). Raises EmailTaken."""
        found = tx.users.by_email(self.alta.admin_email)
        if found is None:
            return None
        try:
            user = tx.users.lock(found.id)
        except UserMissing:
            return None
        elsewhere = any(membership.binding for membership in tx.memberships.of_user(user.id))
        several = Feature.MULTI_EMPRESA in CATALOGUE[self.alta.plan].features
        if user.platform_admin or not user.active or (elsewhere and not several):
            raise EmailTaken(
                "Ese correo ya es de otro usuario. Usa otro, o el plan enterprise para que lleve varias empresas."
            )
        return user

    def _link(self) -> None:
        self.linking = True
        link = self.holdings.links.open(self.subscription, title(self.subscription))
        if link is None:
            self.advertencias = (Advertencia(SIN_LIGA_DE_PAGO, _SIN_LIGAS),)
            return
        self.subscription = self.subscription.linked(link.reference, link.url)
        self.holdings.subscriptions.open(self.subscription)

    def _welcome(self) -> None:
        owner = self.owner or self.run.owner
        with self.runs.transaction() as tx:
            held_open(tx, self.run.id)
            tx.tenants.save(tx.tenants.lock(self.tenant.id).opened())
            tx.outbox.put(ClientWelcomed(self.tenant.id, owner, self.new_user))
            if self.subscription.asks_for_link:
                tx.outbox.put(PaymentLinkIssued(self.tenant.id, self.subscription.id))
            what = {"rfc": self.tenant.rfc, "plan": self.tenant.plan}
            tx.audit.record(deed(self.actor, self.tenant.id, ALTA, "POST", "/api/tenants", what))
            tx.runs.end(self.run.id, RunState.TERMINADA, None)


def _reason(error: Exception, step: Step, undone: bool) -> HoruxError:
    """What the client of this call is told: its own mistake by its name, anything else as a failed step."""
    if isinstance(error, HoruxError) and not isinstance(error, Unavailable):
        error.facts = {**error.facts, "failedStep": step.value}
        return error
    end = "se deshizo. Intenta de nuevo" if undone else "se deshará sola. Espera e intenta de nuevo"
    return ProvisioningFailed(
        f"El alta falló en el paso «{step.value}» y {end} en unos minutos.",
        failedStep=step.value,
        retryAfter=_RETRY_AFTER,
    )
