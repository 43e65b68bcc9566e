"""Working a taxpayer's books out again: the IVA and the ISR of what changed, from one reading of the documents."""

from collections.abc import Sequence

from horux_core.fiscal.cfdi.model import Advertencia
from horux_core.fiscal.isr import recomputing as isr
from horux_core.fiscal.iva import recomputing as iva
from horux_core.fiscal.iva.saldos import Saldos
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.fiscal.reportes.saldos_mxn import SaldosMxn
from horux_core.fiscal.tablero import recomputing as tablero
from horux_core.kernel.ids import TenantId

_STRETCH = 5_000
"""Documents worked out in one transaction: a few seconds, so that others get their turn."""

_MANY = 1_000
_TODOS = 2**31 - 1
_EN_PROCESO = Advertencia(
    "cifras_en_proceso",
    "Aún hay CFDI por calcular, de una carga o de un cambio de configuración: espera a que termine.",
)


def en_proceso(books: OpenBooks) -> tuple[Advertencia, ...]:
    """What to know of the taxes while documents wait to be worked out."""
    return (_EN_PROCESO,) if books.iva.pending(1) else ()


def recompute(books: OpenBooks, limit: int | None = None, only: Sequence[str] | None = None) -> bool:
    """Work out the documents marked, at most `limit` of them, with all that ties to them; whether more remain.

    `only` names them instead: what else is marked is left to the job that marked it. Inside the caller's
    transaction, which holds `books.lock()`. Run twice it does no harm.
    """
    pendientes = only if only is not None else books.iva.pending(_TODOS if limit is None else limit)
    if not pendientes:
        return False
    documentos = books.isr.connected(pendientes)
    uuids = documentos.keys() | set(pendientes)
    flujos = {uuid: documento.flujo for uuid, documento in documentos.items()}
    saldos, cambiaron = Saldos(flujos), books.iva.cambiaron(uuids)
    iva.asentar(books, uuids, flujos, saldos)
    isr.asentar(books, uuids, documentos)
    if cambiaron:
        tablero.asentar(books, uuids, documentos, SaldosMxn(flujos, saldos))
    return limit is not None and bool(books.iva.pending(1))


def work_out(books: Books, tenant: TenantId, *, grown: bool = False) -> None:
    """Work out all that is marked, a stretch in a transaction. `grown`: much was entered before."""
    more = True
    while more:
        with books.open(tenant) as opened:
            opened.lock()
            more = recompute(opened, _STRETCH)
    if grown:
        with books.open(tenant) as opened:
            opened.grown()


def grew(inserted: int) -> bool:
    """Whether with so many new documents the books are not what they were."""
    return inserted > _MANY


def encadenar(books: OpenBooks) -> None:
    """Put down anew every month of both taxes: a setting changed what they stand on."""
    iva.encadenar(books)
    isr.encadenar(books)
