"""Telling that a backup did not come out whole."""

from dataclasses import dataclass
from datetime import datetime

from horux_core.backups import events
from horux_core.kernel.ids import EventId
from horux_core.notifications import letters
from horux_core.notifications.backup_letters import BackupTrouble
from horux_core.notifications.posting import PostMail, post_all, to_each
from horux_core.notifications.readers import Readers


@dataclass(frozen=True, slots=True)
class TellBackupTrouble:
    """To the operator, who may have nothing to go back to. Raises what `PostMail` raises."""

    readers: Readers
    post: PostMail

    def __call__(self, event: events.BackupTrouble, ident: EventId) -> None:
        post_all(self.post, ident, None, to_each(self.readers.operator(), letter_of(event)))


def letter_of(event: events.BackupTrouble) -> BackupTrouble:
    which = tuple(letters.one_line(line) for line in event.which.split("\n") if line)
    return BackupTrouble(event.run, event.faulty, event.total, which, datetime.fromisoformat(event.at))
