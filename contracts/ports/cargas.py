"""What every Cargas promises, in the transactions of Books; a subclass brings the `books` and `tenant` fixtures."""

from uuid import UUID

import pytest

from horux_core.fiscal.cfdi.outcome import Ignored, Outcome, Rejected
from horux_core.fiscal.cfdi.ports import Avance
from horux_core.fiscal.ports import Books
from horux_core.kernel.ids import JobId, TenantId


class CargasContract:
    def test_adds_up_how_far_an_upload_has_got(self, books: Books, tenant: TenantId) -> None:
        job, other = JobId(UUID(int=1)), JobId(UUID(int=2))
        first = Outcome(2, 1, (Rejected("a.xml", "sin-timbre", "No «tiene» timbre."),), ())
        second = Outcome(5, 0, (), (Ignored("b.pdf", "No es un XML."),))
        with books.open(tenant) as opened:
            assert opened.cargas.avance(job) == Avance()
            opened.cargas.anotar(job, 0, first)
            opened.cargas.anotar(other, 3, second)
            opened.cargas.anotar(job, 2, second)
        with books.open(tenant) as opened:
            assert opened.cargas.avance(job) == Avance(3, first + second)
            assert set(opened.cargas.anotadas()) == {job, other}
            opened.cargas.olvidar(job)
            opened.cargas.olvidar(job)
            assert opened.cargas.avance(job) == Avance()
            assert opened.cargas.avance(other) == Avance(4, second)
            assert opened.cargas.anotadas() == (other,)

    def test_forgets_how_far_it_got_when_the_transaction_fails(self, books: Books, tenant: TenantId) -> None:
        job = JobId(UUID(int=1))
        with pytest.raises(ZeroDivisionError), books.open(tenant) as opened:  # noqa: PT012
            opened.cargas.anotar(job, 0, Outcome(1))
            _ = 1 / 0
        with books.open(tenant) as opened:
            assert opened.cargas.avance(job) == Avance()
