"""The books against the SAT's metadata (FISCAL.md 7.2): pure, by UUID."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from horux_core.fiscal.cfdi.model import Direccion, Estado, Tipo
from horux_core.fiscal.paquetes.model import (
    ArchivoMetadata,
    Cancelacion,
    Cobertura,
    Comparacion,
    Comparado,
    RenglonMetadata,
    ResumenCfdi,
)
from horux_core.kernel.importe import CENTAVO
from horux_core.kernel.rfc import normalizado

_PARTE = re.compile(r"(.+)_(\d{2,6})\.[^.]*")
"""`<solicitud>_NN.txt`: a long request is answered in parts."""


def comparar(
    propios: Iterable[ResumenCfdi], renglones: Iterable[RenglonMetadata], coberturas: Sequence[Cobertura]
) -> tuple[Comparado, ...]:
    """By day, then UUID. A document that no metadata tells of, in a time that none covers, is not compared."""
    libros, sat = {p.uuid: p for p in propios}, {r.uuid: r for r in renglones}
    comparados = []
    for uuid in libros.keys() | sat.keys():
        propio, renglon = libros.get(uuid), sat.get(uuid)
        resultado = _resultado(propio, renglon, coberturas)
        if resultado is not None:
            comparados.append(Comparado(uuid, resultado, propio, renglon))
    return tuple(sorted(comparados, key=lambda c: (c.fecha, c.uuid)))


def cancelaciones(comparados: Iterable[Comparado]) -> tuple[Cancelacion, ...]:
    """What the books have still to follow. One without a date, or with an impossible one, was cancelled as issued."""
    return tuple(
        Cancelacion(c.uuid, max(c.sat.fecha_cancelacion or c.propio.fecha_emision, c.propio.fecha_emision))
        for c in comparados
        if c.resultado is Comparacion.CANCELADO_EN_SAT and c.sat and c.propio
    )


def coberturas(archivos: Iterable[ArchivoMetadata]) -> tuple[Cobertura, ...]:
    """From the first CFDI of each complete answer of the SAT to its last.

    A TXT does not tell what was asked for: nothing before its first CFDI or after its last is taken as covered. Of an
    answer in parts every part up to the highest known must be there, and complete.
    """
    partes: dict[tuple[str, Direccion, bool], dict[int, list[ArchivoMetadata]]] = defaultdict(lambda: defaultdict(list))
    for archivo in archivos:
        hallada = _PARTE.fullmatch(archivo.archivo.rpartition("/")[2])
        solicitud, parte = (hallada[1].lower(), int(hallada[2])) if hallada else (archivo.archivo, 1)
        partes[solicitud, archivo.direccion, archivo.retenciones][parte].append(archivo)
    return tuple(
        Cobertura(
            direccion,
            retenciones,
            min(a.desde for una in de_una.values() for a in una),
            max(a.hasta for una in de_una.values() for a in una),
        )
        for (_, direccion, retenciones), de_una in sorted(partes.items(), key=lambda item: item[0])
        if _completa(de_una)
    )


def que_tocan(cubierto: Iterable[Cobertura], desde: date, hasta: date) -> tuple[Cobertura, ...]:
    """Those that reach into the days from one to the other, both included."""
    return tuple(c for c in cubierto if c.desde.date() <= hasta and desde <= c.hasta.date())


def _completa(partes: dict[int, list[ArchivoMetadata]]) -> bool:
    seguidas = set(range(1, max(partes) + 1)) <= partes.keys()
    return seguidas and all(any(archivo.completo for archivo in una) for una in partes.values())


def _resultado(
    propio: ResumenCfdi | None, sat: RenglonMetadata | None, coberturas: Sequence[Cobertura]
) -> Comparacion | None:
    if sat is None:
        assert propio is not None
        return Comparacion.SOLO_XML if any(_cubre(c, propio) for c in coberturas) else None
    cancelado = sat.estado is Estado.CANCELADO
    if propio is None:
        return Comparacion.CANCELADO_SIN_XML if cancelado else Comparacion.FALTA_XML
    if cancelado and propio.estado is Estado.VIGENTE:
        return Comparacion.CANCELADO_EN_SAT
    if _otro(propio.rfc_emisor, sat.rfc_emisor) or _otro(propio.rfc_receptor, sat.rfc_receptor):
        return Comparacion.RFC_DISTINTO
    if abs(propio.total - sat.monto) > CENTAVO:
        return Comparacion.MONTO_DISTINTO
    return Comparacion.COINCIDE if cancelado or propio.estado is Estado.VIGENTE else Comparacion.VIGENTE_EN_SAT


def _otro(propio: str, sat: str) -> bool:
    """Metadata of a foreign receiver may say no RFC."""
    return bool(sat) and normalizado(propio) != normalizado(sat)


def _cubre(cobertura: Cobertura, propio: ResumenCfdi) -> bool:
    return (
        propio.direccion in (cobertura.direccion, Direccion.AMBAS)
        and cobertura.retenciones == (propio.tipo is Tipo.RETENCIONES)
        and cobertura.desde <= propio.fecha_emision <= cobertura.hasta
    )
