"""Each client's books are its own: S01, S05, S06, S09."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
import psycopg

from contracts.routes import BOOKS, OPERATION, OWN_SESSION, STATEMENT, STATEMENT_KIND, Row
from contracts.samples import an_xml
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.naming import database_name, role_name
from horux_adapters.postgres.servers import derive_password
from horux_core.kernel.ids import TenantId
from tests.security.ground import Ground, bearer, often
from tests.security.judging import INSTALLED, Tally, check
from tests.system.test_isolation import FORBIDDEN
from tests.system.test_read_only import rows

CANARY = "CANARIO-7f3a9c51d2"
SYSTEM = ("horux360", "postgres", "template1")
_DERIVED = re.compile(r"alert|iva|isr|cambio|calend|obliga|indicio|mensual")
_GAP = re.compile(r"{\w+}")
_LEAVING = ("/api/auth/logout", "/api/auth/password", "/api/auth/sesiones", "/api/calendario/feed", "/api/fiel")
"""What one does to oneself, whatever is sent."""
AIMED = [row for row in (*OWN_SESSION, *BOOKS, *OPERATION) if row.route.partition(" ")[2] not in _LEAVING]


@dataclass(frozen=True)
class Named:
    """What something of the other client's is called, and a name of the same form that nothing has."""

    there: str
    nowhere: str


def harvested(ground: Ground) -> list[Named]:
    """Everything the other client has a name for, after filling its books with canaries."""
    there = ground.viewing(ground.other)
    uuid = str(uuid4())
    paper = an_xml(uuid=uuid, rfc_emisor=ground.other, nombre_receptor=CANARY)
    assert ground.ask("POST", "/api/cfdi", {**there, "Content-Type": "application/xml"}, content=paper).is_success
    somebody = {"email": f"{uuid4().hex}@canario.mx", "nombre": CANARY, "role": "visor"}
    person = ground.ask("POST", "/api/usuarios/invite", there, json=somebody).json()["id"]
    made = ground.ask("POST", "/api/api-keys", there, json={"nombre": CANARY, "scopes": ["cfdi:read"]}).json()
    ground.ask("POST", "/api/conciliacion/estado-cuenta", {**there, "Content-Type": STATEMENT_KIND}, content=STATEMENT)
    tenant = ground.get(f"/api/tenants/{ground.other}", ground.operator).json()
    known = [Named(each, str(uuid4())) for each in (uuid, person, made["llave"]["id"], tenant["id"])]
    for path in ("/api/alertas", "/api/conciliacion?anio=2026&mes=1", "/api/admin/mails"):
        # The alert of an obligation is called alike in everybody's books.
        own = ground.get(path, ground.viewing(ground.client)).text if path.startswith("/api/alertas") else ""
        known += [Named(one, str(uuid4())) for one in _idents(ground.get(path, there)) if one not in own][:2]
    return [*known, Named(ground.other, "CAS2408138W2"), Named(tenant["databaseName"], "horux_cas2408138w2")]


def _idents(answer: httpx.Response) -> list[str]:
    return re.findall(r'"id":"([0-9a-f-]{36})"', answer.text)


def _asked(row: Row, name: str) -> Iterator[tuple[str, dict[str, object]]]:
    """The route with that name in its path; in its address and its body where it has no place for one."""
    path = row.route.partition(" ")[2]
    if "{" in path:
        sent: dict[str, object] = {"json": row.body} if row.content is None and not row.reads else {}
        yield _GAP.sub(name, path) + "?anio=2026&mes=1&figura=porCobrar", sent
    elif row.reads:
        for member in ("rfc", "cursor", "tenant"):
            yield f"{row.address}{'&' if '?' in row.address else '?'}{member}={name}", {}
    elif isinstance(row.body, dict):
        yield row.address, {"json": {**row.body, "rfc": name, "id": name, "tenantId": name}}


def _written(ground: Ground) -> dict[str, str]:
    """The other's rows, but for what the worker works out of them by itself."""
    found = rows(ground.inside, database_name(ground.other))
    return {name: text for name, text in found.items() if not _DERIVED.search(name)}


@check("S01", INSTALLED)
def what_another_client_has_opens_nothing(ground: Ground, tally: Tally) -> None:
    names = harvested(ground)
    kept = _written(ground)
    _, secret = ground.key("cfdi:read", "cfdi:write", "reportes:read")
    for _ in range(often(1, 40)):
        for who in (ground.signed_in(), bearer(secret)):
            for row in AIMED:
                for name in names:
                    _nothing_of(ground, tally, who, row, name)
    after = _written(ground)
    tally.sees(after == kept, ("cambió lo del otro", [name for name in kept if after[name] != kept[name]]))


def _nothing_of(ground: Ground, tally: Tally, who: dict[str, str], row: Row, name: Named) -> None:
    for (path, sent), (other, same) in zip(_asked(row, name.there), _asked(row, name.nowhere), strict=True):
        answer = ground.ask(row.method, path, who, **sent)
        tally.sees(CANARY not in answer.text, (row.route, name.there, "el canario"))
        if "{" not in row.route:
            continue
        tally.sees(400 <= answer.status_code < 500, (row.route, name.there, answer.status_code))
        unknown = ground.ask(row.method, other, who, **same)
        alike = _said(answer, name.there) == _said(unknown, name.nowhere)
        tally.sees(alike, (row.route, name.there, answer.text[:90], unknown.text[:90]))


def _said(answer: httpx.Response, name: str) -> tuple[int, str]:
    number = answer.headers.get("x-request-id", "-")
    return answer.status_code, answer.text.replace(number, "").replace(name, "").replace(name.upper(), "")


@dataclass(frozen=True)
class Home:
    rfc: str
    ident: TenantId
    address: str


def homes(ground: Ground) -> list[Home]:
    """Each client's database as its own role opens it."""
    place = ground.inside
    found = []
    for rfc, ident in place.rows("SELECT rfc, id FROM tenants ORDER BY rfc", database="horux360"):
        tenant, base = TenantId(UUID(str(ident))), database_name(rfc)
        password = derive_password(place.env["DATABASE_ROLE_SECRET"].encode(), tenant, base)
        found.append(Home(rfc, tenant, dsn(place.superuser, dbname=base, user=role_name(tenant), password=password)))
    return found


@check("S05", INSTALLED)
def a_role_opens_one_database(ground: Ground, tally: Tally) -> None:
    every = homes(ground)
    for home in every:
        with psycopg.connect(home.address) as conn:
            tally.sees(conn.execute("SELECT count(*) >= 0 FROM cfdis").fetchone() == (True,), "no abre la suya")
        for base in (*(database_name(each.rfc) for each in every), *SYSTEM):
            if base != database_name(home.rfc):
                tally.sees(*_shut(dsn(home.address, dbname=base), "permission denied for database", home.rfc, base))
    for base in (*(database_name(each.rfc) for each in every), "postgres", "template1"):
        central = dsn(ground.inside.env["DATABASE_URL"], dbname=base)
        tally.sees(*_shut(central, "permission denied for database", "el servicio", base))


def _shut(address: str, why: str, *what: str) -> tuple[bool, object]:
    try:
        psycopg.connect(address, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        return why in str(error), (*what, str(error))
    return False, (*what, "abrió")


@check("S06", INSTALLED)
def the_roles_at_work_do_no_more_than_their_work(ground: Ground, tally: Tally) -> None:
    here, there, *_ = homes(ground)
    for table, address in (("tenants", ground.inside.env["DATABASE_URL"]), ("cfdis", here.address)):
        for statement in (*FORBIDDEN, "SELECT dblink_connect('dbname=postgres')"):
            asked = statement.format(table=table, other=role_name(there.ident))
            with psycopg.connect(address, autocommit=True) as conn:
                try:
                    conn.execute(asked.encode())
                except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedFunction):
                    tally.sees(True, asked)
                else:
                    tally.sees(False, asked)
    rights = "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles"
    for name, *more in ground.inside.rows(f"{rights} WHERE rolname LIKE 'horux%'"):
        tally.sees(more == ([False, True, True, False, False] if name == "horux_admin" else [False] * 5), (name, more))


@check("S09", INSTALLED)
def what_is_made_for_two_at_once_is_each_ones_own(ground: Ground, tally: Tally) -> None:
    seen = {rfc: f"CANARIO {uuid4().hex}" for rfc in (ground.client, ground.other)}
    for rfc, mark in seen.items():
        paper = an_xml(uuid=str(uuid4()), rfc_emisor=rfc, nombre_receptor=mark, fecha="2025-03-10T10:00:00")
        sent = {**ground.viewing(rfc), "Content-Type": "application/xml"}
        assert ground.ask("POST", "/api/cfdi", sent, content=paper).is_success
    paths = ("/api/cfdi?limit=50", "/api/reportes/concentrado-rfc?anio=2025&mes=3", "/api/iva/2025/3/detalle",
             "/api/reportes/papel-iva?anio=2025&mes=3", "/api/auditoria", "/api/dashboard?anio=2025&mes=3")  # fmt: skip
    asked = [(rfc, path) for _ in range(often(6, 200)) for path in paths for rfc in seen]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda one: ground.get(one[1], ground.viewing(one[0])), asked))
    for (rfc, path), answer in zip(asked, answers, strict=True):
        others = [mark for who, mark in seen.items() if who != rfc]
        tally.sees(answer.status_code == 200, (path, answer.status_code, answer.text[:100]))
        tally.sees(others[0] not in answer.text, (rfc, path, "lo del otro"))
        tally.sees(path != paths[0] or seen[rfc] in answer.text, (rfc, path, "no está lo suyo"))
