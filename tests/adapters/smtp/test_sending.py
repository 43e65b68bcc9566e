"""Handing mails to a server: a real one, that offers TLS or not, takes them or not, or does not answer at all."""

import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.ports.mailer import ANA, LUIS, MAIL, WELCOME, Arrived, MailerContract
from horux_core.kernel.errors import HoruxError
from horux_core.notifications.errors import MailRefused, MailUndelivered
from horux_core.notifications.ports import Mailer
from tests.adapters.smtp.postbox import ACCOUNT, NOW, PASSWORD, Postbox, certificate, raw, running
from tests.system.processes import free_port


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificado"))


@pytest.fixture
def postbox(trusted: Path) -> Iterator[Postbox]:
    with running(Postbox(), trusted) as box:
        yield box


@pytest.fixture
def mailer(postbox: Postbox, trusted: Path) -> Mailer:
    return postbox.mailer(trusted)


def failure(mailer: Mailer) -> HoruxError:
    with pytest.raises(HoruxError) as failed:
        mailer.send(MAIL)
    assert PASSWORD not in f"{failed.value}{failed.value.facts}"
    assert WELCOME.password not in str(failed.value)
    return failed.value


class TestSmtpMailer(MailerContract):
    @pytest.fixture
    def mailer(self, postbox: Postbox, trusted: Path) -> Mailer:
        return postbox.mailer(trusted)

    @pytest.fixture
    def arrived(self, postbox: Postbox) -> Callable[[], Sequence[Arrived]]:
        return lambda: [
            Arrived(mail["Message-ID"][1:].partition("@")[0], mail["To"], mail["Subject"]) for mail in postbox.mails
        ]


def test_says_who_writes_and_that_no_person_does(postbox: Postbox, mailer: Mailer) -> None:
    mailer.send(MAIL)
    (mail,), (envelope,) = postbox.mails, postbox.taken
    assert mail["From"] == "Horux360 <noreply@horuxfin.com>"
    assert mail["To"] == ANA
    assert mail["Reply-To"] == "ayuda@horuxfin.com"
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"] == f"<{MAIL.key}@horuxfin.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert (envelope.mail_from, envelope.rcpt_tos) == ("noreply@horuxfin.com", [ANA])
    assert WELCOME.password in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    lines = raw(envelope).split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_goes_by_tls_under_its_account(postbox: Postbox, mailer: Mailer) -> None:
    mailer.send(MAIL)
    assert postbox.secure == [True]
    assert postbox.accounts == [ACCOUNT.encode()]


def test_tls_may_come_first(trusted: Path) -> None:
    with running(Postbox(), trusted, tls_first=True) as box:
        box.mailer(trusted, tls_first=True).send(MAIL)
        assert (len(box.mails), box.accounts) == (1, [ACCOUNT.encode()])


@pytest.mark.parametrize(
    "changes", [{"user": None, "tls_required": True}, {"tls_required": False}, {"tls_required": True}]
)
def test_no_mail_in_the_clear_where_tls_is_required_and_never_a_password(
    trusted: Path, changes: dict[str, object]
) -> None:
    with running(Postbox(tls=False), trusted) as box:
        assert isinstance(failure(box.mailer(trusted, **changes)), MailUndelivered)
        assert (box.taken, box.accounts) == ([], [])


def test_in_development_a_server_without_tls_or_account_will_do(trusted: Path) -> None:
    with running(Postbox(tls=False), trusted) as box:
        box.mailer(trusted, user=None, password=None, tls_required=False).send(MAIL)
        assert (len(box.mails), box.secure) == (1, [False])


def test_in_development_tls_is_used_where_there_is_any(postbox: Postbox, trusted: Path) -> None:
    postbox.mailer(trusted, user=None, password=None, tls_required=False).send(MAIL)
    assert postbox.secure == [True]


def test_a_server_nobody_vouches_for_gets_nothing(postbox: Postbox) -> None:
    assert isinstance(failure(postbox.mailer()), MailUndelivered)
    assert (postbox.taken, postbox.accounts) == ([], [])


def test_a_wrong_password_can_be_mended_and_the_mail_sent_again(postbox: Postbox, trusted: Path) -> None:
    failed = failure(postbox.mailer(trusted, password="otra"))
    assert isinstance(failed, MailUndelivered)
    assert "535" in str(failed)
    assert postbox.taken == []


@pytest.mark.parametrize(
    ("whose", "answer", "kind"),
    [
        (ANA, "550 5.1.1 No such user", MailRefused),
        (ANA, "553 Malformed", MailRefused),
        (ANA, "450 4.2.1 Greylisted, come back", MailUndelivered),
        (ANA, "421 4.3.0 Going down", MailUndelivered),
        (ANA, "550 5.4.5 Daily user sending limit exceeded", MailUndelivered),
        ("data", "554 5.7.1 Looks like spam", MailRefused),
        ("data", "452 4.3.1 Disk full", MailUndelivered),
    ],
)
def test_what_the_server_says_for_good_is_told_from_what_may_pass(
    postbox: Postbox, mailer: Mailer, whose: str, answer: str, kind: type[HoruxError]
) -> None:
    postbox.answers[whose] = answer
    failed = failure(mailer)
    assert type(failed) is kind
    assert answer in str(failed), "who reads it sees the server's words"
    assert postbox.taken == []


def test_what_was_taken_is_not_sent_again_because_of_a_rude_good_bye(postbox: Postbox, mailer: Mailer) -> None:
    postbox.rude = True
    mailer.send(MAIL)
    assert len(postbox.taken) == 1


def test_one_that_was_refused_does_not_spoil_the_next(postbox: Postbox, mailer: Mailer) -> None:
    postbox.answers[ANA] = "550 5.1.1 No such user"
    failure(mailer)
    mailer.send(replace(MAIL, to=LUIS))
    assert [envelope.rcpt_tos for envelope in postbox.taken] == [[LUIS]]


def test_the_server_s_words_are_one_short_line(postbox: Postbox, mailer: Mailer) -> None:
    postbox.answers[ANA] = "550-5.1.1 uno\r\n550 5.1.1 " + "x" * 400
    told = str(failure(mailer))
    assert told.isprintable()
    assert len(told) < 400


def test_nobody_there(trusted: Path) -> None:
    box = Postbox(port=free_port())
    failed = failure(box.mailer(trusted))
    assert isinstance(failed, MailUndelivered)
    assert failed.facts["retryAfter"]


def test_a_server_that_does_not_answer_is_left_in_time(trusted: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        box = Postbox(port=silent.getsockname()[1])
        for changes in ({}, {"tls_first": True}):
            assert isinstance(failure(box.mailer(trusted, timeout=0.2, **changes)), MailUndelivered)


def test_no_secret_shows_itself(postbox: Postbox, trusted: Path) -> None:
    mailer = postbox.mailer(trusted)
    assert PASSWORD not in repr(mailer)
    assert mailer.server.tls.verify_mode == ssl.CERT_REQUIRED
