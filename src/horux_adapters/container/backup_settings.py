"""What decides about backups."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from horux_adapters.container import store_settings, variables, vault_settings

PLACE = Path("/var/horux/backups")
_Days = Annotated[int, msgspec.Meta(ge=1, le=3650)]


class BackupSettings(store_settings.StoreSettings, frozen=True, kw_only=True, rename="upper"):
    """Where they lie, who can open them, how long they are kept, and how many databases are at work at once."""

    backup_dir: Path | None = None
    backup_public_key: tuple[str, ...] = ()
    backup_daily_days: _Days = 7
    backup_weekly_days: _Days = 28
    backup_jobs: Annotated[int, msgspec.Meta(ge=1, le=64)] = 2
    pg_bindir: Path | None = None


def public_keys(text: str) -> tuple[str, ...]:
    """Several, separated by commas: any of their private ones opens. Raises ValueError with the Spanish reason."""
    from horux_adapters.crypto.wrapping import recipient

    keys = variables.listed(text)
    for key in keys:
        recipient(key)
    return keys


READERS: Mapping[str, Callable[[str], object]] = {
    **store_settings.READERS,
    "backup_dir": vault_settings.place,
    "backup_public_key": public_keys,
    "pg_bindir": vault_settings.place,
}
