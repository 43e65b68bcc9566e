"""Noting the returns that were filed."""

from dataclasses import dataclass, replace
from datetime import date

from horux_core.audit.ports import AuditTrail
from horux_core.fiscal.configuracion.cierre import calculado
from horux_core.fiscal.configuracion.errors import DeclaracionInvalida
from horux_core.fiscal.configuracion.model import Declaracion
from horux_core.fiscal.deeds import deed
from horux_core.fiscal.iva.consulting import saldo_a_favor
from horux_core.fiscal.iva.recomputing import IVA, encadenar
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.importe import CERO, TOPE
from horux_core.kernel.periodo import MESES
from horux_core.kernel.same import SAME, Same
from horux_core.plans.policy import require_writable
from horux_core.plans.ports import Entitlements

IMPUESTOS = (IVA, "isr")


@dataclass(frozen=True, slots=True)
class NoteReturn:
    """Keep what was filed for a month. A balance asked back leaves the chain of months (LIVA 6)."""

    books: Books
    entitlements: Entitlements
    audit: AuditTrail
    clock: Clock

    def __call__(self, actor: Actor, declaracion: Declaracion, reemplaza: str | Same | None = SAME) -> Declaracion:
        """`reemplaza` is the `marca` of the one whose place it takes, None where none is; SAME: whichever there is.

        Raises ActionForbidden, SubscriptionInactive or DeclaracionInvalida.
        """
        actor.require(Permission.CONFIGURE)
        require_writable(self.entitlements.of(actor.tenant), actor.viewing)
        now = self.clock()
        _check(declaracion, dia_fiscal(now))
        with self.books.open(actor.tenant) as books:
            books.lock()
            if reemplaza is not SAME:
                _check_reemplazo(books, declaracion, reemplaza)
            _check_saldo(books, declaracion)
            books.ajustes.declarar(declaracion)
            if declaracion.impuesto == IVA:
                encadenar(books, declaracion.periodo)
                _check_despues(books, declaracion)
            declaracion = replace(declaracion, calculado=calculado(books, declaracion.impuesto, declaracion.periodo))
            books.ajustes.declarar(declaracion)
            self.audit.record(deed(actor, "declaracion-anotada", "PUT", _camino(declaracion), _dicho(declaracion)))
        return declaracion


def _check(d: Declaracion, hoy: date) -> None:
    if d.impuesto not in IMPUESTOS:
        raise DeclaracionInvalida("impuesto", "El impuesto de la declaración es iva o isr.")
    if d.presentada_en > hoy:
        raise DeclaracionInvalida("presentadaEn", "La fecha de presentación está en el futuro: revísala.")
    siguiente = d.periodo.siguiente()
    if d.presentada_en < date(siguiente.anio, siguiente.mes, 1):
        raise DeclaracionInvalida("presentadaEn", f"{d.periodo} se declara cuando termina: revisa la fecha del acuse.")
    for campo, importe in (("monto", d.monto), ("saldoSolicitado", d.saldo_solicitado)):
        if not (importe.is_finite() and not importe.is_signed() and importe < TOPE and importe == round(importe, 2)):
            raise DeclaracionInvalida(campo, f"El importe de {campo} debe ser cero o más, con dos decimales a lo más.")
    if d.saldo_solicitado > CERO and d.impuesto != IVA:
        raise DeclaracionInvalida("saldoSolicitado", "Solo la declaración de IVA lleva saldo solicitado en devolución.")


def _check_reemplazo(books: OpenBooks, d: Declaracion, reemplaza: str | None) -> None:
    """Of a month only the last return is kept: nobody takes another's away without knowing of it."""
    anotada = next((otra for otra in books.ajustes.declaraciones(d.impuesto) if otra.periodo == d.periodo), None)
    if anotada is not None and anotada.marca != reemplaza:
        raise DeclaracionInvalida(
            "reemplaza",
            f"{MESES[d.periodo.mes - 1].capitalize()} de {d.periodo.anio} ya tiene una declaración: "
            "confirma que la nueva la reemplaza.",
        )


def _check_saldo(books: OpenBooks, d: Declaracion) -> None:
    if d.saldo_solicitado == CERO:
        return
    if books.iva.pending(1):
        raise DeclaracionInvalida(
            "saldoSolicitado", "Aún hay CFDI por calcular y el saldo puede cambiar: espera a que termine la carga."
        )
    saldo = saldo_a_favor(books, d.periodo)
    if saldo is not None and d.saldo_solicitado > saldo:
        raise DeclaracionInvalida(
            "saldoSolicitado",
            f"El saldo a favor de {d.periodo} es de {saldo} y no se puede pedir más en devolución: corrige el importe, "
            "o captura antes la apertura o los CFDI que falten.",
        )


def _check_despues(books: OpenBooks, d: Declaracion) -> None:
    """A balance leaves the months after it: what was asked back of one of those must still be there."""
    if d.saldo_solicitado == CERO:
        return
    for otra in books.ajustes.declaraciones(IVA):
        saldo = saldo_a_favor(books, otra.periodo) if otra.periodo > d.periodo else None
        if saldo is not None and otra.saldo_solicitado > saldo:
            raise DeclaracionInvalida(
                "saldoSolicitado",
                f"En {otra.periodo} ya se pidió en devolución un saldo de {otra.saldo_solicitado}, que contiene el de "
                f"{d.periodo}: no se puede pedir dos veces. Corrige antes la declaración de {otra.periodo}.",
            )


def _camino(d: Declaracion) -> str:
    return f"/api/declaraciones/{d.impuesto}/{d.periodo.anio}/{d.periodo.mes}"


def _dicho(d: Declaracion) -> dict[str, object]:
    return {
        "periodo": d.periodo,
        "presentada_en": d.presentada_en,
        "monto": d.monto,
        "saldo_solicitado": d.saldo_solicitado,
    }
