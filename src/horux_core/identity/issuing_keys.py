"""The API keys of a taxpayer, as its owner makes, sees and revokes them (SPEC 2.15)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from horux_core.identity.deeds import LLAVE_CREADA, LLAVE_REVOCADA, deed
from horux_core.identity.errors import KeyMalformed, KeyMissing, TooManyKeys
from horux_core.identity.keys import MARK, ApiKey, Scope
from horux_core.identity.model import Actor, Permission
from horux_core.identity.ports import Directory, Tokens
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import KeyId
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature, require_writable
from horux_core.plans.ports import Entitlements

MOST_KEYS = 20
"""Of a taxpayer, those that expired and were not revoked included."""

LONGEST_LIFE = timedelta(days=731)
"""Of a key that expires."""

_LONGEST_NAME = 80
_SHOWN = 8
"""Letters of the prefix. They are drawn apart: what is not shown is a whole secret of its own."""


@dataclass(frozen=True, slots=True)
class WantedKey:
    """What its owner asks for."""

    nombre: str
    scopes: tuple[str, ...]
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key and, this once, its secret."""

    key: ApiKey
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key, and whether who made it still belongs to the taxpayer."""

    key: ApiKey
    maker_belongs: bool


@dataclass(frozen=True, slots=True)
class IssueKey:
    """Make a key of the open taxpayer. Its secret is told here and never again."""

    directory: Directory
    entitlements: Entitlements
    tokens: Tokens
    clock: Clock

    def __call__(self, actor: Actor, wanted: WantedKey) -> IssuedKey:
        """Raises ActionForbidden, ReauthenticationRequired, SubscriptionInactive, FeatureNotInPlan, KeyMalformed or
        TooManyKeys.
        """
        actor.require(Permission.OWN)
        actor.require_fresh()
        entitlement = self.entitlements.of(actor.tenant)
        require_writable(entitlement, actor.viewing)
        require_feature(entitlement, Feature.API_EXTERNA)
        issued = self._made(actor, wanted)
        key = issued.key
        with self.directory.transaction() as tx:
            tx.memberships.lock(key.tenant)
            if len(tx.keys.of_tenant(key.tenant)) >= MOST_KEYS:
                raise TooManyKeys(MOST_KEYS)
            tx.keys.add(key)
            what = {**_named(key), "scopes": " ".join(sorted(key.scopes)), "expira": key.expires_at}
            tx.audit.record(deed(actor, key.tenant, LLAVE_CREADA, "POST", "/api/api-keys", what))
        return issued

    def _made(self, actor: Actor, wanted: WantedKey) -> IssuedKey:
        by, _ = actor.signed_in()
        now = self.clock()
        prefix = MARK + self.tokens.secret()[:_SHOWN]
        secret = prefix + self.tokens.secret()
        key = ApiKey(
            KeyId(uuid4()),
            actor.tenant,
            _nombre(wanted.nombre),
            prefix,
            self.tokens.digest(secret),
            _scopes(wanted.scopes),
            by,
            actor.email,
            now,
            _expiry(wanted.expires_at, now),
        )
        return IssuedKey(key, secret)


@dataclass(frozen=True, slots=True)
class ListKeys:
    """The keys of the open taxpayer, newest first."""

    directory: Directory
    entitlements: Entitlements

    def __call__(self, actor: Actor) -> tuple[ListedKey, ...]:
        """Raises ActionForbidden or FeatureNotInPlan."""
        actor.require(Permission.OWN)
        require_feature(self.entitlements.of(actor.tenant), Feature.API_EXTERNA)
        with self.directory.transaction() as tx:
            people = {member.user.id for member in tx.memberships.people(actor.tenant)}
            return tuple(ListedKey(key, key.created_by in people) for key in tx.keys.of_tenant(actor.tenant))


@dataclass(frozen=True, slots=True)
class RevokeKey:
    """End a key of the open taxpayer, whatever its plan and subscription (SPEC 2.11)."""

    directory: Directory

    def __call__(self, actor: Actor, ident: KeyId) -> None:
        """Raises ActionForbidden or KeyMissing."""
        actor.require(Permission.OWN)
        with self.directory.transaction() as tx:
            key = tx.keys.remove(actor.tenant, ident)
            if key is None:
                raise KeyMissing
            path = f"/api/api-keys/{ident}"
            tx.audit.record(deed(actor, actor.tenant, LLAVE_REVOCADA, "DELETE", path, _named(key)))


def _named(key: ApiKey) -> dict[str, object]:
    return {"llave": key.id, "nombre": key.nombre}


def _nombre(text: str) -> str:
    nombre = " ".join(text.split())
    if not nombre or len(nombre) > _LONGEST_NAME or not nombre.isprintable() or MARK in nombre:
        raise KeyMalformed("nombre", f"Ponle a la llave un nombre de 1 a {_LONGEST_NAME} caracteres, sin la llave.")
    return nombre


def _scopes(texts: Iterable[str]) -> frozenset[Scope]:
    try:
        scopes = frozenset(Scope(text) for text in texts)
    except ValueError as error:
        raise KeyMalformed("scopes", f"Ese alcance no existe. Elige de estos: {', '.join(Scope)}.") from error
    if not scopes:
        raise KeyMalformed("scopes", f"Elige al menos un alcance: {', '.join(Scope)}.")
    return scopes


def _expiry(wanted: datetime | None, now: datetime) -> datetime | None:
    if wanted is None:
        return None
    if wanted.tzinfo is None:
        raise KeyMalformed("expiraEn", "Manda el vencimiento con su zona horaria, como 2027-01-31T00:00:00Z.")
    if not now < wanted <= now + LONGEST_LIFE:
        raise KeyMalformed("expiraEn", "El vencimiento va después de ahora y a lo más dos años adelante.")
    return wanted
