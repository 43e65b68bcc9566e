import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_adapters.telemetry import redaction
from horux_adapters.telemetry.redaction import HIDDEN, one_line, redact, without_secrets

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLWFxdWk"
PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize(
    "name",
    [
        "password", "currentPassword", "new_password", "PASSWORD", "Authorization", "cookie", "Set-Cookie",
        "accessToken", "refresh_token", "token", "jwt_secret", "FIEL_ENCRYPTION_KEY", "fielEncryptionKey",
        "api_key", "cer", "key", "otp",
        "x-signature", "contraseña", "body",
    ],
)  # fmt: skip
def test_hides_what_is_kept_under_a_secret_s_name(name: str) -> None:
    assert redact(None, "", {name: "valor-privado"}) == {name: HIDDEN}
    assert redact(None, "", {"dentro": [{name: {"a": "valor-privado"}}]}) == {"dentro": [{name: HIDDEN}]}


@pytest.mark.parametrize("name", ["path", "requestId", "tenantId", "event", "client", "code", "databaseName", "monkey"])
def test_leaves_what_is_public(name: str) -> None:
    assert redact(None, "", {name: "a-1"}) == {name: "a-1"}


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"falló con {JWT} al leer", JWT),
        ("clave hxk_AbC-12_z rechazada", "hxk_AbC-12_z"),
        (f"lee {PEM} fin", "MIIEvQIBADANBg"),
        ("-----BEGIN CERTIFICATE-----\nMIIEcortado", "MIIEcortado"),
        ("Authorization: Bearer abcdefgh12345", "abcdefgh12345"),
        ("postgresql://horux:cl%40ve@localhost/x", "cl%40ve"),
        ("hash $argon2id$v=19$m=1$abc$def", "abc$def"),
        ("connect password=muyprivada host=x", "muyprivada"),
    ],
)
def test_hides_what_looks_like_a_secret_wherever_it_stands(text: str, secret: str) -> None:
    for event in ({"event": text}, {"exception": text}, {"a": {"b": [text]}}, {"error": ValueError(text)}):
        assert secret not in str(redact(None, "", dict(event)))
    assert "horux:" in without_secrets("postgresql://horux:x@localhost/x")


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("no existe EKU9003173C9 aquí", "EKU9003173C9"),
        ('FATAL: database "horux_eku9003173c9" does not exist', "eku9003173c9"),
        ("horux_deleted__nam010101ab1_20260301", "nam010101ab1"),
        ("/api/tenants/ÑAM010101AB1/payments", "ÑAM010101AB1"),
        ("Key (rfc)=(A&B010101AB1) already exists", "A&B010101AB1"),
        ("ROEM691011HJCDNN09 nació", "ROEM691011"),
        ("EKU9003173C9_2026.zip", "EKU9003173C9"),
        ("550 <ana.lopez+x@cascabel.com.mx> no existe", "ana.lopez"),
        ("leído <?xml version='1.0'?><cfdi:Comprobante Total='99.00'/>", "99.00"),
        ('leído <cfdi:Comprobante Total="99.00"/>', "99.00"),
    ],
)
def test_hides_who_somebody_is_and_what_was_sent(text: str, whose: str) -> None:
    for event in ({"event": text}, {"exception": text}, {"a": {"b": [text]}}, {"error": ValueError(text)}):
        assert whose not in str(redact(None, "", dict(event)))


@pytest.mark.parametrize("kept", ["0b1a2c3d-0000-4000-8000-abc010101abc", "abc010101abc" * 2 + "abcdabcd"])
def test_an_id_is_left_whole(kept: str) -> None:
    assert without_secrets(f"trabajo {kept}.") == f"trabajo {kept}."


def test_tells_the_size_of_bytes_and_not_what_they_hold() -> None:
    assert redact(None, "", {"archivo": b"contenido"}) == {"archivo": "[9 bytes]"}


@given(st.text())
def test_a_text_stays_on_its_line(text: str) -> None:
    flat = one_line(None, "", {"event": text, "a": [{"b": text}]})
    assert len(str(flat["event"]).splitlines()) <= 1
    assert "\x1b" not in str(flat)
    assert not any(ord(letter) < 32 for letter in flat["event"])


@given(st.from_regex(redaction._HARMLESS, fullmatch=True) | st.text("eyJ.hxk_$<:/@ABcd09-", max_size=40))
def test_what_is_passed_over_unsearched_has_nothing_to_hide(text: str) -> None:
    assert without_secrets(text) == redaction._searched(text)
