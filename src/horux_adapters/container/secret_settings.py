"""What the secrets among the settings must be: each its own, and none a sample."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

OURS = ("jwt_secret", "database_role_secret", "fiel_encryption_key")
"""Those we make up; the others are given to us."""
_GIVEN = ("mp_access_token", "mp_webhook_secret", "smtp_pass", "s3_secret_key")
_ADDRESSES = ("database_url", "database_admin_url", "database_direct_url")
_SAMPLE = re.compile(
    r"[<>]|change|cambia|example|ejemplo|sample|muestra|your[-_]|placeholder|secreto|strong_", re.IGNORECASE
)


def equal(values: Mapping[str, Any]) -> dict[str, str]:
    """Those that are another's too: whoever learns one would have both."""
    seen: dict[str, str] = {}
    problems: dict[str, str] = {}
    for name in (*OURS, *_GIVEN):
        for secret in _each(values[name]):
            first = seen.setdefault(secret.reveal().lower(), name)
            if first != name:
                problems[name.upper()] = f"es igual a {first.upper()}; cada secreto debe ser distinto"
    for password, name in _passwords(values).items():
        if password in seen:
            problems[seen[password].upper()] = f"es igual a la contraseña de {name.upper()}; cada secreto debe ser otro"
    return problems


def known(values: Mapping[str, Any]) -> frozenset[str]:
    """All of them, in small letters."""
    ours = {secret.reveal().lower() for name in (*OURS, *_GIVEN) for secret in _each(values[name])}
    return frozenset(ours | _passwords(values).keys())


def _passwords(values: Mapping[str, Any]) -> dict[str, str]:
    """Those inside the databases' addresses, in small letters; one that is no address is refused elsewhere."""
    found: dict[str, str] = {}
    for name in _ADDRESSES:
        if values[name] is not None:
            with suppress(ProgrammingError):
                found[str(conninfo_to_dict(values[name].reveal()).get("password") or "").lower()] = name
    return found


def samples(values: Mapping[str, Any]) -> dict[str, str]:
    """Those that stand in some manual."""
    return {
        name.upper(): "es un valor de muestra; haz uno propio con: openssl rand -hex 32"
        for name in (*OURS, *_ADDRESSES, "smtp_pass", "s3_secret_key")
        if values[name] is not None and _is_sample(name, values[name].reveal())
    }


def _each(value: Any) -> tuple[Any, ...]:
    if isinstance(value, tuple):
        return value
    return () if value is None else (value,)


def _is_sample(name: str, text: str) -> bool:
    if name not in OURS:
        return "<" in text or "strong_password" in text
    return bool(_SAMPLE.search(text)) or len(set(text)) < 8
