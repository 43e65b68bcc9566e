"""Looking through the documents: a page of the list, what each cut of it counts, and what it adds up to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from horux_core.fiscal.cfdi.listing import POR_PAGINA, limpio
from horux_core.fiscal.cfdi.model import PPD, Direccion, Estado, Tipo
from horux_core.fiscal.cfdi.stored import Filter, Grupo, StoredCfdi
from horux_core.fiscal.iva.saldos import Saldos
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.importe import CERO, centavos

_SIGNOS = {Tipo.INGRESO: 1, Tipo.EGRESO: -1}
_SOLOS = frozenset({Tipo.NOMINA, Tipo.RETENCIONES})


@dataclass(frozen=True, slots=True)
class Sumas:
    """What answers to a filter: `cuantos`, `cancelados` of them, and the totals of each side in MXN.

    A total is of what is vigente: invoices less credit notes, or what the filter's type adds up to where it is payroll
    or withholding. It never mixes sides; None when nothing of that side adds to it. An auto-factura is on both.
    `sin_cambio` lack a rate and are in no total. `todos`, `emitidos`, `recibidos` and `por_revisar` count each cut of
    the filter.
    """

    cuantos: int
    cancelados: int
    emitido: Decimal | None
    recibido: Decimal | None
    sin_cambio: int
    todos: int
    emitidos: int
    recibidos: int
    por_revisar: int


@dataclass(frozen=True, slots=True)
class Renglon:
    """A document of the page; `revisar` when something in it is odd. `aporta` is its part in the totals, if any.

    `pagado` is what its payments add up to, and in which currency, when it has some and all are in one. `saldo` is what
    is owed of an invoice whose payments are followed, in its currency.
    """

    stored: StoredCfdi
    revisar: bool
    aporta: Decimal | None
    pagado: tuple[Decimal, str] | None
    saldo: Decimal | None

    @property
    def retenido(self) -> Decimal:
        return self.stored.cfdi.iva_retenido + self.stored.cfdi.isr_retenido


@dataclass(frozen=True, slots=True)
class Estorbo:
    """The field of a filter without which the most would answer, and how many."""

    campo: str
    cuantos: int


@dataclass(frozen=True, slots=True)
class Hojeada:
    """`cfdis` is how many the books hold. When nothing answers `estorbo` says what keeps the most out."""

    renglones: tuple[Renglon, ...]
    sigue: str | None
    sumas: Sumas
    cfdis: int
    estorbo: Estorbo | None


@dataclass(frozen=True, slots=True)
class BrowseCfdis:
    """A page of the documents, newest first, all of one moment."""

    books: Books

    def __call__(self, actor: Actor, wanted: Filter, cursor: str | None = None) -> Hojeada:
        """Raises ActionForbidden, FiltroInvalido or CursorMalformed."""
        actor.require(Permission.READ_BOOKS)
        limpia = limpio(wanted)
        with self.books.open(actor.tenant) as books:
            books.steady()
            page = books.cfdis.search(limpia, cursor, POR_PAGINA)
            cortes = books.cfdis.sumas(replace(limpia, direccion=None, por_revisar=False))
            propios = books.cfdis.sumas(limpia) if limpia.por_revisar else _de(cortes, limpia.direccion)
            renglones = _renglones(books, page.items, limpia)
            cfdis = books.cfdis.count()
            estorbo = _estorbo(books, limpia) if cfdis and not page.items and cursor is None else None
        return Hojeada(renglones, page.next_cursor, _sumas(cortes, propios, limpia), cfdis, estorbo)


def _renglones(books: OpenBooks, items: Sequence[StoredCfdi], wanted: Filter) -> tuple[Renglon, ...]:
    uuids = [s.cfdi.uuid for s in items]
    con_avisos = books.cfdis.con_avisos(uuids)
    montos = books.cfdis.montos([s.cfdi.uuid for s in items if s.cfdi.tipo is Tipo.PAGO])
    saldos = _saldos(books, [s.cfdi.uuid for s in items if s.cfdi.metodo_pago == PPD])
    return tuple(
        Renglon(
            stored,
            _vigente(stored) and bool(stored.advertencias or stored.cfdi.uuid in con_avisos),
            _aporta(stored, wanted),
            montos.get(stored.cfdi.uuid),
            saldos.get(stored.cfdi.uuid),
        )
        for stored in items
    )


def _saldos(books: OpenBooks, uuids: Sequence[str]) -> dict[str, Decimal]:
    documentos = books.iva.connected(uuids)
    saldos = Saldos(documentos)
    facturas = (documentos[uuid] for uuid in uuids)
    return {f.uuid: saldos.de(f) for f in facturas if f.vigente and f.tipo is Tipo.INGRESO}


def _vigente(stored: StoredCfdi) -> bool:
    return stored.estado is Estado.VIGENTE


def _aporta(stored: StoredCfdi, wanted: Filter) -> Decimal | None:
    signo = _signo(stored.cfdi.tipo, wanted) if _vigente(stored) else 0
    return None if stored.total_mxn is None or not signo else centavos(signo * stored.total_mxn)


def _estorbo(books: OpenBooks, wanted: Filter) -> Estorbo | None:
    """None when no field alone keeps everything out."""
    libre: dict[str, Any] = {campo.name: campo.default for campo in fields(Filter)}
    sin = {campo: replace(wanted, **{campo: valor}) for campo, valor in libre.items()}
    cuantos = {campo: sum(g.cuantos for g in books.cfdis.sumas(otro)) for campo, otro in sin.items() if otro != wanted}
    campo = max(cuantos, key=lambda c: cuantos[c], default="")
    return Estorbo(campo, cuantos[campo]) if campo and cuantos[campo] else None


def _de(grupos: Iterable[Grupo], lado: Direccion | None) -> list[Grupo]:
    return [g for g in grupos if lado is None or g.direccion in (lado, Direccion.AMBAS)]


def _sumas(cortes: Sequence[Grupo], propios: Sequence[Grupo], wanted: Filter) -> Sumas:
    vigentes = [g for g in propios if g.estado is Estado.VIGENTE and _signo(g.tipo, wanted)]
    return Sumas(
        cuantos=sum(g.cuantos for g in propios),
        cancelados=sum(g.cuantos for g in propios if g.estado is Estado.CANCELADO),
        emitido=_total(vigentes, Direccion.EMITIDO, wanted),
        recibido=_total(vigentes, Direccion.RECIBIDO, wanted),
        sin_cambio=sum(g.sin_cambio for g in vigentes),
        todos=sum(g.cuantos for g in cortes),
        emitidos=sum(g.cuantos for g in _de(cortes, Direccion.EMITIDO)),
        recibidos=sum(g.cuantos for g in _de(cortes, Direccion.RECIBIDO)),
        por_revisar=sum(g.por_revisar for g in cortes),
    )


def _total(grupos: Iterable[Grupo], lado: Direccion, wanted: Filter) -> Decimal | None:
    if wanted.direccion not in (None, lado, Direccion.AMBAS):
        return None
    propios = [g.total * _signo(g.tipo, wanted) for g in _de(grupos, lado)]
    return sum(propios, CERO) if propios else None


def _signo(tipo: Tipo, wanted: Filter) -> int:
    """Zero for what has no place in the totals."""
    if tipo in _SOLOS:
        return 1 if wanted.tipo is tipo else 0
    return _SIGNOS.get(tipo, 0)
