"""The shapes of the SAT's packages on the wire (SPEC 3, `/xml-sat`)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from horux_core.fiscal.cfdi.model import Direccion, Estado, Tipo
from horux_core.fiscal.paquetes.consultando import ComparacionTramo
from horux_core.fiscal.paquetes.importando import METADATA, ResultadoPaquete
from horux_core.fiscal.paquetes.model import Cobertura, Comparacion, Comparado, RenglonMetadata, ResumenCfdi
from horux_core.jobs.model import Job
from horux_http.fiscal.wire import FechaOut, FechaQuizaOut
from horux_http.fiscal.wire_upload import LoadErrorOut, LoadOut, OutcomeOut, RejectedOut

ImporteOut = Annotated[str, Meta(description="En la moneda del CFDI.", examples=["11600.00"])]


class AvisoMetadataOut(Struct, rename="camel"):
    """`leido` es false si el renglón no se pudo tomar; `linea` 0 es de todo el archivo."""

    archivo: Annotated[str, Meta(examples=["3C551434_01.txt"])]
    linea: Annotated[int, Meta(examples=[3])]
    detalle: str
    leido: bool


class MetadataOut(Struct, rename="camel"):
    """Qué pasó con la metadata: de `renglones`, `nuevos` no se conocían y `cambiados` decían otra cosa.

    `cancelados` son los UUID que el SAT dio por cancelados y lo están desde ahora en los libros. Cada lista nombra
    hasta mil; los totales los cuentan todos.
    """

    archivos: list[str]
    renglones: Annotated[int, Meta(examples=[17])]
    nuevos: Annotated[int, Meta(examples=[17])]
    cambiados: int
    ajenos: Annotated[int, Meta(description="Renglones de otro contribuyente, que no se tomaron.", examples=[0])]
    terceros: Annotated[int, Meta(description="Terceros ligados a su CFDI.", examples=[0])]
    cancelados: list[str]
    cancelados_total: int
    avisos: list[AvisoMetadataOut]
    avisos_total: int
    rechazados: list[RejectedOut]
    rechazados_total: int

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        lists = {
            "archivos": list(plain["archivos"]),
            "cancelados": list(plain["cancelados"]),
            "avisos": [AvisoMetadataOut(**aviso) for aviso in plain["avisos"]],
            "rechazados": [RejectedOut(**rejected) for rejected in plain["rechazados"]],
        }
        return cls(**{**plain, **lists})


class PaqueteOut(Struct, rename="camel"):
    """Qué pasó con cada archivo del paquete: su metadata y sus XML."""

    metadata: MetadataOut
    cfdi: OutcomeOut

    @classmethod
    def of(cls, resultado: ResultadoPaquete) -> Self:
        return cls(MetadataOut.of(resultado.metadata.plain()), OutcomeOut.of(resultado.cfdi))


class PaqueteEnCursoOut(Struct, rename="camel"):
    """Un paquete grande: `estado` es en_cola, procesando, terminado o fallido; lo demás llega al terminar."""

    job_id: UUID
    estado: Annotated[str, Meta(examples=["procesando"])]
    recibidos: Annotated[int, Meta(examples=[50_000])]
    procesados: Annotated[int, Meta(examples=[12_000])]
    metadata: MetadataOut | None
    cfdi: OutcomeOut | None
    error: LoadErrorOut | UnsetType = UNSET

    @classmethod
    def of(cls, job: Job) -> Self:
        load = LoadOut.of(job)
        told: Any = (job.outcome or {}).get(METADATA)
        metadata = MetadataOut.of(told) if told else None
        return cls(job.id, load.estado, load.recibidos, load.procesados, metadata, load.outcome, load.error)


class LadoOut(Struct, rename="camel"):
    """El CFDI según los libros o según el SAT."""

    tipo: Tipo
    rfc_emisor: str
    rfc_receptor: str
    total: ImporteOut
    estado: Estado
    fecha_cancelacion: FechaQuizaOut

    @classmethod
    def propio(cls, r: ResumenCfdi) -> Self:
        return cls(r.tipo, r.rfc_emisor, r.rfc_receptor, str(r.total), r.estado, r.fecha_cancelacion)

    @classmethod
    def sat(cls, r: RenglonMetadata) -> Self:
        return cls(r.efecto, r.rfc_emisor, r.rfc_receptor, str(r.monto), r.estado, r.fecha_cancelacion)


class ComparadoOut(Struct, rename="camel"):
    uuid: Annotated[str, Meta(examples=["4f620438-821a-5cf4-bfe8-3f49afc5c34b"])]
    resultado: Comparacion
    fecha_emision: FechaOut
    libros: LadoOut | None
    sat: LadoOut | None

    @classmethod
    def of(cls, c: Comparado) -> Self:
        propio = None if c.propio is None else LadoOut.propio(c.propio)
        return cls(c.uuid, c.resultado, c.fecha, propio, None if c.sat is None else LadoOut.sat(c.sat))


class CoberturaOut(Struct, rename="camel"):
    """Entre ambos momentos la metadata de ese lado está completa."""

    direccion: Direccion
    retenciones: bool
    desde: FechaOut
    hasta: FechaOut

    @classmethod
    def of(cls, c: Cobertura) -> Self:
        return cls(c.direccion, c.retenciones, c.desde, c.hasta)


class ComparacionOut(Struct, rename="camel"):
    """Los CFDI de unos días, de los libros contra la metadata: cuántos hay de cada resultado, y los pedidos."""

    desde: date
    hasta: date
    cuantos: Annotated[dict[str, int], Meta(examples=[{"coincide": 12, "falta_xml": 1}])]
    items: list[ComparadoOut]
    next_cursor: str | None
    coberturas: list[CoberturaOut]

    @classmethod
    def of(cls, comparacion: ComparacionTramo) -> Self:
        return cls(
            comparacion.tramo.desde,
            comparacion.tramo.hasta,
            {estado.value: cuantos for estado, cuantos in comparacion.cuantos.items()},
            [ComparadoOut.of(comparado) for comparado in comparacion.pagina.items],
            comparacion.pagina.next_cursor,
            [CoberturaOut.of(cobertura) for cobertura in comparacion.coberturas],
        )
