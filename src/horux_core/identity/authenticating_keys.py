"""An API key at the door, and the trace of what it writes (SPEC 2.15)."""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from horux_core.audit.ports import AuditTrail
from horux_core.identity.deeds import ESCRITURA_CON_LLAVE, deed
from horux_core.identity.errors import TokenInvalid, TooManyAttempts
from horux_core.identity.keys import ApiKey
from horux_core.identity.model import Actor
from horux_core.identity.ports import KeyRing, Throttle, Tokens
from horux_core.identity.throttling import LONGEST_ADDRESS_WAIT, origin
from horux_core.kernel.clock import Clock
from horux_core.plans.errors import TenantGone
from horux_core.plans.model import Entitlement, Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class AuthenticateKey:
    """Turn the secret of an API key into the Actor it stands for, as long as its taxpayer's plan has them.

    One that never was, was revoked, expired, or whose taxpayer left answers alike and takes as long. An address that
    goes on showing such ones waits; those of others, which may share it, are let in all the same.
    """

    keys: KeyRing
    entitlements: Entitlements
    tokens: Tokens
    throttle: Throttle
    clock: Clock

    def __call__(self, secret: str, request_id: str, address: str) -> Actor:
        """Raises TokenInvalid, TooManyAttempts or FeatureNotInPlan."""
        now = self.clock()
        key = self.keys.of(self.tokens.digest(secret))
        entitlement = self._entitlement(key)
        if key is None or entitlement is None or key.expired(now):
            self._refuse(address, now)
        require_feature(entitlement, Feature.API_EXTERNA)
        if key.use_unnoted(now):
            self.keys.used(key.id, now)
        return Actor.by_key(key, request_id)

    def _entitlement(self, key: ApiKey | None) -> Entitlement | None:
        try:
            return None if key is None else self.entitlements.of(key.tenant)
        except TenantGone:
            return None

    def _refuse(self, address: str, now: datetime) -> NoReturn:
        client = self.tokens.digest(f"llaves:{origin(address)}")
        wait = self.throttle.wait(client, now, LONGEST_ADDRESS_WAIT)
        if wait:
            raise TooManyAttempts(f"Demasiados intentos. Espera {wait} segundos y vuelve a intentar.", retryAfter=wait)
        self.throttle.failed(client, now)
        raise TokenInvalid("La llave de API no es válida: se revocó, venció o está mal escrita. Pide otra al dueño.")


@dataclass(frozen=True, slots=True)
class TraceKey:
    """Leave a trace of what a key is about to write, before it is done; of people and of mere reading, none."""

    audit: AuditTrail

    def __call__(self, actor: Actor, method: str, path: str) -> None:
        how = method.upper()
        if actor.key is not None and how not in _READING:
            self.audit.record(deed(actor, actor.tenant, ESCRITURA_CON_LLAVE, how, path))
