"""How much of one taxpayer the spool takes at a time, and how much of a name that a sender gave."""

from collections.abc import Collection

from horux_core.fiscal.cfdi.limites import MIB
from horux_core.fiscal.cfdi.upload_errors import TooManyLoads

MAX_NAME = 255
"""Bytes of a file's name in UTF-8."""
MAX_WAITING = 12
"""Whole uploads, waiting or being read: a year of monthly packages."""
MAX_ARRIVING = 50
MAX_TOGETHER = 600 * MIB
"""Bytes of all of them, whole or not."""


def shortened(name: str) -> str:
    """A name, cut between two characters when it is too long."""
    encoded = name[:MAX_NAME].encode("utf-8", "surrogatepass")
    if len(encoded) <= MAX_NAME:
        return name[:MAX_NAME]
    end = MAX_NAME
    while encoded[end] & 0xC0 == 0x80:
        end -= 1
    return encoded[:end].decode("utf-8", "surrogatepass")


def require_room(waiting: Collection[int], arriving: Collection[int]) -> None:
    """Whether one of those arriving may go on and wait too, by the bytes of each. Raises TooManyLoads.

    One that is alone has room, whatever its size: other limits are for that.
    """
    alone = len(waiting) + len(arriving) == 1
    too_large = not alone and sum(waiting) + sum(arriving) > MAX_TOGETHER
    if too_large or len(waiting) >= MAX_WAITING or len(arriving) > MAX_ARRIVING:
        raise TooManyLoads
