"""What a log-in, a refresh and a switch give: a short-lived access token that says who works where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from horux_core.identity.model import Membership, Role, Session, User
from horux_core.identity.ports import Cards, TenantCard, Tokens
from horux_core.kernel.ids import TenantId

PLATFORM_ADMIN = "admin"
"""The operator's staff in the `role` claim, where others have their role in the taxpayer."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`expires_in` are the seconds the access token lives; the refresh token is good once."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    user: User
    cards: Cards


def first_tenant(memberships: tuple[Membership, ...], cards: Cards) -> TenantId | None:
    """The oldest of a person's taxpayers that is still with us: where log-in leads, and always open to it."""
    live = {card.id for card in cards.all}
    return next((membership.tenant for membership in memberships if membership.tenant in live), None)


def role_claim(user: User, role: Role | None) -> str | None:
    if user.platform_admin:
        return PLATFORM_ADMIN
    return role.value if role else None


def claims_of(user: User, session: Session, card: TenantCard | None, now: datetime) -> Mapping[str, object]:
    """The design's JWTPayload, and the session that the token stands and falls with."""
    return {
        "sub": str(user.id),
        "userId": str(user.id),
        "email": user.email,
        "role": role_claim(user, card.role if card else None),
        "tenantId": str(card.id) if card else None,
        "databaseName": card.database_name if card else None,
        "sid": str(session.id),
        "iat": int(now.timestamp()),
    }


def access(
    tokens: Tokens, ttl: timedelta, user: User, session: Session, card: TenantCard | None, now: datetime
) -> tuple[str, int]:
    """An access token and the seconds it lives: never longer than its session."""
    until = min(now + ttl, session.expires_at)
    return tokens.sign(claims_of(user, session, card, now), until), int((until - now).total_seconds())
