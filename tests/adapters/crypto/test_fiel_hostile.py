"""Whatever is uploaded ends with an e.firma or with a refusal that has a code, and soon."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.efirmas import (
    NOW,
    PASSWORD,
    RFC,
    Efirma,
    a_plain_key,
    an_autoridad,
    an_efirma,
    an_integer,
    an_rsa_key,
    old_key,
    scrypt_key,
    sealed_by_hand,
    tlv,
)
from contracts.ports.inspector import pem
from horux_adapters.crypto.certificates import Certificate
from horux_adapters.crypto.fiel import X509Inspector
from horux_core.fiel.errors import FielCertificateMalformed, FielFileTooLarge, FielKeyMalformed, FielPasswordWrong
from horux_core.fiel.inspecting import inspect
from horux_core.fiel.model import Inspected, Upload
from horux_core.kernel.errors import HoruxError
from horux_core.kernel.rfc import Rfc

SECRET = PASSWORD.encode()
INSPECTOR = X509Inspector()
TRUSTING = X509Inspector([Certificate.read(an_autoridad().cer)])
SMALL = an_efirma(number=50, bits=1024)
SOON = 2.0


def outcome(upload: Upload, inspector: X509Inspector = INSPECTOR) -> str | Inspected:
    """The code, or what was found. Anything else is an internal error, and fails the test."""
    started = time.process_time()
    try:
        return inspect(inspector, upload, Rfc(RFC), NOW)
    except HoruxError as refused:
        return refused.code
    finally:
        assert time.process_time() - started < SOON


def flips(octets: bytes) -> list[bytes]:
    """The octets with each one of them changed, in three ways."""
    return [
        octets[:at] + bytes([octets[at] ^ mask]) + octets[at + 1 :]
        for at in range(len(octets))
        for mask in (0x01, 0x80, 0xFF)
    ]


def upload_of(efirma: Efirma, *, cer: bytes | None = None, key: bytes | None = None) -> Upload:
    return Upload(efirma.cer if cer is None else cer, efirma.key if key is None else key, PASSWORD)


def rsa_key(numbers: list[int]) -> bytes:
    """Encrypted PKCS#8 of those numbers, in the order of RSAPrivateKey (RFC 8017, A.1.2)."""
    algorithm = tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d010101")), tlv(0x05))
    held = tlv(0x04, tlv(0x30, *(an_integer(number) for number in numbers)))
    return sealed_by_hand(tlv(0x30, an_integer(0), algorithm, held), SECRET)


class TestMutations:
    def test_a_certificate_with_any_octet_changed_is_never_the_sat_s(self) -> None:
        key = sealed_by_hand(a_plain_key(SMALL.private), SECRET)
        assert isinstance(outcome(upload_of(SMALL, key=key), TRUSTING), Inspected)
        for cer in flips(SMALL.cer):
            assert isinstance(outcome(upload_of(SMALL, cer=cer, key=key), TRUSTING), str)
            outcome(upload_of(SMALL, cer=cer, key=key))

    def test_a_certificate_cut_anywhere(self) -> None:
        for end in range(len(SMALL.cer)):
            assert isinstance(outcome(upload_of(SMALL, cer=SMALL.cer[:end])), str)

    def test_a_sealed_key_with_any_octet_changed(self) -> None:
        key = sealed_by_hand(a_plain_key(SMALL.private), SECRET)
        for changed in flips(key):
            found = outcome(upload_of(SMALL, key=changed))
            assert isinstance(found, str) or INSPECTOR.public_key(found.private_key, SECRET) == SMALL.public_key

    def test_a_key_that_was_damaged_before_it_was_sealed(self) -> None:
        for changed in flips(a_plain_key(SMALL.private)):
            outcome(upload_of(SMALL, key=sealed_by_hand(changed, SECRET)))

    @pytest.mark.parametrize("number", range(3, 9))
    def test_a_key_whose_numbers_do_not_belong_together_is_no_key(self, number: int) -> None:
        """Each of the private half in turn: the public one still is the certificate's, and some of them still sign."""
        numbers = SMALL.private.private_numbers()
        public = numbers.public_numbers
        parts = [0, public.n, public.e, numbers.d, numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp]
        assert isinstance(outcome(upload_of(SMALL, key=rsa_key(parts))), Inspected)
        parts[number] ^= 1 << 400
        assert outcome(upload_of(SMALL, key=rsa_key(parts))) == "fiel-key-malformed"


_ARMOUR = (b"-----BEGIN ", b"-----END ", b"-----", b"CERTIFICATE", b"\n", b"\r", b"MAA=", b"QUFB", b"=", b"<html", b"0")
_OCTETS = st.one_of(st.binary(max_size=400), st.lists(st.sampled_from(_ARMOUR), max_size=12).map(b"".join))


@settings(max_examples=300, deadline=None)
@given(cer=_OCTETS, key=_OCTETS, password=st.text(max_size=20))
@example(cer=b"\x30\x84", key=b"\x30\xff", password="\ud800")
@example(cer=b"-----BEGIN ", key=b"-----BEGIN -----", password="x")
def test_random_octets(cer: bytes, key: bytes, password: str) -> None:
    assert isinstance(outcome(Upload(cer, key, password)), str)
    assert isinstance(outcome(Upload(SMALL.cer, key, password)), str)


_DER = st.recursive(
    st.builds(tlv, st.sampled_from([0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x14, 0x17]), st.binary(max_size=20)),
    lambda inner: st.builds(
        lambda tag, parts: tlv(tag, *parts), st.sampled_from([0x30, 0x31, 0xA0, 0xA3]), st.lists(inner, max_size=8)
    ),
    max_leaves=40,
)


@settings(max_examples=500, deadline=None)
@given(cer=_DER, key=_DER)
def test_random_der(cer: bytes, key: bytes) -> None:
    for inspector in (INSPECTOR, TRUSTING):
        assert isinstance(outcome(Upload(cer, key, PASSWORD), inspector), str)
        assert isinstance(outcome(upload_of(SMALL, key=key), inspector), str)
    with pytest.raises(FielCertificateMalformed):
        INSPECTOR.certificate(cer)
    with pytest.raises((FielKeyMalformed, FielPasswordWrong)):
        INSPECTOR.public_key(key, SECRET)


@settings(max_examples=300, deadline=None)
@given(
    data=st.data(),
    which=st.sampled_from(["cer", "key"]),
    put=st.one_of(st.binary(max_size=60), _DER),
)
def test_a_piece_replaced_by_another(data: st.DataObject, which: str, put: bytes) -> None:
    whole = SMALL.cer if which == "cer" else SMALL.key
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 80)))
    changed = whole[:start] + put + whole[end:]
    outcome(upload_of(SMALL, cer=changed) if which == "cer" else upload_of(SMALL, key=changed))


class TestCost:
    @pytest.mark.parametrize("rounds", [600_001, 5_000_000, 2**31, 2**64, 10**200])
    def test_a_key_that_is_dear_to_open_is_not_opened(self, rounds: int) -> None:
        key = sealed_by_hand(a_plain_key(SMALL.private), SECRET, rounds)
        started = time.process_time()
        with pytest.raises(FielKeyMalformed):
            INSPECTOR.public_key(key, SECRET)
        assert time.process_time() - started < 0.25

    @pytest.mark.parametrize("rounds", [50_001, 600_000, 2**31, 10**200])
    def test_nor_one_of_the_older_kind(self, rounds: int) -> None:
        started = time.process_time()
        with pytest.raises(FielKeyMalformed):
            INSPECTOR.public_key(old_key(rounds), SECRET)
        assert time.process_time() - started < 0.25
        with pytest.raises(FielPasswordWrong):
            INSPECTOR.public_key(old_key(50_000), SECRET)

    @pytest.mark.parametrize(
        "costs", [(2**20, 8, 1), (2**14, 64, 1), (2**14, 8, 3), (2, 1, 2**17 + 1), (2**14, 2**40, 1)]
    )
    def test_nor_one_that_takes_much_memory(self, costs: tuple[int, int, int]) -> None:
        started = time.process_time()
        with pytest.raises(FielKeyMalformed):
            INSPECTOR.public_key(scrypt_key(*costs), SECRET)
        assert time.process_time() - started < 0.25

    def test_what_openssl_makes_of_it_is_tried(self) -> None:
        with pytest.raises(FielPasswordWrong):
            INSPECTOR.public_key(scrypt_key(2**14, 8, 1), SECRET)

    @pytest.mark.parametrize("filling", [b"\0", b"\x30", b"<", b"A", b"-----BEGIN ", b"\x02\x01\x00"])
    def test_a_megabyte_is_refused_at_once(self, filling: bytes) -> None:
        large = (b"\x30\x83\x0f\xff\xfa" + filling * 2**20)[: 2**20]
        for upload in (upload_of(SMALL, cer=large), upload_of(SMALL, key=large)):
            started = time.process_time()
            with pytest.raises(FielFileTooLarge):
                inspect(INSPECTOR, upload, Rfc(RFC), NOW)
            assert time.process_time() - started < 0.25

    @pytest.mark.parametrize("filling", [b"\x30\x80", b"\x30\x00", b"\x02\x01\x00", b"-----BEGIN X-----"])
    def test_the_largest_that_is_read_is_read_soon(self, filling: bytes) -> None:
        content = (filling * 2**15)[: 60_000 - 60_000 % len(filling)]
        for file in (tlv(0x30, content), tlv(0x30, tlv(0x30, content), tlv(0x30), tlv(0x03)), content):
            outcome(upload_of(SMALL, cer=file))
            outcome(upload_of(SMALL, key=file))
            outcome(upload_of(SMALL, cer=pem("CERTIFICATE", file[:45_000])))

    def test_a_key_of_absurd_size_is_not_tried(self) -> None:
        """Proving that these two are the primes they are would take minutes."""
        p, q = (1 << 44_497) - 1, (1 << 23_209) - 1
        numbers = [0, p * q, 65537, 65537, p, q, 65537, 65537, 65537]
        assert outcome(upload_of(SMALL, key=rsa_key(numbers))) == "fiel-key-malformed"


@pytest.mark.parametrize("year", ["0001", "1949", "9999"])
@pytest.mark.parametrize("written", ["2051", "2052"], ids=["begins", "ends"])
def test_a_certificate_of_a_time_that_no_calendar_has_is_none(year: str, written: str) -> None:
    begins, ends = (datetime(year, 1, 1, tzinfo=UTC) for year in (2051, 2052))
    efirma = an_efirma(desde=begins, hasta=ends)
    changed = efirma.cer.replace(f"{written}0101000000Z".encode(), f"{year}0101000000Z".encode())
    assert changed != efirma.cer
    with pytest.raises(FielCertificateMalformed):
        INSPECTOR.certificate(changed)
    assert outcome(upload_of(efirma, cer=changed)) == "fiel-certificate-malformed"


def test_the_first_and_the_last_year_are_read() -> None:
    begins, ends = (datetime(year, 12, 31, tzinfo=UTC) for year in (1950, 9998))
    facts = INSPECTOR.certificate(an_efirma(desde=begins, hasta=ends).cer)
    assert (facts.valido_desde, facts.valido_hasta) == (begins, ends)


def test_a_certificate_of_a_huge_public_key_takes_no_time() -> None:
    tbs = Certificate.read(SMALL.cer).loaded.tbs_certificate_bytes
    huge = tlv(
        0x30, SMALL.public_key[3:18], tlv(0x03, b"\0", tlv(0x30, an_integer(1 << 400_000 | 1), an_integer(65537)))
    )
    body = tbs[4:].replace(SMALL.public_key, huge)
    assert len(body) > 50_000
    outcome(upload_of(SMALL, cer=tlv(0x30, tlv(0x30, body), SMALL.cer[4 + len(tbs) :])))


def test_a_signature_of_half_octets_is_refused() -> None:
    """A bit string that leaves some bits unused, where these happen to be zero, as the library lets it."""
    even = next(
        each for each in (an_efirma(numero=f"3000100000050000{n:04}") for n in range(99)) if each.cer[-1] % 2 == 0
    )
    signature = b"\x03\x82\x01\x01\0"
    changed = even.cer.replace(signature, b"\x03\x82\x01\x01\1")
    assert changed != even.cer
    with pytest.raises(FielCertificateMalformed):
        INSPECTOR.certificate(changed)


def test_a_sealed_key_made_here_opens() -> None:
    """The maker is right, or the refusals above prove nothing."""
    key = sealed_by_hand(a_plain_key(an_rsa_key(50, 1024)), SECRET)
    assert isinstance(outcome(upload_of(SMALL, key=key)), Inspected)
