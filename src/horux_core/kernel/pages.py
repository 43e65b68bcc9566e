"""Long lists, a page at a time."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from horux_core.kernel.errors import Invalid

T = TypeVar("T")


class CursorMalformed(Invalid):
    code = "cursor-malformed"
    title = "Cursor no válido"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items and the cursor that asks for those after them, None at the end."""

    items: tuple[T, ...]
    next_cursor: str | None


def numbered(cursor: str | None) -> int | None:
    """The row number a cursor stands for, None at the start. Raises CursorMalformed."""
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise CursorMalformed("El cursor no es válido: usa el `nextCursor` de la página anterior.")
    return int(cursor)
