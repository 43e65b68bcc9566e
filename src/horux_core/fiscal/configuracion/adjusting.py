"""The accountant's settings of a year: reading them, changing them, and working the books out under them."""

from dataclasses import dataclass, fields, replace
from decimal import Decimal
from uuid import uuid4

from horux_core.audit.ports import AuditTrail
from horux_core.fiscal.configuracion.checking import check, check_persona
from horux_core.fiscal.configuracion.errors import AjusteInvalido
from horux_core.fiscal.configuracion.model import AjustesCalendario, AjustesIsr, ConfiguracionFiscal, en_vigor
from horux_core.fiscal.deeds import deed
from horux_core.fiscal.isr.model import DescuentoEnFactura
from horux_core.fiscal.isr.recomputing import de_movimientos, opciones_de
from horux_core.fiscal.iva.model import Apertura, OpcionesIva
from horux_core.fiscal.ports import Books
from horux_core.fiscal.recomputing import encadenar, recompute, work_out
from horux_core.identity.model import Actor, Permission
from horux_core.jobs.model import Job
from horux_core.jobs.ports import Jobs
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import JobId
from horux_core.kernel.marca import CAMBIO, CAMPO, marca
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc
from horux_core.kernel.same import SAME, Same
from horux_core.plans.policy import require_writable
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.ports import Registry

RECALCULO = "recalculo"
"""The kind of the job that works a taxpayer's books out again."""

AL_MOMENTO = 5_000
"""Documents worked out while the accountant waits; with more in the books a job does it."""

_IVA = tuple(field.name for field in fields(OpcionesIva))
_ISR = tuple(field.name for field in fields(AjustesIsr))
_CALENDARIO = tuple(field.name for field in fields(AjustesCalendario))
_POR_PARTES = ("anio", "iva", "isr", "calendario", "regimenes", "apertura")


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
    coeficientes: tuple[tuple[int, Decimal], ...] | Same = SAME
    coeficiente_nuevo_desde: int | Same = SAME
    inicio_actividades: Periodo | Same | None = SAME
    ptu_mes: int | Same | None = SAME
    regimen_ingresos: str | Same | None = SAME
    regimen_gastos: str | Same | None = SAME
    descuento_en_factura: DescuentoEnFactura | Same = SAME
    prestaciones_disminuyeron: bool | Same = SAME
    claves_retenciones: frozenset[str] | Same = SAME
    arrendamiento_opcional: bool | Same = SAME
    arrendamiento_trimestral: bool | Same = SAME
    predial: tuple[tuple[int, Decimal], ...] | Same = SAME
    otras_deducciones: tuple[tuple[str, int, Decimal], ...] | Same = SAME
    codigo_postal: str | Same | None = SAME
    ingresos_anteriores: Decimal | Same | None = SAME
    solo_exentos: bool | Same = SAME
    prorroga_desde_habil: bool | Same = SAME
    viernes_en_prorroga: bool | Same = SAME


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
            return en_vigor(books.ajustes.todas(), anio, tenant.regimenes)


@dataclass(frozen=True, slots=True)
class PreviewSettings:
    """What some settings of a year would become, kept as they are: by setting, what it is and what it would be."""

    books: Books
    registry: Registry

    def __call__(self, actor: Actor, anio: int, adjustment: Adjustment) -> dict[str, tuple[object, object]]:
        """Raises ActionForbidden, PeriodoMalformed or AjusteInvalido."""
        actor.require(Permission.CONFIGURE)
        _ = Periodo(anio, 1)
        tenant = self.registry.get(actor.tenant)
        with self.books.open(actor.tenant) as books:
            antes = en_vigor(books.ajustes.todas(), anio, tenant.regimenes)
        despues = adjusted(antes, adjustment, tenant.rfc)
        viejos = _planos(antes)
        return {campo: (viejos[campo], valor) for campo, valor in _cambios(antes, despues).items()}


@dataclass(frozen=True, slots=True)
class AdjustSettings:
    """Change some settings of a year, note who did, and work out what they change: at once, or by a job."""

    books: Books
    registry: Registry
    entitlements: Entitlements
    audit: AuditTrail
    jobs: Jobs
    clock: Clock

    def __call__(
        self, actor: Actor, anio: int, adjustment: Adjustment, vista: str | Same = SAME
    ) -> ConfiguracionFiscal:
        """`vista` is the mark of the settings that were shown, refused when they are others by now; SAME: any.

        Raises ActionForbidden, SubscriptionInactive, PeriodoMalformed or AjusteInvalido.
        """
        actor.require(Permission.CONFIGURE)
        require_writable(self.entitlements.of(actor.tenant), actor.viewing)
        _ = Periodo(anio, 1)
        now, tenant = self.clock(), self.registry.get(actor.tenant)
        with self.books.open(actor.tenant) as books:
            books.lock()
            antes = en_vigor(books.ajustes.todas(), anio, tenant.regimenes)
            if vista not in (SAME, marca_de(antes)):
                raise AjusteInvalido(CAMPO, CAMBIO)
            despues = adjusted(antes, adjustment, tenant.rfc)
            books.ajustes.guardar(despues)
            if _reglas(antes, tenant.rfc) != _reglas(despues, tenant.rfc):
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
        # What it works out may be all of the books, or what a load that was given up entered.
        work_out(self.books, job.tenant, grown=True)
        self.jobs.finish(job, {})


def marca_de(c: ConfiguracionFiscal) -> str:
    """Of other settings it is another."""
    return marca(*_planos(c).items())


def adjusted(antes: ConfiguracionFiscal, adjustment: Adjustment, rfc: Rfc) -> ConfiguracionFiscal:
    """The settings with what was sent in its place. Raises AjusteInvalido.

    Régimenes of the other kind of person are refused only when they are sent: those kept already stop nothing else.
    """
    sent = {f.name: getattr(adjustment, f.name) for f in fields(adjustment)}
    sent = {name: value for name, value in sent.items() if value is not SAME}
    iva = replace(antes.iva, **{name: sent.pop(name) for name in _IVA if name in sent})
    isr = replace(antes.isr, **{name: sent.pop(name) for name in _ISR if name in sent})
    calendario = replace(antes.calendario, **{name: sent.pop(name) for name in _CALENDARIO if name in sent})
    despues = replace(antes, iva=iva, isr=isr, calendario=calendario, **sent)
    check(despues)
    if "regimenes" in sent:
        check_persona(despues.regimenes, rfc)
    return despues


def _reglas(c: ConfiguracionFiscal, rfc: Rfc) -> tuple[object, ...]:
    """What says of a document what it moves."""
    return (c.iva, de_movimientos(opciones_de(c, moral=rfc.moral)))


def _cambios(antes: ConfiguracionFiscal, despues: ConfiguracionFiscal) -> dict[str, object]:
    """By setting: what it becomes, only of those that change."""
    viejos, nuevos = _crudos(antes), _crudos(despues)
    return {campo: valor for campo, valor in _planos(despues).items() if nuevos[campo] != viejos[campo]}


def _crudos(c: ConfiguracionFiscal) -> dict[str, object]:
    return {f.name: getattr(parte, f.name) for parte in (c, c.iva, c.isr, c.calendario) for f in fields(parte)}


def _planos(c: ConfiguracionFiscal) -> dict[str, object]:
    apertura = c.apertura
    return {
        **{f.name: getattr(c, f.name) for f in fields(c) if f.name not in _POR_PARTES},
        **{f.name: getattr(c.iva, f.name) for f in fields(c.iva) if f.name != "usos_no_acreditables"},
        **{f.name: _plano(getattr(c.isr, f.name)) for f in fields(c.isr)},
        **{f.name: getattr(c.calendario, f.name) for f in fields(c.calendario)},
        "regimenes": " ".join(c.regimenes),
        "usos_no_acreditables": " ".join(sorted(c.iva.usos_no_acreditables)),
        "apertura": None
        if apertura is None
        else f"{apertura.periodo}: {apertura.saldo_a_favor}, {apertura.retenido_mes_anterior}",
    }


def _plano(valor: object) -> object:
    """A list of claves, or of pairs and triples, in one line."""
    if isinstance(valor, frozenset):
        return " ".join(sorted(valor))
    return ", ".join(" ".join(map(str, grupo)) for grupo in valor) if isinstance(valor, tuple) else valor
