"""What every reader of packages promises; a subclass brings the `spool` fixture and `paquetes`, which reads from it."""

import zipfile
from uuid import uuid4

import pytest

from contracts.ports.uploads import a_zip, xml
from horux_core.fiscal.cfdi.outcome import Rejected
from horux_core.fiscal.cfdi.ports import Spool, SpoolRef
from horux_core.fiscal.cfdi.upload_errors import UploadMissing
from horux_core.fiscal.paquetes.model import RenglonMetadata, Tanda, Tercero
from horux_core.fiscal.paquetes.ports import Paquetes
from horux_core.kernel.ids import JobId, TenantId

HEAD = (
    "Uuid~RfcEmisor~NombreEmisor~RfcReceptor~NombreReceptor~RfcPac~FechaEmision~FechaCertificacionSat~Monto~"
    "EfectoComprobante~Estatus~FechaCancelacion\r\n"
)
TERCEROS = "Uuid~RfcACuentaTerceros~NombreACuentaTerceros\r\n"


def folio(n: int) -> str:
    return f"{n:08d}-0000-4000-8000-000000000000"


def txt(*numbers: int, rfc: str = "EKU9003173C9") -> bytes:
    """Metadata with a row for each."""
    rows = (
        f"{folio(n)}~{rfc}~E~URE180429TM6~U~SPR190613I52~2026-01-{n % 28 + 1:02d} 10:00:00~2026-01-31 10:00:05~"
        f"{n}.00~I~1~\r\n"
        for n in numbers
    )
    return (HEAD + "".join(rows)).encode()


def terceros(*numbers: int) -> bytes:
    return (TERCEROS + "".join(f"{folio(n)}~AAAA010101AA1~UNO\r\n" for n in numbers)).encode()


def spooled(spool: Spool, *files: tuple[str, bytes]) -> SpoolRef:
    writer = spool.create(TenantId(uuid4()), JobId(uuid4()))
    for name, content in files:
        writer.begin(name)
        writer.write(content)
    return writer.commit()


def read(paquetes: Paquetes, ref: SpoolRef) -> list[Tanda | Rejected]:
    with paquetes.metadata(ref) as leido:
        return list(leido)


def uuids(leido: list[Tanda | Rejected]) -> list[str]:
    return [r.uuid for tanda in leido if isinstance(tanda, Tanda) for r in tanda.renglones]


class PaquetesContract:
    @pytest.mark.parametrize("name", ["m.txt", "sin extension"])
    def test_reads_a_txt_by_itself(self, paquetes: Paquetes, spool: Spool, name: str) -> None:
        ref = spooled(spool, (name, txt(1, 2)))
        (tanda,) = read(paquetes, ref)
        assert isinstance(tanda, Tanda)
        assert [r.uuid for r in tanda.renglones] == [folio(1), folio(2)]
        assert (tanda.archivo, paquetes.pesa(ref)) == (name, len(txt(1, 2)))

    def test_reads_what_lies_in_the_root_of_a_zip_alone(self, paquetes: Paquetes, spool: Spool) -> None:
        packet = a_zip(
            ("a_01.txt", txt(1)),
            ("carpeta/b.txt", txt(2)),
            ("carpeta\\c.txt", txt(3)),
            ("__MACOSX/._a_01.txt", txt(4)),
            ("._a_01.txt", txt(5)),
            ("otro.txt", b"hola"),
            ("vacio.txt", b""),
            ("d.TXT", txt(6)),
            ("x.xml", xml(1)),
        )
        assert uuids(read(paquetes, spooled(spool, ("p.zip", packet)))) == [folio(1), folio(6)]

    def test_opens_one_level_of_zips(self, paquetes: Paquetes, spool: Spool) -> None:
        deepest = a_zip(("c.txt", txt(3)))
        inner = a_zip(("b.txt", txt(2)), ("c.zip", deepest))
        leido = read(paquetes, spooled(spool, ("p.zip", a_zip(("a.txt", txt(1)), ("b.zip", inner)))))
        assert uuids(leido) == [folio(1), folio(2)]
        assert [tanda.archivo for tanda in leido if isinstance(tanda, Tanda)] == ["a.txt", "b.zip/b.txt"]

    def test_names_the_package_of_each_when_there_are_several(self, paquetes: Paquetes, spool: Spool) -> None:
        ref = spooled(spool, ("p.zip", a_zip(("a.txt", txt(1)))), ("b.txt", txt(2)))
        assert [t.archivo for t in read(paquetes, ref) if isinstance(t, Tanda)] == ["p.zip/a.txt", "b.txt"]

    def test_third_parties_come_after_the_rows_they_belong_to(self, paquetes: Paquetes, spool: Spool) -> None:
        packet = a_zip(("a_tercero.txt", terceros(1)), ("z_01.txt", txt(1)))
        rows, third = read(paquetes, spooled(spool, ("p.zip", packet)))
        assert isinstance(rows, Tanda)
        assert isinstance(third, Tanda)
        assert isinstance(rows.renglones[0], RenglonMetadata)
        assert third.terceros == (Tercero(folio(1), "AAAA010101AA1", "UNO"),)

    def test_the_last_of_a_file_and_no_other_has_its_fingerprint(self, paquetes: Paquetes, spool: Spool) -> None:
        first = read(paquetes, spooled(spool, ("m.txt", txt(*range(5_000)))))
        again = read(paquetes, spooled(spool, ("p.zip", a_zip(("n.txt", txt(*range(5_000)))))))
        marks = [tanda.huella for tanda in first if isinstance(tanda, Tanda)]
        assert len(uuids(first)) == 5_000
        assert marks[:-1] == [None] * (len(marks) - 1)
        assert len(marks) > 1
        assert isinstance(again[-1], Tanda)
        assert marks[-1] == again[-1].huella

    def test_a_file_with_a_header_alone_is_a_file(self, paquetes: Paquetes, spool: Spool) -> None:
        (tanda,) = read(paquetes, spooled(spool, ("m.txt", HEAD.encode())))
        assert isinstance(tanda, Tanda)
        assert (tanda.renglones, tanda.huella is None) == ((), False)

    def test_a_damaged_file_is_rejected_whole_and_the_others_are_read(self, paquetes: Paquetes, spool: Spool) -> None:
        packet = bytearray(a_zip(("mala.txt", txt(1)), ("buena.txt", txt(2)), compression=zipfile.ZIP_STORED))
        packet[packet.index(b"~E~")] = ord("!")
        bad, good = read(paquetes, spooled(spool, ("p.zip", bytes(packet))))
        assert isinstance(bad, Rejected)
        assert (bad.file, bad.code) == ("mala.txt", "entrada-danada")
        assert uuids([good]) == [folio(2)]

    def test_a_bomb_is_rejected(self, paquetes: Paquetes, spool: Spool) -> None:
        bomb = HEAD.encode() + b" " * 30_000_000
        (refusal,) = read(paquetes, spooled(spool, ("p.zip", a_zip(("b.txt", bomb)))))
        assert isinstance(refusal, Rejected)
        assert refusal.code == "entrada-sospechosa"

    def test_what_is_no_package_holds_no_metadata(self, paquetes: Paquetes, spool: Spool) -> None:
        broken = a_zip(("a.txt", txt(1)))[:-10]
        assert read(paquetes, spooled(spool, ("x.xml", xml(1)), ("roto.zip", broken), ("nada", b""))) == []

    def test_an_upload_that_is_gone_is_missed(self, paquetes: Paquetes, spool: Spool) -> None:
        ref = spooled(spool, ("m.txt", txt(1)))
        spool.remove(ref)
        with pytest.raises(UploadMissing):
            read(paquetes, ref)
        with pytest.raises(UploadMissing):
            paquetes.pesa(ref)
