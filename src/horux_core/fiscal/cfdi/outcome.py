"""What became of the files of an upload."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from horux_core.fiscal.cfdi.stored import Entry


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that was meant as a CFDI and is not kept: name for display, stable code, Spanish sentence."""

    file: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file nobody means as a CFDI (a folder, a Mac's leftovers, a PDF inside a ZIP), and why it was passed over."""

    file: str
    detail: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Some files of an upload, in its order, as they were read."""

    entries: tuple[Entry, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    ignored: tuple[Ignored, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts of files. What adds up: `received` = `inserted` + `duplicates` + those rejected.

    `received` are the files taken for documents, each once: every file sent by itself, every `.xml` inside a ZIP, and a
    ZIP that cannot be opened. The ignored ones are not in it.
    """

    inserted: int = 0
    duplicates: int = 0
    rejected: tuple[Rejected, ...] = ()
    ignored: tuple[Ignored, ...] = ()

    @property
    def received(self) -> int:
        return self.inserted + self.duplicates + len(self.rejected)

    @property
    def seen(self) -> int:
        """Files dealt with, the ignored ones included."""
        return self.received + len(self.ignored)

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.inserted + other.inserted,
            self.duplicates + other.duplicates,
            self.rejected + other.rejected,
            self.ignored + other.ignored,
        )

    def plain(self) -> dict[str, object]:
        """As plain values, to be kept or shown."""
        return {
            "received": self.received,
            "inserted": self.inserted,
            "duplicates": self.duplicates,
            "rejected": [asdict(file) for file in self.rejected],
            "ignored": [asdict(file) for file in self.ignored],
        }

    @staticmethod
    def of(plain: Mapping[str, Any]) -> "Outcome":
        """The outcome that `plain` gave."""
        return Outcome(
            plain["inserted"],
            plain["duplicates"],
            tuple(Rejected(**file) for file in plain["rejected"]),
            tuple(Ignored(**file) for file in plain["ignored"]),
        )


def total(outcomes: Sequence[Outcome]) -> Outcome:
    """All of them as one, in order."""
    return Outcome(
        sum(part.inserted for part in outcomes),
        sum(part.duplicates for part in outcomes),
        tuple(file for part in outcomes for file in part.rejected),
        tuple(file for part in outcomes for file in part.ignored),
    )
