"""CFDIs sent over HTTP: what is received, what is answered, and what is left behind."""

import asyncio
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from contracts.ports.uploads import a_zip, many, xml
from contracts.samples import an_xml
from horux_adapters.filesystem.spool import FilesystemSpool
from horux_adapters.sat.room import SatReadingRoom
from horux_core.fiscal.cfdi.limites import MAX_BODY, MAX_JSON, MIB
from horux_core.fiscal.cfdi.loading import KEPT
from horux_core.fiscal.cfdi.outcome import Outcome, Rejected
from horux_core.identity.model import Role
from horux_http.app import Options, create_app
from horux_http.fiscal import receiving
from horux_http.fiscal.receiving import encoded
from horux_http.fiscal.uploading import UploadController
from tests.carga import Carga
from tests.despacho import AHORA
from tests.http.signed_in import is_problem
from tests.samples import shared

Http = TestClient[Litestar]


@pytest.fixture
def carga(tmp_path: Path) -> Iterator[Carga]:
    carga = Carga(spool=FilesystemSpool(tmp_path))  # type: ignore[arg-type]
    yield carga
    carga.pool.close()


def an_app(carga: Carga, role: Role = Role.OWNER, by_its_end: Role | None = None, **options: Any) -> Litestar:
    given: dict[str, object] = {
        "actor": carga.actor(role),
        "authenticate": lambda _token, _request_id, _address: carga.actor(by_its_end or role),
        "admit_upload": carga.admit_upload,
        "enter_cfdi": carga.enter_cfdi,
        "spool": carga.spool,
        "room": SatReadingRoom(),
        "take_upload": carga.take_upload,
        "show_load": carga.show_load,
    }
    provided = {name: _given(value) for name, value in given.items()}
    return create_app([UploadController], provided, ready=lambda: True, clock=lambda: AHORA, options=Options(**options))


def _given(value: object) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)


@pytest.fixture
def http(carga: Carga) -> Iterator[Http]:
    with TestClient(an_app(carga), raise_server_exceptions=False) as client:
        client.headers["Authorization"] = "Bearer de-prueba"
        yield client


def left(carga: Carga) -> list[Path]:
    root: Path = carga.spool.root  # type: ignore[attr-defined]
    return [path for path in root.rglob("*") if path.is_file()]


XML = {"Content-Type": "application/xml"}
ZIP = {"Content-Type": "application/zip"}


class TestOne:
    def test_is_taken_as_xml_as_json_and_as_a_form(self, http: Http) -> None:
        as_xml = http.post("/api/cfdi/", content=xml(1), headers=XML)
        as_json = http.post("/api/cfdi/", json={"xml": xml(2).decode()})
        as_form = http.post("/api/cfdi/", files={"archivo": ("f.xml", xml(3))})
        for n, answer in enumerate((as_xml, as_json, as_form), 1):
            assert answer.status_code == 201, answer.text
            assert (answer.json()["uuid"], answer.json()["total"]) == (f"00000000-0000-0000-0000-{n:012}", "1160.00")

    def test_sent_again_in_any_way_answers_200(self, http: Http) -> None:
        assert http.post("/api/cfdi/", content=xml(1), headers=XML).status_code == 201
        assert http.post("/api/cfdi/", json={"xml": xml(1).decode()}).status_code == 200
        assert http.post("/api/cfdi", files={"x": ("f.xml", xml(1))}).status_code == 200

    def test_with_other_bytes_answers_409_and_a_wrong_one_422(self, http: Http) -> None:
        http.post("/api/cfdi/", content=xml(1), headers=XML)
        other = xml(1).replace(b'Total="1160.00"', b'Total="1161.00"')
        assert is_problem(http.post("/api/cfdi/", content=other, headers=XML), 409, "uuid-con-otro-contenido")
        assert is_problem(http.post("/api/cfdi/", content=b"%PDF-1.4", headers=XML), 422, "archivo-es-pdf")
        assert is_problem(http.post("/api/cfdi/", content=b"", headers=XML), 422, "archivo-vacio")

    def test_beyond_the_limit_of_the_plan_answers_403(self, http: Http, carga: Carga) -> None:
        carga.limit(0)
        answer = http.post("/api/cfdi/", content=xml(1), headers=XML)
        assert is_problem(answer, 403, "plan-limit-reached")
        assert answer.json()["message"] == "Límite de CFDIs alcanzado (0/0). Contacta soporte para upgrade."

    def test_two_in_a_form_and_none_are_refused(self, http: Http) -> None:
        two = [("f", ("a.xml", xml(1))), ("f", ("b.xml", xml(2)))]
        assert is_problem(http.post("/api/cfdi/", files=two), 422, "carga-mal-formada")
        assert is_problem(http.post("/api/cfdi/", files={"f": ("", b"")}, data={"a": "b"}), 422, "carga-vacia")

    def test_too_large_answers_413(self, http: Http) -> None:
        answer = http.post("/api/cfdi/", content=b"x" * (22 * MIB), headers=XML)
        assert is_problem(answer, 413, "carga-demasiado-grande")

    def test_of_a_kind_that_is_not_taken_says_what_is(self, http: Http) -> None:
        answer = http.post("/api/cfdi/", content=b"a,b", headers={"Content-Type": "text/csv"})
        assert is_problem(answer, 415, "formato-no-admitido")
        assert "application/zip" in answer.json()["detail"]


class TestMany:
    def test_come_as_a_form_with_xml_and_zips(self, http: Http, carga: Carga) -> None:
        files = [
            ("files", ("1.xml", xml(1))),
            ("files", ("z.zip", a_zip(("2.xml", xml(2))))),
            ("files", ("e.xml", b"")),
        ]
        answer = http.post("/api/cfdi/bulk", files=files, data={"nota": "hola"})
        assert answer.status_code == 200
        assert answer.json() | {"rejected": []} == {
            "received": 3, "inserted": 2, "duplicates": 0,
            "rejected": [], "rejectedTotal": 1, "ignored": [], "ignoredTotal": 0,
        }  # fmt: skip
        assert [(each["file"], each["code"]) for each in answer.json()["rejected"]] == [("e.xml", "archivo-vacio")]
        assert left(carga) == []

    def test_come_as_json_and_as_a_zip(self, http: Http) -> None:
        as_json = http.post("/api/cfdi/bulk", json=[{"xml": xml(1).decode()}, {"xml": "hola"}])
        assert (as_json.status_code, as_json.json()["inserted"]) == (200, 1)
        assert [each["file"] for each in as_json.json()["rejected"]] == ["2.xml"]
        as_zip = http.post("/api/cfdi/bulk", content=a_zip(("1.xml", xml(1)), ("2.xml", xml(2))), headers=ZIP)
        assert (as_zip.json()["inserted"], as_zip.json()["duplicates"]) == (1, 1)

    def test_that_are_many_become_a_job_that_can_be_followed(self, http: Http, carga: Carga) -> None:
        answer = http.post("/api/cfdi/bulk", content=many(150), headers=ZIP)
        assert answer.status_code == 202
        job = answer.json()["jobId"]
        assert answer.headers["location"] == f"/api/cfdi/bulk/{job}"
        assert http.get(f"/api/cfdi/bulk/{job}").json() == {
            "jobId": job, "estado": "en_cola", "recibidos": 150, "procesados": 0, "outcome": None,
        }  # fmt: skip
        carga.run(carga.despacho.jobs.waiting()[0])
        shown = http.get(f"/api/cfdi/bulk/{job}").json()
        assert (shown["estado"], shown["procesados"], shown["outcome"]["inserted"]) == ("terminado", 150, 150)
        assert left(carga) == []

    def test_that_do_not_fit_whole_say_so_when_they_are_followed(self, http: Http, carga: Carga) -> None:
        carga.limit(100)
        job = http.post("/api/cfdi/bulk", content=many(150), headers=ZIP).json()["jobId"]
        carga.run(carga.despacho.jobs.waiting()[0])
        shown = http.get(f"/api/cfdi/bulk/{job}").json()
        sentence = "Límite de CFDIs alcanzado (0/100). Contacta soporte para upgrade."
        assert (shown["estado"], shown["outcome"]) == ("fallido", None)
        assert shown["error"] == {
            "code": "plan-limit-reached", "detail": sentence, "message": sentence, "limit": 100, "current": 0,
        }  # fmt: skip

    def test_that_failed_halfway_tell_what_is_kept_of_them(self, http: Http, carga: Carga) -> None:
        job = http.post("/api/cfdi/bulk", content=many(150), headers=ZIP).json()["jobId"]
        with carga.despacho.jobs.begin(carga.despacho.jobs.waiting()[0]) as begun:
            assert begun is not None
            told = {"code": "carga-perdida", KEPT: Outcome(99, rejected=(Rejected("a.xml", "x", "y"),)).plain()}
            carga.despacho.jobs.fail(begun, "Se perdió.", told)
        shown = http.get(f"/api/cfdi/bulk/{job}").json()
        assert (shown["estado"], shown["error"]["code"]) == ("fallido", "carga-perdida")
        assert (shown["outcome"]["received"], shown["outcome"]["inserted"]) == (100, 99)
        assert shown["outcome"]["rejected"] == [{"file": "a.xml", "code": "x", "detail": "y"}]

    def test_every_bad_sample_is_answered_with_an_outcome(self, http: Http) -> None:
        for each in json.loads(shared("samples", "bad", "INDEX.json").read_text("utf-8"))["archivos"]:
            content = shared("samples", "bad", each["file"]).read_bytes()
            answer = http.post("/api/cfdi/bulk", files=[("files", (each["file"], content))])
            assert answer.status_code == 200, (each["file"], answer.text)
            outcome = answer.json()
            expected = set(each["expect"].split("|"))
            held = outcome["inserted"] or (each["file"].endswith(".zip") and outcome["duplicates"])
            took = "accept" if held else "reject"
            assert any(want.startswith(took) for want in expected), (each["file"], outcome)
            assert all(reason["code"] and reason["detail"] for reason in outcome["rejected"])

    def test_an_unknown_job_answers_404(self, http: Http) -> None:
        assert is_problem(http.get(f"/api/cfdi/bulk/{uuid4()}"), 404, "job-missing")

    @pytest.mark.parametrize("body", [b"{", b'{"xml": "a"}', b'[{"otro": 1}]', b"\xff\xfe", b'["a"]'])
    def test_json_of_another_form_is_refused(self, http: Http, carga: Carga, body: bytes) -> None:
        answer = http.post("/api/cfdi/bulk", content=body, headers={"Content-Type": "application/json"})
        assert is_problem(answer, 422, "carga-mal-formada")
        assert left(carga) == []

    def test_without_any_file_are_refused(self, http: Http, carga: Carga) -> None:
        assert is_problem(http.post("/api/cfdi/bulk", json=[]), 422, "carga-vacia")
        assert is_problem(http.post("/api/cfdi/bulk", content=b""), 415, "formato-no-admitido")
        assert left(carga) == []

    def test_a_form_that_is_cut_off_is_refused_and_leaves_nothing(self, http: Http, carga: Carga) -> None:
        whole = io.BytesIO()
        whole.write(
            b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.xml"\r\n\r\n' + xml(1) + b"\r\n--b--"
        )
        body = whole.getvalue()
        for length in (*range(0, len(body) - 2, 97), len(body) - 3):
            answer = http.post(
                "/api/cfdi/bulk", content=body[:length], headers={"Content-Type": "multipart/form-data; boundary=b"}
            )
            assert answer.status_code == 422, length
        assert (carga.count(), left(carga)) == (0, [])


class TestLimits:
    def test_a_length_beyond_the_limit_is_refused_before_any_byte(self, carga: Carga) -> None:
        status, asked = asyncio.run(sent_by_hand(an_app(carga), [b"x"], length=MAX_BODY + 1))
        assert (status, asked, left(carga)) == (413, 0, [])

    def test_a_body_that_grows_beyond_the_limit_is_stopped_there(
        self, carga: Carga, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("horux_http.fiscal.receiving.MAX_BODY", 3 * MIB)
        status, asked = asyncio.run(sent_by_hand(an_app(carga), [b"x" * MIB] * 50))
        assert (status, asked, left(carga)) == (413, 4, [])

    def test_json_has_a_smaller_limit(self, http: Http) -> None:
        body = b'[{"xml":"' + b"x" * MAX_JSON + b'"}]'
        answer = http.post("/api/cfdi/bulk", content=body, headers={"Content-Type": "application/json"})
        assert is_problem(answer, 413, "carga-demasiado-grande")

    def test_too_many_files_in_a_form_are_refused(
        self, http: Http, carga: Carga, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(receiving, "MAX_FILES", 3)
        files = [("files", (f"{n}.xml", xml(n))) for n in range(1, 6)]
        assert is_problem(http.post("/api/cfdi/bulk", files=files), 413, "demasiados-archivos")
        assert left(carga) == []

    def test_a_sender_that_hangs_up_leaves_nothing(self, carga: Carga) -> None:
        status, _ = asyncio.run(sent_by_hand(an_app(carga), [b"x" * MIB] * 3, hang_up=True))
        assert (status, left(carga)) == (422, [])

    def test_who_may_not_write_is_refused_before_any_byte(self, carga: Carga) -> None:
        for path in ("/api/cfdi/", "/api/cfdi/bulk"):
            status, asked = asyncio.run(sent_by_hand(an_app(carga, Role.VISOR), [b"x" * MIB] * 3, path=path))
            assert (status, asked, left(carga)) == (403, 0, [])


async def sent_by_hand(
    app: Any, chunks: list[bytes], *, length: int | None = None, hang_up: bool = False, path: str = "/api/cfdi/bulk"
) -> tuple[int, int]:
    """The status, and how many chunks of the body were asked for."""
    headers = [(b"host", b"localhost"), (b"content-type", b"application/zip"), (b"authorization", b"Bearer de-prueba")]
    headers += [(b"content-length", str(length).encode())] if length else []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers,
        "client": ("192.0.2.1", 5), "server": ("localhost", 80), "state": {}, "extensions": {},
    }  # fmt: skip
    waiting, asked, statuses = list(chunks), 0, []

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not waiting and hang_up:
            return {"type": "http.disconnect"}
        asked += 1
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting) or hang_up}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    return statuses[0], asked


class TestText:
    @given(st.sampled_from(["UTF-8", "ISO-8859-1", "windows-1252", "utf-16", "nada"]), st.text(max_size=20))
    @settings(max_examples=50)
    def test_becomes_bytes_whatever_it_declares(self, encoding: str, text: str) -> None:
        assert encoded(f'<?xml version="1.0" encoding="{encoding}"?><a>{text}</a>')

    def test_becomes_the_bytes_that_were_sealed(self) -> None:
        latin = an_xml().decode().replace("UTF-8", "ISO-8859-1")
        assert encoded(latin) == latin.encode("iso-8859-1")
        assert encoded(an_xml().decode()) == an_xml()
