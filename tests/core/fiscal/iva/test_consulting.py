from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from contracts.libros import a_cfdi, a_payment, a_ppd, recibido, uuid
from horux_core.fiscal.cfdi.model import Cubetas
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.configuracion.model import ConfiguracionFiscal
from horux_core.fiscal.iva.consulting import IMPORTES_PENDIENTES, ShowIvaDetail, ShowIvaYear
from horux_core.fiscal.iva.model import Apertura, MesIva
from horux_core.fiscal.iva.recomputing import encadenar
from horux_core.fiscal.recomputing import recompute
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import Periodo, PeriodoMalformed
from horux_core.plans.errors import FeatureNotInPlan
from horux_core.plans.model import Entitlement, Feature, Plan
from tests.despacho import Despacho

D = Decimal


def year(despacho: Despacho, anio: int) -> tuple[MesIva, ...]:
    return ShowIvaYear(despacho.books, despacho.entitlements)(despacho.actor(Role.VISOR), anio).meses


def test_a_year_has_twelve_months_also_in_empty_books() -> None:
    months = year(Despacho(), 2026)
    assert months == tuple(MesIva(Periodo(2026, n)) for n in range(1, 13))


def test_is_zero_before_the_books_and_carries_the_balance_after() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1, fecha_emision=datetime(2026, 3, 1))))
    assert [m.saldo_a_favor for m in year(despacho, 2026)] == [D("0.00")] * 2 + [D("160.00")] * 10
    assert [m.saldo_a_favor for m in year(despacho, 2027)] == [D("160.00")] * 12
    assert [m.saldo_a_favor for m in year(despacho, 2025)] == [D("0.00")] * 12


def test_what_was_withheld_last_is_credited_in_the_month_after() -> None:
    despacho = Despacho()
    cubetas = Cubetas(base_16=D("1000.00"), iva_16=D("160.00"), ret_iva=D("106.67"))
    despacho.enter(recibido(a_cfdi(1, cubetas=cubetas)))
    enero, febrero, marzo = year(despacho, 2026)[:3]
    assert (enero.iva_acreditable, febrero.iva_acreditable) == (D("53.33"), D("106.67"))
    assert (febrero.saldo_a_favor, marzo.saldo_a_favor) == (D("160.00"), D("160.00"))


def test_says_of_every_month_that_documents_wait_to_be_worked_out() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    show, actor = ShowIvaYear(despacho.books, despacho.entitlements), despacho.actor(Role.VISOR)
    assert not any(show(actor, 2026).advertencias.values())
    with despacho.books.open(despacho.tenant) as books:
        books.iva.mark_all()
    told = show(actor, 2026)
    assert [[a.codigo for a in told.advertencias[m.periodo]] for m in told.meses] == [["cifras_en_proceso"]] * 12


def test_says_of_a_month_how_many_amounts_nobody_knows() -> None:
    despacho = Despacho()
    sin_tipo = a_cfdi(1, moneda="USD", tipo_cambio=None)
    despacho.enter(sin_tipo, a_cfdi(2, "10.00"), a_payment(3, 99, pagado="580.00"), a_ppd(4))
    show, actor = ShowIvaYear(despacho.books, despacho.entitlements), despacho.actor()
    sin_impuestos = show(actor, 2026).advertencias
    assert [(p.mes, [a.codigo for a in suyas]) for p, suyas in sin_impuestos.items()] == [(1, [IMPORTES_PENDIENTES])]
    (advertencia,) = sin_impuestos[Periodo(2026, 1)]
    assert "no se conocen, por falta del tipo de cambio o de la factura que pagan: 1." in advertencia.detalle
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(1), Correction(tipo_cambio_capturado=D("18.50")))
        recompute(books)
    assert show(actor, 2026).advertencias == {}


def test_a_payment_of_an_invoice_nobody_has_is_told_in_the_month_it_was_paid() -> None:
    despacho = Despacho()
    pago = a_payment(3, 99)
    docto = replace(pago.pagos[0].doctos[0], con_impuestos=False, cubetas=Cubetas())
    despacho.enter(replace(pago, pagos=(replace(pago.pagos[0], doctos=(docto,)),)))
    show, actor = ShowIvaYear(despacho.books, despacho.entitlements), despacho.actor()
    assert [p.mes for p in show(actor, 2026).advertencias] == [2]
    despacho.enter(a_ppd(99))
    assert show(actor, 2026).advertencias == {}


@pytest.mark.parametrize("anio", [1989, 2201, -1])
def test_refuses_a_year_that_cannot_be(anio: int) -> None:
    with pytest.raises(PeriodoMalformed):
        year(Despacho(), anio)


def test_the_documents_of_every_figure_add_up_to_it() -> None:
    despacho = Despacho()
    with despacho.books.open(despacho.tenant) as books:
        apertura = Apertura(Periodo(2026, 1), D("1.00"), D("66.67"))
        books.ajustes.guardar(ConfiguracionFiscal(2026, apertura=apertura))
        encadenar(books)
    cubetas = Cubetas(base_16=D("1000.00"), iva_16=D("160.00"), ret_iva=D("106.67"))
    exento = Cubetas(base_exento=D("777.00"))
    febrero = datetime(2026, 2, 3)
    despacho.enter(
        a_cfdi(1),
        a_ppd(2),
        a_payment(3, 2),
        a_cfdi(4, cubetas=exento, fecha_emision=febrero),
        recibido(a_cfdi(5, cubetas=cubetas)),
        recibido(a_cfdi(6, "333.33", fecha_emision=febrero)),
        recibido(a_cfdi(7, "99.99", fecha_emision=febrero)),
        recibido(a_cfdi(8, "5000.00", forma_pago="01", fecha_emision=febrero)),
    )
    months = year(despacho, 2026)
    names = {"ivaTrasladado": "iva_trasladado", "ivaAcreditable": "iva_acreditable"}
    names |= {"ivaNoAcreditable": "iva_no_acreditable", "ivaRetenido": "iva_retenido", "baseExento": "base_exento"}
    show = ShowIvaDetail(despacho.books, despacho.entitlements)
    for month in (*months[:3], months[11]):
        figures = {f.figura: f for f in show(despacho.actor(), month.periodo)}
        for figure in figures.values():
            assert sum((r.importe for r in figure.documentos), D(0)) == figure.total
            assert show(despacho.actor(), month.periodo, figure.figura) == (figure,)
        for public, column in names.items():
            assert figures[public].total == getattr(month, column)
    enero = {f.figura: f for f in show(despacho.actor(), Periodo(2026, 1))}
    assert {r.uuid for r in enero["ivaAcreditable"].documentos} == {"", uuid(5)}


def test_the_detail_bears_the_very_first_month() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, fecha_emision=datetime(1990, 1, 2)))
    figures = ShowIvaDetail(despacho.books, despacho.entitlements)(despacho.actor(), Periodo(1990, 1))
    assert figures[0].total == D("160.00")


def test_only_who_may_read_the_books_sees_it() -> None:
    despacho = Despacho()
    nobody = despacho.actor(role=None)
    with pytest.raises(ActionForbidden):
        ShowIvaYear(despacho.books, despacho.entitlements)(nobody, 2026)
    with pytest.raises(ActionForbidden):
        ShowIvaDetail(despacho.books, despacho.entitlements)(nobody, Periodo(2026, 1))


class PlanWithoutIva:
    """An Entitlements of a plan that does not exist."""

    def of(self, tenant: TenantId) -> Entitlement:
        return Entitlement(Plan.STARTER, frozenset({Feature.DASHBOARD}), 1, 1, True)


def test_only_a_plan_with_the_feature_sees_it() -> None:
    despacho = Despacho()
    with pytest.raises(FeatureNotInPlan):
        ShowIvaYear(despacho.books, PlanWithoutIva())(despacho.actor(), 2026)
    with pytest.raises(FeatureNotInPlan):
        ShowIvaDetail(despacho.books, PlanWithoutIva())(despacho.actor(), Periodo(2026, 1))
