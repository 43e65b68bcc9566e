import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

import pytest

from contracts.ports.paquetes import HEAD, PaquetesContract, folio, read, spooled, txt, uuids
from contracts.ports.uploads import a_zip
from horux_adapters.memory.spool import MemorySpool
from horux_adapters.sat import paquetes as reading
from horux_adapters.sat.paquetes import SatPaquetes
from horux_adapters.sat.streaming import fingerprint, pieces
from horux_adapters.sat.zips import members
from horux_core.fiscal.cfdi.errors import CfdiRejected
from horux_core.fiscal.cfdi.outcome import Rejected
from horux_core.fiscal.cfdi.ports import Spool
from horux_core.fiscal.cfdi.upload_errors import TooManyFiles, UploadTooLarge
from horux_core.fiscal.paquetes.ports import Paquetes


@pytest.fixture
def spool() -> Spool:
    return MemorySpool(lambda: datetime(2026, 5, 10, tzinfo=UTC))


@pytest.fixture
def paquetes(spool: Spool) -> Paquetes:
    return SatPaquetes(spool)


class TestSatPaquetes(PaquetesContract):
    def test_a_header_without_what_it_must_have_rejects_the_file(self, paquetes: Paquetes, spool: Spool) -> None:
        (refusal,) = read(paquetes, spooled(spool, ("m.txt", b"Uuid~RfcEmisor~NombreEmisor\r\n")))
        assert isinstance(refusal, Rejected)
        assert refusal.code == "metadata-sin-encabezado"
        assert "FechaEmision" in refusal.detail

    def test_one_that_is_too_large_is_rejected(
        self, paquetes: Paquetes, spool: Spool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reading, "MAX_TEXTO", len(txt(1)))
        big, small = read(paquetes, spooled(spool, ("p.zip", a_zip(("a.txt", txt(1, 2)), ("b.txt", txt(3))))))
        assert isinstance(big, Rejected)
        assert big.code == "metadata-demasiado-grande"
        assert uuids([small]) == [folio(3)]

    def test_all_together_inflate_to_no_more_than_an_upload_may(
        self, paquetes: Paquetes, spool: Spool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reading, "MAX_INFLATED", len(txt(1)) + 1)
        ref = spooled(spool, ("p.zip", a_zip(("a.txt", txt(1)), ("b.txt", txt(3)))))
        with pytest.raises(UploadTooLarge):
            read(paquetes, ref)
        with pytest.raises(UploadTooLarge):
            paquetes.pesa(ref)

    def test_more_files_than_an_upload_may_have_are_refused(
        self, paquetes: Paquetes, spool: Spool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reading, "MAX_FILES", 2)
        ref = spooled(spool, ("p.zip", a_zip(*((f"{n}.txt", b"x") for n in range(3)))))
        with pytest.raises(TooManyFiles):
            read(paquetes, ref)

    def test_a_zip_under_a_password_holds_nothing_here(self, paquetes: Paquetes, spool: Spool) -> None:
        packet = bytearray(a_zip(("a.txt", txt(1))))
        for at in (packet.index(b"PK\x03\x04") + 6, packet.index(b"PK\x01\x02") + 8):
            packet[at] |= 1
        assert read(paquetes, spooled(spool, ("p.zip", bytes(packet)))) == []


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_pieces_are_the_entry_s_bytes(compression: int) -> None:
    text = (HEAD * 5_000).encode()
    file = BytesIO(a_zip(("a.txt", text), compression=compression))
    (member,) = members(file, 0, len(file.getvalue()), 10)
    parts = list(pieces(file, member))
    assert b"".join(parts) == text
    assert max(map(len, parts)) <= 64 * 1024
    assert len(parts) > 1


@pytest.mark.parametrize(("field", "change"), [("size", -1), ("size", 1), ("crc", 1), ("packed", -1)])
def test_an_entry_that_is_not_what_its_directory_says_is_damaged(field: str, change: int) -> None:
    file = BytesIO(a_zip(("a.txt", txt(*range(200)))))
    (member,) = members(file, 0, len(file.getvalue()), 10)
    other = member._replace(**{field: getattr(member, field) + change})
    with pytest.raises(CfdiRejected) as refusal:
        fingerprint(file, other)
    assert refusal.value.code == "entrada-danada"


def test_nothing_is_given_beyond_what_the_directory_says() -> None:
    file = BytesIO(a_zip(("a.txt", txt(*range(20_000)))))
    (member,) = members(file, 0, len(file.getvalue()), 10)
    given = 0
    with pytest.raises(CfdiRejected):  # noqa: PT012
        for piece in pieces(file, member._replace(size=100_000)):
            given += len(piece)
    assert given <= 100_000


def test_reading_stops_with_who_asks(paquetes: Paquetes, spool: Spool) -> None:
    with paquetes.metadata(spooled(spool, ("m.txt", txt(*range(5_000))))) as leido:
        assert next(iter(leido)) is not None
        kept: Iterator[object] = leido
    assert list(kept) == []
