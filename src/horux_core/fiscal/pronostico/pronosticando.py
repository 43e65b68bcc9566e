"""The forecast of the coming weeks (FISCAL.md 7.3)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from horux_core.fiscal.cfdi.model import PPD, Tipo
from horux_core.fiscal.pronostico.medias import gastos, impuestos, nominas
from horux_core.fiscal.pronostico.model import (
    Antecedente,
    Concepto,
    Detalle,
    Libros,
    Parametros,
    Parte,
    Plazo,
    Pronostico,
    Semana,
)
from horux_core.fiscal.pronostico.plazos import Plazos, dias_enteros, fecha_esperada, probabilidad
from horux_core.kernel.importe import CERO, centavos

_UNA_SEMANA = 7
_UNO = Decimal(1)


def pronosticar(libros: Libros, saldo_inicial: Decimal, hoy: date, parametros: Parametros | None = None) -> Pronostico:
    """Weeks of seven days from today. `saldo_inicial` is what the banks hold at the start of today.

    Every figure is the sum of its details; none comes from a cancelled CFDI, an E, a T, or a mean with the month under
    way in it. An invoice of this month that is owed counts: it is a debt, not a mean.
    """
    p = parametros or Parametros()
    hasta = ultimo_dia(hoy, p)
    por_cobrar, por_pagar = _abiertos(libros.emitidos), _abiertos(libros.recibidos)
    clientes = _plazos(por_cobrar, Plazos(libros.clientes, p))
    proveedores = _plazos(por_pagar, Plazos(libros.proveedores, p))
    detalles = [
        *_abiertas(por_cobrar, clientes, hoy, p, entra=True),
        *_abiertas(por_pagar, proveedores, hoy, p, entra=False),
        *nominas(libros.nominas, hoy, hasta, p),
        *impuestos(libros.impuestos, hoy, hasta, p),
        *gastos(libros.recibidos, hoy, hasta, p),
    ]
    en_orden = sorted((d for d in detalles if d.importe > 0), key=_orden)
    semanas = tuple(_semanas([d for d in en_orden if d.fecha <= hasta], saldo_inicial, hoy, p.semanas))
    return Pronostico(
        hoy,
        saldo_inicial,
        semanas,
        _primer_negativo(semanas, saldo_inicial, hoy),
        tuple(d for d in en_orden if d.fecha > hasta),
        clientes,
        proveedores,
    )


def ultimo_dia(hoy: date, parametros: Parametros) -> date:
    return hoy + timedelta(days=_UNA_SEMANA * parametros.semanas - 1)


def _orden(detalle: Detalle) -> tuple[object, ...]:
    return (detalle.fecha, not detalle.entra, detalle.concepto, detalle.contraparte, detalle.partes)


def _abiertos(documentos: Iterable[Antecedente]) -> list[Antecedente]:
    """The PPD that something is owed of."""
    return [d for d in documentos if d.metodo_pago == PPD and d.tipo is Tipo.INGRESO and d.vigente and d.importe > 0]


def _abiertas(
    documentos: Iterable[Antecedente], plazos: dict[str, Plazo], hoy: date, parametros: Parametros, *, entra: bool
) -> Iterator[Detalle]:
    """Each open PPD on its expected date; what we owe is sure, what we are owed less so as it ages."""
    dias = {contraparte: dias_enteros(plazo) for contraparte, plazo in plazos.items()}
    concepto = Concepto.COBRO if entra else Concepto.PAGO_A_PROVEEDOR
    for documento in documentos:
        fecha = fecha_esperada(documento.fecha, dias[documento.contraparte], hoy, parametros)
        parte = probabilidad(documento.fecha, hoy, parametros) if entra else _UNO
        importe = centavos(documento.importe * parte)
        partes = (Parte(documento.uuid, documento.fecha, importe),)
        yield Detalle(fecha, entra, concepto, documento.contraparte, importe, partes, parte)


def _plazos(abiertos: Iterable[Antecedente], plazos: Plazos) -> dict[str, Plazo]:
    return {c: plazos.de(c) for c in sorted({d.contraparte for d in abiertos})}


def _semanas(detalles: Sequence[Detalle], saldo: Decimal, hoy: date, cuantas: int) -> Iterator[Semana]:
    por_semana: list[list[Detalle]] = [[] for _ in range(cuantas)]
    for detalle in detalles:
        por_semana[(detalle.fecha - hoy).days // _UNA_SEMANA].append(detalle)
    for numero, suyos in enumerate(por_semana):
        desde = hoy + timedelta(days=_UNA_SEMANA * numero)
        entradas = sum((d.importe for d in suyos if d.entra), CERO)
        salidas = sum((d.importe for d in suyos if not d.entra), CERO)
        saldo = saldo + entradas - salidas
        yield Semana(desde, desde + timedelta(days=_UNA_SEMANA - 1), entradas, salidas, saldo, tuple(suyos))


def _primer_negativo(semanas: Iterable[Semana], saldo: Decimal, hoy: date) -> date | None:
    por_dia = {hoy: CERO}
    for detalle in (detalle for semana in semanas for detalle in semana.detalles):
        movido = detalle.importe if detalle.entra else -detalle.importe
        por_dia[detalle.fecha] = por_dia.get(detalle.fecha, CERO) + movido
    for fecha, movido in sorted(por_dia.items()):
        saldo += movido
        if saldo < 0:
            return fecha
    return None
