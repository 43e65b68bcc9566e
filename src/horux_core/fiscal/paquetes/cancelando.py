"""The books follow the SAT: a document that its metadata tells cancelled is so here, whichever of both came first."""

from collections.abc import Iterable

from horux_core.fiscal.cfdi.model import Estado
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.paquetes.comparando import cancelaciones, comparar
from horux_core.fiscal.ports import OpenBooks


def seguir_al_sat(books: OpenBooks, uuids: Iterable[str]) -> tuple[str, ...]:
    """Cancel those of the documents that metadata tells cancelled, and mark them to be worked out; their UUIDs.

    Inside the caller's transaction, which holds `books.lock()`.
    """
    cancelados = [r for r in books.metadata.de(uuids).values() if r.estado is Estado.CANCELADO]
    if not cancelados:
        return ()
    propios = books.metadata.resumenes(r.uuid for r in cancelados)
    por_aplicar = cancelaciones(comparar(propios, cancelados, ()))
    for cancelacion in por_aplicar:
        books.cfdis.correct(cancelacion.uuid, Correction(Estado.CANCELADO, cancelacion.fecha))
    return tuple(cancelacion.uuid for cancelacion in por_aplicar)
