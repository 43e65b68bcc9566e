"""What ends a session, or changes what a client may do, is seen by every process within a second."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Event, Thread
from uuid import uuid4

import psycopg
import pytest

from contracts.samples import an_xml
from horux_adapters.container.clock import system_clock
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.postgres.naming import database_name
from horux_core.billing.standing import pause
from horux_core.kernel.clock import dia_fiscal
from horux_core.kernel.rfc import Rfc
from tests.system.asking import Api
from tests.system.everywhere import WORKERS, Everywhere, Question
from tests.system.installation import Installation, installation, served
from tests.system.owners import CHOSEN
from tests.system.papers import rfc
from tests.system.waiting import until

SEEN_WITHIN = 1.0
AT_ONCE = 0.05
"""Less than an ear needs to listen again: what is taken later than this was taken on trust in nobody."""
ANA, LUZ, PAZ, SOL, EVA = (rfc(number, "V") for number in range(5))

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="qué proceso atiende una conexión se lee de /proc")


@pytest.fixture(scope="module")
def installed() -> Iterator[Installation]:
    with installation(WORKERS=str(WORKERS)) as place:
        yield place


@pytest.fixture(scope="module")
def everywhere(installed: Installation) -> Iterator[Everywhere]:
    with served(installed) as server, Everywhere(installed.url, server.pid) as found:
        yield found


@pytest.fixture(scope="module")
def owners(installed: Installation, everywhere: Everywhere) -> Mapping[str, Api]:
    return installed.clients((ANA, LUZ, PAZ, SOL, EVA))


def again(installed: Installation, who: str) -> Api:
    """Another session of its owner."""
    return Api(installed.url).signed_in(f"{who.lower()}@ejemplo.mx", CHOSEN)


def uploading(owner: Api, who: str) -> Question:
    """A new document each time."""

    def upload(wire: HTTPConnection) -> int:
        xml = an_xml(uuid=str(uuid4()), rfc_emisor=who)
        return owner.ask("POST", "/api/cfdi", xml, kind="application/xml", on=wire).status

    return upload


def adjusting(owner: Api) -> Question:
    """A change whose body is read before it is refused: the connection stays."""
    return lambda wire: owner.ask("PATCH", "/api/configuracion/fiscal?anio=2026", {}, on=wire).status


def getting(api: Api, path: str) -> Question:
    return lambda wire: api.ask("GET", path, on=wire).status


def seen(
    everywhere: Everywhere,
    what: str,
    question: Question,
    act: Callable[[], object],
    after: int,
    within: float = SEEN_WITHIN,
    before: tuple[int, ...] = (200, 201),
) -> None:
    """Once `act` was answered, every process answers `after` within so many seconds, and none goes back on it."""
    everywhere.meet()
    for _ in range(3):
        assert set(everywhere.asked(question)) <= set(before), "every process remembers how it was"
    act()
    began = time.monotonic()
    changed: dict[int, float] = {}
    while len(changed) < WORKERS:
        for pid, wire in everywhere.wires.items():
            asked = time.monotonic() - began
            status = question(wire)
            assert status in ((after,) if pid in changed else (*before, after)), f"{what}: {pid} dijo {status}"
            if status == after:
                changed.setdefault(pid, asked)
            assert status == after or asked < within, f"{what}: {asked * 1000:.0f} ms después aún valía lo de antes"
    assert everywhere.asked(question) == [after] * WORKERS
    print(f"\n{what}: visto por {WORKERS} procesos en {max(changed.values()) * 1000:.1f} ms")


def a_key(owner: Api, installed: Installation, *scopes: str) -> tuple[Api, str]:
    """Asking with a new key, and its id."""
    made = owner.post("/api/api-keys", {"nombre": "Caja", "scopes": list(scopes)})
    assert made.status == 201, made.body
    return Api(installed.url).bearing(made.json["secreto"]), made.json["llave"]["id"]


def turning(key: Api) -> Question:
    """What a key opens. One that is shown again and again although it is shut is made to wait: 401 and then 429."""

    def turn(wire: HTTPConnection) -> int:
        status = key.ask("GET", "/api/cfdi", on=wire).status
        return 401 if status == 429 else status

    return turn


def log_out(api: Api) -> Callable[[], None]:
    def act() -> None:
        assert api.post("/api/auth/logout").status == 204

    return act


def test_a_session_that_was_closed(installed: Installation, everywhere: Everywhere, owners: Mapping[str, Api]) -> None:
    session = again(installed, ANA)
    seen(everywhere, "salir", getting(session, "/api/auth/me"), log_out(session), 401)
    assert owners[ANA].get("/api/auth/me")["email"] == f"{ANA.lower()}@ejemplo.mx"


def test_the_other_sessions_that_were_ended(
    installed: Installation, everywhere: Everywhere, owners: Mapping[str, Api]
) -> None:
    other, mine = again(installed, LUZ), again(installed, LUZ)

    def act() -> None:
        assert mine.ask("DELETE", "/api/auth/sesiones").status == 204

    seen(everywhere, "cerrar las demás", getting(other, "/api/cfdi"), act, 401)
    assert everywhere.asked(getting(mine, "/api/cfdi")) == [200] * WORKERS


def test_a_key_that_was_revoked(installed: Installation, everywhere: Everywhere, owners: Mapping[str, Api]) -> None:
    owner = again(installed, LUZ)
    (key, ident), (other, _) = (a_key(owner, installed, "cfdi:read") for _ in range(2))

    def act() -> None:
        assert owner.ask("DELETE", f"/api/api-keys/{ident}").status == 204

    seen(everywhere, "llave revocada", turning(key), act, 401, AT_ONCE)
    assert everywhere.asked(turning(other)) == [200] * WORKERS


def test_a_plan_without_keys(installed: Installation, everywhere: Everywhere, owners: Mapping[str, Api]) -> None:
    key, _ = a_key(again(installed, LUZ), installed, "cfdi:read")

    def change(plan: str) -> None:
        assert installed.operator.ask("PATCH", f"/api/tenants/{LUZ}", {"plan": plan}).status == 200

    seen(everywhere, "plan sin llaves", turning(key), lambda: change("professional"), 403)
    change("enterprise")


def test_a_smaller_plan(installed: Installation, everywhere: Everywhere, owners: Mapping[str, Api]) -> None:
    operator = installed.operator

    def shrink() -> None:
        assert operator.ask("PATCH", f"/api/tenants/{PAZ}", {"cfdiLimit": 1}).status == 200

    seen(everywhere, "límite del plan", uploading(owners[PAZ], PAZ), shrink, 403)


def test_a_subscription_that_was_paused_and_paid_again(
    installed: Installation, everywhere: Everywhere, owners: Mapping[str, Api]
) -> None:
    operator, change = installed.operator, adjusting(owners[EVA])
    paid = {"amount": "999.00", "paidAt": dia_fiscal(system_clock()).isoformat(), "reference": "SPEI 1"}

    def pay() -> None:
        assert operator.ask("POST", f"/api/tenants/{EVA}/payments/manual", paid).status == 201

    with opened(load(installed.env)) as horux:
        ledger, tenant = horux.gateways.ledger(), horux.gateways.registry().find(Rfc(EVA)).id

        def stop() -> None:
            with ledger.transaction() as tx:
                tx.tenants.lock(tenant)
                standing = tx.subscriptions.live(tenant)
                assert standing is not None
                tx.subscriptions.save(pause(standing))

        seen(everywhere, "suscripción en pausa", change, stop, 403)
        assert everywhere.asked(getting(owners[EVA], "/api/cfdi")) == [200] * WORKERS
        seen(everywhere, "pago anotado", change, pay, 200, before=(403,))


def test_nothing_old_is_taken_while_word_of_changes_is_cut_off(
    installed: Installation, everywhere: Everywhere, owners: Mapping[str, Api]
) -> None:
    with deaf(installed):
        for number in range(10):
            session = again(installed, ANA)
            question, act = getting(session, "/api/cfdi"), log_out(session)
            seen(everywhere, f"salir sin avisos ({number})", question, act, 401, AT_ONCE)
    session = again(installed, ANA)
    seen(everywhere, "salir, de nuevo con avisos", getting(session, "/api/cfdi"), log_out(session), 401)


@contextmanager
def deaf(installed: Installation) -> Iterator[None]:
    """While every ear for changes is cut off as soon as it listens."""
    ended, cut = Event(), [0]

    def cut_off() -> None:
        with psycopg.connect(installed.superuser, autocommit=True) as conn:
            while not ended.is_set():
                rows = conn.execute(
                    "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
                    " WHERE application_name = 'horux-escucha'"
                ).fetchall()
                cut[0] += len(rows)
                ended.wait(0.02)

    thread = Thread(target=cut_off)
    thread.start()
    until("se cortan los avisos", lambda: cut[0] >= WORKERS, 10)
    try:
        yield
    finally:
        ended.set()
        thread.join()
    print(f"\n{cut[0]} avisos cortados")


def test_a_client_that_was_let_go(installed: Installation, everywhere: Everywhere, owners: Mapping[str, Api]) -> None:
    operator = installed.operator

    def let_go() -> None:
        assert operator.ask("DELETE", f"/api/tenants/{SOL}").status == 204

    key, ident = a_key(owners[SOL], installed, "cfdi:read")
    assert everywhere.asked(turning(key)) == [200] * WORKERS
    seen(everywhere, "baja de la empresa", getting(owners[SOL], "/api/cfdi"), let_go, 401)
    assert everywhere.asked(turning(key)) == [401] * WORKERS
    assert installed.rows("SELECT 1 FROM api_keys WHERE id = %s", ident, database="horux360") == []
    assert everywhere.asked(getting(owners[SOL], "/api/auth/me")) == [401] * WORKERS
    assert installed.rows("SELECT 1 FROM pg_database WHERE datname = %s", database_name(SOL)) == []
    assert everywhere.asked(getting(owners[ANA], "/api/cfdi")) == [200] * WORKERS
