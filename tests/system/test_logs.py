"""What the running service writes down: a line an event, found by its request, with nothing of whom it is about."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from contracts.ports.uploads import xml
from tests.system.household import a_client
from tests.system.installation import OPERATOR, Installation, installation, running, served
from tests.system.owners import CHOSEN
from tests.system.waiting import until

RFC, OTHER = "EKU9003173C9", "ÑAM010101AB1"
BREAKS = 'x\r\n{"event":"falso","level":"info"}\n\x1b[2J\u2028"}\x00'
PASSWORD = "clave-Qx7v-de-prueba"
PERSONAL = re.compile(r"[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}|@[a-z]+\.(?:mx|example)|Comprobante|eyJ|hxk_|Qx7v", re.IGNORECASE)
IDS = re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    vault = tmp_path_factory.mktemp("boveda")
    vault.chmod(0o700)
    with installation(
        HORUX_ENV="production", MAIL="folder", LOG_LEVEL="info", WORKERS="1", FIEL_DIR=str(vault),
        CORS_ORIGIN="https://horux360.mx", BANK_BENEFICIARY="Horux", BANK_NAME="Banco",
        BANK_CLABE="032180000118359719", ALLOWED_HOSTS="127.0.0.1", ADMIN_MFA="off",
    ) as place:  # fmt: skip
        yield place


def lines(installed: Installation, process: str) -> list[dict[str, Any]]:
    """Every one of them is an event."""
    text = (installed.folder / f"{process}.log").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


def hostile(http: httpx.Client, token: str) -> list[httpx.Response]:
    """Typical requests, with what a stranger or a client would put into them."""
    me = {"Authorization": f"Bearer {token}"}
    broken = quote(BREAKS)
    return [
        http.post("/api/auth/login", json={"email": OPERATOR, "password": PASSWORD}),
        http.post("/api/auth/login", json={"email": f"{BREAKS}@cascabel.mx", "password": PASSWORD}),
        http.post("/api/auth/login", content=BREAKS.encode(), headers={"Content-Type": "application/json"}),
        http.post("/api/auth/forgot", json={"email": "ana@cascabel.mx"}),
        http.get(f"/api/tenants/{RFC}", headers=me),
        http.get(f"/api/tenants/{quote(OTHER)}/payments", headers=me),
        http.get(f"/api/cfdi/{RFC}?q=ana@cascabel.mx", headers={**me, "X-View-Tenant": RFC}),
        http.get(f"/no/hay/{RFC}/ana@cascabel.mx/{broken}"),
        http.get("/x", headers={"User-Agent": f"ana@cascabel.mx {RFC}", "X-Request-Id": f"{RFC} {PASSWORD}"}),
        http.get("/api/iva?anio=2026", headers={"Authorization": f"Bearer hxk_{PASSWORD}"}),
        http.get(f"/api/iva?token={token}", headers=me),
        http.post("/api/webhooks/mercadopago?data.id=1", json={"data": {"id": RFC}}, headers={"x-signature": PASSWORD}),
        http.post("/api/cfdi/", content=xml(1), headers={**me, "X-View-Tenant": RFC}),
        http.request("PROPFIND", f"/{RFC}"),
    ]


def test_a_line_is_an_event_found_by_its_answer_and_tells_of_nobody(installed: Installation) -> None:
    with served(installed), running(installed, "worker"), httpx.Client(base_url=installed.url) as http:
        session = http.post("/api/auth/login", json={"email": OPERATOR, "password": CHOSEN}).json()
        me = {"Authorization": f"Bearer {session['accessToken']}"}
        assert http.post("/api/tenants", json=a_client(RFC), headers=me, timeout=30).status_code == 201
        answers = hostile(http, session["accessToken"])
        assert {answer.status_code for answer in answers} >= {200, 202, 401, 404}
        done = {"eventId", "event_id"}
        until("el trabajador escribe", lambda: any(done & line.keys() for line in lines(installed, "worker")), 40)
    told = [line for line in lines(installed, "serve") if line["event"] == "solicitud"]
    for answer in answers:
        (line,) = [one for one in told if one["requestId"] == answer.headers["x-request-id"]]
        assert line["status"] == answer.status_code
        assert line["timestamp"].endswith("Z")
        assert line["client"] == "127.0.0.1"
    for process in ("serve", "worker"):
        written = lines(installed, process)
        assert not [line for line in written if line["event"] == "falso"]
        for line in written:
            # The digits of an id may spell an RFC.
            assert not PERSONAL.search(IDS.sub("", json.dumps(line, ensure_ascii=False))), line


def test_what_the_worker_does_for_a_job_says_which_and_whose(installed: Installation) -> None:
    with served(installed), running(installed, "worker"):
        tenant = installed.rows("SELECT id FROM tenants", database="horux360")[0][0]
        installed.rows(
            "INSERT INTO jobs (id, tenant_id, kind, subject, state, created_at, updated_at) VALUES (gen_random_uuid(),"
            " %s, 'nadie-lo-hace', '{}', 'procesando', now() - interval '1 day', now() - interval '1 day')"
            " RETURNING id", tenant, database="horux360",
        )  # fmt: skip
        until("lo intenta", lambda: "trabajo fallido" in str(lines(installed, "worker")), 60)
    about = [line for line in lines(installed, "worker") if "nadie-lo-hace" in str(line)]
    assert about
    assert {line["tenantId"] for line in about} == {str(tenant)}
    assert len({line["jobId"] for line in about}) == 1
