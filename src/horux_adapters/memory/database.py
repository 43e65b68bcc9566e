"""Tables in memory, with transactions."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import RLock
from typing import Any

Tables = dict[str, dict[Any, Any]]


class MemoryDatabase:
    """Tables by name, of frozen rows. A transaction changes a copy, which replaces them if it ends well.

    Transactions take turns. A thread that opens one inside another joins the outer one. Like any database it has a
    clock of its own, for what nobody else may date.
    """

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:  # noqa: TID251
        self.clock = clock
        self.tables: Tables = defaultdict(dict)
        self._turn = RLock()
        self._draft: Tables | None = None

    @contextmanager
    def transaction(self) -> Iterator[Tables]:
        with self._turn:
            if self._draft is not None:
                yield self._draft
                return
            self._draft = defaultdict(dict, {name: dict(rows) for name, rows in self.tables.items()})
            try:
                yield self._draft
                self.tables = self._draft
            finally:
                self._draft = None
