"""What never reaches a log: secrets and who somebody is, by the name they are kept under and by their shape."""

import re
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Any

HIDDEN = "[oculto]"
_RFC = "[rfc]"
_MAIL = "[correo]"

_SECRET_NAMES = frozenset(
    {"pass", "pwd", "key", "cer", "otp", "jwt", "dsn", "env", "body", "credentials", "session", "sid", "pem", "xml"}
)
_SECRET_WORDS = (
    "password", "passwd", "passphrase", "contrasena", "contraseña", "secret", "token", "authorization", "cookie",
    "apikey", "privatekey", "encryptionkey", "signature",
)  # fmt: skip
_PUBLIC_NAMES = frozenset({"tokentype", "tokens", "sessions"})

_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"-----BEGIN [A-Z0-9 ]{1,40}-----.*?(?:-----END [A-Z0-9 ]{1,40}-----|\Z)", re.DOTALL), HIDDEN),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?"), HIDDEN),
    (re.compile(r"\bhxk_[A-Za-z0-9_-]+"), HIDDEN),
    (re.compile(r"\$argon2[a-z]{1,2}\$\S+"), HIDDEN),
    (re.compile(r"\b(Bearer|Basic)\s+[^\s\"',;]{8,}", re.IGNORECASE), r"\1 " + HIDDEN),
    (re.compile(r"(://[^\s:/@]{0,200}:)[^\s@/]{1,400}(?=@)"), r"\1" + HIDDEN),
    (re.compile(r"<(?:\?xml|!DOCTYPE|\w{1,20}:(?:Comprobante|Retenciones))\b.*", re.DOTALL | re.IGNORECASE), HIDDEN),
    (re.compile(r"\b(password|passwd|secret|token|api_?key)(\s*[=:]\s*)[^\s,;&)]+", re.IGNORECASE), r"\1\2" + HIDDEN),
)

# Also in the name of a client's database, where Ñ is _n and & is _a; never inside of an id.
_PERSONAL: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}\b"), _MAIL),
    (
        re.compile(
            r"(?<![A-Za-z0-9-])(?:[A-Za-zÑñ&]|_[na]){3,4}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[A-Za-z0-9]{3}"
            r"(?:[A-Za-z]{3}[A-Za-z0-9]\d)?(?![A-Za-z0-9])"
        ),
        _RFC,
    ),
)

# What most lines consist of, in which none of the above can be: to look for all of them costs as much as answering.
_HARMLESS = re.compile(
    r"[a-z./-]*|[A-Z]*|[0-9.:]*|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z"
)

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DEEPEST = 6


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor: the event with its secrets hidden, whatever part of it they stood in."""
    return {str(name): _kept_out(str(name), value, 0) for name, value in event.items()}


def one_line(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor: no text of the event breaks its line or steers a terminal. A trace keeps its lines."""
    return {name: value if name == "exception" else _flat(value) for name, value in event.items()}


def without_secrets(text: str) -> str:
    """The text with everything hidden that has the shape of a secret, of an RFC or CURP, or of a mail's address."""
    return text if _HARMLESS.fullmatch(text) else _searched(text)


def _searched(text: str) -> str:
    for shape, instead in (*_SHAPES, *_PERSONAL):
        text = shape.sub(instead, text)
    return text


def _kept_out(name: str, value: object, depth: int) -> object:
    if _is_secret(name) and value is not None and not isinstance(value, bool | int | float):
        return HIDDEN
    return _clean(value, depth)


def _clean(value: object, depth: int) -> object:
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value)} bytes]"
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth >= _DEEPEST:
        return HIDDEN
    if isinstance(value, Mapping):
        return {str(name): _kept_out(str(name), item, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(item, depth + 1) for item in value]
    return without_secrets(str(value))


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    plain = name.lower().replace("_", "").replace("-", "")
    if plain in _PUBLIC_NAMES:
        return False
    return plain in _SECRET_NAMES or any(word in plain for word in _SECRET_WORDS)


def _flat(value: object) -> object:
    if isinstance(value, str):
        return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", value)
    if isinstance(value, dict):
        return {_flat(name): _flat(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_flat(item) for item in value]
    return value
