"""The day an obligation is due: base day, sixth digit, non-working days, Friday, in that order (FISCAL.md 5)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from horux_core.fiscal.calendario.inhabiles import DECLARACIONES, Inhabiles
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc

_VIERNES = 4
_UN_DIA = timedelta(days=1)
_DIA_MENSUAL = 17
_DIA_REP = 5

PRORROGA = {1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4, 9: 5, 0: 5}
"""Working days more by the sixth digit of the RFC (Decree DOF 2013-12-26, art. 5.1)."""

SIN_SEXTO_DIGITO = (
    "opción de dictamen (CFF 32-A)",
    "grandes contribuyentes",
    "Federación, entidades, organismos",
    "partidos políticos",
    "grupos (régimen 623)",
)
"""Who has no extension, to be asked of the taxpayer; parties and groups were not read in the decree's own text."""


class Regla(StrEnum):
    """How a due date follows from the last month of its period; for the yearly ones, from any month of the year."""

    DIA_17_SEXTO_VIERNES = "dia17_sexto_viernes"
    DIA_17_HABIL = "dia17_habil"
    FIN_MES_SIGUIENTE = "fin_mes_siguiente"
    TERCER_DIA_HABIL = "3_dia_habil_segundo_mes"
    QUINTO_DIA_HABIL = "5_dia_habil_segundo_mes"
    DIA_5_NATURAL = "dia5_natural"
    MARZO_31_VIERNES = "31_marzo_viernes"
    ABRIL_30_VIERNES = "30_abril_viernes"
    ABRIL_20 = "20_abril"
    MAYO_22 = "22_mayo"
    FIN_MES_ANUAL = "fin_mes_declaracion_anual"


_HABILES_DEL_SEGUNDO_MES = {Regla.TERCER_DIA_HABIL: 3, Regla.QUINTO_DIA_HABIL: 5}
_DIA_DEL_ANIO_SIGUIENTE = {
    Regla.MARZO_31_VIERNES: (3, 31),
    Regla.ABRIL_30_VIERNES: (4, 30),
    Regla.ABRIL_20: (4, 20),
    Regla.MAYO_22: (5, 22),
}
_CON_VIERNES = frozenset({Regla.DIA_17_SEXTO_VIERNES, Regla.MARZO_31_VIERNES, Regla.ABRIL_30_VIERNES})
_SIN_CORRIMIENTO = frozenset({Regla.DIA_5_NATURAL, Regla.FIN_MES_ANUAL})


@dataclass(frozen=True, slots=True)
class OpcionesVencimiento:
    """Settings of a tenant's due dates; each default is FISCAL.md's.

    The last two are unconfirmed readings: `prorroga_desde_habil` counts the extension from the 17th already moved to a
    working day, and without `viernes_en_prorroga` a date that the sixth digit extended keeps its Friday.
    """

    sexto_digito: bool = True
    prorroga_desde_habil: bool = False
    viernes_en_prorroga: bool = True


def dias_de_prorroga(rfc: Rfc, opciones: OpcionesVencimiento) -> int:
    return PRORROGA[rfc.sexto_digito] if opciones.sexto_digito else 0


def vencimiento(
    regla: Regla,
    periodo: Periodo,
    rfc: Rfc,
    opciones: OpcionesVencimiento,
    con_pago: bool = True,
    inhabiles: Inhabiles = DECLARACIONES,
) -> date:
    """The last day to comply. Without `con_pago`, a return with nothing to pay, a Friday stays (CFF 12)."""
    base = dia_base(regla, periodo, rfc)
    if regla in _SIN_CORRIMIENTO:
        return base
    if regla in _HABILES_DEL_SEGUNDO_MES:
        return inhabiles.sumar(base - _UN_DIA, _HABILES_DEL_SEGUNDO_MES[regla])
    prorroga = dias_de_prorroga(rfc, opciones) if regla is Regla.DIA_17_SEXTO_VIERNES else 0
    if opciones.prorroga_desde_habil:
        base = inhabiles.siguiente(base)
    dia = inhabiles.siguiente(inhabiles.sumar(base, prorroga))
    mueve = regla in _CON_VIERNES and con_pago and (not prorroga or opciones.viernes_en_prorroga)
    if mueve and dia.weekday() == _VIERNES:
        return inhabiles.siguiente(dia + _UN_DIA)
    return dia


def dia_base(regla: Regla, periodo: Periodo, rfc: Rfc) -> date:
    """The day the law names, before anything moves it; of a rule in working days, the first of their month."""
    if regla in _DIA_DEL_ANIO_SIGUIENTE:
        return date(periodo.anio + 1, *_DIA_DEL_ANIO_SIGUIENTE[regla])
    if regla is Regla.FIN_MES_ANUAL:
        return date(periodo.anio + 1, 3, 31) if rfc.moral else date(periodo.anio + 1, 4, 30)
    siguiente = periodo.siguiente()
    if regla in _HABILES_DEL_SEGUNDO_MES:
        return primer_dia(siguiente.siguiente())
    if regla is Regla.FIN_MES_SIGUIENTE:
        return ultimo_dia(siguiente)
    return date(siguiente.anio, siguiente.mes, _DIA_REP if regla is Regla.DIA_5_NATURAL else _DIA_MENSUAL)


def primer_dia(periodo: Periodo) -> date:
    return date(periodo.anio, periodo.mes, 1)


def ultimo_dia(periodo: Periodo) -> date:
    return primer_dia(periodo.siguiente()) - _UN_DIA
