"""What every BackupStore promises; a subclass brings the `store` fixture."""

from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import pytest

from horux_core.backups import naming
from horux_core.backups.errors import BackupMissing
from horux_core.backups.model import BackupId, Kind, Subject
from horux_core.backups.ports import BackupStore

NOON = datetime(2026, 3, 1, 18, tzinfo=UTC)
CENTRAL = naming.file_name(Subject(Kind.CENTRAL))
FIEL = naming.file_name(Subject(Kind.FIEL))


def a_run(n: int = 1) -> BackupId:
    return naming.run_id(NOON, UUID(int=n << 104))


def put(store: BackupStore, run: BackupId, name: str, *pieces: bytes) -> None:
    with store.writing(run, name) as out:
        for piece in pieces:
            assert out.write(piece) == len(piece)


def read(store: BackupStore, run: BackupId, name: str) -> bytes:
    with store.reading(run, name) as found:
        return b"".join(iter(lambda: found.read(7), b""))


def broken_off(store: BackupStore) -> None:
    with store.writing(a_run(), CENTRAL) as out:
        out.write(b"a medias")
        _ = 1 / 0


class BackupStoreContract:
    def test_gives_back_what_was_written_and_says_what_that_was(self, store: BackupStore) -> None:
        with store.writing(a_run(), CENTRAL) as out:
            out.write(b"uno ")
            out.write(b"dos")
            out.flush()
        assert (out.octets, out.sha256) == (7, sha256(b"uno dos").hexdigest())
        assert read(store, a_run(), CENTRAL) == b"uno dos"
        assert store.names(a_run()) == {CENTRAL}

    def test_what_broke_off_is_not_there(self, store: BackupStore) -> None:
        with pytest.raises(ZeroDivisionError):
            broken_off(store)
        assert store.names(a_run()) == frozenset()
        with pytest.raises(BackupMissing):
            read(store, a_run(), CENTRAL)

    def test_what_broke_off_leaves_what_there_was(self, store: BackupStore) -> None:
        put(store, a_run(), CENTRAL, b"entero")
        with pytest.raises(ZeroDivisionError):
            broken_off(store)
        assert read(store, a_run(), CENTRAL) == b"entero"

    def test_is_not_there_before_it_is_whole(self, store: BackupStore) -> None:
        with store.writing(a_run(), CENTRAL) as out:
            out.write(b"a medias")
            assert store.names(a_run()) == frozenset()

    def test_takes_the_place_of_what_was_of_that_name(self, store: BackupStore) -> None:
        put(store, a_run(), CENTRAL, b"uno")
        put(store, a_run(), CENTRAL, b"dos")
        assert read(store, a_run(), CENTRAL) == b"dos"

    def test_keeps_runs_apart_and_tells_them_in_their_order(self, store: BackupStore) -> None:
        put(store, a_run(2), CENTRAL, b"dos")
        put(store, a_run(1), CENTRAL, b"uno")
        put(store, a_run(1), FIEL, b"fiel")
        assert store.runs() == (a_run(1), a_run(2))
        assert store.names(a_run(1)) == {CENTRAL, FIEL}
        assert read(store, a_run(2), CENTRAL) == b"dos"

    def test_takes_a_run_away_and_no_other(self, store: BackupStore) -> None:
        for n in (1, 2):
            put(store, a_run(n), CENTRAL, b"uno")
            put(store, a_run(n), naming.MANIFEST, b"todo")
        store.remove(a_run(1))
        store.remove(a_run(1))
        assert (store.runs(), store.names(a_run(1))) == ((a_run(2),), frozenset())
        assert read(store, a_run(2), naming.MANIFEST) == b"todo"

    def test_what_was_never_there_is_missing(self, store: BackupStore) -> None:
        assert (store.runs(), store.names(a_run())) == ((), frozenset())
        with pytest.raises(BackupMissing):
            read(store, a_run(), CENTRAL)

    @pytest.mark.parametrize("name", ["../fuera", "/etc/passwd", "", "otra.cosa", "central.dump.zst.age\n", ".."])
    def test_reaches_nothing_but_its_own_files(self, store: BackupStore, name: str) -> None:
        put(store, a_run(), CENTRAL, b"uno")
        for run, file in ((a_run(), name), (BackupId(name), CENTRAL)):
            with pytest.raises(BackupMissing):
                read(store, run, file)
            with pytest.raises(BackupMissing):
                put(store, run, file, b"x")
        with pytest.raises(BackupMissing):
            store.remove(BackupId(name))
        assert store.runs() == (a_run(),)
