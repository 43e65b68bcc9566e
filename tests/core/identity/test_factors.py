"""The arithmetic of codes, against the vectors of RFC 4226 and RFC 6238."""

from datetime import UTC, datetime, timedelta

import pytest

from horux_core.identity import factors

SEED = b"12345678901234567890"


@pytest.mark.parametrize(
    ("count", "code"),
    list(
        enumerate(["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"])
    ),
)
def test_makes_the_codes_of_rfc_4226(count: int, code: str) -> None:
    assert factors.code(SEED, count) == code


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ],
)  # fmt: skip
def test_makes_the_codes_of_rfc_6238(seconds: int, code: str) -> None:
    assert factors.code(SEED, factors.step_of(datetime.fromtimestamp(seconds, UTC)), digits=8) == code


def test_takes_one_step_of_drift_either_way_and_no_more() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    taken = {
        steps: factors.step_matching(SEED, factors.code(SEED, factors.step_of(now) + steps), now, 0)
        for steps in range(-3, 4)
    }
    assert {steps for steps, found in taken.items() if found is not None} == {-1, 0, 1}


def test_takes_no_code_of_a_step_that_was_used_nor_of_one_before() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    here = factors.step_of(now)
    assert factors.step_matching(SEED, factors.code(SEED, here), now, here) is None
    assert factors.step_matching(SEED, factors.code(SEED, here - 1), now, here) is None
    later = now + timedelta(seconds=30)
    assert factors.step_matching(SEED, factors.code(SEED, here + 1), later, here) == here + 1


@pytest.mark.parametrize("given", ["", "12345", "1234567", "ñandú1", "１２３４５６"])
def test_takes_nothing_that_is_no_code(given: str) -> None:
    assert factors.step_matching(SEED, given, datetime(2026, 3, 1, tzinfo=UTC), 0) is None


def test_tells_an_application_all_it_needs() -> None:
    assert factors.address(SEED, "op+1@horux.mx") == (
        "otpauth://totp/Horux360%3Aop%2B1@horux.mx?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=Horux360&algorithm=SHA1&digits=6&period=30"
    )
    assert SEED.hex() not in repr(factors.address)
