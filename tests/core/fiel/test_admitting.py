"""How many uploads are looked at, and what happens to the others."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import pytest

from contracts.boveda import AT
from horux_core.fiel.errors import FielMissing, FielPasswordWrong
from horux_core.identity.errors import TooManyAttempts
from horux_core.tenancy.model import Tenant
from tests.core.fiel.strongroom import PaperInspector, Strongroom, an_upload, owner


@pytest.fixture
def room() -> Strongroom:
    return Strongroom()


@pytest.fixture
def tenant(room: Strongroom) -> Tenant:
    return room.client()


@contextmanager
def busy(room: Strongroom, monkeypatch: pytest.MonkeyPatch, *tenants: Tenant) -> Iterator[None]:
    """An upload of each of these is being looked at."""
    inside, go_on, whole = [Event() for _ in tenants], Event(), PaperInspector.public_key
    waiting = iter(inside)

    def waits(self: PaperInspector, key: bytes, password: bytes) -> bytes:
        if key == b"KEY lenta":
            next(waiting).set()
            assert go_on.wait(10)
        return whole(self, key, password)

    monkeypatch.setattr(PaperInspector, "public_key", waits)
    threads = [Thread(target=room.store, args=(tenant, "lenta")) for tenant in tenants]
    for thread, there in zip(threads, inside, strict=True):
        thread.start()
        assert there.wait(10)
    try:
        yield
    finally:
        go_on.set()
        for thread in threads:
            thread.join()


def test_a_client_s_uploads_are_looked_at_one_at_a_time(
    room: Strongroom, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = room.client("URE180429TM6")
    with busy(room, monkeypatch, tenant):
        with pytest.raises(TooManyAttempts, match=r"una e\.firma de esta empresa\. Espera 5 segundos y") as refused:
            room.store(tenant, "otra")
        assert refused.value.facts["retryAfter"] == 5
        room.store(other, "suya")
    assert room.open(tenant) == "lenta"
    room.store(tenant, "otra")
    assert room.open(tenant) == "otra"


def test_two_in_all(room: Strongroom, tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    second, third = room.client("URE180429TM6"), room.client("EKU9003173C9")
    with busy(room, monkeypatch, tenant, second):
        with pytest.raises(TooManyAttempts, match=r"e\.firmas de otras empresas\. Espera 5 segundos y") as refused:
            room.store(third, "suya")
        assert refused.value.facts["retryAfter"] == 5
        with pytest.raises(TooManyAttempts, match="de esta empresa"):
            room.store(second, "otra")
        with pytest.raises(FielMissing):
            room.open(third)
    room.store(third, "suya")


class TestWrongPasswords:
    @pytest.fixture(autouse=True)
    def wrong(self, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
        """Those that were tried; of each key, `canaria buena` opens it."""
        tried: list[bytes] = []
        whole = PaperInspector.public_key

        def picky(self: PaperInspector, key: bytes, password: bytes) -> bytes:
            tried.append(password)
            if password != b"canaria buena":
                raise FielPasswordWrong
            return whole(self, key, password)

        monkeypatch.setattr(PaperInspector, "public_key", picky)
        return tried

    def guess(self, room: Strongroom, tenant: Tenant) -> int:
        """How long to wait before the next guess; 0 when this one was tried."""
        try:
            room.store_fiel(owner(tenant), an_upload(tenant, "mala"))
        except FielPasswordWrong:
            return 0
        except TooManyAttempts as refused:
            return int(str(refused.facts["retryAfter"]))
        raise AssertionError("it is none")

    def test_are_some_twenty_an_hour(self, room: Strongroom, tenant: Tenant, wrong: list[bytes]) -> None:
        while room.moment < AT + timedelta(hours=1):
            room.moment += timedelta(seconds=self.guess(room, tenant))
        assert 10 <= len(wrong) <= 20

    def test_the_wait_reads_as_a_person_says_it(self, room: Strongroom, tenant: Tenant) -> None:
        while (wait := self.guess(room, tenant)) == 0:
            pass
        room.moment += timedelta(seconds=wait - 2)
        with pytest.raises(TooManyAttempts, match="Espera 1 segundo y vuelve") as refused:
            room.store(tenant, "buena")
        assert refused.value.facts["retryAfter"] == 1
        room.moment -= timedelta(seconds=2)
        with pytest.raises(TooManyAttempts, match="Espera 2 segundos y vuelve"):
            room.store(tenant, "buena")

    def test_are_each_client_s_own_and_forgotten_with_the_right_one(
        self, room: Strongroom, tenant: Tenant, wrong: list[bytes]
    ) -> None:
        while self.guess(room, tenant) < 10:
            pass
        refused = len(wrong)
        with pytest.raises(TooManyAttempts):
            room.store(tenant, "buena")
        assert len(wrong) == refused, "nothing is tried"
        assert self.guess(room, room.client("URE180429TM6")) == 0
        room.moment += timedelta(minutes=15)
        room.store(tenant, "buena")
        assert [self.guess(room, tenant) for _ in range(3)] == [0, 0, 0]
