"""The SAT's list of who issues documents of operations that do not exist (CFF 69-B), and who of them supplies us."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from horux_core.fiscal.calendario.inhabiles import PLAZOS_POR_DIAS
from horux_core.kernel.rfc import Rfc

DIAS_PARA_CORREGIR = 30
"""Working days from the DOF to prove the operations or correct (CFF 69-B, eighth paragraph)."""


class Situacion(StrEnum):
    PRESUNTO = "Presunto"
    DESVIRTUADO = "Desvirtuado"
    DEFINITIVO = "Definitivo"
    SENTENCIA_FAVORABLE = "Sentencia Favorable"


@dataclass(frozen=True, slots=True)
class Listado:
    """A taxpayer on the list. `publicado` is the day the DOF published its present situation, None when unreadable."""

    rfc: Rfc
    nombre: str
    situacion: Situacion
    publicado: date | None


@dataclass(frozen=True, slots=True)
class Lista69B:
    """The whole list as of a day; None when the file does not say it."""

    al_dia: date | None
    por_rfc: Mapping[str, Listado]


@dataclass(frozen=True, slots=True)
class Lista69BCargada:
    """The list that rules now: when it was loaded, as of what day it is, and how many of each situation it names."""

    cargada_en: datetime
    al_dia: date | None
    por_situacion: Mapping[Situacion, int]

    @property
    def contribuyentes(self) -> int:
        return sum(self.por_situacion.values())


@dataclass(frozen=True, slots=True)
class RenglonMalo:
    """`linea` counts from 1. `conservado` is false when the taxpayer could not be put on the list."""

    linea: int
    rfc: str
    motivo: str
    conservado: bool = False


@dataclass(frozen=True, slots=True)
class Lectura69B:
    """The list that a file brings, and what of it could not be read."""

    lista: Lista69B
    malos: tuple[RenglonMalo, ...]


def limite_para_corregir(listado: Listado) -> date | None:
    """The last day to prove or correct; only `Definitivo` starts the term."""
    if listado.publicado is None or listado.situacion is not Situacion.DEFINITIVO:
        return None
    return PLAZOS_POR_DIAS.sumar(listado.publicado, DIAS_PARA_CORREGIR)


def por_rfc(listados: Iterable[Listado]) -> dict[str, Listado]:
    """One entry per RFC: when it is there twice, the one published last; the gravest of the same day."""
    elegidos: dict[str, Listado] = {}
    for listado in listados:
        otro = elegidos.get(listado.rfc)
        if otro is None or _peso(listado) > _peso(otro):
            elegidos[listado.rfc] = listado
    return elegidos


_GRAVEDAD = (Situacion.SENTENCIA_FAVORABLE, Situacion.DESVIRTUADO, Situacion.PRESUNTO, Situacion.DEFINITIVO)


def _peso(listado: Listado) -> tuple[date, int]:
    return listado.publicado or date.min, _GRAVEDAD.index(listado.situacion)
