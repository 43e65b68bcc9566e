"""Reading the ISR of a taxpayer: the months of a year by régimen, and the documents behind a month's figures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from horux_core.fiscal.cfdi.model import Advertencia
from horux_core.fiscal.configuracion.model import Declaracion, faltan_perdidas
from horux_core.fiscal.isr.detalle import detalle
from horux_core.fiscal.isr.errors import RegimenSinIsr
from horux_core.fiscal.isr.general_pm import sin_pago
from horux_core.fiscal.isr.model import (
    ACTIVIDAD_EMPRESARIAL,
    CALCULADOS,
    GENERAL_PM,
    RESICO,
    MesIsr,
    OpcionesIsr,
)
from horux_core.fiscal.isr.recomputing import ISR, Trabajado, opciones_por_anio, trabajar
from horux_core.fiscal.isr.year import retenido_a_terceros
from horux_core.fiscal.iva.model import Figura
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.fiscal.recomputing import en_proceso
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.importe import CERO, pesos
from horux_core.kernel.periodo import Periodo
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.regimenes import corresponde, nombre_de_regimen

DECLARACION_DISTINTA = "declaracion_distinta"
SIN_COEFICIENTE = "coeficiente_faltante"
_SIN_REGIMENES = Advertencia(
    "sin_regimenes", "El año no tiene regímenes: captúralos en la configuración fiscal para calcular su ISR."
)
_SIN_COEFICIENTE = Advertencia(
    SIN_COEFICIENTE,
    "No hay coeficiente de utilidad para este pago y su base es cero: captúralo en la configuración fiscal, o el "
    "inicio de actividades si es el primer ejercicio.",
)


@dataclass(frozen=True, slots=True)
class AnioIsr:
    """The twelve months of each régimen, what was withheld from others in each month, and what to know of them.

    `del_mes` are the warnings of a month and régimen, `del_anio` those of the whole year.
    """

    meses: tuple[MesIsr, ...]
    retenido_a_terceros: tuple[Decimal, ...]
    del_mes: Mapping[tuple[str, Periodo], tuple[Advertencia, ...]]
    del_anio: tuple[Advertencia, ...]

    @property
    def regimenes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(mes.regimen for mes in self.meses))

    def de(self, periodo: Periodo) -> tuple[MesIsr, ...]:
        """A month of each régimen."""
        return tuple(mes for mes in self.meses if mes.periodo == periodo)

    @property
    def a_pagar(self) -> Mapping[Periodo, Decimal]:
        """What each month comes to, that of all régimenes in whole pesos (CFF 20)."""
        return _a_pagar(self.meses)


@dataclass(frozen=True, slots=True)
class ShowIsrYear:
    """The twelve months of each régimen that a taxpayer has in a year and whose ISR is worked out."""

    books: Books
    entitlements: Entitlements

    def __call__(self, actor: Actor, anio: int) -> AnioIsr:
        """Raises ActionForbidden, FeatureNotInPlan or PeriodoMalformed."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.IVA_ISR)
        _ = Periodo(anio, 1)
        with self.books.open(actor.tenant) as books:
            books.steady()
            opciones = opciones_por_anio(books)(anio)
            cuentas = books.isr.cuentas(anio)
            trabajado = mostrado(books, anio, opciones)
            siempre = en_proceso(books)
            distintas = _distintas(books, trabajado.meses)
            del_mes = {
                (mes.regimen, mes.periodo): avisos
                for mes in trabajado.meses
                if (avisos := (*siempre, *_del_coeficiente(mes, opciones), *distintas.get(mes.periodo, ())))
            }
            del_anio = (*_del_anio(trabajado, opciones), *_sin_perdidas(books, anio, opciones))
            return AnioIsr(trabajado.meses, retenido_a_terceros(anio, cuentas), del_mes, del_anio)


@dataclass(frozen=True, slots=True)
class ShowIsrDetail:
    """The documents behind each figure of a month, by régimen: they add up to it to the cent."""

    books: Books
    entitlements: Entitlements

    def __call__(
        self, actor: Actor, periodo: Periodo, regimen: str | None = None, figura: str | None = None
    ) -> tuple[tuple[str, tuple[Figura, ...]], ...]:
        """Of each régimen, or of the one named; all figures, or the one named.

        Raises ActionForbidden, FeatureNotInPlan or RegimenSinIsr.
        """
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.IVA_ISR)
        with self.books.open(actor.tenant) as books:
            books.steady()
            opciones = opciones_por_anio(books)(periodo.anio)
            meses = mostrado(books, periodo.anio, opciones).meses
            hallados = [mes for mes in meses if mes.periodo == periodo and regimen in (None, mes.regimen)]
            if regimen is not None and not hallados:
                raise RegimenSinIsr(regimen, periodo.anio)
            movimientos = books.isr.movimientos(Periodo(periodo.anio, 1), periodo)
            return tuple(
                (mes.regimen, tuple(detalle(mes, _previos(mes, meses), movimientos, opciones, figura)))
                for mes in hallados
            )


def mostrado(books: OpenBooks, anio: int, opciones: OpcionesIsr) -> Trabajado:
    """The months put down for a year, and those that nothing was put down for, by régimen and then month."""
    vacio = trabajar(anio, {}, opciones)
    puestos = {(mes.regimen, mes.periodo): mes for mes in books.isr.meses(anio)}
    meses = tuple(puestos.get((mes.regimen, mes.periodo), mes) for mes in vacio.meses)
    return Trabajado(meses, vacio.sin_tarifa)


def _previos(mes: MesIsr, meses: tuple[MesIsr, ...]) -> list[MesIsr]:
    return [otro for otro in meses if otro.regimen == mes.regimen and otro.periodo < mes.periodo]


def _distintas(books: OpenBooks, meses: tuple[MesIsr, ...]) -> dict[Periodo, tuple[Advertencia, ...]]:
    """The closed months whose return, one for all régimenes, says something else than what they come to now."""
    a_pagar = _a_pagar(meses)
    return {
        d.periodo: (_distinta(d, a_pagar[d.periodo]),)
        for d in books.ajustes.declaraciones(ISR)
        if d.periodo in a_pagar and pesos(d.monto) != a_pagar[d.periodo]
    }


def _a_pagar(meses: tuple[MesIsr, ...]) -> dict[Periodo, Decimal]:
    a_pagar: dict[Periodo, Decimal] = {}
    for mes in meses:
        a_pagar[mes.periodo] = a_pagar.get(mes.periodo, CERO) + mes.a_pagar_pesos
    return a_pagar


def _distinta(declaracion: Declaracion, a_pagar: Decimal) -> Advertencia:
    return Advertencia(
        DECLARACION_DISTINTA,
        f"El mes está cerrado: se declaró un ISR de {declaracion.monto} y el cálculo es ahora de {a_pagar:.0f}. Revisa "
        "los CFDI y la configuración, presenta la complementaria, o corrige lo que se anotó de la declaración.",
    )


def _del_coeficiente(mes: MesIsr, opciones: OpcionesIsr) -> tuple[Advertencia, ...]:
    """In 601, a payment on income whose base is an estimate of nothing, or of more than the income."""
    con_pago = mes.regimen == GENERAL_PM and not sin_pago(mes.periodo, opciones.inicio)
    if not con_pago or not mes.ingresos_acum:
        return ()
    if not mes.coeficiente:
        return (_SIN_COEFICIENTE,)
    return (_coeficiente_alto(mes.coeficiente),) if mes.coeficiente > 1 else ()


def _coeficiente_alto(coeficiente: Decimal) -> Advertencia:
    return Advertencia(
        "coeficiente_alto",
        f"El coeficiente de utilidad es {coeficiente}: la base es más que los ingresos. Solo pasa con un ajuste anual "
        "por inflación mayor que los gastos; si es un error, corrígelo en la configuración fiscal.",
    )


def _sin_perdidas(books: OpenBooks, anio: int, opciones: OpcionesIsr) -> tuple[Advertencia, ...]:
    """The losses of other years are those that each year is told: none is taken twice (LISR 14, 57, 106, 211)."""
    toman = any(
        r in (GENERAL_PM, ACTIVIDAD_EMPRESARIAL) or (r == RESICO and opciones.moral) for r in opciones.regimenes
    )
    if not toman or not faltan_perdidas(books.ajustes.todas(), anio):
        return ()
    return (
        Advertencia(
            "perdidas_faltantes",
            f"Captura las pérdidas pendientes de {anio} en la configuración fiscal: las de antes se toman solo en el "
            "ejercicio en que se capturaron. Si ya no queda ninguna, no hay nada que hacer.",
        ),
    )


def _del_anio(trabajado: Trabajado, opciones: OpcionesIsr) -> Iterator[Advertencia]:
    if not opciones.regimenes:
        yield _SIN_REGIMENES
    for regimen in opciones.regimenes:
        if not corresponde(regimen, opciones.moral):
            quien = "moral" if opciones.moral else "física"
            yield Advertencia(
                "regimen_no_corresponde",
                f"El régimen {regimen} ({nombre_de_regimen(regimen)}) no corresponde a una persona {quien}: cámbialo "
                "en la configuración fiscal.",
            )
        if regimen not in CALCULADOS:
            nombre = nombre_de_regimen(regimen)
            yield Advertencia("regimen_no_calculado", f"El ISR del régimen {regimen} ({nombre}) no se calcula aquí.")
    for regimen, error in trabajado.sin_tarifa.items():
        yield Advertencia("ejercicio_sin_tarifa", f"Régimen {regimen}: {error}")
