"""The metadata TXT: the shared samples read in place, and what they do not show."""

import json
import tracemalloc
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_adapters.sat.metadata import es_metadata, es_terceros, lee_metadata, lee_terceros
from horux_core.fiscal.cfdi.model import Estado, Tipo
from horux_core.fiscal.paquetes.errors import MetadataSinEncabezado
from horux_core.fiscal.paquetes.model import AvisoMetadata, RenglonMetadata, Tercero
from tests.samples import shared

D = Decimal
HEAD = (
    "Uuid~RfcEmisor~NombreEmisor~RfcReceptor~NombreReceptor~RfcPac~FechaEmision~FechaCertificacionSat~Monto~"
    "EfectoComprobante~Estatus~FechaCancelacion"
)
UUID = "e7215e3b-2dc5-4a40-ab10-c902ff9258df"
ROW = f"{UUID}~EKU9003173C9~E~URE180429TM6~U~SPR190613I52~2026-01-11 07:10:23~2026-01-11 07:10:51~116.00~I~1~"


def rows(content: bytes, piece: int = 1 << 20) -> list[RenglonMetadata]:
    return [each for each in read(content, piece) if isinstance(each, RenglonMetadata)]


def warnings(content: bytes) -> list[AvisoMetadata]:
    return [each for each in read(content) if isinstance(each, AvisoMetadata)]


def read(content: bytes, piece: int = 1 << 20) -> list[RenglonMetadata | AvisoMetadata]:
    return list(lee_metadata("m.txt", (content[at : at + piece] for at in range(0, len(content), piece))))


def one(row: str, head: str = HEAD) -> RenglonMetadata:
    (found,) = rows(f"{head}\r\n{row}\r\n".encode())
    return found


def index() -> list[dict[str, Any]]:
    files = json.loads(shared("samples", "sat", "INDEX.json").read_text(encoding="utf-8"))["archivos"]
    return [f for f in files if f["file"].endswith(".txt") and f["file"] != "terceros_uuid_vacio.txt"]


class TestSharedSamples:
    @pytest.mark.parametrize("piece", [1, 3, 64, 1 << 20])
    def test_every_file_of_the_index(self, piece: int) -> None:
        files = index()
        assert len(files) >= 9
        for expected in files:
            content = shared("samples", "sat", expected["file"]).read_bytes()
            assert es_metadata(content), expected["file"]
            found = rows(content, piece)
            assert len(found) == expected["rows"], expected["file"]
            assert {r.uuid.upper() for r in found} == set(expected.get("uuids", ())), expected["file"]
            states = {estado: sum(r.estado is estado for r in found) for estado in Estado}
            assert states[Estado.CANCELADO] == expected.get("cancelados", 0)
            assert states[Estado.VIGENTE] == expected.get("vigentes", states[Estado.VIGENTE])
            for key in ("suma_monto", "suma_monto_op"):
                if key in expected:
                    assert sum(r.monto for r in found) == D(expected[key]), expected["file"]
            if "suma_monto_ret" in expected:
                assert sum(r.monto_retenido or 0 for r in found) == D(expected["suma_monto_ret"])
                assert {r.efecto for r in found} == {Tipo.RETENCIONES}

    def test_the_example_of_the_rules(self) -> None:
        told = json.loads(shared("domain", "metadata_sat.json").read_text(encoding="utf-8"))
        found = rows(told["texto_ejemplo"].encode())
        assert len(found) == len(told["esperado"]) == 3
        for row, expected in zip(found, told["esperado"], strict=True):
            assert str(row.monto) == expected.pop("monto")
            cancelado = expected.pop("fecha_cancelacion")
            assert row.fecha_cancelacion == (cancelado and datetime.fromisoformat(cancelado))
            if "fecha_emision" in expected:
                assert row.fecha_emision == datetime.fromisoformat(expected.pop("fecha_emision"))
            assert row.estado == expected.pop("estado").lower()
            assert {name: str(getattr(row, name)) for name in expected} == expected

    def test_the_header_variants_of_the_rules(self) -> None:
        told = json.loads(shared("domain", "metadata_sat.json").read_text(encoding="utf-8"))
        assert told["encabezado"] == HEAD
        for column, variants in told["variantes_columna"].items():
            for variant in variants:
                found = one(ROW, HEAD.replace(column, variant))
                assert (found.rfc_pac, found.monto) == ("SPR190613I52", D("116.00"))
        for written, estado in told["estatus"].items():
            assert one(ROW.replace("~I~1~", f"~I~{written}~")).estado == estado.lower()

    def test_a_broken_row_is_told_and_the_next_is_read(self) -> None:
        (aviso,) = warnings(shared("samples", "sat", "md_renglon_roto.txt").read_bytes())
        assert (aviso.linea, aviso.leido) == (3, False)

    def test_an_unknown_column_is_told(self) -> None:
        (aviso,) = warnings(shared("samples", "sat", "md_columnas_de_mas.txt").read_bytes())
        assert (aviso.linea, aviso.leido) == (1, True)
        assert "NuevaColumna" in aviso.detalle

    def test_names_are_without_what_surrounds_them_or_breaks_them(self) -> None:
        quoted = rows(shared("samples", "sat", "md_comillas_y_signos.txt").read_bytes())
        assert quoted[1].nombre_emisor == '"COMILLA SIN CERRAR SA'
        assert quoted[2].nombre_receptor == "ESCUELA KEMPER URGATE"
        broken = rows(shared("samples", "sat", "md_salto_dentro_del_nombre.txt").read_bytes())
        assert broken[0].nombre_emisor == "KERNELINDUSTIA JUGUETERA"

    def test_third_parties(self) -> None:
        content = shared("samples", "sat", "terceros_uuid_vacio.txt").read_bytes()
        assert es_terceros(content)
        assert not es_metadata(content)
        (aviso,) = lee_terceros("t.txt", [content])
        assert isinstance(aviso, AvisoMetadata)
        assert aviso.linea == 2


class TestRows:
    def test_columns_are_found_by_name(self) -> None:
        names = HEAD.split("~")
        turned = one("~".join(reversed(ROW.split("~"))), "~".join(reversed(names)))
        assert turned == one(ROW)

    def test_latin_1_is_read(self) -> None:
        (row,) = rows(f"{HEAD}\r\n{ROW.replace('~U~', '~ESPAÑOLA~')}\r\n".encode("latin-1"))
        assert row.nombre_receptor == "ESPAÑOLA"

    @pytest.mark.parametrize(
        ("written", "monto"), [("0", "0.00"), ("$1,485.17", "1485.17"), (" 5 ", "5.00"), ("1.123456", "1.123456")]
    )
    def test_amounts(self, written: str, monto: str) -> None:
        assert str(one(ROW.replace("116.00", written)).monto) == monto

    def test_dates_with_a_space_or_a_t(self) -> None:
        assert one(ROW.replace("11 07", "11T07")) == one(ROW)
        assert one(ROW.replace("2026-01-11 07:10:23", "2026-01-11")).fecha_emision == datetime(2026, 1, 11)

    def test_fewer_columns_are_empty_and_more_are_ignored_with_a_warning(self) -> None:
        short, long = ROW.removesuffix("~"), ROW + "~algo"
        for row in (short, long):
            content = f"{HEAD}\n{row}\n".encode()
            assert rows(content) == [one(ROW)]
            (aviso,) = warnings(content)
            assert (aviso.linea, aviso.leido) == (2, True)

    @pytest.mark.parametrize(
        ("good", "bad"),
        [
            (UUID, "no es un uuid"),
            ("EKU9003173C9", ""),
            ("URE180429TM6", "R" * 41),
            ("2026-01-11 07:10:23", "11/01/2026"),
            ("2026-01-11 07:10:23", "2026-02-30 00:00:00"),
            ("2026-01-11 07:10:23", "1900-01-11 07:10:23"),
            ("2026-01-11 07:10:23", "1989-12-31 23:59:59"),
            ("2026-01-11 07:10:23", "2201-01-01 00:00:00"),
            ("2026-01-11 07:10:23", "9999-12-31 00:00:00"),
            ("2026-01-11 07:10:23", "2026-W01-1"),
            ("116.00", "1e400"),
            ("116.00", "NaN"),
            ("116.00", ""),
            ("~I~", "~X~"),
            ("~I~1~", "~I~9~"),
        ],
    )
    def test_a_row_that_cannot_be_understood_is_told(self, good: str, bad: str) -> None:
        content = f"{HEAD}\r\n{ROW.replace(good, bad)}\r\n{ROW}\r\n".encode()
        assert rows(content) == [one(ROW)]
        (aviso,) = warnings(content)
        assert (aviso.linea, aviso.leido) == (2, False)

    def test_a_vigente_has_no_cancellation_and_an_odd_date_is_none(self) -> None:
        assert one(ROW + "2026-01-20 09:00:00").fecha_cancelacion is None
        assert one(ROW.replace("~1~", "~0~") + "mañana").fecha_cancelacion is None
        assert one(ROW.replace("~1~", "~0~") + "2026-01-20").fecha_cancelacion == datetime(2026, 1, 20)

    @pytest.mark.parametrize("head", ["", "Uuid~RfcEmisor~NombreEmisor", HEAD.replace("~Monto", "")])
    def test_a_header_must_have_what_makes_a_row(self, head: str) -> None:
        with pytest.raises(MetadataSinEncabezado):
            read(f"{head}\r\n{ROW}\r\n".encode())

    def test_signs_that_none_can_see_are_taken_out(self) -> None:
        assert one(ROW.replace("~E~", "~A\x00\u202eB~")).nombre_emisor == "AB"

    def test_a_file_of_both_ends_loses_no_row(self) -> None:
        other = ROW.replace("e7215e3b", "e7215e3c")
        content = f"{HEAD}\r\n{ROW}\n{other}\n".encode()
        assert len(rows(content)) == 2

    def test_a_row_without_end_is_not_held(self) -> None:
        endless = ROW.replace("~U~", "~" + "U" * 10**6 + "~")
        content = f"{HEAD}\r\n{endless}\r\n{ROW}\r\n".encode()
        assert rows(content, 4096)[-1] == one(ROW)
        assert len(warnings(content)) == 1

    def test_a_file_without_line_ends_costs_no_memory(self) -> None:
        pieces = (HEAD.encode() + b"\r\n" if n == 0 else b"U" * 65_536 for n in range(400))
        tracemalloc.start()
        try:
            (aviso,) = lee_metadata("m.txt", pieces)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert isinstance(aviso, AvisoMetadata)
        assert peak < 3 * 1024 * 1024

    def test_third_parties_are_bound_whatever_the_case_of_their_uuid(self) -> None:
        text = f"Uuid~RfcACuentaTerceros~NombreACuentaTerceros\r\n{UUID.upper()}~aaaa010101aa1~UNO\r\n"
        assert list(lee_terceros("t.txt", [text.encode()])) == [Tercero(UUID, "AAAA010101AA1", "UNO")]


NAMES = st.text(st.characters(exclude_characters="~", exclude_categories=("C", "Zl", "Zp")), max_size=40).map(str.strip)
RFCS = st.text("ABCÑ&0123456789", min_size=12, max_size=13)
DATES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda d: d.replace(microsecond=0))
ROWS = st.builds(
    RenglonMetadata,
    st.uuids().map(str), RFCS, NAMES, RFCS, NAMES, RFCS, DATES, st.none() | DATES,
    st.decimals(0, 10**12, places=2), st.sampled_from([t for t in Tipo if t is not Tipo.RETENCIONES]),
    st.sampled_from(Estado), st.none(),
)  # fmt: skip


def written(r: RenglonMetadata, end: str, gap: str) -> str:
    certificado = "" if r.fecha_certificacion is None else r.fecha_certificacion.isoformat(gap)
    cells = (
        *(r.uuid, r.rfc_emisor, r.nombre_emisor, r.rfc_receptor, r.nombre_receptor, r.rfc_pac),
        *(r.fecha_emision.isoformat(gap), certificado, str(r.monto), r.efecto.value),
        *("1" if r.estado is Estado.VIGENTE else "0", ""),
    )
    return "~".join(cells) + end


@given(st.lists(ROWS, max_size=20), st.sampled_from(["\r\n", "\n"]), st.sampled_from(" T"), st.integers(1, 99))
def test_what_is_written_is_read_back(kept: list[RenglonMetadata], end: str, gap: str, piece: int) -> None:
    text = HEAD + end + "".join(written(r, end, gap) for r in kept)
    assert read(text.encode(), piece) == kept


@given(st.binary(max_size=400), st.integers(1, 50))
def test_no_bytes_do_harm(noise: bytes, piece: int) -> None:
    content = HEAD.encode() + b"\r\n" + noise + b"\r\n" + ROW.encode()
    assert rows(content, piece)[-1].uuid == UUID
