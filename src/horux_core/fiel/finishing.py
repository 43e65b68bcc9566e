"""Finishing what a process that died left of a client's vault: done before anything else, by whoever holds it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from horux_core.fiel import receipts
from horux_core.fiel.chaining import Current, follows
from horux_core.fiel.errors import LedgerBroken
from horux_core.fiel.events import FielDestroyed
from horux_core.fiel.keeping import Book, Note, Safe, book_of, entry
from horux_core.fiel.model import LAST_SEQ, Receipt, UseKind
from horux_core.identity.model import Actor
from horux_core.tenancy.model import Tenant

DESTRUIDA = "fiel-destruida"


@contextmanager
def held(safe: Safe, tenant: Tenant, *, anchored: bool = True) -> Iterator[Book]:
    """The client's vault, ours alone while it lasts and with nothing half done in it. Raises VaultUnavailable.

    Where it need not be `anchored`, an anchor that cannot be read only breaks the book.
    """
    with safe.vault.hold(tenant.id):
        yield finished(safe, tenant, anchored=anchored)


def finished(safe: Safe, tenant: Tenant, *, anchored: bool = True) -> Book:
    book = book_of(safe, tenant.id, anchored=anchored)
    try:
        receipt = ended_by(safe, tenant, book)
    except LedgerBroken:
        return replace(book, sound=False)
    if receipt is not None:
        who = replace(Actor.system(), email=receipt.destruction.destroyed_by)
        destroy(safe, tenant, book, receipt, Note.of(who, receipt.destruction.reason, "boveda"))
        return book_of(safe, tenant.id, anchored=anchored)
    proven = book.current is None and _destroyed(safe, tenant, book)
    if not book.sound or not (proven or book.current or _nothing_left(safe, tenant, book)):
        return replace(book, sound=False)
    for draft in safe.folders.drafts(tenant):
        if book.current is not None and draft == book.current.id:
            safe.folders.promote(tenant, draft)
        else:
            safe.folders.discard(tenant, draft)
    if proven:
        safe.folders.remove(tenant)
        safe.plain.remove(str(tenant.rfc))
        if book.row is not None:
            with safe.vault.transaction() as tx:
                tx.credentials.remove(tenant.id)
            return book_of(safe, tenant.id, anchored=anchored)
    return book


def destroy(safe: Safe, tenant: Tenant, book: Book, receipt: Receipt, note: Note) -> None:
    """The receipt is written already: from here on it is destroyed, whoever finishes it.

    What was decrypted by hand goes with it. A broken book gets its entry too, where somebody left room for one, but no
    anchor: that it was broken stays to be seen.
    """
    done = receipt.destruction
    use = entry(safe, tenant, book.head, UseKind.DESTRUCCION, note, Current(done.seal_id, 0), frozenset())
    told = {"motivo": done.reason, "numeroCertificado": done.numero_certificado, "por": done.destroyed_by}
    with safe.vault.transaction() as tx:
        tx.credentials.remove(tenant.id)
        tx.receipts.add(receipt)
        if use.seq <= LAST_SEQ:
            tx.uses.append(use)
        tx.audit.record(note.deed(tenant.id, DESTRUIDA, "DELETE", told))
        tx.outbox.put(FielDestroyed(tenant.id, done.seal_id, safe.clock().isoformat()))
    safe.folders.remove(tenant)
    safe.plain.remove(str(tenant.rfc))
    if book.sound:
        safe.anchors.put(tenant.id, use.head)


def ended_by(safe: Safe, tenant: Tenant, book: Book) -> Receipt | None:
    """The receipt that says that what is there was destroyed: an older database or folder has brought it back.

    It goes by the seal that counts. Where the book is broken nothing tells what came after that destruction: then it
    says so of the very seal it names alone. Raises LedgerBroken for one that is not ours.
    """
    there = frozenset({book.current} if book.current else ()) if book.sound else copies(safe, tenant, book)
    receipt = safe.receipts.last(tenant.id) if there else None
    if receipt is None:
        return None
    done, number = receipt.destruction, max(seal.number for seal in there)
    if number >= done.number or (book.sound and follows(book.uses, number, done)):
        return None
    if not book.sound and {seal.id for seal in there} != {done.seal_id}:
        return None
    if not ours(safe, tenant, receipt):
        raise LedgerBroken
    return receipt


def _destroyed(safe: Safe, tenant: Tenant, book: Book) -> bool:
    """Whether a receipt of ours says so of all the copies there are: the word of the book is not enough.

    One of the database's does too, as where FIEL_DIR is the older of two backups: whoever put it there, it is signed.
    """
    there = max((seal.number for seal in copies(safe, tenant, book)), default=0)
    told = _receipts(safe, tenant, book)
    return any(there < receipt.destruction.number and ours(safe, tenant, receipt) for receipt in told)


def _receipts(safe: Safe, tenant: Tenant, book: Book) -> Iterator[Receipt]:
    last = None
    with suppress(LedgerBroken):
        last = safe.receipts.last(tenant.id)
    if last is not None:
        yield last
    if not book.uses:
        return
    with safe.vault.transaction() as tx:
        found = tx.receipts.all(tenant.id)
    yield from found


def _nothing_left(safe: Safe, tenant: Tenant, book: Book) -> bool:
    """Whether there is no copy that somebody might still want, where the book names none."""
    if not book.uses and book.anchor is None:
        return tenant.id not in safe.folders.owners()
    return not copies(safe, tenant, book)


def copies(safe: Safe, tenant: Tenant, book: Book) -> frozenset[Current]:
    """The seals that the copies say they have."""
    seals = [piece.seal for piece in safe.folders.read(tenant).values()]
    if book.row is not None:
        seals.append(book.row.seal)
    return frozenset(Current(seal.id, seal.number) for seal in seals)


def ours(safe: Safe, tenant: Tenant, receipt: Receipt) -> bool:
    """Whether it is of this client, and signed by the vault."""
    about_it = receipt.destruction.tenant == tenant.id
    return about_it and safe.signer.valid(receipts.body(receipt.destruction), receipt.signature)
