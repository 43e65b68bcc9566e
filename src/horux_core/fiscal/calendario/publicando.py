"""The calendar as a private feed that calendar programs read: whoever has its address reads it, until it is revoked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from horux_core.audit.ports import AuditTrail
from horux_core.fiscal.calendario.consultando import ShowCalendario
from horux_core.fiscal.calendario.errors import FeedMissing
from horux_core.fiscal.calendario.ical import ics
from horux_core.fiscal.calendario.ports import Feeds
from horux_core.fiscal.deeds import deed
from horux_core.identity.errors import ActionForbidden, TooManyAttempts
from horux_core.identity.model import Actor, Permission
from horux_core.identity.ports import Directory, Throttle, Tokens
from horux_core.identity.throttling import LONGEST_ADDRESS_WAIT, origin
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.errors import NotEntitled, NotFound
from horux_core.kernel.ids import TenantId, UserId
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature, require_writable
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.ports import Registry

_CAMINO = "/api/calendario/feed"
_ANTES, _DESPUES = timedelta(days=180), timedelta(days=400)
_LARGO = range(20, 200)
"""Letters of what may be a secret at all."""


@dataclass(frozen=True, slots=True)
class IssueFeed:
    """Make the calendar's private address: the one before it is dead."""

    feeds: Feeds
    tokens: Tokens
    entitlements: Entitlements
    audit: AuditTrail
    clock: Clock
    feed_url: str

    def __call__(self, actor: Actor) -> str:
        """It whole, this once. Raises ActionForbidden, SubscriptionInactive or FeatureNotInPlan."""
        actor.require_own_password()
        if actor.user is None or actor.platform_admin or actor.viewing:
            raise ActionForbidden("La liga del calendario la hace una persona de la empresa: pídesela.")
        actor.require(Permission.CONFIGURE)
        entitlement = self.entitlements.of(actor.tenant)
        require_writable(entitlement, actor.viewing)
        require_feature(entitlement, Feature.CALENDARIO)
        secret = self.tokens.secret()
        self.feeds.poner(actor.tenant, self.tokens.digest(secret), actor.user, self.clock())
        self.audit.record(deed(actor, "calendario-publicado", "POST", _CAMINO, {}))
        return f"{self.feed_url}/{secret}.ics"


@dataclass(frozen=True, slots=True)
class ShowFeed:
    """Since when the calendar has a private address; never the address itself."""

    feeds: Feeds

    def __call__(self, actor: Actor) -> datetime | None:
        """Raises ActionForbidden."""
        actor.require(Permission.CONFIGURE)
        return self.feeds.puesta(actor.tenant)


@dataclass(frozen=True, slots=True)
class RevokeFeed:
    """Take the address away, whatever the plan; nothing when there is none."""

    feeds: Feeds
    audit: AuditTrail

    def __call__(self, actor: Actor) -> None:
        """Raises ActionForbidden."""
        actor.require(Permission.CONFIGURE)
        if self.feeds.quitar(actor.tenant):
            self.audit.record(deed(actor, "calendario-retirado", "DELETE", _CAMINO, {}))


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """The calendar of whoever shows its address, while who made it belongs to the taxpayer.

    An address that keeps guessing waits longer each time.
    """

    feeds: Feeds
    tokens: Tokens
    throttle: Throttle
    directory: Directory
    registry: Registry
    show: ShowCalendario

    def __call__(self, token: str, address: str) -> str:
        """As iCalendar. Raises FeedMissing or TooManyAttempts."""
        secret = token.removesuffix(".ics")
        if secret == token or len(secret) not in _LARGO:
            raise FeedMissing
        hallado = self.feeds.de(self.tokens.digest(secret))
        if hallado is None:
            self._guessed(address)
            raise FeedMissing
        tenant, por = hallado
        if not self._pertenece(por, tenant):
            raise FeedMissing
        ahora = self.show.clock()
        hoy = dia_fiscal(ahora)
        try:
            vencimientos = self.show(Actor.system(tenant), hoy - _ANTES, hoy + _DESPUES)
            nombre = self.registry.get(tenant).nombre
        except (NotFound, NotEntitled) as error:
            raise FeedMissing from error
        return ics(vencimientos, f"Calendario fiscal de {nombre}", tenant.hex, ahora)

    def _pertenece(self, quien: UserId, tenant: TenantId) -> bool:
        with self.directory.transaction() as tx:
            user = tx.users.get(quien)
            return user is not None and user.active and any(m.tenant == tenant for m in tx.memberships.of_user(quien))

    def _guessed(self, address: str) -> None:
        now, key = self.show.clock(), self.tokens.digest(f"calendario:{origin(address)}")
        wait = self.throttle.wait(key, now, LONGEST_ADDRESS_WAIT)
        if wait:
            raise TooManyAttempts(f"Demasiados intentos. Espera {wait} segundos.", retryAfter=wait)
        self.throttle.failed(key, now)
