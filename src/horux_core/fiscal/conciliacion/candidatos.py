"""The documents of the books that a row of the bank may settle (FISCAL.md 7.1, inputs)."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from horux_core.fiscal.cfdi.model import PPD, Pago, Tipo
from horux_core.fiscal.conciliacion.libro import Conciliable, documento
from horux_core.fiscal.conciliacion.model import Candidato, Clase, Parametros, Signo
from horux_core.fiscal.iva.conversion import cambio_de, cambio_de_docto, pagados
from horux_core.fiscal.iva.model import Documento
from horux_core.fiscal.iva.saldos import Saldos
from horux_core.fiscal.ports import OpenBooks
from horux_core.kernel.importe import CERO, centavos


def en_torno(
    books: OpenBooks, desde: date, hasta: date, ademas: Collection[str], parametros: Parametros
) -> tuple[Candidato, ...]:
    """What the rows between those days may settle, and the documents `ademas` with what pays them."""
    dias = max(parametros.dias_despues_pue, parametros.dias_despues_ppd)
    ultimo = hasta + timedelta(days=parametros.dias_antes)
    emitidas = desde - timedelta(days=dias), ultimo
    pagadas = desde - timedelta(days=parametros.dias_despues_pue), ultimo
    return _candidatos(books, books.conciliacion.conciliables(emitidas, pagadas), ademas)


def de(books: OpenBooks, uuids: Collection[str]) -> tuple[Candidato, ...]:
    """Those documents, as far as they are vigente, with what pays them."""
    vigentes = (c for c in books.conciliacion.conciliables_de(uuids) if c.vigente)
    return _candidatos(books, tuple(vigentes), uuids)


def paga(pago: Pago) -> tuple[tuple[str, Decimal], ...]:
    """By invoice, its share of the payment in MXN; without those whose rate nobody knows."""
    partes: dict[str, Decimal] = {}
    for docto, pagado in zip(pago.doctos, pagados(pago), strict=True):
        cambio = cambio_de_docto(pago, docto)
        if cambio is not None:
            partes[docto.id_documento] = partes.get(docto.id_documento, CERO) + centavos(cambio(pagado))
    return tuple(partes.items())


def _candidatos(
    books: OpenBooks, conciliables: Collection[Conciliable], ademas: Collection[str]
) -> tuple[Candidato, ...]:
    con_saldo = {c.uuid for c in conciliables if c.tipo is Tipo.PAGO or c.metodo_pago == PPD}
    documentos = books.iva.connected(con_saldo | set(ademas))
    saldos = Saldos(documentos)
    hechos = [c for each in conciliables for c in _de_uno(each, documentos.get(each.uuid), saldos)]
    # What pays an invoice is weighed with it, whatever its day.
    dados = {c.uuid for c in conciliables}
    for pagador in documentos.values():
        lejano = pagador.tipo is Tipo.PAGO and pagador.uuid not in dados
        if lejano and pagador.vigente and pagador.emitido is not pagador.recibido:
            hechos += _pagos(pagador, "", "", "")
    return tuple(hechos)


def _de_uno(c: Conciliable, d: Documento | None, saldos: Saldos) -> Iterable[Candidato]:
    """None of an auto-factura, whose money never leaves."""
    if c.emitido is c.recibido:
        return ()
    if c.tipo is Tipo.PAGO:
        return () if d is None else _pagos(d, c.rfc, c.nombre, c.folio)
    if c.tipo is Tipo.NOMINA:
        return (_candidato(c, Clase.NOMINA, Signo.CARGO, c.total),) if c.emitido else ()
    signo = Signo.ABONO if c.emitido else Signo.CARGO
    clase = Clase.PPD if c.metodo_pago == PPD else Clase.PUE
    debe = saldos.de(d) if d is not None and saldos.por_pagos(d) else c.total
    cambio = cambio_de(c)
    if cambio is None or debe <= 0:
        return ()
    return (_candidato(c, clase, signo, cambio(debe)),)


def _candidato(c: Conciliable, clase: Clase, signo: Signo, saldo: Decimal) -> Candidato:
    return Candidato(documento(c.uuid), clase, signo, c.fecha, centavos(saldo), c.rfc, c.nombre, c.folio, c.moneda)


def _pagos(d: Documento, rfc: str, nombre: str, folio: str) -> Iterator[Candidato]:
    signo = Signo.ABONO if d.emitido else Signo.CARGO
    for n, pago in enumerate(d.pagos):
        cambio = cambio_de(pago)
        if cambio is not None and pago.monto > 0:
            monto = centavos(cambio(pago.monto))
            yield Candidato(
                documento(d.uuid, n), Clase.PAGO, signo, pago.fecha_pago.date(), monto, rfc, nombre, folio,
                pago.moneda, paga(pago),
            )  # fmt: skip
