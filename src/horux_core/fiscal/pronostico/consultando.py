"""Reading the forecast of a taxpayer, and the documents behind each of its figures."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from horux_core.fiscal.calendario.consultando import por_cumplir
from horux_core.fiscal.calendario.generando import Vencidas
from horux_core.fiscal.cfdi.model import Advertencia
from horux_core.fiscal.iva.model import Figura, Renglon
from horux_core.fiscal.ports import Books
from horux_core.fiscal.pronostico.contribuciones import IMPUESTOS
from horux_core.fiscal.pronostico.errors import SemanaMissing
from horux_core.fiscal.pronostico.model import Concepto, Detalle, Parametros, Pronostico, Semana
from horux_core.fiscal.pronostico.pronosticando import pronosticar, ultimo_dia
from horux_core.fiscal.pronostico.reuniendo import reunidos
from horux_core.fiscal.recomputing import en_proceso
from horux_core.fiscal.reportes.contrapartes import Contraparte
from horux_core.fiscal.reportes.model import avisos_de_cambio, figura, negados
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements

MESES_DE_HISTORIA = 6
SALDO_SUPUESTO = "saldo_inicial_supuesto"
_SALDO_SUPUESTO = Advertencia(
    SALDO_SUPUESTO,
    "No se indicó el dinero que hay hoy en bancos (saldoInicial: null) y el pronóstico parte de 0.00: vuelve a pedirlo "
    "con saldoInicial.",
)
SALIDAS: Mapping[Concepto, str] = {
    Concepto.PAGO_A_PROVEEDOR: "proveedores",
    Concepto.NOMINA: "nomina",
    Concepto.IMPUESTO: "impuestos",
    Concepto.GASTO_RECURRENTE: "recurrentes",
}
"""The figures that what goes out of a week is the sum of."""

_REGLAS: Mapping[Concepto, tuple[str, str]] = {
    Concepto.COBRO: ("saldo_insoluto", "RMF 2026 2.7.1.32"),
    Concepto.PAGO_A_PROVEEDOR: ("saldo_insoluto", "RMF 2026 2.7.1.32"),
    Concepto.NOMINA: ("promedio_nomina", "LISR 94"),
    Concepto.GASTO_RECURRENTE: ("promedio_gasto", "LISR 25, 103"),
}


@dataclass(frozen=True, slots=True)
class PronosticoMostrado:
    """A forecast, who its counterparts are by their keys, and what to know of it."""

    pronostico: Pronostico
    contrapartes: Mapping[str, Contraparte]
    advertencias: tuple[Advertencia, ...]
    primero: Periodo | None = None
    """The oldest month that the books know."""
    vencidas: Vencidas | None = None
    """The taxes past due that are not filed: none of them is in the forecast."""

    @property
    def sin_saldo(self) -> bool:
        """Nobody told what the banks hold: each balance is only what changes from today, and nothing runs out."""
        return _SALDO_SUPUESTO in self.advertencias

    @property
    def faltan_meses(self) -> int:
        """Of those that a forecast should know, how many there are not."""
        hoy = Periodo.of(self.pronostico.hoy)
        pasados = 0 if self.primero is None else (hoy.anio - self.primero.anio) * 12 + hoy.mes - self.primero.mes
        return max(0, MESES_DE_HISTORIA - max(0, pasados))


@dataclass(frozen=True, slots=True)
class ShowForecast:
    """Thirteen weeks from today, in Mexico, from what the banks hold."""

    books: Books
    entitlements: Entitlements
    clock: Clock
    parametros: Parametros = field(default_factory=Parametros)

    def __call__(self, actor: Actor, saldo_inicial: Decimal | None) -> PronosticoMostrado:
        """From zero, and it says so, when nobody tells the balance. Raises ActionForbidden or FeatureNotInPlan."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.FORECASTING)
        hoy = dia_fiscal(self.clock())
        with self.books.open(actor.tenant) as books:
            books.steady()
            hecho = reunidos(books, hoy, ultimo_dia(hoy, self.parametros), self.parametros)
            avisos = (*en_proceso(books), *avisos_de_cambio(hecho.sin_cambio))
            primero = books.iva.primer_periodo()
            vencidas, _ = por_cumplir(books, hoy, hoy, IMPUESTOS)
        if saldo_inicial is None:
            saldo_inicial, avisos = CERO, (_SALDO_SUPUESTO, *avisos)
        return PronosticoMostrado(
            pronosticar(hecho.libros, saldo_inicial, hoy, self.parametros),
            hecho.contrapartes,
            avisos,
            primero,
            vencidas,
        )


@dataclass(frozen=True, slots=True)
class ShowForecastDetail:
    """The documents behind each figure of a week: they add up to it to the cent."""

    show: ShowForecast

    def __call__(self, actor: Actor, numero: int, saldo_inicial: Decimal | None) -> tuple[Figura, ...]:
        """Of the week of that number, from 1 on. Raises what ShowForecast raises, or SemanaMissing."""
        hecho = self.show(actor, saldo_inicial).pronostico
        if not 1 <= numero <= len(hecho.semanas):
            raise SemanaMissing(len(hecho.semanas))
        antes = hecho.saldo_inicial if numero == 1 else hecho.semanas[numero - 2].saldo
        return tuple(figuras(hecho.semanas[numero - 1], antes))


def figuras(semana: Semana, saldo_anterior: Decimal) -> Iterator[Figura]:
    """A line with no UUID is what no document says: a tax, which has its own detail, and the balance of before."""
    entradas = figura("entradas", _renglones(d for d in semana.detalles if d.entra))
    salidas = [
        figura(nombre, _renglones(d for d in semana.detalles if d.concepto is concepto))
        for concepto, nombre in SALIDAS.items()
    ]
    todas = figura("salidas", [r for propia in salidas for r in propia.documentos])
    antes = Renglon("", semana.desde, saldo_anterior, "saldo_anterior", "")
    saldo = figura("saldo", (antes, *entradas.documentos, *negados(todas.documentos)))
    yield from (entradas, *salidas, todas, saldo)


def _renglones(detalles: Iterable[Detalle]) -> list[Renglon]:
    return [
        Renglon(parte.uuid, parte.fecha, parte.importe, regla, articulo)
        for detalle in detalles
        for regla, articulo in (_regla(detalle),)
        for parte in detalle.partes
    ]


def _regla(detalle: Detalle) -> tuple[str, str]:
    """A balance that is expected in part says in how much; a tax, which it is and whether it is a mean."""
    if detalle.concepto is Concepto.IMPUESTO:
        return f"{'promedio_' if detalle.estimado else ''}{detalle.contraparte}", detalle.articulo
    regla, articulo = _REGLAS[detalle.concepto]
    if detalle.probabilidad == 1:
        return regla, articulo
    return f"{regla}_al_{detalle.probabilidad * 100:.0f}", articulo
