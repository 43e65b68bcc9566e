import base64
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
from argon2 import PasswordHasher as Argon2
from hypothesis import given
from hypothesis import strategies as st

from contracts.ports.password_hasher import PasswordHasherContract
from contracts.ports.tokens import CLAIMS, NOW, UNTIL, TokensContract
from horux_adapters.crypto.passwords import Argon2Passwords
from horux_adapters.crypto.tokens import AUDIENCE, ISSUER, SignedTokens
from horux_core.identity.errors import TokenInvalid
from horux_core.identity.ports import PasswordHasher, Tokens

SECRET = b"secreto de las pruebas, de 64 bytes para que quepa en cualquiera."
TOKENS = SignedTokens(SECRET)
GOOD = TOKENS.sign(CLAIMS, UNTIL)
OWN = {**CLAIMS, "iss": ISSUER, "aud": AUDIENCE, "typ": "access", "exp": int(UNTIL.timestamp()), "jti": "x"}


class TestSignedTokens(TokensContract):
    @pytest.fixture
    def tokens(self) -> Tokens:
        return TOKENS

    @pytest.fixture
    def others(self) -> Tokens:
        return SignedTokens(b"otro secreto de pruebas, 32 byte")


class TestArgon2Passwords(PasswordHasherContract):
    @pytest.fixture
    def hasher(self) -> PasswordHasher:
        return Argon2Passwords(time_cost=1, memory_cost=64)

    @pytest.fixture
    def older(self) -> PasswordHasher:
        return Argon2Passwords(time_cost=1, memory_cost=32)


def accepted(token: str) -> bool:
    try:
        TOKENS.read(token, NOW)
    except TokenInvalid:
        return False
    return True


def test_accepts_what_the_forgeries_below_were_made_from() -> None:
    assert accepted(GOOD)
    assert accepted(jwt.encode(OWN, SECRET, "HS256"))


def test_refuses_a_token_with_any_bit_flipped() -> None:
    octets = GOOD.encode()
    step = max(1, len(octets) * 8 // 400)
    flipped = 0
    for bit in range(0, len(octets) * 8, step):
        changed = bytearray(octets)
        changed[bit // 8] ^= 1 << bit % 8
        assert not accepted(changed.decode("latin-1")), bit
        flipped += 1
    assert flipped >= 200


@given(st.integers(0, len(GOOD) - 1), st.sampled_from("ABCxyz019-_=+/ .\n"))
def test_refuses_a_token_with_any_character_changed_or_put_in(at: int, character: str) -> None:
    changed = GOOD[:at] + character + GOOD[at + 1 :]
    assert changed == GOOD or not accepted(changed)
    assert not accepted(GOOD[:at] + character + GOOD[at:])


def test_refuses_the_spare_bits_of_the_last_character() -> None:
    # 32 bytes of signature leave two bits of its last character without meaning: four texts, one signature.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    same = [GOOD[:-1] + c for c in alphabet if base64.urlsafe_b64decode((GOOD.split(".")[2][:-1] + c) + "=")
            == base64.urlsafe_b64decode(GOOD.split(".")[2] + "=")]  # fmt: skip
    assert len(same) == 4
    assert [token for token in same if accepted(token)] == [GOOD]


@pytest.mark.parametrize("end", ["=", "==", "\n", " ", "."])
def test_refuses_a_token_with_something_put_after_it(end: str) -> None:
    assert not accepted(GOOD + end)


def _unsigned(header: dict[str, str]) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part(header)}.{part(OWN)}."


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "HS256", ""])
def test_refuses_an_unsigned_token(alg: str) -> None:
    assert not accepted(_unsigned({"alg": alg, "typ": "JWT"}))


@pytest.mark.parametrize("alg", ["HS384", "HS512"])
def test_refuses_another_algorithm_with_the_right_key(alg: str) -> None:
    assert not accepted(jwt.encode(OWN, SECRET, alg))


@pytest.mark.parametrize(
    "header", [{"kid": "../../etc/passwd"}, {"kid": "' OR 1=1"}, {"jku": "https://x.mx"}, {"typ": "at+jwt"}]
)
def test_refuses_a_header_that_is_not_its_own(header: dict[str, str]) -> None:
    assert not accepted(jwt.encode(OWN, SECRET, "HS256", headers=header))


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "otra"},
        {"aud": [AUDIENCE, "otra"]},
        {"aud": None},
        {"iss": "otro"},
        {"typ": "refresh"},
        {"typ": None},
        {"exp": None},
        {"exp": "9999999999"},
        {"exp": int(NOW.timestamp())},
        {"iat": int((NOW + timedelta(minutes=1)).timestamp())},
        {"iat": None},
        {"iat": True},
        {"iat": 0},
        {"iat": -1},
        {"iat": NOW.timestamp()},
        {"iat": str(int(NOW.timestamp()))},
        {"iat": int((NOW - timedelta(days=91)).timestamp())},
        {"exp": int((NOW + timedelta(days=91)).timestamp())},
        {"nbf": int((NOW + timedelta(seconds=1)).timestamp())},
        {"nbf": str(int(NOW.timestamp()))},
        {"nbf": True},
        {"jti": None},
        {"sub": None},
    ],
)
def test_refuses_a_signed_token_of_another_purpose(change: dict[str, object]) -> None:
    claims = {name: value for name, value in {**OWN, **change}.items() if value is not None}
    assert not accepted(jwt.encode(claims, SECRET, "HS256"))


def test_accepts_a_token_from_the_moment_it_names_on() -> None:
    assert accepted(jwt.encode({**OWN, "nbf": int(NOW.timestamp())}, SECRET, "HS256"))


def test_never_shows_its_secret() -> None:
    assert "secreto" not in repr(TOKENS)
    assert "secreto" not in str(TOKENS)


def test_refuses_a_short_secret() -> None:
    with pytest.raises(ValueError, match="JWT_SECRET"):
        SignedTokens(b"x" * 31)


def test_hashes_with_argon2id_at_the_documented_cost() -> None:
    assert Argon2Passwords().hash("una clave cualquiera").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_works_as_hard_for_nobody_as_for_somebody() -> None:
    hasher = Argon2Passwords()
    kept = hasher.hash("una clave cualquiera")

    def seconds(password_hash: str | None) -> float:
        taken = []
        for _ in range(9):
            began = time.perf_counter()
            hasher.matches(password_hash, "otra clave")
            taken.append(time.perf_counter() - began)
        return sorted(taken)[1]

    assert seconds(None) == pytest.approx(seconds(kept), rel=0.5)


def test_lets_only_so_many_hash_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[int] = []
    most: list[int] = []
    verify = Argon2.verify

    def watched(self: Argon2, password_hash: str | bytes, password: str | bytes) -> bool:
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.01)
        try:
            return verify(self, password_hash, password)
        finally:
            inside.pop()

    monkeypatch.setattr(Argon2, "verify", watched)
    hasher = Argon2Passwords(time_cost=1, memory_cost=64)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: hasher.matches(None, "x"), range(16)))
    assert max(most) == 2


def test_makes_temporary_passwords_of_at_least_eighty_bits() -> None:
    seen = {c for _ in range(300) for c in TOKENS.temporary_password() if c != "-"}
    assert len(seen) ** 20 >= 2**80
    assert re.fullmatch(r"[A-Z0-9]+", "".join(sorted(seen)))
