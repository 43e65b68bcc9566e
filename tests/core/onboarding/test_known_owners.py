"""Taking in a client whose owner's address is known."""

from dataclasses import replace

import pytest

from contracts.clients import NOW, a_client, a_tenant
from horux_core.identity.errors import EmailTaken
from horux_core.identity.model import Membership, Role, User
from horux_core.kernel.ids import RunId, TenantId, UserId
from horux_core.kernel.rfc import Rfc
from horux_core.onboarding.errors import ProvisioningFailed
from horux_core.onboarding.events import ClientWelcomed
from horux_core.onboarding.model import Step
from horux_core.tenancy.model import TenantState
from tests.core.onboarding.house import NOTHING, Broken, House
from tests.core.onboarding.test_provisioning import memberships


@pytest.fixture
def house() -> House:
    return House()


def a_user(house: House, email: str = "ana@cascabel.mx", password: str | None = "hash", admin: bool = False) -> User:
    user = User(UserId(RunId(a_tenant().id)), email, "Ana", admin, password, False, None, True, NOW)
    with house.directory.transaction() as tx:
        tx.users.add(user)
    return user


class TestAnEmailThatIsKnown:
    def test_owns_a_second_client_on_a_plan_with_multi_empresa(self, house: House) -> None:
        house.take_in()
        second = house.take_in(a_client("TPR840604D98", plan="enterprise"))
        assert house.left()["users"] == 1
        assert {membership.tenant for membership in memberships(house)} >= {second.tenant.id}
        assert [event.new_user for event in house.events() if isinstance(event, ClientWelcomed)] == [True, True]

    @pytest.mark.parametrize("plan", ["starter", "business", "professional"])
    def test_is_refused_on_any_other_plan(self, house: House, plan: str) -> None:
        house.take_in()
        before = house.left()
        with pytest.raises(EmailTaken) as refused:
            house.take_in(a_client("TPR840604D98", plan=plan, admin_email="ANA@cascabel.mx "))
        assert refused.value.facts == {"failedStep": "usuario"}
        assert house.left() == before

    def test_is_free_while_it_has_taken_up_no_invitation(self, house: House) -> None:
        """Whoever was let in elsewhere, by a stranger and under a stranger's name, has come in nowhere."""
        user = a_user(house, password=None)
        self.invited(house, user)
        house.take_in()
        (_, owner) = memberships(house)
        assert (owner.user, owner.provisioned) == (user.id, True)
        with house.directory.transaction() as tx:
            assert tx.users.lock(user.id).nombre == a_client().admin_nombre

    def test_keeps_its_name_once_it_has_a_password_of_its_own(self, house: House) -> None:
        user = a_user(house)
        self.invited(house, user)
        house.take_in()
        with house.directory.transaction() as tx:
            assert tx.users.lock(user.id) == user

    def test_is_refused_once_it_has_taken_an_invitation_up(self, house: House) -> None:
        user = a_user(house)
        elsewhere = self.invited(house, user)
        with house.directory.transaction() as tx:
            tx.memberships.accept(user.id, elsewhere, NOW)
        with pytest.raises(EmailTaken):
            house.take_in()
        assert house.take_in(a_client(plan="enterprise")).tenant.state is TenantState.LIVE

    def test_is_new_with_a_temporary_password_that_has_run_out(self, house: House) -> None:
        user = a_user(house)
        with house.directory.transaction() as tx:
            tx.users.save(user.with_temporary_password("hash", NOW, a_tenant().id))
        house.take_in()
        event, _ = house.events()
        assert isinstance(event, ClientWelcomed)
        assert event.new_user

    def invited(self, house: House, user: User) -> TenantId:
        stranger = replace(a_tenant(), rfc=Rfc("TPR840604D98"), database_name="horux_tpr840604d98")
        with house.directory.transaction() as tx:
            tx.memberships.add(Membership(user.id, stranger.id, Role.VISOR, "Moroso", NOW))
        return stranger.id

    def test_may_come_back_when_its_client_has_left(self, house: House) -> None:
        user = a_user(house)
        house.take_in()
        assert house.left()["users"] == 1
        event, _ = house.events()
        assert isinstance(event, ClientWelcomed)
        assert (event.user, event.new_user) == (user.id, False)

    def test_is_refused_when_it_is_the_operators(self, house: House) -> None:
        a_user(house, admin=True)
        with pytest.raises(EmailTaken):
            house.take_in(a_client(plan="enterprise"))

    def test_survives_a_failure_of_a_later_step(self, house: House) -> None:
        user = a_user(house)
        house.faults.before[Step.SUSCRIPCION] = Broken()
        with pytest.raises(ProvisioningFailed):
            house.take_in()
        assert house.left() == {**NOTHING, "users": 1}
        with house.directory.transaction() as tx:
            assert tx.users.lock(user.id) == user
