"""The shapes of the bank on the wire (SPEC 3, `/conciliacion`)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from msgspec import Meta, Struct

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.conciliacion.cargando import ResultadoCarga
from horux_core.fiscal.conciliacion.libro import Conciliable, CuentaBancaria, FilaMostrada, identidad, pago_de, uuid_de
from horux_core.fiscal.conciliacion.model import EstadoRenglon, Parte, Propuesta, Regla
from horux_core.kernel.pages import Page

Pesos = Annotated[str, Meta(description="En MXN.", examples=["116000.00"])]


class CuentaBancariaOut(Struct, rename="camel"):
    id: UUID
    nombre: Annotated[str, Meta(examples=["BBVA 0123456789"])]
    moneda: Annotated[str, Meta(examples=["MXN"])]

    @classmethod
    def of(cls, c: CuentaBancaria) -> Self:
        return cls(c.id, c.nombre, c.moneda)


class DocumentoConciliadoOut(Struct, rename="camel"):
    """Lo que el movimiento cubre de un CFDI. `pago` es el lugar del pago en su complemento, desde 0."""

    uuid: str
    pago: int | None
    importe: Pesos
    tipo: Tipo | None
    fecha: date | None
    rfc: str
    nombre: str
    folio: str
    cancelado: bool

    @classmethod
    def of(cls, parte: Parte, conocido: Conciliable | None) -> Self:
        uuid, pago, importe = uuid_de(parte.documento), pago_de(parte.documento), f"{parte.importe:f}"
        if conocido is None:
            return cls(uuid, pago, importe, None, None, "", "", "", False)
        c = conocido
        return cls(uuid, pago, importe, c.tipo, c.fecha, c.rfc, c.nombre, c.folio, not c.vigente)


class PropuestaOut(Struct, rename="camel"):
    """Una explicación del movimiento. `diferencia` es lo que le sobra o falta; `contrarenglon`, el otro movimiento de
    un traspaso entre cuentas propias."""

    id: UUID
    estado: EstadoRenglon
    regla: Regla
    puntaje: Annotated[str, Meta(examples=["0.9125"])]
    diferencia: Annotated[str, Meta(description="En MXN.", examples=["-0.40"])]
    aceptada: Annotated[bool, Meta(description="La aceptó una persona.")]
    contrarenglon: UUID | None
    documentos: list[DocumentoConciliadoOut]

    @classmethod
    def of(cls, p: Propuesta, aceptada: UUID | None, documentos: dict[str, Conciliable]) -> Self:
        ident = identidad(p)
        return cls(
            ident,
            p.estado,
            p.regla,
            f"{p.puntaje:f}",
            f"{p.diferencia:f}",
            ident == aceptada,
            None if p.contrarenglon is None else UUID(p.contrarenglon),
            [DocumentoConciliadoOut.of(parte, documentos.get(uuid_de(parte.documento))) for parte in p.partes],
        )


class MovimientoOut(Struct, rename="camel"):
    """Un movimiento del banco y cómo va. `importe` en la moneda de la cuenta, mayor que cero si entró.

    La primera propuesta lo concilia si su estado no es `sugerido`. `porRevisar`: está conciliado con un CFDI que se
    canceló.
    """

    id: UUID
    cuenta: CuentaBancariaOut
    fecha: date
    importe: Annotated[str, Meta(examples=["-69600.00"])]
    importe_mxn: Annotated[str, Meta(examples=["-69600.00"])]
    descripcion: str
    referencia: str
    saldo: str | None
    estado: EstadoRenglon
    por_revisar: bool
    propuestas: list[PropuestaOut]

    @classmethod
    def of(cls, m: FilaMostrada) -> Self:
        renglon, guardado = m.fila.renglon, m.guardado
        signo = Decimal(1) if m.fila.importe > 0 else Decimal(-1)
        return cls(
            UUID(renglon.id),
            CuentaBancariaOut.of(m.cuenta),
            renglon.fecha,
            f"{m.fila.importe:f}",
            f"{signo * renglon.monto:f}",
            renglon.descripcion,
            renglon.referencia,
            None if m.fila.saldo is None else f"{m.fila.saldo:f}",
            guardado.resultado.estado,
            m.por_revisar,
            [PropuestaOut.of(p, guardado.aceptada, m.documentos) for p in guardado.resultado.propuestas],
        )


class ConciliacionOut(Struct, rename="camel"):
    """Los más nuevos primero."""

    items: list[MovimientoOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[FilaMostrada]) -> Self:
        return cls([MovimientoOut.of(m) for m in page.items], page.next_cursor)


class EstadoCuentaOut(Struct, rename="camel"):
    """Qué pasó con un estado de cuenta: de sus `renglones`, cuántos eran nuevos y cómo quedan todos.

    `sumasCompletas` es falso si, por lo que tardaría, no se probaron todas las sumas de varios CFDI.
    """

    cuenta: CuentaBancariaOut
    desde: date
    hasta: date
    renglones: Annotated[int, Meta(examples=[120])]
    nuevos: Annotated[int, Meta(examples=[120])]
    estados: Annotated[dict[str, int], Meta(examples=[{"conciliado": 90, "sugerido": 12, "sin_documento": 18}])]
    sumas_completas: bool

    @classmethod
    def of(cls, r: ResultadoCarga) -> Self:
        estados = {estado.value: r.estados.get(estado, 0) for estado in EstadoRenglon}
        return cls(
            CuentaBancariaOut.of(r.cuenta),
            r.carga.desde,
            r.carga.hasta,
            r.renglones,
            r.nuevos,
            estados,
            r.sumas_completas,
        )
