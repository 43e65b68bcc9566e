from dataclasses import dataclass
from uuid import uuid4

from horux_core.identity.addresses import email_address
from horux_core.identity.judging_passwords import require_strong
from horux_core.identity.model import User
from horux_core.identity.ports import Directory, PasswordHasher
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import UserId


@dataclass(frozen=True, slots=True)
class CreateOperator:
    """Make an account of the operator's staff: only who has a shell on the server asks for it."""

    directory: Directory
    hasher: PasswordHasher
    clock: Clock

    def __call__(self, email: str, nombre: str, password: str) -> User:
        """Raises EmailMalformed, WeakPassword, EmailTaken."""
        address = email_address(email)
        require_strong(password, (address, nombre))
        user = User(
            UserId(uuid4()), address, nombre.strip(), True, self.hasher.hash(password), False, None, True, self.clock()
        )
        with self.directory.transaction() as tx:
            tx.users.add(user)
        return user
