from dataclasses import dataclass
from datetime import timedelta

from horux_core.identity.ports import Directory, PasswordHasher, Tokens
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import TenantId, UserId

VALID = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class IssueTemporaryPassword:
    """Make a password for the welcome mail (SPEC 2.16): the temporary one before is dead, and so are the sessions.

    A password that its owner has chosen is never replaced, nor one that was mailed for another taxpayer and still
    opens.
    """

    directory: Directory
    hasher: PasswordHasher
    tokens: Tokens
    clock: Clock

    def __call__(self, user_id: UserId, tenant: TenantId) -> str | None:
        """The password in clear, this once; None when there is one that stays. Raises UserMissing."""
        password = self.tokens.temporary_password()
        password_hash = self.hasher.hash(password)
        now = self.clock()
        with self.directory.transaction() as tx:
            user = tx.users.lock(user_id)
            if user.has_chosen or (user.holds_temporary(now) and user.temporary_from != tenant):
                return None
            tx.users.save(user.with_temporary_password(password_hash, now + VALID, tenant))
            tx.sessions.end_of(user_id, now)
        return password
