"""The stored form of an XML comes back byte by byte, and never larger than a CFDI may be."""

import threading

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from contracts.samples import an_xml
from horux_adapters.sat.encoding import MAX_BYTES
from horux_adapters.sat.packing import PackedXmlDamaged, pack, unpack


@given(st.binary(max_size=3000))
def test_the_bytes_come_back(content: bytes) -> None:
    assert unpack(pack(content)) == content


def test_the_frame_tells_its_length() -> None:
    assert zstandard.frame_content_size(pack(an_xml())) == len(an_xml())


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(PackedXmlDamaged):
        unpack(pack(bytes(MAX_BYTES + 1)))


def test_a_frame_that_hides_its_length_is_refused() -> None:
    with pytest.raises(PackedXmlDamaged):
        unpack(zstandard.ZstdCompressor(write_content_size=False).compress(an_xml()))


@pytest.mark.parametrize("damaged", [b"", b"x", an_xml(), pack(an_xml())[:-5]])
def test_damage_is_told(damaged: bytes) -> None:
    with pytest.raises(PackedXmlDamaged):
        unpack(damaged)


def test_threads_do_not_disturb_each_other() -> None:
    contents = [an_xml(folio=str(n)) * 20 for n in range(4)]
    wrong: list[int] = []

    def work(n: int) -> None:
        wrong.extend(n for _ in range(100) if unpack(pack(contents[n])) != contents[n])

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
