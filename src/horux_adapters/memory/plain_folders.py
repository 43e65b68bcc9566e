from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from horux_core.fiel.errors import PlainPlaceTaken
from horux_core.fiel.model import Fiel


@dataclass(frozen=True, slots=True)
class MemoryPlainFolders:
    """Their ends, by RFC; what is in them is not kept."""

    kept: dict[str, datetime] = field(default_factory=dict)

    def write(self, rfc: str, until: datetime, unseal: Callable[[], Fiel]) -> str:
        if rfc in self.kept:
            raise PlainPlaceTaken("Ya está descifrada: bórrala y repite.")
        unseal().wipe()
        self.kept[rfc] = until
        return f"memoria:horux-fiel-{rfc}"

    def sweep(self, now: datetime) -> int:
        over = [rfc for rfc, until in self.kept.items() if until <= now]
        for rfc in over:
            del self.kept[rfc]
        return len(over)

    def remove(self, rfc: str) -> None:
        self.kept.pop(rfc, None)
