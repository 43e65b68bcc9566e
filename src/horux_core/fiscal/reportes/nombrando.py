"""What people call a document by: its folio, and who it is with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.iva.model import Lado
from horux_core.fiscal.ports import Books
from horux_core.fiscal.reportes.contrapartes import contraparte
from horux_core.fiscal.reportes.model import Ficha
from horux_core.identity.model import Actor, Permission

_CORTO = 8
"""First letters of the UUID, which stand for the folio of a document without one."""


@dataclass(frozen=True, slots=True)
class Nombrado:
    """`nombre` and `rfc` are those of the other party; `total` is in `moneda`."""

    uuid: str
    folio: str
    rfc: str
    nombre: str
    tipo: Tipo
    emitido: bool
    fecha: datetime
    total: Decimal
    moneda: str

    @property
    def quien(self) -> str:
        return self.nombre or self.rfc


@dataclass(frozen=True, slots=True)
class NameDocuments:
    """Those of the named that are kept, by UUID, cancelled ones too."""

    books: Books

    def __call__(self, actor: Actor, uuids: Iterable[str]) -> Mapping[str, Nombrado]:
        """Raises ActionForbidden."""
        actor.require(Permission.READ_BOOKS)
        pedidos = {uuid for uuid in uuids if uuid}
        if not pedidos:
            return {}
        with self.books.open(actor.tenant) as books:
            return {uuid: _nombrado(ficha) for uuid, ficha in books.reportes.fichas(pedidos).items()}


def nombre(serie: str | None, folio: str | None, uuid: str) -> str:
    """What a document is called: `A-1284`, or how its UUID begins."""
    if serie and folio:
        return f"{serie}{folio}" if serie.endswith("-") else f"{serie}-{folio}"
    return folio or serie or uuid[:_CORTO].upper()


def _nombrado(ficha: Ficha) -> Nombrado:
    quien = contraparte(ficha, Lado.EMITIDO if ficha.emitido else Lado.RECIBIDO)
    folio = nombre(ficha.serie, ficha.folio, ficha.uuid)
    return Nombrado(
        ficha.uuid, folio, quien.rfc, quien.nombre, ficha.tipo, ficha.emitido, ficha.fecha, ficha.total, ficha.moneda
    )
