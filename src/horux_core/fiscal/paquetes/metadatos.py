"""Taking in the metadata of a package: rows kept, third parties bound to them, cancellations followed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from horux_core.audit.ports import AuditTrail
from horux_core.fiscal.cfdi.model import Direccion, Tipo
from horux_core.fiscal.cfdi.outcome import TOLD, Rejected
from horux_core.fiscal.cfdi.ports import SpoolRef
from horux_core.fiscal.deeds import deed
from horux_core.fiscal.paquetes.cancelando import seguir_al_sat
from horux_core.fiscal.paquetes.errors import MetadataAjena
from horux_core.fiscal.paquetes.model import (
    ArchivoMetadata,
    AvisoMetadata,
    RenglonMetadata,
    ResultadoMetadata,
    Tanda,
    Tercero,
    fundido,
)
from horux_core.fiscal.paquetes.ports import Paquetes
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.fiscal.recomputing import recompute
from horux_core.identity.model import Actor

_NOMBRADOS = 20
"""UUIDs that a deed names."""


@dataclass(frozen=True, slots=True)
class EnterMetadata:
    """Keep what a package's metadata says, a few thousand rows in a transaction. Done twice it changes nothing more.

    What the SAT cancelled is cancelled in the books in the same transaction, and its months are worked out.
    """

    paquetes: Paquetes
    books: Books
    audit: AuditTrail

    def __call__(self, actor: Actor, rfc: str, upload: SpoolRef) -> ResultadoMetadata:
        """Raises what `Paquetes` raises."""
        resultado, archivo = ResultadoMetadata(), _Archivo()
        with self.paquetes.metadata(upload) as leido:
            for tanda in leido:
                if isinstance(tanda, Rejected):
                    resultado, archivo = resultado + _rechazado(tanda), _Archivo()
                    continue
                propios = [r for r in tanda.renglones if r.direccion(rfc) is not None]
                with self.books.open(actor.tenant) as books:
                    guardada = _guardada(books, tanda, propios)
                    resultado += guardada
                    archivo = archivo.con(tanda, propios, rfc, guardada.terceros)
                    if tanda.huella is not None:
                        resultado += archivo.anotado(books, tanda.archivo, tanda.huella)
                        archivo = _Archivo()
                    if guardada.cancelados_total:
                        self._noted(actor, tanda, guardada)
        return resultado

    def _noted(self, actor: Actor, tanda: Tanda, guardada: ResultadoMetadata) -> None:
        uuids = ", ".join(guardada.cancelados[:_NOMBRADOS])
        detalle = {"archivo": tanda.archivo, "cancelados": guardada.cancelados_total, "uuids": uuids}
        self.audit.record(deed(actor, "cfdi-cancelados-por-sat", "POST", "/api/xml-sat/paquetes", detalle))


@dataclass(frozen=True, slots=True)
class _Archivo:
    """The file being read, so far."""

    propios: tuple[RenglonMetadata, ...] = ()
    """The first and the last issued."""
    direcciones: frozenset[Direccion] = frozenset()
    retenciones: frozenset[bool] = frozenset()
    renglones: int = 0
    ajenos: int = 0
    ilegibles: int = 0
    ligados: int = 0
    sueltos: int = 0

    def con(self, tanda: Tanda, propios: list[RenglonMetadata], rfc: str, ligados: int) -> "_Archivo":
        por_fecha = sorted((*self.propios, *propios), key=lambda r: r.fecha_emision)
        return _Archivo(
            (*por_fecha[:1], *por_fecha[-1:]),
            self.direcciones | {d for r in propios if (d := r.direccion(rfc))},
            self.retenciones | {r.efecto is Tipo.RETENCIONES for r in propios},
            self.renglones + len(propios),
            self.ajenos + len(tanda.renglones) - len(propios),
            self.ilegibles + sum(not aviso.leido for aviso in tanda.avisos),
            self.ligados + ligados,
            self.sueltos + len(tanda.terceros) - ligados,
        )

    def anotado(self, books: OpenBooks, nombre: str, huella: str) -> ResultadoMetadata:
        """The end of the file: which time it covers, and what is odd in all of it."""
        direccion = self._direccion()
        if direccion is not None and len(self.retenciones) == 1:
            desde, hasta = self.propios[0].fecha_emision, self.propios[-1].fecha_emision
            completo = not (self.ajenos or self.ilegibles)
            (retenciones,) = self.retenciones
            books.metadata.anotar(
                ArchivoMetadata(huella, nombre, direccion, retenciones, desde, hasta, self.renglones, completo)
            )
        if (self.ajenos or self.sueltos) and not (self.renglones or self.ligados):
            error = MetadataAjena()
            return _rechazado(Rejected(nombre, error.code, str(error)))
        if self.ajenos:
            detalle = f"{self.ajenos} renglones son de otro contribuyente: no se tomaron."
            return _avisado(ResultadoMetadata(archivos=(nombre,)), [AvisoMetadata(nombre, 0, detalle, leido=False)])
        return ResultadoMetadata(archivos=(nombre,))

    def _direccion(self) -> Direccion | None:
        """The side all its rows have in common; a request of the SAT is for one of both."""
        de_un_lado = self.direcciones - {Direccion.AMBAS}
        return next(iter(de_un_lado)) if len(de_un_lado) == 1 else None


def _guardada(books: OpenBooks, tanda: Tanda, propios: list[RenglonMetadata]) -> ResultadoMetadata:
    books.lock()
    uuids = {r.uuid for r in propios} | {t.uuid for t in tanda.terceros}
    antes = books.metadata.de(uuids)
    ahora = _fundidos(antes, propios)
    ahora = _con_terceros(ahora, tanda.terceros)
    nuevos = [r for uuid, r in ahora.items() if uuid not in antes]
    cambiados = [r for uuid, r in ahora.items() if uuid in antes and r != antes[uuid]]
    books.metadata.guardar((*nuevos, *cambiados))
    cancelados = seguir_al_sat(books, [r.uuid for r in propios])
    recompute(books, only=cancelados)
    sueltos = [
        AvisoMetadata(tanda.archivo, 0, f"El tercero {t.rfc} es de un CFDI que no está en la metadata: {t.uuid}.")
        for t in tanda.terceros
        if t.uuid not in ahora
    ]
    resultado = ResultadoMetadata(
        renglones=len(propios),
        nuevos=len(nuevos),
        cambiados=len(cambiados),
        ajenos=len(tanda.renglones) - len(propios),
        terceros=len(tanda.terceros) - len(sueltos),
        cancelados=cancelados[:TOLD],
        cancelados_total=len(cancelados),
    )
    return _avisado(resultado, (*tanda.avisos, *sueltos))


def _fundidos(antes: dict[str, RenglonMetadata], renglones: Iterable[RenglonMetadata]) -> dict[str, RenglonMetadata]:
    ahora = dict(antes)
    for renglon in renglones:
        conocido = ahora.get(renglon.uuid)
        ahora[renglon.uuid] = renglon if conocido is None else fundido(conocido, renglon)
    return ahora


def _con_terceros(ahora: dict[str, RenglonMetadata], terceros: Iterable[Tercero]) -> dict[str, RenglonMetadata]:
    for tercero in terceros:
        if tercero.uuid in ahora:
            antes = ahora[tercero.uuid]
            ahora[tercero.uuid] = fundido(antes, replace(antes, rfc_tercero=tercero.rfc, nombre_tercero=tercero.nombre))
    return ahora


def _avisado(resultado: ResultadoMetadata, avisos: Iterable[AvisoMetadata]) -> ResultadoMetadata:
    todos = tuple(avisos)
    return replace(resultado, avisos=todos[:TOLD], avisos_total=len(todos))


def _rechazado(rechazo: Rejected) -> ResultadoMetadata:
    return ResultadoMetadata(rechazados=(rechazo,), rechazados_total=1)
