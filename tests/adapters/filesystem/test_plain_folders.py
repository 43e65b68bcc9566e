"""What is decrypted by hand: for this account alone, in memory, and gone in time whoever died."""

import fcntl
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from contracts.ports.plain_folders import FISICA, HALF_AN_HOUR, MORAL, PlainFoldersContract, a_fiel
from horux_adapters.filesystem import reaping
from horux_adapters.filesystem.plain_folders import PLACES, FilesystemPlainFolders
from horux_core.fiel.errors import PlainPlaceMissing, PlainPlaceTaken
from horux_core.fiel.model import Fiel
from horux_core.fiel.ports import PlainFolders
from tests.adapters.filesystem.plain_place import NAME, ended, place, reaped, wanted

__all__ = ("place",)
A_MOMENT = timedelta(seconds=1)


@pytest.fixture
def folders(place: Path) -> FilesystemPlainFolders:
    return FilesystemPlainFolders((place,))


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


class TestWaiting:
    """For the end of a folder that nobody takes away before."""

    @pytest.fixture
    def held(self, place: Path) -> Iterator[int]:
        opened = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
        yield opened
        os.close(opened)

    def test_ends_although_the_clock_on_the_wall_is_put_back(self, held: int, monkeypatch: pytest.MonkeyPatch) -> None:
        now = time.time()
        wall = iter([now, *[now - 3_600] * 100])
        monkeypatch.setattr(time, "time", lambda: next(wall))
        reaping.wait(held, now + 0.1)

    def test_ends_although_the_machine_slept_through_it(self, held: int, monkeypatch: pytest.MonkeyPatch) -> None:
        now = time.time()
        wall = iter([now, now, *[now + 3_600] * 100])
        monkeypatch.setattr(time, "time", lambda: next(wall))
        monkeypatch.setattr(time, "sleep", lambda seconds: None if seconds <= 5 else pytest.fail("it sleeps too long"))
        reaping.wait(held, now + 1_800)

    def test_ends_when_the_folder_is_gone(self, place: Path) -> None:
        (place / "suya").mkdir()
        held = os.open(place / "suya", os.O_RDONLY | os.O_DIRECTORY)
        (place / "suya").rmdir()
        reaping.wait(held, time.time() + 1_800)
        os.close(held)


class TestFilesystemPlainFolders(PlainFoldersContract):
    def test_is_for_this_account_alone(self, folders: PlainFolders, place: Path, now: datetime) -> None:
        before = os.umask(0)
        try:
            folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)
        finally:
            os.umask(before)
        modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (place / NAME).iterdir()}
        assert modes == dict.fromkeys((".vence", "certificate.cer", "private_key.key", "password.txt"), "0o600")
        assert (place / NAME).stat().st_mode & 0o777 == 0o700
        read = {name: (place / NAME / name).read_bytes() for name in modes if name != ".vence"}
        assert read["certificate.cer"] == b"certificado"
        assert read["private_key.key"] == b"llave"
        assert read["password.txt"] == "s3ñal-de-prueba".encode()

    @pytest.mark.parametrize("kind", ["link", "file", "folder"])
    def test_uses_nothing_that_has_its_name(self, folders: PlainFolders, place: Path, now: datetime, kind: str) -> None:
        elsewhere = place / "otra"
        elsewhere.mkdir()
        (elsewhere / "suyo").write_text("x")
        taken = place / NAME
        taken.symlink_to(elsewhere) if kind == "link" else taken.touch() if kind == "file" else taken.mkdir()
        with pytest.raises(PlainPlaceTaken, match=NAME):
            folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)
        folders.sweep(now)
        assert [path.name for path in elsewhere.iterdir()] == ["suyo"]
        assert taken.is_symlink() == (kind == "link")

    def test_is_only_written_to_memory(self, place: Path, now: datetime) -> None:
        disk, link = Path("/proc"), place / "liga"
        link.symlink_to(place)
        with pytest.raises(PlainPlaceMissing, match="tmpfs"):
            FilesystemPlainFolders((disk, link, place / "no-hay")).write(MORAL, now + HALF_AN_HOUR, a_fiel)
        written = FilesystemPlainFolders((disk, place)).write(MORAL, now + HALF_AN_HOUR, a_fiel)
        assert written == str(place / NAME)
        assert (Path("/tmp"), Path("/dev/shm")) == PLACES

    def test_is_not_written_where_others_may_rename_it(self, place: Path, now: datetime) -> None:
        place.chmod(0o777)
        with pytest.raises(PlainPlaceMissing):
            FilesystemPlainFolders((place,)).write(MORAL, now + HALF_AN_HOUR, a_fiel)
        place.chmod(0o1777)
        FilesystemPlainFolders((place,)).write(MORAL, now + HALF_AN_HOUR, a_fiel)

    @pytest.mark.parametrize("name", ["../fuera", "CAS2408138W2/x", "", "x" * 13])
    def test_a_name_comes_of_an_rfc(self, folders: PlainFolders, place: Path, now: datetime, name: str) -> None:
        with pytest.raises(ValueError, match="RFC"):
            folders.write(name, now + HALF_AN_HOUR, a_fiel)
        assert list(place.iterdir()) == []

    def test_the_reaper_is_there_before_anything_is_unsealed(
        self, folders: PlainFolders, place: Path, now: datetime
    ) -> None:
        seen: list[int] = []

        def unseal() -> Fiel:
            seen.append(wanted(place))
            return a_fiel()

        folders.write(MORAL, now + HALF_AN_HOUR, unseal)
        (pid,) = seen
        assert os.getsid(pid) not in (os.getsid(0), pid), "another session, and no terminal of its own"
        assert Path(f"/proc/{pid}/environ").read_bytes() == b"", "it holds none of the settings, the key among them"
        assert {str(Path(f"/proc/{pid}/fd/{number}").readlink()) for number in range(3)} == {"/dev/null"}
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
            os.kill(pid, number)
        assert (place / NAME).exists()
        os.kill(pid, signal.SIGTERM)
        assert reaped(place), "who ends it early ends the folder"
        assert ended(pid)

    def test_is_gone_by_itself_with_all_that_was_put_in_it(self, folders: PlainFolders, place: Path) -> None:
        folders.write(MORAL, datetime.now(UTC) + A_MOMENT, a_fiel)
        pid, mine = wanted(place), place / NAME / "mio"
        mine.mkdir()
        (mine / "copia").write_text("x")
        (place / "ajeno").write_text("x")
        (place / NAME / "liga").symlink_to(place / "ajeno")
        (place / NAME / "carpeta").symlink_to(place)
        assert reaped(place)
        assert [path.name for path in place.iterdir()] == ["ajeno"]
        assert ended(pid)

    def test_what_cannot_be_taken_away_keeps_nothing_else(
        self, folders: PlainFolders, place: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)
        for name in ("0", "z"):
            (place / NAME / name).mkdir()

        def refused(*_args: object, **_kwargs: object) -> None:
            raise PermissionError

        monkeypatch.setattr("shutil.rmtree", refused)
        assert folders.sweep(now + HALF_AN_HOUR) == 0
        assert {path.name for path in (place / NAME).iterdir()} == {"0", "z"}
        monkeypatch.undo()
        assert folders.sweep(now) == 1

    def test_what_was_moved_is_emptied(self, folders: PlainFolders, place: Path) -> None:
        folders.write(MORAL, datetime.now(UTC) + A_MOMENT, a_fiel)
        (place / NAME).rename(place / "movida")
        assert ended(wanted(place))
        assert list((place / "movida").iterdir()) == []

    def test_the_reaper_of_one_that_was_taken_away_spares_the_next(self, folders: PlainFolders, place: Path) -> None:
        now = datetime.now(UTC)
        folders.write(MORAL, now + A_MOMENT, a_fiel)
        first = wanted(place)
        rmtree(place / NAME)
        folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)
        assert ended(first)
        assert (place / NAME / "private_key.key").exists()

    def test_another_that_has_its_name_by_now_stays(self, place: Path) -> None:
        (place / NAME).mkdir()
        parent, held = (os.open(path, os.O_RDONLY | os.O_DIRECTORY) for path in (place, place / NAME))
        (place / NAME / "suyo").touch()
        (place / NAME).rename(place / "movida")
        (place / NAME).mkdir()
        reaping.taken_away(parent, NAME, held)
        for opened in (parent, held):
            os.close(opened)
        assert sorted(path.name for path in place.rglob("*")) == [NAME, "movida"]

    @pytest.mark.parametrize(
        "end", ["", "nunca", "\xff", "2026-13-01T00:00:00+00:00", "2026-01-01T00:00:00", "9" * 500]
    )
    def test_takes_away_one_whose_end_cannot_be_told(
        self, folders: PlainFolders, place: Path, now: datetime, end: str
    ) -> None:
        folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)
        (place / NAME / ".vence").write_text(end, encoding="latin-1")
        assert folders.sweep(now) == 1
        assert not (place / NAME).exists()

    @pytest.mark.parametrize("kind", ["none", "folder", "link", "fifo"])
    def test_takes_away_one_whose_end_is_no_file(
        self, folders: PlainFolders, place: Path, now: datetime, kind: str
    ) -> None:
        folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)
        (place / "lejos").write_text((place / NAME / ".vence").read_text())
        vence = place / NAME / ".vence"
        vence.unlink()
        if kind == "folder":
            vence.mkdir()
        if kind == "link":
            vence.symlink_to(place / "lejos")
        if kind == "fifo":
            os.mkfifo(vence)
        assert folders.sweep(now) == 1
        assert [path.name for path in place.iterdir()] == ["lejos"]

    def test_takes_away_one_that_would_last_too_long(self, folders: PlainFolders, place: Path, now: datetime) -> None:
        folders.write(MORAL, now + timedelta(hours=5), a_fiel)
        assert folders.sweep(now) == 1, "the clock was put back, or it was not written so"

    def test_bears_a_clock_that_is_put_right(self, folders: PlainFolders, now: datetime) -> None:
        folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)
        assert folders.sweep(now - timedelta(seconds=30)) == 0

    def test_spares_what_is_not_its_own(self, folders: FilesystemPlainFolders, place: Path, now: datetime) -> None:
        folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)
        for name in ("horux-fiel-", "horux-fiel-x", f"{NAME}.bak", f"x{NAME}", "otra"):
            (place / name).mkdir()
        (place / f"horux-fiel-{FISICA}").touch()
        later = now + timedelta(days=1)
        assert replace(folders, user=os.geteuid() + 1).sweep(later) == 0
        assert folders.sweep(later) == 1
        assert len(list(place.iterdir())) == 6

    def test_one_that_is_being_written_is_not_taken_away(
        self, folders: PlainFolders, place: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mkdir, flock = os.mkdir, fcntl.flock
        taken: list[int] = []
        locks: list[int] = []

        def sweep() -> None:
            with monkeypatch.context() as real:
                real.setattr(fcntl, "flock", flock)
                taken.append(folders.sweep(now))

        def then_swept(*args: Any, **kwargs: Any) -> None:
            mkdir(*args, **kwargs)
            if not taken:
                sweep()

        def swept_before_or_after(held: int, how: int) -> None:
            locks.append(held)
            if len(locks) == 1:
                sweep()
            flock(held, how)
            if len(locks) == 2:
                sweep()

        monkeypatch.setattr(os, "mkdir", then_swept)
        monkeypatch.setattr(fcntl, "flock", swept_before_or_after)
        folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)
        assert taken == [1, 1, 0], "not yet opened, not yet locked, locked"
        assert (place / NAME / "password.txt").exists()

    def test_nothing_is_unsealed_without_a_reaper(
        self, folders: PlainFolders, place: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "executable", "/bin/false")
        with pytest.raises(PlainPlaceMissing, match="no se abrió nada"):
            folders.write(MORAL, now + HALF_AN_HOUR, lambda: pytest.fail("unsealed"))
        assert list(place.iterdir()) == []

    def test_nothing_is_left_when_memory_is_full(self, folders: PlainFolders, place: Path, now: datetime) -> None:
        fiel, limits = a_fiel(b"x" * 200), resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
        try:
            with pytest.raises(PlainPlaceMissing, match="no quedó nada"):
                folders.write(MORAL, now + HALF_AN_HOUR, lambda: fiel)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert list(place.iterdir()) == []
        assert fiel.password == b""
