"""E-mail addresses, as people are known by."""

import re

from horux_core.identity.errors import EmailMalformed

_FORM = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)


def email_address(text: str) -> str:
    """The address in lower case, without spaces around it. Raises EmailMalformed."""
    address = text.strip(" ").lower()
    if len(address) > 254 or address.find("@") > 64 or not _FORM.fullmatch(address):
        raise EmailMalformed("El correo no tiene la forma correcta: escríbelo como nombre@empresa.mx.")
    return address
