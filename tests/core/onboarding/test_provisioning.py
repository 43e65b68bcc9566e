from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from threading import Barrier
from uuid import RFC_4122

import pytest

from contracts.clients import OPERATOR, RFC, a_client, a_tenant
from contracts.ports.audit_trail import a_deed
from horux_core.billing.errors import AgreementRefused
from horux_core.billing.events import PaymentLinkIssued
from horux_core.billing.model import PlanPrices
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Actor, Membership, Role
from horux_core.kernel.errors import HoruxError
from horux_core.kernel.ids import UserId
from horux_core.onboarding.errors import ProvisioningFailed
from horux_core.onboarding.events import ClientWelcomed
from horux_core.onboarding.model import ALTA, RunState, Step
from horux_core.plans.model import Plan
from horux_core.tenancy.errors import DatabaseNameTaken, RfcTaken
from horux_core.tenancy.model import TenantState
from tests.core.onboarding.house import NOTHING, Broken, House, the_run


@pytest.fixture
def house() -> House:
    return House()


def memberships(house: House) -> list[Membership]:
    return list(house.control.tables["memberships"].values())


def test_takes_a_client_in_whole(house: House) -> None:
    provisioned = house.take_in()
    tenant = house.registry.find(provisioned.tenant.rfc)
    assert tenant == provisioned.tenant
    assert (tenant.state, tenant.active, tenant.database_name) == (TenantState.LIVE, True, "horux_cas2408138w2")
    assert house.control.tables["databases"] == {tenant.database_name: tenant.id}
    (owner,) = memberships(house)
    assert (owner.tenant, owner.role) == (tenant.id, Role.OWNER)
    with house.directory.transaction() as tx:
        user = tx.users.lock(owner.user)
    assert (user.id.version, user.id.variant) == (4, RFC_4122), "as anybody's"
    assert owner.provisioned
    assert (user.email, user.platform_admin, user.password_hash, user.must_change) == (
        "ana@cascabel.mx", False, None, True,
    )  # fmt: skip
    subscription = house.subscriptions.live(tenant.id)
    assert subscription is not None
    assert (subscription.status, subscription.amount) == ("pending", Decimal("500.00"))
    assert subscription.payment_link == provisioned.payment_link is not None
    assert subscription.mp_preapproval_id == house.links.standing[subscription.id].reference
    assert house.links.reasons == ["Horux360, plan Business, pago mensual"]
    assert provisioned.advertencias == ()
    assert the_run(house).state is RunState.TERMINADA
    assert house.events() == [
        ClientWelcomed(tenant.id, user.id, True), PaymentLinkIssued(tenant.id, subscription.id),
    ]  # fmt: skip


@pytest.mark.parametrize(("frequency", "amount"), [("monthly", "999.00"), ("yearly", "9990.00")])
def test_without_an_amount_it_pays_its_plan_s_price(house: House, frequency: str, amount: str) -> None:
    house.prices.set(PlanPrices(Plan.BUSINESS, Decimal("999.00"), Decimal("9990.00")), a_deed())
    provisioned = house.take_in(replace(a_client(amount=None), frequency=frequency))
    subscription = house.subscriptions.live(provisioned.tenant.id)
    assert subscription is not None
    assert subscription.amount == Decimal(amount)
    assert house.links.standing[subscription.id].amount == Decimal(amount)


def test_an_amount_of_its_own_stands_before_the_price(house: House) -> None:
    house.prices.set(PlanPrices(Plan.BUSINESS, Decimal("999.00"), None), a_deed())
    subscription = house.subscriptions.live(house.take_in(a_client(amount="0")).tenant.id)
    assert subscription is not None
    assert (subscription.amount, subscription.payment_link) == (Decimal("0.00"), None)


def test_without_a_link_nobody_is_sent_one(house: House) -> None:
    house.take_in(a_client(payer_email=None))
    assert [type(event) for event in house.events()] == [ClientWelcomed]


def test_only_the_operator_takes_clients_in(house: House) -> None:
    owner = Actor(UserId(a_tenant().id), "x@y.mx", False, None, a_tenant().id, Role.OWNER)
    with pytest.raises(ActionForbidden):
        house.provision(owner, replace(a_client(), rfc="mal"))
    assert house.left() == NOTHING


@pytest.mark.parametrize(
    ("client", "code"),
    [
        (a_client(rfc="CAS2413138W2"), "rfc-malformed"),
        (a_client(rfc="XAXX010101000"), "rfc-generico"),
        (a_client(rfc="XEXX010101000"), "rfc-generico"),
        (a_client(plan="gold"), "plan-desconocido"),
        (a_client(admin_email="ana@"), "email-malformed"),
        (a_client(payer_email="ana"), "email-malformed"),
        (a_client(amount="-0.01"), "monto-invalido"),
        (a_client(amount="0.001"), "monto-invalido"),
        (a_client(amount="NaN"), "monto-invalido"),
        (a_client(amount="sNaN"), "monto-invalido"),
        (a_client(amount="Infinity"), "monto-invalido"),
        (a_client(amount="1e999999"), "monto-invalido"),
        (a_client(amount="1e-999999"), "monto-invalido"),
        (a_client(amount="100000000"), "monto-invalido"),
        (a_client(regimenes=("601", "999")), "regimen-desconocido"),
        (replace(a_client(), frequency="weekly"), "frecuencia-desconocida"),
        (replace(a_client(), nombre=" \n "), "nombre-invalido"),
        (replace(a_client(), nombre="x" * 255), "nombre-invalido"),
        (replace(a_client(), admin_nombre="Ana\x00"), "nombre-invalido"),
        (replace(a_client(), admin_nombre="Gana en www.robo.example"), "nombre-persona-invalido"),
    ],
)
def test_refuses_what_cannot_be_a_client_before_anything_is_done(house: House, client: object, code: str) -> None:
    with pytest.raises(HoruxError) as refused:
        house.provision(OPERATOR, client)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert "failedStep" not in refused.value.facts
    assert house.left() == NOTHING
    assert not house.control.tables["provisioning_runs"]


@pytest.mark.parametrize(
    ("client", "codes"),
    [
        (a_client(rfc="AAA010101AAA"), ["digito_no_coincide"]),
        (a_client(regimenes=("601", "612", "626", "612")), ["regimen_no_corresponde"]),
        (a_client(rfc="ROEM691011EZ4", regimenes=("601", "612", "626")), ["regimen_no_corresponde"]),
        (a_client(amount=None), ["sin_liga_de_pago"]),
        (a_client(amount="0"), ["sin_liga_de_pago"]),
        (a_client(payer_email=None), ["sin_liga_de_pago"]),
        (a_client(rfc="AAA010101AAA", amount=None, payer_email=None), ["digito_no_coincide", "sin_liga_de_pago"]),
    ],
)
def test_takes_in_what_is_odd_and_says_so(house: House, client: object, codes: list[str]) -> None:
    provisioned = house.provision(OPERATOR, client)  # type: ignore[arg-type]
    assert [advertencia.codigo for advertencia in provisioned.advertencias] == codes
    assert (provisioned.payment_link is None) == ("sin_liga_de_pago" in codes)
    assert len(house.links.standing) == (provisioned.payment_link is not None)


def test_says_what_the_payment_link_lacks(house: House) -> None:
    (advertencia,) = house.take_in(a_client(amount=None, payer_email=None)).advertencias
    assert "falta el monto y el correo de quien paga" in advertencia.detalle


def test_tells_why_the_provider_does_not_want_it_and_leaves_nothing(house: House) -> None:
    house.faults.before[Step.LIGA] = AgreementRefused("El monto es menor que el mínimo.")
    with pytest.raises(AgreementRefused) as refused:
        house.take_in()
    assert refused.value.facts == {"failedStep": "liga_de_pago"}
    assert house.left() == NOTHING


def test_refuses_an_rfc_twice_and_leaves_the_first_alone(house: House) -> None:
    first = house.take_in().tenant
    before = house.left()
    with pytest.raises(RfcTaken) as refused:
        house.take_in(a_client(admin_email="otra@cascabel.mx"))
    assert refused.value.facts == {"failedStep": "registro"}
    assert house.left() == before
    assert house.registry.find(first.rfc) == first
    assert not house.runs.dead()


def test_gives_an_rfc_to_one_of_two_that_ask_at_once(house: House) -> None:
    at_once = Barrier(2)

    def one(n: int) -> str:
        at_once.wait()
        try:
            house.take_in(a_client(admin_email=f"ana{n}@cascabel.mx"))
        except RfcTaken as error:
            return error.code
        return "alta"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(one, range(2))) == ["alta", "rfc-taken"]
    assert house.left()["tenants"] == house.left()["databases"] == house.left()["users"] == 1


# The owner's transaction fails as one: of that step there is no after.
@pytest.mark.parametrize(
    ("step", "when"),
    [(step, when) for step in ALTA[1:] for when in ("before", "after") if (step, when) != (Step.USUARIO, "after")],
)
def test_a_failure_leaves_nothing_and_names_the_step(house: House, step: Step, when: str) -> None:
    (house.faults.before if when == "before" else house.faults.after)[step] = Broken()
    with pytest.raises(ProvisioningFailed) as failed:
        house.take_in()
    assert failed.value.facts["failedStep"] == step.value
    assert isinstance(failed.value.__cause__, Broken)
    assert "se deshizo" in str(failed.value)
    house.healed()
    assert house.left() == NOTHING
    run = the_run(house)
    assert (run.state, run.failed_step) == (RunState.DESHECHA, step)
    assert house.take_in().tenant.state is TenantState.LIVE


@pytest.mark.parametrize("step", ALTA)
def test_a_step_that_cannot_be_recorded_is_not_taken(house: House, step: Step) -> None:
    house.runs.refused_at = step
    with pytest.raises(ProvisioningFailed) as failed:
        house.take_in()
    assert failed.value.facts["failedStep"] == step.value
    assert house.left() == NOTHING


def test_an_undo_that_fails_leaves_the_run_to_recovery(house: House) -> None:
    house.faults.before[Step.USUARIO] = Broken("primero")
    house.faults.undo = Broken("al deshacer")
    with pytest.raises(ProvisioningFailed) as failed:
        house.take_in()
    assert isinstance(failed.value.__cause__, ExceptionGroup)
    assert [str(error) for error in failed.value.__cause__.exceptions] == ["primero", "al deshacer"]
    assert "se deshará sola" in str(failed.value)
    assert the_run(house).state is RunState.ABIERTA
    assert [str(error) for _, error in house.recover().failed] == ["al deshacer"]
    house.healed()
    assert len(house.recover().recovered) == 1
    assert house.left() == NOTHING


def test_inherits_no_database_and_leaves_it_where_it_is(house: House) -> None:
    stranger = a_tenant()
    house.databases.create(stranger)
    with pytest.raises(DatabaseNameTaken) as refused:
        house.take_in()
    assert refused.value.facts == {"failedStep": "base_de_datos"}
    assert house.control.tables["databases"] == {stranger.database_name: stranger.id}
    assert house.left() == {**NOTHING, "databases": 1}


def test_the_answer_to_the_last_commit_may_be_lost(house: House) -> None:
    house.runs.answer_lost = True
    assert house.take_in().tenant.rfc == RFC
    assert house.registry.find(a_tenant().rfc).state is TenantState.LIVE
    assert the_run(house).state is RunState.TERMINADA
