"""What one sender, however it sends, can take from the others: memory, room on the spool, time, another's authority."""

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.ports.uploads import a_zip, many, xml
from horux_adapters.filesystem.spool import FilesystemSpool, FileWriter
from horux_adapters.sat.room import SatReadingRoom
from horux_core.fiscal.cfdi import spooling
from horux_core.fiscal.cfdi.limites import MIB
from horux_core.fiscal.cfdi.ports import SpoolRef
from horux_core.fiscal.cfdi.upload_errors import SpoolUnavailable, UploadMalformed
from horux_core.kernel.ids import JobId, TenantId
from horux_http.fiscal import receiving
from horux_http.fiscal.holding import OneFile
from horux_http.fiscal.json_documents import several
from horux_http.reading import Patience
from tests.carga import Carga
from tests.http.by_hand import Arrive, asked, in_turn, part
from tests.http.signed_in import is_problem
from tests.http.test_uploading import ZIP, Http, an_app, carga, http, left

__all__ = ["carga", "http"]

ONE, MANY = "/api/cfdi", "/api/cfdi/bulk"
BEARER = {"Authorization": "Bearer de-prueba"}
JSON = {"Content-Type": "application/json"}
FORM = "multipart/form-data; boundary=b"


def watched(parts: Iterator[bytes], notes: list[int], spool: Path) -> Arrive:
    """The parts in turn; notes how many files were on the spool before each."""

    async def arrive() -> dict[str, Any]:
        notes.append(len([path for path in spool.rglob("*") if path.is_file()]))
        body = next(parts, b"")
        return part(body, more=bool(body))

    return arrive


def root(carga: Carga) -> Path:
    spool: Any = carga.spool
    assert isinstance(spool, FilesystemSpool)
    return spool.root


class TestMemory:
    @pytest.mark.parametrize(
        ("path", "kind", "head"),
        [(ONE, "application/xml", b"<a/>"), (ONE, "application/json", b'{"xml":"'), (MANY, "application/json", b"[")],
    )
    def test_is_not_taken_by_a_body_that_is_read_whole(self, carga: Carga, path: str, kind: str, head: bytes) -> None:
        notes: list[int] = []
        peaks: list[int] = []

        def parts() -> Iterator[bytes]:
            yield head
            for _ in range(16 * 8):
                yield b"x" * (MIB // 8)
            peaks.append(tracemalloc.get_traced_memory()[1])

        app = an_app(carga)
        tracemalloc.start()
        try:
            status, _, _ = asked(app, path, watched(parts(), notes, root(carga)), kind=kind, headers=BEARER)
        finally:
            tracemalloc.stop()
        assert (status, left(carga)) == (422, [])
        assert max(notes) >= 1
        assert peaks[0] < 3 * MIB

    def test_is_not_taken_by_names(self, carga: Carga) -> None:
        name = "\U0001f600".encode() * 970

        def parts() -> Iterator[bytes]:
            for _ in range(3_000):
                yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="' + name + b'"\r\n\r\n\r\n'
            peaks.append(tracemalloc.get_traced_memory()[1])
            yield b"--b--\r\n"

        app = an_app(carga)
        peaks: list[int] = []
        tracemalloc.start()
        try:
            status, told, _ = asked(app, MANY, watched(parts(), [], root(carga)), kind=FORM, headers=BEARER)
        finally:
            tracemalloc.stop()
        assert status == 202, told
        assert carga.job(carga.despacho.jobs.waiting()[0]).recibidos == 3_000
        assert peaks[0] < MIB

    def test_shows_a_long_name_cut(self, http: Http) -> None:
        answer = http.post(MANY, files=[("files", ("ñ" * 1_000 + ".xml", b"no"))])
        assert [each["file"] for each in answer.json()["rejected"]] == ["ñ" * 127]


def test_an_outcome_of_many_refused_files_is_told_in_little(http: Http, carga: Carga) -> None:
    files = a_zip(*((f"{n}.{'xml' if n < 2_500 else 'txt'}", b"no") for n in range(4_000)))
    job = http.post(MANY, content=files, headers=ZIP).json()["jobId"]
    carga.run(carga.despacho.jobs.waiting()[0])
    kept, shown = dict(carga.job(JobId(UUID(job))).outcome or {}), http.get(f"{MANY}/{job}").json()
    outcomes: list[dict[str, Any]] = [kept, shown["outcome"]]
    for outcome in outcomes:
        assert (len(outcome["rejected"]), outcome["rejectedTotal"]) == (1_000, 2_500)
        assert (len(outcome["ignored"]), outcome["ignoredTotal"]) == (1_000, 1_500)
    assert (shown["outcome"]["received"], shown["procesados"]) == (2_500, 4_000)


class TestJson:
    def test_is_read_no_further_than_the_most_files_there_may_be(
        self, http: Http, carga: Carga, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(receiving, "MAX_FILES", 3)
        body = b"[" + b'{"xml":"a"},' * 4 + b"roto"
        assert is_problem(http.post(MANY, content=body, headers=JSON), 413, "demasiados-archivos")
        assert left(carga) == []

    @pytest.mark.parametrize(
        "document",
        [
            b'{"xml": "a", "xml": "b"}',
            b'{"xml": "a", "otro": "b"}',
            b'{"xml": "a", "x": {}}',
            b'{"xml": 1}',
            b'{"xml": null}',
            b"{}",
            b'{"xml": "a",}',
            b'{"xml" "a"}',
            b'{"xml": "\\ud800"}',
            b'{"xml": "\xed\xa0\x80"}',
            b'{"xml": "\xff"}',
            b'{"xml": "a\nb"}',
            b'{"xml": "a"',
            b'{"xml": "a',
        ],
    )
    def test_of_another_form_is_refused_whole(self, http: Http, carga: Carga, document: bytes) -> None:
        for path, body in ((ONE, document), (MANY, b'[{"xml": "a"}, ' + document + b"]")):
            answer = http.post(path, content=body, headers=JSON)
            assert is_problem(answer, 422, "carga-mal-formada"), answer.text
        assert left(carga) == []

    @pytest.mark.parametrize("body", [b"[", b"[,]", b'[{"xml":"a"},]', b'[{"xml":"a"}', b'[{"xml":"a"}]x', b"[]x", b""])
    def test_that_is_no_list_is_refused(self, body: bytes) -> None:
        with pytest.raises(UploadMalformed):
            list(several(body))

    def test_may_be_written_in_any_way_json_allows(self) -> None:
        body = b' [ {"xml" :"a\\"}{\\\\"} ,\r\n\t{"\\u0078ml":"\xc3\xb1\\u00f1\\ud83d\\ude00"}] \n'
        assert list(several(body)) == ['a"}{\\', "ññ\U0001f600"]
        texts = ["", "<a b='\"'/>\n", "\\", "\U0001f600"]
        assert list(several(json.dumps([{"xml": text} for text in texts]).encode())) == texts

    @pytest.mark.parametrize("kind", ["application/json; charset=latin-1", "text/json", "text/plain", ""])
    def test_of_another_type_is_refused_with_415(self, http: Http, carga: Carga, kind: str) -> None:
        for path in (ONE, MANY):
            answer = http.post(path, content=b'{"xml": "a"}', headers={"Content-Type": kind})
            assert is_problem(answer, 415, "formato-no-admitido")
        assert left(carga) == []


class TestRoom:
    def test_for_more_loads_is_there_once_those_waiting_have_ended(
        self, http: Http, carga: Carga, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spooling, "MAX_WAITING", 1)
        assert http.post(MANY, content=many(150), headers=ZIP).status_code == 202
        refused = http.post(MANY, content=many(150), headers=ZIP)
        assert is_problem(refused, 429, "demasiadas-cargas")
        assert refused.headers["retry-after"] == "30"
        assert len(left(carga)) == 1
        carga.run(carga.despacho.jobs.waiting()[0])
        assert http.post(MANY, content=many(150), headers=ZIP).status_code == 202

    def test_is_not_taken_by_documents_sent_alone(
        self, http: Http, carga: Carga, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spooling, "MAX_WAITING", 1)
        assert http.post(MANY, content=many(150), headers=ZIP).status_code == 202
        assert http.post(ONE, content=xml(1), headers={"Content-Type": "application/xml"}).status_code == 201


def test_a_file_that_is_given_up_while_a_thread_writes_it_leaves_nothing(tmp_path: Path) -> None:
    spool = FilesystemSpool(tmp_path)

    class GivenUp(FilesystemSpool):
        def create(self, tenant: TenantId, job: JobId) -> FileWriter:
            held.discard()
            return spool.create(tenant, job)

    held = OneFile(GivenUp(tmp_path), SatReadingRoom(), TenantId(uuid4()))
    held.begin("a.xml")
    held.write(bytes(MIB))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_given_up_while_a_thread_writes_it_leaves_nothing_also_when_the_disk_fails(tmp_path: Path) -> None:
    class FullWriter(FileWriter):
        def write(self, chunk: bytes) -> None:
            held.discard()
            raise SpoolUnavailable

    class Full(FilesystemSpool):
        def create(self, tenant: TenantId, job: JobId) -> FileWriter:
            ref = SpoolRef(tenant, job)
            return FullWriter(ref, self._path(ref))

    held = OneFile(Full(tmp_path), SatReadingRoom(), TenantId(uuid4()))
    held.begin("a.xml")
    with pytest.raises(SpoolUnavailable):
        held.write(bytes(MIB))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


class TestTime:
    @pytest.mark.parametrize("path", [ONE, MANY])
    def test_runs_out_for_a_body_that_stops_coming(self, carga: Carga, path: str) -> None:
        app = an_app(carga, patience=Patience(idle=0.05))
        status, told, _ = asked(app, path, in_turn(part(b"x" * MIB, more=True)), kind="application/zip", headers=BEARER)
        assert (status, told["code"], left(carga)) == (408, "solicitud-lenta", [])


@pytest.mark.parametrize("path", [ONE, MANY])
@pytest.mark.parametrize("length", ["9" * 5_000, "0" * 100 + "9" * 30])
def test_a_length_without_end_is_too_large(carga: Carga, path: str, length: str) -> None:
    headers = {**BEARER, "Content-Length": length}
    assert asked(an_app(carga), path, in_turn(), kind="application/zip", headers=headers)[0] == 413


def test_a_zip_where_one_document_is_taken_is_shown_the_way(http: Http) -> None:
    packed = a_zip(("1.xml", xml(1)))
    for sent in ({"content": packed, "headers": ZIP}, {"files": {"file": ("a.xml", packed)}}):
        answer = http.post(ONE, **sent)
        assert is_problem(answer, 422, "archivo-es-zip")
        assert "/api/cfdi/bulk" in answer.json()["detail"]
