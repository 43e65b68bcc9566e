"""The private feed: whoever has its address reads it, and nobody can tell one that is dead from one that never was."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from horux_adapters.crypto.tokens import SignedTokens
from horux_adapters.memory.calendario import MemoryFeeds
from horux_adapters.memory.identity import MemoryDirectory, MemoryThrottle
from horux_core.fiscal.calendario.consultando import ShowCalendario
from horux_core.fiscal.calendario.errors import FeedMissing
from horux_core.fiscal.calendario.publicando import IssueFeed, ReadFeed, RevokeFeed
from horux_core.identity.errors import ActionForbidden, TooManyAttempts
from horux_core.identity.model import Membership, Role, User
from horux_core.plans.errors import FeatureNotInPlan, SubscriptionInactive
from horux_core.plans.model import Feature
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.model import TenantState
from tests.core.fiscal.calendario.test_consultando import Sin
from tests.despacho import Despacho

URL = "https://horux360.example/api/calendario"


@dataclass
class Kiosko:
    despacho: Despacho = field(default_factory=Despacho)
    tokens: SignedTokens = field(default_factory=lambda: SignedTokens(b"q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw"))

    @property
    def feeds(self) -> MemoryFeeds:
        return MemoryFeeds(self.despacho.control)

    def __post_init__(self) -> None:
        """Whoever makes the address belongs to the taxpayer."""
        ana, d = self.despacho.actor().user, self.despacho
        assert ana is not None
        with MemoryDirectory(d.control).transaction() as tx:
            tx.users.add(User(ana, "ana@example.com", "Ana", False, "x", False, None, True, d.clock()))
            tx.memberships.add(Membership(ana, d.tenant, Role.OWNER))

    def issue(self, role: Role = Role.OWNER, rights: Entitlements | None = None, **changes: Any) -> str:
        d = self.despacho
        issue = IssueFeed(self.feeds, self.tokens, rights or d.entitlements, d.audit, d.clock, URL)
        issued = issue(d.actor(role, **changes))
        assert issued.startswith(f"{URL}/")
        return issued.removeprefix(f"{URL}/")

    def read(self, token: str, address: str = "192.0.2.1", rights: Entitlements | None = None) -> str:
        d = self.despacho
        show = ShowCalendario(d.books, rights or d.entitlements, d.clock)
        read = ReadFeed(
            self.feeds, self.tokens, MemoryThrottle(d.control), MemoryDirectory(d.control), d.registry, show
        )
        return read(token, address)

    def revoke(self, role: Role = Role.OWNER) -> None:
        RevokeFeed(self.feeds, self.despacho.audit)(self.despacho.actor(role))


@pytest.fixture
def kiosko() -> Kiosko:
    return Kiosko()


def test_whoever_has_the_address_reads_the_calendar(kiosko: Kiosko) -> None:
    text = kiosko.read(kiosko.issue())
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert "Calendario fiscal de Escuela Kemper Urgate" in text
    assert f"DTSTART;VALUE=DATE:{date(2026, 5, 21):%Y%m%d}" in text
    assert f"iva_mensual-2026-04-{kiosko.despacho.tenant.hex}@horux360" in text.replace("\r\n ", "")


def test_the_secret_is_not_kept(kiosko: Kiosko) -> None:
    secret = kiosko.issue().removesuffix(".ics")
    assert len(secret) >= 43
    assert secret not in repr(kiosko.despacho.control.tables)
    assert [action for action, _ in kiosko.despacho.deeds()] == ["calendario-publicado"]


def test_a_new_address_or_a_revocation_ends_it(kiosko: Kiosko) -> None:
    first = kiosko.issue()
    second = kiosko.issue()
    with pytest.raises(FeedMissing):
        kiosko.read(first)
    assert kiosko.read(second)
    kiosko.revoke()
    kiosko.revoke()
    with pytest.raises(FeedMissing):
        kiosko.read(second)
    assert [action for action, _ in kiosko.despacho.deeds()].count("calendario-retirado") == 1


@pytest.mark.parametrize("how", ["leaves", "is disabled", "is gone"])
def test_the_address_of_somebody_who_no_longer_belongs_is_dead(kiosko: Kiosko, how: str) -> None:
    token = kiosko.issue()
    assert kiosko.read(token)
    ana = kiosko.despacho.actor().user
    assert ana is not None
    with MemoryDirectory(kiosko.despacho.control).transaction() as tx:
        if how == "leaves":
            tx.memberships.remove(ana, kiosko.despacho.tenant)
        elif how == "is disabled":
            tx.users.save(replace(tx.users.lock(ana), active=False))
        else:
            tx.users.remove(ana)
    with pytest.raises(FeedMissing):
        kiosko.read(token)


def test_whoever_only_looks_into_a_taxpayer_makes_no_address(kiosko: Kiosko) -> None:
    for who in ({"viewing": True}, {"user": None}):
        with pytest.raises(ActionForbidden):
            kiosko.issue(**who)
    assert kiosko.despacho.deeds() == []


def test_nobody_can_tell_why_there_is_none(kiosko: Kiosko) -> None:
    token = kiosko.issue()
    told = set()
    for asked, rights in ((f"{'x' * 43}.ics", None), ("x", None), (token, Sin(kiosko.despacho, Feature.CALENDARIO))):
        with pytest.raises(FeedMissing) as raised:
            kiosko.read(asked, rights=rights)
        told.add(str(raised.value))
    with kiosko.despacho.registry.transaction() as tx:
        tenant = tx.tenants.lock(kiosko.despacho.tenant)
    with kiosko.despacho.control.transaction() as tables:
        tables["tenants"][tenant.id] = replace(tenant, state=TenantState.DELETED)
    with pytest.raises(FeedMissing) as raised:
        kiosko.read(token)
    assert told == {str(raised.value)}


def test_who_keeps_guessing_waits_and_holds_up_nobody_else(kiosko: Kiosko) -> None:
    token = kiosko.issue()
    for n in range(5):
        with pytest.raises(FeedMissing):
            kiosko.read(f"{n}{'x' * 43}.ics")
    with pytest.raises(TooManyAttempts):
        kiosko.read(f"6{'x' * 43}.ics")
    with pytest.raises(FeedMissing):
        kiosko.read(f"6{'x' * 43}.ics", address="192.0.2.2")
    assert kiosko.read(token)


def test_making_and_revoking_ask_for_authority(kiosko: Kiosko) -> None:
    for act in (kiosko.issue, kiosko.revoke):
        with pytest.raises(ActionForbidden):
            act(Role.VISOR)
    with pytest.raises(FeatureNotInPlan):
        kiosko.issue(rights=Sin(kiosko.despacho, Feature.CALENDARIO))
    with pytest.raises(SubscriptionInactive):
        kiosko.issue(rights=Sin(kiosko.despacho, writable=False))
