"""The metadata TXT of the SAT's mass download: columns by their names, `~` between them, no quotes (FISCAL.md 8).

A pure function of bytes that come in pieces, of which no more than a row is held.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from horux_adapters.sat.atributos import ANIOS
from horux_adapters.sat.renglones import Renglon, renglones
from horux_core.fiscal.cfdi.model import Estado, Tipo
from horux_core.fiscal.cfdi.paging import es_folio
from horux_core.fiscal.paquetes.errors import MetadataSinEncabezado
from horux_core.fiscal.paquetes.model import AvisoMetadata, RenglonMetadata, Tercero
from horux_core.kernel.importe import centavos

_BOM = b"\xef\xbb\xbf"
_METADATA, _TERCEROS = b"uuid~rfcemisor~", b"uuid~rfcacuentaterceros"
CABEZA = len(_BOM) + len(_TERCEROS)
"""So many bytes tell what a file is."""

_VARIANTES = {"pac": "rfcpac", "paccertifico": "rfcpac", "montototal": "monto", "efecto": "efectocomprobante"}
_REQUERIDAS = ("Uuid", "RfcEmisor", "RfcReceptor", "FechaEmision", "Estatus")
_CONOCIDAS = frozenset(
    (
        *("uuid", "rfcemisor", "nombreemisor", "rfcreceptor", "nombrereceptor", "rfcpac", "fechaemision"),
        *("fechacertificacionsat", "monto", "efectocomprobante", "estatus", "fechacancelacion", "montoop", "montoret"),
    )
)
_ESTADOS = {"1": Estado.VIGENTE, "vigente": Estado.VIGENTE, "0": Estado.CANCELADO, "cancelado": Estado.CANCELADO}
_EFECTOS = {escrito: tipo for tipo in Tipo for escrito in (tipo.value, tipo.name)} | {"NÓMINA": Tipo.NOMINA}
_FECHA = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?", re.ASCII)
_MONTO = re.compile(r"-?\d{1,18}(?:\.\d{0,6})?", re.ASCII)
_LARGO_NOMBRE, _LARGO_RFC = 300, 40


class _Ilegible(Exception):
    """A row that cannot be taken, and why."""


def es_metadata(cabeza: bytes) -> bool:
    return cabeza.removeprefix(_BOM).lower().startswith(_METADATA)


def es_terceros(cabeza: bytes) -> bool:
    return cabeza.removeprefix(_BOM).lower().startswith(_TERCEROS)


def lee_metadata(archivo: str, piezas: Iterable[bytes]) -> Iterator[RenglonMetadata | AvisoMetadata]:
    """Every row that can be understood, in the file's order, and what is odd. Raises MetadataSinEncabezado."""
    lineas = renglones(piezas)
    columnas = _columnas(next(lineas, None))
    for aviso in columnas.avisos:
        yield AvisoMetadata(archivo, 1, aviso)
    for renglon in lineas:
        celdas = renglon.texto.split("~")
        try:
            leido = _leido(columnas.celdas(celdas))
        except _Ilegible as motivo:
            yield AvisoMetadata(archivo, renglon.linea, f"El renglón no se tomó: {motivo}", leido=False)
            continue
        detalle = _cantidad(len(celdas), columnas.cuantas)
        if detalle:
            yield AvisoMetadata(archivo, renglon.linea, detalle)
        yield leido


def lee_terceros(archivo: str, piezas: Iterable[bytes]) -> Iterator[Tercero | AvisoMetadata]:
    """Every third party bound to a CFDI, in the file's order."""
    lineas = renglones(piezas)
    next(lineas, None)
    for renglon in lineas:
        uuid, rfc, nombre, *_ = (*(celda.strip() for celda in renglon.texto.split("~")), "", "", "")
        if es_folio(uuid.lower()) and rfc and len(rfc) <= _LARGO_RFC:
            yield Tercero(uuid.lower(), rfc.upper(), nombre[:_LARGO_NOMBRE])
        else:
            yield AvisoMetadata(archivo, renglon.linea, "El tercero no dice de qué CFDI es, o no dice su RFC.")


@dataclass(frozen=True, slots=True)
class _Columnas:
    """Where each thing is, by the name of its column in lower case."""

    lugares: dict[str, int]
    cuantas: int
    avisos: tuple[str, ...]

    def celdas(self, celdas: list[str]) -> dict[str, str]:
        return {n: celdas[i].strip() if i < len(celdas) else "" for n, i in self.lugares.items()}


def _columnas(encabezado: Renglon | None) -> _Columnas:
    nombres = [n.strip() for n in encabezado.texto.split("~")] if encabezado else []
    llanos = [_VARIANTES.get(n.lower(), n.lower()) for n in nombres]
    lugares: dict[str, int] = {}
    for lugar, nombre in enumerate(llanos):
        lugares.setdefault(nombre, lugar)
    faltan = [nombre for nombre in _REQUERIDAS if nombre.lower() not in lugares]
    if "monto" not in lugares and "montoop" not in lugares:
        faltan.append("Monto")
    if "efectocomprobante" not in lugares and "montoop" not in lugares:
        faltan.append("EfectoComprobante")
    if faltan:
        raise MetadataSinEncabezado(tuple(faltan))
    otras = [n for n, llano in zip(nombres, llanos, strict=True) if llano not in _CONOCIDAS and n]
    aviso = f"Columnas desconocidas, que no se leyeron: {', '.join(otras)[:200]}."
    return _Columnas(lugares, len(nombres), (aviso,) if otras else ())


def _cantidad(celdas: int, columnas: int) -> str:
    if celdas == columnas:
        return ""
    return f"El renglón trae {celdas} columnas y el encabezado {columnas}: revísalo."


def _leido(celdas: dict[str, str]) -> RenglonMetadata:
    de_retenciones = "montoop" in celdas and "monto" not in celdas
    uuid = celdas["uuid"].lower()
    if not es_folio(uuid):
        raise _Ilegible("su UUID no es un folio fiscal.")
    efecto = Tipo.RETENCIONES if de_retenciones else _EFECTOS.get(celdas.get("efectocomprobante", "").upper())
    estado = _ESTADOS.get(celdas["estatus"].lower())
    if efecto is None or estado is None:
        raise _Ilegible(f"está incompleto, no dice su {'efecto' if efecto is None else 'estatus'}.")
    cancelado = estado is Estado.CANCELADO
    return RenglonMetadata(
        uuid=uuid,
        rfc_emisor=_rfc(celdas["rfcemisor"], "emisor", requerido=True),
        nombre_emisor=celdas.get("nombreemisor", "")[:_LARGO_NOMBRE],
        rfc_receptor=_rfc(celdas["rfcreceptor"], "receptor", requerido=not de_retenciones),
        nombre_receptor=celdas.get("nombrereceptor", "")[:_LARGO_NOMBRE],
        rfc_pac=_rfc(celdas.get("rfcpac", ""), "PAC", requerido=False),
        fecha_emision=_fecha_requerida(celdas["fechaemision"]),
        fecha_certificacion=_fecha(celdas.get("fechacertificacionsat", "")),
        monto=_monto(celdas["montoop" if de_retenciones else "monto"]),
        efecto=efecto,
        estado=estado,
        fecha_cancelacion=_fecha(celdas.get("fechacancelacion", "")) if cancelado else None,
        monto_retenido=_monto(celdas["montoret"]) if celdas.get("montoret") else None,
    )


def _rfc(celda: str, de: str, *, requerido: bool) -> str:
    if (requerido and not celda) or len(celda) > _LARGO_RFC:
        raise _Ilegible(f"no dice el RFC del {de}, o no lo es.")
    return celda.upper()


def _monto(celda: str) -> Decimal:
    limpio = re.sub(r"[$,\s]", "", celda)
    if not _MONTO.fullmatch(limpio):
        raise _Ilegible("su monto no es un número.")
    monto = Decimal(limpio)
    return centavos(monto) if monto == round(monto, 2) else monto


def _fecha_requerida(celda: str) -> datetime:
    fecha = _fecha(celda)
    if fecha is None:
        raise _Ilegible("su fecha de emisión no se entiende.")
    return fecha


def _fecha(celda: str) -> datetime | None:
    if not _FECHA.fullmatch(celda):
        return None
    try:
        fecha = datetime.fromisoformat(celda).replace(microsecond=0)
    except ValueError:
        return None
    return fecha if fecha.year in ANIOS else None
