from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from contracts.libros import a_cfdi, a_payment, a_ppd, recibido, uuid
from horux_core.fiscal.cfdi.model import Cubetas
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.fiscal.configuracion.model import Declaracion
from horux_core.fiscal.isr.consulting import ShowIsrDetail, ShowIsrYear
from horux_core.fiscal.isr.errors import RegimenSinIsr
from horux_core.fiscal.isr.model import MesIsr
from horux_core.identity.errors import ActionForbidden
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import Periodo, PeriodoMalformed
from horux_core.plans.errors import FeatureNotInPlan
from horux_core.plans.model import Entitlement, Feature, Plan
from tests.core.fiscal.isr.cargados import a_fisica, adjust, detail, shown, stored
from tests.despacho import Despacho

D = Decimal


def codes(despacho: Despacho, mes: int, regimen: str = "601", anio: int = 2026) -> list[str]:
    return [a.codigo for a in shown(despacho, anio).del_mes.get((regimen, Periodo(anio, mes)), ())]


def test_a_year_has_twelve_months_of_each_regime_also_in_empty_books() -> None:
    year = shown(a_fisica("612", "606"))
    assert [(m.regimen, m.periodo.mes) for m in year.meses] == [(r, n) for r in ("612", "606") for n in range(1, 13)]
    assert all(replace(m, tasa_pct=None) == MesIsr(m.periodo, m.regimen) for m in year.meses)
    assert year.retenido_a_terceros == (D("0.00"),) * 12


def test_shows_what_was_put_down() -> None:
    despacho = a_fisica("612", "606")
    despacho.enter(a_cfdi(1, regimen_emisor="606"), recibido(a_cfdi(2, "580.00")))
    year = shown(despacho)
    assert sorted(year.meses, key=lambda m: (m.periodo, m.regimen)) == list(stored(despacho))
    assert [m.ingresos_mes for m in year.meses if m.periodo.mes == 1] == [D(0), D("1000.00")]


def test_tells_what_was_withheld_from_others() -> None:
    despacho = Despacho()
    cubetas = Cubetas(base_16=D("1000.00"), iva_16=D("160.00"), ret_isr=D("100.00"))
    despacho.enter(recibido(a_cfdi(1, cubetas=cubetas)))
    assert shown(despacho).retenido_a_terceros == (D("100.00"), *(D("0.00"),) * 11)


@pytest.mark.parametrize("mes", range(1, 13))
def test_the_documents_add_up_to_each_figure(mes: int) -> None:
    despacho = a_fisica("612", "606")
    adjust(despacho, predial=((2, D("30.00")),), otras_deducciones=(("612", 3, D("7.77")),), perdidas=D("11.00"))
    despacho.enter(
        *(a_ppd(1, regimen_emisor="612"), a_payment(2, 1), a_cfdi(3, "333.33", regimen_emisor="606")),
        recibido(a_cfdi(4, "58.01", fecha_emision=datetime(2026, 3, 3))),
    )
    by_regimen = detail(despacho, 2026, mes)
    assert set(by_regimen) == {"612", "606"}
    for regimen, figures in by_regimen.items():
        (month,) = (m for m in stored(despacho) if (m.regimen, m.periodo.mes) == (regimen, mes))
        assert [f.total for f in figures[:4]] == [
            *(month.ingresos_mes, month.ingresos_acum, month.deducciones_mes, month.deducciones_acum)
        ]
        for figure in figures:
            assert sum((d.importe for d in figure.documentos), D(0)) == figure.total, (regimen, figure.figura)


def test_the_detail_of_one_regime_alone() -> None:
    despacho = a_fisica("612", "606")
    despacho.enter(a_cfdi(1, regimen_emisor="606"))
    assert set(detail(despacho, 2026, 1, "606")) == {"606"}
    assert detail(despacho, 2026, 1, "606")["606"][0].documentos[0].uuid == uuid(1)
    with pytest.raises(RegimenSinIsr):
        detail(despacho, 2026, 1, "601")


def test_says_that_documents_wait_to_be_worked_out() -> None:
    despacho = a_fisica("612")
    despacho.enter(a_cfdi(1))
    assert codes(despacho, 1, "612") == []
    with despacho.books.open(despacho.tenant) as books:
        books.iva.mark_all()
    assert codes(despacho, 12, "612") == ["cifras_en_proceso"]


def test_a_general_moral_with_income_and_no_coefficient_is_told() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, fecha_emision=datetime(2026, 2, 1)))
    assert [codes(despacho, n) for n in (1, 2, 12)] == [[], ["coeficiente_faltante"], ["coeficiente_faltante"]]
    adjust(despacho, inicio_actividades=Periodo(2025, 6))
    assert [codes(despacho, n) for n in (2, 3)] == [[], ["coeficiente_faltante"]]
    adjust(despacho, coeficiente_utilidad=D("0.2000"))
    assert codes(despacho, 3) == []
    adjust(despacho, coeficiente_utilidad=D("1.0000"))
    assert codes(despacho, 3) == []
    adjust(despacho, coeficiente_utilidad=D("1.0001"))
    assert codes(despacho, 3) == ["coeficiente_alto"]


def test_a_closed_month_that_comes_to_something_else_is_told() -> None:
    despacho = Despacho()
    adjust(despacho, coeficiente_utilidad=D("0.2000"))
    despacho.enter(a_cfdi(1, "11600.49"))
    note = NoteReturn(despacho.books, despacho.entitlements, despacho.audit, despacho.clock)
    enero = Declaracion("isr", Periodo(2026, 1), date(2026, 2, 17), D("600.00"))
    note(despacho.actor(), enero)
    assert codes(despacho, 1) == []
    antes = shown(despacho).meses[1].pagos_previos
    note(despacho.actor(), replace(enero, monto=D("599.00")))
    assert codes(despacho, 1) == ["declaracion_distinta"]
    # FISCAL.md 4: earlier payments are the sum of what was worked out, whatever was filed.
    assert shown(despacho).meses[1].pagos_previos == antes == D("600.02")
    despacho.enter(a_cfdi(2))
    note(despacho.actor(), enero)
    assert codes(despacho, 1) == ["declaracion_distinta"]
    assert codes(despacho, 2) == []


def test_losses_are_taken_in_the_year_they_were_given_for_and_asked_for_in_the_next() -> None:
    def told(anio: int) -> tuple[list[str], D]:
        year = shown(despacho, anio)
        return [a.codigo for a in year.del_anio], year.meses[0].perdidas

    despacho = a_fisica("612")
    despacho.enter(*(a_cfdi(n, "116000.00", fecha_emision=datetime(2023 + n, 1, 1)) for n in (1, 2)))
    adjust(despacho, 2024, perdidas=D("500.00"))
    assert (told(2023), told(2024)) == (([], D(0)), ([], D("500.00")))
    assert told(2025) == (["perdidas_faltantes"], D("0.00"))
    assert "pendientes de 2025" in shown(despacho, 2025).del_anio[0].detalle
    adjust(despacho, 2025, ptu=D("1.00"))
    assert told(2025)[0] == ["perdidas_faltantes"]
    adjust(despacho, 2025, perdidas=D("200.00"))
    assert told(2025) == ([], D("200.00"))
    adjust(despacho, 2025, regimenes=("606",), perdidas=D(0))
    assert told(2025)[0] == []


def test_says_which_regimes_are_not_worked_out_and_why() -> None:
    def told(despacho: Despacho, anio: int) -> list[str]:
        return [a.codigo for a in shown(despacho, anio).del_anio]

    assert told(a_fisica("612", "621"), 2026) == ["regimen_no_calculado"]
    assert told(a_fisica("612"), 2022) == ["ejercicio_sin_tarifa"]
    assert told(a_fisica(), 2026) == ["sin_regimenes"]
    assert told(Despacho(), 2022) == []
    assert told(a_fisica("601"), 2026) == ["regimen_no_corresponde"]


@pytest.mark.parametrize("anio", [1989, 2201, -1])
def test_refuses_a_year_that_cannot_be(anio: int) -> None:
    with pytest.raises(PeriodoMalformed):
        shown(Despacho(), anio)


class PlanWithoutIsr:
    """An Entitlements of a plan that does not exist."""

    def of(self, _: TenantId) -> Entitlement:
        return Entitlement(Plan.STARTER, frozenset({Feature.DASHBOARD}), 1, 1, True)


def test_needs_the_right_and_the_feature() -> None:
    despacho = Despacho()
    show, see = ShowIsrYear(despacho.books, despacho.entitlements), ShowIsrDetail(despacho.books, despacho.entitlements)
    with pytest.raises(ActionForbidden):
        show(despacho.actor(None), 2026)
    with pytest.raises(ActionForbidden):
        see(despacho.actor(None), Periodo(2026, 1))
    with pytest.raises(FeatureNotInPlan):
        replace(show, entitlements=PlanWithoutIsr())(despacho.actor(), 2026)
    with pytest.raises(FeatureNotInPlan):
        replace(see, entitlements=PlanWithoutIsr())(despacho.actor(), Periodo(2026, 1))
