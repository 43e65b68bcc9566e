"""Opening an e.firma by hand, at the machine: into memory that no disk keeps, for half an hour."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from horux_core.fiel.ports import PlainFolders
from horux_core.fiel.unsealing import UnsealFiel
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock
from horux_core.tenancy.ports import Registry

LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Decrypted:
    """Where its files are, and until when."""

    place: str
    until: datetime


@dataclass(frozen=True, slots=True)
class DecryptToFolder:
    """For the operator, who says why. Raises what `UnsealFiel` and `PlainFolders.write` raise."""

    unseal: UnsealFiel
    registry: Registry
    folders: PlainFolders
    clock: Clock

    def __call__(self, actor: Actor, reason: str, origin: str) -> Decrypted:
        actor.require(Permission.OPERATE)
        now = self.clock()
        rfc = str(self.registry.get(actor.tenant).rfc)
        self.folders.sweep(now)
        until = now + LIFE
        place = self.folders.write(rfc, until, lambda: self.unseal(actor, reason, origin=origin))
        return Decrypted(place, until)


@dataclass(frozen=True, slots=True)
class SweepPlain:
    """What was decrypted by hand and outlived its time, should all else have failed."""

    folders: PlainFolders
    clock: Clock

    def __call__(self) -> Mapping[str, int]:
        return {"carpetas": self.folders.sweep(self.clock())}
