from dataclasses import dataclass

from horux_core.identity.model import Actor
from horux_core.identity.ports import Directory
from horux_core.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class SignOut:
    """End the session in which it is asked."""

    directory: Directory
    clock: Clock

    def __call__(self, actor: Actor) -> None:
        _, ident = actor.signed_in()
        with self.directory.transaction() as tx:
            session = tx.sessions.lock(ident)
            if session is not None:
                tx.sessions.save(session.ended(self.clock()))
