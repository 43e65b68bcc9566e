"""One document as its keeper looks at it: its lines, what settled it, what ties to it and where it counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from horux_core.fiscal.cfdi.errors import CfdiRejected
from horux_core.fiscal.cfdi.listing import CfdiDetail
from horux_core.fiscal.cfdi.model import Concepto, Direccion, Estado, Tipo
from horux_core.fiscal.cfdi.paging import es_folio, folio
from horux_core.fiscal.iva.conversion import en_su_moneda
from horux_core.fiscal.iva.model import Documento, Evento
from horux_core.fiscal.iva.recomputing import trabajados
from horux_core.fiscal.iva.saldos import Saldos, saldo
from horux_core.fiscal.ports import Books, CfdiReader, OpenBooks
from horux_core.fiscal.reportes.model import Ficha
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo

CONCEPTOS = 200
"""Lines of a document that are shown."""


@dataclass(frozen=True, slots=True)
class Abonado:
    """What lowered the balance of an invoice, and the balance after it, both in the invoice's currency.

    `parcialidad` is of a payment, None for a credit note. `periodos` are the months of IVA in which it counts.
    """

    uuid: str
    fecha: datetime
    parcialidad: int | None
    importe: Decimal
    saldo: Decimal
    periodos: tuple[Periodo, ...]


@dataclass(frozen=True, slots=True)
class Enlace:
    """A relation: `tipo` as in TipoRelacion; `propia` when the document itself names the other."""

    tipo: str
    uuid: str
    propia: bool


@dataclass(frozen=True, slots=True)
class Hoja:
    """`por_pagos` tells that its IVA follows its payments; then `pagado`, `acreditado` and `abonos` say which.

    `otras` are the documents it speaks of that the books have, by UUID. `cuenta` are the months of IVA in which it
    counts by itself. `conceptos` are the first lines of `lineas`. `cobrado` and `acreditado` are in its currency.
    """

    detalle: CfdiDetail
    conceptos: tuple[Concepto, ...]
    lineas: int
    por_pagos: bool
    cobrado: Decimal
    acreditado: Decimal
    abonos: tuple[Abonado, ...]
    enlaces: tuple[Enlace, ...]
    otras: Mapping[str, Ficha]
    cuenta: tuple[Evento, ...]

    @property
    def monto(self) -> tuple[Decimal, str] | None:
        """What its payments add up to and in which currency; None without them, or when they are in several."""
        pagos = self.detalle.stored.cfdi.pagos
        monedas = {pago.moneda for pago in pagos}
        return (sum((pago.monto for pago in pagos), CERO), monedas.pop()) if len(monedas) == 1 else None

    @property
    def se_juzga(self) -> bool:
        """Whether the accountant may say what the expense is used for."""
        stored = self.detalle.stored
        return stored.direccion is not Direccion.EMITIDO and stored.cfdi.tipo in (
            Tipo.INGRESO,
            Tipo.EGRESO,
            Tipo.PAGO,
        )


@dataclass(frozen=True, slots=True)
class LookAtCfdi:
    """One document with all that its keeper asks of it, of one moment."""

    books: Books
    reader: CfdiReader

    def __call__(self, actor: Actor, uuid: str) -> Hoja:
        """Raises ActionForbidden or CfdiMissing."""
        actor.require(Permission.READ_BOOKS)
        with self.books.open(actor.tenant) as books:
            books.steady()
            hoja, original = _hoja(books, folio(uuid)), books.cfdis.original(folio(uuid))
        lineas = self._conceptos(self.reader.unpack(original))
        return _con_lineas(hoja, lineas)

    def _conceptos(self, xml: bytes) -> tuple[Concepto, ...]:
        """None of one that was read with more patience than is had now: the document itself is kept."""
        try:
            return self.reader.conceptos(xml)
        except CfdiRejected:
            return ()


def _con_lineas(hoja: Hoja, lineas: tuple[Concepto, ...]) -> Hoja:
    return Hoja(
        hoja.detalle, lineas[:CONCEPTOS], len(lineas), hoja.por_pagos, hoja.cobrado, hoja.acreditado, hoja.abonos,
        hoja.enlaces, hoja.otras, hoja.cuenta,
    )  # fmt: skip


def _hoja(books: OpenBooks, uuid: str) -> Hoja:
    stored = books.cfdis.get(uuid)
    documentos = books.iva.connected([uuid])
    propio, saldos = documentos[uuid], Saldos(documentos)
    detalle = CfdiDetail(stored, saldo(propio, documentos), books.cfdis.avisos(uuid))
    eventos = trabajados(documentos, books.ajustes, saldos)[0]
    es_factura = propio.tipo is Tipo.INGRESO and stored.estado is Estado.VIGENTE
    por_pagos = es_factura and saldos.por_pagos(propio)
    abonos = _abonos(saldos, propio, eventos) if por_pagos else ()
    enlaces = _enlaces(propio, documentos)
    pagadas = (d.id_documento for p in propio.pagos for d in p.doctos)
    nombradas = {*(a.uuid for a in abonos), *(e.uuid for e in enlaces), *pagadas}
    return Hoja(
        detalle,
        (),
        0,
        por_pagos,
        en_su_moneda(saldos.pagado(propio), propio.moneda) if por_pagos else CERO,
        sum((importe for _, importe in saldos.notas(propio)), CERO) if por_pagos else CERO,
        abonos,
        enlaces,
        books.reportes.fichas([u for u in sorted(nombradas) if es_folio(u)]),
        tuple(sorted((e for e in eventos if e.uuid == uuid), key=lambda e: (e.periodo, e.pago, e.docto, e.lado))),
    )


def _abonos(saldos: Saldos, factura: Documento, eventos: Sequence[Evento]) -> tuple[Abonado, ...]:
    """Payments and credit notes by date, each with what is owed after it."""
    hechos: list[tuple[datetime, int, str, int | None, Decimal, tuple[Periodo, ...]]] = [
        (a.fecha, 1, a.uuid, a.parcialidad, a.importe, _meses(eventos, a.uuid, (a.pago, a.docto)))
        for a in saldos.abonos(factura)
    ]
    hechos += [(n.fecha, 0, n.uuid, None, importe, _meses(eventos, n.uuid)) for n, importe in saldos.notas(factura)]
    debido, puestos = factura.total, []
    for fecha, _, uuid, parcialidad, importe, meses in sorted(hechos, key=lambda h: (h[0], h[1], h[3] or 0, h[2])):
        debido -= importe
        puestos.append(Abonado(uuid, fecha, parcialidad, importe, en_su_moneda(debido, factura.moneda), meses))
    return tuple(puestos)


def _meses(eventos: Iterable[Evento], uuid: str, parte: tuple[int, int] | None = None) -> tuple[Periodo, ...]:
    propios = (e for e in eventos if e.uuid == uuid and parte in (None, (e.pago, e.docto)))
    return tuple(sorted({e.periodo for e in propios}))


def _enlaces(propio: Documento, documentos: Mapping[str, Documento]) -> tuple[Enlace, ...]:
    propias = [Enlace(r.tipo, r.uuid, True) for r in propio.relaciones]
    ajenas = [
        Enlace(r.tipo, d.uuid, False)
        for d in sorted(documentos.values(), key=lambda d: (d.fecha, d.uuid))
        for r in d.relaciones
        if r.uuid == propio.uuid and d.uuid != propio.uuid
    ]
    return tuple(dict.fromkeys([*propias, *ajenas]))
