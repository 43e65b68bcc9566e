"""The working paper of a month's IVA: its figures, and the events of the books that they are worked out from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from horux_core.fiscal.cfdi.model import DestinoIva
from horux_core.fiscal.iva.detalle import detalle
from horux_core.fiscal.iva.mes import destino_supuesto, suma
from horux_core.fiscal.iva.model import Apertura, Evento, Figura, Lado, MesIva, OpcionesIva, Renglon
from horux_core.fiscal.reportes.model import Calculo, Ficha, Rango, ajustada, figura, negados
from horux_core.kernel.importe import CERO

NO_ACREDITABLE = "no"


@dataclass(frozen=True, slots=True)
class Partida:
    """An event with its document, and what its IVA is credited as: gravado, mixto, or not at all."""

    evento: Evento
    ficha: Ficha | None
    acredita: str


@dataclass(frozen=True, slots=True)
class LibroDelMes:
    """All that a month was worked out from. `opciones_anteriores` are those of the month before."""

    mes: MesIva
    eventos: Sequence[Evento]
    anterior: MesIva | Apertura
    previos: Sequence[Evento]
    opciones: OpcionesIva
    opciones_anteriores: OpcionesIva


@dataclass(frozen=True, slots=True)
class PapelIva:
    """`previas` are received in the month before: what was withheld in them is credited now (LIVA 5-IV)."""

    libro: LibroDelMes
    partidas: tuple[Partida, ...]
    previas: tuple[Partida, ...]


def papel_iva(libro: LibroDelMes, fichas: Mapping[str, Ficha]) -> PapelIva:
    previas: tuple[Partida, ...] = ()
    if isinstance(libro.anterior, MesIva) and libro.opciones_anteriores.retencion_enterada:
        todas = _partidas(libro.previos, fichas, libro.opciones_anteriores)
        previas = tuple(p for p in todas if p.evento.lado is Lado.RECIBIDO and p.evento.cubetas.ret_iva)
    return PapelIva(libro, _partidas(libro.eventos, fichas, libro.opciones), previas)


def _partidas(eventos: Sequence[Evento], fichas: Mapping[str, Ficha], opciones: OpcionesIva) -> tuple[Partida, ...]:
    supuesto = destino_supuesto(suma(e.cubetas for e in eventos if e.lado is Lado.EMITIDO), opciones)
    return tuple(Partida(e, fichas.get(e.uuid), _acredita(e, supuesto)) for e in eventos)


def _acredita(evento: Evento, supuesto: DestinoIva) -> str:
    if evento.lado is Lado.EMITIDO:
        return ""
    destino = evento.destino or supuesto
    return NO_ACREDITABLE if evento.motivo is not None or destino is DestinoIva.EXENTO else destino.value


def de_documentos(libro: LibroDelMes) -> list[Figura]:
    """The figures that documents make up, as IVA tells them."""
    return detalle(libro.mes, libro.eventos, libro.previos, libro.anterior, libro.opciones, libro.opciones_anteriores)


def calculo_iva(libro: LibroDelMes) -> Calculo:
    """Every figure of the month; a line with no UUID is what no document says: the balance of before, rounding."""
    mes, propias = libro.mes, de_documentos(libro)
    de = {f.figura: f.documentos for f in propias}
    rango = Rango(mes.periodo, mes.periodo)
    dia = rango.ultimo_dia
    resultado = figura("resultado", (*de["ivaTrasladado"], *negados((*de["ivaRetenido"], *de["ivaAcreditable"]))))
    anterior = figura("saldoAnterior", (Renglon("", rango.primer_dia, mes.saldo_anterior, "saldo_anterior", "LIVA 6"),))
    aplicado = figura(
        "saldoAFavorAplicado", (Renglon("", dia, mes.saldo_a_favor_aplicado, "acreditamiento", "LIVA 6"),)
    )
    a_pagar, a_favor = _balance(resultado, anterior, aplicado)
    pesos = ajustada(Figura("aPagarPesos", a_pagar.total, a_pagar.documentos), mes.a_pagar_pesos, dia, *_REDONDEO)
    retenido = figura("retenidoATerceros", _retenido(libro))
    calculadas = (resultado, anterior, aplicado, a_favor, a_pagar, pesos, retenido)
    return Calculo((*propias, *calculadas), (("factor", mes.factor),))


_REDONDEO = ("redondeo", "CFF 20")


def _balance(resultado: Figura, anterior: Figura, aplicado: Figura) -> tuple[Figura, Figura]:
    """What is to be paid, and what is left in favour."""
    quedo = (*anterior.documentos, *negados(aplicado.documentos))
    if resultado.total > CERO:
        return figura("aPagar", (*resultado.documentos, *negados(aplicado.documentos))), figura("saldoAFavor", quedo)
    return figura("aPagar", ()), figura("saldoAFavor", (*quedo, *negados(resultado.documentos)))


def _retenido(libro: LibroDelMes) -> list[Renglon]:
    """IVA withheld from others, to be paid over with the month (LIVA 1-A)."""
    return [
        Renglon(e.uuid, e.fecha, e.cubetas.ret_iva + e.retenido_no_acreditable, e.regla, "LIVA 1-A")
        for e in libro.eventos
        if e.lado is Lado.RECIBIDO
    ]


def folio(ficha: Ficha | None) -> str:
    """Serie and Folio as one text."""
    return "" if ficha is None else f"{ficha.serie or ''}{ficha.folio or ''}"
