"""What people wait for on full books: lists, searches, one document, the IVA of a year, and working all of it out."""

import time

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.cfdi.stored import Filter
from horux_core.fiscal.iva.recomputing import recompute
from horux_core.identity.model import Actor, Role
from tests.benchmarks.bulk import loaded
from tests.benchmarks.ground import Ground, Measure, N, a_zip_of_documents

_NOTHING = Filter()


def recomputing(ground: Ground) -> list[Measure]:
    """A year's documents marked and worked out again in one go, as after a change of the settings."""
    _filled(ground)
    books = ground.horux.gateways.books()
    began = time.perf_counter()
    with books.open(ground.tenant()) as opened:
        opened.lock()
        opened.iva.mark_all()
        recompute(opened)
    taken = time.perf_counter() - began
    return [Measure(f"recálculo de {N:,} CFDI", f"{taken:.2f} s, {N / taken:,.0f} CFDI/s")]


def queries(ground: Ground) -> list[Measure]:
    _filled(ground)
    cases, tenant = ground.horux.use_cases, ground.tenant()
    actor = Actor(None, "ana@ejemplo.mx", False, None, tenant, Role.OWNER)
    listing, show, xml = cases.list_cfdis(), cases.show_cfdi(), cases.download_xml()
    cursor, page = None, listing(actor, _NOTHING)
    for _ in range(min(100, N // 60)):
        page = listing(actor, _NOTHING, cursor)
        cursor = page.next_cursor or cursor
    some = page.items[0].cfdi
    paid = listing(actor, Filter(tipo=Tipo.PAGO)).items[0].cfdi
    return [
        ground.latency("lista: primera página", lambda: listing(actor, _NOTHING)),
        ground.latency("lista: página cien", lambda: listing(actor, _NOTHING, cursor)),
        ground.latency("lista: por tipo y fechas", lambda: listing(actor, Filter(tipo=Tipo.EGRESO))),
        ground.latency("búsqueda por RFC", lambda: listing(actor, Filter(rfc=some.rfc_receptor))),
        ground.latency("búsqueda por parte de un nombre", lambda: listing(actor, Filter(nombre="papeler"))),
        ground.latency("búsqueda que no encuentra nada", lambda: listing(actor, Filter(nombre="zzzqx"))),
        ground.latency("un CFDI con su saldo", lambda: show(actor, paid.uuid)),
        ground.latency("su XML original", lambda: xml(actor, some.uuid)),
        ground.latency("IVA del año", lambda: cases.show_iva_year()(actor, some.fecha_emision.year)),
    ]


def _filled(ground: Ground) -> None:
    with ground.horux.gateways.books().open(ground.tenant()) as books:
        if books.cfdis.count() >= N:
            return
    loaded(ground, a_zip_of_documents(ground.folder))
