"""The invitation and the link for a forgotten password: their secrets are made when they are sent."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from contracts.clients import RFC
from horux_core.identity.events import PersonInvited, ResetAsked
from horux_core.identity.model import Role
from horux_core.kernel.ids import TenantId, UserId
from horux_core.notifications.errors import MailUndelivered
from horux_core.notifications.letters import Invited, ResetPassword
from horux_core.notifications.model import MailState
from horux_core.notifications.resetting import SendReset
from horux_core.notifications.welcoming import TellInvited
from tests.core.identity.world import World
from tests.core.notifications.desk import LOGIN, Desk
from tests.core.notifications.test_welcoming import Passwords

LUIS = "luis@cascabel.mx"
RESET = "https://horux360.invalid/reset"


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def tenant(desk: Desk) -> TenantId:
    return desk.client()


@pytest.fixture
def tell(desk: Desk) -> TellInvited:
    return TellInvited(desk.readers, Passwords(desk.house), desk.post, LOGIN)


def host(desk: Desk, tenant: TenantId) -> UserId:
    return desk.joined(tenant, "beatriz@cascabel.mx").id


def test_tells_a_new_person_how_to_come_in(desk: Desk, tenant: TenantId, tell: TellInvited) -> None:
    luis = desk.joined(tenant, LUIS, Role.CONTADOR, password_hash=None, must_change=True)
    desk.deliver(PersonInvited(tenant, luis.id, host(desk, tenant)), tell)
    letter = Invited("luis", LUIS, "beatriz", "Cascabel SA de CV", RFC, Role.CONTADOR, "temporal-1", LOGIN)
    assert desk.postman.letters() == [(LUIS, letter)]
    assert "temporal-1" not in repr(desk.postman.sent)
    assert "temporal-1" not in repr(desk.control.tables)


@pytest.mark.parametrize("change", [{"platform_admin": True}, {"active": False}])
def test_tells_nothing_to_who_comes_in_nowhere(
    desk: Desk, tenant: TenantId, tell: TellInvited, change: dict[str, Any]
) -> None:
    nobody = desk.joined(tenant, LUIS, Role.OWNER, **change)
    desk.deliver(PersonInvited(tenant, nobody.id, host(desk, tenant)), tell)
    assert (desk.postman.sent, desk.posted()) == ([], ())


def test_makes_no_password_for_who_has_one(desk: Desk, tenant: TenantId, tell: TellInvited) -> None:
    luis = desk.joined(tenant, LUIS, Role.VISOR)
    desk.deliver(PersonInvited(tenant, luis.id, UserId(uuid4())), tell)
    letter = Invited("luis", LUIS, "Cascabel SA de CV", "Cascabel SA de CV", RFC, Role.VISOR, None, LOGIN)
    assert desk.postman.letters() == [(LUIS, letter)]


def test_leaves_a_temporary_password_that_another_client_s_mail_brought(
    desk: Desk, tenant: TenantId, tell: TellInvited
) -> None:
    theirs = TenantId(uuid4())
    luis = desk.joined(tenant, LUIS, Role.VISOR, must_change=True, temporary_from=theirs)
    desk.deliver(PersonInvited(tenant, luis.id, host(desk, tenant)), tell)
    letter = Invited(
        "luis", LUIS, "beatriz", "Cascabel SA de CV", RFC, Role.VISOR, None, LOGIN, mailed=True
    )  # fmt: skip
    assert desk.postman.letters() == [(LUIS, letter)]
    with desk.house.directory.transaction() as tx:
        assert tx.users.lock(luis.id) == luis


def test_a_second_invitation_brings_another_password(desk: Desk, tenant: TenantId, tell: TellInvited) -> None:
    luis = desk.joined(tenant, LUIS, password_hash=None, must_change=True)
    for _ in range(2):
        desk.deliver(PersonInvited(tenant, luis.id, luis.id), tell)
    first, second = desk.postman.sent
    assert isinstance(second.letter, Invited)
    assert (second.letter.password, first.key != second.key) == ("temporal-2", True)


def test_a_mail_that_could_not_go_out_brings_another_password_later(
    desk: Desk, tenant: TenantId, tell: TellInvited
) -> None:
    luis = desk.joined(tenant, LUIS, password_hash=None, must_change=True)
    event = PersonInvited(tenant, luis.id, luis.id)
    ident = desk.put(event)
    desk.postman.failing[LUIS] = MailUndelivered("Sin red.")
    with pytest.raises(MailUndelivered):
        tell(event, ident)
    desk.postman.failing.clear()
    tell(event, ident)
    letter = desk.postman.sent[0].letter
    assert isinstance(letter, Invited)
    assert letter.password == "temporal-2"


@pytest.mark.parametrize("why", ["left", "disabled", "client gone"])
def test_nobody_is_invited_who_is_not_let_in_any_more(
    desk: Desk, tenant: TenantId, tell: TellInvited, why: str
) -> None:
    luis = desk.joined(tenant, LUIS, password_hash=None, must_change=True, active=why != "disabled")
    if why == "left":
        with desk.house.directory.transaction() as tx:
            tx.memberships.remove(luis.id, tenant)
    if why == "client gone":
        desk.house.let_go(RFC)
    desk.deliver(PersonInvited(tenant, luis.id, luis.id), tell)
    assert desk.postman.sent == []


def test_the_mailed_link_opens(world: World) -> None:
    desk = Desk()
    world.user("ana@ejemplo.mx")
    send = SendReset(world.directory, world.issue_reset, desk.post, RESET)
    desk.deliver(ResetAsked("ana@ejemplo.mx"), send)
    ((to, letter),) = desk.postman.letters()
    assert isinstance(letter, ResetPassword)
    secret = letter.reset_url.removeprefix(f"{RESET}?token=")
    assert (to, letter.valid_until > world.now, secret not in repr(desk.control.tables)) == (
        "ana@ejemplo.mx", True, True
    )  # fmt: skip
    world.reset_password(secret, "farol verde de otoño")
    world.enter("ana@ejemplo.mx", "farol verde de otoño")


def test_a_mail_that_was_sent_kills_no_link_when_its_event_comes_again(world: World) -> None:
    desk = Desk()
    world.user("ana@ejemplo.mx")
    send = SendReset(world.directory, world.issue_reset, desk.post, RESET)
    event = ResetAsked("ana@ejemplo.mx")
    ident = desk.put(event)
    for _ in range(2):
        send(event, ident)
    ((_, letter),) = desk.postman.letters()
    assert isinstance(letter, ResetPassword)
    world.reset_password(letter.reset_url.partition("=")[2], "farol verde de otoño")


def test_nobody_is_written_to_who_has_no_account_or_may_not_come_in(world: World) -> None:
    desk = Desk()
    gone = world.user("ida@ejemplo.mx")
    world.change_user(gone.id, active=False)
    send = SendReset(world.directory, world.issue_reset, desk.post, RESET)
    for email in ("nadie@ejemplo.mx", "ida@ejemplo.mx"):
        desk.deliver(ResetAsked(email), send)
    assert (desk.postman.sent, desk.posted()) == ([], ())


def test_one_disabled_before_its_mail_is_written_gets_none(world: World) -> None:
    desk = Desk()
    user = world.user("ana@ejemplo.mx")

    def issue(_: UserId) -> None:
        return None

    send = SendReset(world.directory, world.issue_reset, desk.post, RESET)
    desk.deliver(ResetAsked(user.email), replace(send, issue=issue))  # type: ignore[arg-type]
    assert desk.postman.sent == []
    assert [posted.state for posted in desk.posted()] == [MailState.DESCARTADO]
