"""The accountant's settings of a year: reading them, changing them, and working the books out under them."""

import re
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from uuid import uuid4

from horux_core.audit.ports import AuditTrail
from horux_core.fiscal.configuracion.errors import AjusteInvalido
from horux_core.fiscal.configuracion.model import ConfiguracionFiscal
from horux_core.fiscal.deeds import deed
from horux_core.fiscal.iva.model import Apertura, OpcionesIva
from horux_core.fiscal.iva.recomputing import encadenar, recompute
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.identity.model import Actor, Permission
from horux_core.jobs.model import Job
from horux_core.jobs.ports import Jobs
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import JobId
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.same import SAME, Same
from horux_core.plans.policy import require_writable
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import Registry
from horux_core.tenancy.regimenes import CLAVES

RECALCULO = "recalculo"
"""The kind of the job that works a taxpayer's books out again."""

AL_MOMENTO = 5_000
"""Documents worked out while the accountant waits; with more in the books a job does it. Also a job's stretch."""

_USO = re.compile(r"[A-Z]{1,2}[0-9]{2}")
_TOPE = Decimal(10) ** 15
_IVA = tuple(field.name for field in fields(OpcionesIva))


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What is to change in a year's settings. A field that is `SAME` is left as it is."""

    regimenes: tuple[str, ...] | Same = SAME
    coeficiente_utilidad: Decimal | Same | None = SAME
    perdidas: Decimal | Same = SAME
    ptu: Decimal | Same = SAME
    sexto_digito: bool | Same = SAME
    notas: str | Same = SAME
    no_objeto_en_factor: bool | Same = SAME
    retencion_enterada: bool | Same = SAME
    efectivo_tope: Decimal | Same = SAME
    usos_no_acreditables: frozenset[str] | Same = SAME
    apertura: Apertura | Same | None = SAME


@dataclass(frozen=True, slots=True)
class ShowSettings:
    """The settings in force in a year."""

    books: Books
    registry: Registry

    def __call__(self, actor: Actor, anio: int) -> ConfiguracionFiscal:
        """Raises ActionForbidden or PeriodoMalformed."""
        actor.require(Permission.CONFIGURE)
        _ = Periodo(anio, 1)
        tenant = self.registry.get(actor.tenant)
        with self.books.open(actor.tenant) as books:
            return en_vigor(books, anio, tenant)


@dataclass(frozen=True, slots=True)
class AdjustSettings:
    """Change some settings of a year, note who did, and work out what they change: at once, or by a job."""

    books: Books
    registry: Registry
    entitlements: Entitlements
    audit: AuditTrail
    jobs: Jobs
    clock: Clock

    def __call__(self, actor: Actor, anio: int, adjustment: Adjustment) -> ConfiguracionFiscal:
        """Raises ActionForbidden, SubscriptionInactive, PeriodoMalformed or AjusteInvalido."""
        actor.require(Permission.CONFIGURE)
        require_writable(self.entitlements.of(actor.tenant), actor.viewing)
        _ = Periodo(anio, 1)
        now, tenant = self.clock(), self.registry.get(actor.tenant)
        with self.books.open(actor.tenant) as books:
            books.lock()
            antes = en_vigor(books, anio, tenant)
            despues = adjusted(antes, adjustment)
            books.ajustes.guardar(despues)
            if antes.iva != despues.iva:
                books.iva.mark_all()
                if books.cfdis.count() <= AL_MOMENTO:
                    recompute(books)
                else:
                    # Begun before this ends, it waits for the lock; if this fails, it finds nothing to do.
                    self.jobs.put(Job(JobId(uuid4()), actor.tenant, RECALCULO, {}, actor.user, now))
            encadenar(books)
            cambios = {"anio": anio, **_cambios(antes, despues)}
            self.audit.record(
                deed(actor, "configuracion-fiscal", "PATCH", f"/api/configuracion/fiscal?anio={anio}", cambios)
            )
        return despues


@dataclass(frozen=True, slots=True)
class RecomputeBooks:
    """Work out everything marked in a taxpayer's books, a stretch at a time; run twice it does no harm."""

    jobs: Jobs
    books: Books

    def __call__(self, job: Job) -> None:
        more = True
        while more:
            with self.books.open(job.tenant) as books:
                books.lock()
                more = recompute(books, AL_MOMENTO)
        self.jobs.finish(job, {})


def en_vigor(books: OpenBooks, anio: int, tenant: Tenant) -> ConfiguracionFiscal:
    """Those of the year; an opening is only the year's own. Until somebody decides, the regimes are the sign-up's."""
    vigente = books.ajustes.vigente(anio)
    if all(decidida.anio > anio for decidida in books.ajustes.todas()):
        return replace(vigente, regimenes=tenant.regimenes)
    return vigente if vigente.anio == anio else replace(vigente, anio=anio, apertura=None)


def adjusted(antes: ConfiguracionFiscal, adjustment: Adjustment) -> ConfiguracionFiscal:
    """The settings with what was sent in its place. Raises AjusteInvalido."""
    sent = {f.name: getattr(adjustment, f.name) for f in fields(adjustment)}
    sent = {name: value for name, value in sent.items() if value is not SAME}
    iva = replace(antes.iva, **{name: sent.pop(name) for name in _IVA if name in sent})
    despues = replace(antes, iva=iva, **sent)
    _check(despues)
    return despues


def _check(c: ConfiguracionFiscal) -> None:
    if not set(c.regimenes) <= CLAVES:
        raise AjusteInvalido("regimenes", "Hay un régimen fiscal que no está en el catálogo del SAT: revisa la clave.")
    coeficiente = c.coeficiente_utilidad
    if coeficiente is not None and not _decimal(coeficiente, 4, Decimal(10)):
        raise AjusteInvalido("coeficienteUtilidad", "El coeficiente de utilidad va de 0 a 9.9999, con 4 decimales.")
    importes = {"perdidas": c.perdidas, "ptu": c.ptu, "efectivoTope": c.iva.efectivo_tope}
    if c.apertura is not None:
        importes["apertura.saldoAFavor"] = c.apertura.saldo_a_favor
        importes["apertura.retenidoMesAnterior"] = c.apertura.retenido_mes_anterior
        if c.apertura.periodo.anio != c.anio:
            raise AjusteInvalido("apertura.periodo", f"El periodo de la apertura debe ser un mes de {c.anio}.")
    for campo, importe in importes.items():
        if not _decimal(importe, 2, _TOPE):
            raise AjusteInvalido(campo, f"El importe de {campo} debe ser cero o más, con dos decimales a lo más.")
    if not all(_USO.fullmatch(uso) for uso in c.iva.usos_no_acreditables):
        raise AjusteInvalido("usosNoAcreditables", "Un uso de CFDI se escribe como en el catálogo del SAT, como S01.")


def _decimal(valor: Decimal, decimales: int, tope: Decimal) -> bool:
    return valor.is_finite() and not valor.is_signed() and valor < tope and valor == round(valor, decimales)


def _cambios(antes: ConfiguracionFiscal, despues: ConfiguracionFiscal) -> dict[str, object]:
    """By setting: what it becomes, only of those that change."""
    viejos, nuevos = _planos(antes), _planos(despues)
    return {campo: valor for campo, valor in nuevos.items() if valor != viejos[campo]}


def _planos(c: ConfiguracionFiscal) -> dict[str, object]:
    apertura = c.apertura
    return {
        **{f.name: getattr(c, f.name) for f in fields(c) if f.name not in ("anio", "iva", "regimenes", "apertura")},
        **{f.name: getattr(c.iva, f.name) for f in fields(c.iva) if f.name != "usos_no_acreditables"},
        "regimenes": " ".join(c.regimenes),
        "usos_no_acreditables": " ".join(sorted(c.iva.usos_no_acreditables)),
        "apertura": None
        if apertura is None
        else f"{apertura.periodo}: {apertura.saldo_a_favor}, {apertura.retenido_mes_anterior}",
    }
