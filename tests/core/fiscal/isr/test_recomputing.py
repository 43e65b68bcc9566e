"""The stored movements and months follow the documents and the settings."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.libros import a_cfdi, a_full_cfdi, a_payment, a_ppd, an_entry, recibido, uuid
from horux_core.fiscal import recomputing
from horux_core.fiscal.cfdi.model import Cfdi, Estado, Tipo
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.configuracion import adjusting
from horux_core.fiscal.configuracion.adjusting import RecomputeBooks
from horux_core.fiscal.isr.model import Clase, DescuentoEnFactura, MesIsr
from horux_core.fiscal.recomputing import recompute
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.isr.cargados import a_fisica, adjust, by_the_rules, stored
from tests.despacho import Despacho

D = Decimal
ENERO, FEBRERO = Periodo(2026, 1), Periodo(2026, 2)
GASTO = recibido(a_cfdi(2, "580.00"))


def month(despacho: Despacho, mes: int, regimen: str = "601", anio: int = 2026) -> MesIsr:
    return next(m for m in stored(despacho, anio) if (m.regimen, m.periodo.mes) == (regimen, mes))


def classes(despacho: Despacho) -> list[tuple[str, Clase, Decimal]]:
    with despacho.books.open(despacho.tenant) as books:
        return [(m.uuid, m.clase, m.importe) for m in books.isr.movimientos(Periodo(2020, 1), Periodo(2030, 12))]


def test_a_load_puts_down_the_twelve_months_of_the_year() -> None:
    despacho = Despacho()
    adjust(despacho, coeficientes=((2024, D("0.1000")), (2025, D("0.2000"))))
    despacho.enter(a_cfdi(1), a_ppd(3, fecha_emision=datetime(2026, 3, 2)), GASTO)
    assert [m.ingresos_acum for m in stored(despacho)[:4]] == [D("1000.00")] * 2 + [D("2000.00")] * 2
    assert [m.isr_a_pagar for m in stored(despacho)[:4]] == [D("30.00"), D(0), D("90.00"), D(0)]
    assert len(stored(despacho)) == 12
    assert despacho.pending() == 0


def test_what_changes_later_replaces_only_what_it_moved() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1), a_cfdi(2, "2320.00"))
    assert classes(despacho) == [(uuid(1), Clase.INGRESO, D("1000.00")), (uuid(2), Clase.INGRESO, D("2000.00"))]
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(1), Correction(estado=Estado.CANCELADO))
        recompute(books)
    assert classes(despacho) == [(uuid(2), Clase.INGRESO, D("2000.00"))]
    assert month(despacho, 1).ingresos_mes == D("2000.00")
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(2), Correction(estado=Estado.CANCELADO))
        recompute(books)
    assert stored(despacho) == ()


def test_a_payment_moves_the_month_in_which_it_was_made_whichever_came_first() -> None:
    factura, pago = a_ppd(1, regimen_emisor="612"), a_payment(2, 1)
    for documents in ((factura, pago), (pago, factura)):
        despacho = a_fisica("612")
        for document in documents:
            despacho.enter(document)
        assert [month(despacho, n, "612").ingresos_mes for n in (1, 2, 3)] == [D(0), D("500.00"), D(0)]
        assert month(despacho, 2, "612").ingresos_acum == D("500.00")


def test_a_setting_that_only_the_months_ask_for_works_no_document_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adjusting, "AL_MOMENTO", 0)
    despacho = Despacho()
    despacho.enter(a_cfdi(1, "116000.00"))
    adjust(despacho, coeficiente_utilidad=D("0.2000"), perdidas=D("10000.00"))
    assert despacho.jobs.recent(10) == ()
    assert (month(despacho, 1).base, month(despacho, 1).isr_a_pagar) == (D("10000.00"), D("3000.00"))
    adjust(despacho, ptu=D("8000.00"), ptu_mes=5)
    assert (month(despacho, 5).ptu, month(despacho, 12).ptu) == (D("1000.00"), D("8000.00"))


@pytest.mark.parametrize(
    ("changes", "ingreso"),
    [
        ({"descuento_en_factura": DescuentoEnFactura.NO_RESTA}, "1000.00"),
        ({"descuento_en_factura": DescuentoEnFactura.RESTA}, "900.00"),
    ],
)
def test_an_option_of_the_rules_works_the_documents_out_again(changes: dict[str, Any], ingreso: str) -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, descuento=D("100.00")))
    adjust(despacho, **changes)
    assert month(despacho, 1).ingresos_mes == D(ingreso)


def test_with_many_documents_a_job_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adjusting, "AL_MOMENTO", 1)
    monkeypatch.setattr(recomputing, "_STRETCH", 1)
    despacho = Despacho()
    despacho.enter(a_cfdi(1), GASTO)
    adjust(despacho, regimenes=("626",))
    (job,) = despacho.jobs.recent(10)
    with despacho.jobs.begin(job.id) as begun:
        assert begun is not None
        RecomputeBooks(despacho.jobs, despacho.books)(begun)
    assert (month(despacho, 1, "626").ingresos_mes, month(despacho, 1, "626").deducciones_mes) == (
        *(D("1000.00"), D("500.00")),
    )
    assert {m.regimen for m in stored(despacho)} == {"626"}


def test_each_year_has_its_own_regime() -> None:
    despacho = Despacho()
    adjust(despacho, 2025, regimenes=("626",))
    adjust(despacho, 2026, regimenes=("601",))
    antes = a_cfdi(3, fecha_emision=datetime(2025, 12, 20))
    despacho.enter(a_ppd(1, fecha_emision=datetime(2025, 12, 15)), a_payment(2, 1), antes, GASTO)
    assert month(despacho, 12, "626", 2025).ingresos_mes == D("1000.00")
    assert stored(despacho, 2026) == ()
    assert [(u, c) for u, c, _ in classes(despacho)] == [(uuid(3), Clase.INGRESO)]


def test_works_out_in_stretches_to_the_same_end() -> None:
    documents = [*(a_ppd(n) for n in range(1, 6)), *(a_payment(n + 10, n) for n in range(1, 6)), GASTO]
    whole, parts = a_fisica("612", "606"), a_fisica("612", "606")
    whole.enter(*documents)
    with parts.books.open(parts.tenant) as books:
        books.cfdis.enter([an_entry(d) for d in documents])
        while recompute(books, 2):
            pass
    assert stored(parts) == stored(whole) != ()


def test_a_year_without_tariff_stops_no_load_and_leaves_out_only_who_needs_it() -> None:
    despacho = a_fisica("605", "612")
    despacho.enter(a_cfdi(1, fecha_emision=datetime(2022, 5, 1)))
    assert {m.regimen for m in stored(despacho, 2022)} == {"605"}
    despacho.enter(a_cfdi(2))
    assert {m.regimen for m in stored(despacho)} == {"605", "612"}


def payroll(n: int, dia: date) -> Cfdi:
    completo = a_full_cfdi(n)
    assert completo.nomina is not None
    nomina = replace(completo.nomina, fecha_pago=dia)
    return replace(completo, tipo=Tipo.NOMINA, pagos=(), relaciones=(), retenciones=None, nomina=nomina)


def test_payroll_moves_the_month_and_year_in_which_it_was_paid() -> None:
    despacho = a_fisica("605")
    adjust(despacho, 2027, regimenes=("605", "612"))
    despacho.enter(recibido(payroll(1, date(2027, 1, 4))))
    (enero, *_) = (m for m in stored(despacho, 2027) if m.regimen == "605")
    assert (enero.ingresos_mes, enero.base, enero.retenciones) == (D("9.90"), D("4.40"), D("6.60"))
    assert stored(despacho, 2026) == ()


def test_payroll_is_deducted_by_the_settings_of_the_year_in_which_it_was_paid() -> None:
    despacho = a_fisica("612")
    adjust(despacho, 2027, prestaciones_disminuyeron=True)
    despacho.enter(payroll(1, date(2027, 1, 4)))
    assert month(despacho, 1, "612", 2027).deducciones_mes == D("4.40") + D("2.59")


def test_a_certificate_counts_by_the_settings_of_the_year_that_it_is_of() -> None:
    despacho = Despacho()
    adjust(despacho, 2025, claves_retenciones=frozenset({"14"}))
    adjust(despacho, 2026, claves_retenciones=frozenset())
    completo = a_full_cfdi(1)
    constancia = replace(completo, tipo=Tipo.RETENCIONES, pagos=(), relaciones=(), nomina=None)
    despacho.enter(recibido(constancia))
    assert month(despacho, 12, anio=2025).retenciones == D("2.20")


@pytest.mark.parametrize("regimenes", [("601",), ("626",), ()])
def test_is_what_the_pure_rules_make_of_the_worked_scenario(regimenes: tuple[str, ...]) -> None:
    despacho = Despacho()
    adjust(despacho, 2025, regimenes=regimenes, coeficientes=((2023, D("0.1500")), (2024, D("0.2000"))))
    uuids = list(despacho.enter_samples("escenario"))
    with despacho.books.open(despacho.tenant) as books:
        assert books.isr.meses(2025) == by_the_rules(books, 2025, uuids)
        assert bool(books.isr.meses(2025)) == bool(regimenes)
