"""Mails kept as files: whole, for one pair of eyes, under names of our own."""

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from contracts.ports.mailer import ANA, JOINED, LUIS, MAIL, WELCOME, Arrived, MailerContract
from horux_adapters.smtp.folder import FolderMailer, MailFolder
from horux_core.kernel.ids import EventId
from horux_core.notifications.errors import MailUndelivered
from horux_core.notifications.model import Mail
from horux_core.notifications.ports import Mailer
from tests.adapters.smtp.postbox import COMPOSING, NOW


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "datos" / "correo"


@pytest.fixture
def mailer(folder: Path) -> Mailer:
    return FolderMailer(folder, COMPOSING)


class TestFolderMailer(MailerContract):
    @pytest.fixture
    def mailer(self, folder: Path) -> Mailer:
        return FolderMailer(folder, COMPOSING)

    @pytest.fixture
    def arrived(self, folder: Path) -> Callable[[], Sequence[Arrived]]:
        return lambda: [Arrived(str(mail.key), mail.to, mail.subject) for mail in MailFolder(folder).latest()]


def test_a_file_is_its_owner_s_alone_and_named_by_us(folder: Path, mailer: Mailer) -> None:
    before = os.umask(0)
    try:
        mailer.send(replace(MAIL, to="..@cascabel.mx".replace("..", "a/b"), letter=replace(JOINED, empresa="../../x")))
    finally:
        os.umask(before)
    (place,) = folder.parent.rglob("*.eml")
    assert place.parent == folder
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [each.name for each in folder.iterdir()] == [place.name], "no draft is left"


def test_a_mail_can_be_read_as_its_reader_would(folder: Path, mailer: Mailer) -> None:
    mailer.send(MAIL)
    (kept,) = MailFolder(folder).latest()
    assert (kept.key, kept.to, kept.subject, kept.at) == (MAIL.key, ANA, "Bienvenido a Horux360", NOW)
    assert WELCOME.password in kept.text
    assert "k9&amp;x&lt;7&gt;" in kept.html
    assert "días" in kept.html
    assert WELCOME.password not in repr(kept)
    assert MailFolder(folder).find(MAIL.key) == kept


def test_the_newest_come_first(folder: Path, mailer: Mailer) -> None:
    for at, to in enumerate((ANA, LUIS, "eva@cascabel.mx")):
        mail = replace(MAIL, to=to)
        mailer.send(mail)
        os.utime(folder / f"{mail.key}.eml", (at, at))
    assert [mail.to for mail in MailFolder(folder).latest()] == ["eva@cascabel.mx", LUIS, ANA]
    assert [mail.to for mail in MailFolder(folder).latest(2)] == ["eva@cascabel.mx", LUIS]


def test_what_is_not_ours_or_not_there_is_no_mail(folder: Path, mailer: Mailer) -> None:
    assert MailFolder(folder).latest() == ()
    mailer.send(MAIL)
    (folder / "otro.eml").write_text("To: x\n\nx")
    (folder / f".{uuid4()}").write_text("a medias")
    assert [mail.key for mail in MailFolder(folder).latest(1)] == [MAIL.key]
    assert MailFolder(folder).find(uuid4()) is None


def test_without_a_place_to_write_it_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "ocupado").write_text("")
    with pytest.raises(MailUndelivered):
        FolderMailer(tmp_path / "ocupado", COMPOSING).send(MAIL)


def test_one_that_breaks_off_leaves_what_was_there(
    folder: Path, mailer: Mailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = Mail(EventId(uuid4()), LUIS, JOINED)
    mailer.send(mail)
    before = MailFolder(folder).find(mail.key)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MailUndelivered):
        mailer.send(replace(mail, letter=replace(JOINED, empresa="Otra")))
    assert MailFolder(folder).find(mail.key) == before
    assert len(list(folder.iterdir())) == 1
