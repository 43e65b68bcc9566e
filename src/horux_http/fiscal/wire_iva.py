"""The shapes of the IVA on the wire (SPEC 7). Amounts are strings, never floats."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Self

from msgspec import Meta, Struct

from horux_core.fiscal.cfdi.model import Advertencia
from horux_core.fiscal.iva.model import Figura, MesIva, Renglon
from horux_http.fiscal.wire import AdvertenciaOut, PesosOut, mxn

_DE_MES = [
    "iva_trasladado",
    "iva_retenido",
    "iva_acreditable",
    "iva_no_acreditable",
    "resultado",
    "saldo_a_favor_aplicado",
    "saldo_a_favor",
    "a_pagar",
    "base_16",
    "iva_16",
    "base_8",
    "iva_8",
    "base_0",
    "base_exento",
    "base_no_objeto",
]


class MesIvaOut(Struct, rename="camel"):
    """The IVA of a month, MXN. `factor` has four decimals cut; `aPagarPesos` is the whole pesos to pay."""

    anio: Annotated[int, Meta(examples=[2026])]
    mes: Annotated[int, Meta(ge=1, le=12, examples=[1])]
    iva_trasladado: Annotated[str, Meta(examples=["16000.00"])]
    iva_retenido: PesosOut
    iva_acreditable: Annotated[str, Meta(examples=["10293.33"])]
    iva_no_acreditable: PesosOut
    factor: Annotated[str, Meta(description="Factor de acreditamiento (LIVA 5-V-c).", examples=["1.0000"])]
    resultado: Annotated[str, Meta(examples=["5706.67"])]
    saldo_a_favor_aplicado: PesosOut
    saldo_a_favor: PesosOut
    a_pagar: Annotated[str, Meta(examples=["5706.67"])]
    a_pagar_pesos: Annotated[str, Meta(description="En pesos enteros (CFF 20).", examples=["5707"])]
    base_16: PesosOut
    iva_16: PesosOut
    base_8: PesosOut
    iva_8: PesosOut
    base_0: PesosOut
    base_exento: PesosOut
    base_no_objeto: PesosOut
    advertencias: list[AdvertenciaOut]

    @classmethod
    def of(cls, mes: MesIva, advertencias: Iterable[Advertencia]) -> Self:
        return cls(
            anio=mes.periodo.anio,
            mes=mes.periodo.mes,
            factor=format(mes.factor, ".4f"),
            a_pagar_pesos=format(mes.a_pagar_pesos, ".0f"),
            advertencias=[AdvertenciaOut.of(a) for a in advertencias],
            **{nombre: mxn(getattr(mes, nombre)) for nombre in _DE_MES},
        )


class AnioIvaOut(Struct, rename="camel"):
    anio: Annotated[int, Meta(examples=[2026])]
    meses: Annotated[list[MesIvaOut], Meta(min_length=12, max_length=12)]


class RenglonOut(Struct, rename="camel"):
    """A document's part in a figure; `uuid` is empty for what comes from the opening of the books."""

    uuid: str
    fecha: Annotated[date, Meta(examples=["2026-01-15"])]
    importe: PesosOut
    regla: Annotated[str, Meta(examples=["pue_emitido"])]
    articulo: Annotated[str, Meta(examples=["LIVA 1-B"])]

    @classmethod
    def of(cls, renglon: Renglon) -> Self:
        return cls(renglon.uuid, renglon.fecha, mxn(renglon.importe), renglon.regla, renglon.articulo)


class FiguraOut(Struct, rename="camel"):
    figura: Annotated[str, Meta(examples=["ivaTrasladado"])]
    total: PesosOut
    documentos: list[RenglonOut]

    @classmethod
    def of(cls, figura: Figura) -> Self:
        return cls(figura.figura, mxn(figura.total), [RenglonOut.of(r) for r in figura.documentos])
