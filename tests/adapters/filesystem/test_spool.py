"""The suite, and what only files promise."""

import errno
import os
import shutil
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.ports.spool import FAR_OFF, SpoolContract, a_ref, parts, spooled
from horux_adapters.filesystem.spool import FilesystemSpool, FileWriter
from horux_core.fiscal.cfdi import spooling
from horux_core.fiscal.cfdi.limites import MIB
from horux_core.fiscal.cfdi.ports import Spool
from horux_core.fiscal.cfdi.upload_errors import SpoolUnavailable, TooManyLoads, UploadMissing


def on_disk(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


class TestFilesystemSpool(SpoolContract):
    @pytest.fixture
    def spool(self, tmp_path: Path) -> Spool:
        return FilesystemSpool(tmp_path / "spool")


class TestFiles:
    @pytest.fixture
    def spool(self, tmp_path: Path) -> FilesystemSpool:
        return FilesystemSpool(tmp_path)

    def test_have_names_of_our_own_and_are_closed_to_others(self, spool: FilesystemSpool) -> None:
        ref = spooled(spool, ("../../../fuera.xml", b"<a/>"))
        (path,) = on_disk(spool.root)
        assert path == spool.root / str(ref.tenant) / str(ref.id)
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700

    def test_are_closed_to_others_whatever_the_mask_and_the_folder_they_find(self, tmp_path: Path) -> None:
        root = tmp_path / "datos" / "spool"
        root.mkdir(parents=True)
        root.chmod(0o755)
        mask = os.umask(0)
        try:
            spooled(FilesystemSpool(root), ("a.xml", b"<a/>"))
        finally:
            os.umask(mask)
        (path,) = on_disk(root)
        assert [place.stat().st_mode & 0o777 for place in (root, path.parent, path)] == [0o700, 0o700, 0o600]

    def test_with_the_longest_names_take_little_memory(self, spool: FilesystemSpool) -> None:
        writer = spool.create(a_ref().tenant, a_ref().id)
        name = "\U0001f600" * 970
        tracemalloc.start()
        try:
            for _ in range(5_000):
                writer.begin(name)
            ref = writer.commit()
            assert tracemalloc.get_traced_memory()[1] < MIB
            assert len(spool.files(ref)) == 5_000
            assert tracemalloc.get_traced_memory()[1] < 4 * MIB
        finally:
            tracemalloc.stop()

    @pytest.mark.parametrize("step", [lambda w: w.write(b"x" * MIB), lambda w: w.commit(), lambda w: w.content()])
    def test_of_a_client_that_is_let_go_meanwhile_are_missing(
        self, spool: FilesystemSpool, step: Callable[[FileWriter], object]
    ) -> None:
        writer = spool.create(a_ref().tenant, a_ref().id)
        writer.begin("a.xml")
        (draft,) = on_disk(spool.root)
        shutil.rmtree(draft.parent)
        with pytest.raises(UploadMissing):
            step(writer)
        writer.discard()
        assert not draft.parent.exists()

    def test_that_a_dead_process_left_take_nobody_s_room(
        self, spool: FilesystemSpool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spooling, "MAX_ARRIVING", 1)
        tenant = a_ref().tenant
        dead = spool.create(tenant, a_ref().id)
        (left,) = on_disk(spool.root)
        with pytest.raises(TooManyLoads):
            spool.create(tenant, a_ref().id)
        assert on_disk(spool.root) == [left]
        os.utime(left, (1_000_000_000, 1_000_000_000))
        spool.create(tenant, a_ref().id).discard()
        dead.discard()

    def test_of_an_upload_that_is_broken_off_do_not_stay(self, spool: FilesystemSpool) -> None:
        writer = spool.create(a_ref().tenant, a_ref().id)
        writer.begin("a.xml")
        writer.write(b"x" * 1_000_000)
        writer.discard()
        assert on_disk(spool.root) == []

    def test_that_could_not_be_begun_leave_nothing(
        self, spool: FilesystemSpool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ref = a_ref()

        def without_files(**_: object) -> None:
            raise OSError(errno.EMFILE, "no hay más archivos")

        monkeypatch.setattr("horux_adapters.filesystem.spool.TemporaryFile", without_files)
        with pytest.raises(OSError, match="no hay más archivos"):
            spool.create(ref.tenant, ref.id)
        assert on_disk(spool.root) == []

    def test_that_were_cut_off_are_never_taken_for_whole(self, spool: FilesystemSpool) -> None:
        ref = spooled(spool, ("a.xml", b"<a/>" * 10), ("b.xml", b"<b/>"))
        (path,) = on_disk(spool.root)
        whole = path.read_bytes()
        for length in range(len(whole)):
            path.write_bytes(whole[:length])
            with pytest.raises(UploadMissing):
                spool.files(ref)

    def test_that_a_dead_process_left_half_written_are_swept(self, spool: FilesystemSpool) -> None:
        kept = spooled(spool, ("a", b"1"))
        half = spool.create(a_ref().tenant, a_ref().id)
        half.begin("a.xml")
        assert spool.sweep(frozenset({kept.id}), FAR_OFF) == 1
        assert parts(spool, kept) == [("a", b"1")]
        assert len(on_disk(spool.root)) == 1
        half.discard()

    def test_are_swept_by_when_they_were_written(self, spool: FilesystemSpool) -> None:
        spooled(spool, ("a", b"1"))
        (path,) = on_disk(spool.root)
        os.utime(path, (1_000_000_000, 1_000_000_000))
        written = datetime.fromtimestamp(1_000_000_000, UTC)
        assert spool.sweep(frozenset(), written) == 0
        assert spool.sweep(frozenset(), written.replace(year=written.year + 1)) == 1

    def test_without_room_say_so(self, spool: FilesystemSpool, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_descriptor: int) -> None:
            raise OSError(errno.ENOSPC, "lleno")

        writer = spool.create(a_ref().tenant, a_ref().id)
        writer.begin("a.xml")
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(SpoolUnavailable):
            writer.commit()
        writer.discard()
        assert on_disk(spool.root) == []
