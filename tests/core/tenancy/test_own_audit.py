"""Whose hands a deed was in, for the owner of the books."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.ports.audit_trail import a_deed
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.identity import MemoryDirectory
from horux_core.audit.model import Entry
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Actor, Role, User
from horux_core.kernel.ids import SessionId, TenantId, UserId
from horux_core.tenancy.auditing import Origin, SearchOwnAudit

MINE = TenantId(uuid4())
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def owner(role: Role = Role.OWNER) -> Actor:
    return Actor(UserId(uuid4()), "ana@cascabel.mx", False, SessionId(uuid4()), MINE, role)


def who(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.email for entry in entries]


@pytest.fixture
def search() -> SearchOwnAudit:
    control = MemoryDatabase()
    trail, directory = MemoryAuditTrail(control), MemoryDirectory(control)
    staff = UserId(uuid4())
    with directory.transaction() as tx:
        # One that left: what it did is still the operator's.
        tx.users.add(User(staff, "olga@horux.mx", "Olga", True, None, False, None, False, BEGINNING))
    trail.record(a_deed(MINE))
    trail.record(replace(a_deed(MINE), user=staff, email="olga@horux.mx"))
    trail.record(replace(a_deed(MINE), user=None, email="sistema"))
    trail.record(replace(a_deed(TenantId(uuid4())), user=staff, email="olga@horux.mx"))
    return SearchOwnAudit(trail, directory)


def test_narrows_by_person_and_by_whose_hands(search: SearchOwnAudit) -> None:
    assert who(search(owner(), None, 10).items) == ["sistema", "olga@horux.mx", "ana@ejemplo.mx"]
    assert who(search(owner(), None, 10, "ANA").items) == ["ana@ejemplo.mx"]
    assert who(search(owner(), None, 10, origin=Origin.OPERADOR).items) == ["sistema", "olga@horux.mx"]
    assert who(search(owner(), None, 10, origin=Origin.EMPRESA).items) == ["ana@ejemplo.mx"]
    assert who(search(owner(), None, 10, "ana", Origin.OPERADOR).items) == []


def test_tells_whose_hands_each_deed_was_in(search: SearchOwnAudit) -> None:
    entries = search(owner(), None, 10).items
    told = search.origins(entries)
    assert [told[entry.id] for entry in entries] == [Origin.OPERADOR, Origin.OPERADOR, Origin.EMPRESA]


@pytest.mark.parametrize("role", [Role.VISOR, Role.CONTADOR])
def test_is_the_owner_s_alone(search: SearchOwnAudit, role: Role) -> None:
    with pytest.raises(ActionForbidden):
        search(owner(role), None, 10)
