"""The shapes of the alerts on the wire (SPEC 3, `/alertas` and `/listas/69b`)."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from msgspec import Meta, Struct

from horux_core.fiscal.alertas.catalogo import CATALOGO
from horux_core.fiscal.alertas.efos import Lectura69B, RenglonMalo, Situacion
from horux_core.fiscal.alertas.model import Alerta, EstadoAlerta, Severidad
from horux_core.kernel.pages import Page

MALOS = 1_000


class AlertaOut(Struct, rename="camel"):
    """Una alerta: qué es, de qué CFDI, su plazo y qué hacer. `entidad` es un UUID, un RFC o una obligación."""

    id: UUID
    codigo: Annotated[str, Meta(examples=["DUPLICADO_POSIBLE"])]
    titulo: Annotated[str, Meta(examples=["Posible CFDI duplicado"])]
    severidad: Severidad
    estado: EstadoAlerta
    entidad: str
    periodo: Annotated[str, Meta(description="AAAA-MM", examples=["2026-01"])] | None
    detalle: str
    uuids: list[str]
    limite: date | None
    plazo: Annotated[str, Meta(description="El plazo en palabras.")]
    fundamento: str
    que_hacer: str
    abierta_en: datetime
    actualizada_en: datetime
    atendida_en: datetime | None
    cerrada_en: datetime | None

    @classmethod
    def of(cls, a: Alerta) -> Self:
        h, definicion = a.hallazgo, CATALOGO[a.hallazgo.codigo]
        return cls(
            a.id,
            h.codigo,
            definicion.titulo,
            h.severidad,
            a.estado,
            h.entidad,
            None if h.periodo is None else str(h.periodo),
            h.detalle,
            list(h.uuids),
            h.limite,
            definicion.plazo,
            definicion.fundamento,
            definicion.que_hacer,
            a.abierta_en,
            a.actualizada_en,
            a.atendida_en,
            a.cerrada_en,
        )


class AlertasOut(Struct, rename="camel"):
    """Las más graves primero."""

    items: list[AlertaOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Alerta]) -> Self:
        return cls([AlertaOut.of(alerta) for alerta in page.items], page.next_cursor)


class AlertaPatch(Struct, rename="camel", forbid_unknown_fields=True):
    """`atendida`, o `abierta` para quitar esa marca. Se cierra sola cuando se corrige."""

    estado: EstadoAlerta


class RenglonMaloOut(Struct, rename="camel"):
    """`conservado` es false si el contribuyente no se pudo tomar."""

    linea: int
    rfc: str
    motivo: str
    conservado: bool

    @classmethod
    def of(cls, malo: RenglonMalo) -> Self:
        return cls(malo.linea, malo.rfc, malo.motivo, malo.conservado)


class Lista69BOut(Struct, rename="camel"):
    """Lo que se leyó de la lista. `malos` nombra hasta mil renglones; `malosTotal` los cuenta todos."""

    al_dia: date | None
    contribuyentes: Annotated[int, Meta(examples=[13_500])]
    por_situacion: Annotated[dict[str, int], Meta(examples=[{"Definitivo": 11_000, "Presunto": 300}])]
    malos: list[RenglonMaloOut]
    malos_total: int

    @classmethod
    def of(cls, lectura: Lectura69B) -> Self:
        listados = [each.situacion for each in lectura.lista.por_rfc.values()]
        malos = [RenglonMaloOut.of(malo) for malo in lectura.malos[:MALOS]]
        situaciones = {situacion.value: listados.count(situacion) for situacion in Situacion}
        return cls(lectura.lista.al_dia, len(listados), situaciones, malos, len(lectura.malos))
