from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn
from uuid import uuid4

from horux_core.identity.addresses import email_address
from horux_core.identity.errors import BadCredentials, EmailMalformed, TooManyAttempts, UserMissing
from horux_core.identity.granting import SignedIn, access, first_tenant
from horux_core.identity.model import RefreshToken, Session, User
from horux_core.identity.ports import CardIndex, Directory, PasswordHasher, Throttle, Tokens
from horux_core.identity.throttling import LONGEST_ADDRESS_WAIT, LONGEST_WAIT, origin
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import SessionId

HALF_TTL = timedelta(minutes=10)
"""How long who gave its password may take to give its second factor."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Open a session for who knows an account's password, in its first live taxpayer, or in none.

    A wrong password, an unknown address and a disabled account answer alike and take as long. After failures
    the account and the client's address each wait. `refresh_ttl` is how long a session may stay idle. Where a second
    factor is asked of the operator's staff, what opens for it is good for giving that alone, for HALF_TTL.
    """

    directory: Directory
    cards: CardIndex
    hasher: PasswordHasher
    tokens: Tokens
    throttle: Throttle
    clock: Clock
    access_ttl: timedelta
    refresh_ttl: timedelta
    second_factor: bool = False

    def __call__(self, email: str, password: str, user_agent: str, address: str) -> SignedIn:
        """Raises TooManyAttempts, BadCredentials."""
        now = self.clock()
        account = self.tokens.digest(f"cuenta:{email.strip().lower()}")
        client = self.tokens.digest(f"origen:{origin(address)}")
        self._admit(account, client, now)
        user = self._known(email)
        matched = self.hasher.matches(user.password_hash if user else None, password)
        # Guesses sent all at once pass the first gate together: only those before the fifth failure learn anything.
        self._admit(account, client, now)
        if user is None or not matched:
            self._refuse(account, client, now)
        if user.temporary_expired(now):
            self._refuse(account, client, now, "Tu contraseña temporal venció. Pide que te envíen una nueva.")
        signed_in = self._opened(user, password, _plain(user_agent), now)
        if signed_in is None:
            self._refuse(account, client, now)
        self.throttle.succeeded(account)
        return signed_in

    def _admit(self, account: str, client: str, now: datetime) -> None:
        wait = max(
            self.throttle.wait(account, now, LONGEST_WAIT), self.throttle.wait(client, now, LONGEST_ADDRESS_WAIT)
        )
        if wait:
            raise TooManyAttempts(f"Demasiados intentos. Espera {wait} segundos y vuelve a intentar.", retryAfter=wait)

    def _refuse(self, account: str, client: str, now: datetime, why: str | None = None) -> NoReturn:
        self.throttle.failed(account, now)
        self.throttle.failed(client, now)
        raise BadCredentials(why or "El correo o la contraseña no son correctos. Revísalos y vuelve a intentar.")

    def _known(self, email: str) -> User | None:
        try:
            address = email_address(email)
        except EmailMalformed:
            # Asks all the same, so that it takes as long; the empty address is nobody's.
            address = ""
        with self.directory.transaction() as tx:
            return tx.users.by_email(address)

    def _opened(self, checked: User, password: str, user_agent: str, now: datetime) -> SignedIn | None:
        """None when the account changed since its password was checked, and no longer lets this one in."""
        old = checked.password_hash or ""
        fresh = self.hasher.hash(password) if self.hasher.outdated(old) else None
        every = self.cards.of(checked.id, None)
        secret = self.tokens.secret()
        with self.directory.transaction() as tx:
            try:
                user = tx.users.lock(checked.id)
            except UserMissing:
                return None
            same = user.password_hash == old or self.hasher.matches(user.password_hash, password)
            if not same or not user.may_enter(now):
                return None
            if fresh is not None and user.password_hash == old:
                user = user.rehashed(fresh)
                tx.users.save(user)
            cards = every.at(first_tenant(user, tx.memberships.of_user(user.id), every))
            tenant = cards.current.id if cards.current else None
            half = self.second_factor and user.platform_admin
            until = now + (HALF_TTL if half else self.refresh_ttl)
            begun = Session(SessionId(uuid4()), user.id, tenant, now, now, user_agent).renewed(until)
            tx.sessions.add(begun)
            if not half:
                tx.sessions.put_token(RefreshToken(self.tokens.digest(secret), begun.id, begun.expires_at))
            enrolled = half and tx.factors.of(user.id) is not None
            if tenant is not None:
                tx.memberships.accept(user.id, tenant, now)
        token, seconds = access(self.tokens, self.access_ttl, user, begun, cards.current, now)
        return SignedIn(token, "" if half else secret, seconds, user, cards, half, enrolled)


def _plain(user_agent: str) -> str:
    return "".join(c if c.isprintable() else " " for c in user_agent[:200])
