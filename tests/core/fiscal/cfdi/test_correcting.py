from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.libros import a_cfdi, a_credit_note, a_payment, a_ppd, an_entry, recibido, uuid
from horux_core.billing.model import SubscriptionStatus
from horux_core.fiscal.cfdi.correcting import CorrectCfdi
from horux_core.fiscal.cfdi.model import Advertencia, Cfdi, DestinoIva, Estado, Tipo
from horux_core.fiscal.cfdi.stored import Correction, StoredCfdi
from horux_core.fiscal.errors import CfdiMissing, ClasificacionEnFactura, CorreccionInvalida
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


def test_what_is_marked_by_others_is_left_to_them() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.enter([an_entry(a_cfdi(2, "580.00"))])
    correct(despacho, 1, CANCELADO)
    assert (despacho.pending(), despacho.mes(2026, 1)) == (1, None)


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


JUICIOS = [Correction(destino_iva=DestinoIva.EXENTO), Correction(acreditable_pct=D("8.5"))]


@pytest.mark.parametrize("correction", JUICIOS)
@pytest.mark.parametrize(
    ("documento", "named"),
    [
        (a_payment(3, 1), [uuid(1)]),
        (a_payment(3, 1, 2), [uuid(1), uuid(2)]),
        (a_credit_note(3, 1), [uuid(1)]),
        (a_credit_note(3, 2, 1, tipo="03"), [uuid(2)]),
    ],
)
def test_a_payment_or_note_sends_the_judgement_to_its_invoice(
    documento: Cfdi, named: list[str], correction: Correction
) -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_ppd(1)), recibido(a_ppd(2)), recibido(documento))
    with pytest.raises(ClasificacionEnFactura) as refusal:
        correct(despacho, 3, correction)
    assert refusal.value.facts == {"facturas": named, "cuantas": len(named)}
    assert all(name in str(refusal.value) for name in named)
    assert despacho.deeds() == []


def test_a_payment_of_many_invoices_names_only_some() -> None:
    despacho = Despacho()
    despacho.enter(*(recibido(a_ppd(n)) for n in range(1, 8)), recibido(a_payment(9, *range(1, 8))))
    with pytest.raises(ClasificacionEnFactura, match="sus 7 facturas") as refusal:
        correct(despacho, 9, JUICIOS[0])
    assert refusal.value.facts == {"facturas": [uuid(n) for n in range(1, 6)], "cuantas": 7}


@pytest.mark.parametrize("correction", JUICIOS)
@pytest.mark.parametrize("documento", [a_payment(3, 404), a_payment(3, 1, 404), a_credit_note(3, 404)])
def test_without_its_invoice_its_own_judgement_counts(documento: Cfdi, correction: Correction) -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_ppd(1)), recibido(documento))
    antes = despacho.mes(2026, 2 if documento.tipo is Tipo.PAGO else 1)
    correct(despacho, 3, correction)
    assert despacho.mes(2026, 2 if documento.tipo is Tipo.PAGO else 1) != antes


def test_taking_a_judgement_away_from_a_payment_is_no_judgement() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_ppd(1)), recibido(a_payment(3, 1)))
    assert correct(despacho, 3, Correction(destino_iva=None, acreditable_pct=None)).destino_iva is None


@pytest.mark.parametrize("tipo", [Tipo.NOMINA, Tipo.TRASLADO, Tipo.RETENCIONES])
def test_what_gives_no_iva_is_not_judged(tipo: Tipo) -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1, tipo=tipo)))
    with pytest.raises(CorreccionInvalida, match="no acredita IVA"):
        correct(despacho, 1, Correction(acreditable_pct=D(1)))


USD: dict[str, Any] = {"moneda": "USD", "tipo_cambio": None, "advertencias": (Advertencia("TC_SOSPECHOSO", "…"),)}
CAMBIO = Correction(tipo_cambio_capturado=D("18.5"))


def trasladado(despacho: Despacho, mes: int = 1) -> Decimal | None:
    found = despacho.mes(2026, mes)
    return None if found is None else found.iva_trasladado


def test_a_rate_that_was_given_counts_the_document_and_answers_its_warning() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, "116.00", **USD))
    assert trasladado(despacho) is None
    kept = correct(despacho, 1, CAMBIO)
    assert (kept.tipo_cambio, kept.total_mxn, kept.advertencias) == (D("18.5"), D("2146.00"), ())
    assert trasladado(despacho) == D("296.00")
    with despacho.books.open(despacho.tenant) as books:
        assert books.cfdis.avisos(uuid(1)) == ()
    assert despacho.deeds() == [("cfdi-corregido", {"tipo_cambio_capturado": "sin dato → 18.5"})]


def test_a_rate_taken_back_is_the_documents_again() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, "116.00", moneda="USD", tipo_cambio=D(20)), a_cfdi(2, "116.00", **USD))
    for n in (1, 2):
        correct(despacho, n, CAMBIO)
    assert trasladado(despacho) == D("592.00")
    for n in (1, 2):
        correct(despacho, n, Correction(tipo_cambio_capturado=None))
    assert trasladado(despacho) == D("320.00")
    assert (despacho.get(uuid(1)).total_mxn, despacho.get(uuid(2)).total_mxn) == (D("2320.00"), None)
    assert [a.codigo for a in despacho.get(uuid(2)).advertencias] == ["TC_SOSPECHOSO"]


def test_another_correction_leaves_the_rate() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, "116.00", **USD))
    correct(despacho, 1, CAMBIO)
    kept = correct(despacho, 1, CANCELADO)
    assert (kept.tipo_cambio_capturado, kept.total_mxn) == (D("18.5"), D("2146.00"))


@pytest.mark.parametrize("rate", ["0", "1.0", "-1", "NaN", "Infinity", "18.1234567", "1e6", "1e999999", "1e-999999"])
def test_refuses_a_rate_that_cannot_be(rate: str) -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, **USD))
    with pytest.raises(CorreccionInvalida, match="mayor que 0"):
        correct(despacho, 1, Correction(tipo_cambio_capturado=D(rate)))
    assert despacho.get(uuid(1)).tipo_cambio is None


@pytest.mark.parametrize(
    ("documento", "word"),
    [
        (a_cfdi(1), "moneda extranjera"),
        (a_cfdi(1, moneda="XXX", tipo_cambio=None, tipo=Tipo.TRASLADO), "moneda extranjera"),
        (a_payment(1, 2), "sustituyan"),
    ],
)
def test_only_a_foreign_currency_has_a_rate(documento: Cfdi, word: str) -> None:
    despacho = Despacho()
    despacho.enter(documento)
    with pytest.raises(CorreccionInvalida, match=word):
        correct(despacho, 1, CAMBIO)


def test_a_note_takes_the_judgement_of_the_first_invoice_that_stands() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)), recibido(a_cfdi(2)), recibido(a_credit_note(3, 1, 2)))
    correct(despacho, 1, CANCELADO)
    with pytest.raises(ClasificacionEnFactura) as refusal:
        correct(despacho, 3, JUICIOS[0])
    assert refusal.value.facts["facturas"] == [uuid(2)]
    correct(despacho, 2, CANCELADO)
    assert correct(despacho, 3, JUICIOS[0]).destino_iva is DestinoIva.EXENTO
