"""What the settings of the mail must be."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any

from horux_core.identity.addresses import email_address
from horux_core.identity.errors import EmailMalformed

GMAIL = "smtp.gmail.com"


def sender(text: str) -> str:
    """Who writes: a name and an address. Raises ValueError with the Spanish reason."""
    if not text.isprintable() or not _is_address(parseaddr(text)[1]):
        raise ValueError("debe ser un nombre y un correo: Horux360 <noreply@horuxfin.com>")
    return text


def at_odds(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with them together."""
    problems = {}
    if values["admin_email"] is not None and not _is_address(values["admin_email"]):
        problems["ADMIN_EMAIL"] = "debe ser un correo: a él llega lo que se responde a los nuestros"
    if values["mail"] != "smtp":
        return problems
    given = [name for name in ("smtp_user", "smtp_pass") if values[name] is not None]
    if len(given) == 1 or (not given and values["smtp_host"] == GMAIL):
        for name in {"smtp_user", "smtp_pass"} - set(given):
            problems[name.upper()] = "falta; con MAIL=smtp el servidor pide cuenta y contraseña"
    return problems


def _is_address(text: str) -> bool:
    try:
        email_address(text)
    except EmailMalformed:
        return False
    return True
