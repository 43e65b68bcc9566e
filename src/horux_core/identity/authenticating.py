from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from horux_core.identity.authenticating_keys import AuthenticateKey
from horux_core.identity.errors import SessionMoved, TokenInvalid, session_ended
from horux_core.identity.granting import PROVED, role_claim
from horux_core.identity.keys import MARK
from horux_core.identity.model import Actor, Session
from horux_core.identity.ports import Standing, Standings, Tokens
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import SessionId


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Turn an access token or an API key into the Actor it stands for, if all it says is still so (SPEC 2.2, 2.15).

    A token dies with its session, its user, the role it names, and the database name of its taxpayer; a switch
    to another taxpayer kills those of the one left. Where a second factor is asked of the operator's staff
    (`second_factor`), a session without it is half of one. For `fresh_for` after its person said who it is, a session
    may do what is not undone.
    """

    tokens: Tokens
    standings: Standings
    clock: Clock
    by_key: AuthenticateKey
    second_factor: bool = False
    fresh_for: timedelta = timedelta(minutes=10)

    def __call__(self, credential: str, request_id: str, address: str = "") -> Actor:
        """Raises TokenInvalid, SessionExpired, SessionMoved; of a key, TokenInvalid, TooManyAttempts, FeatureNotInPlan.

        `address` is where it comes from, by which guesses at keys are counted.
        """
        if credential.startswith(MARK):
            return self.by_key(credential, request_id, address)
        now = self.clock()
        claims = self.tokens.read(credential, now)
        ident = _session(claims)
        standing = self.standings.of(ident)
        if not _stands(claims, standing, now) or (standing and standing.user.must_change):
            standing = self.standings.anew(ident)
        if standing is None or not _stands(claims, standing, now):
            raise _moved() if _elsewhere(claims, standing, now) else session_ended()
        session, user = standing.session, standing.user
        return Actor(
            user=user.id,
            email=user.email,
            platform_admin=user.platform_admin,
            session=session.id,
            tenant_id=session.tenant,
            role=standing.role,
            must_change_password=user.must_change,
            request_id=request_id,
            half=self.second_factor and user.platform_admin and session.factor_at is None,
            stale=now - _proved(claims, session) > self.fresh_for,
        )


def _proved(claims: Mapping[str, object], session: Session) -> datetime:
    """A token that was given for it tells it too: the session may be remembered as it was a moment before."""
    told = claims.get(PROVED)
    proved = datetime.fromtimestamp(told, UTC) if isinstance(told, int) else session.created_at
    return max(proved, session.proved_at or session.created_at)


def _session(claims: Mapping[str, object]) -> SessionId:
    try:
        return SessionId(UUID(str(claims.get("sid"))))
    except ValueError as error:
        raise TokenInvalid("La credencial no es válida. Inicia sesión de nuevo.") from error


def _stands(claims: Mapping[str, object], standing: Standing | None, now: datetime) -> bool:
    return standing is not None and _lives(standing, now) and _still_so(claims, standing)


def _elsewhere(claims: Mapping[str, object], standing: Standing | None, now: datetime) -> bool:
    """Whether its session goes on in another taxpayer than the one it names."""
    if standing is None or not _lives(standing, now) or claims.get("sub") != str(standing.user.id):
        return False
    belongs = standing.role is not None and standing.database_name is not None
    return belongs and claims.get("tenantId") != str(standing.session.tenant)


def _lives(standing: Standing, now: datetime) -> bool:
    return standing.session.live(now) and standing.user.may_enter(now)


def _moved() -> SessionMoved:
    return SessionMoved("Tu sesión siguió en otra empresa. Usa su credencial nueva.")


def _still_so(claims: Mapping[str, object], standing: Standing) -> bool:
    tenant = standing.session.tenant
    if tenant is not None and (standing.role is None or standing.database_name is None):
        return False
    return (
        claims.get("sub") == str(standing.user.id)
        and claims.get("role") == role_claim(standing.user, standing.role)
        and claims.get("tenantId") == (str(tenant) if tenant else None)
        and claims.get("databaseName") == (standing.database_name if tenant else None)
    )
