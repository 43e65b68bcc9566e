"""What happens to a client's e.firma is told to whom it concerns, while it is so."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.boveda import a_certificado, a_sealed
from contracts.clients import NOW, RFC
from horux_adapters.memory.fiel_vault import MemoryVault
from horux_adapters.memory.outbox import MemoryOutbox
from horux_core.fiel import events
from horux_core.identity.model import Role
from horux_core.kernel.ids import TenantId
from horux_core.notifications import letters
from horux_core.notifications.signing import TellFielExpiring, TellFielHealed, TellFielStored, TellFielTrouble
from tests.core.notifications.desk import ANA, LOGIN, STAFF, Desk

NUMERO = "30001000000500003415"
UNTIL = datetime(2026, 4, 1, 5, 30, tzinfo=UTC)
"""Late on 31 March in Mexico."""
WHO = ("Cascabel SA de CV", RFC)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def tenant(desk: Desk) -> TenantId:
    return desk.client()


@pytest.fixture
def vault(desk: Desk) -> MemoryVault:
    return MemoryVault(desk.control, lambda tables: MemoryOutbox(tables, desk.now))


def kept(vault: MemoryVault, tenant: TenantId, numero: str = NUMERO) -> None:
    with vault.transaction() as tx:
        tx.credentials.put(a_sealed(tenant, a_certificado(numero=numero, until=UNTIL)))


def expiring(desk: Desk, vault: MemoryVault, now: datetime = NOW) -> TellFielExpiring:
    return TellFielExpiring(desk.readers, vault, desk.post, lambda: now, LOGIN)


def soon(tenant: TenantId) -> events.FielExpiring:
    return events.FielExpiring(tenant, NUMERO, UNTIL.isoformat(), 30)


def stored(tenant: TenantId) -> events.FielStored:
    return events.FielStored(tenant, uuid4(), NUMERO, UNTIL.isoformat(), ANA, NOW.isoformat())


def healed(tenant: TenantId) -> events.FielHealed:
    return events.FielHealed(tenant, uuid4(), "ambas", NOW.isoformat())


def broken(tenant: TenantId) -> events.FielTrouble:
    return events.FielTrouble(tenant, "libro-roto", NOW.isoformat())


def test_one_that_is_kept_is_told_to_the_operator_alone(desk: Desk, tenant: TenantId) -> None:
    desk.deliver(stored(tenant), TellFielStored(desk.readers, desk.post))
    letter = letters.FielUploaded(*WHO, NUMERO, date(2026, 3, 31), ANA, NOW)
    assert desk.postman.letters() == [(STAFF, letter)]


def test_one_that_was_healed_is_told_to_the_operator_alone(desk: Desk, tenant: TenantId) -> None:
    desk.deliver(healed(tenant), TellFielHealed(desk.readers, desk.post))
    assert desk.postman.letters() == [(STAFF, letters.FielHealed(*WHO, "ambas", NOW))]


def test_one_that_cannot_be_opened_is_told_to_the_operator_alone(desk: Desk, tenant: TenantId) -> None:
    desk.deliver(broken(tenant), TellFielTrouble(desk.readers, desk.post))
    assert desk.postman.letters() == [(STAFF, letters.FielTrouble(*WHO, "libro-roto", NOW))]


def test_one_that_is_nobody_s_is_told_by_its_identifier(desk: Desk) -> None:
    unknown = TenantId(uuid4())
    desk.deliver(events.FielTrouble(unknown, "sin-empresa", NOW.isoformat()), TellFielTrouble(desk.readers, desk.post))
    assert desk.postman.letters() == [(STAFF, letters.FielTrouble(str(unknown), "", "sin-empresa", NOW))]


def test_one_that_ends_soon_is_told_to_owners_and_operator(desk: Desk, tenant: TenantId, vault: MemoryVault) -> None:
    desk.joined(tenant, "socia@cascabel.mx")
    desk.joined(tenant, "contador@cascabel.mx", Role.CONTADOR)
    kept(vault, tenant)
    desk.deliver(soon(tenant), expiring(desk, vault))
    letter = letters.FielExpiring(*WHO, NUMERO, date(2026, 3, 31), 30, LOGIN)
    assert desk.postman.letters() == [
        (ANA, letter), ("socia@cascabel.mx", letter), (STAFF, replace(letter, operator_copy=True)),
    ]  # fmt: skip


def test_a_letter_that_is_late_says_the_days_that_are_left(desk: Desk, tenant: TenantId, vault: MemoryVault) -> None:
    kept(vault, tenant)
    desk.deliver(soon(tenant), expiring(desk, vault, NOW + timedelta(days=2)))
    (_, letter), _ = desk.postman.letters()
    assert isinstance(letter, letters.FielExpiring)
    assert letter.dias == 28


def test_nothing_is_told_of_one_that_was_replaced_destroyed_or_has_ended(
    desk: Desk, tenant: TenantId, vault: MemoryVault
) -> None:
    desk.deliver(soon(tenant), expiring(desk, vault))
    kept(vault, tenant, "30001000000500009999")
    desk.deliver(soon(tenant), expiring(desk, vault))
    kept(vault, tenant)
    desk.deliver(soon(tenant), expiring(desk, vault, UNTIL))
    assert desk.postman.letters() == []


def test_nothing_is_told_of_a_client_that_has_left(desk: Desk, tenant: TenantId, vault: MemoryVault) -> None:
    kept(vault, tenant)
    desk.house.let_go(RFC)
    desk.deliver(stored(tenant), TellFielStored(desk.readers, desk.post))
    desk.deliver(healed(tenant), TellFielHealed(desk.readers, desk.post))
    desk.deliver(broken(tenant), TellFielTrouble(desk.readers, desk.post))
    desk.deliver(soon(tenant), expiring(desk, vault))
    assert desk.postman.letters() == []


def test_is_told_once_however_often_the_event_comes(desk: Desk, tenant: TenantId, vault: MemoryVault) -> None:
    kept(vault, tenant)
    tell = expiring(desk, vault)
    ident = desk.deliver(soon(tenant), tell)
    tell(soon(tenant), ident)
    assert len(desk.postman.letters()) == 2
