"""Reading a taxpayer's alerts, and marking them as seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from horux_core.audit.ports import AuditTrail
from horux_core.fiscal.alertas.abrir_cerrar import atendida, vuelta_a_abrir
from horux_core.fiscal.alertas.errors import AlertaInvalida
from horux_core.fiscal.alertas.model import Alerta, EstadoAlerta, Severidad
from horux_core.fiscal.deeds import deed
from horux_core.fiscal.ports import Books
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock
from horux_core.kernel.pages import Page
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature, require_writable
from horux_core.plans.ports import Entitlements

POR_PAGINA = 50
MAXIMO_POR_PAGINA = 500


@dataclass(frozen=True, slots=True)
class ListAlertas:
    """The alerts of one state and severity, or of all, the gravest first."""

    books: Books
    entitlements: Entitlements

    def __call__(
        self,
        actor: Actor,
        estado: EstadoAlerta | None = None,
        severidad: Severidad | None = None,
        cursor: str | None = None,
        limit: int = POR_PAGINA,
    ) -> Page[Alerta]:
        """Raises ActionForbidden, FeatureNotInPlan or CursorMalformed."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.ALERTAS)
        with self.books.open(actor.tenant) as books:
            return books.alertas.pagina(estado, severidad, cursor, max(1, min(limit, MAXIMO_POR_PAGINA)))


@dataclass(frozen=True, slots=True)
class Resumen:
    """How many alerts there are of each state and severity, and of when the facts of the last review were."""

    cuantas: Mapping[tuple[EstadoAlerta, Severidad], int]
    revisadas: datetime | None

    def de(self, estado: EstadoAlerta, severidad: Severidad | None = None) -> int:
        """Of one severity, or of all."""
        return sum(n for (uno, otra), n in self.cuantas.items() if uno == estado and severidad in (None, otra))


@dataclass(frozen=True, slots=True)
class CountAlertas:
    """How many alerts there are."""

    books: Books
    entitlements: Entitlements

    def __call__(self, actor: Actor) -> Resumen:
        """Raises ActionForbidden or FeatureNotInPlan."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.ALERTAS)
        with self.books.open(actor.tenant) as books:
            revision = books.alertas.revisadas()
            return Resumen(books.alertas.cuantas(), None if revision is None else revision.leida_en)


@dataclass(frozen=True, slots=True)
class ShowAlerta:
    """One alert."""

    books: Books
    entitlements: Entitlements

    def __call__(self, actor: Actor, ident: UUID) -> Alerta:
        """Raises ActionForbidden, FeatureNotInPlan or AlertaMissing."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.ALERTAS)
        with self.books.open(actor.tenant) as books:
            return books.alertas.una(ident)


@dataclass(frozen=True, slots=True)
class MarkAlerta:
    """Keep that a person saw to an alert, or took that back, and note who did."""

    books: Books
    entitlements: Entitlements
    audit: AuditTrail
    clock: Clock

    def __call__(self, actor: Actor, ident: UUID, estado: EstadoAlerta) -> Alerta:
        """Raises ActionForbidden, SubscriptionInactive, FeatureNotInPlan, AlertaInvalida or AlertaMissing."""
        actor.require(Permission.WRITE_BOOKS)
        entitlement = self.entitlements.of(actor.tenant)
        require_writable(entitlement, actor.viewing)
        require_feature(entitlement, Feature.ALERTAS)
        if estado is EstadoAlerta.CERRADA:
            raise AlertaInvalida
        marcar = atendida if estado is EstadoAlerta.ATENDIDA else vuelta_a_abrir
        with self.books.open(actor.tenant) as books:
            books.alertas.lock()
            antes = books.alertas.una(ident)
            despues = marcar(antes, self.clock())
            if despues != antes:
                books.alertas.guardar([despues])
                dicho = {"codigo": antes.clave.codigo, "estado": f"{antes.estado} → {despues.estado}"}
                self.audit.record(deed(actor, "alerta-marcada", "PATCH", f"/api/alertas/{ident}", dicho))
        return despues
