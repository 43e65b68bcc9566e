"""What the settings of payments must be."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

API = "https://api.mercadopago.com"
_KEYS = ("mp_access_token", "mp_webhook_secret")
_FROM_THE_PANEL = "falta; con PAYMENTS=mercadopago se toma del panel de MercadoPago"
_SHORTEST = 16
"""Characters of a secret: a shorter one can be guessed from one notice that was overheard."""
ACCOUNT = ("bank_beneficiary", "bank_name", "bank_clabe")


def address(text: str) -> str:
    """Where the provider's API is. Raises ValueError with the Spanish reason."""
    parts = urlsplit(text)
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise ValueError("debe ser una dirección como https://api.mercadopago.com")
    return text.rstrip("/")


def clabe(text: str) -> str:
    """An account that can be transferred to, blanks left out. Raises ValueError with the Spanish reason."""
    digits = "".join(text.split())
    if not (len(digits) == 18 and digits.isascii() and digits.isdigit()):
        raise ValueError("debe tener 18 dígitos")
    weighed = sum(int(digit) * weight % 10 for digit, weight in zip(digits[:17], (3, 7, 1) * 6, strict=False))
    if int(digits[17]) != -weighed % 10:
        raise ValueError("el último dígito no corresponde a los demás: revisa la CLABE")
    return digits


def at_odds(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with them together."""
    production = values["horux_env"] == "production"
    if values["payments"] == "mercadopago":
        problems = {name.upper(): _FROM_THE_PANEL for name in _KEYS if not values[name]}
        problems = {**_unfit_to_charge(values), **problems} if production else problems
    else:
        problems = _no_account(values, production and values["payments"] == "transferencia")
    if production and any(len(secret.reveal()) < _SHORTEST for secret in values["mp_webhook_secret"]):
        problems.setdefault("MP_WEBHOOK_SECRET", f"cada uno debe tener al menos {_SHORTEST} caracteres")
    return problems


def _no_account(values: Mapping[str, Any], needed: bool) -> dict[str, str]:
    """What is missing of the account that clients transfer to, when it is needed or part of it is there."""
    missing = [name.upper() for name in ACCOUNT if values[name] is None]
    if len(missing) < len(ACCOUNT):
        return dict.fromkeys(missing, "falta; la cuenta a la que transfieren los clientes se da completa o no se da")
    return dict.fromkeys(missing, "falta; con PAYMENTS=transferencia es a donde pagan los clientes") if needed else {}


def _unfit_to_charge(values: Mapping[str, Any]) -> dict[str, str]:
    problems = {}
    secrets = {"MP_ACCESS_TOKEN": [values["mp_access_token"]], "MP_WEBHOOK_SECRET": values["mp_webhook_secret"]}
    for name, given in secrets.items():
        if any(secret is not None and "<" in secret.reveal() for secret in given):
            problems[name] = "es un valor de muestra; toma el tuyo del panel de MercadoPago"
    if not values["mp_api_url"].startswith("https://"):
        problems["MP_API_URL"] = "en producción debe empezar por https://"
    return problems
