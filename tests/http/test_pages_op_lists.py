"""The operator's lists: filters that are refused, figures that open what they count, prices, and jobs done again."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.routes import CLIENT, OTHER
from horux_adapters.memory.books import MemoryBooks
from horux_adapters.memory.clients import MemoryClients
from horux_core.fiscal.ports import OpenBooks
from horux_core.jobs.model import Job, JobState
from horux_core.kernel.ids import JobId, TenantId
from horux_core.kernel.rfc import Rfc
from horux_core.operations.clients import Client
from horux_core.plans.model import Plan
from tests.http.browsing import Browser, entered
from tests.http.whole import Whole, whole

NO_PRICES = {f"{plan.value}_{each}": "" for plan in Plan for each in ("monthly", "yearly")}


@pytest.fixture
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        yield built


@pytest.fixture
def operator(product: Whole) -> Browser:
    return entered(product, "operator")


def test_sets_all_prices_or_none(product: Whole, operator: Browser) -> None:
    assert "Sin precio" in operator.get("/op/precios").text
    given = {**NO_PRICES, "starter_monthly": "499", "business_monthly": "1,499.00", "business_yearly": "gratis"}
    page = operator.submit("/op/precios", given)
    assert page.status == 422
    assert page.error_of("business_yearly")
    assert page.value_of("business_monthly") == "1,499.00"
    plans = product.http.get("/api/plans", headers=product.credential("operator")).json()["items"]
    assert all(plan["monthly"] is None for plan in plans)
    operator.done("/op/precios", {**given, "business_yearly": ""})
    plans = product.http.get("/api/plans", headers=product.credential("operator")).json()["items"]
    assert {plan["plan"]: plan["monthly"] for plan in plans if plan["monthly"]} == {
        "starter": "499.00", "business": "1499.00"
    }  # fmt: skip
    assert operator.get("/op/precios").value_of("starter_monthly") == "499.00"


def prices_of(product: Whole) -> dict[str, str | None]:
    plans = product.http.get("/api/plans", headers=product.credential("operator")).json()["items"]
    return {f"{plan['plan']}_{each}": plan[each] for plan in plans for each in ("monthly", "yearly")}


def test_a_price_that_was_not_sent_is_not_taken_away(product: Whole, operator: Browser) -> None:
    given = {**NO_PRICES, "starter_monthly": "499", "business_monthly": "1499"}
    operator.done("/op/precios", given)
    before = prices_of(product)
    for sent in ({"starter_monthly": "600"}, {name: given[name] for name in given if name != "business_monthly"}):
        page = operator.submit("/op/precios", sent)
        assert page.status == 422
        assert "Faltó" in page.error_of("business_monthly")
        assert prices_of(product) == before


def test_a_price_is_taken_away_once_it_was_confirmed(product: Whole, operator: Browser) -> None:
    given = {**NO_PRICES, "starter_monthly": "499", "business_monthly": "1499"}
    operator.done("/op/precios", given)
    before, cleared = prices_of(product), {**given, "business_monthly": "", "starter_monthly": "550"}
    asked = operator.submit("/op/precios", cleared)
    assert (asked.status, prices_of(product)) == (422, before)
    assert "Business al mes, 1,499.00" in asked.text
    assert asked.value_of("starter_monthly") == "550"
    assert asked.every("//button[@name='quitar']/@value") == ["business_monthly"]
    other = operator.submit("/op/precios", {**cleared, "quitar": "starter_monthly"})
    assert (other.status, prices_of(product)) == (422, before)
    operator.done("/op/precios", {**cleared, "quitar": "business_monthly"})
    assert prices_of(product) == {**before, "business_monthly": None, "starter_monthly": "550.00"}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/op/clientes?estado=otro", ""), ("/op/clientes?plan=oro", "plan"), ("/op/clientes?orden=nada", ""),
        (f"/op/clientes?q={'x' * 101}", "q"), ("/op/clientes?q=%00", "q"), ("/op/auditoria?que=nada", "que"),
        ("/op/auditoria?rfc=XXX", "rfc"), (f"/op/auditoria?rfc={'X' * 21}", "rfc"),
        ("/op/auditoria?quien=%00", "quien"),
        (f"/op/auditoria?quien={'x' * 101}", "quien"), ("/op/correos?estado=otro", ""),
        ("/op/webhooks?estado=otro", ""), ("/op/trabajos?estado=otro", ""),
    ],
)  # fmt: skip
def test_a_filter_that_is_refused_lists_nothing(product: Whole, operator: Browser, path: str, field: str) -> None:
    a_job(product, JobState.FALLIDO, "alertas")
    page = operator.get(path)
    assert page.status == 422
    assert not page.every("//tbody/tr")
    assert not page.every("//ol[@class='timeline']/li")
    assert page.error_of(field) if field else page.every("//*[@role='alert' or @class='empty']")
    where, _, query = path.partition("?")
    if where in ("/op/clientes", "/op/auditoria"):
        assert operator.get(f"{where}/archivo?formato=csv&{query}").status == 422
        assert not page.every("//*[@id='archivos']/a")


def test_every_figure_opens_the_list_that_it_counts(product: Whole, operator: Browser) -> None:
    for state in (JobState.FALLIDO, JobState.EN_COLA, JobState.EN_COLA):
        a_job(product, state, "recalculo")
    for place in ("/op/clientes", "/op/trabajos"):
        page = operator.get(place)
        doors = page.every("//a[contains(@class, 'fig') or .//*[contains(@class, 'count')]]")
        assert len(doors) > 6, place
        for door in doors:
            told = (door.xpath(".//*[contains(@class, 'count')]") or [door])[0].text_content().strip()
            listed = operator.get(door.get("href"))
            assert listed.status == 200
            if "." in told:
                assert told in listed.texts("//*[@class='statusbar']//b") or told == "0.00", (place, told)
                continue
            rows = len(listed.every("//tbody/tr"))
            assert int(told) == rows, (place, door.get("href"))
            assert not rows or listed.texts("//*[@class='statusbar']//b")[0] == told


def a_job(product: Whole, state: JobState, kind: str) -> Job:
    horux = product.horux
    tenant = horux.gateways.registry().find(Rfc(CLIENT))
    job = Job(JobId(uuid4()), tenant.id, kind, {}, None, datetime.now(UTC), state)
    horux.gateways.jobs().record(job)
    return job


def test_a_failed_job_is_done_again_where_that_can_be(product: Whole, operator: Browser) -> None:
    failed, lost = (a_job(product, JobState.FALLIDO, kind) for kind in ("recalculo", "carga"))
    page = operator.get("/op/trabajos?estado=fallido")
    assert page.every("//main//form/@action") == [f"/op/trabajos/{failed.id}/reintentar"]
    assert "otra vez" in operator.done(f"/op/trabajos/{failed.id}/reintentar", {"rfc": CLIENT}).told
    assert "no se puede repetir" in operator.done(f"/op/trabajos/{lost.id}/reintentar", {"rfc": CLIENT}).told
    assert operator.submit(f"/op/trabajos/{failed.id}/reintentar", {"rfc": OTHER}).status == 404
    assert "Reintentó un trabajo" in operator.get(f"/op/auditoria?rfc={CLIENT}").text
    assert entered(product, "owner").submit(f"/op/trabajos/{failed.id}/reintentar", {"rfc": CLIENT}).status == 403


def test_looking_all_clients_over_opens_no_books_and_asks_once(
    product: Whole, operator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    open_books, every = MemoryBooks.open, MemoryClients.all

    def opened(self: MemoryBooks, tenant: TenantId) -> AbstractContextManager[OpenBooks]:
        asked.append("books")
        return open_books(self, tenant)

    def listed(self: MemoryClients) -> tuple[Client, ...]:
        asked.append("clients")
        return every(self)

    monkeypatch.setattr(MemoryBooks, "open", opened)
    monkeypatch.setattr(MemoryClients, "all", listed)
    for path in ("/op/clientes", "/op/trabajos", "/op/correos", "/op/auditoria", "/op/webhooks", "/op/pagos"):
        assert operator.get(path).status == 200
    assert asked == ["clients"]
    operator.get(f"/op/clientes/{CLIENT}")
    assert "books" in asked
