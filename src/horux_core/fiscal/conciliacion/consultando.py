"""Reading the rows of the bank and how they stand."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from horux_core.fiscal.conciliacion.cuentas import buscada
from horux_core.fiscal.conciliacion.libro import FilaMostrada, Filtro, uuids_de
from horux_core.fiscal.conciliacion.model import EstadoRenglon
from horux_core.fiscal.errors import FiltroInvalido
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.pages import Page
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements

POR_PAGINA = 50
MAXIMO_POR_PAGINA = 500


@dataclass(frozen=True, slots=True)
class Pedido:
    """What a list is narrowed to; `cuenta` is the number or the name of one."""

    desde: date | None = None
    hasta: date | None = None
    cuenta: str | None = None
    estado: EstadoRenglon | None = None
    por_revisar: bool | None = None


@dataclass(frozen=True, slots=True)
class ListConciliacion:
    """The rows of the bank, the latest first, as they were matched last; it matches nothing itself."""

    books: Books
    entitlements: Entitlements

    def __call__(
        self, actor: Actor, pedido: Pedido, cursor: str | None = None, limit: int = POR_PAGINA
    ) -> Page[FilaMostrada]:
        """Raises ActionForbidden, FeatureNotInPlan, FiltroInvalido or CursorMalformed."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.CONCILIACION)
        with self.books.open(actor.tenant) as books:
            books.steady()
            filtro = Filtro(pedido.desde, pedido.hasta, None, pedido.estado, pedido.por_revisar)
            if pedido.cuenta is not None:
                cuenta = buscada(books.conciliacion.cuentas(), pedido.cuenta)
                if cuenta is None:
                    raise FiltroInvalido("No hay ninguna cuenta con ese nombre o número.", parametro="cuenta")
                filtro = replace(filtro, cuenta=cuenta.id)
            page = books.conciliacion.pagina(filtro, cursor, max(1, min(limit, MAXIMO_POR_PAGINA)))
            return Page(con_documentos(books, page.items), page.next_cursor)


def con_documentos(books: OpenBooks, filas: Iterable[FilaMostrada]) -> tuple[FilaMostrada, ...]:
    """The same, each with what the books hold of the documents it names."""
    mostradas = tuple(filas)
    nombrados = uuids_de([p for fila in mostradas for p in fila.guardado.resultado.propuestas])
    documentos = {c.uuid: c for c in books.conciliacion.conciliables_de(nombrados)}
    return tuple(
        replace(
            fila,
            documentos={
                uuid: documentos[uuid] for uuid in uuids_de(fila.guardado.resultado.propuestas) if uuid in documentos
            },
        )
        for fila in mostradas
    )
