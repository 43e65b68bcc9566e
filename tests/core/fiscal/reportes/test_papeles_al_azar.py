"""The working papers of generated books: a recalculation of their formulas gives the figures of the API to the cent.

A book of each kind through LibreOffice and 80 through a reader of formulas; 60 and 2,000 with PROOF=full.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

from horux_core.fiscal.reportes.hojas import Formula, Hoja
from tests.core.fiscal.isr.azar import OPCIONES
from tests.core.fiscal.reportes.azar import LibroAlAzar
from tests.core.fiscal.reportes.despacho import de, fila, hojas, mostrado, recalculan
from tests.core.fiscal.reportes.libreoffice import dicen_lo_mismo
from tests.despacho import Despacho
from tests.system.scale import proof

_LIBROS = proof(80, 2_000)
_TANDAS = 5
_POR_LIBREOFFICE = proof(len(OPCIONES), 60)


def _mes(semilla: int) -> int:
    return semilla // len(OPCIONES) % 5 + 1


def _dicho(hoja: Hoja, etiqueta: str) -> object:
    """What the last column of a line says."""
    (celda,) = [renglon[-1] for renglon in hoja.renglones.filas if renglon[0] == etiqueta]
    return celda.valor if isinstance(celda, Formula) else celda


def _es_la_cifra(despacho: Despacho, mes: int, iva: Sequence[Hoja], isr: Sequence[Hoja]) -> None:
    papel = mostrado(despacho, "papel-iva", mes=mes)
    for etiqueta, nombre in (("IVA acreditable", "ivaAcreditable"), ("IVA trasladado cobrado", "ivaTrasladado")):
        assert _dicho(iva[0], etiqueta) == de(papel, nombre).total
    de_isr = mostrado(despacho, "papel-isr", mes=mes)
    for hoja in isr:
        clave = hoja.nombre.removeprefix("ISR ")
        if hoja.nombre.startswith("ISR ") and clave != "605":
            propia = fila(de_isr, clave)
            assert _dicho(hoja, "ISR a pagar") == de(propia, "isrAPagar").total
            assert _dicho(hoja, "Base") == de(propia, "base").total


@pytest.mark.parametrize("tanda", range(_TANDAS))
def test_the_papers_of_any_books_recalculate(tanda: int) -> None:
    for semilla in range(tanda, _LIBROS, _TANDAS):
        despacho, mes = LibroAlAzar(semilla).despacho(), _mes(semilla)
        iva, isr = (hojas(despacho, nombre, 2026, mes) for nombre in ("papel-iva", "papel-isr"))
        assert recalculan(iva) >= 20, semilla
        assert recalculan(isr) >= mes, semilla
        _es_la_cifra(despacho, mes, iva, isr)


def test_libreoffice_gives_the_figures_of_any_books(tmp_path: Path) -> None:
    libros: dict[str, Sequence[Hoja]] = {}
    for semilla in range(_POR_LIBREOFFICE):
        despacho = LibroAlAzar(semilla).despacho()
        for nombre in ("papel-iva", "papel-isr"):
            libros[f"{nombre}-{semilla}"] = hojas(despacho, nombre, 2026, _mes(semilla) + 2)
    assert dicen_lo_mismo(libros, tmp_path) > 40 * _POR_LIBREOFFICE
