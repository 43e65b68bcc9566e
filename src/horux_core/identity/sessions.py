"""The devices a person is logged in on."""

from dataclasses import dataclass

from horux_core.identity.errors import SessionMissing
from horux_core.identity.model import Actor, Session
from horux_core.identity.ports import Directory
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import SessionId


@dataclass(frozen=True, slots=True)
class ListSessions:
    """The person's own open sessions, newest first."""

    directory: Directory
    clock: Clock

    def __call__(self, actor: Actor) -> tuple[Session, ...]:
        actor.require_own_password()
        user, _ = actor.signed_in()
        with self.directory.transaction() as tx:
            return tx.sessions.open_of(user, self.clock())


@dataclass(frozen=True, slots=True)
class EndOtherSessions:
    """Log out everywhere but here; answers how many sessions ended."""

    directory: Directory
    clock: Clock

    def __call__(self, actor: Actor) -> int:
        actor.require_own_password()
        user, here = actor.signed_in()
        with self.directory.transaction() as tx:
            return tx.sessions.end_of(user, self.clock(), keep=here)


@dataclass(frozen=True, slots=True)
class EndSession:
    """Log out on one device of the person's own. Raises SessionMissing, also for a session of somebody else."""

    directory: Directory
    clock: Clock

    def __call__(self, actor: Actor, session: SessionId) -> None:
        actor.require_own_password()
        person, _ = actor.signed_in()
        now = self.clock()
        with self.directory.transaction() as tx:
            found = tx.sessions.lock(session)
            if found is None or found.user != person or not found.live(now):
                raise SessionMissing
            tx.sessions.save(found.ended(now))
