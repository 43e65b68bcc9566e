"""Where files are kept that more than one machine needs: in folders, or in an S3-compatible store."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from horux_adapters.container import variables
from horux_adapters.container.secret import Secret

Place = Literal["filesystem", "s3"]
_NEEDED = {
    "s3_endpoint": "falta; es la dirección del almacén, como https://s3.us-east-1.amazonaws.com",
    "s3_bucket": "falta; es el nombre del bucket, que ya debe existir",
    "s3_access_key": "falta; es la primera de las dos claves que da el almacén",
    "s3_secret_key": "falta; es la segunda de las dos claves que da el almacén",
}
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class StoreSettings(msgspec.Struct, frozen=True, kw_only=True, rename="upper"):
    """`files`: uploads and the e.firmas' second copy; `backup_files`: backups, and like `files` when it is not said."""

    storage: Literal["postgres", "memory"] = "postgres"
    files: Place = "filesystem"
    backup_files: Place | None = None
    s3_endpoint: str | None = None
    s3_region: str = "us-east-1"
    s3_bucket: str | None = None
    s3_backup_bucket: str | None = None
    s3_access_key: Secret | None = None
    s3_secret_key: Secret | None = None

    @property
    def vault_kept(self) -> Literal["filesystem", "s3", "memory"]:
        return "memory" if self.storage == "memory" else self.files

    @property
    def backups_kept(self) -> Literal["filesystem", "s3", "memory"]:
        return "memory" if self.storage == "memory" else self.backup_files or self.files


def endpoint(text: str) -> str:
    """Raises ValueError with the Spanish reason."""
    parts = urlsplit(text)
    plain = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise ValueError("debe ser como https://s3.us-east-1.amazonaws.com, sin el bucket ni claves")
    return text.rstrip("/")


def bucket(text: str) -> str:
    """Raises ValueError with the Spanish reason."""
    if not _BUCKET.fullmatch(text):
        raise ValueError("debe ser el nombre de un bucket: de 3 a 63 letras minúsculas, números, puntos y guiones")
    return text


def at_odds(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with them together."""
    if "s3" not in (values["files"], values["backup_files"]):
        return {}
    problems = {name.upper(): why for name, why in _NEEDED.items() if values[name] is None}
    address = values["s3_endpoint"]
    open_to_all = address is not None and urlsplit(address).scheme != "https"
    if values["horux_env"] == "production" and open_to_all and not variables.on_this_machine(address):
        problems["S3_ENDPOINT"] = "en producción debe empezar por https://, o ser este mismo equipo"
    return problems


READERS: Mapping[str, Callable[[str], object]] = {
    "s3_endpoint": endpoint,
    "s3_bucket": bucket,
    "s3_backup_bucket": bucket,
}
