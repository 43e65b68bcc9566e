"""Working the ISR out again: the movements of what changed, and the months of each régimen in the years they touch."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from horux_core.fiscal.configuracion.model import ConfiguracionFiscal, en_vigor, inicio_de
from horux_core.fiscal.isr.errors import EjercicioSinTarifa
from horux_core.fiscal.isr.model import CALCULADOS, Cuentas, DocumentoIsr, MesIsr, Movimiento, OpcionesIsr
from horux_core.fiscal.isr.movimientos import movimientos
from horux_core.fiscal.isr.year import year
from horux_core.fiscal.iva.model import OpcionesIva
from horux_core.fiscal.iva.recomputing import anios_de
from horux_core.fiscal.iva.recomputing import opciones_por_anio as opciones_iva_por_anio
from horux_core.fiscal.ports import OpenBooks

ISR = "isr"


@dataclass(frozen=True, slots=True)
class Trabajado:
    """The months of a year by régimen, and those of the régimenes that are not worked out, with the reason."""

    meses: tuple[MesIsr, ...]
    sin_tarifa: Mapping[str, EjercicioSinTarifa]


def asentar(books: OpenBooks, uuids: Iterable[str], documentos: Mapping[str, DocumentoIsr]) -> None:
    """Put the movements of `documentos` in place of all those of `uuids`, and work out the years that they touch.

    `documentos` holds with each document everything that ties to it. Run twice it does no harm.
    """
    tocados = books.isr.replace(uuids, _movidos(books, documentos))
    for anio in sorted({periodo.anio for periodo in tocados}):
        _guardar(books, anio)


def encadenar(books: OpenBooks) -> None:
    """Put down anew the months of every year: a setting changed what they come to."""
    for anio in books.isr.anios():
        _guardar(books, anio)


def trabajar(anio: int, cuentas: Cuentas, opciones: OpcionesIsr) -> Trabajado:
    """The twelve months of each régimen; of one that lacks the year's tariff, why there are none."""
    meses: list[MesIsr] = []
    sin_tarifa: dict[str, EjercicioSinTarifa] = {}
    for regimen in opciones.regimenes:
        if regimen not in CALCULADOS:
            continue
        try:
            meses += _de_regimen(anio, regimen, cuentas, opciones)
        except EjercicioSinTarifa as error:
            sin_tarifa[regimen] = error
    return Trabajado(tuple(meses), sin_tarifa)


def opciones_por_anio(books: OpenBooks) -> Callable[[int], OpcionesIsr]:
    """The options of the rules in a year, by the settings in force in it."""
    quien, todas = books.contribuyente, books.ajustes.todas()

    @cache
    def de(anio: int) -> OpcionesIsr:
        opciones = opciones_de(en_vigor(todas, anio, quien.regimenes), moral=quien.rfc.moral)
        return replace(opciones, inicio=inicio_de(todas, anio))

    return de


def opciones_de(c: ConfiguracionFiscal, *, moral: bool) -> OpcionesIsr:
    """The settings of a year as the rules read them."""
    return OpcionesIsr(
        moral=moral,
        regimenes=tuple(dict.fromkeys(c.regimenes)),
        regimen_ingresos=c.isr.regimen_ingresos,
        regimen_gastos=c.isr.regimen_gastos,
        descuento_en_factura=c.isr.descuento_en_factura,
        prestaciones_disminuyeron=c.isr.prestaciones_disminuyeron,
        claves_retenciones=c.isr.claves_retenciones,
        coeficientes=c.coeficientes,
        coeficiente_nuevo_desde=c.isr.coeficiente_nuevo_desde,
        inicio=c.isr.inicio_actividades,
        perdidas=c.perdidas,
        ptu=c.ptu,
        ptu_mes=c.isr.ptu_mes,
        arrendamiento_opcional=c.isr.arrendamiento_opcional,
        arrendamiento_trimestral=c.isr.arrendamiento_trimestral,
        predial=c.isr.predial,
        otras_deducciones=c.isr.otras_deducciones,
    )


def de_movimientos(opciones: OpcionesIsr) -> OpcionesIsr:
    """The part of the options that says what a document moves; the rest says what the months come to."""
    return OpcionesIsr(
        moral=opciones.moral,
        regimenes=opciones.regimenes,
        regimen_ingresos=opciones.regimen_ingresos,
        regimen_gastos=opciones.regimen_gastos,
        descuento_en_factura=opciones.descuento_en_factura,
        prestaciones_disminuyeron=opciones.prestaciones_disminuyeron,
        claves_retenciones=opciones.claves_retenciones,
    )


def _guardar(books: OpenBooks, anio: int) -> None:
    cuentas = books.isr.cuentas(anio)
    meses = trabajar(anio, cuentas, opciones_por_anio(books)(anio)).meses if cuentas else ()
    books.isr.guardar_meses(anio, meses)


def _de_regimen(anio: int, regimen: str, cuentas: Cuentas, opciones: OpcionesIsr) -> tuple[MesIsr, ...]:
    propias = {clave: cuenta for clave, cuenta in cuentas.items() if clave[0] == regimen}
    return year(anio, propias, replace(opciones, regimenes=(regimen,)))[regimen]


def _movidos(books: OpenBooks, documentos: Mapping[str, DocumentoIsr]) -> list[Movimiento]:
    """Under the options of each one's year.

    When the years a set touches have different options the set is worked out once under each of them, and a movement
    is kept if it falls in a year with those options.
    """
    de_anio = _reglas_por_anio(books)
    anios = _anios(documentos.values())
    if not anios:
        return []
    distintas = {de_anio(anio) for anio in range(min(anios), max(anios) + 1)}
    if len(distintas) == 1:
        return movimientos(documentos, None, *distintas.pop())
    return [
        movimiento
        for reglas in distintas
        for movimiento in movimientos(documentos, None, *reglas)
        if de_anio(movimiento.periodo.anio) == reglas
    ]


def _reglas_por_anio(books: OpenBooks) -> Callable[[int], tuple[OpcionesIsr, OpcionesIva]]:
    de_isr, de_iva = opciones_por_anio(books), opciones_iva_por_anio(books.ajustes)

    @cache
    def de(anio: int) -> tuple[OpcionesIsr, OpcionesIva]:
        return de_movimientos(de_isr(anio)), de_iva(anio)

    return de


def _anios(documentos: Iterable[DocumentoIsr]) -> set[int]:
    anios: set[int] = set()
    flujos = []
    for documento in documentos:
        flujos.append(documento.flujo)
        if documento.nomina is not None:
            anios.add(documento.nomina.fecha_pago.year)
        if documento.retenciones is not None:
            anios.add(documento.retenciones.ejercicio)
    return anios | anios_de(flujos)
