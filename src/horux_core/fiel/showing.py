"""Seeing how an e.firma stands, what it was used for, and the receipts of those that are no more."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from horux_core.fiel import receipts
from horux_core.fiel.errors import FielMissing
from horux_core.fiel.keeping import Safe
from horux_core.fiel.looking import problemas
from horux_core.fiel.model import (
    POR_VENCER,
    Advertencia,
    Cadena,
    Certificado,
    EstadoFiel,
    FielStatus,
    Receipt,
    Sealed,
    Use,
)
from horux_core.fiel.ports import ReceiptSigner, Vault
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.pages import Page
from horux_core.tenancy.listing import LONGEST_PAGE, PAGE
from horux_core.tenancy.ports import Registry


@dataclass(frozen=True, slots=True)
class ShowFiel:
    """With what keeps it from being opened. Nothing is decrypted for it. Raises FielMissing."""

    safe: Safe
    registry: Registry
    clock: Clock

    def __call__(self, actor: Actor) -> FielStatus:
        actor.require(Permission.OWN)
        sealed = self.safe.vault.stored(actor.tenant)
        if sealed is None:
            raise FielMissing
        shown, found = status(sealed, self.clock()), problemas(self.safe, self.registry.get(actor.tenant))
        return replace(shown, advertencias=(*found, *shown.advertencias))


@dataclass(frozen=True, slots=True)
class ListUses:
    """The client's own book of use (libro de uso), newest first."""

    vault: Vault

    def __call__(self, actor: Actor, cursor: str | None = None, limit: int = PAGE) -> Page[Use]:
        actor.require(Permission.OWN)
        return self.vault.uses(actor.tenant, cursor, max(1, min(limit, LONGEST_PAGE)))


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    """`proven`: the vault signed it for this client, with a key it still holds. Others may have written the rest."""

    receipt: Receipt
    proven: bool


@dataclass(frozen=True, slots=True)
class ListReceipts:
    """Of the client's destroyed e.firmas, newest first."""

    vault: Vault
    signer: ReceiptSigner

    def __call__(self, actor: Actor, cursor: str | None = None, limit: int = PAGE) -> Page[ShownReceipt]:
        actor.require(Permission.OWN)
        page = self.vault.receipts(actor.tenant, cursor, max(1, min(limit, LONGEST_PAGE)))
        return Page(tuple(ShownReceipt(each, self._proven(each)) for each in page.items), page.next_cursor)

    def _proven(self, receipt: Receipt) -> bool:
        return self.signer.valid(receipts.body(receipt.destruction), receipt.signature)


def status(sealed: Sealed, now: datetime) -> FielStatus:
    certificado = sealed.certificado
    estado = estado_de(certificado, now)
    dias = max(0, dias_restantes(certificado, now))
    return FielStatus(certificado, sealed.uploaded_at, dias, estado, tuple(_advertencias(certificado, estado, dias)))


def dias_restantes(certificado: Certificado, now: datetime) -> int:
    """Fiscal days to the one it ends on; negative after it."""
    return (dia_fiscal(certificado.valido_hasta) - dia_fiscal(now)).days


def estado_de(certificado: Certificado, now: datetime) -> EstadoFiel:
    if certificado.valido_hasta <= now:
        return EstadoFiel.VENCIDA
    return EstadoFiel.POR_VENCER if dias_restantes(certificado, now) <= POR_VENCER else EstadoFiel.VIGENTE


def _advertencias(certificado: Certificado, estado: EstadoFiel, dias: int) -> Iterable[Advertencia]:
    if estado is EstadoFiel.VENCIDA:
        yield Advertencia("vencida", "La e.firma venció: renuévala en el SAT y súbela de nuevo.")
    if estado is EstadoFiel.POR_VENCER:
        yield Advertencia("por-vencer", f"{_plazo(dias)}: renuévala en el SAT y súbela de nuevo.")
    if certificado.cadena is Cadena.NO_REVISADA:
        yield Advertencia("cadena-no-revisada", "No se comprobó que la haya emitido el SAT: falta su certificado aquí.")


def _plazo(dias: int) -> str:
    return f"Vence en {dias} días" if dias > 1 else "Vence mañana" if dias else "Vence hoy"
