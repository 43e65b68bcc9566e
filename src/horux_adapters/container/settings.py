"""The settings, read once from the environment: a wrong one stops the start, with its name and why."""

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from horux_adapters.container import (
    mail_settings,
    payment_settings,
    secret_settings,
    store_settings,
    telemetry_settings,
    variables,
    vault_settings,
)
from horux_adapters.container.secret import Secret as Secret
from horux_adapters.container.secret_files import SecretFileUnfit, with_files

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Positive = Annotated[int, msgspec.Meta(ge=1)]

_SHORTEST_SECRET = 32


class SettingsInvalid(Exception):
    """The settings do not serve. The message, in Spanish, names each variable and why; it repeats no value."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        lines = [f"  {name}: {why}" for name, why in problems.items()]
        super().__init__("La configuración no es válida. Corrige estas variables de entorno:\n" + "\n".join(lines))
        self.problems = dict(problems)


class Settings(telemetry_settings.TelemetrySettings, frozen=True, kw_only=True, rename="upper"):
    """What the environment decides. Each member is the variable of its name in capitals."""

    horux_env: Literal["development", "production"] = "development"
    mail: Literal["smtp", "folder", "memory"] = "folder"
    payments: Literal["mercadopago", "transferencia", "memory"] = "transferencia"

    database_url: Secret | None = None
    database_admin_url: Secret | None = None
    database_direct_url: Secret | None = None
    database_role_secret: Secret | None = None
    tenant_connections_max: Positive | None = None

    jwt_secret: Secret
    jwt_expires_in: timedelta = timedelta(hours=24)
    jwt_refresh_expires_in: timedelta = timedelta(days=30)
    fiel_encryption_key: Secret | None = None
    fiel_encryption_keys_old: tuple[Secret, ...] = ()
    fiel_dir: Path | None = None
    sat_ca_dir: Path | None = None
    admin_email: str | None = None
    admin_mfa: Literal["on", "off"] = "off"
    reauth_minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 10
    smtp_host: str = mail_settings.GMAIL
    smtp_port: Port = 587
    smtp_user: str | None = None
    smtp_pass: Secret | None = None
    smtp_from: str = "Horux360 <noreply@horuxfin.com>"
    mp_access_token: Secret | None = None
    mp_webhook_secret: tuple[Secret, ...] = ()
    mp_api_url: str = payment_settings.API
    bank_beneficiary: str | None = None
    bank_name: str | None = None
    bank_clabe: str | None = None
    grace_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 10
    pending_grace_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] | None = None
    honor_paid_period: bool = False

    host: str = "127.0.0.1"
    port: Port = 4000
    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 2
    api_instances: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1
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
    def second_factor(self) -> bool:
        """Whether it is asked of the operator's staff."""
        return self.admin_mfa == "on"

    @property
    def fresh_for(self) -> timedelta:
        """How long who said who it is need not say it again for what is not undone."""
        return timedelta(minutes=self.reauth_minutes)

    @property
    def login_url(self) -> str:
        """Where a mail sends its reader."""
        return f"{self._origin}/entrar"

    @property
    def reset_url(self) -> str:
        """Where who forgot its password chooses a new one."""
        return f"{self._origin}/entrar/liga"

    @property
    def payer_url(self) -> str:
        """Where the provider of payments sends who has agreed to pay."""
        return f"{self._origin}/configuracion"

    @property
    def calendar_url(self) -> str:
        """Where a reminder sends its reader."""
        return f"{self._origin}/calendario"

    @property
    def feed_url(self) -> str:
        """Under it is each client's private calendar."""
        return f"{self._origin}/api/calendario"

    @property
    def _origin(self) -> str:
        """The first one, else this very server."""
        return self.cors_origin[0] if self.cors_origin else f"http://{self.host}:{self.port}"

    @property
    def processes(self) -> int:
        """That hold connections: of the API's instances, on all its machines, each with its workers; and the worker."""
        return self.workers * self.api_instances + 1

    @property
    def spool(self) -> Path:
        return self.data_dir / "spool"

    @property
    def vault_dir(self) -> Path:
        """The sealed copies of the e.firmas, and what belongs to them, outside every database."""
        if self.fiel_dir is not None:
            return self.fiel_dir
        return vault_settings.PLACE if self.production else self.data_dir / "fiel"

    @property
    def inboxes(self) -> Path:
        return self.data_dir / "buzon"


def environment() -> dict[str, str]:
    """The variables this process was started with, those in files too. Raises SettingsInvalid."""
    known = [field.encode_name for field in msgspec.structs.fields(Settings)]
    try:
        return with_files(os.environ, known)  # noqa: TID251
    except SecretFileUnfit as error:
        raise SettingsInvalid({error.variable: str(error)}) from error


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
    if values.get("horux_env") == "production":
        values.setdefault("mail", "smtp")
        values.setdefault("admin_mfa", "on")
    if "mp_access_token" in values:
        values.setdefault("payments", "mercadopago")
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


def _hex_key(text: str) -> Secret:
    return Secret(vault_settings.key(text))


def _secrets(text: str) -> tuple[Secret, ...]:
    return tuple(Secret(part) for part in variables.listed(text))


def _long_secret(text: str) -> Secret:
    if len(text) < _SHORTEST_SECRET:
        raise ValueError(f"debe tener al menos {_SHORTEST_SECRET} caracteres; haz uno con: openssl rand -hex 32")
    return Secret(text)


_READERS: dict[str, Callable[[str], object]] = {
    **telemetry_settings.READERS,
    "jwt_secret": _long_secret,
    "database_role_secret": _long_secret,
    "fiel_encryption_key": _hex_key,
    "fiel_dir": vault_settings.place,
    "sat_ca_dir": vault_settings.place,
    "fiel_encryption_keys_old": lambda text: tuple(map(_hex_key, variables.listed(text))),
    "jwt_expires_in": variables.duration,
    "jwt_refresh_expires_in": variables.duration,
    "cors_origin": variables.origins,
    "allowed_hosts": variables.hosts,
    "trusted_proxy": variables.networks,
    "admin_email": variables.email,
    "smtp_from": mail_settings.sender,
    "mp_webhook_secret": _secrets,
    "mp_api_url": payment_settings.address,
    "bank_clabe": payment_settings.clabe,
}


def _at_odds(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with settings that, one by one, can be read."""
    problems = {**secret_settings.equal(values), **mail_settings.at_odds(values), **payment_settings.at_odds(values)}
    problems.update(vault_settings.at_odds(values, secret_settings.known(values)))
    problems.update(store_settings.at_odds(values))
    if values["storage"] == "memory" and values["workers"] != 1:
        problems["WORKERS"] = "con STORAGE=memory solo puede haber un proceso: pon 1"
    if values["storage"] == "postgres" and values["database_role_secret"] is None:
        problems["DATABASE_ROLE_SECRET"] = "falta; de él salen las claves de las bases de los clientes"  # noqa: S105
    if values["jwt_refresh_expires_in"] <= values["jwt_expires_in"]:
        problems["JWT_REFRESH_EXPIRES_IN"] = "debe ser más largo que JWT_EXPIRES_IN"
    if values["horux_env"] == "production":
        problems = {**_unfit_for_production(values), **problems}
    return problems


def _unfit_for_production(values: Mapping[str, Any]) -> dict[str, str]:
    problems: dict[str, str] = {}
    for name in ("storage", "mail", "payments"):
        if values[name] == "memory":
            problems[name.upper()] = "en producción no puede ser memory: nada se conservaría"
    if values["storage"] == "postgres" and values["database_url"] is None:
        problems["DATABASE_URL"] = "falta; en producción no se usa el servidor incluido"
    if not values["cors_origin"]:
        problems["CORS_ORIGIN"] = "falta; a su primer origen llevan las ligas de los correos y de quien paga"
    elif not all(variables.reachable(origin) for origin in values["cors_origin"]):
        problems["CORS_ORIGIN"] = "en producción cada origen debe empezar por https:// y no ser este mismo equipo"
    return {**problems, **secret_settings.samples(values)}
