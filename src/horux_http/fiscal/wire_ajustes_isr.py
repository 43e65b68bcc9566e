"""The settings of ISR on the wire: as the accountant sends them, and as they are shown."""

from decimal import Decimal
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from horux_core.fiscal.configuracion.model import AjustesIsr
from horux_core.fiscal.isr.model import DescuentoEnFactura
from horux_core.kernel.periodo import Periodo
from horux_http.fiscal.wire import PesosOut, mxn

_Regimen = Annotated[str, Meta(max_length=4, examples=["612"])]
_Ejercicio = Annotated[int, Meta(description="El de la declaración anual.", examples=[2025])]
_Mes = Annotated[int, Meta(description="De 1 a 12.", examples=[1])]


class PredialWire(Struct, rename="camel", forbid_unknown_fields=True):
    mes: _Mes
    importe: Annotated[Decimal, Meta(examples=["1200.00"])]


class DeduccionWire(Struct, rename="camel", forbid_unknown_fields=True):
    """What no CFDI of the month gives, such as the deduction of investments (LISR 34, 104)."""

    regimen: _Regimen
    mes: _Mes
    importe: Annotated[Decimal, Meta(examples=["2500.00"])]


class AjustesIsrPatch(Struct, rename="camel", forbid_unknown_fields=True):
    coeficientes: (
        Annotated[
            dict[_Ejercicio, Decimal],
            Meta(description="Por ejercicio de la anual; sustituyen a los que había.", examples=[{"2025": "0.1871"}]),
        ]
        | UnsetType
    ) = UNSET
    coeficiente_nuevo_desde: (
        Annotated[int, Meta(description="Mes en que se presentó la anual, de 1 a 3.", examples=[3])] | UnsetType
    ) = UNSET
    inicio_actividades: Annotated[str, Meta(description="AAAA-MM", examples=["2024-05"])] | UnsetType | None = UNSET
    ptu_mes: _Mes | UnsetType | None = UNSET
    regimen_ingresos: _Regimen | UnsetType | None = UNSET
    regimen_gastos: _Regimen | UnsetType | None = UNSET
    descuento_en_factura: DescuentoEnFactura | UnsetType = UNSET
    prestaciones_disminuyeron: bool | UnsetType = UNSET
    claves_retenciones: Annotated[list[str], Meta(max_length=40, examples=[["16"]])] | UnsetType = UNSET
    arrendamiento_opcional: bool | UnsetType = UNSET
    arrendamiento_trimestral: bool | UnsetType = UNSET
    predial: Annotated[list[PredialWire], Meta(max_length=120)] | UnsetType = UNSET
    otras_deducciones: Annotated[list[DeduccionWire], Meta(max_length=500)] | UnsetType = UNSET

    def del_isr(self) -> dict[str, Any]:
        """Those that were sent and are kept in another form. Raises PeriodoMalformed."""
        sent: dict[str, Any] = {}
        if isinstance(self.coeficientes, dict):
            sent["coeficientes"] = tuple(sorted(self.coeficientes.items()))
        if isinstance(self.inicio_actividades, str):
            sent["inicio_actividades"] = Periodo.parse(self.inicio_actividades)
        if isinstance(self.claves_retenciones, list):
            sent["claves_retenciones"] = frozenset(self.claves_retenciones)
        if isinstance(self.predial, list):
            sent["predial"] = tuple((p.mes, p.importe) for p in self.predial)
        if isinstance(self.otras_deducciones, list):
            sent["otras_deducciones"] = tuple((d.regimen, d.mes, d.importe) for d in self.otras_deducciones)
        return sent


class PredialOut(Struct, rename="camel"):
    mes: int
    importe: PesosOut


class DeduccionOut(Struct, rename="camel"):
    regimen: str
    mes: int
    importe: PesosOut


class AjustesIsrOut(Struct, rename="camel"):
    coeficientes: Annotated[dict[str, str], Meta(examples=[{"2024": "0.1523", "2025": "0.1871"}])]
    coeficiente_nuevo_desde: Annotated[int, Meta(examples=[3])]
    inicio_actividades: Annotated[str, Meta(examples=["2024-05"])] | None
    ptu_mes: int | None
    regimen_ingresos: str | None
    regimen_gastos: str | None
    descuento_en_factura: DescuentoEnFactura
    prestaciones_disminuyeron: bool
    claves_retenciones: Annotated[list[str], Meta(examples=[["16"]])]
    arrendamiento_opcional: bool
    arrendamiento_trimestral: bool
    predial: list[PredialOut]
    otras_deducciones: list[DeduccionOut]


def del_isr(a: AjustesIsr) -> dict[str, Any]:
    """The members of AjustesIsrOut."""
    inicio = a.inicio_actividades
    return {
        "coeficientes": {str(ejercicio): format(coeficiente, ".4f") for ejercicio, coeficiente in a.coeficientes},
        "coeficiente_nuevo_desde": a.coeficiente_nuevo_desde,
        "inicio_actividades": None if inicio is None else str(inicio),
        "ptu_mes": a.ptu_mes,
        "regimen_ingresos": a.regimen_ingresos,
        "regimen_gastos": a.regimen_gastos,
        "descuento_en_factura": a.descuento_en_factura,
        "prestaciones_disminuyeron": a.prestaciones_disminuyeron,
        "claves_retenciones": sorted(a.claves_retenciones),
        "arrendamiento_opcional": a.arrendamiento_opcional,
        "arrendamiento_trimestral": a.arrendamiento_trimestral,
        "predial": [PredialOut(mes, mxn(importe)) for mes, importe in a.predial],
        "otras_deducciones": [DeduccionOut(r, mes, mxn(importe)) for r, mes, importe in a.otras_deducciones],
    }
