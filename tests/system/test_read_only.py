"""A client whose subscription is inactive: all that would write is refused, and no row of any table is another."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from psycopg import sql

from contracts.efirmas import an_efirma
from contracts.ports.alertas import an_alert
from contracts.ports.calendario import PRESENTADA as AN_OBLIGATION
from contracts.ports.conciliacion import a_bank
from contracts.routes import BOOKS, CLIENT, STORED, Row, fiel_form
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.postgres.naming import database_name
from horux_core.billing.standing import cancel
from horux_core.kernel.rfc import Rfc
from tests.system.asking import Answer, Api
from tests.system.installation import Installation, installation, served

INACTIVE = "Suscripción inactiva. Contacta soporte para reactivar."
WRITES = [row for row in BOOKS if row.needs_subscription]


@pytest.fixture(scope="module")
def installed() -> Iterator[Installation]:
    with installation(WORKERS="1") as place, served(place):
        yield place


def inactive(installed: Installation) -> tuple[Api, Api]:
    """The owner, and an API key, of a client with one document and its e.firma, whose subscription was cancelled."""
    api = installed.clients([CLIENT])[CLIENT]
    assert api.post("/api/cfdi", STORED, kind="application/xml").status == 201
    form, kind = fiel_form(an_efirma(rfc=CLIENT))
    assert api.post("/api/fiel", form, kind=kind).status == 201
    made = api.post("/api/api-keys", {"nombre": "Caja", "scopes": ["cfdi:read", "cfdi:write", "reportes:read"]})
    key = Api(installed.url).bearing(made.json["secreto"])
    with opened(load(installed.env)) as horux:
        tenant = horux.gateways.registry().find(Rfc(CLIENT)).id
        with horux.gateways.books().open(tenant) as books:
            books.alertas.guardar([an_alert()])
            a_bank(books)
            books.calendario.marcar(AN_OBLIGATION)
        with horux.gateways.ledger().transaction() as tx:
            tx.tenants.lock(tenant)
            standing = tx.subscriptions.live(tenant)
            assert standing is not None
            tx.subscriptions.save(cancel(standing))
    return api, key


@pytest.fixture(scope="module")
def both(installed: Installation) -> tuple[Api, Api]:
    return inactive(installed)


@pytest.fixture(scope="module")
def owner(both: tuple[Api, Api]) -> Api:
    return both[0]


def sent(api: Api, row: Row, person: str = "") -> Answer:
    body = row.content if row.content is not None else row.body
    known = {"person": person or uuid4(), "alerta": an_alert().id, "key": uuid4()}
    return api.ask(row.method, row.address.format(**known), body, kind=row.kind)


def rows(installed: Installation, database: str | None = None) -> dict[str, str]:
    """What each table holds, in short."""
    found = {}
    listed = installed.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database=database)
    for (table,) in listed:
        query = sql.SQL("SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {} AS t")
        ((found[table],),) = installed.rows(query.format(sql.Identifier(table)).as_string(), database=database)
    return found


def test_what_writes_is_refused_and_changes_no_row(installed: Installation, owner: Api) -> None:
    books = database_name(CLIENT)
    before = rows(installed), rows(installed, books)
    assert before[1]["cfdis"]
    for row in WRITES:
        answer = sent(owner, row)
        assert (answer.status, answer.json["message"]) == (403, INACTIVE), row.route
    assert (rows(installed), rows(installed, books)) == before
    assert [file for file in (installed.folder / "spool").rglob("*") if file.is_file()] == []


def test_what_only_reads_is_answered(owner: Api) -> None:
    for row in BOOKS:
        if row.reads and "{job_id}" not in row.route:
            assert sent(owner, row).status == 200, row.route


def test_a_key_reads_and_does_not_write(installed: Installation, both: tuple[Api, Api]) -> None:
    owner, key = both
    books = database_name(CLIENT)
    before = rows(installed, books)
    for row in BOOKS:
        if row.scope is not None and "{job_id}" not in row.route:
            answer = sent(key, row)
            assert answer.status == (200 if row.reads else 403), row.route
            assert row.reads or answer.json["message"] == INACTIVE, row.route
    assert rows(installed, books) == before
    (listed,) = owner.get("/api/api-keys")["items"]
    assert owner.ask("DELETE", f"/api/api-keys/{listed['id']}").status == 204
    assert key.ask("GET", "/api/cfdi").status == 401


def test_its_e_firma_is_destroyed_all_the_same(owner: Api) -> None:
    assert owner.ask("DELETE", "/api/fiel").json["recibo"]["rfc"] == CLIENT
    assert owner.ask("GET", "/api/fiel").status == 404


def test_the_operator_viewing_writes_all_the_same(installed: Installation, owner: Api) -> None:
    operator = installed.operator.viewing(CLIENT)
    invited = sent(operator, next(row for row in WRITES if row.route.endswith("/invite"))).json["id"]
    for row in WRITES:
        if "operator-viewing" in row.passes and not row.route.endswith("/invite"):
            assert sent(operator, row, invited).status == row.status, row.route
