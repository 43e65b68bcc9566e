"""What every Vault promises; a subclass brings `vault`, and `trail`, `deliveries` and `registry` over the same store.

`vault` waits for a client somebody else holds no longer than a second. `tenant` and `other` are live.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Event

import pytest

from contracts.boveda import AT, BOOK, a_certificado, a_receipt, a_seal, a_sealed, a_use
from contracts.ports.audit_trail import a_deed, deeds
from horux_core.audit.ports import AuditTrail
from horux_core.fiel.chaining import sound
from horux_core.fiel.errors import VaultUnavailable
from horux_core.fiel.events import FielExpiring
from horux_core.fiel.model import EMPTY, Cadena, Component, Head, Sealed, Use, UseKind
from horux_core.fiel.ports import Vault
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import CursorMalformed
from horux_core.outbox.ports import Deliveries
from horux_core.tenancy.ports import Registry


def put(vault: Vault, *sealed: Sealed) -> None:
    with vault.transaction() as tx:
        for each in sealed:
            tx.credentials.put(each)


def append(vault: Vault, *uses: Use) -> None:
    with vault.transaction() as tx:
        for use in uses:
            tx.uses.append(use)


class VaultContract:
    def test_gives_back_what_it_keeps(self, vault: Vault, tenant: TenantId, other: TenantId) -> None:
        kept = a_sealed(tenant)
        put(vault, kept, a_sealed(other))
        assert vault.stored(tenant) == kept
        with vault.transaction() as tx:
            assert tx.credentials.get(tenant) == kept

    def test_keeps_one_of_a_client(self, vault: Vault, tenant: TenantId, other: TenantId) -> None:
        facts = replace(a_certificado(), rfc_representante=None, cadena=Cadena.REVISADA, rfc="CÑ&200101AB1")
        former, latter, theirs = a_sealed(tenant), a_sealed(tenant, facts, a_seal(7, "ffffffff")), a_sealed(other)
        put(vault, former, theirs, latter)
        assert vault.stored(tenant) == latter
        with vault.transaction() as tx:
            tx.credentials.remove(tenant)
            tx.credentials.remove(tenant)
        assert vault.stored(tenant) is None
        assert vault.stored(other) == theirs

    def test_keeps_the_book_of_use_as_it_is_written(self, vault: Vault, tenant: TenantId, other: TenantId) -> None:
        first = a_use(tenant, kind=UseKind.ALTA)
        second = replace(a_use(tenant, first.head), who=None, components=(Component.PASSWORD,), origin="")
        append(vault, first, a_use(other), second)
        with vault.transaction() as tx:
            assert tx.uses.all(tenant) == (first, second)
        third = a_use(tenant, first.head)
        with vault.transaction() as tx:
            assert sound((tx.uses.all(tenant)[0],), first.head, BOOK), "the hash can be worked out again"
        with pytest.raises(VaultUnavailable), vault.transaction() as tx:
            tx.uses.append(third)
        with vault.transaction() as tx:
            assert tx.uses.all(tenant) == (first, second)

    def test_gives_the_book_a_page_at_a_time_last_first(self, vault: Vault, tenant: TenantId, other: TenantId) -> None:
        uses, head = [], EMPTY
        for _ in range(5):
            uses.append(a_use(tenant, head))
            head = uses[-1].head
        append(vault, *uses, a_use(other))
        first = vault.uses(tenant, None, 2)
        assert first.items == (uses[4], uses[3])
        second = vault.uses(tenant, first.next_cursor, 3)
        assert (second.items, second.next_cursor) == ((uses[2], uses[1], uses[0]), None)

    def test_keeps_receipts_once_each(self, vault: Vault, tenant: TenantId, other: TenantId) -> None:
        receipts = [a_receipt(tenant, number=number) for number in (2, 3, 4)]
        for receipt in (*receipts, a_receipt(other), receipts[0]):
            with vault.transaction() as tx:
                tx.receipts.add(receipt)
        with vault.transaction() as tx:
            assert sorted(tx.receipts.all(tenant), key=lambda each: each.destruction.number) == receipts
        first = vault.receipts(tenant, None, 2)
        assert first.items == (receipts[2], receipts[1])
        assert vault.receipts(tenant, first.next_cursor, 2).items == (receipts[0],)

    def test_no_receipt_hides_another(self, vault: Vault, tenant: TenantId) -> None:
        """Whoever writes one first, of the same number and seal."""
        ours = a_receipt(tenant)
        planted = replace(ours, signature=replace(ours.signature, value="00" * 64))
        with vault.transaction() as tx:
            tx.receipts.add(planted)
            tx.receipts.add(ours)
        assert vault.receipts(tenant, None, 5).items == (ours, planted)

    def test_refuses_a_cursor_it_did_not_give(self, vault: Vault, tenant: TenantId) -> None:
        for page in (vault.uses, vault.receipts):
            with pytest.raises(CursorMalformed):
                page(tenant, "otro", 5)

    def test_knows_who_has_an_e_firma_or_a_book(self, vault: Vault, tenant: TenantId, other: TenantId) -> None:
        assert vault.owners() == frozenset()
        put(vault, a_sealed(tenant))
        append(vault, a_use(other))
        assert vault.owners() == {tenant, other}

    def test_a_book_without_its_beginning_has_an_owner_too(self, vault: Vault, tenant: TenantId) -> None:
        append(vault, a_use(tenant, Head(7, "ab" * 32)))
        assert vault.owners() == {tenant}

    def test_tells_live_clients_whose_e_firma_ends_before_a_day(
        self, vault: Vault, registry: Registry, tenant: TenantId, other: TenantId
    ) -> None:
        soon, later = (a_certificado(until=AT + timedelta(days=days)) for days in (5, 9))
        put(vault, a_sealed(tenant, later), a_sealed(other, soon))
        assert vault.expiring(AT + timedelta(days=5)) == ()
        assert vault.expiring(AT + timedelta(days=6)) == (other,)
        assert vault.expiring(AT + timedelta(days=99)) == (other, tenant)
        with registry.transaction() as tx:
            tx.tenants.save(tx.tenants.lock(other).closing())
        assert vault.expiring(AT + timedelta(days=99)) == (tenant,)

    def test_notes_each_warning_once(self, vault: Vault, tenant: TenantId, other: TenantId) -> None:
        def noted(who: TenantId, numero: str, dias: int) -> bool:
            with vault.transaction() as tx:
                return tx.expiry_notes.add(who, numero, dias)

        marks = [(tenant, "1", 30), (tenant, "1", 7), (tenant, "2", 30), (other, "1", 30)]
        assert [noted(*mark) for mark in marks] == [True] * 4
        assert [noted(*mark) for mark in marks] == [False] * 4

    def test_notes_each_trouble_once_a_day(self, vault: Vault, tenant: TenantId, other: TenantId) -> None:
        def noted(who: TenantId, health: str, dia: date) -> bool:
            with vault.transaction() as tx:
                return tx.trouble_notes.add(who, health, dia)

        first, second = date(2026, 3, 1), date(2026, 3, 2)
        marks = [(tenant, "ilegible", first), (tenant, "libro-roto", first), (tenant, "ilegible", second),
                 (other, "ilegible", first)]  # fmt: skip
        assert [noted(*mark) for mark in marks] == [True] * 4
        assert [noted(*mark) for mark in marks] == [False] * 4

    def test_keeps_all_or_nothing(
        self, vault: Vault, trail: AuditTrail, deliveries: Deliveries, tenant: TenantId
    ) -> None:
        def done(fail: bool) -> None:
            with vault.transaction() as tx:
                tx.credentials.put(a_sealed(tenant))
                tx.uses.append(a_use(tenant))
                tx.receipts.add(a_receipt(tenant))
                tx.expiry_notes.add(tenant, "1", 30)
                tx.outbox.put(FielExpiring(tenant, "1", "2026-04-01T00:00:00+00:00", 30))
                tx.audit.record(a_deed(tenant))
                if fail:
                    raise ZeroDivisionError

        def left() -> list[int]:
            pages = (vault.uses(tenant, None, 5).items, vault.receipts(tenant, None, 5).items)
            return [*map(len, pages), len(deeds(trail.page(tenant, None, 5))), int(vault.stored(tenant) is not None)]

        with pytest.raises(ZeroDivisionError):
            done(fail=True)
        assert left() == [0, 0, 0, 0]
        assert deliveries.claim(None, AT + timedelta(days=9999)) is None
        done(fail=False)
        assert left() == [1, 1, 1, 1]
        delivery = deliveries.claim(None, AT + timedelta(days=9999))
        assert delivery is not None
        assert isinstance(delivery.event, FielExpiring)

    def test_one_at_a_time_holds_a_client_and_others_wait(
        self, vault: Vault, tenant: TenantId, other: TenantId
    ) -> None:
        order: list[str] = []
        ours = Event()

        def second() -> None:
            ours.wait()
            with vault.hold(tenant):
                order.append("segundo")

        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(second)
            with vault.hold(tenant):
                ours.set()
                with vault.hold(other):
                    order.append("primero")
            waiting.result()
        assert order == ["primero", "segundo"]

    def test_nobody_waits_for_ever(self, vault: Vault, tenant: TenantId) -> None:
        with ThreadPoolExecutor(1) as pool, vault.hold(tenant):

            def held() -> None:
                with vault.hold(tenant):
                    raise AssertionError("it was ours")

            with pytest.raises(VaultUnavailable):
                pool.submit(held).result()
        with pytest.raises(ZeroDivisionError), vault.hold(tenant):
            raise ZeroDivisionError
        with vault.hold(tenant):
            pass
