"""What is decrypted by hand is taken away before its time, when its e.firma is destroyed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from contracts.ports.plain_folders import HALF_AN_HOUR, MORAL, a_fiel
from horux_adapters.filesystem import plain_folders, reaping
from horux_adapters.filesystem.plain_folders import FilesystemPlainFolders
from horux_core.fiel.errors import PlainPlaceMissing, PlainPlaceTaken
from horux_core.fiel.model import Fiel
from tests.adapters.filesystem.plain_place import NAME, place

__all__ = ("place",)


@pytest.fixture
def folders(place: Path) -> FilesystemPlainFolders:
    return FilesystemPlainFolders((place,))


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


def test_one_that_is_taken_away_while_it_is_written_leaves_nothing(
    folders: FilesystemPlainFolders, place: Path, now: datetime
) -> None:
    fiel = a_fiel()

    def meanwhile() -> Fiel:
        folders.remove(MORAL)
        return fiel

    with pytest.raises(PlainPlaceMissing):
        folders.write(MORAL, now + HALF_AN_HOUR, meanwhile)
    assert (list(place.iterdir()), fiel.password) == ([], b"")


@contextmanager
def before(monkeypatch: pytest.MonkeyPatch, written: str, act: Any) -> Iterator[None]:
    """Does that right before the file of that name is written."""
    put = plain_folders._put

    def putting(held: int, name: str, content: bytes | bytearray) -> None:
        if name == written:
            act(held)
        put(held, name, content)

    with monkeypatch.context() as patched:
        patched.setattr(plain_folders, "_put", putting)
        yield


def test_what_is_written_while_it_is_taken_away_goes_too(
    folders: FilesystemPlainFolders, place: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)
    rmdir, late = os.rmdir, ["private_key.key", "password.txt"]

    def written_before(name: str, *, dir_fd: int) -> None:
        if late:
            (place / NAME / late.pop(0)).write_text("secreto")
        rmdir(name, dir_fd=dir_fd)

    monkeypatch.setattr(os, "rmdir", written_before)
    folders.remove(MORAL)
    assert (list(place.iterdir()), late) == ([], [])


def test_it_is_not_tried_for_ever(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / NAME).mkdir()
    parent, held = (os.open(path, os.O_RDONLY | os.O_DIRECTORY) for path in (place, place / NAME))
    rmdir, tries = os.rmdir, iter(range(1_000))

    def refilled(name: str, *, dir_fd: int) -> None:
        (place / NAME / f"{next(tries)}").touch()
        rmdir(name, dir_fd=dir_fd)

    monkeypatch.setattr(os, "rmdir", refilled)
    with pytest.raises(OSError, match="not empty"):
        reaping.taken_away(parent, NAME, held)
    assert next(tries) < 100
    for opened in (parent, held):
        os.close(opened)


@pytest.mark.parametrize("gone", [".vence", "certificate.cer", "private_key.key"])
def test_whoever_writes_it_sees_that_a_part_was_taken_away(
    folders: FilesystemPlainFolders, place: Path, now: datetime, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    """By one that died before it was done."""
    fiel = a_fiel()
    with (
        before(monkeypatch, "password.txt", lambda held: os.unlink(gone, dir_fd=held)),
        pytest.raises(PlainPlaceMissing, match="se quitó mientras se escribía"),
    ):
        folders.write(MORAL, now + HALF_AN_HOUR, lambda: fiel)
    assert (list(place.iterdir()), fiel.password) == ([], b"")


def test_one_that_is_half_taken_away_while_it_is_written_leaves_nothing(
    folders: FilesystemPlainFolders, place: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Emptied when only the certificate is there; key and password come in before it goes."""
    emptied, written = Event(), Event()
    rmdir = os.rmdir
    remover = Thread(target=folders.remove, args=(MORAL,))

    def waits(name: str, *, dir_fd: int) -> None:
        if not emptied.is_set():
            emptied.set()
            assert written.wait(10)
        rmdir(name, dir_fd=dir_fd)

    def half_removed(_held: int) -> None:
        remover.start()
        assert emptied.wait(10)
        assert list((place / NAME).iterdir()) == []

    monkeypatch.setattr(os, "rmdir", waits)
    with before(monkeypatch, "private_key.key", half_removed), pytest.raises(PlainPlaceMissing):
        folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)
    written.set()
    remover.join(10)
    assert list(place.iterdir()) == []


class TestPlanted:
    """By another account, where anybody may make folders."""

    @pytest.fixture
    def places(self, place: Path) -> tuple[Path, Path]:
        made = (place / "tmp", place / "shm")
        for each in made:
            each.mkdir()
        (made[0] / NAME).mkdir()
        return made

    @pytest.fixture
    def other(self, places: tuple[Path, Path]) -> FilesystemPlainFolders:
        """Of an account whose folder that is not."""
        return FilesystemPlainFolders(places, user=os.geteuid() + 1)

    def test_the_next_place_is_used(self, other: FilesystemPlainFolders, places: tuple[Path, Path]) -> None:
        written = other.write(MORAL, datetime.now(UTC) + HALF_AN_HOUR, a_fiel)
        assert written == str(places[1] / NAME)
        assert list((places[0] / NAME).iterdir()) == []

    def test_where_there_is_no_other_it_is_told_whose_it_is(
        self, other: FilesystemPlainFolders, places: tuple[Path, Path]
    ) -> None:
        (places[1] / NAME).symlink_to(places[0])
        with pytest.raises(PlainPlaceTaken, match="es de otra cuenta: no se debe usar") as refused:
            other.write(MORAL, datetime.now(UTC) + HALF_AN_HOUR, lambda: pytest.fail("unsealed"))
        assert all(str(each / NAME) in str(refused.value) for each in places)

    def test_our_own_is_told_as_ours(self, other: FilesystemPlainFolders, places: tuple[Path, Path]) -> None:
        with pytest.raises(PlainPlaceTaken, match="usa lo que hay, o bórralo"):
            replace(other, user=os.geteuid()).write(MORAL, datetime.now(UTC) + HALF_AN_HOUR, a_fiel)
        assert not (places[1] / NAME).exists()


def test_takes_nothing_away_that_is_not_its_own(folders: FilesystemPlainFolders, place: Path, now: datetime) -> None:
    folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)
    (place / "horux-fiel-x").mkdir()
    folders.remove("x")
    replace(folders, user=os.geteuid() + 1).remove(MORAL)
    assert (place / NAME / "password.txt").exists()
    assert (place / "horux-fiel-x").exists()
