from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from contracts.libros import a_cfdi, recibido, uuid
from horux_core.billing.model import SubscriptionStatus
from horux_core.fiscal.cfdi.model import Estado
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.fiscal.configuracion.errors import DeclaracionInvalida
from horux_core.fiscal.configuracion.model import ConfiguracionFiscal, Declaracion
from horux_core.fiscal.iva.consulting import SALDO_SOLICITADO_EXCEDIDO, SALDO_SOLICITADO_PARCIAL, AnioIva, ShowIvaYear
from horux_core.fiscal.iva.model import Apertura
from horux_core.fiscal.iva.recomputing import encadenar
from horux_core.fiscal.recomputing import recompute
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


def shown(despacho: Despacho, anio: int = 2026) -> AnioIva:
    return ShowIvaYear(despacho.books, despacho.entitlements)(despacho.actor(), anio)


def kept(despacho: Despacho) -> tuple[Declaracion, ...]:
    with despacho.books.open(despacho.tenant) as books:
        return books.ajustes.declaraciones("iva")


def test_keeps_what_was_filed_and_who_said_so() -> None:
    despacho = Despacho()
    assert note(despacho, ENERO) == ENERO
    assert kept(despacho) == (ENERO,)
    (action, detail) = despacho.deeds()[0]
    assert (action, detail["periodo"], detail["monto"]) == ("declaracion-anotada", "2026-01", "5707.00")


def test_another_s_place_is_taken_only_by_who_names_it() -> None:
    despacho = Despacho()
    use_case = NoteReturn(despacho.books, despacho.entitlements, despacho.audit, despacho.clock)
    actor = despacho.actor(Role.CONTADOR)
    use_case(actor, ENERO, None)
    otra = replace(ENERO, presentada_en=date(2026, 3, 1), monto=D("1.00"))
    for dicha in (None, "2026-02-17", replace(ENERO, monto=ENERO.monto + 1).marca):
        with pytest.raises(DeclaracionInvalida) as caught:
            use_case(actor, otra, dicha)
        assert caught.value.facts["campo"] == "reemplaza"
        assert kept(despacho) == (ENERO,)
    assert use_case(actor, otra, ENERO.marca) == otra
    assert use_case(actor, ENERO) == ENERO
    use_case(actor, replace(ENERO, periodo=Periodo(2025, 12)), None)


def test_a_balance_asked_back_leaves_the_chain_and_can_come_back() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    for solicitado, left in (("160.00", "0.00"), ("0.00", "160.00")):
        note(despacho, replace(ENERO, saldo_solicitado=D(solicitado)))
        months = shown(despacho).meses
        assert [m.saldo_a_favor for m in months[:3]] == [D("160.00"), D(left), D(left)]


@pytest.mark.parametrize(
    ("campo", "changes"),
    [
        ("impuesto", {"impuesto": "ieps"}),
        ("presentadaEn", {"presentada_en": date(2026, 5, 10)}),
        ("presentadaEn", {"presentada_en": date(2026, 1, 31)}),
        ("monto", {"monto": D("-0.01")}),
        ("monto", {"monto": D("0.001")}),
        ("monto", {"monto": D("NaN")}),
        ("monto", {"monto": D("-0.00")}),
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


FEBRERO = replace(ENERO, periodo=Periodo(2026, 2), presentada_en=date(2026, 3, 17), monto=D("0.00"))


def pedido(solicitado: str, base: Declaracion = ENERO) -> Declaracion:
    return replace(base, saldo_solicitado=D(solicitado))


@pytest.mark.parametrize("declaracion", [pedido("160.01"), pedido("160.01", FEBRERO)])
def test_refuses_to_ask_back_more_than_there_is(declaracion: Declaracion) -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    with pytest.raises(DeclaracionInvalida, match=r"160\.00") as refusal:
        note(despacho, declaracion)
    assert refusal.value.facts["campo"] == "saldoSolicitado"
    assert kept(despacho) == ()
    note(despacho, replace(declaracion, saldo_solicitado=D("160.00")))


def test_what_was_asked_back_is_not_there_to_be_asked_again_but_may_be_said_again() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    for _ in range(2):
        note(despacho, pedido("160.00"))
    with pytest.raises(DeclaracionInvalida):
        note(despacho, pedido("0.01", FEBRERO))


def test_what_a_later_month_was_asked_back_of_is_not_there_to_be_asked_earlier() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)), recibido(a_cfdi(2, "580.00", fecha_emision=datetime(2026, 2, 1))))
    note(despacho, pedido("240.00", FEBRERO))
    with pytest.raises(DeclaracionInvalida, match="2026-02"):
        note(despacho, pedido("160.00"))
    assert [d.periodo for d in kept(despacho)] == [FEBRERO.periodo]
    assert [m.saldo_a_favor for m in shown(despacho).meses[:3]] == [D("160.00"), D("240.00"), D("0.00")]
    note(despacho, replace(FEBRERO, saldo_solicitado=D("80.00")))
    note(despacho, pedido("160.00"))


def test_in_empty_books_there_is_nothing_to_ask_back() -> None:
    with pytest.raises(DeclaracionInvalida):
        note(Despacho(), pedido("0.01"))


def test_of_a_month_older_than_the_opening_nobody_knows_the_balance() -> None:
    despacho = Despacho()
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.guardar(ConfiguracionFiscal(2026, apertura=Apertura(Periodo(2026, 2), D("50.00"))))
        encadenar(books)
    note(despacho, pedido("999.00"))
    assert [m.saldo_a_favor for m in shown(despacho).meses[:2]] == [D("0.00"), D("50.00")]
    assert shown(despacho).advertencias == {}
    with pytest.raises(DeclaracionInvalida, match=r"50\.00"):
        note(despacho, pedido("50.01", FEBRERO))


def test_a_balance_that_shrinks_below_what_was_asked_back_is_told_and_never_negative() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)), recibido(a_cfdi(2, "580.00")))
    note(despacho, pedido("240.00"))
    assert shown(despacho).advertencias == {}
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(1), Correction(estado=Estado.CANCELADO))
        recompute(books)
    anio = shown(despacho)
    assert [m.saldo_a_favor for m in anio.meses[:3]] == [D("80.00"), D("0.00"), D("0.00")]
    (advertencia,) = anio.advertencias[Periodo(2026, 1)]
    assert list(anio.advertencias) == [Periodo(2026, 1)]
    assert advertencia.codigo == SALDO_SOLICITADO_EXCEDIDO
    assert "240.00" in advertencia.detalle
    assert "80.00" in advertencia.detalle


def test_a_refund_of_less_than_the_whole_balance_is_kept_and_told() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    note(despacho, pedido("159.99"))
    (advertencia,) = shown(despacho).advertencias[Periodo(2026, 1)]
    assert advertencia.codigo == SALDO_SOLICITADO_PARCIAL
    assert "159.99 de un saldo de 160.00" in advertencia.detalle
    note(despacho, pedido("160.00"))
    assert shown(despacho).advertencias == {}


def test_of_a_month_with_documents_of_its_own_the_balance_is_known_whatever_opens_later() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.guardar(ConfiguracionFiscal(2026, apertura=Apertura(Periodo(2026, 2), D("50.00"))))
        encadenar(books)
    with pytest.raises(DeclaracionInvalida, match=r"160\.00"):
        note(despacho, pedido("160.01"))


def test_while_documents_wait_to_be_worked_out_no_balance_is_asked_back() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    with despacho.books.open(despacho.tenant) as books:
        books.iva.mark_all()
    with pytest.raises(DeclaracionInvalida, match="espera"):
        note(despacho, replace(ENERO, saldo_solicitado=D("1.00")))
    assert note(despacho, ENERO) == ENERO
