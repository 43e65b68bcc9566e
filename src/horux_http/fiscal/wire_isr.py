"""The shapes of the ISR on the wire (SPEC 7). Amounts are strings, never floats."""

from collections.abc import Iterable
from typing import Annotated, Self

from msgspec import Meta, Struct

from horux_core.fiscal.cfdi.model import Advertencia
from horux_core.fiscal.isr.consulting import AnioIsr
from horux_core.fiscal.isr.model import MesIsr
from horux_core.fiscal.iva.model import Figura
from horux_http.fiscal.wire import AdvertenciaOut, PesosOut, mxn
from horux_http.fiscal.wire_iva import RenglonOut

_DE_MES = [
    "ingresos_mes",
    "ingresos_acum",
    "deducciones_mes",
    "deducciones_acum",
    "base",
    "isr_causado",
    "pagos_previos",
    "retenciones",
    "isr_a_pagar",
    "ptu",
    "perdidas",
    "retencion_excedente",
]


class MesIsrOut(Struct, rename="camel"):
    """The ISR of a month and régimen, MXN. `isrAPagar` keeps cents; `aPagarPesos` is the whole pesos to pay.

    `coeficiente` is of 601 alone. `tasaPct` is null under a tariff. `ptu` and `perdidas` were taken from the base.
    `retencionExcedente` is what was withheld above the tax of a payment that stands alone.
    """

    periodo: Annotated[str, Meta(examples=["2026-01"])]
    anio: Annotated[int, Meta(examples=[2026])]
    mes: Annotated[int, Meta(ge=1, le=12, examples=[1])]
    regimen: Annotated[str, Meta(examples=["601"])]
    ingresos_mes: Annotated[str, Meta(examples=["500000.00"])]
    ingresos_acum: Annotated[str, Meta(examples=["500000.00"])]
    deducciones_mes: PesosOut
    deducciones_acum: PesosOut
    coeficiente: Annotated[str, Meta(description="Coeficiente de utilidad (LISR 14-I).", examples=["0.1523"])] | None
    base: Annotated[str, Meta(examples=["26150.00"])]
    isr_causado: Annotated[str, Meta(examples=["7845.00"])]
    pagos_previos: PesosOut
    retenciones: PesosOut
    isr_a_pagar: Annotated[str, Meta(examples=["7845.00"])]
    a_pagar_pesos: Annotated[str, Meta(description="En pesos enteros (CFF 20).", examples=["7845"])]
    tasa_pct: Annotated[str, Meta(examples=["30.00"])] | None
    ptu: PesosOut
    perdidas: PesosOut
    retencion_excedente: PesosOut
    advertencias: list[AdvertenciaOut]

    @classmethod
    def of(cls, mes: MesIsr, advertencias: Iterable[Advertencia]) -> Self:
        return cls(
            periodo=str(mes.periodo),
            anio=mes.periodo.anio,
            mes=mes.periodo.mes,
            regimen=mes.regimen,
            coeficiente=None if mes.coeficiente is None else format(mes.coeficiente, ".4f"),
            a_pagar_pesos=format(mes.a_pagar_pesos, ".0f"),
            tasa_pct=None if mes.tasa_pct is None else format(mes.tasa_pct, ".2f"),
            advertencias=[AdvertenciaOut.of(a) for a in advertencias],
            **{nombre: mxn(getattr(mes, nombre)) for nombre in _DE_MES},
        )


class AnioIsrOut(Struct, rename="camel"):
    """`meses` are twelve of each régimen, one régimen after the other."""

    anio: Annotated[int, Meta(examples=[2026])]
    meses: list[MesIsrOut]
    retenido_a_terceros: Annotated[
        list[PesosOut], Meta(description="ISR retenido a otros, de enero a diciembre.", min_length=12, max_length=12)
    ]
    advertencias: list[AdvertenciaOut]

    @classmethod
    def of(cls, anio: int, shown: AnioIsr) -> Self:
        return cls(
            anio,
            [MesIsrOut.of(mes, shown.del_mes.get((mes.regimen, mes.periodo), ())) for mes in shown.meses],
            [mxn(importe) for importe in shown.retenido_a_terceros],
            [AdvertenciaOut.of(a) for a in shown.del_anio],
        )


class FiguraIsrOut(Struct, rename="camel"):
    """A figure of a régimen and its documents; `uuid` is empty for what a setting or an earlier payment brings."""

    regimen: Annotated[str, Meta(examples=["601"])]
    figura: Annotated[str, Meta(examples=["ingresosMes"])]
    total: PesosOut
    documentos: list[RenglonOut]

    @classmethod
    def de(cls, regimen: str, figura: Figura) -> Self:
        return cls(regimen, figura.figura, mxn(figura.total), [RenglonOut.of(r) for r in figura.documentos])
