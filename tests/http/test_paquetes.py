"""The SAT's packages over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from contracts.libros import a_cfdi, uuid
from contracts.ports.metadata_sat import a_row, cancelled
from contracts.ports.paquetes import folio, txt
from contracts.ports.uploads import a_zip, many, xml
from horux_adapters.filesystem.spool import FilesystemSpool
from horux_adapters.sat.room import SatReadingRoom
from horux_core.fiscal.paquetes.consultando import CompareWithSat
from horux_core.fiscal.paquetes.importando import AdmitPackage, ShowPackage
from horux_core.identity.model import Role
from horux_core.kernel.ids import JobId
from horux_http.app import create_app
from horux_http.fiscal.paquetes import PaquetesController
from tests.despacho import AHORA
from tests.paquetes import Paqueteria
from tests.samples import shared

Http = TestClient[Litestar]
OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def paqueteria(tmp_path: Path) -> Iterator[Paqueteria]:
    paqueteria = Paqueteria(spool=FilesystemSpool(tmp_path))  # type: ignore[arg-type]
    yield paqueteria
    paqueteria.pool.close()


def client(p: Paqueteria, role: Role = Role.OWNER) -> Http:
    given: dict[str, object] = {
        "actor": p.actor(role),
        "authenticate": lambda _token, _request_id, _address: p.actor(role),
        "admit_package": AdmitPackage(p.despacho.entitlements),
        "spool": p.spool,
        "room": SatReadingRoom(),
        "take_package": p.take_package,
        "show_package": ShowPackage(p.despacho.jobs, p.despacho.entitlements),
        "compare_with_sat": CompareWithSat(p.despacho.books, p.despacho.entitlements),
    }
    provided = {name: _given(value) for name, value in given.items()}
    app = create_app([PaquetesController], provided, ready=lambda: True, clock=lambda: AHORA)
    http = TestClient(app, raise_server_exceptions=False)
    http.headers["Authorization"] = "Bearer x"
    return http


def _given(value: object) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)


def left(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_small_one_answers_what_came_of_each_file(paqueteria: Paqueteria, tmp_path: Path) -> None:
    packet = a_zip(("m.txt", txt(1) + b"roto\r\n"), ("1.xml", xml(1)), ("mal.xml", b"<a"))
    with client(paqueteria) as http:
        answer = http.post("/api/xml-sat/paquetes", content=packet, headers={"Content-Type": "application/zip"})
    assert answer.status_code == 200, answer.text
    told: Any = answer.json()
    assert set(told) == {"metadata", "cfdi"}
    metadata = told["metadata"]
    assert (metadata["archivos"], metadata["renglones"], metadata["nuevos"], metadata["cancelados"]) == (
        ["m.txt"], 1, 1, [],
    )  # fmt: skip
    assert metadata["avisos"] == [
        {"archivo": "m.txt", "linea": 3, "detalle": metadata["avisos"][0]["detalle"], "leido": False}
    ]
    assert (told["cfdi"]["inserted"], told["cfdi"]["rejected"][0]["file"], told["cfdi"]["ignored"]) == (
        1, "mal.xml", [],
    )  # fmt: skip
    assert left(tmp_path) == []


def test_several_files_of_a_form_are_taken_together(paqueteria: Paqueteria) -> None:
    names = ("esc_metadata_emitidos.zip", "esc_emitidos_3C551434_01.zip", "md_bom.txt")
    files = [("files", (name, shared("samples", "sat", name).read_bytes())) for name in names]
    with client(paqueteria) as http:
        told: Any = http.post("/api/xml-sat/paquetes", files=files).json()
    assert (told["metadata"]["renglones"], told["cfdi"]["inserted"], told["cfdi"]["received"]) == (18, 8, 8)
    assert told["cfdi"]["ignored"] == []


def test_a_cancellation_is_told(paqueteria: Paqueteria) -> None:
    paqueteria.despacho.enter(a_cfdi(1))
    row = txt(1).replace(folio(1).encode(), uuid(1).encode()).replace(b"~1~\r\n", b"~0~2026-02-01 10:00:00\r\n")
    with client(paqueteria) as http:
        told: Any = http.post("/api/xml-sat/paquetes", content=row, headers=OCTETS).json()
    assert (told["metadata"]["cancelados"], told["metadata"]["canceladosTotal"]) == ([uuid(1)], 1)


def test_a_big_one_is_told_of_by_its_job(paqueteria: Paqueteria) -> None:
    with client(paqueteria) as http:
        answer = http.post("/api/xml-sat/paquetes", content=many(120), headers=OCTETS)
        assert answer.status_code == 202, answer.text
        job = JobId(UUID(answer.json()["jobId"]))
        place = answer.headers["Location"]
        assert place == f"/api/xml-sat/paquetes/{job}"
        waiting: Any = http.get(place).json()
        assert (waiting["estado"], waiting["metadata"], waiting["cfdi"]) == ("en_cola", None, None)
        with paqueteria.despacho.jobs.begin(job) as begun:
            assert begun is not None
            paqueteria.load_package(begun)
        told: Any = http.get(place).json()
    assert (told["estado"], told["cfdi"]["inserted"], told["metadata"]["renglones"]) == ("terminado", 120, 0)


def test_who_may_not_sends_in_vain(paqueteria: Paqueteria, tmp_path: Path) -> None:
    with client(paqueteria, Role.VISOR) as http:
        answer = http.post("/api/xml-sat/paquetes", content=txt(1), headers=OCTETS)
    assert (answer.status_code, answer.json()["code"]) == (403, "action-forbidden")
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [("text/plain", b"x", "formato-no-admitido"), ("multipart/form-data; boundary=a", b"--a--\r\n", "carga-vacia")],
)
def test_a_body_that_is_no_package_is_refused(
    paqueteria: Paqueteria, tmp_path: Path, kind: str, content: bytes, code: str
) -> None:
    with client(paqueteria) as http:
        answer = http.post("/api/xml-sat/paquetes", content=content, headers={"Content-Type": kind})
    assert answer.json()["code"] == code
    assert left(tmp_path) == []


class TestComparison:
    def shown(self, p: Paqueteria, query: str, status: int = 200) -> Any:
        with client(p, Role.VISOR) as http:
            answer = http.get(f"/api/xml-sat/comparacion?{query}")
        assert answer.status_code == status, answer.text
        return answer.json()

    def filled(self, p: Paqueteria) -> None:
        p.despacho.enter(a_cfdi(1), a_cfdi(2))
        with p.despacho.books.open(p.despacho.tenant) as books:
            books.metadata.guardar([a_row(1), a_row(2, "1.00"), a_row(3), cancelled(4)])

    def test_counts_every_state_and_names_what_does_not_coincide(self, paqueteria: Paqueteria) -> None:
        self.filled(paqueteria)
        told = self.shown(paqueteria, "anio=2026&mes=1")
        assert set(told) == {"desde", "hasta", "cuantos", "items", "nextCursor", "coberturas"}
        assert (told["desde"], told["hasta"], told["nextCursor"]) == ("2026-01-01", "2026-01-31", None)
        assert told["cuantos"] == {
            "coincide": 1, "cancelado_en_sat": 0, "falta_xml": 1, "cancelado_sin_xml": 1, "solo_xml": 0,
            "monto_distinto": 1, "rfc_distinto": 0, "vigente_en_sat": 0,
        }  # fmt: skip
        assert [(r["uuid"], r["resultado"]) for r in told["items"]] == [
            (uuid(2), "monto_distinto"),
            (uuid(3), "falta_xml"),
            (uuid(4), "cancelado_sin_xml"),
        ]
        first = told["items"][0]
        assert (first["libros"]["total"], first["sat"]["total"], first["fechaEmision"]) == (
            "1160.00", "1.00", "2026-01-15T10:30:00",
        )  # fmt: skip
        assert told["items"][1]["libros"] is None
        assert told["coberturas"] == []

    def test_one_state_alone(self, paqueteria: Paqueteria) -> None:
        self.filled(paqueteria)
        told = self.shown(paqueteria, "anio=2026&mes=1&resultado=coincide")
        assert [r["uuid"] for r in told["items"]] == [uuid(1)]

    def test_the_others_come_with_the_cursor(self, paqueteria: Paqueteria) -> None:
        with paqueteria.despacho.books.open(paqueteria.despacho.tenant) as books:
            books.metadata.guardar([a_row(n) for n in range(1_002)])
        query = "desde=2026-01-15&hasta=2026-01-15"
        told = self.shown(paqueteria, f"{query}&limit=1000")
        assert (len(told["items"]), told["cuantos"]["falta_xml"]) == (1_000, 1_002)
        rest = self.shown(paqueteria, f"{query}&limit=1000&cursor={told['nextCursor']}")
        assert [r["uuid"] for r in rest["items"]] == [uuid(1_000), uuid(1_001)]
        assert rest["nextCursor"] is None
        assert len(self.shown(paqueteria, query)["items"]) == 50

    @pytest.mark.parametrize(
        ("query", "status", "code"),
        [
            ("", 422, "comparacion-invalida"),
            ("desde=2026-01-01", 422, "comparacion-invalida"),
            ("anio=2026", 422, "comparacion-invalida"),
            ("anio=2026&mes=1&desde=2026-01-01&hasta=2026-01-02", 422, "comparacion-invalida"),
            ("desde=2026-01-02&hasta=2026-01-01", 422, "comparacion-invalida"),
            ("desde=2026-01-01&hasta=2027-01-02", 422, "comparacion-invalida"),
            ("anio=2026&mes=13", 422, "periodo-malformed"),
            ("anio=2026&mes=1&cursor=x", 422, "cursor-malformed"),
            ("desde=hoy&hasta=2026-01-01", 400, None),
            ("anio=2026&mes=1&limit=1001", 400, None),
            ("anio=2026&mes=1&resultado=x", 400, None),
        ],
    )
    def test_refuses_what_cannot_be(self, paqueteria: Paqueteria, query: str, status: int, code: str | None) -> None:
        refused = self.shown(paqueteria, query, status)
        assert code in (None, refused["code"])
