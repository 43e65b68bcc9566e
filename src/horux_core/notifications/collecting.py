"""Telling of what the night found in clients' inboxes."""

from dataclasses import dataclass
from datetime import datetime

from horux_core.fiscal.paquetes.events import PackagesRefused
from horux_core.kernel.ids import EventId
from horux_core.notifications import letters
from horux_core.notifications.posting import PostMail, post_all, to_each
from horux_core.notifications.readers import Readers


@dataclass(frozen=True, slots=True)
class TellPackagesRefused:
    """That files could not be taken in, to the operator, who leaves them there. Raises what `PostMail` raises."""

    readers: Readers
    post: PostMail

    def __call__(self, event: PackagesRefused, ident: EventId) -> None:
        tenant = self.readers.client(event.tenant)
        if tenant is None:
            return
        letter = letters.PackagesRefused(
            tenant.nombre,
            str(tenant.rfc),
            event.cuantos,
            tuple(map(letters.one_line, event.archivos.split("\n"))),
            f"buzon/{tenant.database_name}/rechazados",
            datetime.fromisoformat(event.at),
        )
        post_all(self.post, ident, tenant.id, to_each(self.readers.operator(), letter))
