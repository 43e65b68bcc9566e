"""What people wait for on full books: every page, and working all of it out again."""

import time
from collections.abc import Callable
from dataclasses import replace

from horux_core.fiscal.cfdi.stored import Filter
from horux_core.fiscal.iva.model import ModoNotas
from horux_core.fiscal.ports import OpenBooks
from horux_core.fiscal.recomputing import encadenar, recompute
from tests.benchmarks import floor
from tests.benchmarks.bulk import filled, reviewed
from tests.benchmarks.ground import Ground, Measure, N, a_zip_of_documents
from tests.benchmarks.pages import measures, pages, timed


def recomputing(ground: Ground) -> list[Measure]:
    """A year's documents worked out again in one go, IVA and ISR: as they are, and after a rule of it was changed."""
    filled(ground)
    least = floor.measured(ground, a_zip_of_documents(ground.folder))
    changes = (("", _nothing), (" tras cambiar una regla", _change_a_rule))
    return [_measured(f"recálculo de {N:,} CFDI{name}", _recomputed(ground, change), least) for name, change in changes]


def _measured(name: str, taken: float, least: float) -> Measure:
    return Measure(name, f"{taken:.2f} s, {N / taken:,.0f} CFDI/s", f"{taken / least:.2f} pisos")


def queries(ground: Ground) -> list[Measure]:
    filled(ground)
    taken = reviewed(ground)
    review = Measure(f"revisión de alertas de {N:,} CFDI", f"{taken:.2f} s")
    return [review, *measures(ground, timed(pages(ground, ground.tenant())))]


def _recomputed(ground: Ground, change: Callable[[OpenBooks], None]) -> float:
    began = time.perf_counter()
    with ground.horux.gateways.books().open(ground.tenant()) as books:
        books.lock()
        change(books)
        books.iva.mark_all()
        recompute(books)
        encadenar(books)
    return time.perf_counter() - began


def _nothing(_: OpenBooks) -> None:
    """The books as they are."""


def _change_a_rule(books: OpenBooks) -> None:
    """Credit notes and cash are read otherwise."""
    anio = books.cfdis.search(Filter(), None, 1).items[0].cfdi.fecha_emision.year
    antes = books.ajustes.vigente(anio)
    otras = replace(antes.iva, notas=ModoNotas.EMISION, efectivo_tope=antes.iva.efectivo_tope / 2)
    books.ajustes.guardar(replace(antes, anio=anio, iva=otras))
