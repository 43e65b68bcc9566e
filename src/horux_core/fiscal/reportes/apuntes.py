"""What each document puts into a result: when it is invoiced, or when its money moves (FISCAL.md 3.1, 7.4)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from horux_core.fiscal.cfdi.model import Cubetas, DoctoPagado, Nomina, Pago, Tipo
from horux_core.fiscal.isr.model import DocumentoIsr
from horux_core.fiscal.iva.conversion import Cambio, cambio_de, pagados
from horux_core.fiscal.iva.eventos import eventos
from horux_core.fiscal.iva.model import Documento, Evento, Lado, OpcionesIva, Renglon
from horux_core.fiscal.reportes.model import Ficha, Rango
from horux_core.kernel.importe import centavos
from horux_core.kernel.periodo import Periodo

DEVENGADO = "devengado"
NOMINA = "nomina"
_CON_FLUJO = frozenset({Tipo.INGRESO, Tipo.EGRESO, Tipo.PAGO})


class Concepto(StrEnum):
    """What an amount is to the result; notes are below zero."""

    INGRESO = "ingreso"
    NOTA_EMITIDA = "nota_emitida"
    GASTO = "gasto"
    NOTA_RECIBIDA = "nota_recibida"
    NOMINA = "nomina"


@dataclass(frozen=True, slots=True)
class Apunte:
    """An amount without taxes, `neto`, and the whole money of it, `total`; MXN cents, on one side of one document."""

    uuid: str
    concepto: Concepto
    periodo: Periodo
    neto: Renglon
    total: Renglon


def sin_cambio(fichas: Iterable[Ficha]) -> tuple[str, ...]:
    """The invoices and notes that cannot be put in MXN."""
    con_importe = (f for f in fichas if f.tipo in (Tipo.INGRESO, Tipo.EGRESO))
    return tuple(f.uuid for f in con_importe if cambio_de(f) is None)


def devengados(fichas: Iterable[Ficha]) -> list[Apunte]:
    """By Fecha: invoices, credit notes, and the payroll that the taxpayer pays."""
    return [apunte for ficha in fichas for apunte in _devengado(ficha)]


def _devengado(ficha: Ficha) -> Iterator[Apunte]:
    if ficha.tipo is Tipo.NOMINA and ficha.emitido and ficha.nomina is not None:
        yield _de_nomina(ficha, ficha.nomina, ficha.fecha.date())
        return
    cambio = cambio_de(ficha)
    if ficha.tipo not in (Tipo.INGRESO, Tipo.EGRESO) or cambio is None:
        return
    neto, total = (en_resultado(ficha.tipo, importe, cambio) for importe in (ficha.neto, ficha.total))
    dia = ficha.fecha.date()
    for lado in ficha.lados:
        articulo = "LISR 16, 17" if lado is Lado.EMITIDO else "LISR 25"
        yield Apunte(
            ficha.uuid,
            concepto(ficha.tipo, lado),
            Periodo.of(dia),
            Renglon(ficha.uuid, dia, neto, DEVENGADO, articulo),
            Renglon(ficha.uuid, dia, total, DEVENGADO, articulo),
        )


def nominas(fichas: Iterable[Ficha]) -> list[Apunte]:
    """By FechaPago, the payroll that the taxpayer pays."""
    return [_de_nomina(f, f.nomina, f.nomina.fecha_pago) for f in fichas if f.emitido and f.nomina is not None]


def _de_nomina(ficha: Ficha, nomina: Nomina, dia: date) -> Apunte:
    """Its cost, and the money that the worker gets."""
    return Apunte(
        ficha.uuid,
        Concepto.NOMINA,
        Periodo.of(dia),
        Renglon(ficha.uuid, dia, costo_de_nomina(nomina), NOMINA, "LISR 27-V, 94"),
        Renglon(ficha.uuid, dia, centavos(ficha.total), NOMINA, "LISR 27-V, 94"),
    )


def movidos(
    documentos: Mapping[str, DocumentoIsr],
    uuids: Iterable[str],
    rango: Rango,
    opciones_de: Callable[[int], OpcionesIva],
) -> list[Apunte]:
    """The cash moments of the documents named that fall in the months given, each under its year's options.

    `documentos` holds with each one everything that it relates to and that relates to it.
    """
    vestidos = {u: _vestido(d) for u, d in documentos.items() if d.flujo.tipo in _CON_FLUJO}
    nombrados = [u for u in uuids if u in vestidos]
    hechos: list[Evento] = []
    for anio in sorted({p.anio for p in rango.meses()}):
        nuevos, _ = eventos(vestidos, nombrados, opciones_de(anio))
        hechos += [e for e in nuevos if e.periodo in rango and e.periodo.anio == anio]
    hechos.sort(key=lambda e: (e.fecha, e.uuid, e.pago, e.docto, e.lado))
    return [_movido(e, vestidos[e.uuid].tipo) for e in hechos]


def _movido(evento: Evento, tipo: Tipo) -> Apunte:
    c = evento.cubetas
    return Apunte(
        evento.uuid,
        concepto(tipo, evento.lado),
        evento.periodo,
        Renglon(evento.uuid, evento.fecha, c.base_no_objeto, evento.regla, evento.articulo),
        Renglon(evento.uuid, evento.fecha, c.base_exento, evento.regla, evento.articulo),
    )


def _vestido(documento: DocumentoIsr) -> Documento:
    """A document as its cash moments see it, with two amounts for buckets.

    `base_exento` is its Total, or what a payment says was paid. `base_no_objeto` is SubTotal − Descuento, of which a
    payment always takes a share from its invoice (FISCAL.md 4.3). What is credited of it is a matter of taxes alone.
    """
    flujo = documento.flujo
    cubetas = Cubetas(base_exento=flujo.total, base_no_objeto=documento.neto, ret_iva=flujo.cubetas.ret_iva)
    pagos = tuple(_pago_vestido(pago) for pago in flujo.pagos)
    return replace(flujo, cubetas=cubetas, pagos=pagos, destino=None, acreditable_pct=None)


def _pago_vestido(pago: Pago) -> Pago:
    doctos = tuple(_docto_vestido(d, pagado) for d, pagado in zip(pago.doctos, pagados(pago), strict=True))
    return replace(pago, doctos=doctos)


def _docto_vestido(docto: DoctoPagado, pagado: Decimal) -> DoctoPagado:
    """Without its invoice, the amount is what was paid without the taxes it says."""
    c = docto.cubetas
    neto = pagado - c.iva_16 - c.iva_8 - c.iva_otra_tasa - c.ieps + c.ret_isr + c.ret_iva + c.ret_ieps
    return replace(docto, con_impuestos=True, cubetas=Cubetas(base_exento=pagado, base_no_objeto=neto))


def en_resultado(tipo: Tipo, importe: Decimal, cambio: Cambio) -> Decimal:
    """An amount of an invoice or a note in MXN cents; a note's is below zero."""
    en_pesos = centavos(cambio(importe))
    return -en_pesos if tipo is Tipo.EGRESO else en_pesos


def costo_de_nomina(nomina: Nomina) -> Decimal:
    """What it costs who pays it: TotalPercepciones + OtrosPagos − subsidio."""
    return centavos(nomina.total_percepciones + nomina.total_otros_pagos - nomina.subsidio)


def concepto(tipo: Tipo, lado: Lado) -> Concepto:
    """What an invoice, a note or a payment is to the result of who stands on that side."""
    if lado is Lado.EMITIDO:
        return Concepto.NOTA_EMITIDA if tipo is Tipo.EGRESO else Concepto.INGRESO
    return Concepto.NOTA_RECIBIDA if tipo is Tipo.EGRESO else Concepto.GASTO
