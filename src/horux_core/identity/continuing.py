from dataclasses import dataclass, field
from datetime import timedelta

from horux_core.identity.errors import session_ended
from horux_core.identity.granting import access
from horux_core.identity.model import Actor
from horux_core.identity.ports import CardIndex, Directory, Tokens
from horux_core.kernel.clock import Clock

_FRESH = timedelta(hours=1)
"""A token made that short ago need not be replaced."""


@dataclass(frozen=True, slots=True)
class Continued:
    access_token: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True, slots=True)
class Continue:
    """Go on in a session by its access token alone, as a browser does, which is given no refresh token.

    While it is used a session does not end for being idle; the older token stays good until it expires.
    """

    directory: Directory
    cards: CardIndex
    tokens: Tokens
    clock: Clock
    access_ttl: timedelta
    refresh_ttl: timedelta

    def __call__(self, actor: Actor, access_token: str) -> Continued | None:
        """None while the token is fresh, or half of a session asks. `access_token` is what `actor` came by.

        Raises SessionExpired.
        """
        now = self.clock()
        if actor.half:
            return None
        made = self.tokens.read(access_token, now)["iat"]
        if isinstance(made, int) and now.timestamp() - made < _FRESH.total_seconds():
            return None
        person, ident = actor.signed_in()
        with self.directory.transaction() as tx:
            session, user = tx.sessions.lock(ident), tx.users.get(person)
            if session is None or user is None or not session.live(now) or not user.may_enter(now):
                raise session_ended()
            session = session.renewed(now + self.refresh_ttl)
            tx.sessions.save(session)
        cards = self.cards.of(person, session.tenant)
        if session.tenant is not None and cards.current is None:
            raise session_ended()
        return Continued(*access(self.tokens, self.access_ttl, user, session, cards.current, now))
