"""The working paper of a month's ISR: each régimen apart, with the movements of the year it is worked out from."""

from collections.abc import Sequence
from dataclasses import dataclass

from horux_core.fiscal.isr.detalle import detalle
from horux_core.fiscal.isr.model import Clase, MesIsr, Movimiento, OpcionesIsr
from horux_core.fiscal.iva.model import Figura, Renglon
from horux_core.fiscal.reportes.model import Calculo, Fila, Rango, ajustada, en_enteros, figura, negados
from horux_core.kernel.periodo import Periodo

_ARTICULO = "LISR 14, 96, 106, 113-E, 116, 211"


@dataclass(frozen=True, slots=True)
class PapelIsr:
    """`meses` are those of the year up to `periodo`, of every régimen that is worked out; so are `movimientos`."""

    periodo: Periodo
    meses: tuple[MesIsr, ...]
    movimientos: tuple[Movimiento, ...]
    opciones: OpcionesIsr

    @property
    def regimenes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(m.regimen for m in self.meses))

    def de(self, regimen: str) -> tuple[MesIsr, ...]:
        """Its months, oldest first."""
        return tuple(sorted((m for m in self.meses if m.regimen == regimen), key=lambda m: m.periodo))


def calculo_isr(papel: PapelIsr) -> Calculo:
    """A line for each régimen with every figure of the month; the totals are those of all of them."""
    filas = tuple(_fila(papel, regimen) for regimen in papel.regimenes)
    retenido = [m for m in papel.movimientos if m.clase is Clase.RETENIDO_A_TERCEROS and m.periodo == papel.periodo]
    totales = (
        figura("isrAPagar", _juntas(filas, "isrAPagar")),
        en_enteros("aPagarPesos", (f for fila in filas for f in fila.figuras if f.figura == "aPagarPesos")),
        figura("retenidoATerceros", (Renglon(m.uuid, m.fecha, m.importe, m.regla, m.articulo) for m in retenido)),
    )
    return Calculo(totales, filas=filas)


def _fila(papel: PapelIsr, regimen: str) -> Fila:
    *previos, mes = papel.de(regimen)
    propias = detalle(mes, previos, papel.movimientos, papel.opciones)
    dia = Rango(mes.periodo, mes.periodo).ultimo_dia
    de = {f.figura: f.documentos for f in propias}
    causado = figura("isrCausado", (Renglon("", dia, mes.isr_causado, "isr_causado", _ARTICULO),))
    menos = negados((*de["pagosPrevios"], *de["retenciones"]))
    a_pagar = figura("isrAPagar", (*causado.documentos, *menos))
    a_pagar = ajustada(a_pagar, mes.isr_a_pagar, dia, "sin_saldo_a_favor", _ARTICULO)
    pesos = ajustada(
        Figura("aPagarPesos", a_pagar.total, a_pagar.documentos), mes.a_pagar_pesos, dia, "redondeo", "CFF 20"
    )
    razones = (("coeficiente", mes.coeficiente), ("tasaPct", mes.tasa_pct))
    return Fila(regimen, (("regimen", regimen),), (*propias, causado, a_pagar, pesos), razones)


def _juntas(filas: Sequence[Fila], nombre: str) -> list[Renglon]:
    return [r for fila in filas for f in fila.figuras if f.figura == nombre for r in f.documentos]
