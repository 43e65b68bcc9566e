"""Many clients on one server with few connections: each is served, and nobody takes more than there are."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Thread

import psycopg
import pytest

from tests.system.asking import Api
from tests.system.household import a_client
from tests.system.installation import Installation, installation, running, served
from tests.system.owners import own_password
from tests.system.papers import rfc
from tests.system.scale import FULL, proof

TENANTS = proof(30, 200)
ROUNDS = 3
CONNECTIONS = 60
AT_ONCE = 8

pytestmark = pytest.mark.timeout(1200 if FULL else 300)


class Watch:
    """The most client connections the server has had at once."""

    def __init__(self, superuser: str) -> None:
        self.most = 0
        self._superuser = superuser

    @contextmanager
    def watching(self) -> Iterator["Watch"]:
        ended = Event()

        def look() -> None:
            with psycopg.connect(self._superuser, autocommit=True) as conn:
                while not ended.wait(0.01):
                    row = conn.execute(
                        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                    ).fetchone()
                    self.most = max(self.most, row[0] if row else 0)

        thread = Thread(target=look)
        thread.start()
        try:
            yield self
        finally:
            ended.set()
            thread.join()


def taken_in(installed: Installation, rfcs: Sequence[str]) -> list[float]:
    """The seconds each took."""
    operator, taken = installed.operator, []
    for each in rfcs:
        began = time.monotonic()
        answer = operator.post("/api/tenants", a_client(each))
        taken.append(time.monotonic() - began)
        assert answer.status == 201, answer.body
    return taken


def test_every_client_is_served_with_sixty_connections_for_all() -> None:
    rfcs = [rfc(number, "M") for number in range(TENANTS)]
    with installation(CONNECTIONS, WORKERS="2") as installed, served(installed):
        watch = Watch(installed.superuser)
        with watch.watching():
            seconds = sorted(taken_in(installed, rfcs))
            emails = [f"{each.lower()}@ejemplo.mx" for each in rfcs]
            password = own_password(installed.env, installed.url, *emails)
            with running(installed, "worker"):
                owners = [Api(installed.url).signed_in(email, password) for email in emails]
                began = time.monotonic()
                visit(owners)
                took = time.monotonic() - began
        postgres = (installed.folder / "postgres" / "postgres.log").read_text()
    p95 = seconds[int(len(seconds) * 0.95)]
    print(f"\n{TENANTS} altas: p50 {seconds[len(seconds) // 2]:.3f} s, p95 {p95:.3f} s")
    print(f"{TENANTS * ROUNDS} consultas en {took:.2f} s, {watch.most} conexiones de {CONNECTIONS} como máximo")
    assert "too many" not in postgres
    assert "remaining connection slots" not in postgres
    assert watch.most <= CONNECTIONS
    if FULL:
        assert p95 < 1.5


def visit(owners: Sequence[Api]) -> None:
    """Each asks for its list in turn, several at once, as often as there are rounds."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(ROUNDS):
            for page in pool.map(lambda owner: owner.get("/api/cfdi"), owners):
                assert page["items"] == []
