"""A receipt as it is kept and given out, and whatever else may be taken for one."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest

from contracts.boveda import a_receipt
from horux_core.fiel.receipts import dumped, loaded, signature_text, signed_text
from horux_core.kernel.ids import TenantId

RECEIPT = a_receipt(TenantId(uuid4()))
TOLD = json.loads(dumped(RECEIPT))
STRANGE: tuple[object, ...] = (
    None, True, 7, 7.5, [], {}, "", "x", "nada\x00", "NaN", float("inf"), "Infinity", "0001-01-01T00:00:00+23:00",
    "9999-12-31T23:59:59-23:00", "2026-03-01", "٣", "9" * 5000, "-1", "{}", ["a"], {"a": 1},
)  # fmt: skip
FREE = {"rfc", "numeroCertificado", "destruidaPor", "motivo", "llavePublica", "valor", "versionLlave"}
"""What may be any text: the signature proves it or not."""


def test_is_read_as_it_is_written() -> None:
    away = timezone(timedelta(hours=-7))
    done = replace(RECEIPT.destruction, destroyed_at=datetime(2026, 1, 1, tzinfo=away))
    elsewhere = replace(RECEIPT, destruction=done)
    for receipt in (RECEIPT, elsewhere):
        assert loaded(dumped(receipt)) == receipt
    assert TOLD["recibo"] == signed_text(RECEIPT.destruction)
    assert TOLD["firma"] == signature_text(RECEIPT.signature)
    assert TOLD["firma"] == {"llavePublica": "ab" * 32, "valor": "cd" * 64, "versionLlave": "0a1b2c3d"}
    assert loaded(dumped(elsewhere)).destruction.destroyed_at.tzinfo == UTC


def test_what_is_beside_it_is_passed_over() -> None:
    assert loaded(json.dumps({**TOLD, "comprobado": True}).encode()) == RECEIPT


@pytest.mark.parametrize("member", [*TOLD["recibo"], *TOLD["firma"]])
def test_every_member_is_a_text_and_says_what_it_should(member: str) -> None:
    for value in STRANGE:
        if member in FREE and isinstance(value, str):
            continue
        if (member, value) == ("asiento", "-1"):
            continue
        wrong: dict[str, Any] = {part: dict(members) for part, members in TOLD.items()}
        part = next(part for part in wrong if member in wrong[part])
        wrong[part][member] = value
        with pytest.raises(ValueError, match="no es un recibo"):
            loaded(json.dumps(wrong).encode())
        del wrong[part][member]
        with pytest.raises(ValueError, match="no es un recibo"):
            loaded(json.dumps(wrong).encode())


@pytest.mark.parametrize("part", ["recibo", "firma"])
@pytest.mark.parametrize("value", [None, 7, "x", [], [["a", 1]], {}])
def test_both_parts_are_there(part: str, value: object) -> None:
    with pytest.raises(ValueError, match="no es un recibo"):
        loaded(json.dumps({**TOLD, part: value}).encode())


@pytest.mark.parametrize(
    "octets",
    [b"", b"{}", b"[]", b"null", b"7", b"\xff", b"NaN", b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe{\x00}\x00"],
    ids=lambda octets: str(octets[:6]),
)
def test_nothing_else_is_one(octets: bytes) -> None:
    with pytest.raises(ValueError, match="no es un recibo"):
        loaded(octets)
