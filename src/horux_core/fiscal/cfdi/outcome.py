"""What became of the files of an upload."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from horux_core.fiscal.cfdi.stored import Entry
from horux_core.kernel.periodo import Periodo

TOLD = 1_000
"""Files of a kind that an outcome names; of the others it keeps how many they were."""


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
    """Counts of files. What adds up: `received` = `inserted` + `duplicates` + `rejected_total`.

    `received` are the files taken for documents, each once: every file sent by itself, every `.xml` inside a ZIP, and a
    ZIP that cannot be opened. The ignored ones are not in it. The first thousand rejected and the first thousand
    ignored are named, the others (`more_…`) only counted. `meses` are those of the documents
    that are new.
    """

    inserted: int = 0
    duplicates: int = 0
    rejected: tuple[Rejected, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    more_rejected: int = 0
    more_ignored: int = 0
    meses: frozenset[Periodo] = field(default=frozenset(), compare=False)

    def __post_init__(self) -> None:
        for named, more in (("rejected", "more_rejected"), ("ignored", "more_ignored")):
            files = getattr(self, named)
            if len(files) > TOLD:
                object.__setattr__(self, named, files[:TOLD])
                object.__setattr__(self, more, getattr(self, more) + len(files) - TOLD)

    @property
    def rejected_total(self) -> int:
        return len(self.rejected) + self.more_rejected

    @property
    def ignored_total(self) -> int:
        return len(self.ignored) + self.more_ignored

    @property
    def received(self) -> int:
        return self.inserted + self.duplicates + self.rejected_total

    @property
    def seen(self) -> int:
        """Files dealt with, the ignored ones included."""
        return self.received + self.ignored_total

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.inserted + other.inserted,
            self.duplicates + other.duplicates,
            self.rejected + other.rejected,
            self.ignored + other.ignored,
            self.more_rejected + other.more_rejected,
            self.more_ignored + other.more_ignored,
            self.meses | other.meses,
        )

    def after(self, others: "Outcome") -> "Outcome":
        """The same, naming only the files that the sum of `others` and this one names of it."""
        rejected = self.rejected[: TOLD - len(others.rejected)]
        ignored = self.ignored[: TOLD - len(others.ignored)]
        return replace(
            self,
            rejected=rejected,
            ignored=ignored,
            more_rejected=self.rejected_total - len(rejected),
            more_ignored=self.ignored_total - len(ignored),
        )

    def plain(self) -> dict[str, object]:
        """As plain values, to be kept or shown."""
        return {
            "received": self.received,
            "inserted": self.inserted,
            "duplicates": self.duplicates,
            "rejected": [asdict(file) for file in self.rejected],
            "rejectedTotal": self.rejected_total,
            "ignored": [asdict(file) for file in self.ignored],
            "ignoredTotal": self.ignored_total,
            "meses": [str(mes) for mes in sorted(self.meses)],
        }

    @staticmethod
    def of(plain: Mapping[str, Any]) -> "Outcome":
        """The outcome that `plain` gave; one kept before there were totals names every file."""
        rejected, ignored = plain["rejected"], plain["ignored"]
        return Outcome(
            plain["inserted"],
            plain["duplicates"],
            tuple(Rejected(**file) for file in rejected),
            tuple(Ignored(**file) for file in ignored),
            plain.get("rejectedTotal", len(rejected)) - len(rejected),
            plain.get("ignoredTotal", len(ignored)) - len(ignored),
            frozenset(Periodo.parse(mes) for mes in plain.get("meses", ())),
        )


def total(outcomes: Iterable[Outcome]) -> Outcome:
    """All of them as one, in order."""
    return sum(outcomes, start=Outcome())
