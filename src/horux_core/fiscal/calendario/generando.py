"""A taxpayer's obligations over a span of months, and how they meet the ones already kept (FISCAL.md 5)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from horux_core.fiscal.calendario.obligaciones import (
    OBLIGACIONES,
    Condicion,
    Obligacion,
    Periodicidad,
    Situacion,
    empezada,
    periodicidad_de,
    regimenes_de,
)
from horux_core.fiscal.calendario.vencimientos import vencimiento
from horux_core.fiscal.configuracion.model import Declaracion
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc

_MESES_DE_COSTUMBRE = 2

DE_IMPUESTO = {
    "iva": frozenset({"IVA_MENSUAL"}),
    "isr": frozenset({"ISR_PROV_PM", "ISR_PROV_RESICO_PM", "ISR_PROV_612", "ISR_MENSUAL_RESICO_PF", "ISR_PROV_606"}),
}
"""The obligations that a filed return of each tax fulfils."""


class EstadoObligacion(StrEnum):
    PENDIENTE = "pendiente"
    PRESENTADA = "presentada"
    VENCIDA = "vencida"
    NO_APLICA = "no_aplica"


@dataclass(frozen=True, slots=True, order=True)
class Clave:
    """What makes an obligation one and the same; `periodo` is its last month, December of a year."""

    obligacion: str
    periodo: Periodo


@dataclass(frozen=True, slots=True)
class Vencimiento:
    """An obligation of one period. `aviso` is the day to warn early.

    `prevista`: the books of its month do not show it yet, those of the months before did. `por_persona`: a person set
    its state, and `nota` is theirs.
    """

    clave: Clave
    nombre: str
    periodicidad: Periodicidad
    regimenes: tuple[str, ...]
    limite: date
    fundamento: str
    estado: EstadoObligacion = EstadoObligacion.PENDIENTE
    aviso: date | None = None
    prevista: bool = False
    por_persona: bool = False
    presentada_en: date | None = None
    nota: str = ""

    @property
    def abierta(self) -> bool:
        return self.estado in (EstadoObligacion.PENDIENTE, EstadoObligacion.VENCIDA)


@dataclass(frozen=True, slots=True)
class Vencidas:
    """How many obligations are past due and still open, and the day on which the oldest was due."""

    cuantas: int
    desde: date


@dataclass(frozen=True, slots=True)
class LibrosDelCalendario:
    """What the calendar needs of a taxpayer's books: what it is in each year, and what each month shows so far."""

    situaciones: Mapping[int, Situacion]
    condiciones: Mapping[Periodo, frozenset[Condicion]]


def generados(libros: LibrosDelCalendario, rfc: Rfc, desde: Periodo, hasta: Periodo, hoy: date) -> list[Vencimiento]:
    """The obligations whose period ends from one month to the other, both included, in order of due date.

    One for all régimenes that share the return: IVA, withholdings, DIOT and the annual return are filed once. `libros`
    has every year of those months, and the months before them that may tell what is usual.
    """
    hechos: list[Vencimiento] = []
    periodo = desde
    while periodo <= hasta:
        hechos += _del_mes(libros, rfc, periodo, hoy)
        periodo = periodo.siguiente()
    return sorted(hechos, key=_orden)


def mezclados(
    nuevos: Iterable[Vencimiento],
    marcados: Iterable[Vencimiento],
    declaraciones: Iterable[Declaracion],
    hoy: date,
) -> tuple[Vencimiento, ...]:
    """The calendar with what people set in the same span, by due date.

    That stays even of an obligation that the books no longer show. A filed return fulfils its own.
    """
    por_clave = {v.clave: v for v in marcados}
    presentadas = {c: d.presentada_en for d in declaraciones for c in claves_de(d)}
    todos = [_con_lo_puesto(v, por_clave.pop(v.clave, None)) for v in nuevos]
    return tuple(sorted((_al_dia(v, presentadas, hoy) for v in (*todos, *por_clave.values())), key=_orden))


def marcado(
    guardado: Vencimiento, estado: EstadoObligacion, hoy: date, presentada_en: date | None = None, nota: str = ""
) -> Vencimiento:
    """What a person says of an obligation: filed, not applicable, or open again, and then due or past due by date."""
    fecha = (presentada_en or hoy) if estado is EstadoObligacion.PRESENTADA else None
    puesto = replace(guardado, estado=estado, presentada_en=fecha, nota=nota, por_persona=True)
    return _al_dia(puesto, {}, hoy)


def claves_de(declaracion: Declaracion) -> Iterator[Clave]:
    for obligacion in DE_IMPUESTO.get(declaracion.impuesto, ()):
        yield Clave(obligacion, declaracion.periodo)


def _del_mes(libros: LibrosDelCalendario, rfc: Rfc, periodo: Periodo, hoy: date) -> Iterator[Vencimiento]:
    situacion = libros.situaciones[periodo.anio]
    for obligacion in OBLIGACIONES:
        regimenes = regimenes_de(obligacion, situacion, rfc)
        periodicidad = periodicidad_de(obligacion, regimenes, situacion)
        if not regimenes or not periodicidad.termina_en(periodo):
            continue
        if not empezada(obligacion, periodo, situacion.inicio):
            continue
        cumplida = obligacion.condicion is None or _en(libros, obligacion.condicion, periodicidad.meses(periodo))
        hecho = _vencimiento(obligacion, situacion, rfc, periodo)
        prevista = not cumplida and hoy <= hecho.limite and _de_costumbre(libros, obligacion.condicion, periodo, hoy)
        if cumplida or prevista:
            yield replace(hecho, regimenes=regimenes, periodicidad=periodicidad, prevista=prevista)


def _vencimiento(obligacion: Obligacion, situacion: Situacion, rfc: Rfc, periodo: Periodo) -> Vencimiento:
    limite = vencimiento(obligacion.regla, periodo, rfc, situacion.vencimientos)
    siguiente = periodo.siguiente()
    dia = obligacion.aviso_dia
    return Vencimiento(
        Clave(obligacion.clave, periodo),
        obligacion.nombre,
        obligacion.periodicidad,
        obligacion.regimenes,
        limite,
        obligacion.fundamento,
        aviso=None if dia is None else date(siguiente.anio, siguiente.mes, dia),
    )


def _de_costumbre(libros: LibrosDelCalendario, condicion: Condicion | None, periodo: Periodo, hoy: date) -> bool:
    """Whether the period's own month, or the present one when that is earlier, or the two before it had the need."""
    meses = [min(periodo, Periodo.of(hoy))]
    while len(meses) <= _MESES_DE_COSTUMBRE:
        meses.append(meses[-1].anterior())
    return condicion is not None and _en(libros, condicion, meses)


def _en(libros: LibrosDelCalendario, condicion: Condicion, meses: Iterable[Periodo]) -> bool:
    return any(condicion in libros.condiciones.get(mes, ()) for mes in meses)


def _con_lo_puesto(nuevo: Vencimiento, marcado: Vencimiento | None) -> Vencimiento:
    if marcado is None:
        return nuevo
    return replace(
        nuevo,
        estado=marcado.estado,
        por_persona=True,
        presentada_en=marcado.presentada_en,
        nota=marcado.nota,
    )


def _al_dia(v: Vencimiento, presentadas: Mapping[Clave, date], hoy: date) -> Vencimiento:
    """Its state today: past due from the day after its due date; filed when its return was, unless a person said."""
    presentada = presentadas.get(v.clave)
    if presentada is not None and not v.por_persona:
        return replace(v, estado=EstadoObligacion.PRESENTADA, presentada_en=presentada)
    if not v.abierta:
        return v
    return replace(v, estado=EstadoObligacion.VENCIDA if hoy > v.limite else EstadoObligacion.PENDIENTE)


def _orden(v: Vencimiento) -> tuple[date, Clave]:
    return v.limite, v.clave
