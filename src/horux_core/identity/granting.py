"""What a log-in, a refresh and a switch give: a short-lived access token that says who works where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from horux_core.identity.model import Membership, Role, Session, User
from horux_core.identity.ports import Cards, TenantCard, Tokens
from horux_core.kernel.ids import TenantId

PLATFORM_ADMIN = "admin"
"""The operator's staff in the `role` claim, where others have their role in the taxpayer."""
PROVED = "auth_time"
"""The claim that says when the person last said again who it is."""
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`expires_in` are the seconds the access token lives; the refresh token is good once.

    `half`: the second factor is still missing, and there is no refresh token. `enrolled` says whether there is one.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    user: User
    cards: Cards
    half: bool = False
    enrolled: bool = False


def first_tenant(user: User, memberships: tuple[Membership, ...], cards: Cards) -> TenantId | None:
    """Of a person's taxpayers that are still with us, where log-in leads, and what is always open to it.

    The one it came into first; before it has, its own client, then whose mail brought the temporary password, and
    then who let it in first.
    """
    live = {card.id for card in cards.all}

    def turn(membership: Membership) -> tuple[datetime, bool, bool]:
        came_in = membership.accepted_at or _NEVER
        return came_in, not membership.provisioned, membership.tenant != user.temporary_from

    found = min((one for one in memberships if one.tenant in live), key=turn, default=None)
    return None if found is None else found.tenant


def role_claim(user: User, role: Role | None) -> str | None:
    if user.platform_admin:
        return PLATFORM_ADMIN
    return role.value if role else None


def claims_of(user: User, session: Session, card: TenantCard | None, now: datetime) -> Mapping[str, object]:
    """The design's JWTPayload, and the session that the token stands and falls with."""
    again = {} if session.proved_at is None else {PROVED: int(session.proved_at.timestamp())}
    return {
        "sub": str(user.id),
        "userId": str(user.id),
        "email": user.email,
        "role": role_claim(user, card.role if card else None),
        "tenantId": str(card.id) if card else None,
        "databaseName": card.database_name if card else None,
        "sid": str(session.id),
        "iat": int(now.timestamp()),
        **again,
    }


def access(
    tokens: Tokens, ttl: timedelta, user: User, session: Session, card: TenantCard | None, now: datetime
) -> tuple[str, int]:
    """An access token and the seconds it lives: never longer than its session."""
    until = min(now + ttl, session.expires_at)
    return tokens.sign(claims_of(user, session, card, now), until), int((until - now).total_seconds())
