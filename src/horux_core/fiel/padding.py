"""A password as it is sealed: all of up to 255 octets weigh the same, so that none tells how long it is."""

_SIZE = 256
_END = b"\x80"


def padded(password: bytes) -> bytes:
    """With its end marked, and filled up to the next 256 (ISO/IEC 7816-4)."""
    marked = password + _END
    return marked.ljust(-(-len(marked) // _SIZE) * _SIZE, b"\0")


def cut(password: bytearray) -> None:
    """As it was before `padded`, in its place."""
    del password[password.rindex(_END) :]
