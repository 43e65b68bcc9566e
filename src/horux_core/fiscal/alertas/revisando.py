"""Reviewing a taxpayer's alerts: a job, put after each change of its books, each night, and with each 69-B list."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from horux_core.fiel.events import FielDestroyed, FielStored
from horux_core.fiscal.alertas.abrir_cerrar import cambios
from horux_core.fiscal.alertas.alcance import Alcance
from horux_core.fiscal.alertas.decidiendo import Decision, decidir
from horux_core.fiscal.alertas.huellas import huella
from horux_core.fiscal.alertas.model import Alerta
from horux_core.fiscal.alertas.ports import MUCHOS, Marca, Revision
from horux_core.fiscal.alertas.reuniendo import GatherFacts, desde_de
from horux_core.fiscal.contribuyentes import todos
from horux_core.fiscal.ports import Books
from horux_core.fiscal.recomputing import work_out
from horux_core.jobs.model import Job
from horux_core.jobs.ports import Jobs
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.errors import NotFound
from horux_core.kernel.ids import EventId, JobId, TenantId
from horux_core.plans.model import Feature
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import Registry

REVISION = "alertas"
"""The kind of the job."""


@dataclass(frozen=True, slots=True)
class QueueReview:
    """A taxpayer's books change: its alerts are to be reviewed, once however many changes there are meanwhile."""

    jobs: Jobs
    entitlements: Entitlements
    clock: Clock

    def __call__(self, tenant: TenantId) -> None:
        """Raises DatabaseUnavailable when it cannot be put down."""
        # Of one that is leaving nobody reads any alerts.
        with suppress(NotFound):
            if Feature.ALERTAS in self.entitlements.of(tenant).features:
                queue(self.jobs, tenant, self.clock)


@dataclass(frozen=True, slots=True)
class FollowFiel:
    """A taxpayer's e.firma is another, or none: what was told of the one before is reviewed."""

    queue_review: QueueReview

    def __call__(self, event: FielStored | FielDestroyed, _: EventId) -> None:
        self.queue_review(event.tenant)


@dataclass(frozen=True, slots=True)
class ReviewEverybody:
    """Have every taxpayer reviewed, also those whose plan tells of no alerts: the 69-B list is part of the IVA."""

    registry: Registry
    jobs: Jobs
    clock: Clock

    def __call__(self) -> dict[str, int]:
        return {"revisiones": sum(queue(self.jobs, tenant.id, self.clock) for tenant in todos(self.registry))}


@dataclass(frozen=True, slots=True)
class ReviewAlertas:
    """Follow the 69-B list in the IVA, then open, update and close alerts as the facts are now.

    Facts are read first, without holding anybody up, and only of what changed where nothing else did. Done twice it
    comes to the same.
    """

    jobs: Jobs
    books: Books
    registry: Registry
    gather: GatherFacts
    clock: Clock

    def __call__(self, job: Job) -> None:
        """Raises JobTaken, and whatever keeps it from its end; then it may be run again."""
        self._follow_list(job.tenant)
        outcome: dict[str, object] = {}
        if Feature.ALERTAS in self.gather.entitlements.of(job.tenant).features:
            outcome.update(self._review(self.registry.get(job.tenant)))
        else:
            self._forget(job.tenant)
        self.jobs.finish(job, outcome)

    def _follow_list(self, tenant: TenantId) -> None:
        definitivos = self.gather.listas.definitivos()
        with self.books.open(tenant) as books:
            if books.indicios.efos() == definitivos:
                return
            books.lock()
            books.indicios.cambiar_efos(definitivos)
        work_out(self.books, tenant)

    def _review(self, tenant: Tenant) -> dict[str, int]:
        """Nothing while documents wait to be worked out: whoever does it has this done after."""
        ahora = self.clock()
        leido = self._read(tenant, ahora)
        if leido is None:
            return {}
        with self.books.open(tenant.id) as books:
            books.alertas.lock()
            ultima = books.alertas.revisadas()
            if ultima is not None and ultima.leida_en > ahora:
                return {}
            guardadas = filter(leido.abarca, books.alertas.todas())
            decision, desde = leido.decision, desde_de(dia_fiscal(ahora))
            hechos = cambios(decision.hallazgos, guardadas, decision.decididos, ahora, desde)
            books.alertas.guardar((*hechos.abiertas, *hechos.actualizadas, *hechos.cerradas))
            books.alertas.vistas(leido.marcas)
            books.alertas.revisar(Revision(ahora, leido.huella))
        return {
            "abiertas": len(hechos.abiertas),
            "actualizadas": len(hechos.actualizadas),
            "cerradas": len(hechos.cerradas),
        }

    def _read(self, tenant: Tenant, ahora: datetime) -> "_Leido | None":
        """Of one moment: the facts, what of the alerts they decide, and the changes that they tell of.

        Decided once the books are closed: it takes as long as there are documents, and holds nobody up.
        """
        hoy = dia_fiscal(ahora)
        with self.books.open(tenant.id) as books:
            books.steady()
            if books.iva.pending(1):
                return None
            marcas, ultima = books.alertas.marcas(), books.alertas.revisadas()
            actual = huella(books, hoy, self.gather.listas)
            cambiados = _pocos(marcas) if ultima is not None and ultima.huella == actual else None
            if cambiados is not None:
                cambiados |= books.iva.connected(cambiados).keys()
            hechos, alcance = self.gather(books, tenant, hoy, cambiados)
        decision = decidir(hechos)
        if alcance is not None:
            dentro = tuple(h for h in decision.hallazgos if alcance.abarca(h.clave))
            decision = replace(decision, hallazgos=dentro)
        return _Leido(decision, alcance, marcas, actual)

    def _forget(self, tenant: TenantId) -> None:
        """Nobody is told of alerts: what changes meanwhile is not gathered, and once they are back all is looked at."""
        with self.books.open(tenant) as books:
            books.alertas.lock()
            books.alertas.vistas(books.alertas.marcas())
            books.alertas.revisar(Revision(self.clock(), ""))


@dataclass(frozen=True, slots=True)
class _Leido:
    decision: Decision
    alcance: Alcance | None
    marcas: tuple[Marca, ...]
    huella: str

    def abarca(self, alerta: Alerta) -> bool:
        return self.alcance is None or self.alcance.abarca(alerta.clave)


def _pocos(marcas: tuple[Marca, ...]) -> frozenset[str] | None:
    """The documents that changed; None when they are too many to look at each."""
    nombrados = frozenset(marca.uuid for marca in marcas if marca.uuid is not None)
    return nombrados if len(nombrados) <= MUCHOS and all(marca.uuid is not None for marca in marcas) else None


def queue(jobs: Jobs, tenant: TenantId, clock: Clock) -> bool:
    """Whether one had to be put: one that nobody has begun will see all there is now."""
    if jobs.queued(tenant, REVISION):
        return False
    jobs.put(Job(JobId(uuid4()), tenant, REVISION, {}, None, clock()))
    return True
