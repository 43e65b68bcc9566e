from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from contracts.libros import a_cfdi, recibido
from horux_core.billing.model import SubscriptionStatus
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.fiscal.configuracion.errors import DeclaracionInvalida
from horux_core.fiscal.configuracion.model import Declaracion
from horux_core.fiscal.iva.consulting import ShowIvaYear
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.kernel.periodo import Periodo
from horux_core.plans.errors import SubscriptionInactive
from tests.despacho import Despacho

D = Decimal
ENERO = Declaracion("iva", Periodo(2026, 1), date(2026, 2, 17), D("5707.00"))


def note(despacho: Despacho, declaracion: Declaracion, role: Role = Role.CONTADOR) -> Declaracion:
    use_case = NoteReturn(despacho.books, despacho.entitlements, despacho.audit, despacho.clock)
    return use_case(despacho.actor(role), declaracion)


def kept(despacho: Despacho) -> tuple[Declaracion, ...]:
    with despacho.books.open(despacho.tenant) as books:
        return books.ajustes.declaraciones("iva")


def test_keeps_what_was_filed_and_who_said_so() -> None:
    despacho = Despacho()
    assert note(despacho, ENERO) == ENERO
    assert kept(despacho) == (ENERO,)
    (action, detail) = despacho.deeds()[0]
    assert (action, detail["periodo"], detail["monto"]) == ("declaracion-anotada", "2026-01", "5707.00")


def test_a_balance_asked_back_leaves_the_chain_and_can_come_back() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    for solicitado, left in (("160.00", "0.00"), ("0.00", "160.00")):
        note(despacho, replace(ENERO, saldo_solicitado=D(solicitado)))
        months = ShowIvaYear(despacho.books, despacho.entitlements)(despacho.actor(), 2026)
        assert [m.saldo_a_favor for m in months[:3]] == [D("160.00"), D(left), D(left)]


@pytest.mark.parametrize(
    ("campo", "changes"),
    [
        ("impuesto", {"impuesto": "ieps"}),
        ("presentadaEn", {"presentada_en": date(2026, 5, 10)}),
        ("presentadaEn", {"presentada_en": date(2025, 12, 31)}),
        ("monto", {"monto": D("-0.01")}),
        ("monto", {"monto": D("0.001")}),
        ("monto", {"monto": D("NaN")}),
        ("saldoSolicitado", {"saldo_solicitado": D("-1")}),
        ("saldoSolicitado", {"impuesto": "isr", "saldo_solicitado": D("1")}),
    ],
)
def test_refuses_what_cannot_be_and_says_where(campo: str, changes: dict[str, object]) -> None:
    despacho = Despacho()
    with pytest.raises(DeclaracionInvalida) as refusal:
        note(despacho, replace(ENERO, **changes))  # type: ignore[arg-type]
    assert refusal.value.facts["campo"] == campo
    assert kept(despacho) == ()


def test_the_day_is_that_of_mexico() -> None:
    note(Despacho(), replace(ENERO, presentada_en=date(2026, 5, 9)))


def test_who_may_not_configure_notes_nothing() -> None:
    despacho = Despacho()
    with pytest.raises(ActionForbidden):
        note(despacho, ENERO, Role.VISOR)
    despacho.subscribe(SubscriptionStatus.PAUSED)
    with pytest.raises(SubscriptionInactive):
        note(despacho, ENERO)
    assert kept(despacho) == ()


def test_a_balance_asked_back_leaves_the_months_that_were_put_down() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)), a_cfdi(2, "580.00", fecha_emision=datetime(2026, 3, 1)))
    note(despacho, replace(ENERO, saldo_solicitado=D("160.00")))
    marzo = despacho.mes(2026, 3)
    assert marzo is not None
    assert marzo.a_pagar == D("80.00")
