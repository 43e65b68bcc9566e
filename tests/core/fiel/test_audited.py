"""What somebody does at the machine with an e.firma is in the audit trail, which the client and the operator read."""

from collections.abc import Callable

import pytest

from contracts.clients import OPERATOR
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_core.audit.model import Entry
from horux_core.fiel.decrypting import DecryptToFolder
from horux_core.fiel.errors import VaultUnavailable
from horux_core.identity.model import Actor, Role
from horux_core.tenancy.auditing import ReadOwnAudit, ReadWholeAudit
from horux_core.tenancy.model import Tenant
from tests.core.fiel.strongroom import FIRST, SECOND, Strongroom, owner


@pytest.fixture
def room() -> Strongroom:
    return Strongroom()


@pytest.fixture
def tenant(room: Strongroom) -> Tenant:
    tenant = room.client()
    room.store(tenant, "una")
    return tenant


def decrypt(room: Strongroom, tenant: Tenant) -> None:
    by_hand = DecryptToFolder(room.unseal_fiel, room.registry, room.plain, lambda: room.moment)
    by_hand(Actor.system(tenant.id), "prueba", "horux fiel decrypt")


def rotate(room: Strongroom, _tenant: Tenant) -> None:
    room.start(SECOND, FIRST)
    room.rotate()


ACTS: dict[str, Callable[[Strongroom, Tenant], object]] = {
    "horux fiel decrypt": decrypt,
    "horux fiel verify": lambda room, tenant: room.verify(),
    "horux fiel rotate": rotate,
}


def trail(room: Strongroom, tenant: Tenant) -> tuple[Entry, ...]:
    kept = MemoryAuditTrail(room.control)
    own = ReadOwnAudit(kept)(owner(tenant), None, 9).items
    assert ReadWholeAudit(kept, room.registry)(OPERATOR, None, 9).items == own
    return own


@pytest.mark.parametrize("command", ACTS)
def test_what_is_opened_by_hand_is_told_with_its_entry(room: Strongroom, tenant: Tenant, command: str) -> None:
    ACTS[command](room, tenant)
    (told, _stored) = trail(room, tenant)
    assert (told.action, told.method, told.path) == ("fiel-abierta", "CLI", command)
    use = room.uses(tenant)[1]
    assert (told.detail["motivo"], told.detail["asiento"]) == (use.reason, "2")
    assert told.detail["componentes"] == "certificate, private_key, password, metadata"
    assert told.detail["sello"] == str(use.seal_id)


def test_neither_without_the_other(room: Strongroom, tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise VaultUnavailable

    monkeypatch.setattr("horux_adapters.memory.audit.MemoryAuditLog.record", refused)
    with pytest.raises(VaultUnavailable):
        decrypt(room, tenant)
    assert len(room.uses(tenant)) == 1
    assert room.sealer.opened == 0


def test_a_use_of_the_service_is_in_the_book_alone(room: Strongroom, tenant: Tenant) -> None:
    """Whatever the request calls itself."""
    client = Actor(OPERATOR.user, "ana@x.mx", False, OPERATOR.session, tenant.id, Role.OWNER, request_id="horux x")
    room.unseal_fiel(client, "Descarga").wipe()
    assert [told.action for told in trail(room, tenant)] == ["fiel-subida"]


def test_what_is_destroyed_by_a_command_says_so(room: Strongroom, tenant: Tenant) -> None:
    room.destroy_fiel(Actor.system(tenant.id), "Lo pidió", "horux fiel destroy")
    room.store(tenant, "otra")
    room.destroy(tenant)
    told = [(told.method, told.path) for told in trail(room, tenant) if told.action == "fiel-destruida"]
    assert told == [("DELETE", "/api/fiel"), ("CLI", "horux fiel destroy")]
