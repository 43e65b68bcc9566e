from dataclasses import replace
from uuid import uuid4

import pytest

from contracts.clients import NOW, RFC
from horux_adapters.memory.mails import MemoryMails
from horux_adapters.memory.notifications import MemoryMailer
from horux_core.identity.model import User
from horux_core.kernel.ids import EventId, TenantId, UserId
from horux_core.notifications.letters import Joined, Welcome
from horux_core.notifications.posting import PostMail
from horux_core.notifications.readers import Readers
from horux_core.notifications.welcoming import WelcomeClient
from horux_core.onboarding.events import ClientWelcomed
from tests.core.onboarding.house import House

LOGIN = "https://horux360.invalid/entrar"
IDENT = EventId(uuid4())


class Passwords:
    """Counts the passwords it makes; each is kept as the user's temporary one."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.made = 0

    def __call__(self, user: UserId, tenant: TenantId, /) -> str | None:
        with self.house.directory.transaction() as tx:
            found = tx.users.lock(user)
            if found.has_chosen or found.temporary_from not in (None, tenant):
                return None
            self.made += 1
            tx.users.save(found.with_temporary_password(f"hash-{self.made}", NOW, tenant))
        return f"temporal-{self.made}"


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def mailer() -> MemoryMailer:
    return MemoryMailer()


@pytest.fixture
def welcome(house: House, mailer: MemoryMailer) -> WelcomeClient:
    post = PostMail(MemoryMails(house.control), mailer, lambda: NOW)
    return WelcomeClient(Readers(house.registry, house.directory, None), Passwords(house), post, LOGIN)


@pytest.fixture
def event(house: House) -> ClientWelcomed:
    house.take_in()
    event, *_ = house.events()
    assert isinstance(event, ClientWelcomed)
    return event


def changed(house: House, event: ClientWelcomed, **changes: object) -> None:
    with house.directory.transaction() as tx:
        user: User = tx.users.lock(event.user)
        tx.users.save(replace(user, **changes))  # type: ignore[arg-type]


def test_tells_the_owner_how_to_come_in(welcome: WelcomeClient, mailer: MemoryMailer, event: ClientWelcomed) -> None:
    welcome(event, IDENT)
    (mail,) = mailer.sent
    assert (mail.id, mail.to) == (IDENT, "ana@cascabel.mx")
    assert mail.letter == Welcome("Ana Cascabel", "ana@cascabel.mx", "Cascabel SA de CV", RFC, "temporal-1", LOGIN)
    assert "temporal-1" not in repr(mail)


def test_makes_none_for_a_mail_that_was_sent(
    welcome: WelcomeClient, mailer: MemoryMailer, event: ClientWelcomed
) -> None:
    welcome(event, IDENT)
    welcome(event, IDENT)
    (mail,) = mailer.sent
    assert isinstance(mail.letter, Welcome)
    assert mail.letter.password == "temporal-1", "another one would have killed the one that was mailed"
    assert isinstance(welcome.passwords, Passwords)
    assert welcome.passwords.made == 1


def test_makes_another_password_at_each_resend(
    welcome: WelcomeClient, mailer: MemoryMailer, event: ClientWelcomed
) -> None:
    welcome(event, IDENT)
    welcome(event, EventId(uuid4()))
    first, second = mailer.sent
    assert isinstance(first.letter, Welcome)
    assert second.letter == replace(first.letter, password="temporal-2")
    assert first.key != second.key, "a mailbox that drops what it has would keep the dead password"


def test_makes_no_password_for_who_has_one(
    welcome: WelcomeClient, mailer: MemoryMailer, event: ClientWelcomed, house: House
) -> None:
    changed(house, event, password_hash="suya", must_change=False)
    welcome(replace(event, new_user=False), IDENT)
    (mail,) = mailer.sent
    assert mail.letter == Joined("Ana Cascabel", "ana@cascabel.mx", "Cascabel SA de CV", RFC, LOGIN)
    with house.directory.transaction() as tx:
        assert tx.users.lock(event.user).password_hash == "suya"


def test_never_takes_back_a_password_that_was_chosen(
    welcome: WelcomeClient, mailer: MemoryMailer, event: ClientWelcomed, house: House
) -> None:
    welcome(event, IDENT)
    changed(house, event, password_hash="suya", must_change=False)
    welcome(event, EventId(uuid4()))
    assert len(mailer.sent) == 1


def test_writes_to_nobody_when_the_client_has_left(
    welcome: WelcomeClient, mailer: MemoryMailer, event: ClientWelcomed, house: House
) -> None:
    house.let_go(RFC)
    welcome(event, IDENT)
    welcome(replace(event, tenant=TenantId(uuid4())), IDENT)
    assert mailer.sent == []


def test_writes_to_nobody_who_is_not_of_the_client(
    welcome: WelcomeClient, mailer: MemoryMailer, event: ClientWelcomed, house: House
) -> None:
    with house.directory.transaction() as tx:
        tx.users.remove(event.user)
    welcome(event, IDENT)
    assert mailer.sent == []


@pytest.mark.parametrize("new_user", [True, False])
def test_leaves_a_temporary_password_that_another_client_s_mail_brought(
    welcome: WelcomeClient, mailer: MemoryMailer, event: ClientWelcomed, house: House, new_user: bool
) -> None:
    changed(house, event, password_hash="suya", temporary_from=TenantId(uuid4()))
    welcome(replace(event, new_user=new_user), IDENT)
    (mail,) = mailer.sent
    assert mail.letter == Joined("Ana Cascabel", "ana@cascabel.mx", "Cascabel SA de CV", RFC, LOGIN, mailed=True)
    with house.directory.transaction() as tx:
        assert tx.users.lock(event.user).password_hash == "suya"
