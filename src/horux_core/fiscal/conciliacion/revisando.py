"""What follows a change of a taxpayer's books or bank: matching again, then the alerts that it feeds."""

from collections.abc import Callable
from dataclasses import dataclass

from horux_core.fiscal.conciliacion.corriendo import MatchAgain
from horux_core.jobs.model import Job


@dataclass(frozen=True, slots=True)
class ReviewBooks:
    """The job of each change. `review` ends it."""

    match_again: MatchAgain
    review: Callable[[Job], None]

    def __call__(self, job: Job) -> None:
        """Raises JobTaken, and whatever keeps it from its end; then it may be run again."""
        # It is put before the change it is for is kept.
        with self.match_again.books.open(job.tenant) as books:
            books.settled()
        self.match_again(job.tenant)
        self.review(job)
