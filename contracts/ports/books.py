"""What every Books promises, with the documents in it; a subclass brings the `books` and `tenant` fixtures."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from contracts.libros import a_cfdi, a_full_cfdi, an_entry, recibido, uuid
from horux_core.fiscal.cfdi.model import DestinoIva, Direccion, Estado
from horux_core.fiscal.cfdi.stored import Correction, Entered, Entry, Filter, StoredCfdi
from horux_core.fiscal.errors import CfdiMissing
from horux_core.fiscal.ports import Books
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.errors import TenantMissing

MUCHOS = 10**6


def entered(books: Books, tenant: TenantId, *entries: Entry) -> Entered:
    with books.open(tenant) as opened:
        return opened.cfdis.enter(entries)


def found(books: Books, tenant: TenantId, cursor: str | None = None, limit: int = 50, **wanted: Any) -> list[str]:
    with books.open(tenant) as opened:
        page = opened.cfdis.search(Filter(**wanted), cursor, limit)
    return [stored.cfdi.uuid for stored in page.items]


def pending(books: Books, tenant: TenantId) -> set[str]:
    with books.open(tenant) as opened:
        return set(opened.iva.pending(MUCHOS))


def unmark(books: Books, tenant: TenantId) -> None:
    with books.open(tenant) as opened:
        opened.iva.replace(opened.iva.pending(MUCHOS), (), ())


class BooksContract:
    def test_refuses_a_taxpayer_nobody_knows(self, books: Books) -> None:
        with pytest.raises(TenantMissing), books.open(TenantId(uuid4())):
            pass

    def test_keeps_nothing_of_a_failed_transaction(self, books: Books, tenant: TenantId) -> None:
        with pytest.raises(ZeroDivisionError), books.open(tenant) as opened:  # noqa: PT012
            opened.cfdis.enter([an_entry(a_full_cfdi())])
            _ = 1 / 0
        with books.open(tenant) as opened:
            assert (opened.cfdis.count(), opened.iva.pending(MUCHOS)) == (0, ())

    def test_takes_room_for_what_it_keeps(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_full_cfdi())])
            assert opened.octets() > 0

    def test_undoes_a_failed_attempt_alone(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_cfdi(1))])
            with pytest.raises(ZeroDivisionError), opened.attempt():  # noqa: PT012
                opened.cfdis.enter([an_entry(a_cfdi(2))])
                _ = 1 / 0
            with opened.attempt():
                opened.cfdis.enter([an_entry(a_cfdi(3))])
        assert pending(books, tenant) == {uuid(1), uuid(3)}

    def test_keeps_no_attempt_of_a_failed_transaction(self, books: Books, tenant: TenantId) -> None:
        with pytest.raises(ZeroDivisionError), books.open(tenant) as opened:  # noqa: PT012
            with opened.attempt():
                opened.cfdis.enter([an_entry(a_cfdi(1))])
            _ = 1 / 0
        assert pending(books, tenant) == set()

    def test_may_be_told_that_they_have_grown(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_cfdi(1))])
            opened.grown()
        assert pending(books, tenant) == {uuid(1)}

    def test_gives_a_document_back_whole(self, books: Books, tenant: TenantId) -> None:
        entered(books, tenant, an_entry(a_full_cfdi(), Direccion.AMBAS), an_entry(a_cfdi(2)))
        with books.open(tenant) as opened:
            kept = opened.cfdis.get(uuid(1))
            assert kept == StoredCfdi(a_full_cfdi(), Direccion.AMBAS, Estado.VIGENTE, None, Decimal("0.00"))
            assert str(kept.cfdi.cubetas) == str(a_full_cfdi().cubetas)
            assert opened.cfdis.get(uuid(2)).cfdi == a_cfdi(2)

    def test_knows_the_total_in_mxn_or_that_nobody_does(self, books: Books, tenant: TenantId) -> None:
        usd = a_cfdi(1, "100.00", moneda="USD", tipo_cambio=Decimal("18.505"))
        entered(books, tenant, an_entry(usd), an_entry(a_cfdi(2, moneda="USD", tipo_cambio=None)))
        with books.open(tenant) as opened:
            assert opened.cfdis.get(uuid(1)).total_mxn == Decimal("1850.50")
            assert opened.cfdis.get(uuid(2)).total_mxn is None

    def test_says_what_became_of_each(self, books: Books, tenant: TenantId) -> None:
        entered(books, tenant, an_entry(a_cfdi(1)), an_entry(a_cfdi(2)))
        again, other = an_entry(a_cfdi(3)), an_entry(a_cfdi(4))
        batch = (
            *(an_entry(a_cfdi(1)), an_entry(a_cfdi(2), content=b"otros bytes"), again, again),
            *(other, an_entry(a_cfdi(4), content=b"otros"), an_entry(a_cfdi(5))),
        )
        assert entered(books, tenant, *batch) == Entered((2, 4, 6), (0, 3), (1, 5))
        with books.open(tenant) as opened:
            assert opened.cfdis.count() == 5

    def test_the_first_kept_stays_as_it_is(self, books: Books, tenant: TenantId) -> None:
        first = an_entry(a_cfdi(1))
        entered(books, tenant, first)
        entered(books, tenant, an_entry(a_cfdi(1, "9999.00"), content=b"otro"), an_entry(a_cfdi(1)))
        with books.open(tenant) as opened:
            assert opened.cfdis.get(uuid(1)).cfdi == first.cfdi
            assert opened.cfdis.original(uuid(1)) == first.original

    def test_entering_nothing_is_nothing(self, books: Books, tenant: TenantId) -> None:
        assert entered(books, tenant) == Entered((), (), ())

    def test_marks_only_what_is_new(self, books: Books, tenant: TenantId) -> None:
        entered(books, tenant, an_entry(a_cfdi(1)), an_entry(a_cfdi(2)))
        assert pending(books, tenant) == {uuid(1), uuid(2)}
        unmark(books, tenant)
        entered(books, tenant, an_entry(a_cfdi(1)), an_entry(a_cfdi(3)))
        assert pending(books, tenant) == {uuid(3)}

    def test_takes_thousands_at_once(self, books: Books, tenant: TenantId) -> None:
        batch = [an_entry(a_cfdi(n)) for n in range(3_000)]
        assert len(entered(books, tenant, *batch).inserted) == 3_000
        assert len(entered(books, tenant, *batch).duplicates) == 3_000

    @pytest.mark.parametrize("asked", [uuid(404), "", "no-es-uuid", "' OR 1=1", "{" + uuid(1) + "}"])
    def test_a_document_that_is_not_there(self, books: Books, tenant: TenantId, asked: str) -> None:
        entered(books, tenant, an_entry(a_cfdi(1)))
        with books.open(tenant) as opened:
            for ask in (opened.cfdis.get, opened.cfdis.original, lambda u: opened.cfdis.correct(u, Correction())):
                with pytest.raises(CfdiMissing):
                    ask(asked)

    def test_keeps_what_the_xml_cannot_say(self, books: Books, tenant: TenantId) -> None:
        entered(books, tenant, an_entry(recibido(a_cfdi(1))), an_entry(recibido(a_cfdi(2))))
        unmark(books, tenant)
        when = datetime(2026, 2, 3, 4, 5)
        with books.open(tenant) as opened:
            opened.cfdis.correct(uuid(1), Correction(Estado.CANCELADO, when, DestinoIva.MIXTO, Decimal("8.5")))
        with books.open(tenant) as opened:
            kept = opened.cfdis.get(uuid(1))
            assert (kept.estado, kept.fecha_cancelacion) == (Estado.CANCELADO, when)
            assert (kept.destino_iva, kept.acreditable_pct) == (DestinoIva.MIXTO, Decimal("8.5"))
            assert opened.cfdis.get(uuid(2)).estado is Estado.VIGENTE
            assert opened.iva.pending(MUCHOS) == (uuid(1),)

    def test_leaves_the_rest_as_it_was_and_takes_away_what_is_none(self, books: Books, tenant: TenantId) -> None:
        entered(books, tenant, an_entry(recibido(a_cfdi(1))))
        when = datetime(2026, 2, 3)
        with books.open(tenant) as opened:
            opened.cfdis.correct(uuid(1), Correction(Estado.CANCELADO, when, DestinoIva.EXENTO, Decimal(50)))
            opened.cfdis.correct(uuid(1), Correction(destino_iva=None))
            kept = opened.cfdis.get(uuid(1))
        assert (kept.estado, kept.fecha_cancelacion, kept.destino_iva) == (Estado.CANCELADO, when, None)
        assert kept.acreditable_pct == Decimal(50)

    def test_keeps_the_rate_given_in_place_of_the_documents(self, books: Books, tenant: TenantId) -> None:
        usd = a_cfdi(1, "100.00", moneda="USD", tipo_cambio=Decimal(20))
        entered(books, tenant, an_entry(usd), an_entry(a_cfdi(2, "100.00", moneda="USD", tipo_cambio=None)))
        for given, totals in ((Decimal("18.505001"), ("1850.50", "1850.50")), (None, ("2000.00", None))):
            for n, total in zip((1, 2), totals, strict=True):
                with books.open(tenant) as opened:
                    opened.cfdis.correct(uuid(n), Correction(tipo_cambio_capturado=given))
                    opened.cfdis.correct(uuid(n), Correction(estado=Estado.CANCELADO))
                    kept = opened.cfdis.get(uuid(n))
                    documento = opened.iva.connected([uuid(n)])[uuid(n)]
                worked_out = None if total is None else Decimal(total)
                assert (kept.total_mxn, kept.tipo_cambio_capturado) == (worked_out, given)
                assert kept.tipo_cambio == documento.tipo_cambio == (given or kept.cfdi.tipo_cambio)
                assert kept.cfdi.tipo_cambio == (Decimal(20) if n == 1 else None)

    def test_sending_a_cancelled_document_again_leaves_it_cancelled(self, books: Books, tenant: TenantId) -> None:
        entered(books, tenant, an_entry(a_cfdi(1)))
        with books.open(tenant) as opened:
            opened.cfdis.correct(uuid(1), Correction(estado=Estado.CANCELADO))
        entered(books, tenant, an_entry(a_cfdi(1)))
        with books.open(tenant) as opened:
            assert opened.cfdis.get(uuid(1)).estado is Estado.CANCELADO
