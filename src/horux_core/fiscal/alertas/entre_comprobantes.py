"""What documents show against each other, the SAT's list and its metadata."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from horux_core.fiscal.alertas.efos import Listado, Situacion, limite_para_corregir
from horux_core.fiscal.alertas.hallazgos import de_uno, hallazgo, limite_de_cancelacion
from horux_core.fiscal.alertas.hechos import Comprobante, Hechos, Metadata
from horux_core.fiscal.alertas.model import Hallazgo
from horux_core.fiscal.calendario.vencimientos import ultimo_dia
from horux_core.fiscal.cfdi.model import Direccion, Tipo
from horux_core.kernel.importe import CENTAVO
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import GENERICOS

SUSTITUCION = "04"

DE_AVISOS = frozenset(
    {
        "SUSTITUIDO_VIGENTE",
        "PAGO_SIN_FACTURA",
        "PAGO_INCONSISTENTE",
        "PAGO_EXCEDE_SALDO",
        "TC_SOSPECHOSO",
        "NC_CON_RETENCION",
    }
)
"""The alerts that working out the IVA, and reading a document, bring to light under the same code."""

_DE_SITUACION = {Situacion.DEFINITIVO: "EFOS_DEFINITIVO", Situacion.PRESUNTO: "EFOS_PRESUNTO"}


def avisados(hechos: Hechos) -> Iterator[Hallazgo]:
    """Of vigente documents: what was read in one that is cancelled matters no more."""
    vigentes = {c.uuid: c for c in hechos.comprobantes if c.vigente}
    for aviso in hechos.avisos or ():
        c = vigentes.get(aviso.uuid)
        if c is not None and aviso.codigo in DE_AVISOS:
            limite = _limite_de_original(c, hechos) if aviso.codigo == "SUSTITUIDO_VIGENTE" else None
            yield de_uno(aviso.codigo, c, aviso.detalle, limite)


def _limite_de_original(c: Comprobante, hechos: Hechos) -> date | None:
    """The last day to cancel the oldest of those it takes the place of."""
    originales = {r.uuid for r in c.relaciones if r.tipo == SUSTITUCION}
    limites = (limite_de_cancelacion(o, hechos) for o in hechos.comprobantes if o.uuid in originales)
    return min(limites, default=None)


def duplicados(hechos: Hechos) -> Iterator[Hallazgo]:
    """Same parties, kind and total, and the same serie and folio or the same day; told of the first of them.

    Sales to the public at large repeat amounts on a day: those need the folio.
    """
    grupos: defaultdict[tuple[object, ...], list[Comprobante]] = defaultdict(list)
    for c in sorted(hechos.comprobantes, key=lambda c: (c.fecha, c.uuid)):
        if not c.vigente or c.total == 0:
            continue
        iguales = (c.rfc_emisor, c.rfc_receptor, c.tipo, c.total, c.moneda)
        if c.folio:
            grupos[*iguales, c.serie or "", c.folio].append(c)
        if c.rfc_receptor not in GENERICOS:
            grupos[*iguales, c.fecha.date()].append(c)
    for grupo in grupos.values():
        propios = _sin_sustitutos(grupo)
        if len(propios) > 1:
            ultimo = propios[-1]
            detalle = f"Hay {len(propios)} CFDI vigentes por {ultimo.total} {ultimo.moneda} que parecen el mismo."
            primero, uuids = propios[0], tuple(c.uuid for c in propios)
            limite = hechos.limite_mensual(ultimo.periodo)
            yield hallazgo("DUPLICADO_POSIBLE", primero.uuid, primero.periodo, detalle, uuids, limite)


def _sin_sustitutos(grupo: list[Comprobante]) -> list[Comprobante]:
    """Without those that take the place of another of the group."""
    uuids = {c.uuid for c in grupo}
    return [c for c in grupo if not any(r.tipo == SUSTITUCION and r.uuid in uuids for r in c.relaciones)]


def en_lista_69b(hechos: Hechos) -> Iterator[Hallazgo]:
    """One for each supplier on the list, with every vigente document of theirs."""
    if hechos.lista_69b is None:
        return
    recibidos: defaultdict[str, list[str]] = defaultdict(list)
    for c in hechos.comprobantes:
        if c.vigente and c.recibido and c.rfc_emisor in hechos.lista_69b.por_rfc:
            recibidos[c.rfc_emisor].append(c.uuid)
    for rfc, uuids in recibidos.items():
        listado = hechos.lista_69b.por_rfc[rfc]
        codigo = _DE_SITUACION.get(listado.situacion)
        if codigo is not None:
            limite = limite_para_corregir(listado)
            yield hallazgo(codigo, rfc, None, _en_lista(listado), tuple(sorted(uuids)), limite)


def _en_lista(listado: Listado) -> str:
    cuando = f", publicado en el DOF el {listado.publicado:%d/%m/%Y}" if listado.publicado else ""
    return f"{listado.nombre} ({listado.rfc}) está en la lista 69-B como {listado.situacion}{cuando}."


def contra_metadata(hechos: Hechos) -> Iterator[Hallazgo]:
    """As the comparison of FISCAL.md 7.2 has it: falta_xml, monto_distinto and solo_xml."""
    if hechos.metadata is None:
        return
    guardados = {c.uuid: c for c in hechos.comprobantes}
    listados = {renglon.uuid for renglon in hechos.metadata.renglones}
    for renglon in hechos.metadata.renglones:
        c = guardados.get(renglon.uuid)
        if c is None and renglon.vigente:
            yield _faltante(renglon.uuid, renglon.fecha, renglon.monto)
        elif c is not None and abs(c.total - renglon.monto) > CENTAVO:
            yield de_uno("MONTO_DISTINTO", c, f"El XML dice {c.total} y la metadata del SAT {renglon.monto}.")
    for c in hechos.comprobantes:
        if c.uuid not in listados and _cubierto(c, hechos.metadata):
            yield de_uno("METADATA_FALTANTE", c, "La metadata del SAT está completa en su fecha y no lo tiene.")


def _cubierto(c: Comprobante, metadata: Metadata) -> bool:
    return any(
        (c.emitido if cobertura.direccion is Direccion.EMITIDO else c.recibido)
        and cobertura.retenciones == (c.tipo is Tipo.RETENCIONES)
        and cobertura.desde <= c.fecha <= cobertura.hasta
        for cobertura in metadata.coberturas
    )


def _faltante(uuid: str, fecha: date, monto: Decimal) -> Hallazgo:
    periodo = Periodo.of(fecha)
    detalle = f"El SAT lo tiene vigente por {monto} desde el {fecha:%d/%m/%Y}, y su XML no está guardado."
    return hallazgo("XML_FALTANTE", uuid, periodo, detalle, (uuid,), ultimo_dia(periodo))
