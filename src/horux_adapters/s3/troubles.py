"""What a store can answer that keeps an object from being had."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from horux_core.kernel.errors import HoruxError

_DEBIAN = Path("/etc/ssl/certs/ca-certificates.crt")


class ObjectMissing(Exception):
    """No object has that key. The message is the key."""


class StoreTrouble(Exception):
    """The store does not serve now. The message is its own word for why: it holds no key, address nor signature."""


@contextmanager
def told_as(error: type[HoruxError], *arguments: str) -> Iterator[None]:
    """Raises that error for a store that does not serve."""
    try:
        yield
    except StoreTrouble as trouble:
        raise error(*arguments) from trouble


def authorities() -> str | None:
    """The machine's own list of certificate authorities, an operator's among them; None where there is none."""
    return str(_DEBIAN) if _DEBIAN.is_file() else None
