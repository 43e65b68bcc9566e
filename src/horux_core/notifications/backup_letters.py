"""What the operator is written about its backups."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class BackupTrouble:
    """To the operator's staff. `fallas`, a line each, are the first not proven; without any it was cut off."""

    subject: ClassVar[str] = "El respaldo necesita atención - Horux360"
    respaldo: str
    faltantes: int
    total: int
    fallas: tuple[str, ...]
    seen_at: datetime
