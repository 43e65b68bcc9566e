"""What every Tokens promises; a subclass brings `tokens`, and `others`, which signs with another secret."""

import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

from horux_core.identity.errors import TokenInvalid
from horux_core.identity.ports import Tokens

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLAIMS = {"sub": "u", "email": "ana@ejemplo.mx", "role": None, "iat": int(NOW.timestamp())}
UNTIL = NOW + timedelta(hours=24)
DEEP = urlsafe_b64encode(b"[" * 2_904).decode() + ".e30." + urlsafe_b64encode(bytes(32)).decode().rstrip("=")
"""A first part that no reader of JSON gets to the bottom of."""


class TokensContract:
    def test_reads_what_it_signed(self, tokens: Tokens) -> None:
        read = tokens.read(tokens.sign(CLAIMS, UNTIL), NOW)
        assert {name: read[name] for name in CLAIMS} == CLAIMS

    def test_never_signs_the_same_token_twice(self, tokens: Tokens) -> None:
        assert len({tokens.sign(CLAIMS, UNTIL) for _ in range(50)}) == 50

    def test_refuses_a_token_from_its_last_second_on(self, tokens: Tokens) -> None:
        token = tokens.sign(CLAIMS, UNTIL)
        tokens.read(token, UNTIL - timedelta(seconds=1))
        for now in (UNTIL, UNTIL + timedelta(days=400)):
            with pytest.raises(TokenInvalid):
                tokens.read(token, now)

    def test_refuses_a_token_of_the_future(self, tokens: Tokens) -> None:
        with pytest.raises(TokenInvalid):
            tokens.read(tokens.sign(CLAIMS, UNTIL), NOW - timedelta(seconds=1))

    def test_refuses_a_token_of_another_key(self, tokens: Tokens, others: Tokens) -> None:
        with pytest.raises(TokenInvalid):
            tokens.read(others.sign(CLAIMS, UNTIL), NOW)

    @pytest.mark.parametrize(
        "junk", ["", ".", "..", "a.b.c", "hxk_abc", "ñ.ñ.ñ", "a" * 100_000, "\0", "e30.e30.e30", DEEP]
    )
    def test_refuses_what_is_no_token(self, tokens: Tokens, junk: str) -> None:
        with pytest.raises(TokenInvalid):
            tokens.read(junk, NOW)

    def test_makes_secrets_that_fit_in_a_url_and_never_repeat(self, tokens: Tokens) -> None:
        secrets = {tokens.secret() for _ in range(200)}
        assert len(secrets) == 200
        assert all(re.fullmatch(r"[A-Za-z0-9_-]{43,}", secret) for secret in secrets)

    def test_makes_temporary_passwords_a_person_can_type(self, tokens: Tokens) -> None:
        made = {tokens.temporary_password() for _ in range(200)}
        assert len(made) == 200
        for password in made:
            assert re.fullmatch(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){4}", password)
            assert not set(password) & set("O0I1L5S2")

    def test_recognises_a_secret_without_keeping_it(self, tokens: Tokens) -> None:
        secret = tokens.secret()
        assert tokens.digest(secret) == tokens.digest(secret)
        assert tokens.digest(secret) != tokens.digest(tokens.secret())
        assert secret not in tokens.digest(secret)
