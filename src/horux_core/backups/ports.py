"""What backing up needs of the world. Octets flow: nothing is ever whole in memory, nor in clear on a disk."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from horux_core.backups.model import BackupFile, BackupId, Contents, Run, Subject
from horux_core.kernel.events import Event


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes:
        """At most so many octets; none at the end."""


class Writable(Protocol):
    def write(self, octets: bytes, /) -> int:
        """Takes all of them; how many that were."""

    def flush(self) -> None:
        """Nothing need have happened."""


class Dump(Readable, Protocol):
    def contents(self) -> Contents:
        """What was in it at the moment of the dump. Asked once all has been read. Raises BackupFailed: it was cut."""


class Trial(Writable, Protocol):
    def found(self) -> Contents:
        """What there is once all has been written. Raises BackupFailed: it could not be restored."""


class Estate(Protocol):
    """What there is to back up."""

    def central(self) -> Subject:
        """The central database."""

    def clients(self) -> tuple[Subject, ...]:
        """Every client that has a database, whatever its state, by RFC. Raises DatabaseUnavailable."""


class Dumper(Protocol):
    def dumped(self, subject: Subject) -> AbstractContextManager[Dump]:
        """All of it as at one moment, whoever writes meanwhile. Raises BackupFailed."""


class Site(Protocol):
    """Where dumps become databases or folders again."""

    def trial(self, subject: Subject) -> AbstractContextManager[Trial]:
        """Nobody's but ours, and gone at the end. Raises BackupFailed."""

    def beside(self, subject: Subject, name: str) -> AbstractContextManager[Trial]:
        """Of that name, ready to be used, and kept if the context ends well. Raises BackupFailed, NotRestorable."""

    def swap(self, subject: Subject, name: str, aside: str, mark: str) -> None:
        """What `beside` made takes the subject's place; what was there is called `aside` from then on.

        A kill leaves either as it was or all done. `mark` is kept with it. Raises BackupFailed, NotRestorable.
        """

    def mark(self, subject: Subject) -> str:
        """What the last `swap` into that place kept with it; nothing when there was none, or nothing is there."""

    def sweep(self) -> int:
        """Take away what trials that were killed left; how many. Whoever calls is alone."""

    def left_over(self) -> tuple[str, ...]:
        """The names that `beside` and `swap` left, which nobody uses."""

    def drop(self, name: str) -> bool:
        """Take one of those away; whether it was there. Raises NotRestorable: it is none of those."""


class ReceiptKeeper(Protocol):
    """The receipts of destroyed e.firmas, which outlive every older copy of the folder they lie in."""

    def gathering(self, folder: str) -> AbstractContextManager[Writable]:
        """Takes the dump of an e.firmas' folder, of which only the receipts come into the one `beside` made.

        None takes the place of one that is there. Raises BackupDamaged, and then none has come.
        """


class Written(Writable, Protocol):
    """A file of a run as it is being written."""

    @property
    def octets(self) -> int: ...
    @property
    def sha256(self) -> str: ...


class BackupStore(Protocol):
    """Where runs lie: for each a place, in which a file is there whole or not at all."""

    def writing(self, run: BackupId, name: str) -> AbstractContextManager[Written]:
        """There once the context has ended well, whatever was of that name before. Raises BackupFailed."""

    def reading(self, run: BackupId, name: str) -> AbstractContextManager[Readable]:
        """Raises BackupMissing when it is not there, and BackupFailed."""

    def names(self, run: BackupId) -> frozenset[str]:
        """Of the files that are there; none for a run that is not."""

    def runs(self) -> tuple[BackupId, ...]:
        """All that left anything, oldest first."""

    def remove(self, run: BackupId) -> None:
        """Its manifest first: a kill leaves a run that is known to be none. Nothing when there is none."""


class Witness(Protocol):
    """What opens the one file that was sealed for it: made for one proof, and never kept."""


class Wrapping(Protocol):
    """Compressing and sealing to public keys whose private one is elsewhere."""

    def seal(self, source: Readable, sink: Writable) -> Witness:
        """All of the source, so that the private key opens it, and the witness, this once. Raises BackupFailed."""

    def proof(self, source: Readable, sink: Writable, witness: Witness) -> None:
        """Open what was sealed with that witness. Raises BackupDamaged, or what the sink raises."""

    def open(self, source: Readable, sink: Writable, key: str) -> None:
        """Raises BackupKeyInvalid, BackupDamaged, or what the sink raises: then what the sink took is worth nothing."""


class ManifestSigner(Protocol):
    """Says that a manifest is this installation's."""

    @property
    def public(self) -> str:
        """What a signature is checked by, in hexadecimal; to be noted with the private key."""

    def sign(self, body: bytes) -> str:
        """In hexadecimal."""

    def valid(self, body: bytes, signature: str, trusted: str | None = None) -> bool:
        """Whether a key held now or formerly signed it, or else the `trusted` one."""


class BackupLog(Protocol):
    """What became of every run, in the central database."""

    def hold(self) -> AbstractContextManager[bool]:
        """Whether nobody else backs up, proves or restores while the context lasts; who dies lets go of it.

        Raises DatabaseUnavailable.
        """

    def begun(self, run: Run) -> None: ...
    def made(self, run: BackupId, file: BackupFile) -> None:
        """In place of what was noted of its subject before."""

    def ended(self, run: Run, event: Event | None) -> None:
        """Its state, with the event, or neither. Of one that is retired no files are told of any more."""

    def adopted(self, run: Run) -> None:
        """A run and its files as its manifest tells them, in place of what was noted of it."""

    def proven(self, run: BackupId, key: str, at: datetime) -> None:
        """The file of that subject was restored once more, and equal."""

    def all(self) -> tuple[Run, ...]:
        """Newest first, each with its files by key."""


SideBySide = Callable[[Callable[[Subject], BackupFile], tuple[Subject, ...]], tuple[BackupFile, ...]]
"""Does the same for each, some at a time; the answers in the order of what was asked."""
