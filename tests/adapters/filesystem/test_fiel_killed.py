"""The process dies before any single operation of the file system; what it leaves is finished by the next."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from horux_core.fiel.errors import FielMissing
from horux_core.fiel.events import FielHealed
from horux_core.fiel.findings import Health
from horux_core.fiel.model import UseKind
from horux_core.tenancy.model import Tenant
from tests.core.fiel.strongroom import FIRST, SECOND, Killed, Strongroom

OPERATIONS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "os.link", "os.symlink"}
THIRD = bytes(range(2, 34))


class Deaths:
    """An audit hook, which cannot be taken away again: idle unless it counts."""

    def __init__(self) -> None:
        self.below, self.left, self.seen = "", 0, 0
        sys.addaudithook(self._hear)

    def _hear(self, event: str, given: tuple[object, ...]) -> None:
        if self.below and event in OPERATIONS and str(given[0]).startswith(self.below):
            self.seen += 1
            if self.seen >= self.left:
                raise Killed

    @contextmanager
    def before(self, operation: int, below: Path) -> Iterator[None]:
        self.below, self.left, self.seen = str(below), operation, 0
        try:
            yield
        finally:
            self.below = ""


@pytest.fixture(scope="module")
def death() -> Deaths:
    return Deaths()


def the_one(room: Strongroom) -> Tenant:
    tenant: Tenant = next(iter(room.control.tables["tenants"].values()))
    return tenant


ACTS: dict[str, tuple[str | None, Callable[[Strongroom], object], set[str]]] = {
    "alta": (None, lambda room: room.store(the_one(room), "nueva"), {"ninguna", "nueva"}),
    "reemplazo": ("vieja", lambda room: room.store(the_one(room), "nueva"), {"vieja", "nueva"}),
    "destruccion": ("vieja", lambda room: room.destroy(the_one(room)), {"vieja", "ninguna"}),
    "rotacion": ("vieja", lambda room: room.rotate(), {"vieja"}),
    "uso": ("vieja", lambda room: room.open(the_one(room)), {"vieja"}),
    "curacion": ("rota", lambda room: room.open(the_one(room)), {"rota"}),
}
SEALING = ("alta", "reemplazo", "rotacion")


@pytest.mark.parametrize("what", ACTS)
def test_both_copies_are_the_new_ones_or_both_the_old(death: Deaths, tmp_path: Path, what: str) -> None:
    before, act, may_be = ACTS[what]
    seen = set()
    for operation in range(1, 400):
        room = prepared(tmp_path / str(operation), before, rotating=what == "rotacion")
        ended = False
        with suppress(Killed), death.before(operation, tmp_path):
            act(room)
            ended = True
        seen.add(left(room))
        if what in SEALING:
            assert not [event for event in room.events() if isinstance(event, FielHealed)]
            assert UseKind.CURACION not in {use.kind for use in room.uses(the_one(room))}, "it was never lost"
        under_another_key(room)
        if ended:
            break
    assert operation > 3
    assert seen == may_be


def under_another_key(room: Strongroom) -> None:
    """Nothing needs the former ones, wherever it died."""
    room.start(THIRD, SECOND, FIRST)
    assert all(finding.sound for finding in room.rotate())
    room.start(THIRD)
    room.store(the_one(room), "otra")
    assert room.open(the_one(room)) == "otra"


def prepared(root: Path, before: str | None, *, rotating: bool) -> Strongroom:
    root.mkdir(mode=0o700)
    room = Strongroom(root)
    tenant = room.client()
    if before is not None:
        room.store(tenant, before)
    if before == "rota":
        (root / f"{tenant.rfc}_{tenant.id}" / "password.enc").write_bytes(b"nada")
    if rotating:
        room.start(SECOND, FIRST)
    return room


def left(room: Strongroom) -> str:
    tenant = the_one(room)
    assert room.tend()["por atender"] == 0
    try:
        name = room.open(tenant)
    except FielMissing:
        name = "ninguna"
    assert {finding.health for finding in room.verify()} <= {Health.SANA}
    assert room.root is not None
    here = {path.name for path in room.root.iterdir()} - {"libro", "recibos"}
    assert here <= {f"{tenant.rfc}_{tenant.id}"}, "nothing half done is left"
    assert bool(here) is (name != "ninguna")
    return name
