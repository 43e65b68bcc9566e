from dataclasses import dataclass
from datetime import datetime, timedelta

from horux_core.identity.errors import session_ended
from horux_core.identity.granting import SignedIn, access
from horux_core.identity.model import RefreshToken, Session, User
from horux_core.identity.ports import CardIndex, Directory, DirectoryTransaction, Tokens
from horux_core.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class Refresh:
    """Give a new pair of tokens for a refresh token, once.

    The same token again means that somebody has a copy: its session ends, for the thief and for the owner.
    """

    directory: Directory
    cards: CardIndex
    tokens: Tokens
    clock: Clock
    access_ttl: timedelta
    refresh_ttl: timedelta

    def __call__(self, refresh_token: str) -> SignedIn:
        """Raises SessionExpired."""
        now = self.clock()
        secret = self.tokens.secret()
        with self.directory.transaction() as tx:
            renewed = self._rotated(tx, self.tokens.digest(refresh_token), self.tokens.digest(secret), now)
        # Raised out here: inside, the end of a stolen session would be undone with the transaction.
        if renewed is None:
            raise session_ended()
        user, session = renewed
        cards = self.cards.of(user.id, session.tenant)
        if session.tenant is not None and cards.current is None:
            raise session_ended()
        token, seconds = access(self.tokens, self.access_ttl, user, session, cards.current, now)
        return SignedIn(token, secret, seconds, user, cards)

    def _rotated(
        self, tx: DirectoryTransaction, digest: str, successor: str, now: datetime
    ) -> tuple[User, Session] | None:
        ident = tx.sessions.session_of(digest)
        session = tx.sessions.lock(ident) if ident else None
        token = tx.sessions.lock_token(digest)
        if token is None or session is None or not session.live(now):
            return None
        if token.used_at is not None:
            tx.sessions.save(session.ended(now))
            return None
        user = tx.users.get(session.user)
        if now >= token.expires_at or user is None or not user.may_enter(now):
            return None
        session = session.renewed(now + self.refresh_ttl)
        tx.sessions.save(session)
        tx.sessions.save_token(token.used(now))
        tx.sessions.put_token(RefreshToken(successor, session.id, session.expires_at))
        return user, session
