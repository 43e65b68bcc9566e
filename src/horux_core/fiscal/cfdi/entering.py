"""Taking in CFDIs while their sender waits: one, or a few files at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from horux_core.fiscal.cfdi.direccion import direccion
from horux_core.fiscal.cfdi.errors import CfdiNoGuardable, UuidConOtroContenido
from horux_core.fiscal.cfdi.limites import MAX_ENTRY, SMALL_FILES, SMALL_SENT
from horux_core.fiscal.cfdi.model import Cfdi
from horux_core.fiscal.cfdi.outcome import Batch, Outcome, Rejected
from horux_core.fiscal.cfdi.ports import SpoolRef, Uploads, UploadSize
from horux_core.fiscal.cfdi.stored import Entry, StoredCfdi
from horux_core.fiscal.paquetes.cancelando import seguir_al_sat
from horux_core.fiscal.ports import Books, CfdiReader, OpenBooks
from horux_core.fiscal.recomputing import recompute
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.errors import HoruxError
from horux_core.kernel.periodo import Periodo
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_cfdi_room, require_feature, require_writable
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.ports import Registry


@dataclass(frozen=True, slots=True)
class AdmitUpload:
    """Whether who asks may send CFDIs now: asked before any of their bytes are received."""

    entitlements: Entitlements

    def __call__(self, actor: Actor) -> None:
        """Raises ActionForbidden, SubscriptionInactive or FeatureNotInPlan."""
        actor.require(Permission.WRITE_BOOKS)
        entitlement = self.entitlements.of(actor.tenant)
        require_writable(entitlement, actor.viewing)
        require_feature(entitlement, Feature.CFDI_BASIC)


@dataclass(frozen=True, slots=True)
class EnteredCfdi:
    """`new` is False when it was in the books already, with the same bytes."""

    stored: StoredCfdi
    new: bool


@dataclass(frozen=True, slots=True)
class EnterCfdi:
    """Take one CFDI into the books and work out what it changes."""

    reader: CfdiReader
    books: Books
    registry: Registry
    entitlements: Entitlements

    def __call__(self, actor: Actor, content: bytes, archivo: str) -> EnteredCfdi:
        """Raises what `read` and `enter` raise."""
        return self.enter(actor, self.read(actor, content, archivo))

    def read(self, actor: Actor, content: bytes, archivo: str) -> Entry:
        """The document, of which only the packed bytes are kept from here on. Raises CfdiRejected."""
        AdmitUpload(self.entitlements)(actor)
        rfc = self.registry.get(actor.tenant).rfc
        cfdi = self.reader.read(content)
        return Entry(archivo, cfdi, direccion(cfdi, rfc), self.reader.pack(content))

    def enter(self, actor: Actor, entry: Entry) -> EnteredCfdi:
        """Raises UuidConOtroContenido, or PlanLimitReached when it is new and does not fit."""
        AdmitUpload(self.entitlements)(actor)
        entitlement = self.entitlements.of(actor.tenant)
        with self.books.open(actor.tenant) as books:
            books.lock()
            kept = books.cfdis.count()
            entered = books.cfdis.enter([entry])
            if entered.conflicts:
                raise UuidConOtroContenido(entry.cfdi.uuid)
            if entered.inserted:
                require_cfdi_room(entitlement, kept, 1)
                seguir_al_sat(books, [entry.cfdi.uuid])
                recompute(books, only=[entry.cfdi.uuid])
            return EnteredCfdi(books.cfdis.get(entry.cfdi.uuid), bool(entered.inserted))


@dataclass(frozen=True, slots=True)
class EnterFiles:
    """Take a small upload into the books, all that is good in it or nothing, and work out what it changes."""

    uploads: Uploads
    books: Books
    registry: Registry
    entitlements: Entitlements

    def __call__(self, actor: Actor, upload: SpoolRef) -> Outcome:
        """Raises PlanLimitReached when those that are new do not all fit: then none is kept."""
        AdmitUpload(self.entitlements)(actor)
        batch = self.uploads.read(upload, self.registry.get(actor.tenant).rfc)
        entitlement = self.entitlements.of(actor.tenant)
        with self.books.open(actor.tenant) as books:
            books.lock()
            kept = books.cfdis.count()
            outcome = enter(books, batch)
            if outcome.inserted:
                require_cfdi_room(entitlement, kept, outcome.inserted)
                recompute(books, only=[entry.cfdi.uuid for entry in batch.entries])
            return outcome


def small(size: UploadSize) -> bool:
    """Whether an upload is entered while its sender waits."""
    return size.files <= SMALL_FILES and size.sent <= SMALL_SENT and size.inflated <= MAX_ENTRY


def enter(books: OpenBooks, batch: Batch) -> Outcome:
    """Keep what is new of a batch, cancelled where the SAT's metadata says so, and say what became of each file.

    A conflict of bytes is a rejection, and so is a document that the books cannot hold.
    """
    return Outcome(rejected=batch.rejected, ignored=batch.ignored) + _entered(books, batch.entries)


def _entered(books: OpenBooks, entries: tuple[Entry, ...]) -> Outcome:
    """By halves when one of them cannot be held: the others are kept all the same."""
    if not entries:
        return Outcome()
    try:
        with books.attempt():
            entered = books.cfdis.enter(entries)
    except CfdiNoGuardable as error:
        if len(entries) == 1:
            return Outcome(rejected=(_rejected(entries[0], error),))
        half = len(entries) // 2
        return _entered(books, entries[:half]) + _entered(books, entries[half:])
    nuevos = [entries[position].cfdi for position in entered.inserted]
    seguir_al_sat(books, [cfdi.uuid for cfdi in nuevos])
    conflicts = (entries[position] for position in entered.conflicts)
    rejected = tuple(_rejected(entry, UuidConOtroContenido(entry.cfdi.uuid)) for entry in conflicts)
    return Outcome(len(entered.inserted), len(entered.duplicates), rejected, meses=_meses(nuevos))


def _meses(cfdis: Iterable[Cfdi]) -> frozenset[Periodo]:
    """When their money moves, as far as they say it themselves."""
    dias = (dia for cfdi in cfdis for dia in ([p.fecha_pago for p in cfdi.pagos] or [cfdi.fecha_emision]))
    return frozenset(Periodo.of(dia) for dia in dias)


def _rejected(entry: Entry, error: HoruxError) -> Rejected:
    return Rejected(entry.archivo, error.code, str(error))
