"""What every AuditTrail promises; a subclass brings the `trail` fixture."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from horux_core.audit.model import Entry
from horux_core.audit.ports import AuditTrail
from horux_core.kernel.ids import SessionId, TenantId, UserId
from horux_core.kernel.pages import CursorMalformed


def a_deed(tenant: TenantId | None = None, session: SessionId | None = None, action: str = "escritura") -> Entry:
    return Entry(
        uuid4(),
        datetime(2026, 3, 1, 12, tzinfo=UTC),
        UserId(uuid4()),
        "ana@ejemplo.mx",
        session,
        tenant,
        action,
        "POST",
        "/api/cfdi/",
        "req-1",
        {"estado": "cancelado"},
    )


class AuditTrailContract:
    def test_gives_back_a_deed_as_it_was_recorded(self, trail: AuditTrail) -> None:
        deed = a_deed(TenantId(uuid4()), SessionId(uuid4()))
        trail.record(deed)
        assert trail.page(deed.tenant, None, 10).items == (deed,)

    def test_reads_newest_first_by_pages(self, trail: AuditTrail) -> None:
        tenant = TenantId(uuid4())
        deeds = [a_deed(tenant) for _ in range(5)]
        for deed in deeds:
            trail.record(deed)
        first = trail.page(tenant, None, 3)
        rest = trail.page(tenant, first.next_cursor, 3)
        assert [*first.items, *rest.items] == deeds[::-1]
        assert rest.next_cursor is None

    def test_shows_a_tenant_only_its_own(self, trail: AuditTrail) -> None:
        mine, other = a_deed(TenantId(uuid4())), a_deed(TenantId(uuid4()))
        trail.record(mine)
        trail.record(other)
        assert trail.page(mine.tenant, None, 10).items == (mine,)
        assert set(trail.page(None, None, 10).items) >= {mine, other}

    def test_records_only_the_first_view_of_a_tenant_in_a_session(self, trail: AuditTrail) -> None:
        tenant, session = TenantId(uuid4()), SessionId(uuid4())
        first = a_deed(tenant, session, "vista")
        trail.record_view(first)
        trail.record_view(a_deed(tenant, session, "vista"))
        other_session = a_deed(tenant, SessionId(uuid4()), "vista")
        trail.record_view(other_session)
        assert set(trail.page(tenant, None, 10).items) == {first, other_session}

    @pytest.mark.parametrize("cursor", ["x", "-1", "1;drop", "٣", "9" * 40, ""])
    def test_refuses_a_cursor_it_did_not_give(self, trail: AuditTrail, cursor: str) -> None:
        with pytest.raises(CursorMalformed):
            trail.page(None, cursor, 10)
