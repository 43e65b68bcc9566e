"""The formulas of one régimen's months of ISR: what its rules do, over the sheet of movements (FISCAL.md 4)."""

from collections.abc import Callable
from decimal import Decimal

from horux_core.fiscal.isr import arrendamiento
from horux_core.fiscal.isr.flujo import deduce
from horux_core.fiscal.isr.model import (
    ACTIVIDAD_EMPRESARIAL,
    ARRENDAMIENTO,
    GENERAL_PM,
    RESICO,
    SUELDOS,
    Clase,
    MesIsr,
)
from horux_core.fiscal.isr.tarifas import PORCIENTO_PM
from horux_core.fiscal.reportes.cuadro import Columnas, Cuadro, en_pesos, por_factor
from horux_core.fiscal.reportes.hojas import Formato, Renglones
from horux_core.fiscal.reportes.papel_isr import PapelIsr
from horux_core.fiscal.reportes.tarifas_isr import Lugares
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo

_RESICO = "IF({0}<=25000,1,IF({0}<=50000,1.1,IF({0}<=83333.33,1.5,IF({0}<=208333.33,2,2.5))))"
"""LISR 113-E; a test compares it with the rates of the rules."""


class HojaDeRegimen:
    """The lines of one régimen, a column per month."""

    def __init__(self, papel: PapelIsr, regimen: str, columnas: Columnas, lugares: Lugares, primera: int) -> None:
        self._regimen, self._opciones = regimen, papel.opciones
        self._meses = papel.de(regimen)
        self._de, self._lugares = columnas, lugares
        self._cuadro = Cuadro(primera)
        self._retenido: dict[Periodo, Decimal] = {}
        for m in papel.movimientos:
            if m.regimen == regimen and m.clase is Clase.RETENCION:
                self._retenido[m.periodo] = self._retenido.get(m.periodo, CERO) + m.importe

    def renglones(self) -> Renglones:
        self._ingresos()
        self._deducciones()
        self._base()
        self._causado()
        self._pago()
        return self._cuadro.renglones()

    @property
    def _acumulada(self) -> bool:
        """Whether its payments are of the year to date."""
        moral = self._regimen == RESICO and self._opciones.moral
        return self._regimen in (GENERAL_PM, ACTIVIDAD_EMPRESARIAL) or moral

    @property
    def _fisica_de_resico(self) -> bool:
        return self._regimen == RESICO and not self._opciones.moral

    def _suma(self, i: int, clase: str) -> str:
        return self._de.suma("importe", mes=i + 1, regimen=f"R{self._regimen}", clase=clase)

    def _pone(
        self,
        clave: str,
        etiqueta: str,
        valor: Callable[[MesIsr], Decimal],
        formula: Callable[[int], str] | None = None,
        formato: Formato = Formato.IMPORTE,
    ) -> None:
        formulas = None if formula is None else [formula(i) for i in range(len(self._meses))]
        self._cuadro.pone(clave, etiqueta, [valor(m) for m in self._meses], formulas, formato)

    def _ingresos(self) -> None:
        con_exento = self._regimen == SUELDOS

        def del_mes(i: int) -> str:
            return self._suma(i, "ingreso") + (f"+{self._suma(i, 'exento')}" if con_exento else "")

        self._pone("ingresos", "Ingresos del mes", lambda m: m.ingresos_mes, del_mes)
        acum = self._acumulado("ingresos")
        self._pone("ingresos_acum", "Ingresos acumulados", lambda m: m.ingresos_acum, acum)
        if con_exento:
            self._pone("base", "Ingresos gravados del mes", lambda m: m.base, lambda i: self._suma(i, "ingreso"))

    def _acumulado(self, clave: str) -> Callable[[int], str]:
        return lambda i: f"ROUND(SUM({self._cuadro.hasta(clave, 0, i)}),2)"

    def _deducciones(self) -> None:
        if not deduce(self._regimen, self._opciones):
            return
        if self._regimen == ARRENDAMIENTO and self._opciones.arrendamiento_opcional:
            predial = [arrendamiento.predial_de(m.periodo, self._opciones) for m in self._meses]
            self._cuadro.pone("predial", "Predial", predial)
            fraccion = str(arrendamiento.FRACCION_OPCIONAL)
            del_mes = self._mas("predial", lambda i: por_factor(fraccion, self._cuadro.ref("ingresos", i)))
        else:
            otras = [
                sum(
                    (x for r, n, x in self._opciones.otras_deducciones if (r, n) == (self._regimen, m.periodo.mes)),
                    CERO,
                )
                for m in self._meses
            ]
            self._cuadro.pone("otras", "Deducciones capturadas", otras)
            del_mes = self._mas("otras", lambda i: self._suma(i, "deduccion"))
        self._pone("deducciones", "Deducciones del mes", lambda m: m.deducciones_mes, del_mes)
        acum = self._acumulado("deducciones")
        self._pone("deducciones_acum", "Deducciones acumuladas", lambda m: m.deducciones_acum, acum)

    def _mas(self, clave: str, formula: Callable[[int], str]) -> Callable[[int], str]:
        return lambda i: f"{formula(i)}+{self._cuadro.ref(clave, i)}"

    def _base(self) -> None:
        r = self._cuadro.ref
        if self._regimen == SUELDOS:
            return
        if self._fisica_de_resico:
            self._pone("base", "Base", lambda m: m.base, lambda i: f"MAX({r('ingresos', i)},0)")
            return
        if self._regimen == GENERAL_PM:
            self._pone("coeficiente", "Coeficiente de utilidad", _coeficiente, None, Formato.FACTOR)
        self._pone("ptu", "PTU disminuida", lambda m: m.ptu)
        self._pone("perdidas", "Pérdidas de ejercicios anteriores", lambda m: m.perdidas)
        self._pone(
            "base",
            "Base",
            lambda m: m.base,
            lambda i: f"ROUND(MAX({self._utilidad(i)},0)-{r('ptu', i)}-{r('perdidas', i)},2)",
        )

    def _utilidad(self, i: int) -> str:
        """The profit before PTU and losses, as a formula."""
        r = self._cuadro.ref
        if self._regimen == GENERAL_PM:
            return por_factor(r("coeficiente", i), r("ingresos_acum", i))
        if self._acumulada:
            return f"{r('ingresos_acum', i)}-{r('deducciones_acum', i)}"
        desde = self._desde(i)
        if desde is None:
            return "0"
        ingresos, deducciones = (self._cuadro.hasta(c, desde, i) for c in ("ingresos", "deducciones"))
        return f"SUM({ingresos})-SUM({deducciones})"

    def _desde(self, i: int) -> int | None:
        """The first month that the payment of a month covers, from 0; None when there is no payment in it."""
        if self._acumulada:
            return 0
        if self._regimen != ARRENDAMIENTO:
            return i
        cubre = arrendamiento.meses_del_pago(self._meses[i].periodo, self._opciones)
        return cubre[0].mes - 1 if cubre else None

    def _causado(self) -> None:
        r = self._cuadro.ref
        if self._regimen == SUELDOS:
            return
        formula = self._por_tarifa if (self._regimen, 1) in self._lugares else self._por_tasa
        if self._fisica_de_resico:
            self._pone("tasa", "Tasa %", _tasa, lambda i: _RESICO.format(r("base", i)), Formato.PORCIENTO)
        self._pone("causado", "ISR causado", lambda m: m.isr_causado, formula)

    def _por_tasa(self, i: int) -> str:
        tasa = self._cuadro.ref("tasa", i) if self._fisica_de_resico else str(PORCIENTO_PM)
        return por_factor(f"({tasa}/100)", self._cuadro.ref("base", i))

    def _por_tarifa(self, i: int) -> str:
        base, tarifa = self._cuadro.ref("base", i), self._lugares[self._regimen, i + 1]
        limite, cuota, pct = (f"VLOOKUP({base},{tarifa},{n},TRUE)" for n in (1, 2, 3))
        return f"IF({base}<=0,0,ROUND({cuota}+{por_factor(f'({pct}/100)', f'{base}-{limite}')},2))"

    def _pago(self) -> None:
        r, cuadro = self._cuadro.ref, self._cuadro
        self._pone("del_mes", "Retenciones del mes", self._retenido_en, lambda i: self._suma(i, "retencion"))
        self._pone("retenciones", "Retenciones que se acreditan", lambda m: m.retenciones, self._retenciones)
        if self._regimen == SUELDOS:
            return

        def previos(i: int) -> str:
            """Those of the month before and what was paid in it, a line below."""
            return f"ROUND({cuadro.debajo(0, i - 1)}+{cuadro.debajo(1, i - 1)},2)" if i and self._acumulada else "0"

        def a_pagar(i: int) -> str:
            return f"ROUND(MAX({r('causado', i)}-{r('previos', i)}-{r('retenciones', i)},0),2)"

        self._pone("previos", "Pagos provisionales anteriores", lambda m: m.pagos_previos, previos)
        self._pone("a_pagar", "ISR a pagar", lambda m: m.isr_a_pagar, a_pagar)
        self._pone(
            "pesos",
            "A pagar en pesos (CFF 20)",
            lambda m: m.a_pagar_pesos,
            lambda i: en_pesos(r("a_pagar", i)),
            Formato.PESOS,
        )

    def _retenido_en(self, mes: MesIsr) -> Decimal:
        return self._retenido.get(mes.periodo, CERO)

    def _retenciones(self, i: int) -> str:
        desde = self._desde(i)
        return f"ROUND(SUM({self._cuadro.hasta('del_mes', i if desde is None else desde, i)}),2)"


def _coeficiente(mes: MesIsr) -> Decimal:
    return mes.coeficiente or CERO


def _tasa(mes: MesIsr) -> Decimal:
    return mes.tasa_pct or CERO
