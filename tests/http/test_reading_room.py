"""What is sent and finds the room for reading taken is told to come again."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from litestar.testing import TestClient

from contracts.samples import an_xml
from horux_adapters.filesystem.spool import FilesystemSpool
from horux_adapters.sat.room import SatReadingRoom
from horux_core.fiscal.cfdi.limites import MIB
from horux_core.fiscal.cfdi.upload_errors import ReadingSaturated
from horux_core.kernel.ids import TenantId
from horux_http.fiscal.holding import OneFile
from tests.carga import Carga
from tests.http import test_uploading
from tests.http.signed_in import is_problem
from tests.http.test_uploading import Http, an_app, left

BIG = an_xml() + b" " * 100_000


@pytest.fixture
def room() -> SatReadingRoom:
    return SatReadingRoom(MIB, patience=0.05)


@pytest.fixture
def carga(tmp_path: Path) -> Iterator[Carga]:
    carga = Carga(spool=FilesystemSpool(tmp_path))  # type: ignore[arg-type]
    yield carga
    carga.pool.close()


@pytest.fixture
def http(carga: Carga, room: SatReadingRoom, monkeypatch: pytest.MonkeyPatch) -> Iterator[Http]:
    monkeypatch.setattr(test_uploading, "SatReadingRoom", lambda: room)
    with TestClient(an_app(carga), raise_server_exceptions=False) as client:
        client.headers["Authorization"] = "Bearer de-prueba"
        yield client


@pytest.mark.parametrize("path", ["/api/cfdi", "/api/cfdi/bulk"])
def test_a_json_waits_for_its_turn_and_no_longer_than_it_must(
    http: Http, carga: Carga, room: SatReadingRoom, path: str
) -> None:
    document = {"xml": BIG.decode()}
    body = document if path == "/api/cfdi" else [document]
    with room(MIB):
        answer = http.post(path, json=body)
    assert is_problem(answer, 503, "lecturas-saturadas")
    assert answer.headers["Retry-After"] == "10"
    assert left(carga) == []
    assert http.post(path, json=body).status_code in (200, 201)


def test_a_document_waits_for_its_turn_and_a_small_one_does_not(http: Http, carga: Carga, room: SatReadingRoom) -> None:
    sent = {"Content-Type": "application/xml"}
    with room(MIB):
        assert is_problem(http.post("/api/cfdi", content=BIG, headers=sent), 503, "lecturas-saturadas")
        assert left(carga) == []
        assert http.post("/api/cfdi", content=an_xml(), headers=sent).status_code == 201


def test_a_small_file_waits_for_the_room_of_all_that_it_unpacks_to(tmp_path: Path, room: SatReadingRoom) -> None:
    held = OneFile(FilesystemSpool(tmp_path), room, TenantId(uuid4()))
    held.begin("estado.xlsx")
    held.write(b"x" * 100)
    with room(MIB):
        assert held.read(len, 64) == 100
        with pytest.raises(ReadingSaturated):
            held.read(len, 64, lambda content: len(content) * MIB)
