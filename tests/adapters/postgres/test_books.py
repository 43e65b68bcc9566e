import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from contracts.libros import PROPIO, a_cfdi, a_full_cfdi, an_entry, uuid
from contracts.ports.ajustes import AjustesContract
from contracts.ports.books import BooksContract, entered
from contracts.ports.books_together import BooksTogetherContract
from contracts.ports.cargas import CargasContract
from contracts.ports.libro_isr import LibroIsrContract
from contracts.ports.libro_iva import LibroIvaContract
from contracts.ports.libro_reportes import LibroReportesContract
from contracts.ports.libro_tablero import LibroTableroContract
from contracts.ports.looking_through import LookingThroughContract
from contracts.ports.metadata_sat import MetadataSatContract
from horux_adapters.postgres import libro_iva, migrating
from horux_adapters.postgres.books import PostgresBooks
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.copying import Row
from horux_adapters.postgres.pools import Connection
from horux_adapters.sat.reading import read_cfdi
from horux_core.fiscal.cfdi.entering import enter
from horux_core.fiscal.cfdi.errors import CfdiNoGuardable
from horux_core.fiscal.cfdi.model import Advertencia, Direccion
from horux_core.fiscal.cfdi.outcome import Batch
from horux_core.fiscal.cfdi.stored import Entry, Filter, Original
from horux_core.fiscal.configuracion.model import Contribuyente
from horux_core.fiscal.iva.model import Aviso, Documento
from horux_core.fiscal.ports import Books
from horux_core.fiscal.recomputing import recompute
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import PRIMERO, ULTIMO, Periodo
from horux_core.kernel.rfc import Rfc
from horux_core.tenancy.errors import DatabaseUnavailable, TenantMissing
from tests.despacho import Despacho
from tests.samples import shared


@pytest.fixture(scope="module")
def tenant_dsn(postgres_url: str) -> Iterator[str]:
    """A tenant's database with its tables, for the tests of this file."""
    name = f"prueba_{uuid4().hex[:16]}"
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    address = dsn(postgres_url, dbname=name)
    migrating.apply(address, migrating.read(files("horux_adapters.postgres") / "migrations" / "tenant"))
    yield address
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def whose(_: TenantId) -> Contribuyente:
    return Contribuyente(Rfc(PROPIO), ("601",))


class InPostgres:
    @pytest.fixture
    def tenant(self) -> TenantId:
        return TenantId(UUID(int=1))

    @pytest.fixture
    def books(self, tenant: TenantId, tenant_dsn: str) -> Books:
        with psycopg.connect(tenant_dsn) as conn:
            tables = conn.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_version'"
            ).fetchall()
            names = sql.SQL(", ").join(sql.Identifier(name) for (name,) in tables)
            conn.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(names))

        @contextmanager
        def connection(asked: TenantId) -> Iterator[Connection]:
            if asked != tenant:
                raise TenantMissing("No existe esa empresa.")
            with psycopg.connect(tenant_dsn) as conn:
                yield conn

        return PostgresBooks(connection, whose)


class TestPostgresBooks(InPostgres, BooksContract):
    def test_gives_every_real_document_back_as_it_was_read(self, books: Books, tenant: TenantId) -> None:
        read = {}
        for path in sorted(shared("samples", "cfdi").rglob("*.xml")):
            content = path.read_bytes()
            cfdi = read_cfdi(content)
            original = Original(hashlib.sha256(content).digest(), len(content), content)
            read[cfdi.uuid] = Entry(path.name, cfdi, Direccion.EMITIDO, original)
        assert len(entered(books, tenant, *read.values()).inserted) == len(read) > 40
        with books.open(tenant) as opened:
            for folio, entry in read.items():
                assert opened.cfdis.get(folio).cfdi == entry.cfdi
                assert opened.cfdis.original(folio) == entry.original

    def test_works_the_scenario_out_as_the_books_in_memory_do(self, books: Books, tenant: TenantId) -> None:
        despacho = Despacho(tenant=tenant)
        despacho.enter_samples("escenario")
        entries = []
        with despacho.books.open(tenant) as memory:
            for kept in memory.cfdis.search(Filter(), None, 100).items:
                whole = memory.cfdis.get(kept.cfdi.uuid)
                entries.append(Entry("", whole.cfdi, whole.direccion, memory.cfdis.original(kept.cfdi.uuid)))
            expected = memory.iva.meses(PRIMERO, ULTIMO)
            events = {mes: memory.iva.eventos(mes) for mes in expected}
        with books.open(tenant) as opened:
            opened.cfdis.enter(entries)
            recompute(opened)
            assert opened.iva.meses(PRIMERO, ULTIMO) == expected
            assert {mes: opened.iva.eventos(mes) for mes in expected} == events
            assert all(opened.cfdis.get(e.cfdi.uuid).cfdi == e.cfdi for e in entries)
        assert len(entries) == 30
        assert expected

    @pytest.mark.parametrize("limit", ["statement_timeout", "lock_timeout"])
    def test_one_that_waits_too_long_for_the_lock_is_told_to_come_back(
        self, books: Books, tenant: TenantId, tenant_dsn: str, limit: str
    ) -> None:
        with books.open(tenant) as first:
            first.lock()
            with psycopg.connect(tenant_dsn, options=f"-c {limit}=50") as conn:

                @contextmanager
                def connection(_: TenantId) -> Iterator[Connection]:
                    yield conn

                with pytest.raises(DatabaseUnavailable), PostgresBooks(connection, whose).open(tenant) as second:
                    second.lock()

    def test_searches_names_by_the_index(self, books: Books, tenant: TenantId, tenant_dsn: str) -> None:
        entered(books, tenant, *(an_entry(a_cfdi(n)) for n in range(50)))
        with psycopg.connect(tenant_dsn) as conn:
            conn.execute("SET enable_seqscan = off")
            plan = conn.execute(
                "EXPLAIN SELECT 1 FROM cfdis WHERE sin_acentos(nombre_emisor) LIKE '%' || sin_acentos(%s) || '%' "
                "OR sin_acentos(nombre_receptor) LIKE '%' || sin_acentos(%s) || '%'".replace("'%'", "'%%'"),
                ("kemper", "kemper"),
            ).fetchall()
        assert "cfdis_nombres_trgm_idx" in str(plan)

    def test_a_document_that_does_not_fit_is_named_and_the_others_are_kept(
        self, books: Books, tenant: TenantId
    ) -> None:
        unfit = replace(a_cfdi(3), serie="nulo\x00")
        batch = Batch(tuple(an_entry(cfdi) for cfdi in (a_cfdi(1), a_cfdi(2), unfit, a_cfdi(4))))
        with pytest.raises(CfdiNoGuardable):
            entered(books, tenant, *batch.entries)
        with books.open(tenant) as opened:
            opened.lock()
            outcome = enter(opened, batch)
        assert (outcome.inserted, [rejected.code for rejected in outcome.rejected]) == (3, ["cfdi-no-guardable"])
        with books.open(tenant) as opened:
            assert opened.cfdis.count() == 3

    def test_one_document_may_have_more_warnings_than_a_smallint_counts(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_cfdi(1))])
            opened.iva.replace([uuid(1)], (), [Aviso("a", uuid(1), str(n)) for n in range(33_000)])
            assert opened.cfdis.avisos(uuid(1))[-1] == Advertencia("a", "32999")

    def test_knows_what_grew_at_once(self, books: Books, tenant: TenantId, tenant_dsn: str) -> None:
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_cfdi(n)) for n in range(40)])
            opened.grown()
        with psycopg.connect(tenant_dsn) as conn:
            known = conn.execute("SELECT reltuples FROM pg_class WHERE oid = 'cfdis'::regclass").fetchone()
        assert known == (40.0,)

    def test_what_is_entered_is_kept_when_the_tables_cannot_be_looked_at(
        self, books: Books, tenant: TenantId, tenant_dsn: str
    ) -> None:
        with psycopg.connect(tenant_dsn) as conn:
            conn.execute("ALTER FUNCTION analizar_libros() RENAME TO analizar_de_veras")
            conn.execute("CREATE FUNCTION analizar_libros() RETURNS void LANGUAGE sql AS 'SELECT pg_sleep(60)';")
        try:
            with books.open(tenant) as opened:
                opened.cfdis.enter([an_entry(a_cfdi(1))])
                opened.conn.execute("SET LOCAL statement_timeout = 50")  # type: ignore[attr-defined]
                opened.grown()
            with books.open(tenant) as opened:
                assert opened.cfdis.count() == 1
        finally:
            with psycopg.connect(tenant_dsn) as conn:
                conn.execute("DROP FUNCTION analizar_libros()")
                conn.execute("ALTER FUNCTION analizar_de_veras() RENAME TO analizar_libros")

    def test_a_runtime_role_without_ddl_does_all_of_it(self, books: Books, tenant: TenantId, tenant_dsn: str) -> None:
        role = f"prueba_{uuid4().hex[:12]}"
        with psycopg.connect(tenant_dsn) as conn:
            for grant in (
                "CREATE ROLE {}",
                "GRANT USAGE ON SCHEMA public TO {}",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
                "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
                "GRANT EXECUTE ON FUNCTION analizar_libros() TO {}",
            ):
                conn.execute(sql.SQL(grant).format(sql.Identifier(role)))
            conn.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))

            @contextmanager
            def connection(_: TenantId) -> Iterator[Connection]:
                yield conn

            with PostgresBooks(connection, whose).open(tenant) as opened:
                opened.lock()
                opened.cfdis.enter([an_entry(a_full_cfdi()), an_entry(a_cfdi(2))])
                recompute(opened)
                opened.grown()
                assert opened.iva.meses(Periodo(2026, 1), Periodo(2026, 12))
            conn.rollback()


class TestPostgresBooksTogether(InPostgres, BooksTogetherContract): ...


class TestPostgresLookingThrough(InPostgres, LookingThroughContract): ...


class TestPostgresCargas(InPostgres, CargasContract): ...


class TestPostgresLibroIsr(InPostgres, LibroIsrContract): ...


class TestPostgresLibroIva(InPostgres, LibroIvaContract): ...


class TestPostgresLibroIvaReadingAllOfIt(InPostgres, LibroIvaContract):
    """The same where it is quicker to read all the books than to ask for each document."""

    @pytest.fixture(autouse=True)
    def _whole(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(libro_iva, "_WHOLE", 1)

    def test_reads_all_of_it_only_when_most_is_asked_for(
        self, books: Books, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[bool] = []
        read = libro_iva.PostgresLibroIva._documentos

        def watched(
            libro: libro_iva.PostgresLibroIva, uuids: Collection[str] | None, propios: dict[str, Row]
        ) -> dict[str, Documento]:
            asked.append(uuids is None)
            return read(libro, uuids, propios)

        monkeypatch.setattr(libro_iva.PostgresLibroIva, "_documentos", watched)
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_cfdi(n)) for n in range(4)])
            assert set(opened.iva.connected([uuid(0)])) == {uuid(0)}
            assert set(opened.iva.connected([uuid(0), uuid(1), uuid(2)])) == {uuid(0), uuid(1), uuid(2)}
        assert True in asked
        assert asked[0] is False


class TestPostgresAjustes(InPostgres, AjustesContract): ...


class TestPostgresLibroReportes(InPostgres, LibroReportesContract): ...


class TestPostgresLibroTablero(InPostgres, LibroTableroContract): ...


class TestPostgresMetadataSat(InPostgres, MetadataSatContract): ...
