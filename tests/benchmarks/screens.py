"""Every page that a browser shows, whole, of full books: how long the product takes for it, and how much it weighs."""

import re
import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from dependency_injector import providers
from litestar.testing import TestClient

from contracts.pages import PAGES, PageRow
from contracts.routes import CLIENT, JOB, OTHER
from contracts.routes import UUID as DOCUMENT
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_core.fiscal.cfdi.loading import CARGA
from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.cfdi.stored import Filter
from horux_core.fiscal.reportes.nombres import DE_UN_MES, NombreReporte
from horux_core.identity.model import Actor, Role
from horux_core.jobs.model import Job
from horux_core.kernel.ids import JobId, TenantId
from horux_core.kernel.periodo import Periodo
from horux_http.asgi import assembled
from tests.benchmarks.bulk import filled, reviewed
from tests.benchmarks.clients import some_rfc
from tests.benchmarks.ground import RFC, Ground, Measure, ms
from tests.benchmarks.office import OPERATOR, OWNER, PASSWORD, TEMPORARY, furnished
from tests.http.browsing import Browser
from tests.http.whole import Whole

MOST_MS, MOST_KB = 150, 150
FLOOR = "/entrar"
_TIMES, _SECONDS = 15, 6.0
_WHO = {"anonymous": "", "temporal": TEMPORARY, "operator": OPERATOR}
_MONTH = re.compile(r"/2026/\d+|anio=2026&mes=\d+|mes=2026-\d\d|/2026\b|anio=2026")
_DOWNLOADS = ("/excel", "/exportar", "/archivo", "/usos", "/recibos", "/static/", "}/xml", "/resultado", "/paquetes/")
"""Files, and not pages: some carry everything there is."""


@dataclass(frozen=True)
class Seen:
    """A page asked again and again: seconds in order, octets of its HTML, and what it is filled with afterwards."""

    address: str
    taken: tuple[float, ...]
    octets: int
    filled: str = ""
    of: str = "página"

    @property
    def median(self) -> float:
        return statistics.median(self.taken)

    @property
    def p90(self) -> float:
        return self.taken[int(len(self.taken) * 0.9)]

    @property
    def over(self) -> bool:
        """What comes into a page that is there already may take its time."""
        late = self.of == "página" and self.median * 1000 > MOST_MS
        return late or self.octets > MOST_KB * 1024


def run(ground: Ground) -> list[Measure]:
    """Each page against the log-in page, which asks the database nothing; those over a limit again at the end."""
    with office(ground) as shown:
        seen = [each for address, who in ((FLOOR, ""), *shown.addresses()) for each in shown.whole(address, who)]
    floor, over = seen[0].median, [each for each in seen if each.over]
    return [
        *(_measure(each, floor) for each in seen),
        Measure(f"páginas de más de {MOST_MS} ms o {MOST_KB} KB", f"{len(over)} de {len(seen)}"),
        *(_measure(each, floor) for each in over),
    ]


def _measure(seen: Seen, floor: float) -> Measure:
    value = f"p50 {ms(seen.median)}, p90 {ms(seen.p90)}, {seen.octets / 1024:.0f} KB"
    return Measure(f"{seen.of} {seen.address}", value, f"{seen.median / floor:.1f} pisos")


@dataclass
class Office:
    """`given` are what the addresses of the table are filled with."""

    product: Whole
    mes: Periodo
    given: Mapping[str, str]
    browsers: dict[str, Browser]

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Of every page, as of the last full month, and who asks for it."""
        found: dict[tuple[str, str], None] = {}
        for row in PAGES:
            if row.reads and row.done == 200 and not any(each in row.route for each in _DOWNLOADS):
                found |= dict.fromkeys((self._address(each), _who(row)) for each in row.drawn or (row.address,))
        found |= dict.fromkeys((f"/reportes/{n}?{self._asked(n)}", OWNER) for n in NombreReporte)
        return iter(found)

    def _asked(self, name: NombreReporte) -> str:
        return f"anio={self.mes.anio}" + (f"&mes={self.mes.mes}" if name in DE_UN_MES else "")

    def _address(self, address: str) -> str:
        for old, new in self.given.items():
            address = address.replace(old, new)
        return _MONTH.sub(self._moved, address)

    def _moved(self, found: re.Match[str]) -> str:
        """The same of the books' own month."""
        old, (anio, mes) = found[0], (self.mes.anio, self.mes.mes)
        if old.startswith("mes="):
            return f"mes={self.mes}"
        if old.startswith("anio="):
            return f"anio={anio}&mes={mes}" if "&" in old else f"anio={anio}"
        return f"/{anio}/{mes}" if old.count("/") == 2 else f"/{anio}"

    def whole(self, address: str, who: str) -> Iterator[Seen]:
        """The page, and by itself what its script asks for as soon as it is there."""
        shown = self.seen(address, who)
        yield shown
        if shown.filled:
            yield replace(self.seen(shown.filled, who), address=address, of="su contenido,")

    def seen(self, address: str, who: str) -> Seen:
        """Asked once to warm up; then so many times, or as many as fit in some seconds."""
        browser = self.browsers.setdefault(who, Browser(self.product))
        if who and not browser.cookies:
            assert browser.enter(who, PASSWORD).status == 303
        page = browser.get(address)
        assert page.status == 200, f"{address} ({who}): {page.status} {page.location} {page.text[:300]}"
        taken, ends = list[float](), time.perf_counter() + _SECONDS
        while len(taken) < _TIMES and (len(taken) < 3 or time.perf_counter() < ends):
            began = time.perf_counter()
            browser.get(address)
            taken.append(time.perf_counter() - began)
        filled = page.every("//*[@hx-trigger='load']/@hx-get")
        return Seen(address, tuple(sorted(taken)), len(page.answer.content), "".join(filled))


def _who(row: PageRow) -> str:
    by = row.by or ("operator" if not row.passes & {"owner", "anonymous"} else "owner")
    return _WHO.get(by, OWNER)


@contextmanager
def office(ground: Ground) -> Iterator[Office]:
    """The product as it is served, on the twentieth of the last month that has documents."""
    filled(ground)
    tenant = ground.tenant()
    actor = Actor(None, OWNER, False, None, tenant, Role.OWNER)
    listing = ground.horux.use_cases.list_cfdis()
    newest, paid = (listing(actor, Filter(tipo=tipo), None, 1).items[0].cfdi for tipo in (Tipo.INGRESO, Tipo.PAGO))
    mes = Periodo.of(newest.fecha_emision.date())
    now = datetime(mes.anio, mes.mes, 20, 18, tzinfo=UTC)
    settings = load(ground.env)
    with ExitStack() as resources:
        horux = resources.enter_context(opened(settings))
        horux.gateways.clock.override(providers.Object(lambda: now))
        app = assembled(horux, settings, resources.pop_all())
        with TestClient(app) as http:
            product = Whole(app, http, settings.spool, horux)
            furnished(ground, product, tenant, mes, now)
            reviewed(ground, horux, now)
            given = {DOCUMENT: str(paid.uuid), JOB: str(_job(ground, tenant, now)), CLIENT: RFC, OTHER: some_rfc(100)}
            yield Office(product, mes, given, {})


def _job(ground: Ground, tenant: TenantId, now: datetime) -> UUID:
    """A load that ended with as much to tell as is kept."""
    jobs, job = ground.horux.gateways.jobs(), Job(JobId(uuid4()), tenant, CARGA, {}, None, now - timedelta(days=1))
    jobs.put(job)
    return job.id
