"""Working the IVA out again: the events of what changed, and the months that follow from them."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from horux_core.fiscal.iva.eventos import eventos
from horux_core.fiscal.iva.mes import mes
from horux_core.fiscal.iva.model import Apertura, Aviso, Documento, Evento, MesIva, OpcionesIva
from horux_core.fiscal.iva.saldos import Saldos
from horux_core.fiscal.ports import Ajustes, OpenBooks
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import PRIMERO, ULTIMO, Periodo

IVA = "iva"


def asentar(books: OpenBooks, uuids: Iterable[str], documentos: Mapping[str, Documento], saldos: Saldos) -> None:
    """Put the events of `documentos` in place of all those of `uuids`, unmark these, and work out the months after.

    `documentos` holds with each one everything that ties to it, and `saldos` are theirs. Run twice it does no harm.
    """
    nuevos, avisos = trabajados(documentos, books.ajustes, saldos)
    tocados = books.iva.replace(uuids, nuevos, avisos)
    if tocados:
        encadenar(books, min(tocados))


def encadenar(books: OpenBooks, desde: Periodo = PRIMERO) -> None:
    """Put down anew every month from `desde` on: each stands on the balance of the one before (LIVA 6).

    They end with the last month that has an event, an opening, or a return that asked its balance back.
    """
    inicio = _inicio(books, desde)
    finales = {*books.iva.cuentas(inicio), *_aperturas(books.ajustes), *_solicitado(books.ajustes)}
    meses = encadenados(books, inicio, max(finales)) if finales else []
    books.iva.guardar_meses(min(desde, inicio), meses)


def encadenados(books: OpenBooks, desde: Periodo, hasta: Periodo) -> list[MesIva]:
    """The months from `desde`, which follows one put down or begins the books, to `hasta`; nothing is kept.

    A month with an opening of its own starts from that instead of from the month before.
    """
    cuentas = books.iva.cuentas(desde)
    opciones_de = opciones_por_anio(books.ajustes)
    aperturas, solicitado = _aperturas(books.ajustes), _solicitado(books.ajustes)
    anterior: MesIva | Apertura | None = _puesto(books, desde)
    meses: list[MesIva] = []
    for periodo in _periodos(desde, hasta):
        sigue = periodo != PRIMERO and periodo not in aperturas
        pedido = solicitado.get(periodo.anterior(), CERO) if sigue else CERO
        base = aperturas.get(periodo) or anterior or Apertura(periodo)
        anterior = mes(periodo, cuentas.get(periodo, ()), base, opciones_de(periodo.anio), pedido)
        meses.append(anterior)
    return meses


def opciones_por_anio(ajustes: Ajustes) -> Callable[[int], OpcionesIva]:
    """The options of the rules in a year: of the newest setting up to it, else the defaults."""
    propias = ajustes.todas()

    def de(anio: int) -> OpcionesIva:
        return next((c.iva for c in reversed(propias) if c.anio <= anio), _POR_OMISION)

    return de


def apertura_de(ajustes: Ajustes, periodo: Periodo) -> Apertura | None:
    """What the accountant said the books start from in that month."""
    return _aperturas(ajustes).get(periodo)


_POR_OMISION = OpcionesIva()


def trabajados(
    documentos: Mapping[str, Documento], ajustes: Ajustes, saldos: Saldos
) -> tuple[list[Evento], list[Aviso]]:
    """Events and notices under the options of each one's year.

    When the years a set touches have different options the set is worked out once under each of them: an event is
    kept if it falls in a year with those options, a notice if its document is dated in one.
    """
    opciones_de = opciones_por_anio(ajustes)
    anios = anios_de(documentos.values())
    distintas = {opciones_de(anio) for anio in range(min(anios), max(anios) + 1)} if anios else {_POR_OMISION}
    if len(distintas) == 1:
        return eventos(documentos, None, distintas.pop(), saldos)
    hechos: list[Evento] = []
    avisos: list[Aviso] = []
    for opciones in distintas:
        nuevos, notados = eventos(documentos, None, opciones, saldos)
        hechos += [e for e in nuevos if opciones_de(e.periodo.anio) == opciones]
        avisos += [a for a in notados if opciones_de(documentos[a.uuid].fecha.year) == opciones]
    return hechos, avisos


def anios_de(documentos: Iterable[Documento]) -> set[int]:
    """Every year that the documents may have an event in."""
    anios: set[int] = set()
    for documento in documentos:
        anios.add(documento.fecha.year)
        for pago in documento.pagos:
            anios.add(pago.fecha_pago.year)
        if documento.periodo_global is not None:
            anios.add(documento.periodo_global.anio)
    return anios


def _inicio(books: OpenBooks, desde: Periodo) -> Periodo:
    """Where the chain must be taken up so that `desde` stands on a month put down, or on the beginning."""
    anteriores = books.iva.meses(PRIMERO, desde.anterior()) if desde != PRIMERO else {}
    if anteriores:
        return min(desde, max(anteriores).siguiente())
    comienzos = set(_aperturas(books.ajustes))
    primero = books.iva.primer_periodo()
    if primero is not None:
        comienzos.add(primero)
    return min(comienzos, default=desde)


def _puesto(books: OpenBooks, desde: Periodo) -> MesIva | None:
    if desde == PRIMERO:
        return None
    antes = desde.anterior()
    return books.iva.meses(antes, antes).get(antes)


def _aperturas(ajustes: Ajustes) -> dict[Periodo, Apertura]:
    return {c.apertura.periodo: c.apertura for c in ajustes.todas() if c.apertura is not None}


def _solicitado(ajustes: Ajustes) -> dict[Periodo, Decimal]:
    return {d.periodo: d.saldo_solicitado for d in ajustes.declaraciones(IVA) if d.saldo_solicitado}


def _periodos(desde: Periodo, hasta: Periodo) -> Iterable[Periodo]:
    periodo = desde
    while periodo <= hasta:
        yield periodo
        if periodo == ULTIMO:
            return
        periodo = periodo.siguiente()
