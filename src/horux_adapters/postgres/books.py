"""A taxpayer's books in its own database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass

import psycopg

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

    @contextmanager
    def attempt(self) -> Iterator[None]:
        # Without a statement before it, psycopg would take this for the whole transaction and end that with it.
        self.conn.execute("SELECT")
        with self.conn.transaction():
            yield

    def grown(self) -> None:
        # The server would do it by itself a minute later: no reason to fail for what was entered.
        with suppress(psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable), self.attempt():
            self.conn.execute("SELECT analizar_libros()")


@dataclass(frozen=True, slots=True)
class PostgresBooks:
    """`connection` gives a transaction on a tenant's database, and raises TenantMissing when there is none."""

    connection: Callable[[TenantId], AbstractContextManager[Connection]]

    @contextmanager
    def open(self, tenant: TenantId) -> Iterator[PostgresOpenBooks]:
        with self.connection(tenant) as conn:
            yield PostgresOpenBooks(conn)
