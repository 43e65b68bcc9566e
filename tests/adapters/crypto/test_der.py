import pytest

from horux_adapters.crypto import der


def test_reads_values_and_what_is_in_them() -> None:
    one, two = der.items(der.read(b"\x30\x07\x02\x01\x80\x04\x81\x01a"))
    assert (der.whole_number(one), two.content, two.whole) == (-128, b"a", b"\x04\x81\x01a")


@pytest.mark.parametrize("octets", [b"\x05\x00\x00", b"\x30\x80\x00\x00", b"\x1f\x01\x00", b"\x3f\x81\x00\x00"])
def test_refuses_what_is_not_der(octets: bytes) -> None:
    with pytest.raises(der.DerError) as refused:
        der.read(octets)
    assert not isinstance(refused.value, der.DerTruncated)


@pytest.mark.parametrize("octets", [b"", b"\x30", b"\x30\x01", b"\x30\x82\x01", b"\x30\x84\xff\xff\xff\xff"])
def test_tells_what_is_cut(octets: bytes) -> None:
    with pytest.raises(der.DerTruncated):
        der.read(octets)


def test_a_value_of_another_kind_is_not_gone_into() -> None:
    with pytest.raises(der.DerError):
        der.items(der.read(b"\x31\x00"))
    for octets in (b"\x04\x01\x00", b"\x02\x00"):
        with pytest.raises(der.DerError):
            der.whole_number(der.read(octets))
