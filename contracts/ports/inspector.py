"""What every Inspector promises; a subclass brings `inspector`, and `trusting`, which makes one with authorities."""

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest

from contracts.efirmas import (
    NOMBRE,
    NOW,
    NUMERO,
    PASSWORD,
    REPRESENTANTE,
    RFC,
    a_csd,
    a_plain_key,
    an_autoridad,
    an_efirma,
    an_rsa_key,
    old_key,
    scrypt_key,
    sealed_by_hand,
)
from horux_core.fiel.errors import FielCertificateMalformed, FielIssuerUnknown, FielKeyMalformed, FielPasswordWrong
from horux_core.fiel.model import Cadena, FileKind
from horux_core.fiel.ports import Inspector

Trusting = Callable[[bytes], Inspector]


def pem(label: str, der: bytes) -> bytes:
    lines = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{lines}-----END {label}-----\n".encode()


class InspectorContract:
    @pytest.mark.parametrize(
        ("file", "kind"),
        [
            (an_efirma().cer, FileKind.CERTIFICATE),
            (pem("CERTIFICATE", an_efirma().cer), FileKind.CERTIFICATE),
            (an_efirma().key, FileKind.ENCRYPTED_KEY),
            (pem("ENCRYPTED PRIVATE KEY", an_efirma().key), FileKind.ENCRYPTED_KEY),
            (a_plain_key(an_rsa_key()), FileKind.PLAIN_KEY),
            (b"", FileKind.EMPTY),
            (b" \r\n", FileKind.EMPTY),
            (b"<!DOCTYPE html><html></html>", FileKind.PAGE),
            (b"\xef\xbb\xbf\n<HTML>", FileKind.PAGE),
            (b"\x30\x82\x0d\x16\x02\x01\x03\x30\x82", FileKind.PFX),
            (b"\x30\x80\x02\x01\x03\x30\x80", FileKind.PFX),
            (an_efirma().cer[:-1], FileKind.TRUNCATED),
            (an_efirma().key[:700], FileKind.TRUNCATED),
            (b"hola", FileKind.UNKNOWN),
            (b"-----BEGIN CERTIFICATE-----\n#\n-----END CERTIFICATE-----", FileKind.UNKNOWN),
            (b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", FileKind.UNKNOWN),
            (b"\x30\x00", FileKind.UNKNOWN),
        ],
        ids=lambda value: value if isinstance(value, FileKind) else "file",
    )
    def test_tells_what_a_file_is(self, inspector: Inspector, file: bytes, kind: FileKind) -> None:
        assert inspector.kind(file) is kind

    def test_reads_an_efirma(self, inspector: Inspector) -> None:
        efirma = an_efirma()
        facts = inspector.certificate(efirma.cer)
        assert facts.holder == f"{RFC} / {REPRESENTANTE}"
        assert (facts.nombre, facts.numero) == (NOMBRE, NUMERO)
        assert (facts.valido_desde, facts.valido_hasta) == (NOW - timedelta(days=365), NOW + timedelta(days=1_096))
        assert (facts.has_branch, facts.has_extended_usage) == (False, True)
        assert facts.public_key == efirma.public_key
        assert inspector.certificate(pem("CERTIFICATE", efirma.cer)) == facts

    def test_reads_a_seal_certificate(self, inspector: Inspector) -> None:
        facts = inspector.certificate(a_csd().cer)
        assert (facts.has_branch, facts.has_extended_usage) == (True, False)

    def test_reads_the_sat_s_letters(self, inspector: Inspector) -> None:
        facts = inspector.certificate(an_efirma(rfc="CÑ&200101AB1", nombre="COMPAÑÍA ÑANDÚ & CÍA").cer)
        assert (facts.holder, facts.nombre) == (f"CÑ&200101AB1 / {REPRESENTANTE}", "COMPAÑÍA ÑANDÚ & CÍA")

    def test_a_name_is_one_line_that_can_be_printed(self, inspector: Inspector) -> None:
        facts = inspector.certificate(an_efirma(nombre=" ANA\x00\n\x1b[31m  ROJA\t").cer)
        assert facts.nombre == "ANA [31m ROJA"
        assert inspector.certificate(an_efirma(nombre="A" * 5_000).cer).nombre == "A" * 300

    def test_a_serial_that_is_not_the_sat_s_is_no_number(self, inspector: Inspector) -> None:
        assert inspector.certificate(an_efirma(numero="300010000005").cer).numero == ""
        assert inspector.certificate(an_efirma(numero="3000100000050000341A").cer).numero == ""

    def test_refuses_what_is_not_a_certificate(self, inspector: Inspector) -> None:
        for file in (b"", b"hola", an_efirma().key, an_efirma().cer[:-1], an_efirma().cer + b"\n"):
            with pytest.raises(FielCertificateMalformed):
                inspector.certificate(file)

    def test_opens_a_key_with_its_password_only(self, inspector: Inspector) -> None:
        efirma = an_efirma()
        assert inspector.public_key(efirma.key, PASSWORD.encode()) == efirma.public_key
        for wrong in (b"12345678A", b"12345678a ", b"", b"x" * 2_000):
            with pytest.raises(FielPasswordWrong):
                inspector.public_key(efirma.key, wrong)

    def test_tells_a_key_that_is_dear_to_try(self, inspector: Inspector) -> None:
        plain = a_plain_key(an_rsa_key())
        assert not inspector.dear(sealed_by_hand(plain, b"x", 2_048))
        assert not inspector.dear(old_key(2_048))
        assert inspector.dear(sealed_by_hand(plain, b"x", 2_049))
        assert inspector.dear(old_key(2_049))
        assert inspector.dear(scrypt_key(2, 1, 1))

    def test_refuses_what_is_not_an_encrypted_key(self, inspector: Inspector) -> None:
        for file in (b"", b"hola", an_efirma().cer, an_efirma().key[:-1], a_plain_key(an_rsa_key())):
            with pytest.raises(FielKeyMalformed):
                inspector.public_key(file, PASSWORD.encode())

    def test_a_key_of_half_blocks_is_damaged_whatever_the_password(self, inspector: Inspector) -> None:
        key = sealed_by_hand(a_plain_key(an_rsa_key()), PASSWORD.encode())
        damaged = key.replace(key[-20:], key[-20:-1])
        for at in (2, key.index(b"\x04\x82", 60) + 2):
            length = int.from_bytes(key[at : at + 2], "big") - 1
            damaged = damaged[:at] + length.to_bytes(2, "big") + damaged[at + 2 :]
        with pytest.raises(FielKeyMalformed):
            inspector.public_key(damaged, PASSWORD.encode())

    def test_takes_the_armour_off(self, inspector: Inspector) -> None:
        cer = an_efirma().cer
        assert inspector.der(cer) == cer
        boastful = an_efirma(nombre="-----BEGIN A-----QUFB-----END A-----").cer
        assert inspector.der(boastful) == boastful
        assert inspector.der(b"Bag Attributes\r\n" + pem("CERTIFICATE", cer).replace(b"\n", b"\r\n")) == cer

    def test_says_whether_the_issuer_was_looked_for(self, inspector: Inspector, trusting: Trusting) -> None:
        cer = an_efirma().cer
        assert inspector.chain(cer) is Cadena.NO_REVISADA
        assert trusting(an_autoridad().cer).chain(cer) is Cadena.REVISADA

    def test_refuses_an_issuer_that_only_has_the_name(self, trusting: Trusting) -> None:
        with pytest.raises(FielIssuerUnknown) as refused:
            trusting(an_autoridad(number=91).cer).chain(an_efirma().cer)
        assert refused.value.facts == {"emisor": "AC DE PRUEBA"}

    def test_refuses_a_certificate_changed_after_it_was_signed(self, trusting: Trusting) -> None:
        changed = an_efirma().cer.replace(RFC.encode(), b"URE180429TM6")
        with pytest.raises(FielIssuerUnknown):
            trusting(an_autoridad().cer).chain(changed)
