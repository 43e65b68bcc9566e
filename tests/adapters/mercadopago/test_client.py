"""One call is one request, and whatever comes back is an answer of ours."""

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from horux_adapters.mercadopago.client import MercadoPagoClient
from horux_core.billing.errors import (
    AgreementRefused,
    AgreementUnknown,
    ChargeUnknown,
    GatewayUnavailable,
    ReceiptUnknown,
)
from tests.adapters.mercadopago.canned import Canned, canned

TOKEN = "TEST-token-de-nadie"
Ask = Callable[[MercadoPagoClient], Any]

READS: dict[str, Ask] = {
    "acuerdo": lambda client: client.agreement("abc"),
    "cargo": lambda client: client.charge("7"),
    "pago": lambda client: client.payment("13"),
    "acuerdos": lambda client: list(client.agreements(payer_email="a@b.mx")),
    "cargos": lambda client: list(client.charges(preapproval_id="abc")),
    "pagos": lambda client: list(client.payments(external_reference="x")),
    "cuenta": lambda client: client.account(),
}
WRITES: dict[str, Ask] = {
    "crear": lambda client: client.create_agreement({"reason": "x"}, "clave-1"),
    "cambiar": lambda client: client.change_agreement("abc", {"status": "paused"}),
}
EVERY = READS | WRITES
each = pytest.mark.parametrize("ask", EVERY.values(), ids=EVERY)


@pytest.fixture
def provider() -> Iterator[Canned]:
    with canned() as provider:
        yield provider


@pytest.fixture
def client(provider: Canned) -> MercadoPagoClient:
    return MercadoPagoClient(TOKEN, provider.url)


@each
@pytest.mark.parametrize("status", [401, 409, 423, 424, 429, 500, 502, 503, 504])
def test_an_answer_that_decides_nothing_is_no_answer(
    provider: Canned, client: MercadoPagoClient, ask: Ask, status: int
) -> None:
    provider.otherwise = (status, {"message": "un secreto", "status": status})
    with pytest.raises(GatewayUnavailable) as told:
        ask(client)
    assert told.value.facts["retryAfter"]
    assert "secreto" not in str(told.value)
    assert len(provider.asked) == 1


@each
@pytest.mark.parametrize("status", [200, 201, 400, 401, 403, 429, 500])
@pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"{", b"\xff\xfe"])
def test_a_body_that_is_no_json_is_no_answer(
    provider: Canned, client: MercadoPagoClient, ask: Ask, status: int, body: bytes
) -> None:
    provider.otherwise = (status, body)
    with pytest.raises(GatewayUnavailable):
        ask(client)
    assert len(provider.asked) == 1


@each
@pytest.mark.parametrize("body", [[], [{"id": "abc"}], "abc", 7, None, b""])
def test_a_yes_without_a_document_is_no_answer(
    provider: Canned, client: MercadoPagoClient, ask: Ask, body: object
) -> None:
    provider.otherwise = (200, body)
    with pytest.raises(GatewayUnavailable):
        ask(client)


@pytest.mark.parametrize("ask", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("status", [400, 402, 422])
def test_a_no_is_told_whatever_its_body(provider: Canned, client: MercadoPagoClient, ask: Ask, status: int) -> None:
    for body in ([{"message": "x"}], None, {}, {"message": 7}, "no"):
        provider.otherwise = (status, body)
        with pytest.raises(AgreementRefused, match=r"^MercadoPago no lo aceptó: revisa los datos del cobro\.$"):
            ask(client)


def test_a_no_says_in_spanish_why_and_in_the_provider_s_words(provider: Canned, client: MercadoPagoClient) -> None:
    words = "Both payer and collector must be real or test users"
    provider.otherwise = (400, {"message": words})
    with pytest.raises(AgreementRefused, match=f"las dos de prueba.*Dijo: «{words}»"):
        client.create_agreement({}, "clave")
    provider.otherwise = (400, {"message": "Cannot pay an amount lower than $ 15.00"})
    with pytest.raises(AgreementRefused, match=r"menor que el mínimo.*\$ 15\.00"):
        client.create_agreement({}, "clave")
    provider.otherwise = (400, {"message": "uno\r\n\x1b[31mdos" + "x" * 500})
    with pytest.raises(AgreementRefused) as told:
        client.create_agreement({}, "clave")
    assert str(told.value).isprintable()
    assert len(str(told.value)) < 300


@pytest.mark.parametrize(
    ("name", "unknown"), [("acuerdo", AgreementUnknown), ("cargo", ChargeUnknown), ("pago", ReceiptUnknown)]
)
@pytest.mark.parametrize("status", [400, 404])
def test_an_id_of_another_seller_is_as_unknown_as_one_of_nobody(
    provider: Canned, client: MercadoPagoClient, name: str, unknown: type[Exception], status: int
) -> None:
    provider.otherwise = (status, {"message": "... not valid for callerId ...", "status": status})
    with pytest.raises(unknown):
        READS[name](client)
    provider.otherwise = (200, {"id": "otro"})
    with pytest.raises(unknown):
        READS[name](client)


@pytest.mark.parametrize("reference", ["", ".", "..", "a/b", "a b", "ñ", "²", "a%2f", "a\n"])
def test_what_is_no_id_is_not_even_asked_for(provider: Canned, client: MercadoPagoClient, reference: str) -> None:
    provider.otherwise = (200, {"id": reference})
    with pytest.raises(AgreementUnknown):
        client.agreement(reference)
    assert provider.asked == []


@pytest.mark.parametrize("name", ["acuerdos", "cargos", "pagos"])
@pytest.mark.parametrize("body", [{}, {"results": None}, {"results": {"id": "abc"}}, {"results": "abc"}])
def test_a_search_without_rows_is_no_answer(
    provider: Canned, client: MercadoPagoClient, name: str, body: object
) -> None:
    provider.otherwise = (200, body)
    with pytest.raises(GatewayUnavailable):
        READS[name](client)


def test_an_account_that_cannot_be_asked_is_not_known(provider: Canned, client: MercadoPagoClient) -> None:
    for status in (403, 404):
        provider.otherwise = (status, {"message": "x"})
        assert client.account() is None


def test_pages_end_although_the_provider_gives_the_same_again(provider: Canned, client: MercadoPagoClient) -> None:
    rows = [{"id": number} for number in range(50)]
    provider.otherwise = (200, {"paging": {"total": 9999}, "results": [*rows, "x", {}]})
    assert list(client.charges(preapproval_id="abc")) == rows
    paths = [path for _, path, _, _ in provider.asked]
    assert [path.partition("?")[2] for path in paths] == [
        "preapproval_id=abc&limit=50&offset=0",
        "preapproval_id=abc&limit=50&offset=50",
    ]


@each
def test_a_redirect_is_not_followed(provider: Canned, client: MercadoPagoClient, ask: Ask) -> None:
    provider.otherwise = (302, {"id": "abc"})
    provider.headers = {"Location": f"{provider.url}/robado"}
    with pytest.raises(GatewayUnavailable):
        ask(client)
    assert "/robado" not in [path for _, path, _, _ in provider.asked]


@each
def test_nobody_there_is_no_answer_and_tells_no_secret(ask: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    client = MercadoPagoClient(TOKEN, address)
    with pytest.raises(GatewayUnavailable) as told:
        ask(client)
    assert TOKEN not in f"{told.value!r} {told.value.__cause__!r} {told.value.facts} {client!r}"


@each
def test_who_never_answers_is_left_in_time(ask: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        client = MercadoPagoClient(TOKEN, f"http://127.0.0.1:{mute.getsockname()[1]}", read=0.05)
        with pytest.raises(GatewayUnavailable):
            ask(client)


def test_decimals_are_sent_as_numbers_and_never_as_no_json_has_them(
    provider: Canned, client: MercadoPagoClient
) -> None:
    provider.otherwise = (201, {"id": "abc"})
    client.create_agreement({"auto_recurring": {"transaction_amount": Decimal("1160.10")}}, "clave-1")
    ((_, _, body, headers),) = provider.asked
    assert body == b'{"auto_recurring": {"transaction_amount": 1160.1}}'
    assert (headers["x-idempotency-key"], headers["authorization"]) == ("clave-1", f"Bearer {TOKEN}")
    with pytest.raises(ValueError, match="finito"):
        client.create_agreement({"auto_recurring": {"transaction_amount": Decimal("NaN")}}, "clave-1")


def test_a_change_is_never_taken_for_an_earlier_one(provider: Canned, client: MercadoPagoClient) -> None:
    provider.otherwise = (200, {"id": "abc"})
    for _ in range(2):
        client.change_agreement("abc", {"status": "paused"})
    first, second = (headers["x-idempotency-key"] for _, _, _, headers in provider.asked)
    assert first != second


def test_two_keys_in_one_process_never_mix(provider: Canned) -> None:
    provider.otherwise = (200, {"id": "abc"})
    one, two = (MercadoPagoClient(f"TEST-{name}", provider.url) for name in ("uno", "dos"))
    for client in (one, two, one):
        client.agreement("abc")
    assert [headers["authorization"][-3:] for _, _, _, headers in provider.asked] == ["uno", "dos", "uno"]


@pytest.fixture
def over_https(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Canned]:
    """Only there the library retries by itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
    certificate = builder.add_extension(address, critical=False).sign(key, hashes.SHA256())
    kind = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())
    file = tmp_path / "servidor.pem"
    file.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    with canned(context) as provider:
        yield provider


@each
@pytest.mark.parametrize("status", [429, 500, 503])
def test_nothing_is_retried_behind_our_back(over_https: Canned, ask: Ask, status: int) -> None:
    over_https.otherwise = (status, {"message": "x"})
    over_https.headers = {"Retry-After": "30"}
    with pytest.raises(GatewayUnavailable, match=str(status)):
        ask(MercadoPagoClient(TOKEN, over_https.url))
    assert len(over_https.asked) == 1
