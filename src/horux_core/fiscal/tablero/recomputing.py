"""Keeping what the month at a glance needs, as documents are worked out."""

from collections.abc import Iterable, Mapping

from horux_core.fiscal.isr.model import DocumentoIsr
from horux_core.fiscal.ports import OpenBooks
from horux_core.fiscal.reportes.saldos_mxn import SaldosMxn
from horux_core.fiscal.tablero.derivando import importes, saldos_insolutos


def asentar(books: OpenBooks, uuids: Iterable[str], documentos: Mapping[str, DocumentoIsr], saldos: SaldosMxn) -> None:
    """Put what follows from `documentos` in place of all that was kept of `uuids`.

    `documentos` holds with each one everything that ties to it, and `saldos` are theirs. Run twice it does no harm.
    """
    books.tablero.replace(uuids, importes(documentos.values()), saldos_insolutos(saldos))
