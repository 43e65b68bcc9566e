"""What the text of a variable says. Each raises ValueError with the Spanish reason."""

import re
from datetime import timedelta
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def duration(text: str) -> timedelta:
    found = re.fullmatch(r"([1-9][0-9]{0,6})([smhd])", text)
    if not found:
        raise ValueError("debe ser un plazo como 15m, 24h o 30d")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)


def origins(text: str) -> tuple[str, ...]:
    for origin in listed(text):
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.hostname or origin != f"{parts.scheme}://{parts.netloc}":
            raise ValueError("cada origen debe ser como https://horux360.mx, sin ruta; varios van separados por comas")
    return listed(text)


def reachable(origin: str) -> bool:
    """Whether it can be gone to, in safety, from another machine."""
    return urlsplit(origin).scheme == "https" and not on_this_machine(origin)


def on_this_machine(origin: str) -> bool:
    """Whether what is sent to it leaves this machine never."""
    host = urlsplit(origin).hostname or ""
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def hosts(text: str) -> tuple[str, ...]:
    for host in listed(text):
        if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\]", host):
            raise ValueError("debe ser una lista de nombres de equipo sin puerto, separados por comas")
    return tuple(host.lower() for host in listed(text))


def networks(text: str) -> tuple[str, ...]:
    try:
        return tuple(str(ip_network(part)) for part in listed(text))
    except ValueError:
        raise ValueError(
            "debe ser una lista de direcciones o redes separadas por comas: 127.0.0.1, 10.0.0.0/8"
        ) from None


def email(text: str) -> str:
    if not re.fullmatch(r"[^@\s,;<>]{1,64}@[A-Za-z0-9.-]{1,190}", text):
        raise ValueError("debe ser un correo")
    return text
