"""A person's taxpayers side by side, for one month (SPEC 2.14)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from horux_core.fiscal.alertas.model import Severidad
from horux_core.fiscal.calendario.generando import Vencidas
from horux_core.identity.ports import TenantCard


class Fallo(StrEnum):
    """Why a taxpayer is not available when nothing refused it: it took too long, or nobody foresaw why."""

    TARDADA = "consulta-tardada"
    IMPREVISTA = "error-interno"


class EstadoEmpresa(StrEnum):
    """Whether there are figures of a taxpayer, or why not."""

    DISPONIBLE = "disponible"
    POR_ACEPTAR = "por_aceptar"
    SIN_FUNCION = "sin_funcion"
    NO_DISPONIBLE = "no_disponible"


@dataclass(frozen=True, slots=True)
class Proximo:
    """What falls due first, from today on."""

    fecha: date
    nombre: str


@dataclass(frozen=True, slots=True)
class Cifras:
    """Of one taxpayer and month, whole pesos (CFF 20). `en_proceso`: they change yet, as documents are worked out."""

    iva_a_pagar: Decimal
    isr_a_pagar: Decimal
    proximo: Proximo | None
    alertas: Mapping[Severidad, int]
    en_proceso: bool
    vencidas: Vencidas | None = None

    @property
    def alertas_abiertas(self) -> int:
        return sum(self.alertas.values())


@dataclass(frozen=True, slots=True)
class Fila:
    """One taxpayer. `codigo` says why one is not available: a Fallo, or the code of the refusal."""

    empresa: TenantCard
    estado: EstadoEmpresa
    cifras: Cifras | None = None
    codigo: str | None = None


@dataclass(frozen=True, slots=True)
class Consolidado:
    """A row for each taxpayer, by name, and what those with figures come to together."""

    filas: tuple[Fila, ...]

    @property
    def con_cifras(self) -> tuple[Cifras, ...]:
        return tuple(fila.cifras for fila in self.filas if fila.cifras is not None)

    @property
    def sin_cifras(self) -> tuple[Fila, ...]:
        """Those that add nothing to the totals."""
        return tuple(fila for fila in self.filas if fila.cifras is None)

    @property
    def totales(self) -> Cifras:
        return sumadas(self.con_cifras)


def sumadas(cifras: Iterable[Cifras]) -> Cifras:
    todas = tuple(cifras)
    proximos = [c.proximo for c in todas if c.proximo is not None]
    return Cifras(
        sum((c.iva_a_pagar for c in todas), Decimal(0)),
        sum((c.isr_a_pagar for c in todas), Decimal(0)),
        min(proximos, key=lambda p: p.fecha, default=None),
        {severidad: sum(c.alertas.get(severidad, 0) for c in todas) for severidad in Severidad},
        any(c.en_proceso for c in todas),
        _vencidas(c.vencidas for c in todas),
    )


def _vencidas(de_cada_una: Iterable[Vencidas | None]) -> Vencidas | None:
    todas = [v for v in de_cada_una if v is not None]
    return Vencidas(sum(v.cuantas for v in todas), min(v.desde for v in todas)) if todas else None
