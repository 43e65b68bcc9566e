"""What every Mailer promises; a subclass brings `mailer`, and `arrived` that tells what was handed on so far."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from horux_core.kernel.ids import EventId
from horux_core.notifications.letters import Joined, Welcome
from horux_core.notifications.model import Mail
from horux_core.notifications.ports import Mailer

ANA, LUIS, LOGIN = "ana@cascabel.mx", "luis@cascabel.mx", "https://horux360.example/login"
WELCOME = Welcome("Ana", ANA, "Cascabel SA de CV", "CAS2408138W2", "k9&x<7>", LOGIN)
JOINED = Joined("Luis", LUIS, "Cascabel SA de CV", "CAS2408138W2", LOGIN)
MAIL = Mail(EventId(UUID(int=1)), ANA, WELCOME)


class Arrived(NamedTuple):
    """A mail as whoever got it knows it."""

    key: str
    to: str
    subject: str


class MailerContract:
    def test_hands_on_each_mail(self, mailer: Mailer, arrived: Callable[[], Sequence[Arrived]]) -> None:
        second = Mail(EventId(UUID(int=2)), LUIS, JOINED)
        mailer.send(MAIL)
        mailer.send(second)
        assert sorted(arrived()) == sorted([
            Arrived(str(MAIL.key), ANA, WELCOME.subject), Arrived(str(second.key), LUIS, JOINED.subject)
        ])  # fmt: skip

    def test_a_resend_is_known_as_the_same(self, mailer: Mailer, arrived: Callable[[], Sequence[Arrived]]) -> None:
        mailer.send(MAIL)
        mailer.send(replace(MAIL, letter=replace(WELCOME)))
        assert len({mail.key for mail in arrived()}) == 1

    def test_one_event_s_letter_to_two_people_is_two_mails(
        self, mailer: Mailer, arrived: Callable[[], Sequence[Arrived]]
    ) -> None:
        mailer.send(MAIL)
        mailer.send(replace(MAIL, to=LUIS))
        assert len({mail.key for mail in arrived()}) == 2

    def test_one_with_another_password_is_another_mail(
        self, mailer: Mailer, arrived: Callable[[], Sequence[Arrived]]
    ) -> None:
        mailer.send(MAIL)
        mailer.send(replace(MAIL, letter=replace(WELCOME, password="otra")))
        assert len({mail.key for mail in arrived()}) == 2
