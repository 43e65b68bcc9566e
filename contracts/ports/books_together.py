"""What every Books promises of transactions at the same time; a subclass brings the `books` and `tenant` fixtures."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from contracts.libros import a_cfdi, an_entry, uuid
from contracts.ports.alertas import an_alert
from contracts.ports.books import entered, pending
from contracts.ports.calendario import PRESENTADA
from horux_core.fiscal.cfdi.model import Estado
from horux_core.fiscal.cfdi.stored import Correction, Entered
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.fiscal.reportes.apuntes import Concepto
from horux_core.fiscal.tablero.model import Importe
from horux_core.kernel.ids import TenantId

UN_IMPORTE = Importe(uuid(1), Concepto.INGRESO, PRESENTADA.clave.periodo, None)


class BooksTogetherContract:
    @pytest.mark.timeout(60)
    def test_two_at_once_enter_the_same_documents_once(self, books: Books, tenant: TenantId) -> None:
        batch = [an_entry(a_cfdi(n)) for n in range(200)]
        start = Barrier(4)

        def enter(turn: int) -> Entered:
            start.wait()
            with books.open(tenant) as opened:
                return opened.cfdis.enter(batch[turn:] + batch[:turn])

        with ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(enter, (0, 50, 100, 150)))
        assert sorted(len(outcome.inserted) for outcome in outcomes) == [0, 0, 0, 200]
        assert sum(len(outcome.duplicates) for outcome in outcomes) == 600

    def test_what_is_read_steadily_is_of_one_moment(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as reading:
            reading.steady()
            before = reading.cfdis.count()
            entered(books, tenant, an_entry(a_cfdi(1)))
            assert reading.cfdis.count() == before
        with books.open(tenant) as opened:
            assert opened.cfdis.count() == before + 1

    @pytest.mark.parametrize(
        "change",
        [
            lambda opened: opened.cfdis.enter([an_entry(a_cfdi(2))]),
            lambda opened: opened.cfdis.correct(uuid(1), Correction(Estado.CANCELADO)),
            lambda opened: opened.iva.replace([uuid(1)], [], []),
            lambda opened: opened.calendario.marcar(PRESENTADA),
            lambda opened: opened.alertas.guardar([an_alert(1)]),
            lambda opened: opened.tablero.replace([], [UN_IMPORTE], []),
        ],
    )
    def test_nothing_can_be_changed_of_what_is_read_steadily(
        self, books: Books, tenant: TenantId, change: Callable[[OpenBooks], object]
    ) -> None:
        entered(books, tenant, an_entry(a_cfdi(1)))
        with books.open(tenant) as opened:
            opened.steady()
            with pytest.raises(Exception):  # noqa: B017, PT011 each adapter has its own
                change(opened)
        assert pending(books, tenant) == {uuid(1)}

    @pytest.mark.timeout(60)
    @pytest.mark.parametrize(
        "lock",
        [
            lambda opened: opened.lock(),
            lambda opened: opened.alertas.lock(),
            lambda opened: opened.calendario.lock(),
            lambda opened: opened.conciliacion.lock(),
        ],
        ids=["books", "alertas", "calendario", "conciliacion"],
    )
    def test_whoever_holds_a_lock_is_alone(
        self, books: Books, tenant: TenantId, lock: Callable[[OpenBooks], None]
    ) -> None:
        tried, seen = Event(), []

        def second() -> None:
            tried.set()
            with books.open(tenant) as opened:
                lock(opened)
                seen.append(opened.cfdis.count())

        with ThreadPoolExecutor(1) as pool:
            with books.open(tenant) as opened:
                lock(opened)
                later = pool.submit(second)
                tried.wait()
                opened.cfdis.enter([an_entry(a_cfdi())])
                with pytest.raises(TimeoutError):
                    later.result(0.2)
            later.result(10)
        assert seen == [1]
