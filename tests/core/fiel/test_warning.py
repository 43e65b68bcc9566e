"""That an e.firma ends soon is told on its days, once a certificate; of days that were missed only the nearest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.boveda import AT, a_certificado, a_sealed
from horux_adapters.memory.fiel_vault import MemoryVault
from horux_core.fiel.errors import VaultUnavailable
from horux_core.fiel.events import FielExpiring, FielTrouble
from horux_core.fiel.model import Certificado
from horux_core.fiel.warning import DIAS, WarnExpiring, WarnTrouble
from horux_core.tenancy.model import Tenant, TenantState
from tests.core.fiel.strongroom import Strongroom, touched

DAY = timedelta(days=1)
UNTIL = AT + timedelta(days=400)


class Spoiled:
    """A certificate's facts that can only be sorted."""

    valido_hasta = UNTIL


class Calendar:
    """The duty, done on the days it is told."""

    def __init__(self) -> None:
        self.room = Strongroom()
        self.tenant = self.room.client()
        self.now = AT
        self.warn = WarnExpiring(self.room.vault, lambda: self.now)
        self.keep(self.tenant, a_certificado(until=UNTIL))

    def keep(self, tenant: Tenant, certificado: Certificado) -> None:
        with self.room.vault.transaction() as tx:
            tx.credentials.put(a_sealed(tenant.id, certificado))

    def told(self, left: int) -> list[int]:
        """What is told with so many days left."""
        self.now = self.room.moment = UNTIL - left * DAY
        counted = self.warn()["avisos"]
        events = [event for event in self.room.events() if isinstance(event, FielExpiring)]
        assert counted == len(events)
        return [event.dias for event in events]


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


def test_each_day_is_told_once(calendar: Calendar) -> None:
    told = {left: calendar.told(left) for left in range(100, -2, -1)}
    assert {left: days for left, days in told.items() if days} == {days: [days] for days in DIAS}
    assert calendar.told(30) == calendar.told(1) == []


def test_what_is_told_is_of_that_certificate(calendar: Calendar) -> None:
    calendar.now = calendar.room.moment = UNTIL - 7 * DAY
    calendar.warn()
    (event,) = calendar.room.events()
    assert event == FielExpiring(calendar.tenant.id, "30001000000500003415", UNTIL.isoformat(), 7)


@given(st.sets(st.integers(1, 120)))
def test_of_days_that_were_missed_only_the_nearest_is_caught_up(lefts: set[int]) -> None:
    calendar, told = Calendar(), set[int]()
    for left in sorted(lefts, reverse=True):
        nearest = {days for days in DIAS if left <= days and not any(left <= less < days for less in DIAS)}
        assert calendar.told(left) == sorted(nearest - told)
        told |= nearest


def test_a_day_begins_and_ends_in_mexico(calendar: Calendar) -> None:
    until = datetime(2026, 6, 10, 5, 59, tzinfo=UTC)
    calendar.keep(calendar.tenant, a_certificado(until=until))
    calendar.now = datetime(2026, 6, 9, 6, 0, tzinfo=UTC)
    calendar.warn()
    (event,) = calendar.room.events()
    assert isinstance(event, FielExpiring)
    assert event.dias == 1, "it ends late on this very day, which UTC calls the tenth"


def test_one_that_has_ended_is_no_news(calendar: Calendar) -> None:
    calendar.now = UNTIL
    assert calendar.warn() == {"avisos": 0, "sin leer": 0}


def test_one_that_cannot_be_read_keeps_no_other(calendar: Calendar) -> None:
    other = calendar.room.client("TPR840604D98")
    calendar.keep(other, a_certificado("TPR840604D98", until=UNTIL + DAY))
    touched(calendar.room.control.tables, "fiel_credentials", calendar.tenant.id, certificado=Spoiled())
    calendar.now = UNTIL - 6 * DAY
    assert calendar.warn() == {"avisos": 1, "sin leer": 1}
    (event,) = calendar.room.events()
    assert isinstance(event, FielExpiring)
    assert event.tenant == other.id


def test_that_the_database_is_gone_is_no_fault_of_one(calendar: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise VaultUnavailable

    calendar.now = UNTIL - 7 * DAY
    monkeypatch.setattr(MemoryVault, "stored", gone)
    with pytest.raises(VaultUnavailable):
        calendar.warn()


def test_another_certificate_has_its_own_days(calendar: Calendar) -> None:
    assert calendar.told(30) == [30]
    calendar.keep(calendar.tenant, replace(a_certificado(until=UNTIL), numero="30001000000500009999"))
    assert calendar.told(30) == [30]
    assert calendar.told(29) == []


def test_each_client_has_its_own_and_one_that_has_left_none(calendar: Calendar) -> None:
    other, gone = calendar.room.client("TPR840604D98"), calendar.room.client("ROEM691011EZ4")
    for tenant in (other, gone):
        calendar.keep(tenant, a_certificado(str(tenant.rfc), until=UNTIL + DAY))
    with calendar.room.control.transaction() as tables:
        tables["tenants"][gone.id] = replace(tables["tenants"][gone.id], state=TenantState.DELETED)
    assert calendar.told(30) == [30, 60]
    assert calendar.told(29) == [30]


def test_one_that_cannot_be_opened_is_told_once_a_day_and_one_that_is_well_never() -> None:
    room = Strongroom()
    well, broken, unreadable = (room.client(rfc) for rfc in ("CAS2408138W2", "TPR840604D98", "ROEM691011EZ4"))
    for tenant in (well, broken, unreadable):
        room.store(tenant, "una")
    days = {"now": AT}
    warn = WarnTrouble(room.vault, room.tend, lambda: days["now"])
    assert warn() == {"avisos": 0}
    del room.anchors.heads[broken.id]
    room.folders.final.clear()
    with room.vault.transaction() as tx:
        tx.credentials.remove(unreadable.id)
    room.events()
    for now in (AT, AT + DAY):
        days["now"] = now
        assert warn() == {"avisos": 2}
        told = [event for event in room.events() if isinstance(event, FielTrouble)]
        assert {(event.tenant, event.health) for event in told} == {
            (broken.id, "libro-roto"), (unreadable.id, "ilegible"),
        }  # fmt: skip
        assert [event.at for event in told] == [now.isoformat()] * 2
        assert warn() == {"avisos": 0}, "as when it is tried again"
        assert room.events() == []
