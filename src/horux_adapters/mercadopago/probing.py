"""Whether the provider of payments knows us, without asking for anything to be done."""

import re

import requests

_TOKEN = re.compile(r"(?:APP_USR|TEST)-[A-Za-z0-9-]{10,}")
_WAITS = (5.0, 10.0)
_TEST = "TEST-"


def trouble(token: str | None, url: str, *, in_earnest: bool) -> str | None:
    """In a sentence what keeps us from charging; None when nothing does. The token is never told."""
    if token is None:
        return "Falta MP_ACCESS_TOKEN."
    if not _TOKEN.fullmatch(token):
        return "MP_ACCESS_TOKEN no tiene la forma de uno de MercadoPago (APP_USR-…)."
    if in_earnest and token.startswith(_TEST):
        return "MP_ACCESS_TOKEN es de prueba: no cobra a nadie."
    try:
        answer = requests.get(
            f"{url.rstrip('/')}/users/me",
            headers={"Authorization": f"Bearer {token}"}, timeout=_WAITS, allow_redirects=False,
        )  # fmt: skip
    except requests.RequestException:
        return f"MercadoPago no responde en {url}."
    if answer.status_code in (401, 403):
        return "MercadoPago no acepta MP_ACCESS_TOKEN."
    return None if answer.status_code == 200 else f"MercadoPago contestó {answer.status_code}."
