"""The cash events of a CFDI de egreso (LIVA 7; FISCAL.md 3.3)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from horux_core.fiscal.cfdi.model import PPD, Cubetas
from horux_core.fiscal.iva.acreditamiento import Juicio, juicio, rechazo_por_efectivo
from horux_core.fiscal.iva.asientos import (
    NOTA,
    NOTA_EMISION,
    NOTA_EXCEDENTE,
    NOTA_RETENCION,
    NOTA_SIN_FACTURA,
    asentar,
)
from horux_core.fiscal.iva.conversion import A_LA_PAR, Cambio, cambio_de, en_mxn
from horux_core.fiscal.iva.conversion import cambio_de_docto as cambio_de_pago
from horux_core.fiscal.iva.model import Aviso, Documento, Evento, ModoNotas, OpcionesIva
from horux_core.fiscal.iva.pagos import TC_SOSPECHOSO
from horux_core.fiscal.iva.saldos import Saldos
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo

NC_CON_RETENCION = "NC_CON_RETENCION"
NC_DE_CANCELADA = "NC_DE_CANCELADA"
NC_DE_VARIAS = "NC_DE_VARIAS"
NC_SIN_FACTURA = "NC_SIN_FACTURA"


def eventos_de_nota(nota: Documento, saldos: Saldos, opciones: OpcionesIva) -> tuple[list[Evento], list[Aviso]]:
    """The negative event of a vigente E, if it has one, and what to look at in it."""
    cambio = cambio_de(nota)
    if cambio is None:
        return [], [Aviso(TC_SOSPECHOSO, nota.uuid, f"Falta el tipo de cambio de la nota en {nota.moneda}: captúralo.")]
    relacionadas = saldos.relacionadas(nota)
    vivas = [f for f in relacionadas if f.vigente]
    avisos = [_de_cancelada(nota, f) for f in relacionadas if not f.vigente]
    retenida = any(f.cubetas.ret_iva > 0 for f in vivas)
    if opciones.notas is ModoNotas.EMISION:
        avisos += [_con_retencion(nota)] if retenida else []
        avisos += _de_varias(nota, vivas, saldos, opciones)
        return _evento(nota, _menos(nota, cambio), NOTA_EMISION, vivas, saldos, opciones), avisos
    if not vivas:
        return _sin_facturas(nota, cambio, avisos, saldos, opciones)
    aplicacion = saldos.aplicacion(nota)
    if aplicacion.resto is None:
        return [], [*avisos, Aviso(TC_SOSPECHOSO, nota.uuid, _FALTA_TC_DE_FACTURA)]
    if aplicacion.resto <= 0:
        return [], avisos
    cubetas = _menos(nota, cambio, aplicacion.resto if aplicacion.bajo_saldo else None)
    if retenida:
        avisos.append(_con_retencion(nota))
        return _evento(nota, cubetas, NOTA_RETENCION, vivas, saldos, opciones), avisos
    avisos += _de_varias(nota, vivas, saldos, opciones)
    regla = NOTA_EXCEDENTE if aplicacion.bajo_saldo else NOTA
    return _evento(nota, cubetas, regla, vivas, saldos, opciones), avisos


def devuelto(nota: Documento, saldos: Saldos) -> Decimal:
    """What a vigente E of the set gives back in money, in its own currency: what no balance took, and moves IVA."""
    relacionadas = saldos.relacionadas(nota)
    if any(f.vigente for f in relacionadas):
        return max(saldos.aplicacion(nota).resto or CERO, CERO)
    return CERO if relacionadas or nota.metodo_pago == PPD else nota.total


_FALTA_TC_DE_FACTURA = (
    "La nota y su factura están en monedas distintas y falta el tipo de cambio de la factura: captúralo en ella."
)


def _sin_facturas(
    nota: Documento, cambio: Cambio, avisos: list[Aviso], saldos: Saldos, opciones: OpcionesIva
) -> tuple[list[Evento], list[Aviso]]:
    """No vigente invoice is known: a cancelled one takes its note along; else only a PUE gives IVA back."""
    if avisos:
        return [], avisos
    if nota.metodo_pago == PPD:
        detalle = "La nota es PPD y su factura no está guardada: sube el XML de la factura que corrige."
        return [], [Aviso(NC_SIN_FACTURA, nota.uuid, detalle)]
    return _evento(nota, _menos(nota, cambio), NOTA_SIN_FACTURA, (), saldos, opciones), []


def _de_cancelada(nota: Documento, factura: Documento) -> Aviso:
    detalle = f"La nota corrige la factura {factura.uuid}, que está cancelada: revisa si también debe cancelarse."
    return Aviso(NC_DE_CANCELADA, nota.uuid, detalle)


def _con_retencion(nota: Documento) -> Aviso:
    detalle = (
        "La factura que la nota corrige lleva IVA retenido (LIVA 7, último párrafo): presenta la complementaria "
        "del mes en que se cobró o pagó."
    )
    return Aviso(NC_CON_RETENCION, nota.uuid, detalle)


def _de_varias(nota: Documento, vivas: Sequence[Documento], saldos: Saldos, opciones: OpcionesIva) -> list[Aviso]:
    """What is left of a note is one event (FISCAL.md 3.3): of invoices judged otherwise, the first decides."""
    if len({_juicio(nota, (factura,), saldos, opciones) for factura in vivas}) <= 1:
        return []
    detalle = (
        "La nota corrige facturas que se acreditan de distinta forma, y toda ella siguió a la primera, "
        f"{vivas[0].uuid}: pide una nota por factura, o ajusta su acreditamiento."
    )
    return [Aviso(NC_DE_VARIAS, nota.uuid, detalle)]


def _menos(nota: Documento, cambio: Cambio, resto: Decimal | None = None) -> Cubetas:
    """The note's buckets in MXN cents with the sign changed: whole, or the part that `resto` is of its Total."""
    proporcion = Cambio(-cambio.por, cambio.entre)
    if resto is not None:
        proporcion = Cambio(-cambio.por * resto, cambio.entre * nota.total)
    return en_mxn(nota.cubetas, proporcion)


def _evento(
    nota: Documento,
    cubetas: Cubetas,
    regla: str,
    vivas: Sequence[Documento],
    saldos: Saldos,
    opciones: OpcionesIva,
) -> list[Evento]:
    dia = nota.fecha.date()
    periodo = Periodo.of(dia)
    if regla == NOTA_RETENCION:
        periodo = _mes_original(next(f for f in vivas if f.cubetas.ret_iva > 0), dia, saldos) or periodo
    return list(asentar(nota, (0, 0), (periodo, dia), cubetas, regla, _juicio(nota, vivas, saldos, opciones)))


def _mes_original(factura: Documento, dia: date, saldos: Saldos) -> Periodo | None:
    """The month in which the IVA of an invoice with retention moved, up to a day; None when it had not."""
    if not saldos.por_pagos(factura):
        return factura.periodo_global or Periodo.of(factura.fecha)
    hechos = [a.fecha for a in saldos.abonos(factura) if a.fecha.date() <= dia]
    return Periodo.of(hechos[-1]) if hechos else None


def _juicio(nota: Documento, vivas: Sequence[Documento], saldos: Saldos, opciones: OpcionesIva) -> Juicio:
    """A note received follows its invoice; without one, its own: a refund in cash is not a payment in cash."""
    if not nota.recibido:
        return Juicio()
    if not vivas:
        return juicio(nota, None, opciones)
    por_forma = _forma_de(vivas[0], nota.fecha.date(), saldos, opciones)
    return juicio(vivas[0], por_forma, opciones, nota.efos_definitivo)


def _forma_de(factura: Documento, dia: date, saldos: Saldos, opciones: OpcionesIva) -> str | None:
    """Whether the invoice was lost by its form of payment: if paid in parts, only when every part of then was."""
    if not saldos.por_pagos(factura):
        cambio = cambio_de(factura) or A_LA_PAR
        return rechazo_por_efectivo(factura, factura.forma_pago, cambio(factura.total), opciones)
    motivos = []
    for abono in saldos.abonos(factura):
        if abono.fecha.date() <= dia:
            cambio = cambio_de_pago(abono.complemento, abono.detalle) or A_LA_PAR
            motivos.append(rechazo_por_efectivo(factura, abono.complemento.forma_pago, cambio(abono.pagado), opciones))
    return motivos[0] if motivos and all(motivos) else None
