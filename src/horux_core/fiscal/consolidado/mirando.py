"""Looking at all of one's taxpayers at once: each in its own database, with one's own role there (SPEC 2.14)."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

from horux_core.fiscal.alertas.model import abiertas
from horux_core.fiscal.calendario.consultando import por_cumplir
from horux_core.fiscal.calendario.generando import Vencidas
from horux_core.fiscal.consolidado.model import (
    Cifras,
    Consolidado,
    EstadoEmpresa,
    Fallo,
    Fila,
    Proximo,
)
from horux_core.fiscal.consolidado.ports import EnParalelo
from horux_core.fiscal.isr.consulting import mostrado
from horux_core.fiscal.isr.recomputing import opciones_por_anio
from horux_core.fiscal.iva.consulting import meses_mostrados
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Actor, Permission
from horux_core.identity.ports import CardIndex, Directory, TenantCard
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.errors import HoruxError
from horux_core.kernel.ids import TenantId, UserId
from horux_core.kernel.periodo import Periodo
from horux_core.plans.errors import TenantGone
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements

_VENTANA = timedelta(days=60)
_MUESTRA = frozenset({Feature.MULTI_EMPRESA, Feature.IVA_ISR, Feature.CALENDARIO, Feature.ALERTAS})
"""What a row shows: without one of these there is none of a taxpayer."""


@dataclass(frozen=True, slots=True)
class ShowConsolidado:
    """A month of every taxpayer the person belongs to now; what is not there after `plazo` seconds is shown as late.

    The trouble of one is its row's alone. Of one that the person was let into and has not come into there are no
    figures: whoever invites strangers puts nothing in their totals.
    """

    directory: Directory
    cards: CardIndex
    entitlements: Entitlements
    books: Books
    clock: Clock
    en_paralelo: EnParalelo
    plazo: float = 8.0

    def __call__(self, actor: Actor, periodo: Periodo) -> Consolidado:
        """Raises MustChangePassword, ActionForbidden for who is no person of a taxpayer, or FeatureNotInPlan."""
        actor.require_own_password()
        persona, _ = actor.signed_in()
        empresas = self.cards.of(persona, None).all
        if not empresas:
            raise ActionForbidden("No perteneces a ninguna empresa. Pide a su dueño que te invite.")
        self._requerida(empresas)
        aceptadas = self._aceptadas(persona)
        filas = {card.id: fila for card in empresas if (fila := self._sin_leer(card, aceptadas)) is not None}
        filas |= self._leidas(actor, [card for card in empresas if card.id not in filas], periodo)
        # Asked again: who was let go while the others were read sees nothing of what was read of it.
        suyas = {card.id for card in self.cards.of(persona, None).all}
        return Consolidado(tuple(filas[card.id] for card in empresas if card.id in suyas))

    def _requerida(self, empresas: tuple[TenantCard, ...]) -> None:
        """Raises FeatureNotInPlan when none of them has it."""
        if not any(Feature.MULTI_EMPRESA in self._funciones(card.id) for card in empresas):
            require_feature(self.entitlements.of(empresas[0].id), Feature.MULTI_EMPRESA)

    def _funciones(self, tenant: TenantId) -> frozenset[Feature]:
        try:
            return self.entitlements.of(tenant).features
        except TenantGone:
            return frozenset()

    def _aceptadas(self, persona: UserId) -> frozenset[TenantId]:
        with self.directory.transaction() as tx:
            return frozenset(m.tenant for m in tx.memberships.of_user(persona) if m.accepted_at is not None)

    def _sin_leer(self, card: TenantCard, aceptadas: frozenset[TenantId]) -> Fila | None:
        """The row of one of which there are no figures; None when there are."""
        if card.id not in aceptadas:
            return Fila(card, EstadoEmpresa.POR_ACEPTAR)
        return None if self._funciones(card.id) >= _MUESTRA else Fila(card, EstadoEmpresa.SIN_FUNCION)

    def _leidas(self, actor: Actor, empresas: list[TenantCard], periodo: Periodo) -> dict[TenantId, Fila]:
        leidas = self.en_paralelo({card.id: partial(self._fila, actor, card, periodo) for card in empresas}, self.plazo)
        return {
            card.id: _no_disponible(card, leida) if isinstance(leida := leidas[card.id], Fallo) else leida
            for card in empresas
        }

    def _fila(self, actor: Actor, card: TenantCard, periodo: Periodo) -> Fila:
        try:
            return Fila(card, EstadoEmpresa.DISPONIBLE, self._cifras(actor, card, periodo))
        except HoruxError as error:
            return _no_disponible(card, error.code)

    def _cifras(self, actor: Actor, card: TenantCard, periodo: Periodo) -> Cifras:
        dentro = replace(actor, tenant_id=card.id, role=card.role)
        dentro.require(Permission.READ_BOOKS)
        with self.books.open(dentro.tenant) as books:
            books.steady()
            vencidas, proximo = self._por_cumplir(books)
            return Cifras(
                meses_mostrados(books, periodo, periodo)[periodo].a_pagar_pesos,
                _isr(books, periodo),
                proximo,
                abiertas(books.alertas.cuantas()),
                bool(books.iva.pending(1)),
                vencidas,
            )

    def _por_cumplir(self, books: OpenBooks) -> tuple[Vencidas | None, Proximo | None]:
        hoy = dia_fiscal(self.clock())
        vencidas, abiertas = por_cumplir(books, hoy + _VENTANA, hoy)
        return vencidas, Proximo(abiertas[0].limite, abiertas[0].nombre) if abiertas else None


def _isr(books: OpenBooks, periodo: Periodo) -> Decimal:
    """Of all régimenes: one return pays them."""
    meses = mostrado(books, periodo.anio, opciones_por_anio(books)(periodo.anio)).meses
    return sum((mes.a_pagar_pesos for mes in meses if mes.periodo == periodo), Decimal(0))


def _no_disponible(card: TenantCard, codigo: str) -> Fila:
    return Fila(card, EstadoEmpresa.NO_DISPONIBLE, codigo=codigo)
