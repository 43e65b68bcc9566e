"""What every AuditTrail promises; a subclass brings the `trail` fixture."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from horux_core.audit.model import Deed, Entry, Hands
from horux_core.audit.ports import AuditTrail
from horux_core.kernel.ids import SessionId, TenantId, UserId
from horux_core.kernel.pages import CursorMalformed, Page


def a_deed(tenant: TenantId | None = None, session: SessionId | None = None, action: str = "escritura") -> Deed:
    return Deed(
        uuid4(),
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


def deeds(page: Page[Entry]) -> list[Deed]:
    """What was kept, without the store's own time."""
    kept = [asdict(entry) for entry in page.items]
    return [Deed(**{name: value for name, value in entry.items() if name != "at"}) for entry in kept]


class AuditTrailContract:
    def test_gives_back_a_deed_as_it_was_recorded(self, trail: AuditTrail) -> None:
        deed = a_deed(TenantId(uuid4()), SessionId(uuid4()))
        trail.record(deed)
        assert deeds(trail.page(deed.tenant, None, 10)) == [deed]

    def test_dates_a_deed_itself(self, trail: AuditTrail) -> None:
        deed = a_deed(TenantId(uuid4()))
        trail.record(deed)
        (entry,) = trail.page(deed.tenant, None, 10).items
        assert abs(entry.at - datetime.now(UTC)) < timedelta(minutes=5)

    def test_reads_newest_first_by_pages(self, trail: AuditTrail) -> None:
        tenant = TenantId(uuid4())
        done = [a_deed(tenant) for _ in range(5)]
        for deed in done:
            trail.record(deed)
        first = trail.page(tenant, None, 3)
        rest = trail.page(tenant, first.next_cursor, 3)
        assert [*deeds(first), *deeds(rest)] == done[::-1]
        assert rest.next_cursor is None

    def test_shows_a_tenant_only_its_own(self, trail: AuditTrail) -> None:
        mine, other = a_deed(TenantId(uuid4())), a_deed(TenantId(uuid4()))
        trail.record(mine)
        trail.record(other)
        assert deeds(trail.page(mine.tenant, None, 10)) == [mine]
        assert set(deeds(trail.page(None, None, 10))) >= {mine, other}

    def test_finds_what_somebody_did_and_deeds_of_a_kind(self, trail: AuditTrail) -> None:
        tenant = TenantId(uuid4())
        mine, viewed = a_deed(tenant), a_deed(tenant, action="vista")
        theirs = replace(a_deed(tenant), email="Beto@otro.mx")
        for deed in (mine, viewed, theirs):
            trail.record(deed)
        assert deeds(trail.page(tenant, None, 10, who="ANA@")) == [viewed, mine]
        assert deeds(trail.page(tenant, None, 10, who="beto")) == [theirs]
        assert deeds(trail.page(tenant, None, 10, action="escritura")) == [theirs, mine]
        assert deeds(trail.page(tenant, None, 10, who="ana", action="vista")) == [viewed]
        assert trail.page(tenant, None, 10, who="%").items == ()
        first = trail.page(tenant, None, 1, action="escritura")
        assert deeds(trail.page(tenant, first.next_cursor, 1, action="escritura")) == [mine]

    def test_tells_the_operator_s_hands_from_the_client_s(self, trail: AuditTrail) -> None:
        tenant = TenantId(uuid4())
        own, staff = a_deed(tenant), a_deed(tenant)
        nobody = replace(a_deed(tenant), user=None, email="sistema")
        for deed in (own, staff, nobody):
            trail.record(deed)
        assert staff.user is not None
        operators = frozenset({staff.user})
        assert deeds(trail.page(tenant, None, 10, hands=Hands(operators, theirs=True))) == [nobody, staff]
        assert deeds(trail.page(tenant, None, 10, hands=Hands(operators, theirs=False))) == [own]
        assert deeds(trail.page(tenant, None, 10, hands=Hands(frozenset(), theirs=False))) == [staff, own]
        assert deeds(trail.page(tenant, None, 10, "ana", hands=Hands(operators, theirs=True))) == [staff]

    def test_records_only_the_first_view_of_a_tenant_in_a_session(self, trail: AuditTrail) -> None:
        tenant, session = TenantId(uuid4()), SessionId(uuid4())
        first = a_deed(tenant, session, "vista")
        trail.record_view(first)
        trail.record_view(a_deed(tenant, session, "vista"))
        other_session = a_deed(tenant, SessionId(uuid4()), "vista")
        trail.record_view(other_session)
        assert set(deeds(trail.page(tenant, None, 10))) == {first, other_session}

    def test_tells_whether_a_tenant_was_viewed_in_a_session(self, trail: AuditTrail) -> None:
        tenant, session = TenantId(uuid4()), SessionId(uuid4())
        trail.record(a_deed(tenant, session, "escritura"))
        assert not trail.was_viewed(session, tenant)
        trail.record_view(a_deed(tenant, session, "vista"))
        assert trail.was_viewed(session, tenant)
        assert not trail.was_viewed(SessionId(uuid4()), tenant)
        assert not trail.was_viewed(session, TenantId(uuid4()))

    @pytest.mark.parametrize("cursor", ["x", "-1", "1;drop", "٣", "9" * 40, ""])
    def test_refuses_a_cursor_it_did_not_give(self, trail: AuditTrail, cursor: str) -> None:
        with pytest.raises(CursorMalformed):
            trail.page(None, cursor, 10)
