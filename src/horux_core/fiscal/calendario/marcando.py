"""What a person says of an obligation: filed, not applicable, or open again."""

from dataclasses import dataclass
from datetime import date

from horux_core.audit.ports import AuditTrail
from horux_core.fiscal.calendario.consultando import de_los_periodos
from horux_core.fiscal.calendario.errors import CalendarioInvalido, ObligacionMissing
from horux_core.fiscal.calendario.generando import Clave, EstadoObligacion, Vencimiento, marcado
from horux_core.fiscal.deeds import deed
from horux_core.fiscal.ports import Books
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.periodo import Periodo, PeriodoMalformed
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature, require_writable
from horux_core.plans.ports import Entitlements


@dataclass(frozen=True, slots=True)
class Marca:
    """`presentada_en` only of one that was filed: today unless told."""

    estado: EstadoObligacion
    presentada_en: date | None = None
    nota: str = ""


@dataclass(frozen=True, slots=True)
class MarkObligacion:
    """Keep what a person says of an obligation, and note who did."""

    books: Books
    entitlements: Entitlements
    audit: AuditTrail
    clock: Clock

    def __call__(self, actor: Actor, ident: str, marca: Marca) -> Vencimiento:
        """Raises ActionForbidden, SubscriptionInactive, FeatureNotInPlan, ObligacionMissing or CalendarioInvalido."""
        actor.require(Permission.CONFIGURE)
        entitlement = self.entitlements.of(actor.tenant)
        require_writable(entitlement, actor.viewing)
        require_feature(entitlement, Feature.CALENDARIO)
        clave, hoy = clave_de(ident), dia_fiscal(self.clock())
        _check(marca, clave, hoy)
        with self.books.open(actor.tenant) as books:
            books.lock()
            del_mes = de_los_periodos(books, clave.periodo, clave.periodo, hoy)
            antes = next((v for v in del_mes if v.clave == clave), None)
            if antes is None:
                raise ObligacionMissing
            despues = marcado(antes, marca.estado, hoy, marca.presentada_en, marca.nota)
            books.calendario.marcar(despues)
            dicho = {"estado": f"{antes.estado} → {despues.estado}", "nota": despues.nota}
            self.audit.record(deed(actor, "obligacion-marcada", "PATCH", f"/api/calendario/{ident_de(clave)}", dicho))
        return despues


def ident_de(clave: Clave) -> str:
    """By what an obligation of a period is known outside."""
    return f"{clave.obligacion}-{clave.periodo}"


def clave_de(ident: str) -> Clave:
    """Raises ObligacionMissing."""
    obligacion, _, periodo = ident.partition("-")
    try:
        return Clave(obligacion, Periodo.parse(periodo))
    except PeriodoMalformed as error:
        raise ObligacionMissing from error


def _check(marca: Marca, clave: Clave, hoy: date) -> None:
    if marca.estado is EstadoObligacion.VENCIDA:
        raise CalendarioInvalido("estado", "El vencimiento lo dice la fecha: marca pendiente, presentada o no_aplica.")
    if marca.presentada_en is None:
        return
    if marca.estado is not EstadoObligacion.PRESENTADA:
        raise CalendarioInvalido("presentadaEn", "Solo una obligación presentada lleva fecha de presentación.")
    if marca.presentada_en > hoy:
        raise CalendarioInvalido("presentadaEn", "La fecha de presentación está en el futuro: revísala.")
    if marca.presentada_en < date(clave.periodo.anio, 1, 1):
        raise CalendarioInvalido("presentadaEn", "La fecha de presentación es anterior al periodo: revísala.")
