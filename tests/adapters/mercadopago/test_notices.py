"""Signatures of notices: the shared vectors, read where they lie, and more of our own."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from contracts.ports.notice_judge import NoticeJudgeContract, Sent
from horux_adapters.mercadopago.notices import MercadoPagoNoticeJudge
from horux_core.billing.gateway import Notice, Verdict
from tests.samples import shared

SECRET = "solo-para-pruebas-91c2"
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
TS = str(int(NOW.timestamp()))
QUERY = "data.id=130456789012&type=payment"
PARTS = {"id": "130456789012", "request-id": "r-1", "ts": TS}


def signed(parts: dict[str, str], secret: str = SECRET) -> str:
    manifest = "".join(f"{name}:{value};" for name, value in parts.items())
    return hmac.new(secret.encode(), manifest.encode(), hashlib.sha256).hexdigest()


def headers(v1: str, ts: str = TS, request_id: str | None = "r-1") -> list[tuple[str, str]]:
    return [("X-Signature", f"ts={ts},v1={v1}"), *([("X-Request-Id", request_id)] if request_id is not None else [])]


def judged(
    query: str = QUERY,
    given: Iterable[tuple[str, str]] | None = None,
    body: bytes = b"",
    secrets: tuple[str, ...] = (SECRET,),
) -> Notice:
    return MercadoPagoNoticeJudge(secrets, lambda: NOW).judge(
        query, headers(signed(PARTS)) if given is None else given, body
    )


class TestMercadoPagoNoticeJudge(NoticeJudgeContract):
    @pytest.fixture
    def judge(self) -> MercadoPagoNoticeJudge:
        return MercadoPagoNoticeJudge((SECRET,), lambda: NOW)

    @pytest.fixture
    def without_secret(self) -> MercadoPagoNoticeJudge:
        return MercadoPagoNoticeJudge((), lambda: NOW)

    @pytest.fixture
    def genuine(self) -> Sent:
        return Sent("130456789012", QUERY, tuple(headers(signed(PARTS))), b"")


def test_every_shared_vector() -> None:
    found = json.loads(shared("domain", "mercadopago", "signature_vectors.json").read_text(encoding="utf-8"))
    wrong = {v["name"]: got for v in found["vectors"] if (got := _vector(v)) != (v["expected_valid"], v["reason"])}
    assert wrong == {}
    assert len(found["vectors"]) == found["count"] == 28


def _vector(vector: dict[str, Any]) -> tuple[bool, str]:
    given = [
        (name, value)
        for name, values in vector["headers"].items()
        for value in (values if isinstance(values, list) else [values])
    ]
    now = datetime.fromtimestamp(vector["now_epoch_seconds"], UTC)
    notices = MercadoPagoNoticeJudge((vector["secret"],), lambda: now)
    verdict = notices.judge(
        urlencode([tuple(pair) for pair in vector["query"]]), given, json.dumps(vector["body"]).encode()
    ).verdict
    return verdict.genuine, verdict.value


def test_gives_what_the_address_says_of_a_genuine_one() -> None:
    assert judged() == Notice(Verdict.OK, "payment", "130456789012", signed(PARTS))
    assert judged("type=payment&data%2Eid=130456789012").verdict is Verdict.OK


@pytest.mark.parametrize("secrets", [(SECRET, "otro"), ("otro", SECRET), ("", SECRET)])
def test_takes_any_of_its_secrets(secrets: tuple[str, ...]) -> None:
    assert judged(secrets=secrets).verdict is Verdict.OK


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_without_a_secret_nothing_is_genuine(secrets: tuple[str, ...]) -> None:
    given = headers(signed(PARTS, ""))
    assert judged(given=given, secrets=secrets) == Notice(Verdict.NOT_CONFIGURED, "payment", None)


def test_an_empty_secret_beside_a_real_one_signs_nothing() -> None:
    assert judged(given=headers(signed(PARTS, "")), secrets=("", SECRET)).verdict is Verdict.SIGNATURE_MISMATCH


def test_gives_the_id_as_it_was_signed() -> None:
    given = headers(signed({**PARTS, "id": "2c9f4b"}))
    assert judged("data.id=2C9F4B&type=subscription_preapproval", given).reference == "2c9f4b"
    given = headers(signed({**PARTS, "id": "2C9F4B"}))
    assert judged("data.id=2C9F4B&type=subscription_preapproval", given).reference == "2C9F4B"


def test_one_whose_id_is_only_in_the_body_is_told_apart() -> None:
    given = headers(signed({"request-id": "r-1", "ts": TS}))
    body = json.dumps({"type": "payment", "data": {"id": 130456789012}}).encode()
    for query in ("", "data.id=&type=payment", "type=payment"):
        assert judged(query, given, body) == Notice(
            Verdict.OK_BUT_UNBOUND, "payment", "130456789012", signed({"request-id": "r-1", "ts": TS})
        )
    assert judged("type=payment", given).reference is None
    assert judged("", given, b'{"type": 7}').topic is None


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (b'{"data": {"id": 130456789012}}', Verdict.OK),
        (b'{"data": {"id": "130456789012"}}', Verdict.OK),
        (b'{"data": {"id": null}}', Verdict.OK),
        (b'{"data": 7}', Verdict.OK),
        (b"[1]", Verdict.OK),
        (b"\xff\xfe", Verdict.OK),
        (b"[" * 100_000, Verdict.OK),
        (b'{"data": {"id": "1"}}', Verdict.ID_CONFLICT),
        (b'{"data": {"id": ["130456789012"]}}', Verdict.ID_CONFLICT),
    ],
)
def test_the_body_may_be_anything_but_name_another_id(body: bytes, verdict: Verdict) -> None:
    found = judged(body=body)
    assert (found.verdict, found.reference) == (verdict, "130456789012" if verdict is Verdict.OK else None)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ([], Verdict.MISSING_HEADER),
        ([("x-signature", "")], Verdict.MALFORMED_HEADER),
        ([("x-signature", "ts=1;v1=2")], Verdict.MALFORMED_HEADER),
        (headers("0" * 63), Verdict.MALFORMED_HEADER),
        (headers("0" * 65), Verdict.MALFORMED_HEADER),
        (headers("0" * 64 + "\n0"), Verdict.MALFORMED_HEADER),
        (headers("0" * 64, ts="١٢٣"), Verdict.MALFORMED_HEADER),
        (headers("0" * 64, ts="9" * 5000), Verdict.MALFORMED_HEADER),
        (headers("0" * 64, ts="-1"), Verdict.MALFORMED_HEADER),
        (headers("0" * 64), Verdict.SIGNATURE_MISMATCH),
        (headers(f"{'0' * 64},v1={signed(PARTS)}"), Verdict.AMBIGUOUS_HEADER),
        (headers(f"{signed(PARTS)},ts={TS}"), Verdict.AMBIGUOUS_HEADER),
        ([*headers(signed(PARTS)), ("x-request-id", "r-2")], Verdict.AMBIGUOUS_HEADER),
        ([*headers(signed(PARTS)), ("X-SIGNATURE", "ts=1,v1=0")], Verdict.AMBIGUOUS_HEADER),
        (headers(signed(PARTS), request_id="r-2"), Verdict.SIGNATURE_MISMATCH),
        (headers(signed(PARTS), request_id=""), Verdict.SIGNATURE_MISMATCH),
    ],
)
def test_refuses_what_is_not_signed_in_one_plain_way(given: list[tuple[str, str]], verdict: Verdict) -> None:
    assert judged(given=given) == Notice(verdict, "payment", None)


@pytest.mark.parametrize(
    "shifted",
    [
        {"id": f"130456789012;request-id:r-1;ts:{TS}", "ts": TS},
        {"id": "130456789012;request-id:r-1", "ts": TS},
        {"id": f"130456789012;ts:{TS}", "request-id": "r-1", "ts": TS},
    ],
)
def test_what_was_signed_is_not_read_as_an_id_of_another_shape(shifted: dict[str, str]) -> None:
    given = headers(signed(shifted), request_id=shifted.get("request-id"))
    query = urlencode({"data.id": shifted["id"], "type": "payment"})
    assert judged(query, given) == Notice(Verdict.AMBIGUOUS_QUERY, "payment", None)


@pytest.mark.parametrize("ident", ["1 2", "../1", "1/2", "1%2", "1\n", "ñ", "\u0661", "1_2", "9" * 65, "\x00", "1;"])
def test_an_id_that_can_be_none_is_refused_though_it_is_signed(ident: str) -> None:
    given = headers(signed({**PARTS, "id": ident}))
    assert judged(urlencode({"data.id": ident}), given).verdict is Verdict.AMBIGUOUS_QUERY
    unbound = headers(signed({"request-id": "r-1", "ts": TS}))
    found = judged("type=payment", unbound, json.dumps({"data": {"id": ident}}).encode())
    assert (found.verdict, found.reference) == (Verdict.OK_BUT_UNBOUND, None)


def test_an_id_may_have_any_letter_digit_or_hyphen() -> None:
    ident = "ORD01J9ZK4T7QW3N8X5V2B6M1C0D9-" + "9" * 34
    assert judged(f"data.id={ident}", headers(signed({**PARTS, "id": ident}))).reference == ident


def test_an_id_that_comes_twice_is_refused_however_it_is_written() -> None:
    for query in (f"{QUERY}&data.id=130456789012", f"{QUERY}&data%2eid=1", f"data.id=1&{QUERY}"):
        assert judged(query).verdict is Verdict.AMBIGUOUS_QUERY


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [(0, Verdict.OK), (-300, Verdict.OK), (300, Verdict.OK), (-301, Verdict.STALE), (301, Verdict.STALE)],
)
@pytest.mark.parametrize("unit", [1, 1000])
def test_an_old_signature_is_a_replay_in_either_unit(seconds: int, verdict: Verdict, unit: int) -> None:
    ts = str((int(NOW.timestamp()) + seconds) * unit)
    assert judged(given=headers(signed({**PARTS, "ts": ts}), ts)).verdict is verdict


def test_shows_no_secret() -> None:
    assert SECRET not in repr(MercadoPagoNoticeJudge((SECRET,), lambda: NOW))
