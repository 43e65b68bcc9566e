"""No sequence of what makes and closes API keys leaves a closed one open."""

from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from horux_core.billing.model import SubscriptionStatus
from horux_core.identity.errors import KeyMissing, TokenInvalid, TooManyAttempts
from horux_core.identity.issuing_keys import MOST_KEYS, IssuedKey
from horux_core.identity.keys import Scope
from horux_core.plans.errors import FeatureNotInPlan
from horux_core.plans.model import Plan
from horux_core.tenancy.model import TenantState
from tests.core.identity.house import House


class Keys(RuleBasedStateMachine):
    """Whatever is done in whatever order, a key opens exactly while nothing has closed it."""

    made = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self.house = House()
        self.open: dict[str, IssuedKey] = {}
        self.all: list[str] = []
        self.featured = self.live = self.writes = True

    @property
    def now(self) -> datetime:
        return self.house.world.now

    @initialize(target=made, scope=st.sampled_from(list(Scope)))
    def begin(self, scope: Scope) -> object:
        return self.create(None, scope)

    @rule(target=made, minutes=st.none() | st.integers(1, 500), scope=st.sampled_from(list(Scope)))
    def create(self, minutes: int | None, scope: Scope) -> object:
        until = None if minutes is None else self.now + timedelta(minutes=minutes)
        if not (self.featured and self.live and self.writes) or len(self.open) >= MOST_KEYS:
            return multiple()
        issued = self.house.issued(scope, expires_at=until)
        self.open[issued.secret] = issued
        self.all.append(issued.secret)
        return issued

    @rule(issued=made)
    def revoke(self, issued: IssuedKey) -> None:
        if issued.secret in self.open:
            self.house.world.revoke_key(self.house.owner, issued.key.id)
            del self.open[issued.secret]
        else:
            with pytest.raises(KeyMissing):
                self.house.world.revoke_key(self.house.owner, issued.key.id)

    @rule(minutes=st.integers(1, 300))
    def wait(self, minutes: int) -> None:
        self.house.world.later(minutes=minutes)

    @rule(plan=st.sampled_from(list(Plan)))
    def change_plan(self, plan: Plan) -> None:
        self.house.world.change_tenant(self.house.here, plan=plan)
        self.featured = plan is Plan.ENTERPRISE

    @rule(status=st.sampled_from(list(SubscriptionStatus)))
    def change_subscription(self, status: SubscriptionStatus) -> None:
        self.house.subscription(status)
        self.writes = status in (SubscriptionStatus.AUTHORIZED, SubscriptionStatus.PENDING)

    @rule()
    def leave(self) -> None:
        self.house.world.change_tenant(self.house.here, state=TenantState.DEPROVISIONING)
        self.live = False

    @rule()
    def stay(self) -> None:
        """As when letting the client go was undone."""
        self.house.world.change_tenant(self.house.here, state=TenantState.LIVE)
        self.live = True

    @rule()
    def end(self) -> None:
        with self.house.world.directory.transaction() as tx:
            tx.memberships.remove_tenant(self.house.here)
        self.open.clear()

    @invariant()
    def opens_exactly_what_is_not_closed(self) -> None:
        for number, secret in enumerate(self.all):
            until = self.open[secret].key.expires_at if secret in self.open else None
            passes = secret in self.open and (until is None or self.now < until) and self.live and self.featured
            try:
                actor = self.house.shown(secret, f"2001:db8:{number:x}::1")
            except (TokenInvalid, FeatureNotInPlan, TooManyAttempts):
                assert not passes
            else:
                assert passes
                assert actor.tenant_id == self.house.here


Keys.TestCase.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
TestKeysWhateverIsDone = Keys.TestCase
