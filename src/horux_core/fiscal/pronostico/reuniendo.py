"""Gathering from the books of a taxpayer what its forecast is drawn from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from horux_core.fiscal.cfdi.model import PPD, PUE, Tipo
from horux_core.fiscal.iva.conversion import cambio_de
from horux_core.fiscal.iva.model import Lado
from horux_core.fiscal.ports import OpenBooks
from horux_core.fiscal.pronostico.contribuciones import contribuciones
from horux_core.fiscal.pronostico.medias import cerrados
from horux_core.fiscal.pronostico.model import Antecedente, Comprobante, Historia, Libros, Parametros
from horux_core.fiscal.pronostico.plazos import historia_desde, historias
from horux_core.fiscal.reportes.contrapartes import Contraparte, Deuda
from horux_core.fiscal.reportes.model import Rango
from horux_core.kernel.importe import centavos

_NUNCA = (date.min, "")
_Claves = Mapping[Contraparte, str]


@dataclass(frozen=True, slots=True)
class Reunidos:
    """`contrapartes` by key, with the latest name; `sin_cambio` are the documents left out for want of a rate."""

    libros: Libros
    contrapartes: Mapping[str, Contraparte]
    sin_cambio: tuple[str, ...]


def reunidos(books: OpenBooks, hoy: date, hasta: date, parametros: Parametros) -> Reunidos:
    meses = cerrados(hoy, parametros)
    rango = Rango(meses[0], meses[-1])
    abiertas = books.tablero.deudas(None)
    gastos = books.pronostico.gastos(rango.primer_dia, rango.ultimo_dia)
    hechas = historias(books.pronostico.liquidado(historia_desde(hoy, parametros), hoy))
    claves = {quien: quien.clave for quien in _por_su_ultima((*abiertas, *gastos))}
    documentos = [*_por_liquidar(abiertas, claves), *_de_contado(gastos, claves)]
    return Reunidos(
        Libros(
            _de_lado(hechas, Lado.EMITIDO),
            _de_lado(hechas, Lado.RECIBIDO),
            tuple(d for lado, d in documentos if lado is Lado.EMITIDO),
            tuple(d for lado, d in documentos if lado is Lado.RECIBIDO),
            _nominas(books, rango),
            contribuciones(books, hoy, hasta, meses),
        ),
        {clave: quien for quien, clave in claves.items()},
        (*books.tablero.sin_cambio(None), *(c.uuid for c in gastos if cambio_de(c) is None)),
    )


def _por_liquidar(deudas: Iterable[Deuda], claves: _Claves) -> Iterator[tuple[Lado, Antecedente]]:
    for d in deudas:
        yield d.contraparte.lado, Antecedente(d.uuid, Tipo.INGRESO, PPD, claves[d.contraparte], d.fecha, d.saldo)


def _de_contado(gastos: Iterable[Comprobante], claves: _Claves) -> Iterator[tuple[Lado, Antecedente]]:
    for c in gastos:
        cambio = cambio_de(c)
        if cambio is not None:
            total = centavos(cambio(c.total))
            yield c.contraparte.lado, Antecedente(c.uuid, Tipo.INGRESO, PUE, claves[c.contraparte], c.fecha, total)


def _nominas(books: OpenBooks, rango: Rango) -> tuple[Antecedente, ...]:
    """The net pay of each, on its FechaPago."""
    return tuple(
        Antecedente(f.uuid, f.tipo, None, "", f.nomina.fecha_pago, centavos(f.total))
        for f in books.reportes.nominas_pagadas(rango.primer_dia, rango.ultimo_dia)
        if f.emitido and f.nomina is not None
    )


def _de_lado(historias: Iterable[Historia], lado: Lado) -> tuple[Historia, ...]:
    return tuple(h for h in historias if h.lado is lado)


def _por_su_ultima(comprobantes: Iterable[Deuda | Comprobante]) -> list[Contraparte]:
    """Counterparts as their documents name them, the one named by the latest document last."""
    ultimas: dict[Contraparte, tuple[date, str]] = {}
    for c in comprobantes:
        ultimas[c.contraparte] = max(ultimas.get(c.contraparte, _NUNCA), (c.fecha, c.uuid))
    return sorted(ultimas, key=lambda quien: ultimas[quien])
