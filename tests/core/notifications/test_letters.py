"""Letters and mails as values: their subjects to the letter, nothing secret shown, no line that is not theirs."""

from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.identity.errors import EmailMalformed
from horux_core.kernel.ids import EventId
from horux_core.notifications.letters import (
    LETTERS,
    FielExpiring,
    FielHealed,
    FielTrouble,
    FielUploaded,
    Invited,
    Joined,
    PackagesRefused,
    ResetPassword,
    Welcome,
    one_line,
)
from horux_core.notifications.model import Mail

AT = datetime(2026, 4, 18, 15, 20, tzinfo=UTC)
WELCOME = Welcome("Ana", "ana@x.mx", "Cascabel", "CAS2408138W2", "k9-secreta", "https://h.example/login")
RESET = ResetPassword("Ana", "ana@x.mx", "https://h.example/reset?token=k9-secreta", AT)
SUBJECTS = {
    "Welcome": "Bienvenido a Horux360",
    "Joined": "Bienvenido a Horux360",
    "Invited": "Te invitaron a Horux360",
    "ResetPassword": "Restablece tu contraseña - Horux360",
    "FielUploaded": "[Cascabel] subió su FIEL",
    "FielExpiring": "Tu e.firma vence en 60 días - Horux360",
    "FielHealed": "[Cascabel] se reparó una copia de su FIEL",
    "FielTrouble": "[Cascabel] su FIEL necesita atención",
    "PackagesRefused": "[Cascabel] archivos de su buzón del SAT sin importar",
    "PaymentReceived": "Confirmación de pago - Horux360",
    "PaymentFailed": "Problema con tu pago - Horux360",
    "SubscriptionExpiring": "Tu suscripción vence en 5 días",
    "SubscriptionCancelled": "Suscripción cancelada - Horux360",
    "PaymentLinkSent": "Liga de pago de tu suscripción - Horux360",
    "BankDetails": "Datos para pagar por transferencia - Horux360",
    "ObligationsReminder": "Obligaciones fiscales por atender - Horux360",
    "BackupTrouble": "El respaldo necesita atención - Horux360",
}


def uploaded(empresa: str) -> FielUploaded:
    return FielUploaded(empresa, "CAS2408138W2", "30001000000500003416", date(2029, 6, 30), "ana@x.mx", AT)


def expiring(dias: int) -> FielExpiring:
    return FielExpiring(
        "Cascabel", "CAS2408138W2", "30001000000500003416", date(2029, 6, 30), dias, "https://h.example/"
    )


def healed(empresa: str) -> FielHealed:
    return FielHealed(empresa, "CAS2408138W2", "base", AT)


def trouble(empresa: str) -> FielTrouble:
    return FielTrouble(empresa, "CAS2408138W2", "libro-roto", AT)


def refused(empresa: str) -> PackagesRefused:
    return PackagesRefused(empresa, "CAS2408138W2", 1, ("a.zip",), "buzon/x/rechazados", AT)


def test_the_subjects_are_those_agreed() -> None:
    own = (uploaded("Cascabel"), expiring(60), healed("Cascabel"), trouble("Cascabel"), refused("Cascabel"))
    subjects: dict[str, object] = {type(letter).__name__: letter.subject for letter in own}
    subjects |= {kind.__name__: kind.subject for kind in LETTERS if kind.__name__ not in subjects}
    assert subjects == SUBJECTS


def test_both_copies_are_not_called_one() -> None:
    assert replace(healed("Cascabel"), copia="ambas").subject == "[Cascabel] se repararon las copias de su FIEL"


def test_the_last_days_of_an_e_firma_have_a_name() -> None:
    assert [expiring(dias).subject.removesuffix(" - Horux360") for dias in (7, 1, 0)] == [
        "Tu e.firma vence en 7 días", "Tu e.firma vence mañana", "Tu e.firma vence hoy",
    ]  # fmt: skip


@given(st.text())
def test_a_subject_is_one_line_whatever_the_client_is_called(empresa: str) -> None:
    for letter, ending in (
        (uploaded(empresa), "] subió su FIEL"),
        (healed(empresa), "] se reparó una copia de su FIEL"),
    ):
        assert len(letter.subject.splitlines()) == 1
        assert letter.subject.startswith("[")
        assert letter.subject.endswith(ending)
        letter.subject.encode("utf-8")


@pytest.mark.parametrize("mark", ["\r\n", "\n", "\r", "\x00", "\x0b", "\x85", "\u2028", "\u202e", "\ud800", "\t"])
def test_what_breaks_a_line_or_turns_it_round_is_a_space(mark: str) -> None:
    assert one_line(f" Cascabel{mark}Bcc: todos ") == "Cascabel Bcc: todos"


def test_what_people_are_called_stays() -> None:
    assert one_line("Íñigo Ñuñez & Hijas 👩‍👩‍👧 <3") == "Íñigo Ñuñez & Hijas 👩‍👩‍👧 <3"


@pytest.mark.parametrize(
    "letter",
    [WELCOME, RESET, Invited("A", "a@x.mx", "B", "C", "R", "visor", "k9-secreta", "https://h.example/")],  # type: ignore[arg-type]
)
def test_no_secret_shows_itself(letter: Welcome | ResetPassword | Invited) -> None:
    assert "secreta" not in repr(letter)
    assert "secreta" not in repr(Mail(EventId(uuid4()), "ana@x.mx", letter))


def test_letters_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        WELCOME.password = "otra"  # type: ignore[misc]
    assert all(fields(kind) for kind in LETTERS)


class TestMail:
    def test_a_resend_has_the_key_of_the_first(self) -> None:
        ident = EventId(UUID(int=7))
        letter = Joined("Ana", "ana@x.mx", "Cascabel", "CAS2408138W2", "https://h.example/login")
        first = Mail(ident, "ana@x.mx", letter)
        assert first.key == Mail(ident, "Ana@X.mx", letter).key
        assert first.key != Mail(ident, "luis@x.mx", letter).key
        assert first.key != Mail(EventId(UUID(int=8)), "ana@x.mx", letter).key

    @pytest.mark.parametrize(("letter", "secret"), [(WELCOME, "password"), (RESET, "reset_url")])
    def test_one_with_another_secret_is_another(self, letter: Welcome | ResetPassword, secret: str) -> None:
        first = Mail(EventId(UUID(int=7)), "ana@x.mx", letter)
        second = replace(first, letter=replace(letter, **{secret: "https://h.example/otra"}))  # type: ignore[arg-type]
        assert first.key != second.key

    @pytest.mark.parametrize("to", ["", "ana", "ana@x.mx, luis@x.mx", "ana@x.mx\r\nBcc: luis@x.mx", "íñigo@x.mx"])
    def test_goes_to_one_address(self, to: str) -> None:
        with pytest.raises(EmailMalformed):
            Mail(EventId(uuid4()), to, WELCOME)
