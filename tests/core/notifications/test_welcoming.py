from dataclasses import replace
from uuid import uuid4

import pytest

from contracts.clients import NOW, RFC
from horux_adapters.memory.notifications import MemoryMailer
from horux_core.identity.model import User
from horux_core.kernel.ids import TenantId, UserId
from horux_core.notifications.welcoming import WelcomeClient
from horux_core.onboarding.events import ClientWelcomed
from tests.core.onboarding.house import House

LOGIN = "https://horux360.invalid/entrar"


class Passwords:
    """Counts the passwords it makes; each is kept as the user's temporary one."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.made = 0

    def __call__(self, user: UserId, /) -> str | None:
        with self.house.directory.transaction() as tx:
            found = tx.users.lock(user)
            if found.has_chosen:
                return None
            self.made += 1
            tx.users.save(found.with_temporary_password(f"hash-{self.made}", NOW))
        return f"temporal-{self.made}"


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def mailer() -> MemoryMailer:
    return MemoryMailer()


@pytest.fixture
def welcome(house: House, mailer: MemoryMailer) -> WelcomeClient:
    return WelcomeClient(house.registry, house.directory, Passwords(house), mailer, LOGIN)


@pytest.fixture
def event(house: House) -> ClientWelcomed:
    house.take_in()
    (event,) = house.events()
    assert isinstance(event, ClientWelcomed)
    return event


def changed(house: House, event: ClientWelcomed, **changes: object) -> None:
    with house.directory.transaction() as tx:
        user: User = tx.users.lock(event.user)
        tx.users.save(replace(user, **changes))  # type: ignore[arg-type]


def test_tells_the_owner_how_to_come_in(welcome: WelcomeClient, mailer: MemoryMailer, event: ClientWelcomed) -> None:
    welcome(event)
    (message,) = mailer.sent
    assert (message.to, message.subject) == ("ana@cascabel.mx", "Bienvenido a Horux360")
    for part in ("ana@cascabel.mx", "temporal-1", LOGIN, RFC, "Cascabel SA de CV", "Ana Cascabel", "7 días"):
        assert part in message.text
    assert "temporal-1" not in repr(message)


def test_makes_another_password_at_each_resend(
    welcome: WelcomeClient, mailer: MemoryMailer, event: ClientWelcomed
) -> None:
    welcome(event)
    welcome(event)
    assert ["temporal-1" in mailer.sent[0].text, "temporal-2" in mailer.sent[1].text] == [True, True]


def test_makes_no_password_for_who_has_one(
    welcome: WelcomeClient, mailer: MemoryMailer, event: ClientWelcomed, house: House
) -> None:
    changed(house, event, password_hash="suya", must_change=False)
    welcome(replace(event, new_user=False))
    (message,) = mailer.sent
    assert message.subject == "Bienvenido a Horux360"
    assert LOGIN in message.text
    assert "temporal" not in message.text
    with house.directory.transaction() as tx:
        assert tx.users.lock(event.user).password_hash == "suya"


def test_never_takes_back_a_password_that_was_chosen(
    welcome: WelcomeClient, mailer: MemoryMailer, event: ClientWelcomed, house: House
) -> None:
    welcome(event)
    changed(house, event, password_hash="suya", must_change=False)
    welcome(event)
    assert len(mailer.sent) == 1


def test_writes_to_nobody_when_the_client_has_left(
    welcome: WelcomeClient, mailer: MemoryMailer, event: ClientWelcomed, house: House
) -> None:
    house.let_go(RFC)
    welcome(event)
    welcome(replace(event, tenant=TenantId(uuid4())))
    assert mailer.sent == []


def test_writes_to_nobody_who_is_not_of_the_client(
    welcome: WelcomeClient, mailer: MemoryMailer, event: ClientWelcomed, house: House
) -> None:
    with house.directory.transaction() as tx:
        tx.users.remove(event.user)
    welcome(event)
    assert mailer.sent == []
