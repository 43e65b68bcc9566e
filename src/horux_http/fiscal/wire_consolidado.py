"""The shapes of a person's taxpayers side by side. Amounts are strings, never floats."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from msgspec import Meta, Struct

from horux_core.fiscal.alertas.model import Severidad
from horux_core.fiscal.consolidado.model import Cifras, Consolidado, EstadoEmpresa, Fila, Proximo
from horux_core.kernel.periodo import Periodo
from horux_http.fiscal.wire_calendario import VencidasOut
from horux_http.identity.wire import NombreOut, RfcOut, RoleOut

Pesos = Annotated[str, Meta(description="En pesos enteros (CFF 20).", examples=["5707"])]
PorSeveridad = Annotated[
    dict[Severidad, int],
    Meta(description="Cuántas alertas abiertas.", examples=[{"crítica": 1, "alta": 0, "media": 4, "baja": 0}]),
]


class ProximoOut(Struct, rename="camel"):
    """Lo primero que vence de hoy en adelante y no está presentado."""

    fecha: date
    nombre: Annotated[str, Meta(examples=["Pago mensual de IVA"])]

    @classmethod
    def of(cls, proximo: Proximo | None) -> Self | None:
        return None if proximo is None else cls(proximo.fecha, proximo.nombre)


class EmpresaConsolidadaOut(Struct, rename="camel"):
    """Una empresa. Solo con `estado` disponible hay cifras; con no_disponible, `codigo` dice por qué."""

    id: UUID
    rfc: RfcOut
    nombre: NombreOut
    role: RoleOut
    active: bool
    read_only: bool
    estado: EstadoEmpresa
    codigo: Annotated[str, Meta(examples=["servidor-ocupado"])] | None
    iva_a_pagar_pesos: Pesos | None
    isr_a_pagar_pesos: Pesos | None
    vencidas: VencidasOut | None
    proximo_vencimiento: ProximoOut | None
    alertas: PorSeveridad | None
    cifras_en_proceso: bool | None

    @classmethod
    def of(cls, fila: Fila) -> Self:
        e, c = fila.empresa, fila.cifras
        return cls(
            e.id,
            e.rfc,
            e.nombre,
            e.role.value,
            e.active,
            e.read_only,
            fila.estado,
            fila.codigo,
            None if c is None else _pesos(c.iva_a_pagar),
            None if c is None else _pesos(c.isr_a_pagar),
            None if c is None else VencidasOut.of(c.vencidas),
            None if c is None else ProximoOut.of(c.proximo),
            None if c is None else _por_severidad(c.alertas),
            None if c is None else c.en_proceso,
        )


class TotalesConsolidadosOut(Struct, rename="camel"):
    """La suma de las empresas con cifras: `conCifras` de `empresas`."""

    empresas: int
    con_cifras: int
    iva_a_pagar_pesos: Pesos
    isr_a_pagar_pesos: Pesos
    vencidas: VencidasOut | None
    proximo_vencimiento: ProximoOut | None
    alertas: PorSeveridad
    cifras_en_proceso: bool

    @classmethod
    def of(cls, consolidado: Consolidado) -> Self:
        total: Cifras = consolidado.totales
        return cls(
            len(consolidado.filas),
            len(consolidado.con_cifras),
            _pesos(total.iva_a_pagar),
            _pesos(total.isr_a_pagar),
            VencidasOut.of(total.vencidas),
            ProximoOut.of(total.proximo),
            _por_severidad(total.alertas),
            total.en_proceso,
        )


class ConsolidadoOut(Struct, rename="camel"):
    anio: Annotated[int, Meta(examples=[2026])]
    mes: Annotated[int, Meta(ge=1, le=12, examples=[1])]
    empresas: list[EmpresaConsolidadaOut]
    totales: TotalesConsolidadosOut

    @classmethod
    def of(cls, periodo: Periodo, consolidado: Consolidado) -> Self:
        filas = [EmpresaConsolidadaOut.of(fila) for fila in consolidado.filas]
        return cls(periodo.anio, periodo.mes, filas, TotalesConsolidadosOut.of(consolidado))


def _pesos(importe: Decimal) -> str:
    return format(importe, ".0f")


def _por_severidad(alertas: Mapping[Severidad, int]) -> dict[Severidad, int]:
    return {severidad: alertas.get(severidad, 0) for severidad in reversed(Severidad)}
