"""The settings of the calendar on the wire, beside those of ISR: a struct has one base."""

from decimal import Decimal
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from horux_core.fiscal.configuracion.model import AjustesCalendario
from horux_http.fiscal.wire import PesosOut, mxn
from horux_http.fiscal.wire_ajustes_isr import AjustesIsrOut, AjustesIsrPatch

_CodigoPostal = Annotated[str, Meta(description="El del domicilio fiscal.", examples=["06000"])]
_Anteriores = "Ingresos del año anterior; hasta 4 millones una persona física no presenta DIOT ni balanza."


class AjustesCalendarioPatch(AjustesIsrPatch, rename="camel", forbid_unknown_fields=True):
    codigo_postal: _CodigoPostal | UnsetType | None = UNSET
    ingresos_anteriores: Annotated[Decimal, Meta(description=_Anteriores)] | UnsetType | None = UNSET
    solo_exentos: Annotated[bool, Meta(description="Todo lo que hace es exento: no presenta IVA.")] | UnsetType = UNSET
    prorroga_desde_habil: bool | UnsetType = UNSET
    viernes_en_prorroga: bool | UnsetType = UNSET


class AjustesCalendarioOut(AjustesIsrOut, rename="camel", kw_only=True):
    codigo_postal: _CodigoPostal | None
    ingresos_anteriores: PesosOut | None
    solo_exentos: bool
    prorroga_desde_habil: Annotated[
        bool, Meta(description="La prórroga del sexto dígito se cuenta desde el 17 ya recorrido a día hábil.")
    ]
    viernes_en_prorroga: Annotated[bool, Meta(description="Una fecha con prórroga que cae en viernes se recorre.")]


def del_calendario(a: AjustesCalendario) -> dict[str, Any]:
    """As they are shown."""
    anteriores = None if a.ingresos_anteriores is None else mxn(a.ingresos_anteriores)
    return {
        "codigo_postal": a.codigo_postal,
        "ingresos_anteriores": anteriores,
        "solo_exentos": a.solo_exentos,
        "prorroga_desde_habil": a.prorroga_desde_habil,
        "viernes_en_prorroga": a.viernes_en_prorroga,
    }
