"""Which obligations a taxpayer has: per régimen and period, with the condition each needs (FISCAL.md 5)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum, StrEnum

from horux_core.fiscal.calendario.vencimientos import OpcionesVencimiento, Regla
from horux_core.fiscal.isr.general_pm import sin_pago
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc

TODOS = "*"
RESICO = "626"
ARRENDAMIENTO = "606"
RELEVO_PF = Decimal("4000000.00")
"""Up to this income of the year before, a física is released from DIOT and balanza (RMF 2026 2.8.1.17)."""


class Periodicidad(IntEnum):
    """Months of a period, which ends in a multiple of them."""

    MENSUAL = 1
    BIMESTRAL = 2
    TRIMESTRAL = 3
    ANUAL = 12

    def termina_en(self, periodo: Periodo) -> bool:
        return periodo.mes % self == 0

    def meses(self, ultimo: Periodo) -> tuple[Periodo, ...]:
        """Those of the period that ends in `ultimo`, latest first."""
        meses = [ultimo]
        while len(meses) < self:
            meses.append(meses[-1].anterior())
        return tuple(meses)


class Condicion(StrEnum):
    """What the books of a month must show for an obligation to exist."""

    NOMINA = "nomina"
    RETENCION_ISR = "retencion_isr"
    RETENCION_IVA = "retencion_iva"
    COBRO_PPD = "cobro_ppd"


@dataclass(frozen=True, slots=True)
class Obligacion:
    """`regimenes` are régimen keys, 626 apart as 626_PF and 626_PM, or `*`.

    `aviso_dia` is a day of the due month on which to warn early. `relevo_pf` releases a small física.
    """

    clave: str
    nombre: str
    regimenes: tuple[str, ...]
    periodicidad: Periodicidad
    regla: Regla
    fundamento: str
    condicion: Condicion | None = None
    relevo_pf: bool = False
    aviso_dia: int | None = None


@dataclass(frozen=True, slots=True)
class Situacion:
    """What a taxpayer is in one year.

    `solo_exentos`: performs no act taxed at any rate, so owes no IVA return. `ingresos_anteriores`, those of the year
    before; None when unknown, which releases from nothing. `renta_trimestral`: the only income is rent within the
    limit of LISR 116, paid by quarters, IVA too (LIVA 5-F). `inicio`: the month in which activities began.
    """

    regimenes: tuple[str, ...]
    vencimientos: OpcionesVencimiento = field(default_factory=OpcionesVencimiento)
    solo_exentos: bool = False
    ingresos_anteriores: Decimal | None = None
    renta_trimestral: bool = False
    inicio: Periodo | None = None


_MES, _ANIO = Periodicidad.MENSUAL, Periodicidad.ANUAL
_17 = Regla.DIA_17_SEXTO_VIERNES

OBLIGACIONES: tuple[Obligacion, ...] = (
    Obligacion("ISR_PROV_PM", "Pago provisional ISR persona moral", ("601",), _MES, _17, "LISR 14"),
    Obligacion("ISR_PROV_RESICO_PM", "Pago provisional ISR RESICO PM", ("626_PM",), _MES, _17, "LISR 211"),
    Obligacion(
        "ISR_PROV_612", "Pago provisional ISR actividad empresarial y profesional", ("612",), _MES, _17, "LISR 106"
    ),
    Obligacion(
        "ISR_MENSUAL_RESICO_PF",
        "Pago mensual ISR RESICO PF (definitivo)",
        ("626_PF",),
        _MES,
        _17,
        "LISR 113-E; RMF 2026 3.13.7",
    ),
    Obligacion("ISR_PROV_606", "Pago provisional ISR arrendamiento", (ARRENDAMIENTO,), _MES, _17, "LISR 116"),
    Obligacion(
        "IVA_MENSUAL",
        "Pago mensual IVA (definitivo)",
        ("601", "603", ARRENDAMIENTO, "612", "626_PF", "626_PM", "625"),
        _MES,
        _17,
        "LIVA 5-D",
    ),
    Obligacion(
        "RET_ISR_SALARIOS",
        "Entero ISR retenido por salarios",
        ("601", "603", "612", "626_PF", "626_PM", ARRENDAMIENTO),
        _MES,
        _17,
        "LISR 96",
        Condicion.NOMINA,
    ),
    Obligacion(
        "RET_ISR_TERCEROS",
        "Entero ISR retenido por honorarios, arrendamiento y RESICO",
        ("601", "603", "626_PM"),
        _MES,
        _17,
        "LISR 106, 116, 113-J",
        Condicion.RETENCION_ISR,
    ),
    Obligacion(
        "RET_IVA",
        "Entero IVA retenido",
        ("601", "603", "626_PM", "612", "626_PF"),
        _MES,
        _17,
        "LIVA 1-A",
        Condicion.RETENCION_IVA,
    ),
    Obligacion(
        "DIOT",
        "Declaración informativa de operaciones con terceros",
        ("601", "603", "612", ARRENDAMIENTO, "625"),
        _MES,
        Regla.FIN_MES_SIGUIENTE,
        "LIVA 32-VIII; RMF 2026 4.5.1, 2.8.1.17, 3.13.17",
        relevo_pf=True,
        aviso_dia=17,
    ),
    Obligacion(
        "CONTA_BALANZA_PM",
        "Envío de balanza PM",
        ("601", "603"),
        _MES,
        Regla.TERCER_DIA_HABIL,
        "CFF 28-IV; RMF 2.8.1.6",
    ),
    Obligacion(
        "CONTA_BALANZA_PF",
        "Envío de balanza PF",
        ("612", ARRENDAMIENTO),
        _MES,
        Regla.QUINTO_DIA_HABIL,
        "CFF 28-IV; RMF 2.8.1.6",
        relevo_pf=True,
    ),
    Obligacion(
        "CONTA_BALANZA13_PM", "Balanza ajustada de cierre PM", ("601", "603"), _ANIO, Regla.ABRIL_20, "RMF 2.8.1.6"
    ),
    Obligacion(
        "CONTA_BALANZA13_PF",
        "Balanza ajustada de cierre PF",
        ("612", ARRENDAMIENTO),
        _ANIO,
        Regla.MAYO_22,
        "RMF 2.8.1.6",
        relevo_pf=True,
    ),
    Obligacion("ANUAL_PM", "Declaración anual PM", ("601", "626_PM"), _ANIO, Regla.MARZO_31_VIERNES, "LISR 9, 76"),
    Obligacion(
        "ANUAL_PF",
        "Declaración anual PF",
        ("612", ARRENDAMIENTO, "605", "625"),
        _ANIO,
        Regla.ABRIL_30_VIERNES,
        "LISR 150",
    ),
    Obligacion("IMSS", "Cuotas obrero-patronales IMSS", (TODOS,), _MES, Regla.DIA_17_HABIL, "LSS 39", Condicion.NOMINA),
    Obligacion(
        "INFONAVIT",
        "Aportaciones INFONAVIT y RCV",
        (TODOS,),
        Periodicidad.BIMESTRAL,
        Regla.DIA_17_HABIL,
        "Ley INFONAVIT 35; LSS",
        Condicion.NOMINA,
    ),
    Obligacion(
        "REP",
        "Emisión del complemento de pago de PPD cobrados",
        (TODOS,),
        _MES,
        Regla.DIA_5_NATURAL,
        "RMF 2.7.1.32",
        Condicion.COBRO_PPD,
    ),
    Obligacion(
        "CANCELACION_CFDI",
        "Último mes para cancelar CFDI del ejercicio anterior",
        (TODOS,),
        _ANIO,
        Regla.FIN_MES_ANUAL,
        "CFF 29-A (reforma DOF 07/11/2025)",
    ),
)


def regimen_de(regimen: str, rfc: Rfc) -> str:
    """The key that obligations use: RESICO is two régimenes, told apart by the RFC's length."""
    if regimen != RESICO:
        return regimen
    return "626_PM" if rfc.moral else "626_PF"


def regimenes_de(obligacion: Obligacion, situacion: Situacion, rfc: Rfc) -> tuple[str, ...]:
    """Those of the taxpayer that bring the obligation; none when it has it not, whatever the month's books show."""
    propios = tuple(dict.fromkeys(regimen_de(r, rfc) for r in situacion.regimenes))
    if obligacion.relevo_pf and _relevada(situacion, rfc):
        return ()
    if obligacion.clave == "IVA_MENSUAL" and situacion.solo_exentos:
        return ()
    return propios if TODOS in obligacion.regimenes else tuple(r for r in propios if r in obligacion.regimenes)


def periodicidad_de(obligacion: Obligacion, regimenes: Iterable[str], situacion: Situacion) -> Periodicidad:
    """That of the obligation, or quarters for a rent that is paid so; IVA only when nothing else brings it."""
    de_renta = obligacion.clave == "ISR_PROV_606" or (
        obligacion.clave == "IVA_MENSUAL" and set(regimenes) == {ARRENDAMIENTO}
    )
    return Periodicidad.TRIMESTRAL if situacion.renta_trimestral and de_renta else obligacion.periodicidad


def empezada(obligacion: Obligacion, periodo: Periodo, inicio: Periodo | None) -> bool:
    """Whether a period has it, by when activities began: a moral in 601 makes no payments in its first year."""
    if obligacion.clave == "ISR_PROV_PM" and sin_pago(periodo, inicio):
        return False
    return inicio is None or periodo >= inicio


def _relevada(situacion: Situacion, rfc: Rfc) -> bool:
    ingresos = situacion.ingresos_anteriores
    return not rfc.moral and ingresos is not None and ingresos <= RELEVO_PF
