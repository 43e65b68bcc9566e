"""What the accountant decides for a taxpayer and a year: regimes, opening balances, and every option of the rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from horux_core.fiscal.isr.model import DescuentoEnFactura
from horux_core.fiscal.iva.model import Apertura, OpcionesIva
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc

MARZO = 3
"""The first month whose payment uses the coefficient of the year before (LISR 14-I)."""
_CERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Contribuyente:
    """Whose books they are: its RFC, and the régimenes that it was signed up with."""

    rfc: Rfc
    regimenes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AjustesIsr:
    """What ISR asks besides régimenes, losses and PTU; the meaning of each is that of OpcionesIsr.

    `coeficientes` are pairs (ejercicio, coeficiente) of annual returns, `predial` pairs (mes, importe),
    `otras_deducciones` triples (regimen, mes, importe).
    """

    coeficientes: tuple[tuple[int, Decimal], ...] = ()
    coeficiente_nuevo_desde: int = MARZO
    inicio_actividades: Periodo | None = None
    ptu_mes: int | None = None
    regimen_ingresos: str | None = None
    regimen_gastos: str | None = None
    descuento_en_factura: DescuentoEnFactura = DescuentoEnFactura.RESTA
    prestaciones_disminuyeron: bool = False
    claves_retenciones: frozenset[str] = frozenset({"16"})
    arrendamiento_opcional: bool = True
    arrendamiento_trimestral: bool = False
    predial: tuple[tuple[int, Decimal], ...] = ()
    otras_deducciones: tuple[tuple[str, int, Decimal], ...] = ()

    def de_otro_anio(self) -> "AjustesIsr":
        """Those that hold in a later year too: what was paid or filed in a month of the year itself does not."""
        return replace(self, coeficiente_nuevo_desde=MARZO, ptu_mes=None, predial=(), otras_deducciones=())


@dataclass(frozen=True, slots=True)
class AjustesCalendario:
    """What the calendar and the alerts ask besides régimenes; the meaning of each is that of the calendar's Situacion.

    `codigo_postal` is the domicilio fiscal's, which received CFDI must carry; None checks none. The last two are
    readings nobody confirmed (FISCAL.md 5), those of OpcionesVencimiento.
    """

    codigo_postal: str | None = None
    ingresos_anteriores: Decimal | None = None
    solo_exentos: bool = False
    prorroga_desde_habil: bool = False
    viernes_en_prorroga: bool = True


@dataclass(frozen=True, slots=True)
class ConfiguracionFiscal:
    """Settings of one year, valid until the next year that has its own.

    `coeficiente_utilidad` has four decimals (LISR 14) and serves the payments for which `isr.coeficientes` has none of
    the two years before; `perdidas`, those left to take in the year, and `ptu`, paid in it, are MXN. `apertura` starts
    the chain of IVA.
    """

    anio: int
    regimenes: tuple[str, ...] = ()
    coeficiente_utilidad: Decimal | None = None
    perdidas: Decimal = _CERO
    ptu: Decimal = _CERO
    sexto_digito: bool = True
    iva: OpcionesIva = field(default_factory=OpcionesIva)
    apertura: Apertura | None = None
    isr: AjustesIsr = field(default_factory=AjustesIsr)
    calendario: AjustesCalendario = field(default_factory=AjustesCalendario)

    @property
    def coeficientes(self) -> tuple[tuple[int, Decimal], ...]:
        """By ejercicio: the year's own stands for that of two years before, the oldest that its payments may need."""
        dados = dict(self.isr.coeficientes)
        if self.coeficiente_utilidad is not None:
            dados.setdefault(self.anio - 2, self.coeficiente_utilidad)
        return tuple(sorted(dados.items()))


@dataclass(frozen=True, slots=True)
class Declaracion:
    """A return that was filed; its month is closed. `saldo_solicitado` was asked back and left the chain (LIVA 6).

    `calculado` is no part of it: what the books came to when it was noted (`cierre.py`), None where nobody kept that.
    """

    impuesto: str
    periodo: Periodo
    presentada_en: date
    monto: Decimal
    saldo_solicitado: Decimal = _CERO
    calculado: Decimal | None = field(default=None, compare=False)

    @property
    def marca(self) -> str:
        """What was filed, in one text: of another it is another."""
        return f"{self.presentada_en}:{self.monto:.2f}:{self.saldo_solicitado:.2f}"


def en_vigor(todas: Sequence[ConfiguracionFiscal], anio: int, regimenes: tuple[str, ...]) -> ConfiguracionFiscal:
    """Those of the year, of `todas`, oldest first, or what holds of those of the nearest year before it.

    An opening, the losses left, and what was paid or filed in a year, are only its own; its coefficient goes on as that
    of the return it came from. Until somebody decides, the regimes are `regimenes`, those of the sign-up.
    """
    vigente = next((c for c in reversed(todas) if c.anio <= anio), None)
    if vigente is None:
        return ConfiguracionFiscal(anio, regimenes)
    if vigente.anio == anio:
        return vigente
    calendario = replace(vigente.calendario, ingresos_anteriores=None)
    isr = replace(vigente.isr.de_otro_anio(), coeficientes=vigente.coeficientes)
    heredada = replace(vigente, anio=anio, coeficiente_utilidad=None, isr=isr, calendario=calendario)
    return replace(heredada, apertura=None, perdidas=_CERO, ptu=_CERO)


def inicio_de(todas: Sequence[ConfiguracionFiscal], anio: int) -> Periodo | None:
    """When activities began, by the settings in force in the year, of `todas`, oldest first, or by later ones."""
    vigente = en_vigor(todas, anio, ()).isr.inicio_actividades
    posteriores = (c.isr.inicio_actividades for c in todas if c.anio > anio)
    return vigente or next((inicio for inicio in posteriores if inicio is not None), None)


def faltan_perdidas(todas: Sequence[ConfiguracionFiscal], anio: int) -> bool:
    """Whether the year has no losses while the settings before it, of `todas`, oldest first, had some (LISR 57)."""
    hasta = [c for c in todas if c.anio <= anio]
    propia = hasta.pop().perdidas if hasta and hasta[-1].anio == anio else _CERO
    return not propia and bool(hasta) and hasta[-1].perdidas > 0
