"""Taking in a statement of a bank, and matching it at once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID, uuid4

from horux_core.audit.ports import AuditTrail
from horux_core.fiscal.cfdi.model import MXN
from horux_core.fiscal.conciliacion.corriendo import al_cargar
from horux_core.fiscal.conciliacion.cuentas import LETRAS, cuenta_de
from horux_core.fiscal.conciliacion.errors import CuentaFaltante, TipoCambioFaltante
from horux_core.fiscal.conciliacion.importando import UNO, EstadoCuenta, filas
from horux_core.fiscal.conciliacion.libro import Carga, CuentaBancaria, FilaBancaria
from horux_core.fiscal.conciliacion.model import EstadoRenglon
from horux_core.fiscal.conciliacion.ports import StatementReader
from horux_core.fiscal.deeds import deed
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature, require_writable
from horux_core.plans.ports import Entitlements

_LETRAS_DE_ARCHIVO = 200


@dataclass(frozen=True, slots=True)
class Dicho:
    """What whoever sends a statement says of it. `tipo_cambio` is MXN per unit of a foreign account's currency."""

    archivo: str
    cuenta: str | None = None
    moneda: str | None = None
    tipo_cambio: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ResultadoCarga:
    """What came of a statement: how many rows it has, how many were new, and how they stand now.

    `sumas_completas`: no sum of documents was left out for the time it would take.
    """

    cuenta: CuentaBancaria
    carga: Carga
    renglones: int
    nuevos: int
    estados: Mapping[EstadoRenglon, int]
    sumas_completas: bool


@dataclass(frozen=True, slots=True)
class AdmitStatement:
    """Whether who asks may send statements now, or decide on their rows: asked before any bytes are received."""

    entitlements: Entitlements

    def __call__(self, actor: Actor) -> None:
        """Raises ActionForbidden, SubscriptionInactive or FeatureNotInPlan."""
        actor.require(Permission.WRITE_BOOKS)
        entitlement = self.entitlements.of(actor.tenant)
        require_writable(entitlement, actor.viewing)
        require_feature(entitlement, Feature.CONCILIACION)


@dataclass(frozen=True, slots=True)
class LoadStatement:
    """Keep the rows of a statement that are new, and match them."""

    books: Books
    reader: StatementReader
    entitlements: Entitlements
    audit: AuditTrail
    clock: Clock

    def weighs(self, content: bytes) -> int:
        return self.reader.weighs(content)

    def read(self, content: bytes) -> EstadoCuenta:
        """Raises EstadoCuentaRechazado, of the kind that says why."""
        return self.reader.read(content)

    def __call__(self, actor: Actor, estado: EstadoCuenta, dicho: Dicho) -> ResultadoCarga:
        """Raises what AdmitStatement raises, and what `cuenta_de` raises, or TipoCambioFaltante."""
        AdmitStatement(self.entitlements)(actor)
        if dicho.cuenta is not None and not (len(dicho.cuenta) <= LETRAS and dicho.cuenta.isprintable()):
            raise CuentaFaltante
        dicho = replace(dicho, archivo=_a_la_vista(dicho.archivo))
        with self.books.open(actor.tenant) as books:
            books.conciliacion.lock()
            estado = replace(estado, moneda=estado.moneda or dicho.moneda)
            cuenta = cuenta_de(books.conciliacion.cuentas(), estado, dicho.cuenta)
            books.conciliacion.guardar_cuenta(cuenta)
            resultado = self._entered(books, cuenta, estado, dicho)
            detalle = {
                "cuenta": cuenta.nombre,
                "archivo": dicho.archivo,
                "periodo": f"{resultado.carga.desde} a {resultado.carga.hasta}",
                "renglones": resultado.renglones,
                "nuevos": resultado.nuevos,
            }
            self.audit.record(deed(actor, "estado-cuenta-cargado", "POST", "/api/conciliacion/estado-cuenta", detalle))
        return resultado

    def _entered(self, books: OpenBooks, cuenta: CuentaBancaria, estado: EstadoCuenta, dicho: Dicho) -> ResultadoCarga:
        hechas = filas(str(cuenta.id), replace(estado, moneda=cuenta.moneda), _cambio(cuenta, dicho))
        carga = _carga(cuenta.id, hechas, dicho.archivo, self.clock)
        nuevos = books.conciliacion.entrar(carga, hechas)
        completas = al_cargar(books, carga.desde, carga.hasta)
        ahora = books.conciliacion.de_renglones(fila.renglon.id for fila in hechas)
        estados = Counter(g.resultado.estado for g in ahora)
        return ResultadoCarga(cuenta, carga, len(hechas), nuevos, estados, completas)


def _a_la_vista(archivo: str) -> str:
    """A file's name without what cannot be shown, nor kept."""
    return "".join(c for c in archivo if c.isprintable())[:_LETRAS_DE_ARCHIVO]


def _cambio(cuenta: CuentaBancaria, dicho: Dicho) -> Decimal:
    if cuenta.moneda == MXN:
        return UNO
    if dicho.tipo_cambio is None or dicho.tipo_cambio <= 0:
        raise TipoCambioFaltante(cuenta.moneda)
    return dicho.tipo_cambio


def _carga(cuenta: UUID, hechas: tuple[FilaBancaria, ...], archivo: str, clock: Clock) -> Carga:
    dias = [fila.renglon.fecha for fila in hechas]
    return Carga(uuid4(), cuenta, archivo, min(dias), max(dias), clock())
