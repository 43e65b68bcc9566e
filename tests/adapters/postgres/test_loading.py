"""Big uploads into PostgreSQL: what is cut off is taken up where it was, and limits hold between two at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.resources import files
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from contracts.ports.uploads import a_zip, xml
from horux_adapters.postgres import migrating
from horux_adapters.postgres.books import PostgresBooks
from horux_adapters.postgres.cargas import PostgresCargas
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.pools import Connection
from horux_adapters.sat import archive
from horux_core.fiscal.cfdi.outcome import Outcome
from horux_core.fiscal.ports import Books
from horux_core.jobs.model import JobState
from horux_core.kernel.ids import JobId, TenantId
from tests.adapters.postgres.test_books import whose
from tests.carga import Carga


@pytest.fixture
def books(postgres_url: str) -> Iterator[Books]:
    name = f"prueba_{uuid4().hex[:16]}"
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    address = dsn(postgres_url, dbname=name)
    migrating.apply(address, migrating.read(files("horux_adapters.postgres") / "migrations" / "tenant"))

    @contextmanager
    def connection(_tenant: TenantId) -> Iterator[Connection]:
        with psycopg.connect(address) as conn:
            yield conn

    yield PostgresBooks(connection, whose)
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def carga(books: Books, monkeypatch: pytest.MonkeyPatch) -> Iterator[Carga]:
    monkeypatch.setattr(archive, "STRETCH_FILES", 5)
    carga = Carga()
    object.__setattr__(carga.despacho, "books", books)
    yield carga
    carga.pool.close()


def a_packet(start: int, count: int) -> tuple[str, bytes]:
    return "z.zip", a_zip(*((f"{n}.xml", xml(n)) for n in range(start, start + count)), ("roto.xml", b"<a"))


REFUSING = """
CREATE FUNCTION no_cabe() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE numeric_value_out_of_range; END $$;
CREATE TRIGGER no_cabe BEFORE INSERT ON cfdis FOR EACH ROW
    WHEN (NEW.uuid_fiscal = '00000000-0000-0000-0000-00000000000d') EXECUTE FUNCTION no_cabe()
"""


class Cut(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("before", [True, False], ids=["antes", "despues"])
@pytest.mark.parametrize("at", [1, 2, 4])
def test_an_upload_cut_off_goes_on_and_tells_the_truth(
    carga: Carga, monkeypatch: pytest.MonkeyPatch, at: int, before: bool
) -> None:
    ident = carga.queued(a_packet(1, 17))
    note, seen = PostgresCargas.anotar, []

    def dying(cargas: PostgresCargas, job: JobId, hasta: int, outcome: Outcome) -> None:
        seen.append(hasta)
        if len(seen) == at and before:
            raise Cut
        note(cargas, job, hasta, outcome)
        if len(seen) == at:
            cargas.conn.commit()
            raise Cut

    with monkeypatch.context() as patched:
        patched.setattr(PostgresCargas, "anotar", dying)
        with pytest.raises(Cut):
            carga.run(ident)
    job = carga.run(ident)
    outcome = Outcome.of(job.outcome or {})
    assert (job.state, outcome.inserted, outcome.duplicates, len(outcome.rejected)) == (JobState.TERMINADO, 17, 0, 1)
    assert (carga.count(), carga.despacho.pending()) == (17, 0)


@pytest.mark.parametrize("limit", [-1, 16], ids=["sin-limite", "con-limite"])
def test_one_document_the_database_cannot_hold_is_named_and_the_others_are_kept(
    carga: Carga, books: Books, limit: int
) -> None:
    carga.limit(limit)
    with books.open(carga.despacho.tenant) as opened:
        opened.conn.execute(REFUSING)  # type: ignore[attr-defined]
    job = carga.run(carga.queued(a_packet(1, 17)))
    outcome = Outcome.of(job.outcome or {})
    assert (job.state, outcome.inserted) == (JobState.TERMINADO, 16)
    assert [(each.file, each.code) for each in outcome.rejected] == [
        ("13.xml", "cfdi-no-guardable"),
        ("roto.xml", "xml-truncado"),
    ]
    assert (carga.count(), carga.despacho.pending()) == (16, 0)


def test_uploads_at_once_never_exceed_the_limit(carga: Carga) -> None:
    carga.limit(20)
    jobs = [carga.queued(a_packet(at, 12)) for at in (100, 200, 300)]
    with ThreadPoolExecutor(3) as threads:
        states = sorted(job.state for job in threads.map(carga.run, jobs))
    assert states == [JobState.FALLIDO, JobState.FALLIDO, JobState.TERMINADO]
    assert carga.count() == 12


def test_uploads_of_the_same_files_at_once_enter_each_once(carga: Carga) -> None:
    jobs = [carga.queued(a_packet(1, 23)) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        outcomes = [Outcome.of(job.outcome or {}) for job in threads.map(carga.run, jobs)]
    assert sum(outcome.inserted for outcome in outcomes) == carga.count() == 23
    assert sum(outcome.duplicates for outcome in outcomes) == 46
