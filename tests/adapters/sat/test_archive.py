"""What of an upload is a document, what is passed over, and what is refused whole."""

import io
import json
import pickle
import time
import tracemalloc
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from contracts.clients import NOW
from contracts.ports.spool import spooled
from contracts.ports.uploads import a_zip, xml
from contracts.samples import EMISOR
from horux_adapters.memory.spool import MemorySpool
from horux_adapters.sat import archive
from horux_adapters.sat.archive import Stretch, shown, stretches
from horux_adapters.sat.pool import ReadingPool
from horux_adapters.sat.uploads import SatUploads
from horux_core.fiscal.cfdi.limites import MIB
from horux_core.fiscal.cfdi.outcome import Batch
from horux_core.fiscal.cfdi.ports import SpooledFile
from horux_core.fiscal.cfdi.upload_errors import TooManyFiles, UploadTooLarge
from tests.samples import shared


def planned(*files: tuple[str, bytes]) -> tuple[Stretch, ...]:
    spool = MemorySpool(lambda: NOW)
    ref = spooled(spool, *files)
    with spool.source(ref)() as file:
        return tuple(stretches(file, spool.files(ref)))


def read(*files: tuple[str, bytes]) -> Batch:
    spool = MemorySpool(lambda: NOW)
    pool = ReadingPool(1)
    batch = SatUploads(spool, pool).read(spooled(spool, *files), EMISOR)
    pool.close()
    return batch


def codes(batch: Batch) -> list[str]:
    return [each.code for each in batch.rejected]


class TestSorting:
    def test_passes_over_what_nobody_means_as_a_document_and_says_why(self) -> None:
        link = zipfile.ZipInfo("enlace.xml")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as packed:
            for name in ("__MACOSX/._f.xml", ".DS_Store", "carpeta/", "vacio.xml", "f.pdf"):
                packed.writestr(name, b"" if name in ("carpeta/", "vacio.xml") else b"x")
            packed.writestr(link, "/etc/passwd")
            packed.writestr("carpeta/F.XML", xml(1))
        (stretch,) = planned(("mac.zip", out.getvalue()))
        assert [document.name for document in stretch.documents] == ["carpeta/F.XML"]
        assert [each.detail for each in stretch.ignored] == [
            archive.SISTEMA, archive.SISTEMA, archive.CARPETA, archive.VACIO, archive.NO_XML, archive.ENLACE,
        ]  # fmt: skip

    def test_reads_whatever_is_sent_by_itself(self) -> None:
        assert codes(read(("f.pdf", b"%PDF-1.7"), ("vacio.xml", b""), ("nota.txt", b"hola"))) == [
            "archivo-es-pdf", "archivo-vacio", codes(read(("nota.xml", b"hola")))[0],
        ]  # fmt: skip

    def test_opens_a_zip_whatever_its_name_and_names_its_files_after_it_when_it_is_not_alone(self) -> None:
        packed = a_zip(("1.xml", xml(1)))
        assert [entry.archivo for entry in read(("descarga", packed)).entries] == ["1.xml"]
        two = read(("descarga", packed), ("otro.zip", a_zip(("2.xml", xml(2)))))
        assert [entry.archivo for entry in two.entries] == ["descarga/1.xml", "otro.zip/2.xml"]

    def test_a_name_is_shown_without_what_steers_a_screen_and_not_endless(self) -> None:
        assert shown("a\x1b[2J\r\n\u202efdp.xml\ud800") == "a[2Jfdp.xml"
        assert len(shown("n" * 5000)) == 255

    @pytest.mark.parametrize("letter", ["ñ", "税", "🧾"])
    def test_a_name_is_cut_between_letters_to_what_a_file_system_bears(self, letter: str) -> None:
        for start in ("", "a", "aa", "aaa"):
            cut = shown(start + letter * 5000)
            assert cut == start + letter * (len(cut) - len(start))
            assert 252 <= len(cut.encode()) <= 255

    def test_an_endless_name_is_cut_before_it_is_looked_at(self) -> None:
        name = "ñ" * 1_000_000
        tracemalloc.start()
        assert shown(name)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < MIB // 10

    def test_entries_with_endless_names_cost_neither_time_nor_memory_and_are_read(self) -> None:
        name = "ñ" * 32_000 + ".xml"
        packed = a_zip(*((f"{n}{name}", xml(n)) for n in range(1, 301)), compression=zipfile.ZIP_STORED)
        tracemalloc.start()
        began = time.monotonic()
        found = tuple(stretches(io.BytesIO(packed), [SpooledFile("z.zip", 0, len(packed))]))
        spent, peak = time.monotonic() - began, tracemalloc.get_traced_memory()[1] - len(packed)
        tracemalloc.stop()
        assert [len(stretch.documents) for stretch in found] == [300]
        assert peak < 5 * MIB
        assert spent < 2
        assert len(pickle.dumps(found)) < 300 * 500
        assert len(read(("z.zip", packed)).entries) == 300

    def test_cuts_stretches_by_number_and_by_weight(self, monkeypatch: pytest.MonkeyPatch) -> None:
        files = [(f"{n}.xml", b"x" * 100) for n in range(7)]
        monkeypatch.setattr(archive, "STRETCH_FILES", 3)
        assert [len(stretch.documents) for stretch in planned(("z", a_zip(*files)))] == [3, 3, 1]
        monkeypatch.setattr(archive, "STRETCH_BYTES", 250)
        assert [len(stretch.documents) for stretch in planned(("z", a_zip(*files)))] == [2, 2, 2, 1]


class TestRefusing:
    def test_a_zip_that_cannot_be_opened_is_one_rejection_and_the_rest_is_read(self) -> None:
        whole = a_zip(("1.xml", xml(1)))
        locked = bytearray(whole)
        locked[whole.index(b"PK\x01\x02") + 8] |= 1
        nested = a_zip(("2.xml", xml(2)), ("roto.zip", whole[:-9]))
        batch = read(("a.zip", whole[:-9]), ("b.zip", bytes(locked)), ("c.zip", nested))
        assert codes(batch) == ["zip-danado", "zip-con-contrasena", "zip-danado"]
        assert [each.file for each in batch.rejected] == ["a.zip", "b.zip", "c.zip/roto.zip"]
        assert [entry.archivo for entry in batch.entries] == ["c.zip/2.xml"]

    def test_entries_beyond_the_limit_refuse_the_whole_also_when_they_hide_in_a_zip_inside(self) -> None:
        packed = a_zip(*((f"{n}.txt", b"") for n in range(30_000)), compression=zipfile.ZIP_STORED)
        with pytest.raises(TooManyFiles):
            planned(("z.zip", a_zip(("a.zip", packed), ("b.zip", packed), compression=zipfile.ZIP_STORED)))

    def test_sixty_thousand_entries_are_refused(self) -> None:
        packed = a_zip(*((f"{n}.txt", b"") for n in range(60_000)), compression=zipfile.ZIP_STORED)
        with pytest.raises(TooManyFiles):
            planned(("z.zip", packed))

    def test_what_inflates_beyond_the_limit_is_refused_whole(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archive, "MAX_INFLATED", 3 * MIB)
        packed = a_zip(*((f"{n}.xml", b"x" * MIB) for n in range(4)))
        with pytest.raises(UploadTooLarge):
            planned(("z.zip", packed))

    def test_nothing_is_ever_written_by_an_entrys_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "aqui").mkdir()
        monkeypatch.chdir(tmp_path / "aqui")
        names = ["../fuera.xml", "..\\fuera.xml", "/tmp/fuera.xml", "C:\\fuera.xml", "\\\\srv\\fuera.xml"]
        batch = read(("z.zip", a_zip(*((name, xml(n)) for n, name in enumerate(names, 1)))))
        assert len(batch.entries) == len(names)
        assert [path.name for path in tmp_path.rglob("*")] == ["aqui"]


def bad_zips() -> Sequence[dict[str, object]]:
    index = json.loads(shared("samples", "bad", "INDEX.json").read_text(encoding="utf-8"))
    return [each for each in index["archivos"] if str(each["file"]).endswith(".zip")]


def test_every_bad_zip_of_the_samples_is_dealt_with_as_its_index_says() -> None:
    for each in bad_zips():
        name, expected = str(each["file"]), set(str(each["expect"]).split("|"))
        batch = read((name, shared("samples", "bad", name).read_bytes()))
        wanted = [str(uuid).lower() for uuid in each.get("accepted_uuids", [])]  # type: ignore[attr-defined]
        found = sorted({entry.cfdi.uuid for entry in batch.entries})
        took = {"accept", "accept_partial", "accept_with_warning"} if found else {"reject"}
        assert took & expected, (name, batch.rejected)
        assert not found or set(wanted) <= set(found), name
