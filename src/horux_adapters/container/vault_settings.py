"""What the settings of the vault must be."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PLACE = Path("/var/horux/fiel")
_HEX = re.compile(r"[0-9a-fA-F]{64}")


def key(text: str) -> str:
    """32 bytes in hexadecimal. Raises ValueError with the Spanish reason."""
    if not _HEX.fullmatch(text):
        raise ValueError("debe tener 32 bytes en hexadecimal, 64 dígitos; haz una con: openssl rand -hex 32")
    return text.lower()


def place(text: str) -> Path:
    """The same from wherever a process is started. Raises ValueError with the Spanish reason."""
    if not text.startswith("/"):
        raise ValueError("debe ser una ruta completa, que empiece con /")
    return Path(text)


def at_odds(values: Mapping[str, Any], others: frozenset[str]) -> dict[str, str]:
    """What is wrong with them together; `others` are the secrets besides the former keys, in small letters."""
    if values["fiel_encryption_key"] is None and values["horux_env"] == "production":
        return {"FIEL_ENCRYPTION_KEY": "falta; con ella se cifran las e.firmas: haz una con: openssl rand -hex 32"}
    old = [secret.reveal() for secret in values["fiel_encryption_keys_old"]]
    if len({*old}) < len(old) or others & {*old}:
        return {"FIEL_ENCRYPTION_KEYS_OLD": "cada llave anterior debe ser distinta de las demás y de todo otro secreto"}
    if old and values["fiel_encryption_key"] is None:
        return {"FIEL_ENCRYPTION_KEY": "falta; hay llaves anteriores y ninguna vigente"}
    return {}
