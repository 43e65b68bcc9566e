"""What is wrong with an upload is told first things first, each with its code, and never with the password in it."""

import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from contracts.efirmas import (
    NOMBRE,
    NOW,
    NUMERO,
    PASSWORD,
    REPRESENTANTE,
    RFC,
    Efirma,
    a_csd,
    a_plain_key,
    an_autoridad,
    an_efirma,
    an_encrypted_key,
    an_rsa_key,
    sealed_by_hand,
)
from contracts.ports.inspector import pem
from horux_adapters.crypto.certificates import Certificate
from horux_adapters.crypto.fiel import X509Inspector
from horux_core.fiel import errors
from horux_core.fiel.inspecting import LARGEST_FILE, inspect
from horux_core.fiel.model import Cadena, Inspected, Upload
from horux_core.kernel.errors import HoruxError
from horux_core.kernel.rfc import Rfc

CANARY = "Canario-ñandú€-7Q"
PFX = b"\x30\x82\x0d\x16\x02\x01\x03\x30\x82"
PAGE = b"<!doctype html><title>SAT</title>"


def inspected(upload: Upload, rfc: str = RFC, now: datetime = NOW, inspector: X509Inspector | None = None) -> Inspected:
    return inspect(inspector or X509Inspector(), upload, Rfc(rfc), now)


def refusal(upload: Upload, rfc: str = RFC, now: datetime = NOW) -> HoruxError:
    with pytest.raises(HoruxError) as refused:
        inspected(upload, rfc, now)
    return refused.value


def with_password(password: str, octets: bytes) -> Upload:
    efirma = an_efirma()
    return Upload(efirma.cer, an_encrypted_key(efirma.private, octets), password)


class TestAccepting:
    def test_answers_what_is_kept(self) -> None:
        efirma = an_efirma()
        found = inspected(efirma.upload())
        assert (found.certificate, found.private_key, found.password) == (efirma.cer, efirma.key, PASSWORD.encode())
        assert (found.certificado.rfc, found.certificado.rfc_representante) == (RFC, REPRESENTANTE)
        assert (found.certificado.nombre, found.certificado.numero) == (NOMBRE, NUMERO)
        assert found.certificado.cadena is Cadena.NO_REVISADA
        assert found.certificado.valido_hasta == NOW + timedelta(days=1_096)

    def test_a_fisica_has_no_representative(self) -> None:
        found = inspected(an_efirma(rfc="CACX7605101P8", representante=None).upload(), "CACX7605101P8")
        assert (found.certificado.rfc, found.certificado.rfc_representante) == ("CACX7605101P8", None)

    @pytest.mark.parametrize("rfc", ["CÑP200101AB1", "H&E951128469", "RAQÑ7701212M3"])
    def test_an_rfc_of_any_letter_is_its_owner_s(self, rfc: str) -> None:
        efirma = an_efirma(rfc=rfc)
        assert inspected(efirma.upload(), rfc).certificado.rfc == rfc
        for other in ("CNP200101AB1", "HYE951128469", "RAQN7701212M3"):
            assert isinstance(refusal(efirma.upload(), other), errors.FielRfcMismatch)

    def test_pem_is_kept_as_der(self) -> None:
        efirma = an_efirma()
        armoured = Upload(pem("CERTIFICATE", efirma.cer), pem("ENCRYPTED PRIVATE KEY", efirma.key), PASSWORD)
        found = inspected(armoured)
        assert (found.certificate, found.private_key) == (efirma.cer, efirma.key)

    def test_says_that_the_issuer_was_checked(self) -> None:
        trusting = X509Inspector([Certificate.read(an_autoridad().cer)])
        assert inspected(an_efirma().upload(), inspector=trusting).certificado.cadena is Cadena.REVISADA

    @pytest.mark.parametrize(
        ("password", "octets"),
        [
            ("contraseña€1", "contraseña€1".encode()),
            ("contraseña1", "contraseña1".encode("latin-1")),
            ("contraseña€1", "contraseña€1".encode("cp1252")),
            ("contrasen\u0303a1", "contraseña1".encode()),
            ("contrasen\u0303a1", "contraseña1".encode("latin-1")),
            ("contrasen\u0303a1", "contrasen\u0303a1".encode()),
        ],
    )
    def test_the_form_that_opens_it_is_kept(self, password: str, octets: bytes) -> None:
        assert inspected(with_password(password, octets)).password == octets


class TestRefusing:
    @pytest.mark.parametrize(
        ("cer", "key", "expected"),
        [
            (b"", an_efirma().key, errors.FielFileEmpty("cer")),
            (an_efirma().cer, b"", errors.FielFileEmpty("key")),
            (PFX, an_efirma().key, errors.FielIsPfx("cer")),
            (an_efirma().cer, PFX, errors.FielIsPfx("key")),
            (PAGE, an_efirma().key, errors.FielFileIsPage("cer")),
            (an_efirma().cer, PAGE, errors.FielFileIsPage("key")),
            (an_efirma().cer[:700], an_efirma().key, errors.FielFileTruncated("cer")),
            (an_efirma().cer, an_efirma().key[:700], errors.FielFileTruncated("key")),
            (an_efirma().key, an_efirma().cer, errors.FielFilesSwapped()),
            (a_plain_key(an_rsa_key()), an_efirma().cer, errors.FielFilesSwapped()),
            (an_efirma().key, an_efirma().key, errors.FielCertificateMalformed("es una llave privada")),
            (b"hola", an_efirma().key, errors.FielCertificateMalformed()),
            (an_efirma().cer, an_efirma().cer, errors.FielKeyMalformed("es un certificado")),
            (an_efirma().cer, b"hola", errors.FielKeyMalformed()),
            (an_efirma().cer, a_plain_key(an_rsa_key()), errors.FielKeyUnencrypted()),
            (bytes(LARGEST_FILE + 1), b"", errors.FielFileTooLarge("cer", LARGEST_FILE)),
            (b"", bytes(LARGEST_FILE + 1), errors.FielFileTooLarge("key", LARGEST_FILE)),
        ],
        ids=lambda value: value.code if isinstance(value, HoruxError) else "file",
    )
    def test_files_that_are_not_what_they_should_be(self, cer: bytes, key: bytes, expected: HoruxError) -> None:
        found = refusal(Upload(cer, key, PASSWORD))
        assert (type(found), str(found), found.facts) == (type(expected), str(expected), expected.facts)

    def test_a_seal_certificate(self) -> None:
        assert isinstance(refusal(a_csd().upload()), errors.FielIsCsd)

    @pytest.mark.parametrize(
        "efirma",
        [
            an_efirma(sucursal="Sucursal 1"),
            an_efirma(extended_usage=False),
            an_efirma(numero="300010000005"),
            an_efirma(rfc="NADIE"),
            an_efirma(rfc="EKU9003393C9"),
            an_efirma(nombre=" "),
        ],
    )
    def test_a_certificate_that_is_neither(self, efirma: Efirma) -> None:
        assert isinstance(refusal(efirma.upload()), errors.FielKindUndetermined)

    def test_one_that_has_expired(self) -> None:
        efirma = an_efirma(rfc="URE180429TM6", nombre="UNIVERSIDAD ROBÓTICA ESPAÑOLA")
        until = NOW + timedelta(days=1_096)
        assert inspected(efirma.upload(), "URE180429TM6", until - timedelta(seconds=1))
        found = refusal(efirma.upload(), "URE180429TM6", until)
        assert isinstance(found, errors.FielExpired)
        assert "UNIVERSIDAD ROBÓTICA ESPAÑOLA venció el 25/11/2029 a las 18:00 UTC" in str(found)
        assert found.facts == {"validoHasta": "2029-11-25T18:00:00+00:00"}

    def test_one_that_is_not_valid_yet(self) -> None:
        since = NOW - timedelta(days=365)
        assert inspected(an_efirma().upload(), now=since)
        found = refusal(an_efirma().upload(), now=since - timedelta(seconds=1))
        assert isinstance(found, errors.FielNotYetValid)
        assert f"{NOMBRE} empieza a valer el 25/11/2025 a las 18:00 UTC" in str(found)
        assert found.facts == {"validoDesde": "2025-11-25T18:00:00+00:00"}

    def test_another_taxpayer_s(self) -> None:
        found = refusal(an_efirma().upload(), "URE180429TM6")
        assert isinstance(found, errors.FielRfcMismatch)
        assert found.facts == {"rfcCertificado": RFC, "rfcEmpresa": "URE180429TM6"}

    def test_the_representative_s_own_is_not_the_company_s(self) -> None:
        own = an_efirma(rfc=REPRESENTANTE, representante=None)
        assert isinstance(refusal(own.upload()), errors.FielRfcMismatch)
        assert isinstance(refusal(an_efirma().upload(), REPRESENTANTE), errors.FielRfcMismatch)

    def test_an_issuer_that_is_not_the_sat(self) -> None:
        stranger = X509Inspector([Certificate.read(an_autoridad("AC DEL SAT", 91).cer)])
        with pytest.raises(errors.FielIssuerUnknown, match="AC DE PRUEBA"):
            inspected(an_efirma().upload(), inspector=stranger)

    def test_a_key_of_another_certificate(self) -> None:
        other = an_encrypted_key(an_rsa_key(1), PASSWORD.encode())
        assert isinstance(refusal(Upload(an_efirma().cer, other, PASSWORD)), errors.FielKeyMismatch)

    def test_no_password(self) -> None:
        assert isinstance(refusal(replace(an_efirma().upload(), password="")), errors.FielPasswordMissing)

    @pytest.mark.parametrize("password", ["12345678A", "x", "\ud800", "\0", "ñ", "x" * 100_000])
    def test_a_wrong_password(self, password: str) -> None:
        found = refusal(replace(an_efirma().upload(), password=password))
        assert isinstance(found, errors.FielPasswordWrong)
        assert "espacio" not in str(found)

    @pytest.mark.parametrize("control", ["\0", "\n", "\r", "\t", "\x1b", "\x7f"])
    def test_a_control_character_is_mentioned_and_not_tried(self, control: str) -> None:
        """Also where the key would open with it."""
        password = f"contra{control}1"
        refused = refusal(with_password(password, password.encode()))
        assert isinstance(refused, errors.FielPasswordWrong)
        assert "carácter de control" in str(refused)

    @pytest.mark.parametrize("password", [f"{PASSWORD} ", f" {PASSWORD}", f"{PASSWORD}\n", " "])
    def test_a_blank_at_an_end_is_mentioned(self, password: str) -> None:
        found = refusal(replace(an_efirma().upload(), password=password))
        assert isinstance(found, errors.FielPasswordWrong)
        assert "espacio" in str(found)

    @pytest.mark.parametrize(("rounds", "tries"), [(2_048, 3), (2_049, 1)])
    def test_a_password_of_several_forms_is_tried_once_on_a_dear_key(
        self, rounds: int, tries: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tried: list[bytes] = []

        def counted(_self: object, _key: bytes, password: bytes) -> bytes:
            tried.append(password)
            raise errors.FielPasswordWrong

        monkeypatch.setattr(X509Inspector, "public_key", counted)
        key = sealed_by_hand(a_plain_key(an_rsa_key()), b"x", rounds)
        with pytest.raises(errors.FielPasswordWrong):
            inspected(Upload(an_efirma().cer, key, "ñ\u20acn\u0303"))
        assert len(tried) == tries
        assert tried[0] == "ñ\u20acn\u0303".encode()

    def test_what_is_wrong_with_the_certificate_is_told_before_the_password(self) -> None:
        assert isinstance(refusal(replace(a_csd().upload(), password="")), errors.FielIsCsd)


def _broken(change: Callable[[Upload], Upload]) -> Upload:
    return change(Upload(an_efirma().cer, an_efirma().key, CANARY))


@pytest.mark.parametrize(
    "upload",
    [
        _broken(lambda upload: upload),
        _broken(lambda upload: replace(upload, cer=b"hola")),
        _broken(lambda upload: replace(upload, key=upload.key[:-1])),
        _broken(lambda upload: replace(upload, key=a_plain_key(an_rsa_key()))),
        _broken(lambda upload: replace(upload, cer=upload.key, key=upload.cer)),
        _broken(lambda upload: replace(upload, key=an_encrypted_key(an_rsa_key(1), CANARY.encode()))),
    ],
    ids=range(6),
)
def test_the_password_is_in_no_error(upload: Upload) -> None:
    found = refusal(upload)
    shown = [str(found), repr(found), repr(found.facts), *traceback.format_exception(found), repr(upload)]
    assert not [text for text in shown if CANARY in text]
    assert found.__context__ is None
    assert found.__cause__ is None


def test_what_is_accepted_shows_neither_key_nor_password() -> None:
    shown = repr(inspected(with_password(CANARY, CANARY.encode())))
    assert CANARY not in shown
    assert "private_key" not in shown
