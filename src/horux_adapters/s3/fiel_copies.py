"""The copy of each e.firma that no database has: an object a client, so that all of it is new or all of it former."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from horux_adapters.s3.bucket import Bucket
from horux_adapters.s3.troubles import ObjectMissing, told_as
from horux_core.fiel.errors import VaultUnavailable
from horux_core.fiel.model import Component, Copy, SealedPiece
from horux_core.fiel.pieces import made_out, written
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.model import Tenant

CURRENT = "vigente"
_FIRST = b"HORUX-COPIA 1"


@dataclass(frozen=True, slots=True)
class S3SealedFolders:
    """Below `copias/<tenant id>/`: `vigente`, and drafts by their seal."""

    bucket: Bucket

    def draft(self, tenant: Tenant, seal: UUID, pieces: Copy) -> None:
        with told_as(VaultUnavailable):
            self._place(tenant).put(str(seal), packed(pieces))

    def drafts(self, tenant: Tenant) -> frozenset[UUID]:
        with told_as(VaultUnavailable):
            names = [found.key for found in self._place(tenant).all()]
        return frozenset(_seals(names))

    def promote(self, tenant: Tenant, seal: UUID) -> None:
        place = self._place(tenant)
        with told_as(VaultUnavailable):
            with suppress(ObjectMissing):
                place.put(CURRENT, place.get(str(seal)))
            for other in self.drafts(tenant):
                place.delete(str(other))

    def discard(self, tenant: Tenant, seal: UUID) -> None:
        with told_as(VaultUnavailable):
            self._place(tenant).delete(str(seal))

    def read(self, tenant: Tenant) -> Copy:
        with told_as(VaultUnavailable):
            try:
                return unpacked(self._place(tenant).get(CURRENT))
            except ObjectMissing:
                return {}

    def remove(self, tenant: Tenant) -> None:
        with told_as(VaultUnavailable):
            self._place(tenant).delete(CURRENT)
            self._place(tenant).empty()

    def owners(self) -> frozenset[TenantId]:
        with told_as(VaultUnavailable):
            return frozenset(map(TenantId, _seals(self.bucket.folders("copias/"))))

    def _place(self, tenant: Tenant) -> Bucket:
        return self.bucket.below(f"copias/{tenant.id}")


def packed(pieces: Copy) -> bytes:
    """A line that says what it is, and each piece after one that names it and tells its octets."""
    octets = _FIRST + b"\n"
    for component, piece in pieces.items():
        body = written(piece)
        octets += f"{component} {len(body)}\n".encode() + body
    return octets


def unpacked(octets: bytes) -> dict[Component, SealedPiece]:
    """What `packed` was given, as far as it can be made out."""
    pieces: dict[Component, SealedPiece] = {}
    line, _, left = octets.partition(b"\n")
    while line == _FIRST and left:
        named, _, left = left.partition(b"\n")
        name, _, length = named.partition(b" ")
        if not length.isdigit() or int(length) > len(left):
            break
        body, left = left[: int(length)], left[int(length) :]
        piece = made_out(body)
        if piece is not None and name.decode("latin-1") in set(Component):
            pieces[Component(name.decode())] = piece
    return pieces


def _seals(names: list[str] | tuple[str, ...]) -> Iterator[UUID]:
    for name in names:
        with suppress(ValueError):
            yield UUID(name)
