"""Which of the formats there are an Accept header asks for (RFC 9110, 12.5.1), whatever is written in it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from litestar.exceptions import HTTPException

_Q = re.compile(r"[01](\.[0-9]{0,3})?")


class _Range(NamedTuple):
    """`exactness`: 2 names the format, 1 its kind, 0 anything."""

    media: str
    quality: float

    @property
    def exactness(self) -> int:
        return 0 if self.media == "*/*" else 1 if self.media.endswith("/*") else 2

    def takes(self, media: str) -> bool:
        return self.media in (media, f"{media.partition('/')[0]}/*", "*/*")


def preferred(accept: str, formats: Sequence[str]) -> str:
    """The one that is liked most, and of equals the one that is named first, or else that stands first in `formats`.

    The first also for who names none of them. Raises HTTPException, 406, when that one is refused and the others are
    not wanted.
    """
    ranges = [_range(part) for part in accept.lower().split(",") if part.strip()]
    wanted: list[tuple[float, int, int, str]] = []
    for media in formats:
        best = _best(ranges, media)
        if best is not None and best.quality:
            wanted.append((-best.quality, -best.exactness, ranges.index(best), media))
    if wanted:
        return min(wanted, key=lambda one: one[:3])[3]
    if _best(ranges, formats[0]) is not None:
        raise HTTPException(status_code=406)
    return formats[0]


def _best(ranges: Sequence[_Range], media: str) -> _Range | None:
    """What is said of it most exactly."""
    return max((each for each in ranges if each.takes(media)), key=lambda each: each.exactness, default=None)


def _range(part: str) -> _Range:
    """A quality that is none counts as 0."""
    media, *parameters = (piece.strip() for piece in part.split(";"))
    said = next(
        (value.strip() for name, _, value in (p.partition("=") for p in parameters) if name.strip() == "q"), "1"
    )
    return _Range(media, min(float(said), 1.0) if _Q.fullmatch(said) else 0.0)
