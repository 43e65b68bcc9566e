"""An office that has worked for a while: what a client did besides uploading, and the operator's other clients.

The others have no database of their own: they are rows of the central one, which is all that the panel reads of them.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg

from contracts.efirmas import an_efirma
from contracts.ports.conciliacion import statement_form
from contracts.ports.paquetes import HEAD
from contracts.routes import fiel_form
from horux_adapters.container.horux import Horux
from horux_adapters.postgres.connecting import dsn
from horux_core.fiscal.cfdi.model import Direccion, Tipo
from horux_core.fiscal.cfdi.stored import Filter, StoredCfdi
from horux_core.identity.model import Actor, Membership, Role, User
from horux_core.kernel.ids import TenantId, UserId
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc
from tests.benchmarks.clients import some_rfc
from tests.benchmarks.ground import RFC, Ground
from tests.http.whole import Whole

OPERATOR, OWNER, PASSWORD = "operador@horux360.example", "duena@kemper.example", "tambor lila de marzo"
TEMPORARY = "temporal@kemper.example"
OTHERS = 200
_ROWS = 400
_PEOPLE = {OWNER: Role.OWNER, TEMPORARY: Role.VISOR, "luis@kemper.example": Role.CONTADOR} | {
    f"visor{n}@kemper.example": Role.VISOR for n in range(7)
}


def furnished(ground: Ground, product: Whole, tenant: TenantId, mes: Periodo, now: datetime) -> None:
    """`mes` is the last that has documents, and `now` a day of it."""
    _people(product.horux, tenant, now)
    _others(ground, tenant, now)
    _settings(product, mes, now)
    _papers(product, tenant, mes)


def _people(horux: Horux, tenant: TenantId, now: datetime) -> None:
    horux.use_cases.create_operator()(OPERATOR, "Olga Operadora", PASSWORD)
    hashed = horux.gateways.hasher().hash(PASSWORD)
    with horux.gateways.directory().transaction() as tx:
        for email, role in _PEOPLE.items():
            name = email.partition("@")[0].title()
            user = User(UserId(uuid4()), email, name, False, hashed, email == TEMPORARY, None, True, now)
            tx.users.add(user)
            tx.memberships.add(Membership(user.id, tenant, role))


def _settings(product: Whole, mes: Periodo, now: datetime) -> None:
    form, kind = fiel_form(an_efirma(rfc=RFC, desde=now - timedelta(days=300), hasta=now + timedelta(days=20)))
    own, staff = (_bearer(product, who) for who in (OWNER, OPERATOR))
    asked: list[tuple[str, str, dict[str, str], dict[str, Any]]] = [
        ("POST", "/api/fiel", own | {"Content-Type": kind}, {"content": form}),
        ("POST", "/api/api-keys", own, {"json": {"nombre": "Punto de venta", "scopes": ["cfdi:write"]}}),
        ("POST", "/api/listas/69b", staff | {"Content-Type": "text/csv"}, {"content": _list_69b(product)}),
        *(
            ("PATCH", f"/api/configuracion/fiscal?anio={anio}", own, {"json": {"coeficienteUtilidad": "0.2145"}})
            for anio in (mes.anio - 1, mes.anio)
        ),
        *(
            ("PUT", f"/api/declaraciones/{what}/{mes.anio}/{each}", own,
                {"json": {"presentadaEn": f"{mes.anio}-{each + 1:02d}-17", "monto": "5707.00"}})
            for what in ("iva", "isr") for each in range(1, mes.mes - 1)
        ),
        *(
            ("PUT", f"/api/plans/{plan}/prices", staff, {"json": {"monthly": "999.00", "yearly": "9990.00"}})
            for plan in ("starter", "business", "professional", "enterprise")
        ),
    ]  # fmt: skip
    for method, path, headers, sent in asked:
        answer = product.http.request(method, path, headers=headers, **sent)
        assert answer.is_success, f"{method} {path}: {answer.text[:300]}"


def _papers(product: Whole, tenant: TenantId, mes: Periodo) -> None:
    """A statement of what was collected and paid of the newest invoices, and what the SAT says of the last month."""
    actor = Actor(None, OWNER, False, None, tenant, Role.OWNER)
    listing = product.horux.use_cases.list_cfdis()
    newest: list[StoredCfdi] = []
    cursor = None
    while len(newest) < _ROWS:
        page = listing(actor, Filter(tipo=Tipo.INGRESO), cursor, 100)
        newest, cursor = newest + list(page.items), page.next_cursor
    lines = [
        f"{each.cfdi.fecha_emision.date() + timedelta(days=1)},SPEI {each.cfdi.rfc_receptor},"
        f"{'' if each.direccion is Direccion.EMITIDO else '-'}{each.cfdi.total}"
        for n, each in enumerate(newest)
        if n % 4 and each.cfdi.total
    ]
    form, kind = statement_form(("Fecha,Concepto,Importe\n" + "\n".join(lines)).encode(), cuenta="BBVA 0123")
    told = HEAD + "".join(
        f"{each.cfdi.uuid if n % 5 else uuid4()}~{each.cfdi.rfc_emisor}~E~{each.cfdi.rfc_receptor}~R~SPR190613I52~"
        f"{each.cfdi.fecha_emision:%Y-%m-%d %H:%M:%S}~{each.cfdi.fecha_emision:%Y-%m-%d %H:%M:%S}~"
        f"{each.cfdi.total + (n % 7 == 3)}~I~1~\r\n"
        for n, each in enumerate(newest)
        if Periodo.of(each.cfdi.fecha_emision.date()) == mes
    )
    own = _bearer(product, OWNER)
    for path, content, kind_ in (
        ("/api/conciliacion/estado-cuenta", form, kind),
        ("/api/xml-sat/paquetes", told.encode(), "application/octet-stream"),
    ):
        answer = product.http.post(path, content=content, headers=own | {"Content-Type": kind_})
        assert answer.is_success, f"{path}: {answer.text[:300]}"


def _list_69b(product: Whole) -> bytes:
    """As long as the real one, with some whom the client buys from in it."""
    actor = Actor(None, OWNER, False, None, product.horux.gateways.registry().find(Rfc(RFC)).id, Role.OWNER)
    page = product.horux.use_cases.list_cfdis()(actor, Filter(direccion=Direccion.RECIBIDO), None, 20)
    bought = sorted({each.cfdi.rfc_emisor for each in page.items})[:5]
    rows = [f"{rfc},PROVEEDOR,Presunto" for rfc in (*bought, *map(some_rfc, range(650)))]
    return ("RFC,Nombre,Situación del contribuyente\n" + "\n".join(dict.fromkeys(rows)) + "\n").encode()


def _bearer(product: Whole, who: str) -> dict[str, str]:
    answer = product.http.post("/api/auth/login", json={"email": who, "password": PASSWORD})
    assert answer.is_success, answer.text
    return {"Authorization": f"Bearer {answer.json()['accessToken']}"}


def _others(ground: Ground, tenant: TenantId, now: datetime) -> None:
    """With what each pays, uses and did; and the mails, notices and jobs of all."""
    names = [(some_rfc(n + 100), f"Comercial {n} SA de CV", n) for n in range(OTHERS)]
    with psycopg.connect(dsn(ground.env["DATABASE_ADMIN_URL"]), autocommit=True) as conn:
        conn.execute("CREATE TEMP TABLE made (id uuid, rfc text, nombre text, n integer)")
        with conn.cursor() as cursor, cursor.copy("COPY made FROM STDIN") as rows:
            for rfc, nombre, n in names:
                rows.write_row((uuid4(), rfc, nombre, n))
        for statement in _OTHERS:
            conn.execute(statement.encode(), {"now": now, "tenant": tenant})
        conn.execute("ANALYZE")


_OTHERS = (
    """INSERT INTO tenants (id, rfc, nombre, plan, database_name, server, regimenes, state, created_at)
    SELECT id, rfc, nombre, (ARRAY['starter', 'business', 'professional', 'enterprise'])[1 + n %% 4], 'sin_base_' || n,
        'principal', '{601}', 'live', %(now)s - n * interval '3 days' FROM made""",
    """INSERT INTO subscriptions (tenant_id, plan, status, amount, payer_email, current_period_start,
        current_period_end, created_at)
    SELECT id, 'business', CASE WHEN n %% 15 = 0 THEN 'paused' ELSE 'authorized' END, 999, 'pagos@ejemplo.mx',
        %(now)s - interval '20 days', %(now)s + (n %% 40 - 12) * interval '1 day', %(now)s - interval '1 year'
    FROM made""",
    """INSERT INTO payments (tenant_id, subscription_id, amount, status, payment_method, reference, paid_at, counted)
    SELECT t.tenant_id, t.id, 999, 'approved', 'spei', 'SPEI ' || m, %(now)s - m * interval '30 days', true
    FROM subscriptions t, generate_series(1, 12) m""",
    """INSERT INTO client_usage SELECT id, n * 217, n * 1048576::bigint, %(now)s FROM made""",
    """INSERT INTO users (id, email, nombre, created_at)
    SELECT gen_random_uuid(), 'dueno' || n || '@ejemplo.mx', 'Dueño ' || n, %(now)s FROM made""",
    """INSERT INTO memberships (user_id, tenant_id, role)
    SELECT u.id, m.id, 'owner' FROM made m JOIN users u ON u.email = 'dueno' || n || '@ejemplo.mx'""",
    """INSERT INTO sessions (id, user_id, tenant_id, created_at, expires_at)
    SELECT gen_random_uuid(), user_id, tenant_id, %(now)s - s * interval '1 day', %(now)s + s * interval '1 day'
    FROM memberships, generate_series(1, 20) s WHERE role = 'owner'""",
    """INSERT INTO audit_log (id, at, email, tenant_id, action, method, path, request_id)
    SELECT gen_random_uuid(), %(now)s - s * interval '1 minute', 'dueno@ejemplo.mx',
        CASE WHEN s %% 2 = 0 THEN %(tenant)s ELSE (SELECT id FROM made WHERE n = s %% 200) END,
        'cfdi-estado', 'PATCH', '/api/cfdi/x', 'prueba' FROM generate_series(1, 20000) s""",
    """INSERT INTO jobs (id, tenant_id, kind, subject, state, recibidos, procesados, outcome, error, created_at,
        updated_at)
    SELECT gen_random_uuid(), m.id, 'carga', '{}', CASE WHEN s %% 9 = 0 THEN 'fallido' ELSE 'terminado' END, 90, 90,
        '{}', CASE WHEN s %% 9 = 0 THEN 'El archivo no se pudo leer.' END, %(now)s - s * interval '1 day', %(now)s
    FROM made m, generate_series(1, 10) s""",
    """INSERT INTO outbox (id, name, payload, done_at)
    SELECT gen_random_uuid(), 'prueba', '{}', %(now)s FROM generate_series(1, 5000)""",
    """INSERT INTO mails (id, cause, kind, recipient, tenant_id, attempts, created_at, sent_at, ended_at)
    SELECT gen_random_uuid(), o.id, 'Welcome', 'dueno@ejemplo.mx', %(tenant)s, 1, %(now)s, %(now)s, %(now)s
    FROM outbox o WHERE name = 'prueba'""",
    """INSERT INTO notices (id, received_at, verdict, topic, reference, query, headers, body, remote, state, attempts)
    SELECT gen_random_uuid(), %(now)s - s * interval '1 hour', 'ok', 'payment', s::text,
        'data.id=' || s || '&type=payment', '[]', '{"action":"updated"}', '203.0.113.7',
        CASE WHEN s %% 50 = 0 THEN 'muerto' ELSE 'procesado' END, 1
    FROM generate_series(1, 5000) s""",
)
