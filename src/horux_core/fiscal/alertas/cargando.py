"""Taking in the SAT's 69-B list, for every taxpayer."""

from dataclasses import dataclass
from datetime import timedelta

from horux_core.audit.ports import AuditTrail
from horux_core.fiscal.alertas.efos import Lectura69B, Lista69BCargada
from horux_core.fiscal.alertas.errors import Lista69BNoReconocida
from horux_core.fiscal.alertas.ports import LectorLista, Listas
from horux_core.fiscal.alertas.revisando import ReviewEverybody
from horux_core.identity.deeds import deed
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock

MAX_LISTA = 16 * 1024 * 1024
"""Bytes of the file; the SAT's has about five million."""


VIEJA = timedelta(days=30)
"""After that without a new one the operator is warned: the SAT publishes it anew every month or so."""


@dataclass(frozen=True, slots=True)
class Lista69BVigente:
    """The list that rules, and whether it is too old to be trusted."""

    cargada: Lista69BCargada
    vieja: bool


@dataclass(frozen=True, slots=True)
class ShowLista69B:
    """The list that rules now, for the operator; None while none was loaded."""

    listas: Listas
    clock: Clock

    def __call__(self, actor: Actor) -> Lista69BVigente | None:
        actor.require(Permission.OPERATE)
        found = self.listas.vigente()
        return None if found is None else Lista69BVigente(found, self.clock() - found.cargada_en > VIEJA)


@dataclass(frozen=True, slots=True)
class LoadLista69B:
    """Put the list in place of the one before, and have every taxpayer's IVA and alerts follow it."""

    leer: LectorLista
    listas: Listas
    review: ReviewEverybody
    audit: AuditTrail
    clock: Clock

    def __call__(self, actor: Actor, contenido: bytes) -> Lectura69B:
        """What was read. Raises ActionForbidden or Lista69BNoReconocida, also for one of nobody: the last one stays."""
        actor.require(Permission.OPERATE)
        lectura = self.leer(contenido)
        if not lectura.lista.por_rfc:
            raise Lista69BNoReconocida
        self.listas.guardar(lectura.lista, self.clock())
        dicho = {"al_dia": lectura.lista.al_dia, "contribuyentes": len(lectura.lista.por_rfc)}
        self.audit.record(deed(actor, None, "lista-69b-cargada", "POST", "/api/listas/69b", dicho))
        self.review()
        return lectura
