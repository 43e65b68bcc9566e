"""ZIPs of strangers: read like the standard library reads them, and refused where it would go along."""

import io
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.ports.uploads import a_zip
from horux_adapters.sat.zips import Member, content, members
from horux_core.fiscal.cfdi.errors import ArchivoDemasiadoGrande, CfdiRejected
from horux_core.fiscal.cfdi.limites import MAX_ENTRY, MAX_FILES, MIB
from horux_core.fiscal.cfdi.upload_errors import (
    CompresionNoAdmitida,
    EntradaDanada,
    EntradaSospechosa,
    TooManyFiles,
    ZipConContrasena,
    ZipDanado,
    ZipSospechoso,
)


def entries(packed: bytes, room: int = MAX_FILES) -> tuple[Member, ...]:
    return tuple(members(io.BytesIO(packed), 0, len(packed), room))


def contents(packed: bytes) -> list[tuple[str, bytes]]:
    return [(member.name, content(io.BytesIO(packed), member)) for member in entries(packed)]


def changed(packed: bytes, signature: bytes, at: int, value: bytes) -> bytes:
    """The ZIP with some bytes of its last header of that kind replaced."""
    where = packed.rindex(signature) + at
    return packed[:where] + value + packed[where + len(value) :]


class TestReading:
    @given(
        st.lists(
            st.tuples(st.text(max_size=20).filter(lambda n: "\x00" not in n), st.binary(max_size=300)), max_size=8
        ),
        st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
        st.binary(max_size=40),
    )
    @settings(max_examples=60, deadline=None)
    def test_gives_what_the_standard_library_gives(
        self, files: list[tuple[str, bytes]], compression: int, before: bytes
    ) -> None:
        named = [(f"{n}-{name.encode('utf-8', 'ignore').decode()}", data) for n, (name, data) in enumerate(files)]
        packed = before + a_zip(*named, compression=compression)
        with zipfile.ZipFile(io.BytesIO(packed)) as oracle:
            assert contents(packed) == [(info.orig_filename, oracle.read(info)) for info in oracle.infolist()]

    @pytest.mark.parametrize(("others", "read"), [(5, True), (10_000, False)])
    def test_looks_for_the_size_of_64_bits_among_a_few_fields(self, others: int, read: bool) -> None:
        size = struct.pack("<HHQQ", 1, 16, 4, 4)
        info = zipfile.ZipInfo("grande.xml")
        info.extra = struct.pack("<HH", 0x7075, 0) * others + size
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as packed:
            packed.writestr(info, b"<a/>")
        whole = changed(out.getvalue(), b"PK\x01\x02", 20, b"\xff" * 8)
        if read:
            assert contents(whole) == [("grande.xml", b"<a/>")]
        else:
            with pytest.raises((ZipDanado, ArchivoDemasiadoGrande)):
                contents(whole)

    def test_bears_a_comment_entries_of_64_bits_and_data_descriptors(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as packed:
            with packed.open(zipfile.ZipInfo("grande.xml"), "w", force_zip64=True) as file:
                file.write(b"<a/>")
            packed.comment = b"PK\x05\x06 comentario"
        assert contents(out.getvalue()) == [("grande.xml", b"<a/>")]

        class Pipe(io.RawIOBase):
            written = b""

            def writable(self) -> bool:
                return True

            def write(self, data: object) -> int:
                self.written += bytes(data)  # type: ignore[call-overload]
                return len(bytes(data))  # type: ignore[call-overload]

        pipe = Pipe()
        with zipfile.ZipFile(pipe, "w") as packed:
            packed.writestr("flujo.xml", b"<b/>")
        assert contents(pipe.written) == [("flujo.xml", b"<b/>")]

    def test_reads_one_that_lies_inside_other_bytes(self) -> None:
        packed = a_zip(("a.xml", b"<a/>"))
        file = io.BytesIO(b"x" * 100 + packed + b"y" * 100)
        (member,) = members(file, 100, 100 + len(packed), 10)
        assert content(file, member) == b"<a/>"


class TestDamage:
    def test_a_cut_off_zip_is_never_taken_for_a_shorter_one(self) -> None:
        packed = a_zip(("a.xml", b"<a/>" * 20), ("b.xml", b"<b/>" * 20))
        for length in range(len(packed)):
            with pytest.raises(ZipDanado):
                entries(packed[:length])

    @given(st.data())
    @settings(max_examples=300, deadline=None)
    def test_any_damage_is_told_or_harmless(self, data: st.DataObject) -> None:
        files = [("a.xml", b"<a/>" * 30), ("b.xml", bytes(range(256)))]
        packed = bytearray(a_zip(*files))
        for _ in range(data.draw(st.integers(1, 4))):
            packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
        try:
            found = entries(bytes(packed))
        except (CfdiRejected, TooManyFiles):
            return
        for member in found:
            try:
                assert content(io.BytesIO(packed), member) in [each for _, each in files]
            except CfdiRejected:
                continue

    def test_a_count_that_is_not_that_of_the_entries_is_damage(self) -> None:
        packed = a_zip(("a.xml", b"1"), ("b.xml", b"2"))
        with pytest.raises(ZipDanado):
            entries(changed(packed, b"PK\x05\x06", 8, struct.pack("<2H", 1, 1)))

    def test_an_entry_that_inflates_to_more_than_it_says_is_damage(self) -> None:
        packed = changed(a_zip(("a.xml", b"a" * 1000)), b"PK\x01\x02", 24, struct.pack("<L", 999))
        with pytest.raises(EntradaDanada):
            contents(packed)

    def test_an_entry_whose_bytes_do_not_match_their_sum_is_damage(self) -> None:
        packed = changed(a_zip(("a.xml", b"a" * 9), compression=zipfile.ZIP_STORED), b"PK\x03\x04", 35, b"b")
        with pytest.raises(EntradaDanada):
            contents(packed)


class TestLimits:
    def test_more_entries_than_there_is_room_for_are_refused(self) -> None:
        packed = a_zip(*((f"{n}.xml", b"") for n in range(11)))
        with pytest.raises(TooManyFiles):
            entries(packed, 10)
        lying = changed(packed, b"PK\x05\x06", 8, struct.pack("<2H", 1, 1))
        with pytest.raises(TooManyFiles):
            entries(lying, 10)

    def test_a_million_entries_are_refused_before_they_are_held(self) -> None:
        record = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
        directory = record * 1_000_000
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 10, 10, len(directory), 0, 0)
        file = io.BytesIO(directory + end)
        tracemalloc.start()
        began = time.monotonic()
        with pytest.raises(TooManyFiles):
            members(file, 0, len(directory) + len(end), MAX_FILES)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 40 * MIB
        assert time.monotonic() - began < 10

    def test_a_bomb_is_not_inflated(self) -> None:
        packed = a_zip(("bomba.xml", b"\0" * (10 * MIB)))
        tracemalloc.start()
        with pytest.raises(EntradaSospechosa):
            contents(packed)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < MIB

    def test_a_bomb_that_lies_about_its_size_is_stopped_at_what_it_says(self) -> None:
        lying = changed(a_zip(("bomba.xml", b"\0" * (10 * MIB))), b"PK\x01\x02", 24, struct.pack("<L", 100_000))
        tracemalloc.start()
        with pytest.raises(EntradaDanada):
            contents(lying)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < MIB

    def test_what_is_bigger_than_a_document_may_be_is_refused_by_name(self) -> None:
        member = Member("a.xml", 0, 30_000_000, MAX_ENTRY + 1, 0)
        with pytest.raises(ArchivoDemasiadoGrande):
            content(io.BytesIO(), member)

    def test_an_entry_that_packs_much_more_than_it_holds_is_refused_before_reading_it(self) -> None:
        with pytest.raises(EntradaDanada):
            content(io.BytesIO(), Member("a.xml", 0, 150 * MIB, 10, 8))


class TestHostility:
    def test_entries_that_share_bytes_are_refused(self) -> None:
        data = zlib.compress(b"a" * 100)[2:-4]
        local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, zlib.crc32(b"a" * 100), len(data), 100, 1, 0)
        entry = struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, zlib.crc32(b"a" * 100), len(data), 100, 1, *(0,) * 6
        )  # fmt: skip
        body = local + b"a" + data
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, 2 * len(entry) + 2, len(body), 0)
        with pytest.raises(ZipSospechoso):
            entries(body + entry + b"a" + entry + b"b" + end)

    def test_an_encrypted_entry_says_so(self) -> None:
        packed = changed(a_zip(("a.xml", b"x")), b"PK\x01\x02", 8, b"\x01")
        with pytest.raises(ZipConContrasena):
            contents(packed)

    def test_other_compressions_say_so(self) -> None:
        with pytest.raises(CompresionNoAdmitida):
            contents(a_zip(("a.xml", b"x" * 50), compression=zipfile.ZIP_BZIP2))

    @pytest.mark.parametrize(("letter", "end"), [("ñ", ".xml"), ("ñ", "x.xml"), ("n", "/"), ("税", ".zip")])
    def test_an_endless_name_keeps_its_end_whole(self, letter: str, end: str) -> None:
        (member,) = entries(a_zip((letter * 20_000 + end, b"")))
        assert member.name == letter * (len(member.name) - len(end)) + end
        assert 990 < len(member.name.encode()) <= 1000

    def test_a_link_is_known_as_one(self) -> None:
        info = zipfile.ZipInfo("enlace.xml")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as packed:
            packed.writestr(info, "/etc/passwd")
        assert [member.link for member in entries(out.getvalue())] == [True]
