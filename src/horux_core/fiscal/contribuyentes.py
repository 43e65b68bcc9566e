"""Every taxpayer that is served, for what is done for all of them."""

from collections.abc import Iterator

from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import Registry

_PAGE = 200


def todos(registry: Registry) -> Iterator[Tenant]:
    """By RFC, a page at a time."""
    cursor: str | None = None
    while True:
        page = registry.page(cursor, _PAGE)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return
