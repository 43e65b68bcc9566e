"""What keeps an e.firma from being opened, as far as can be told without opening it."""

from horux_core.fiel.chaining import Current
from horux_core.fiel.errors import VaultUnavailable
from horux_core.fiel.findings import Health
from horux_core.fiel.keeping import Note, Safe, book_of
from horux_core.fiel.model import WHOLE, Advertencia, Copy
from horux_core.fiel.opening import says
from horux_core.fiel.tending import CUIDADO
from horux_core.identity.model import Actor
from horux_core.tenancy.model import Tenant

_PROBLEMAS = {
    Health.LIBRO_ROTO: "Su libro de uso no coincide con su sello: no se abre para nada. Avísanos enseguida.",
    Health.ILEGIBLE: "Ninguna de sus copias se puede leer. Elimínala y súbela de nuevo; si persiste, avísanos.",
    Health.NO_REVISADA: "La bóveda no responde: por ahora no se abre. Intenta más tarde; si persiste, avísanos.",
}


def problemas(safe: Safe, tenant: Tenant) -> tuple[Advertencia, ...]:
    """None when it seems well. Nothing is written down, mended or decrypted for it."""
    health = _health(safe, tenant)
    return () if health is Health.SANA else (Advertencia(health.value, _PROBLEMAS[health]),)


def _health(safe: Safe, tenant: Tenant) -> Health:
    """What looks wrong may be another's work half done: it is looked at again with nobody else at work on it."""
    try:
        if _seen(safe, tenant) is Health.SANA:
            return Health.SANA
        with safe.vault.hold(tenant.id):
            return _seen(safe, tenant)
    except VaultUnavailable:
        return Health.NO_REVISADA


def _seen(safe: Safe, tenant: Tenant) -> Health:
    book = book_of(safe, tenant.id)
    if book.row is None:
        return Health.SANA
    sealed = book.current
    if not book.sound or sealed is None:
        return Health.LIBRO_ROTO
    if says(book.uses[-1], sealed, Note.of(Actor.system(), CUIDADO, "boveda")):
        # Whoever tends the vault set out to mend it, and could not.
        return Health.ILEGIBLE
    kept = book.row.pieces
    return Health.SANA if _all(sealed, kept) or _all(sealed, kept, safe.folders.read(tenant)) else Health.ILEGIBLE


def _all(sealed: Current, *copies: Copy) -> bool:
    """Whether every piece of that seal is in one of the copies."""
    found = [(component, piece.seal) for copy in copies for component, piece in copy.items()]
    return {component for component, seal in found if (seal.id, seal.number) == (sealed.id, sealed.number)} == WHOLE
