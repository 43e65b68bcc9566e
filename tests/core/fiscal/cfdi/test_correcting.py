from datetime import date, datetime
from decimal import Decimal

import pytest

from contracts.libros import a_cfdi, a_payment, a_ppd, recibido, uuid
from horux_core.billing.model import SubscriptionStatus
from horux_core.fiscal.cfdi.correcting import CorrectCfdi
from horux_core.fiscal.cfdi.model import DestinoIva, Estado
from horux_core.fiscal.cfdi.stored import Correction, StoredCfdi
from horux_core.fiscal.errors import CfdiMissing, CorreccionInvalida
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.plans.errors import SubscriptionInactive
from tests.despacho import Despacho

D = Decimal
CANCELADO = Correction(estado=Estado.CANCELADO)


def correct(despacho: Despacho, n: int, correction: Correction, **who: object) -> StoredCfdi:
    use_case = CorrectCfdi(despacho.books, despacho.entitlements, despacho.audit, despacho.clock)
    return use_case(despacho.actor(**who), uuid(n), correction).stored  # type: ignore[arg-type]


def test_a_cancelled_document_leaves_the_month_and_has_a_date() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1), a_cfdi(2, "580.00"))
    kept = correct(despacho, 1, CANCELADO)
    assert (kept.estado, kept.fecha_cancelacion) == (Estado.CANCELADO, datetime(2026, 5, 9))
    assert despacho.get(uuid(1)) == kept
    enero = despacho.mes(2026, 1)
    assert enero is not None
    assert enero.iva_trasladado == D("80.00")
    assert despacho.pending() == 0


def test_a_mistake_is_taken_back_with_its_date() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    correct(despacho, 1, CANCELADO)
    kept = correct(despacho, 1, Correction(estado=Estado.VIGENTE))
    assert (kept.estado, kept.fecha_cancelacion) == (Estado.VIGENTE, None)
    enero = despacho.mes(2026, 1)
    assert enero is not None
    assert enero.iva_trasladado == D("160.00")
    assert [action for action, _ in despacho.deeds()] == ["cfdi-corregido"] * 2


def test_a_cancelled_payment_gives_the_invoice_its_balance_back() -> None:
    despacho = Despacho()
    despacho.enter(a_ppd(1), a_payment(2, 1))
    correct(despacho, 2, CANCELADO)
    assert despacho.mes(2026, 2) is None


def test_keeps_the_date_that_was_said_and_one_said_before() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    said = datetime(2026, 2, 3, 4, 5)
    assert correct(despacho, 1, Correction(Estado.CANCELADO, said)).fecha_cancelacion == said
    assert correct(despacho, 1, Correction(acreditable_pct=D(50))).fecha_cancelacion == said
    assert correct(despacho, 1, Correction(fecha_cancelacion=datetime(2026, 3, 1))).fecha_cancelacion == datetime(
        2026, 3, 1
    )


def test_one_dated_after_today_is_cancelled_no_earlier_than_issued() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, fecha_emision=datetime(2026, 5, 10, 12)))
    assert correct(despacho, 1, CANCELADO).fecha_cancelacion == datetime(2026, 5, 10)


def test_the_accountants_judgement_changes_what_is_creditable() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    correct(despacho, 1, Correction(acreditable_pct=D("8.5")))
    enero = despacho.mes(2026, 1)
    assert enero is not None
    assert enero.iva_acreditable == D("13.60")
    correct(despacho, 1, Correction(acreditable_pct=None, destino_iva=DestinoIva.EXENTO))
    enero = despacho.mes(2026, 1)
    assert enero is not None
    assert enero.iva_acreditable == D("0.00")


def test_notes_who_changed_what() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    correct(despacho, 1, Correction(destino_iva=DestinoIva.MIXTO))
    (entry,) = despacho.audit.page(despacho.tenant, None, 10).items
    assert (entry.email, entry.action, entry.request_id) == ("ana@example.com", "cfdi-corregido", "r-1")
    assert entry.path == f"/api/cfdi/{uuid(1)}"
    assert entry.detail == {"destino_iva": "sin dato → mixto"}


def test_what_changes_nothing_is_not_noted() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    kept = correct(despacho, 1, Correction(estado=Estado.VIGENTE))
    assert kept == despacho.get(uuid(1))
    assert despacho.deeds() == []


@pytest.mark.parametrize(
    ("correction", "word"),
    [
        (Correction(acreditable_pct=D("-0.01")), "0 a 100"),
        (Correction(acreditable_pct=D("100.01")), "0 a 100"),
        (Correction(acreditable_pct=D("NaN")), "0 a 100"),
        (Correction(acreditable_pct=D("1.23456")), "decimales"),
        (Correction(fecha_cancelacion=datetime(2026, 2, 1)), "vigente"),
        (Correction(Estado.VIGENTE, datetime(2026, 2, 1)), "vigente"),
        (Correction(Estado.CANCELADO, datetime(2026, 1, 14)), "anterior"),
        (Correction(Estado.CANCELADO, datetime(2026, 5, 10)), "futuro"),
    ],
)
def test_refuses_what_cannot_be(correction: Correction, word: str) -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    with pytest.raises(CorreccionInvalida, match=word):
        correct(despacho, 1, correction)
    assert despacho.get(uuid(1)).estado is Estado.VIGENTE


@pytest.mark.parametrize("correction", [Correction(destino_iva=DestinoIva.MIXTO), Correction(acreditable_pct=D(1))])
def test_judges_only_expenses(correction: Correction) -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    with pytest.raises(CorreccionInvalida, match="recibidos"):
        correct(despacho, 1, correction)


def test_who_may_not_write_changes_nothing() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    with pytest.raises(ActionForbidden):
        correct(despacho, 1, CANCELADO, role=Role.VISOR)
    despacho.subscribe(SubscriptionStatus.PAUSED)
    with pytest.raises(SubscriptionInactive):
        correct(despacho, 1, CANCELADO)
    assert despacho.get(uuid(1)).estado is Estado.VIGENTE
    assert correct(despacho, 1, CANCELADO, viewing=True).estado is Estado.CANCELADO


def test_a_document_that_is_not_there() -> None:
    with pytest.raises(CfdiMissing):
        correct(Despacho(), 404, CANCELADO)


def test_takes_the_uuid_in_any_case() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    use_case = CorrectCfdi(despacho.books, despacho.entitlements, despacho.audit, despacho.clock)
    use_case(despacho.actor(), uuid(1).upper(), Correction(Estado.CANCELADO, datetime(2026, 1, 15)))
    assert despacho.get(uuid(1)).fecha_cancelacion == datetime.combine(date(2026, 1, 15), datetime.min.time())
