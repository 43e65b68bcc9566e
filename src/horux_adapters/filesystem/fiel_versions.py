"""Which of the vault's keys what is on disk was written under."""

import re
from contextlib import suppress
from itertools import chain
from pathlib import Path

from horux_adapters.filesystem.durable import read

_NAMED = re.compile(rb"HORUX-(?:LIBRO 1|FIEL 1 AES-256-GCM) ([0-9a-f]{8}) ")


def versions(root: Path) -> frozenset[str]:
    """Of the anchors and the sealed folders below it; what cannot be read names none."""
    found = set()
    for path in chain(root.glob("libro/*"), root.glob("*/*.enc")):
        with suppress(OSError):
            named = _NAMED.match(read(path) or b"")
            if named:
                found.add(named[1].decode())
    return frozenset(found)
