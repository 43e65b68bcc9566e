"""What the provider of payments sends us by itself, as it is kept."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from horux_core.billing.gateway import Verdict


class NoticeState(StrEnum):
    PENDIENTE = "pendiente"
    PROCESADO = "procesado"
    SIN_DUENO = "sin_dueno"
    """Of something that belongs to nobody we know."""
    MUERTO = "muerto"
    """Tried too often, or to no use: nobody tries it again by itself."""
    IGNORADO = "ignorado"
    """Of something we do not follow."""
    RECHAZADO = "rechazado"
    """Not the provider's."""

    @property
    def useless(self) -> bool:
        """Whether there never was anything to do about it."""
        return self in (NoticeState.IGNORADO, NoticeState.RECHAZADO)


@dataclass(frozen=True, slots=True)
class TakenNotice:
    """A notice as it came, with what became of it.

    `topic` and `reference` are the provider's words. All copies of a genuine one have the same `delivery`; whoever
    sends it again brings nothing new. Of `headers` those that matter are kept, of a body that is not
    the provider's the beginning.
    """

    id: UUID
    received_at: datetime
    verdict: Verdict
    topic: str | None
    reference: str | None
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    remote: str
    state: NoticeState
    delivery: str | None = None
    attempts: int = 0
    last_error: str | None = None
    ended_at: datetime | None = None

    def begun(self) -> Self:
        return replace(self, attempts=self.attempts + 1)

    def failed(self, error: str) -> Self:
        return replace(self, last_error=error)

    def ended(self, state: NoticeState, at: datetime, error: str | None) -> Self:
        return replace(self, state=state, ended_at=at, last_error=error)

    def again(self) -> Self:
        """Waiting as on its first day."""
        return replace(self, state=NoticeState.PENDIENTE, attempts=0, ended_at=None)
