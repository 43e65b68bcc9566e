"""A central database that is taken back in time."""

from horux_core.fiel.accepting import AcceptBook, Accepted
from horux_core.fiel.findings import Health
from horux_core.identity.model import Actor
from tests.core.fiel.strongroom import Strongroom

TABLES = ("fiel_credentials", "fiel_uses", "fiel_receipts")


class Restored:
    """A room whose central database is taken back to the moment of `keep`; what is outside it stays."""

    def __init__(self) -> None:
        self.room = Strongroom()
        self.tenant = self.room.client()
        self.accept_book = AcceptBook(self.room.safe, self.room.registry, self.room.destroy_fiel)
        self.saved: dict[str, dict[object, object]] = {}

    def keep(self) -> None:
        self.saved = {name: dict(self.room.control.tables[name]) for name in TABLES}

    def restore(self) -> None:
        for name, rows in self.saved.items():
            self.room.control.tables[name].clear()
            self.room.control.tables[name].update(rows)
        assert self.health() == [Health.LIBRO_ROTO]

    def health(self) -> list[Health]:
        return [finding.health for finding in self.room.verify()]

    def accept(self, reason: str = "Se restauró el respaldo del lunes") -> Accepted:
        return self.accept_book(Actor.system(self.tenant.id), reason, "horux fiel accept")
