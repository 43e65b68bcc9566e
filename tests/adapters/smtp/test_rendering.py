"""Letters drawn: the same in both parts, for every mail program, and harmless whatever people are called."""

import re
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_adapters.smtp.rendering import Rendering, facts
from horux_adapters.smtp.samples import SAMPLES
from horux_adapters.smtp.wording import cada, dia, importe, papel, plan
from horux_core.billing.model import Frequency
from horux_core.identity.model import Role
from horux_core.kernel.ids import EventId
from horux_core.notifications.letters import LETTERS, Joined, Letter, PaymentLinkSent, one_line
from horux_core.notifications.model import Mail
from horux_core.plans.model import Plan
from tests.adapters.smtp.postbox import COMPOSING
from tests.adapters.smtp.reading import Page

DRAWN = Rendering()
EACH = pytest.mark.parametrize("letter", SAMPLES, ids=lambda letter: type(letter).__name__)
ADDRESSES = ("login_url", "pay_url", "reset_url", "calendar_url")
NOT_OTHERS_WORDS = (*ADDRESSES, "email", "uploaded_by", "password")
HOSTILE = (
    "<script>alert(1)</script>", "</title></style><img src=x onerror=alert(1)>", "\"><a href='//x'>", "{{ 7 * 7 }}",
    "Ana\r\nBcc: todos@x.mx\r\n\r\nEntra en http://robo.example", "https://robo.example/x", "www.robo.example", "",
    "Íñigo 👩‍👩‍👧 \u202eonroc", "ñ" * 500, "<" * 500, "]]>--><!--", "&amp;lt;", "\x00\x0b\u2028\ud800", "x" * 500,
)  # fmt: skip
names = st.sampled_from(HOSTILE) | st.text(max_size=500)
TEXT = re.compile(r"https?://[^\s<>\"]+")


def shown(value: object) -> str:
    """How a fact stands in a letter."""
    match value:
        case Decimal():
            return importe(value)
        case Plan():
            return plan(value)
        case Role():
            return papel(value)
        case Frequency():
            return cada(value)
        case date():
            return dia(value)
        case str():
            return value
    return ""


def links(letter: Letter) -> set[str]:
    return {getattr(letter, name) for name in ADDRESSES if getattr(letter, name, None)}


def called(letter: Letter, name: str) -> Letter:
    """The letter, with `name` wherever it holds words that somebody chose."""
    theirs = [f.name for f in fields(letter) if f.name not in NOT_OTHERS_WORDS and type(getattr(letter, f.name)) is str]
    changes: dict[str, Any] = dict.fromkeys(theirs, name)
    return replace(letter, **changes)


def test_there_is_a_sample_of_every_kind() -> None:
    assert {type(letter) for letter in SAMPLES} == set(LETTERS)


@EACH
def test_every_fact_stands_in_both_parts(letter: Letter) -> None:
    drawn = DRAWN(letter)
    page = Page(drawn.html)
    for field in fields(letter):
        if field.name != "method":
            assert shown(getattr(letter, field.name)) in page.words, field.name
            assert shown(getattr(letter, field.name)) in drawn.text, field.name


@EACH
def test_both_parts_say_the_same(letter: Letter) -> None:
    drawn = DRAWN(letter, replies=True)
    words = Page(drawn.html).words
    told = [
        line for line in drawn.text.splitlines() if line and not TEXT.match(line) and line not in ("Horux360", "--")
    ]
    assert len(told) > 5
    for line in told:
        if not line.startswith(("Entra a", "Paga", "Elige tu", "Revisa tu", "Importe: ")):
            assert line in words or line.replace(": ", " ", 1) in words, line


@EACH
def test_the_only_addresses_are_those_the_letter_brings(letter: Letter) -> None:
    drawn = DRAWN(letter, replies=True)
    assert Page(drawn.html).addresses == links(letter)
    assert set(TEXT.findall(drawn.text)) == links(letter)
    assert "url(" not in drawn.html
    assert "@import" not in drawn.html


@EACH
def test_what_a_mail_program_may_drop_is_not_needed(letter: Letter) -> None:
    html = DRAWN(letter).html
    body = html.partition("<body")[2]
    assert len(html.encode()) < 100_000
    assert max(map(len, html.splitlines())) < 2_000
    for word in ("<style", "<link", "<script", "<img", "flex", "grid", "float", "position:", 'class=""'):
        assert word not in body, word
    for text in re.findall(r"<(?:p|h1|td|th|a) [^>]*>", body):
        assert "font-family" in text, text
    head = html.partition("</head>")[0]
    assert head.index("charset") < 200
    assert all(
        rule.rstrip().endswith("!important")
        for rule in re.findall(r"[a-z-]+: [^;{}]+(?=;)", head.partition("@media")[2])
    )


@EACH
@given(name=names)
def test_nobody_s_name_changes_what_a_letter_is_made_of(letter: Letter, name: str) -> None:
    plain, hostile = DRAWN(letter), DRAWN(called(letter, name))
    page, as_it_is = Page(hostile.html), Page(plain.html)
    assert page.tags == as_it_is.tags
    assert [each for each, _ in page.attributes] == [each for each, _ in as_it_is.attributes]
    assert page.addresses == links(letter)
    assert len(hostile.text.splitlines()) == len(plain.text.splitlines())
    assert len(hostile.html.encode()) < 100_000
    assert len(hostile.subject.splitlines()) == 1
    for text in (page.words, hostile.text):
        assert "robo.example" not in text, "a mail program would make a link of it"
        assert set(TEXT.findall(text)) == links(letter)


@EACH
@given(name=names)
def test_the_message_can_travel_and_be_read(letter: Letter, name: str) -> None:
    letter = called(letter, name)
    mail = Mail(EventId(UUID(int=1)), "ana@cascabel.mx", letter)
    raw = COMPOSING(mail)
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    raw.decode("ascii")
    read = message_from_bytes(raw, EmailMessage, policy=SMTP)
    assert read.keys() == [
        "Subject", "From", "To", "Reply-To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
        "Content-Type",
    ]  # fmt: skip
    assert read["Subject"] == one_line(letter.subject)
    drawn = DRAWN(letter, replies=True)
    for kind, text in (("plain", drawn.text), ("html", drawn.html)):
        part = read.get_body((kind,))
        assert part is not None
        assert part.get_content().replace("\r\n", "\n").strip() == text.strip()


def test_a_dot_in_a_name_stays_where_no_link_can_come_of_it() -> None:
    joined = Joined("Ana", "ana@x.mx", "Cascabel S.A. de C.V.", "CAS2408138W2", "https://horux360.example/login")
    assert facts(joined)["empresa"] == "Cascabel S.A. de C.V."
    assert facts(replace(joined, empresa="http://robo.mx"))["empresa"] == "http: //robo. mx"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "data:text/html,x", "//robo.example", "https:///x"])
def test_a_button_leads_to_the_web_or_the_letter_is_not_drawn(url: str) -> None:
    sent = next(letter for letter in SAMPLES if isinstance(letter, PaymentLinkSent))
    with pytest.raises(ValueError, match="https"):
        DRAWN(replace(sent, pay_url=url))


def test_nothing_secret_shows_itself() -> None:
    assert "k7mz" not in repr(DRAWN(SAMPLES[0]))


def test_an_answer_is_asked_for_where_somebody_reads_it() -> None:
    joined = next(letter for letter in SAMPLES if isinstance(letter, Joined))
    for replies in (True, False):
        drawn = DRAWN(joined, replies=replies)
        assert ("Responde a este correo" in drawn.html, "Responde a este correo" in drawn.text) == (replies, replies)
