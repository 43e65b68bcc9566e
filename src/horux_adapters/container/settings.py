"""The settings, read once from the environment: a wrong one stops the start, with its name and why."""

import os
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Positive = Annotated[int, msgspec.Meta(ge=1)]

_SHORTEST_SECRET = 32
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SAMPLE = re.compile(
    r"[<>]|change|cambia|example|ejemplo|sample|muestra|your[-_]|placeholder|secreto|strong_", re.IGNORECASE
)
_SECRETS = ("jwt_secret", "database_role_secret", "fiel_encryption_key")


class SettingsInvalid(Exception):
    """The settings do not serve. The message, in Spanish, names each variable and why; it repeats no value."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        lines = [f"  {name}: {why}" for name, why in problems.items()]
        super().__init__("La configuración no es válida. Corrige estas variables de entorno:\n" + "\n".join(lines))
        self.problems = dict(problems)


class Secret:
    """A value that shows itself only to who asks for it by name."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError("Un secreto no se serializa.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename="upper"):
    """What the environment decides. Each member is the variable of its name in capitals."""

    horux_env: Literal["development", "production"] = "development"
    storage: Literal["postgres", "memory"] = "postgres"
    mail: Literal["log", "memory"] = "log"
    payments: Literal["log", "memory"] = "log"

    database_url: Secret | None = None
    database_admin_url: Secret | None = None
    database_direct_url: Secret | None = None
    database_role_secret: Secret | None = None
    tenant_connections_max: Positive | None = None

    jwt_secret: Secret
    jwt_expires_in: timedelta = timedelta(hours=24)
    jwt_refresh_expires_in: timedelta = timedelta(days=30)
    fiel_encryption_key: Secret | None = None
    admin_email: str | None = None

    host: str = "127.0.0.1"
    port: Port = 4000
    metrics_port: Port | None = None
    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 2
    cors_origin: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxy: tuple[str, ...] = ()
    api_docs: bool = True
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    data_dir: Path = Path("datos")

    @property
    def production(self) -> bool:
        return self.horux_env == "production"

    @property
    def login_url(self) -> str:
        """Where a mail sends its reader: the first origin, else this very server."""
        origin = self.cors_origin[0] if self.cors_origin else f"http://{self.host}:{self.port}"
        return f"{origin}/login"

    @property
    def unconnected(self) -> tuple[str, ...]:
        """The variables of services that, in production, only write to the log what they would have done."""
        chosen = {"MAIL": self.mail, "PAYMENTS": self.payments}
        return tuple(name for name, value in chosen.items() if self.production and value == "log")

    @property
    def spool(self) -> Path:
        return self.data_dir / "spool"

    @property
    def inboxes(self) -> Path:
        return self.data_dir / "buzon"


def environment() -> dict[str, str]:
    """The variables this process was started with."""
    return dict(os.environ)  # noqa: TID251


def from_environment() -> Settings:
    """The settings of this process. Raises SettingsInvalid."""
    return load(environment())


def load(env: Mapping[str, str]) -> Settings:
    """The settings those variables hold; an empty one is missing. Raises SettingsInvalid with all that is wrong."""
    problems: dict[str, str] = {}
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        text = env.get(field.encode_name, "").strip()
        if not text:
            if field.required:
                problems[field.encode_name] = "falta"
            continue
        try:
            values[field.name] = _read(field, text)
        except ValueError as error:
            problems[field.encode_name] = str(error)
    if values.get("storage") == "memory":
        values.setdefault("workers", 1)
    for name, why in _at_odds({**_defaults(), **values}).items():
        problems.setdefault(name, why)
    if problems:
        raise SettingsInvalid(dict(sorted(problems.items())))
    return Settings(**values)


def _defaults() -> dict[str, Any]:
    return {field.name: None if field.required else field.default for field in msgspec.structs.fields(Settings)}


def _read(field: msgspec.structs.FieldInfo, text: str) -> object:
    """Raises ValueError with the Spanish reason."""
    reader = _READERS.get(field.name)
    if reader is not None:
        return reader(text)
    if field.type == (Secret | None) or field.type is Secret:
        return Secret(text)
    try:
        return msgspec.convert(text, field.type, strict=False, dec_hook=_built)
    except msgspec.ValidationError:
        raise ValueError(_expected(field.type)) from None


def _built(kind: type, value: object) -> object:
    return kind(value)


def _expected(kind: Any) -> str:
    described: Any = msgspec.inspect.type_info(kind)
    if isinstance(described, msgspec.inspect.UnionType):
        described = next(one for one in described.types if not isinstance(one, msgspec.inspect.NoneType))
    if isinstance(described, msgspec.inspect.LiteralType):
        return "debe ser uno de: " + ", ".join(str(value) for value in described.values)
    if isinstance(described, msgspec.inspect.BoolType):
        return "debe ser true o false"
    if isinstance(described, msgspec.inspect.IntType):
        top = f" y {described.le}" if described.le is not None else " y cualquiera mayor"
        return f"debe ser un número entero entre {described.ge}{top}"
    return "no se entiende"


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"([1-9][0-9]{0,6})([smhd])", text)
    if not found:
        raise ValueError("debe ser un plazo como 15m, 24h o 30d")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)


def _origins(text: str) -> tuple[str, ...]:
    for origin in _listed(text):
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.hostname or origin != f"{parts.scheme}://{parts.netloc}":
            raise ValueError("cada origen debe ser como https://horux360.mx, sin ruta; varios van separados por comas")
    return _listed(text)


def _hosts(text: str) -> tuple[str, ...]:
    for host in _listed(text):
        if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\]", host):
            raise ValueError("debe ser una lista de nombres de equipo sin puerto, separados por comas")
    return tuple(host.lower() for host in _listed(text))


def _networks(text: str) -> tuple[str, ...]:
    try:
        return tuple(str(ip_network(part)) for part in _listed(text))
    except ValueError:
        raise ValueError(
            "debe ser una lista de direcciones o redes separadas por comas: 127.0.0.1, 10.0.0.0/8"
        ) from None


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@\s,;<>]{1,64}@[A-Za-z0-9.-]{1,190}", text):
        raise ValueError("debe ser un correo")
    return text


def _hex_key(text: str) -> Secret:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise ValueError("debe tener 32 bytes en hexadecimal, 64 dígitos; haz una con: openssl rand -hex 32")
    return Secret(text.lower())


def _long_secret(text: str) -> Secret:
    if len(text) < _SHORTEST_SECRET:
        raise ValueError(f"debe tener al menos {_SHORTEST_SECRET} caracteres; haz uno con: openssl rand -hex 32")
    return Secret(text)


_READERS: dict[str, Callable[[str], object]] = {
    "jwt_secret": _long_secret,
    "database_role_secret": _long_secret,
    "fiel_encryption_key": _hex_key,
    "jwt_expires_in": _duration,
    "jwt_refresh_expires_in": _duration,
    "cors_origin": _origins,
    "allowed_hosts": _hosts,
    "trusted_proxy": _networks,
    "admin_email": _email,
}


def _at_odds(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with settings that, one by one, can be read."""
    problems = _equal_secrets(values)
    if values["storage"] == "memory" and values["workers"] != 1:
        problems["WORKERS"] = "con STORAGE=memory solo puede haber un proceso: pon 1"
    if values["storage"] == "postgres" and values["database_role_secret"] is None:
        problems["DATABASE_ROLE_SECRET"] = "falta; de él salen las claves de las bases de los clientes"  # noqa: S105
    if values["jwt_refresh_expires_in"] <= values["jwt_expires_in"]:
        problems["JWT_REFRESH_EXPIRES_IN"] = "debe ser más largo que JWT_EXPIRES_IN"
    if values["horux_env"] == "production":
        problems = {**_unfit_for_production(values), **problems}
    return problems


def _equal_secrets(values: Mapping[str, Any]) -> dict[str, str]:
    seen: dict[str, str] = {}
    problems: dict[str, str] = {}
    for name in _SECRETS:
        if values[name] is None:
            continue
        text = values[name].reveal().lower()
        if text in seen:
            problems[name.upper()] = f"es igual a {seen[text]}; cada secreto debe ser distinto"
        seen.setdefault(text, name.upper())
    return problems


def _unfit_for_production(values: Mapping[str, Any]) -> dict[str, str]:
    problems: dict[str, str] = {}
    for name in ("storage", "mail", "payments"):
        if values[name] == "memory":
            problems[name.upper()] = "en producción no puede ser memory: nada se conservaría"
    if values["storage"] == "postgres" and values["database_url"] is None:
        problems["DATABASE_URL"] = "falta; en producción no se usa el servidor incluido"
    for name in (*_SECRETS, "database_url", "database_admin_url", "database_direct_url"):
        if values[name] is not None and _is_sample(name, values[name].reveal()):
            problems[name.upper()] = "es un valor de muestra; haz uno propio con: openssl rand -hex 32"
    if any(not origin.startswith("https://") for origin in values["cors_origin"]):
        problems["CORS_ORIGIN"] = "en producción cada origen debe empezar por https://"
    return problems


def _is_sample(name: str, text: str) -> bool:
    if name not in _SECRETS:
        return "<" in text or "strong_password" in text
    return bool(_SAMPLE.search(text)) or len(set(text)) < 8
