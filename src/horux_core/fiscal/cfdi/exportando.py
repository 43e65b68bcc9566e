"""The documents that answer to a filter as a workbook."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from horux_core.fiscal.cfdi.listing import limpio
from horux_core.fiscal.cfdi.stored import Filter, StoredCfdi
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.fiscal.reportes.hojas import Celda, Columna, Formato, Hoja, Renglones
from horux_core.fiscal.reportes.ports import Hojas
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock, dia_fiscal

_TRAMO = 5_000
_COLUMNAS = (
    Columna("Fecha", Formato.FECHA, 12), Columna("Dirección", ancho=10), Columna("Tipo", ancho=10),
    Columna("Serie", ancho=8), Columna("Folio", ancho=12), Columna("UUID", ancho=38),
    Columna("RFC emisor", ancho=15), Columna("Emisor", ancho=36), Columna("RFC receptor", ancho=15),
    Columna("Receptor", ancho=36), Columna("Uso", ancho=7), Columna("Método", ancho=8), Columna("Forma", ancho=7),
    Columna("Moneda", ancho=8), Columna("Tipo de cambio", Formato.FACTOR, 14), Columna("Subtotal", Formato.IMPORTE),
    Columna("Descuento", Formato.IMPORTE), Columna("IVA trasladado", Formato.IMPORTE),
    Columna("IVA retenido", Formato.IMPORTE), Columna("ISR retenido", Formato.IMPORTE),
    Columna("IEPS", Formato.IMPORTE), Columna("Total", Formato.IMPORTE), Columna("Total MXN", Formato.IMPORTE),
    Columna("Estado", ancho=11), Columna("Cancelado el", Formato.FECHA, 12),
)  # fmt: skip
_TIPOS = {"I": "Ingreso", "E": "Egreso", "T": "Traslado", "N": "Nómina", "P": "Pago", "R": "Retenciones"}


@dataclass(frozen=True, slots=True)
class Lista:
    """A sheet of documents, and the name its file takes without what says its kind."""

    archivo: str
    hoja: Hoja


@dataclass(frozen=True, slots=True)
class ExportCfdis:
    books: Books
    hojas: Hojas
    clock: Clock

    def __call__(self, actor: Actor, wanted: Filter) -> tuple[str, bytes]:
        """The name of the workbook and its bytes. Raises what `lista` does."""
        lista = self.lista(actor, wanted)
        return f"{lista.archivo}.xlsx", self.hojas.libro([lista.hoja])

    def lista(self, actor: Actor, wanted: Filter) -> Lista:
        """Raises ActionForbidden or FiltroInvalido."""
        actor.require(Permission.READ_BOOKS)
        limpia, hoy = limpio(wanted), dia_fiscal(self.clock())
        with self.books.open(actor.tenant) as books:
            books.steady()
            filas = list(_filas(books, limpia))
            rfc = books.contribuyente.rfc
        titulo = (f"CFDI de {rfc}", f"{len(filas):,} al {hoy:%d/%m/%Y}{_entre(limpia)}")
        archivo = rfc.replace("Ñ", "N").replace("&", "Y")
        return Lista(f"{archivo}-cfdi-{hoy.isoformat()}", Hoja("CFDI", titulo, _COLUMNAS, Renglones(filas)))


def _entre(wanted: Filter) -> str:
    dias = ((" desde ", wanted.desde), (" hasta ", wanted.hasta))
    return "".join(f",{que}{dia:%d/%m/%Y}" for que, dia in dias if isinstance(dia, date))


def _filas(books: OpenBooks, wanted: Filter) -> Iterator[tuple[Celda, ...]]:
    cursor: str | None = None
    while True:
        page = books.cfdis.search(wanted, cursor, _TRAMO)
        yield from (_fila(stored) for stored in page.items)
        if page.next_cursor is None:
            return
        cursor = page.next_cursor


def _fila(stored: StoredCfdi) -> tuple[Celda, ...]:
    c = stored.cfdi
    cancelado = stored.fecha_cancelacion
    return (
        c.fecha_emision, stored.direccion.value.capitalize(), _TIPOS[c.tipo.value], c.serie, c.folio, c.uuid,
        c.rfc_emisor, c.nombre_emisor, c.rfc_receptor, c.nombre_receptor, c.uso_cfdi, c.metodo_pago, c.forma_pago,
        c.moneda, stored.tipo_cambio, c.subtotal, c.descuento, c.iva_trasladado, c.iva_retenido, c.isr_retenido,
        c.ieps, c.total, stored.total_mxn, stored.estado.value.capitalize(), cancelado,
    )  # fmt: skip
