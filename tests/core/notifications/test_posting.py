"""Each letter goes out once; what fails is kept and can be tried again."""

from dataclasses import replace

import pytest

from contracts.clients import NOW, OPERATOR
from horux_adapters.memory.outbox import MemoryDeliveries
from horux_adapters.worker.handling import Handling
from horux_core.billing.events import SubscriptionCancelled
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.kernel.ids import EventId, TenantId
from horux_core.notifications.errors import MailRefused, MailUndelivered
from horux_core.notifications.letters import Joined
from horux_core.notifications.model import Envelope, Mail, MailState
from horux_core.notifications.posting import post_all, to_each
from horux_core.notifications.watching import ListMails, RetryMail
from tests.core.notifications.desk import ANA, Desk

LETTER = Joined("Ana", ANA, "Cascabel SA de CV", "CAS2408138W2", "https://horux360.invalid/login")
OTHER = "luis@cascabel.mx"


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def cause(desk: Desk) -> EventId:
    return desk.put(SubscriptionCancelled(TenantId(EventId(OPERATOR.user)), OPERATOR.user))  # type: ignore[arg-type]


def envelope(cause: EventId, to: str = ANA) -> Envelope:
    return Envelope(cause, "Joined", to, None)


def states(desk: Desk) -> dict[str, MailState]:
    return {posted.to: posted.state for posted in desk.posted()}


def test_sends_once_however_often_it_is_asked(desk: Desk, cause: EventId) -> None:
    for _ in range(3):
        desk.post(envelope(cause), lambda: LETTER)
    (mail,) = desk.postman.sent
    assert (mail.id, mail.to, mail.letter) == (cause, ANA, LETTER)
    (posted,) = desk.posted()
    assert (posted.state, posted.attempts, posted.sent_at) == (MailState.ENVIADO, 1, NOW)


def test_keeps_why_it_failed_and_sends_it_later(desk: Desk, cause: EventId) -> None:
    desk.postman.failing[ANA] = MailUndelivered("Sin red.")
    with pytest.raises(MailUndelivered):
        desk.post(envelope(cause), lambda: LETTER)
    (posted,) = desk.posted()
    assert (posted.state, posted.attempts) == (MailState.PENDIENTE, 1)
    assert posted.last_error is not None
    assert "Sin red." in posted.last_error
    desk.postman.failing.clear()
    desk.post(envelope(cause), lambda: LETTER)
    assert states(desk) == {ANA: MailState.ENVIADO}


def test_one_that_a_slow_server_still_takes_is_not_sent_by_another_worker(desk: Desk, cause: EventId) -> None:
    """Its event may be taken up by a second worker meanwhile, which sends what the first has not begun."""
    slow, meanwhile = desk.postman.send, [ANA]

    def send(mail: Mail) -> None:
        if mail.to in meanwhile:
            meanwhile.clear()
            with pytest.raises(MailUndelivered):
                post_all(desk.post, cause, TenantId(cause), to_each((ANA, OTHER), LETTER))
        slow(mail)

    desk.postman.send = send  # type: ignore[method-assign]
    post_all(desk.post, cause, TenantId(cause), to_each((ANA, OTHER), LETTER))
    assert sorted(to for to, _ in desk.postman.letters()) == [ANA, OTHER], "nobody got it twice"
    assert states(desk) == {ANA: MailState.ENVIADO, OTHER: MailState.ENVIADO}


def test_one_that_broke_while_it_was_written_may_be_tried_at_once(desk: Desk, cause: EventId) -> None:
    def write() -> Joined:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        desk.post(envelope(cause), write)
    desk.post(envelope(cause), lambda: None)
    desk.post(envelope(cause), lambda: LETTER)
    assert states(desk) == {ANA: MailState.ENVIADO}


def test_a_refused_one_is_not_tried_again_by_itself(desk: Desk, cause: EventId) -> None:
    desk.postman.failing[ANA] = MailRefused("No existe.")
    for _ in range(2):
        with pytest.raises(MailRefused, match="No existe"):
            desk.post(envelope(cause), lambda: LETTER)
    desk.postman.failing.clear()
    with pytest.raises(MailRefused):
        desk.post(envelope(cause), lambda: LETTER)
    assert desk.postman.sent == []
    assert states(desk) == {ANA: MailState.MUERTO}


def test_nothing_is_written_for_one_that_was_sent(desk: Desk, cause: EventId) -> None:
    written: list[int] = []

    def write() -> Joined:
        written.append(1)
        return LETTER

    desk.post(envelope(cause), write)
    desk.post(envelope(cause), write)
    assert len(written) == 1


def test_what_is_called_off_is_not_sent(desk: Desk, cause: EventId) -> None:
    desk.post(envelope(cause), lambda: None)
    MemoryDeliveries(desk.control).delivered(cause, NOW)
    assert desk.postman.sent == []
    assert states(desk) == {ANA: MailState.DESCARTADO}


def test_one_that_cannot_be_written_is_dead_and_says_why(desk: Desk, cause: EventId) -> None:
    def write() -> Joined:
        raise MailRefused("Falta la cuenta.")

    with pytest.raises(MailRefused):
        desk.post(envelope(cause), write)
    (posted,) = desk.posted()
    assert (posted.state, "Falta la cuenta." in (posted.last_error or "")) == (MailState.MUERTO, True)


@pytest.mark.parametrize("failure", [MailUndelivered("Sin red."), MailRefused("No existe.")], ids=["later", "never"])
def test_one_that_fails_holds_up_no_other(desk: Desk, cause: EventId, failure: MailUndelivered | MailRefused) -> None:
    desk.postman.failing[ANA] = failure
    with pytest.raises(type(failure)):
        post_all(desk.post, cause, TenantId(cause), to_each((ANA, OTHER), LETTER))
    assert [to for to, _ in desk.postman.letters()] == [OTHER]


def test_what_may_still_go_out_keeps_its_event_alive(desk: Desk, cause: EventId) -> None:
    desk.postman.failing = {ANA: MailRefused("No existe."), OTHER: MailUndelivered("Sin red.")}
    with pytest.raises(MailUndelivered):
        post_all(desk.post, cause, TenantId(cause), to_each((ANA, OTHER), LETTER))
    del desk.postman.failing[OTHER]
    with pytest.raises(MailRefused):
        post_all(desk.post, cause, TenantId(cause), to_each((ANA, OTHER), LETTER))
    assert states(desk) == {ANA: MailState.MUERTO, OTHER: MailState.ENVIADO}


def test_a_dead_mail_is_seen_and_sent_when_the_operator_asks(desk: Desk, cause: EventId) -> None:
    """Over the worker: an event whose mail was refused is given up, and delivered anew when it is asked for."""
    deliveries = MemoryDeliveries(desk.control)
    react = lambda _, ident: post_all(desk.post, ident, TenantId(ident), to_each((ANA, OTHER), LETTER))  # noqa: E731
    handling = Handling(deliveries, None, {SubscriptionCancelled: react}, {}, desk.now)  # type: ignore[arg-type]
    desk.postman.failing[ANA] = MailRefused("No existe.")
    assert handling.deliver()
    assert not handling.deliver()
    (dead,) = ListMails(desk.mails)(OPERATOR, MailState.MUERTO).items
    assert dead.to == ANA
    desk.postman.failing.clear()
    RetryMail(desk.mails)(OPERATOR, dead.id)
    *_, entry = desk.control.tables["audit_log"].values()
    assert (entry.action, entry.email, entry.path) == (
        "correo-reintentado", OPERATOR.email, f"/api/admin/mails/{dead.id}/retry"
    )  # fmt: skip
    assert handling.deliver()
    assert states(desk) == {ANA: MailState.ENVIADO, OTHER: MailState.ENVIADO}
    assert sorted(to for to, _ in desk.postman.letters()) == [ANA, OTHER], "nobody got it twice"


def test_only_the_operator_sees_and_retries_mails(desk: Desk, cause: EventId) -> None:
    desk.post(envelope(cause), lambda: LETTER)
    owner = replace(OPERATOR, platform_admin=False, tenant_id=TenantId(cause), role=Role.OWNER)
    with pytest.raises(ActionForbidden):
        ListMails(desk.mails)(owner)
    with pytest.raises(ActionForbidden):
        RetryMail(desk.mails)(owner, desk.posted()[0].id)
