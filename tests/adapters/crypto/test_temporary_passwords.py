"""What makes the passwords of welcome mails is a use case of identity, over each store of people."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.ports.temporary_passwords import TemporaryPasswordsContract
from horux_adapters.crypto.passwords import Argon2Passwords
from horux_adapters.crypto.tokens import SignedTokens
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.identity import MemoryDirectory
from horux_adapters.postgres.identity import PostgresDirectory
from horux_core.identity.model import User
from horux_core.identity.ports import Directory
from horux_core.identity.temporary_passwords import IssueTemporaryPassword
from horux_core.kernel.ids import UserId
from horux_core.notifications.ports import TemporaryPasswords
from tests.central import a_central_database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HASHER = Argon2Passwords(time_cost=1, memory_cost=8)


class Issued(TemporaryPasswordsContract):
    @pytest.fixture
    def now(self) -> list[datetime]:
        return [NOW]

    @pytest.fixture
    def later(self, now: list[datetime]) -> Callable[[timedelta], None]:
        def later(span: timedelta) -> None:
            now[0] += span

        return later

    @pytest.fixture
    def passwords(self, directory: Directory, now: list[datetime]) -> TemporaryPasswords:
        tokens = SignedTokens(b"secreto de las pruebas, 32 bytes")
        return IssueTemporaryPassword(directory, HASHER, tokens, lambda: now[0])

    @pytest.fixture
    def user(self, directory: Directory) -> UserId:
        user = User(UserId(uuid4()), "ana@cascabel.mx", "Ana", False, None, True, None, True, NOW)
        with directory.transaction() as tx:
            tx.users.add(user)
        return user.id

    @pytest.fixture
    def owner(self, directory: Directory) -> UserId:
        chosen = HASHER.hash("elegida por su dueño")
        owner = User(UserId(uuid4()), "eva@cascabel.mx", "Eva", False, chosen, False, None, True, NOW)
        with directory.transaction() as tx:
            tx.users.add(owner)
        return owner.id

    @pytest.fixture
    def opens_own(self, directory: Directory, owner: UserId) -> Callable[[], bool]:
        def opens_own() -> bool:
            with directory.transaction() as tx:
                return HASHER.matches(tx.users.lock(owner).password_hash, "elegida por su dueño")

        return opens_own

    @pytest.fixture
    def opens(self, directory: Directory, user: UserId) -> Callable[[str], bool]:
        def opens(password: str) -> bool:
            with directory.transaction() as tx:
                return HASHER.matches(tx.users.lock(user).password_hash, password)

        return opens


class TestOverMemory(Issued):
    @pytest.fixture
    def directory(self) -> Directory:
        return MemoryDirectory(MemoryDatabase())


class TestOverPostgres(Issued):
    @pytest.fixture
    def directory(self, postgres_url: str) -> Iterator[Directory]:
        with a_central_database(postgres_url) as control:
            yield PostgresDirectory(control)
