"""Going round the whole vault: mending it, proving it, and moving it to another key."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from horux_core.fiel.errors import FielMissing, FielUnreadable, LedgerBroken
from horux_core.fiel.findings import Finding, Health
from horux_core.fiel.finishing import held
from horux_core.fiel.keeping import Note, Safe, noted, sealed_anew
from horux_core.fiel.model import WHOLE, Seal, SealedPiece, UseKind
from horux_core.fiel.opening import heal, opened, says, told_healed, whole, wiped
from horux_core.fiel.ports import VaultTransaction
from horux_core.fiel.unsealing import opened_for_use
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.errors import Unavailable
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import Registry

REVISION, CAMBIO, CUIDADO = "Comprobación de la bóveda", "Cambio de la llave de la bóveda", "Cuidado de la bóveda"
_AGAIN = timedelta(days=1)
"""So long what could not be healed is not opened again for it: each time is an entry in its book."""


Told = Callable[[Finding], None]
"""Hears of each client as soon as it is done."""


def _quietly(_finding: Finding) -> None:
    """Nobody waits for it."""


@dataclass(frozen=True, slots=True)
class TendVault:
    """Finish what crashes left, and heal the copies that are seen to be missing or not whole without opening them."""

    safe: Safe
    registry: Registry

    def __call__(self, told: Told = _quietly) -> Mapping[str, int]:
        note = Note.of(Actor.system(), CUIDADO, "boveda")
        found = tuple(_each(self.safe, self.registry, lambda tenant: self._tended(tenant, note), told))
        return {
            "sanadas": sum(finding.health is Health.CURADA for finding in found),
            "por atender": sum(not finding.sound for finding in found),
        }

    def _tended(self, tenant: Tenant, note: Note) -> Health:
        with held(self.safe, tenant) as book:
            sealed = book.require_current()
            in_base = book.row is not None and whole(book.row.pieces, sealed)
            if in_base and whole(self.safe.folders.read(tenant), sealed):
                return Health.SANA
            last = book.uses[-1]
            if says(last, sealed, note) and self.safe.clock() - last.at < _AGAIN:
                raise FielUnreadable
            heal(self.safe, tenant, book, last.head, sealed, note, said=False)
            return Health.CURADA


@dataclass(frozen=True, slots=True)
class VerifyVault:
    """Open every copy of every client, which its book of use tells it, and read every book."""

    safe: Safe
    registry: Registry

    def __call__(self, actor: Actor, origin: str | None = None, told: Told = _quietly) -> tuple[Finding, ...]:
        actor.require(Permission.OPERATE)
        note = Note.of(actor, REVISION, origin)
        return tuple(_each(self.safe, self.registry, lambda tenant: self._checked(tenant, note), told))

    def _checked(self, tenant: Tenant, note: Note) -> Health:
        with held(self.safe, tenant) as book, wiped(opened_for_use(self.safe, tenant, book, note, WHOLE)) as found:
            return Health.CURADA if found.damaged else Health.SANA


@dataclass(frozen=True, slots=True)
class RotateVault:
    """Seal everything anew that is not under the current key, one client at a time, and each book's anchor with it.

    It may be killed anywhere and begun again. Where every finding is sound, the former key has nothing left to open.
    """

    safe: Safe
    registry: Registry

    def __call__(self, actor: Actor, origin: str | None = None, told: Told = _quietly) -> tuple[Finding, ...]:
        actor.require(Permission.OPERATE)
        note = Note.of(actor, CAMBIO, origin)
        return tuple(_each(self.safe, self.registry, lambda tenant: self._rotated(tenant, note), told))

    def _rotated(self, tenant: Tenant, note: Note) -> Health:
        with held(self.safe, tenant) as book:
            book.require_sound()
            self.safe.anchors.put(tenant.id, book.head)
            sealed = book.require_current()
            copies = (self.safe.folders.read(tenant), {} if book.row is None else book.row.pieces)
            if all(whole(copy, sealed) and self._under_current(copy.values()) for copy in copies):
                return Health.SANA
            use = noted(self.safe, tenant, book.head, UseKind.USO, note, sealed, WHOLE)
            with wiped(opened(self.safe, tenant, book, sealed, WHOLE)) as found:

                def told(tx: VaultTransaction, seal: Seal) -> None:
                    if found.damaged:
                        tx.outbox.put(told_healed(self.safe, tenant, seal, found.damaged))

                sealed_anew(self.safe, tenant, use.head, UseKind.ROTACION, note, found.pieces, told)
                return Health.CURADA if found.damaged else Health.SANA

    def _under_current(self, pieces: Iterable[SealedPiece]) -> bool:
        return all(piece.seal.key_version == self.safe.sealer.version for piece in pieces)


def _each(safe: Safe, registry: Registry, done: Callable[[Tenant], Health], told: Told = _quietly) -> Iterator[Finding]:
    """One client that fails does not keep the others; those without an e.firma are passed over.

    A client that is not known, whose book alone is left, is one that has gone.
    """
    in_folders, in_base = safe.folders.owners(), safe.vault.owners()
    gone = in_base - in_folders
    for ident in sorted(in_base | safe.anchors.owners() | in_folders):
        finding = _found(registry, ident, done)
        if finding is None or (finding.health is Health.SIN_EMPRESA and ident in gone):
            continue
        told(finding)
        yield finding


def _found(registry: Registry, ident: TenantId, done: Callable[[Tenant], Health]) -> Finding | None:
    """A client that is not known has no RFC: its identifier stands for it."""
    rfc = str(ident)
    try:
        tenant = registry.get(ident)
        rfc = str(tenant.rfc)
        return Finding(ident, rfc, done(tenant))
    except FielMissing:
        return None
    except TenantMissing:
        return Finding(ident, rfc, Health.SIN_EMPRESA)
    except LedgerBroken:
        return Finding(ident, rfc, Health.LIBRO_ROTO)
    except FielUnreadable:
        return Finding(ident, rfc, Health.ILEGIBLE)
    except Unavailable:
        return Finding(ident, rfc, Health.NO_REVISADA)
    except Exception as error:  # noqa: BLE001 whatever one client's row or file holds, the others are seen to
        return Finding(ident, rfc, Health.NO_REVISADA, type(error).__name__)
