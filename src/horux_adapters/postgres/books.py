"""A taxpayer's books in its own database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field

import psycopg

from horux_adapters.postgres import locks
from horux_adapters.postgres.ajustes import PostgresAjustes
from horux_adapters.postgres.alertas import PostgresAlertas
from horux_adapters.postgres.calendario import PostgresCalendario
from horux_adapters.postgres.cargas import PostgresCargas
from horux_adapters.postgres.cfdis import PostgresCfdis, lock_books
from horux_adapters.postgres.conciliacion import PostgresConciliacion
from horux_adapters.postgres.indicios import PostgresIndicios
from horux_adapters.postgres.libro_isr import PostgresLibroIsr
from horux_adapters.postgres.libro_iva import PostgresLibroIva
from horux_adapters.postgres.libro_pronostico import PostgresLibroPronostico
from horux_adapters.postgres.libro_reportes import PostgresLibroReportes
from horux_adapters.postgres.libro_tablero import PostgresLibroTablero
from horux_adapters.postgres.metadata_sat import PostgresMetadataSat
from horux_adapters.postgres.pools import Connection
from horux_core.fiscal.configuracion.model import Contribuyente
from horux_core.kernel.ids import TenantId


@dataclass(frozen=True, slots=True)
class PostgresOpenBooks:
    conn: Connection
    contribuyente: Contribuyente
    locked: list[bool] = field(default_factory=list)
    """Something once it was, or the bank."""

    @property
    def cfdis(self) -> PostgresCfdis:
        return PostgresCfdis(self.conn)

    @property
    def iva(self) -> PostgresLibroIva:
        return PostgresLibroIva(self.conn)

    @property
    def isr(self) -> PostgresLibroIsr:
        return PostgresLibroIsr(self.conn)

    @property
    def ajustes(self) -> PostgresAjustes:
        return PostgresAjustes(self.conn)

    @property
    def cargas(self) -> PostgresCargas:
        return PostgresCargas(self.conn)

    @property
    def metadata(self) -> PostgresMetadataSat:
        return PostgresMetadataSat(self.conn)

    @property
    def reportes(self) -> PostgresLibroReportes:
        return PostgresLibroReportes(self.conn)

    @property
    def pronostico(self) -> PostgresLibroPronostico:
        return PostgresLibroPronostico(self.conn)

    @property
    def conciliacion(self) -> PostgresConciliacion:
        return PostgresConciliacion(self.conn, self.locked)

    @property
    def calendario(self) -> PostgresCalendario:
        return PostgresCalendario(self.conn)

    @property
    def tablero(self) -> PostgresLibroTablero:
        return PostgresLibroTablero(self.conn)

    @property
    def alertas(self) -> PostgresAlertas:
        return PostgresAlertas(self.conn)

    @property
    def indicios(self) -> PostgresIndicios:
        return PostgresIndicios(self.conn)

    def steady(self) -> None:
        self.conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    def lock(self) -> None:
        lock_books(self.conn)
        self.locked.append(True)

    def settled(self) -> None:
        for number in (locks.BOOKS, locks.CONCILIACION):
            locks.wait(self.conn, number, "Otro cambio de estos libros sigue en curso.", shared=True)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        # Without a statement before it, psycopg would take this for the whole transaction and end that with it.
        self.conn.execute("SELECT")
        with self.conn.transaction():
            yield

    def octets(self) -> int:
        row = self.conn.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row is not None
        return int(row[0])

    def grown(self) -> None:
        # The server would do it by itself a minute later: no reason to fail for what was entered.
        with suppress(psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable), self.attempt():
            self.conn.execute("SELECT analizar_libros()")


@dataclass(frozen=True, slots=True)
class PostgresBooks:
    """`connection` gives a transaction on a tenant's database, and raises TenantMissing when there is none.

    `contribuyente` says whose it is; `changed` is told which books are about to change.
    """

    connection: Callable[[TenantId], AbstractContextManager[Connection]]
    contribuyente: Callable[[TenantId], Contribuyente]
    changed: Callable[[TenantId], None] = lambda _: None

    @contextmanager
    def open(self, tenant: TenantId) -> Iterator[PostgresOpenBooks]:
        quien = self.contribuyente(tenant)
        with self.connection(tenant) as conn:
            opened = PostgresOpenBooks(conn, quien)
            yield opened
            if opened.locked:
                self.changed(tenant)
