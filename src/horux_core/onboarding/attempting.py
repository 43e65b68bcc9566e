"""One act of a saga, whose failure is an answer and not the end."""

from types import TracebackType


class Attempt:
    """Keeps in `error` what a block raised, whoever raised it: any failure at all is undone or told.

    What ends the process itself (a kill, an interruption) passes: then the run is left open, for recovery.
    """

    def __init__(self) -> None:
        self.error: Exception | None = None

    def __enter__(self) -> "Attempt":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, Exception):
            self.error = error
        return self.error is not None
