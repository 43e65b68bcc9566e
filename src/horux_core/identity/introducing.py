from dataclasses import dataclass

from horux_core.identity.errors import session_ended
from horux_core.identity.model import Actor, User
from horux_core.identity.ports import CardIndex, Cards, Directory


@dataclass(frozen=True, slots=True)
class Introduce:
    """Tell who asks what is known of it: its account and its taxpayers."""

    directory: Directory
    cards: CardIndex

    def __call__(self, actor: Actor) -> tuple[User, Cards]:
        """Raises SessionExpired when the account has just gone."""
        ident, _ = actor.signed_in()
        with self.directory.transaction() as tx:
            user = tx.users.get(ident)
        if user is None:
            raise session_ended()
        return user, self.cards.of(ident, actor.tenant_id)
