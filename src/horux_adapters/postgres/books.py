"""A taxpayer's books in its own database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from horux_adapters.postgres.ajustes import PostgresAjustes
from horux_adapters.postgres.cargas import PostgresCargas
from horux_adapters.postgres.cfdis import PostgresCfdis, lock_books
from horux_adapters.postgres.libro_iva import PostgresLibroIva
from horux_adapters.postgres.pools import Connection
from horux_core.kernel.ids import TenantId


@dataclass(frozen=True, slots=True)
class PostgresOpenBooks:
    conn: Connection

    @property
    def cfdis(self) -> PostgresCfdis:
        return PostgresCfdis(self.conn)

    @property
    def iva(self) -> PostgresLibroIva:
        return PostgresLibroIva(self.conn)

    @property
    def ajustes(self) -> PostgresAjustes:
        return PostgresAjustes(self.conn)

    @property
    def cargas(self) -> PostgresCargas:
        return PostgresCargas(self.conn)

    def steady(self) -> None:
        self.conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    def lock(self) -> None:
        lock_books(self.conn)


@dataclass(frozen=True, slots=True)
class PostgresBooks:
    """`connection` gives a transaction on a tenant's database, and raises TenantMissing when there is none."""

    connection: Callable[[TenantId], AbstractContextManager[Connection]]

    @contextmanager
    def open(self, tenant: TenantId) -> Iterator[PostgresOpenBooks]:
        with self.connection(tenant) as conn:
            yield PostgresOpenBooks(conn)
