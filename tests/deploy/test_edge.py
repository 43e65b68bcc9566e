"""Who asks, for which host and how it is encrypted: what the edge promises of whatever stands behind it."""

import json
import ssl

import pytest

from tests.deploy.answers import reached
from tests.deploy.edge import CLIENT, NAME, Edge, encrypted, trusting_anybody
from tests.deploy.upstream import Repeater

# --- who asks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/", "/api/cfdi", "/api/auth/login", "/api/webhooks/mercadopago", "/api/health", "/api/cfdi/bulk", "/carga"],
)
def test_every_route_is_told_who_really_asks(front: Edge, path: str) -> None:
    forged = {
        "X-Forwarded-For": "10.9.8.7, 127.0.0.1",
        "X-Real-IP": "10.9.8.7",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "malo.mx",
        "X-Forwarded-Port": "1",
        "Forwarded": "for=10.9.8.7;host=malo.mx",
        "X-Original-URL": "/api/admin/audit",
        "X-Rewrite-URL": "/api/admin/audit",
        "Proxy": "http://malo.mx",
        "Upgrade": "websocket",
        "Connection": "upgrade",
    }
    told = reached(front.ask("POST", path, b"{}", forged))
    assert told["x-forwarded-for"] == told["x-real-ip"] == [CLIENT]
    assert told["x-forwarded-proto"] == ["https"]
    assert told["host"] == [NAME]
    assert told["connection"] == ["close"]
    never = {"x-forwarded-host", "x-forwarded-port", "forwarded", "x-original-url", "x-rewrite-url", "proxy", "upgrade"}
    assert not never & told.keys()


def test_a_sane_request_id_is_kept_and_another_is_replaced(front: Edge) -> None:
    assert reached(front.ask("GET", "/", headers={"X-Request-Id": "abc-1"}))["x-request-id"] == ["abc-1"]
    (made,) = reached(front.ask("GET", "/", headers={"X-Request-Id": 'a"b\\x'}))["x-request-id"]
    assert len(made) == 32


@pytest.mark.parametrize("sent", ["bb56a2f1-6aae-46ac-982e-9dcd3581d08e", "con espacio, y coma: tal cual"])
def test_what_mercadopago_signs_arrives_as_it_was_sent(front: Edge, sent: str) -> None:
    headers = {"x-request-id": sent, "x-signature": "ts=1,v1=ab"}
    answer = front.ask("POST", "/api/webhooks/mercadopago?data.id=1%2F2&type=payment", b'{"a": 1}', headers)
    told = reached(answer)
    assert told["x-request-id"] == [sent]
    assert told["x-signature"] == ["ts=1,v1=ab"]
    assert json.loads(answer.body)["path"] == "/api/webhooks/mercadopago?data.id=1%2F2&type=payment"
    assert "x-request-id" not in reached(front.ask("POST", "/api/webhooks/mercadopago", b""))


# --- which host -------------------------------------------------------------------------------------------------------


def test_plain_http_leads_to_https_by_the_configured_name(front: Edge) -> None:
    answer = front.ask_plain("/calendario?mes=3")
    assert (answer.status, answer["location"]) == (301, f"https://{NAME}/calendario?mes=3")


def test_the_api_over_plain_http_is_refused(front: Edge, behind: Repeater) -> None:
    answer = front.ask_plain("/api/cfdi")
    assert answer.status == 403
    assert json.loads(answer.body)["code"] == "https-obligatorio"
    assert behind.taken == []


def test_a_challenge_is_answered_over_plain_http(front: Edge) -> None:
    place = front.folder / "acme" / ".well-known" / "acme-challenge"
    place.mkdir(parents=True)
    (place / "reto").write_text("respuesta", encoding="ascii")
    (place.parent.parent / "secreto").write_text("no", encoding="ascii")
    assert front.ask_plain("/.well-known/acme-challenge/reto").body == b"respuesta"
    assert front.ask_plain("/.well-known/acme-challenge/../../secreto").status in (301, 400, 404)


@pytest.mark.parametrize("host", ["malo.mx", f"x.{NAME}", f"{NAME}.malo.mx", NAME.replace(".", "a"), "127.0.0.1"])
def test_another_host_gets_nowhere(front: Edge, behind: Repeater, host: str) -> None:
    with pytest.raises((ConnectionError, OSError)):
        front.ask_plain("/", host)
    with pytest.raises(ssl.SSLError), encrypted(front.https, host):
        pass
    assert front.ask("GET", "/", headers={"Host": host}).status == 421
    assert behind.taken == []


@pytest.mark.parametrize("sent", [NAME, NAME.upper(), f"{NAME}:443", f"{NAME}."])
def test_the_right_host_arrives_in_one_form(front: Edge, sent: str) -> None:
    assert reached(front.ask("GET", "/", headers={"Host": sent}))["host"] == [NAME]


# --- encryption -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_refuses_old_encryption(front: Edge, version: ssl.TLSVersion) -> None:
    old = trusting_anybody()
    old.minimum_version = old.maximum_version = version
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)), encrypted(front.https, NAME, old):
        pass


@pytest.mark.parametrize("ciphers", ["AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384"])
def test_refuses_suites_without_forward_secrecy_or_with_cbc(front: Edge, ciphers: str) -> None:
    weak = trusting_anybody()
    weak.maximum_version = ssl.TLSVersion.TLSv1_2
    weak.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError), encrypted(front.https, NAME, weak):
        pass


def test_speaks_tls_1_2_and_1_3(front: Edge) -> None:
    older = trusting_anybody()
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    with encrypted(front.https, NAME, older) as wire:
        assert wire.version() == "TLSv1.2"
    with encrypted(front.https, NAME) as wire:
        assert wire.version() == "TLSv1.3"
