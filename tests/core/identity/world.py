"""A small product in memory with a clock that stands still, for the tests of identity."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from horux_adapters.crypto.passwords import Argon2Passwords
from horux_adapters.crypto.sealing import VaultKeys
from horux_adapters.crypto.seeds import AesGcmSeeds
from horux_adapters.crypto.tokens import SignedTokens
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.identity import MemoryCardIndex, MemoryDirectory, MemoryStandings, MemoryThrottle
from horux_adapters.memory.keys import MemoryKeyRing
from horux_adapters.memory.plans import MemoryEntitlements
from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus
from horux_core.identity.authenticating import Authenticate
from horux_core.identity.authenticating_keys import AuthenticateKey, TraceKey
from horux_core.identity.changing_password import ChangePassword
from horux_core.identity.checking_codes import CodeCheck
from horux_core.identity.granting import SignedIn
from horux_core.identity.introducing import Introduce
from horux_core.identity.issuing_keys import IssueKey, ListKeys, RevokeKey
from horux_core.identity.model import Actor, Membership, Role, Session, User
from horux_core.identity.operators import CreateOperator
from horux_core.identity.ports import PasswordHasher
from horux_core.identity.reauthenticating import Reauthenticate
from horux_core.identity.refreshing import Refresh
from horux_core.identity.resetting import AskReset, IssueReset, ResetPassword
from horux_core.identity.second_factor import (
    EnrollFactor,
    GiveSecondFactor,
    Opener,
    ProposeFactor,
    RenewCodes,
    ShowFactor,
)
from horux_core.identity.sessions import EndOtherSessions, ListSessions
from horux_core.identity.signing_in import SignIn
from horux_core.identity.signing_in_at_once import SignInAtOnce
from horux_core.identity.signing_out import SignOut
from horux_core.identity.staff import AdmitOperator, EndOperatorSessions, InviteOperator, ListStaff, RemoveFactor
from horux_core.identity.switching import SwitchTenant
from horux_core.identity.temporary_passwords import IssueTemporaryPassword
from horux_core.kernel.ids import SessionId, TenantId, UserId
from horux_core.kernel.rfc import Rfc
from horux_core.plans.model import Plan
from horux_core.tenancy.model import Tenant, TenantState

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSWORD = "tambor lila de marzo"
ACCESS, REFRESH = timedelta(hours=24), timedelta(days=30)
_HASHER = Argon2Passwords(time_cost=1, memory_cost=8)
_KNOWN_HASH = _HASHER.hash(PASSWORD)


class Meddled:
    """The real hasher, during whose work something else happens: once, in the middle of a `matches`."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], object] | None = None
        self.hash, self.outdated = _HASHER.hash, _HASHER.outdated

    def matches(self, password_hash: str | None, password: str) -> bool:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return _HASHER.matches(password_hash, password)


OPENED = TenantId(UUID(int=7))
"""For which temporary passwords are made where it does not matter."""


@dataclass
class World:
    now: datetime = START
    control: MemoryDatabase = field(default_factory=MemoryDatabase)
    hasher: PasswordHasher = _HASHER
    tokens: SignedTokens = field(default_factory=lambda: SignedTokens(b"secreto de las pruebas, 32 bytes"))
    mfa: bool = False

    def __post_init__(self) -> None:
        control, tokens = self.control, self.tokens
        entitlements = MemoryEntitlements(control)
        self.directory, self.cards = MemoryDirectory(control), MemoryCardIndex(control, entitlements)
        self.throttle, standings = MemoryThrottle(control), MemoryStandings(control)
        self.audit = MemoryAuditTrail(control)
        directory, cards, clock = self.directory, self.cards, self.clock
        self.sign_in = SignIn(directory, cards, self.hasher, tokens, self.throttle, clock, ACCESS, REFRESH, self.mfa)
        self.refresh = Refresh(directory, cards, tokens, clock, ACCESS, REFRESH)
        self.sign_out = SignOut(directory, clock)
        self.change_password = ChangePassword(directory, cards, self.hasher, tokens, self.throttle, clock)
        self.list_sessions, self.end_other_sessions = ListSessions(directory, clock), EndOtherSessions(directory, clock)
        self.introduce = Introduce(directory, cards)
        self.switch_tenant = SwitchTenant(directory, cards, entitlements, tokens, clock, ACCESS)
        self.create_operator = CreateOperator(directory, self.hasher, clock)
        self.issue_temporary_password = IssueTemporaryPassword(directory, self.hasher, tokens, clock)
        self.ask_reset = AskReset(directory, tokens, self.throttle, clock)
        self.issue_reset = IssueReset(directory, tokens, clock)
        self.reset_password = ResetPassword(directory, cards, self.hasher, tokens, self.throttle, clock)
        by_key = AuthenticateKey(MemoryKeyRing(control), entitlements, tokens, self.throttle, clock)
        self.authenticate = Authenticate(tokens, standings, clock, by_key, self.mfa)
        self.trace_key = TraceKey(self.audit)
        check = CodeCheck(tokens, AesGcmSeeds(VaultKeys(bytes(32))), self.throttle)
        opener = Opener(tokens, clock, ACCESS, REFRESH)
        self.give_second_factor = GiveSecondFactor(directory, check, opener)
        self.sign_in_at_once = SignInAtOnce(self.sign_in, self.authenticate, self.give_second_factor)
        self.show_factor = ShowFactor(directory, self.mfa)
        self.propose_factor = ProposeFactor(directory, check, self.mfa)
        self.enroll_factor = EnrollFactor(directory, check, opener, self.mfa)
        self.renew_codes = RenewCodes(directory, check, self.mfa)
        self.reauthenticate = Reauthenticate(directory, cards, self.hasher, check, clock, ACCESS, self.mfa)
        self.list_staff, self.remove_factor = ListStaff(directory), RemoveFactor(directory, clock)
        self.invite_operator, self.admit_operator = InviteOperator(directory, clock), AdmitOperator(directory, clock)
        self.end_operator_sessions = EndOperatorSessions(directory, clock)
        self.issue_key = IssueKey(directory, entitlements, tokens, clock)
        self.list_keys, self.revoke_key = ListKeys(directory, entitlements), RevokeKey(directory)

    def clock(self) -> datetime:
        return self.now

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def tenant(self, rfc: str, plan: Plan = Plan.ENTERPRISE) -> TenantId:
        ident = TenantId(uuid4())
        name, state = f"horux_{rfc.lower()}", TenantState.LIVE
        with self.control.transaction() as tables:
            tables["tenants"][ident] = Tenant(
                ident, Rfc(rfc), f"Empresa {rfc}", plan, name, "principal", (), state, True, self.now
            )
            tables["subscriptions"][ident] = Subscription(
                UUID(int=ident.int), ident, plan, SubscriptionStatus.AUTHORIZED, Decimal("899.00"), Frequency.MONTHLY,
                None, None, None, None, None, self.now,
            )  # fmt: skip
        return ident

    def change_tenant(self, ident: TenantId, **changes: object) -> None:
        with self.control.transaction() as tables:
            tables["tenants"][ident] = replace(tables["tenants"][ident], **changes)

    def user(
        self, email: str = "ana@ejemplo.mx", *tenants: TenantId, admin: bool = False, role: Role = Role.OWNER
    ) -> User:
        user = User(UserId(uuid4()), email, "Ana López", admin, _KNOWN_HASH, False, None, True, self.now)
        with self.directory.transaction() as tx:
            tx.users.add(user)
            for tenant in tenants:
                tx.memberships.add(Membership(user.id, tenant, role))
        return user

    def change_user(self, user: UserId, **changes: object) -> None:
        with self.directory.transaction() as tx:
            tx.users.save(replace(tx.users.lock(user), **changes))  # type: ignore[arg-type]

    def temporary_password(self, user: UserId, tenant: TenantId = OPENED) -> str:
        """As for one that has not chosen its own."""
        self.change_user(user, must_change=True, password_hash=None)
        password = self.issue_temporary_password(user, tenant)
        assert password is not None
        return password

    def enter(self, email: str = "ana@ejemplo.mx", password: str = PASSWORD, address: str = "192.0.2.1") -> SignedIn:
        return self.sign_in(email, password, "Firefox", address)

    def actor(self, signed_in: SignedIn) -> Actor:
        return self.authenticate(signed_in.access_token, "req-1")

    def session(self, ident: SessionId | None) -> Session:
        assert ident is not None
        with self.directory.transaction() as tx:
            found = tx.sessions.lock(ident)
        assert found is not None
        return found
