"""Looking at the documents in the books."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from horux_core.fiscal.cfdi.model import PUE, Advertencia
from horux_core.fiscal.cfdi.paging import folio
from horux_core.fiscal.cfdi.stored import Filter, StoredCfdi
from horux_core.fiscal.conciliacion.cobros import fecha_pago_real
from horux_core.fiscal.errors import FiltroInvalido
from horux_core.fiscal.iva.saldos import saldo
from horux_core.fiscal.ports import Books, CfdiReader, OpenBooks
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.pages import Page
from horux_core.kernel.rfc import normalizado

POR_PAGINA = 50
MAXIMO_POR_PAGINA = 500


@dataclass(frozen=True, slots=True)
class CfdiDetail:
    """A document whole, what is still owed of it in its own currency, and what working it out brought to light.

    `fecha_pago_real` is the day that the bank says a PUE was paid (FISCAL.md 7.1).
    """

    stored: StoredCfdi
    saldo: Decimal
    avisos: tuple[Advertencia, ...]
    fecha_pago_real: date | None = None


@dataclass(frozen=True, slots=True)
class ListCfdis:
    """The documents of a taxpayer, newest first, a page at a time."""

    books: Books

    def __call__(
        self, actor: Actor, wanted: Filter, cursor: str | None = None, limit: int = POR_PAGINA
    ) -> Page[StoredCfdi]:
        """Raises ActionForbidden, FiltroInvalido or CursorMalformed."""
        actor.require(Permission.READ_BOOKS)
        if not 1 <= limit <= MAXIMO_POR_PAGINA:
            raise FiltroInvalido(f"El límite va de 1 a {MAXIMO_POR_PAGINA} CFDI por página.", parametro="limit")
        limpia = limpio(wanted)
        with self.books.open(actor.tenant) as books:
            return books.cfdis.search(limpia, cursor, limit)


@dataclass(frozen=True, slots=True)
class ShowCfdi:
    """One document whole."""

    books: Books

    def __call__(self, actor: Actor, uuid: str) -> CfdiDetail:
        """Raises ActionForbidden or CfdiMissing."""
        actor.require(Permission.READ_BOOKS)
        with self.books.open(actor.tenant) as books:
            books.steady()
            return detail(books, folio(uuid))


@dataclass(frozen=True, slots=True)
class DownloadXml:
    """The file of a document, the very bytes that came in."""

    books: Books
    reader: CfdiReader

    def __call__(self, actor: Actor, uuid: str) -> bytes:
        """Raises ActionForbidden or CfdiMissing."""
        actor.require(Permission.READ_BOOKS)
        with self.books.open(actor.tenant) as books:
            original = books.cfdis.original(folio(uuid))
        return self.reader.unpack(original)


def detail(books: OpenBooks, uuid: str) -> CfdiDetail:
    """Raises CfdiMissing."""
    stored = books.cfdis.get(uuid)
    documentos = books.iva.connected([uuid])
    pagada = fecha_pago_real(books, uuid) if stored.cfdi.metodo_pago == PUE else None
    return CfdiDetail(stored, saldo(documentos[uuid], documentos), books.cfdis.avisos(uuid), pagada)


def limpio(wanted: Filter) -> Filter:
    """The filter with its words as the books write them; an empty one does not narrow. Raises FiltroInvalido."""
    escritos = (("rfc", wanted.rfc), ("q", wanted.nombre), ("metodoPago", wanted.metodo_pago), ("q", wanted.texto))
    for parametro, texto in escritos:
        if texto is not None and not texto.replace("\t", " ").isprintable():
            raise FiltroInvalido(f"El filtro {parametro} trae caracteres que no se buscan.", parametro=parametro)
    return replace(
        wanted,
        rfc=normalizado(wanted.rfc or "") or None,
        nombre=(wanted.nombre or "").strip() or None,
        texto=(wanted.texto or "").strip() or None,
        metodo_pago=(wanted.metodo_pago or "").strip().upper() or None,
    )
