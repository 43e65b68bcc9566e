"""What every Mailer promises; a subclass brings `mailer`, and `arrived` that tells what was handed on so far."""

from collections.abc import Callable, Sequence

from horux_core.notifications.model import Message
from horux_core.notifications.ports import Mailer

MESSAGE = Message("íñigo@cascabel.mx", "Bienvenido a Horux360", "Hola, Íñigo:\n\nContraseña temporal: a&b<c>\n")


class MailerContract:
    def test_hands_on_each_mail_as_it_is(self, mailer: Mailer, arrived: Callable[[], Sequence[Message]]) -> None:
        second = Message("ana@cascabel.mx", "Te invitaron a Horux360", "Hola.\n")
        mailer.send(MESSAGE)
        mailer.send(second)
        assert list(arrived()) == [MESSAGE, second]
