"""The month at a glance: what the other capabilities say, on the scenario, generated books and by hand."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from random import Random

import pytest

from contracts.libros import a_cfdi, a_credit_note, a_payment, a_ppd, recibido, uuid
from contracts.ports.alertas import an_alert
from horux_core.billing.model import SubscriptionStatus
from horux_core.fiscal.alertas.model import EstadoAlerta, Severidad
from horux_core.fiscal.cfdi.model import Cfdi, Estado
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.recomputing import recompute
from horux_core.fiscal.tablero.consultando import ShowDashboard, ShowDashboardDetail
from horux_core.fiscal.tablero.model import FiguraTablero
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import Periodo, PeriodoMalformed
from horux_core.plans.errors import FeatureNotInPlan
from horux_core.plans.model import Entitlement, Feature, Plan
from tests.core.fiscal.reportes.azar import LibroAlAzar
from tests.core.fiscal.tablero.comparado import cuadra, detalle, mostrado
from tests.despacho import Despacho
from tests.system.scale import proof

D = Decimal
ENERO, FEBRERO, MARZO = Periodo(2026, 1), Periodo(2026, 2), Periodo(2026, 3)
_LIBROS = proof(40, 1_000)
_TANDAS = 4


@dataclass(frozen=True)
class Without:
    """Stands for the rights of a plan that has everything but one feature."""

    feature: Feature

    def of(self, tenant: TenantId) -> Entitlement:
        return Entitlement(Plan.ENTERPRISE, frozenset(Feature) - {self.feature}, -1, -1, writable=True)


def on_plan(despacho: Despacho, plan: Plan) -> Despacho:
    with despacho.control.transaction() as tables:
        tables["tenants"][despacho.tenant] = replace(tables["tenants"][despacho.tenant], plan=plan)
    return despacho


def test_the_scenario_says_in_a_month_what_each_capability_says() -> None:
    despacho = Despacho()
    despacho.enter_samples("escenario")
    vistos = [cuadra(despacho, Periodo(2025, mes)) for mes in range(1, 13)]
    assert any(v.iva.a_pagar for v in vistos)
    assert any(v.por_cobrar.saldo for v in vistos)
    assert any(v.por_pagar.saldo for v in vistos)


@pytest.mark.parametrize("tanda", range(_TANDAS))
def test_generated_books_say_in_a_month_what_each_capability_says(tanda: int) -> None:
    for semilla in range(tanda, _LIBROS, _TANDAS):
        despacho = LibroAlAzar(semilla).despacho()
        for mes in Random(semilla).sample(range(1, 8), 3):
            cuadra(despacho, Periodo(2026, mes))


@pytest.mark.parametrize("semilla", range(6))
def test_documents_that_arrive_one_by_one_come_to_the_same(semilla: int) -> None:
    libro = LibroAlAzar(semilla + 10**6)
    whole, despacho = libro.despacho(), Despacho()
    libro._registrar(despacho)
    for documento in Random(semilla).sample(libro.documentos, len(libro.documentos)):
        uuid_ = documento.flujo.uuid
        with despacho.books.open(despacho.tenant) as books:
            books.tables["efos_definitivos"] = {"EFO010101EF1": True}
            books.cfdis.enter([libro._entrada(documento)])
            estado = Estado.VIGENTE if documento.flujo.vigente else Estado.CANCELADO
            books.cfdis.correct(uuid_, Correction(estado, None, documento.flujo.destino))
            recompute(books, only=[uuid_])
    with whole.books.open(whole.tenant) as a, despacho.books.open(despacho.tenant) as b:
        assert a.tablero.resultados(ENERO, Periodo(2026, 12)) == b.tablero.resultados(ENERO, Periodo(2026, 12))
        for mes in (*(Periodo(2026, n) for n in range(1, 7)), None):
            assert a.tablero.deudas(mes) == b.tablero.deudas(mes)


@pytest.fixture
def despacho() -> Despacho:
    despacho = Despacho()
    despacho.enter(
        a_cfdi(1),
        a_ppd(2, "2320.00"),
        a_payment(3, 2, pagado="580.00"),
        recibido(a_ppd(4, "348.00", fecha_emision=datetime(2025, 12, 20))),
        a_cfdi(5, "116.00", fecha_emision=datetime(2026, 2, 3)),
        a_ppd(6, moneda="USD", tipo_cambio=None),
    )
    return despacho


def test_what_is_owed_is_seen_as_it_was_at_the_end_of_the_month(despacho: Despacho) -> None:
    enero, febrero = cuadra(despacho, ENERO), cuadra(despacho, FEBRERO)
    assert (enero.por_cobrar.saldo, febrero.por_cobrar.saldo) == (D("2320.00"), D("1740.00"))
    assert (enero.por_pagar.tramos["de31a60"], febrero.por_pagar.tramos["de61a90"]) == (D("348.00"), D("348.00"))
    assert (enero.tendencia[-1].ingresos, febrero.tendencia[-1].ingresos) == (D("3000.00"), D("100.00"))
    assert febrero.tendencia[-2] == enero.tendencia[-1]
    assert (enero.sin_cambio, febrero.sin_cambio) == (1, 0)


def test_what_is_owed_in_the_running_month_is_aged_to_today() -> None:
    """It is 9 May 2026."""
    despacho = Despacho()
    despacho.enter(a_ppd(1, "1160.00", fecha_emision=datetime(2026, 4, 10)))
    for mes, al in ((4, date(2026, 4, 30)), (5, date(2026, 5, 9)), (6, date(2026, 5, 9))):
        cartera = cuadra(despacho, Periodo(2026, mes)).por_cobrar
        assert (cartera.al, cartera.tramos["de0a30"]) == (al, D("1160.00"))


def test_a_note_lowers_a_balance_from_its_month_on_and_one_paid_at_once_is_owed_by_nobody() -> None:
    """FISCAL.md 7.4 ages open PPD alone, though a PUE that a P names follows its payments (3.1)."""
    despacho = Despacho()
    despacho.enter(
        a_ppd(1, "1160.00"),
        a_credit_note(2, 1, fecha_emision=datetime(2026, 3, 1)),
        a_cfdi(3, "580.00"),
        a_payment(4, 3, pagado="290.00"),
        a_credit_note(5, 3, total="58.00", fecha_emision=datetime(2026, 4, 2)),
        a_credit_note(6, 7, fecha_emision=datetime(2026, 1, 2)),
        a_ppd(7, "232.00", fecha_emision=datetime(2026, 2, 2)),
    )
    saldos = [cuadra(despacho, Periodo(2026, mes)).por_cobrar.saldo for mes in (1, 2, 3, 4)]
    assert saldos == [D("1160.00"), D("1276.00"), D("1160.00"), D("1160.00")]


@pytest.mark.parametrize(
    ("primera", "despues"),
    [(a_cfdi(1, "580.00"), D("1160.00")), (a_ppd(1, "580.00", fecha_emision=datetime(2026, 2, 2)), D("1334.00"))],
    ids=["paid at once", "of a later day"],
)
def test_a_note_of_two_invoices_lowers_the_second_while_the_first_is_not_owed(primera: Cfdi, despues: Decimal) -> None:
    despacho = Despacho()
    nota = a_credit_note(3, 1, 2, fecha_emision=datetime(2026, 1, 20))
    despacho.enter(primera, a_ppd(2, "1160.00"), nota, a_payment(4, 1, pagado="290.00"))
    saldos = [cuadra(despacho, mes).por_cobrar.saldo for mes in (ENERO, FEBRERO, MARZO)]
    assert saldos == [D("1044.00"), despues, despues]


def test_what_is_cancelled_leaves_the_figures_at_once(despacho: Despacho) -> None:
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(2), Correction(Estado.CANCELADO))
        assert mostrado(despacho, ENERO).en_proceso
        recompute(books)
    tablero = cuadra(despacho, ENERO)
    assert (tablero.por_cobrar.saldo, tablero.tendencia[-1].ingresos) == (D("0.00"), D("1000.00"))
    assert (tablero.en_proceso, tablero.cfdis.cancelados) == (False, 1)


def test_a_rate_that_is_captured_brings_its_document_in(despacho: Despacho) -> None:
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(6), Correction(tipo_cambio_capturado=D("17.50")))
        recompute(books)
    tablero = cuadra(despacho, ENERO)
    assert (tablero.sin_cambio, tablero.tendencia[-1].ingresos) == (0, D("20500.00"))
    assert tablero.por_cobrar.saldo == D("22620.00")


def test_a_setting_that_changes_leaves_what_was_invoiced_and_is_owed(despacho: Despacho) -> None:
    antes = cuadra(despacho, FEBRERO)
    with despacho.books.open(despacho.tenant) as books:
        books.iva.mark_all()
        books.cfdis.correct(uuid(1), Correction(Estado.CANCELADO))
        recompute(books)
        books.iva.mark_all()
        recompute(books)
    despues = cuadra(despacho, FEBRERO)
    assert despues.por_cobrar == antes.por_cobrar
    assert cuadra(despacho, ENERO).tendencia[-1].ingresos == D("2000.00")


def test_the_gravest_alerts_come_with_how_many_there_are(despacho: Despacho) -> None:
    alertas = [an_alert(n, s) for n, s in enumerate([Severidad.BAJA] * 4 + [Severidad.CRITICA, Severidad.ALTA])]
    with despacho.books.open(despacho.tenant) as books:
        books.alertas.guardar([*alertas, an_alert(9, estado=EstadoAlerta.ATENDIDA)])
    tablero = cuadra(despacho, ENERO)
    assert tablero.alertas is not None
    assert tablero.alertas.por_severidad == {Severidad.BAJA: 4, Severidad.CRITICA: 1, Severidad.ALTA: 1}
    assert tablero.alertas.graves[0].hallazgo.severidad is Severidad.CRITICA


def test_what_the_plan_lacks_is_left_out(despacho: Despacho) -> None:
    on_plan(despacho, Plan.STARTER)
    tablero = mostrado(despacho, ENERO)
    assert (tablero.alertas, tablero.proximas, tablero.iva.vencimiento) == (None, None, None)
    assert {i.vencimiento for i in tablero.isr.values()} == {None}
    assert tablero.por_cobrar.saldo == D("2320.00")
    assert detalle(despacho, ENERO, FiguraTablero.POR_COBRAR)["saldoPorCobrar"].total == D("2320.00")


def test_who_may_not_read_gets_nothing(despacho: Despacho) -> None:
    show = ShowDashboard(despacho.books, despacho.entitlements, despacho.clock)
    detail = ShowDashboardDetail(despacho.books, despacho.entitlements, despacho.clock)
    with pytest.raises(ActionForbidden):
        show(despacho.actor(None), ENERO)
    with pytest.raises(ActionForbidden):
        detail(despacho.actor(None), ENERO, FiguraTablero.INGRESOS)


def test_a_plan_without_the_feature_gets_nothing(despacho: Despacho) -> None:
    rights = Without(Feature.DASHBOARD)
    with pytest.raises(FeatureNotInPlan):
        ShowDashboard(despacho.books, rights, despacho.clock)(despacho.actor(), ENERO)
    with pytest.raises(FeatureNotInPlan):
        ShowDashboardDetail(despacho.books, rights, despacho.clock)(despacho.actor(), ENERO, FiguraTablero.INGRESOS)


def test_read_only_clients_see_it_too(despacho: Despacho) -> None:
    despacho.subscribe(SubscriptionStatus.CANCELLED)
    assert ShowDashboard(despacho.books, despacho.entitlements, despacho.clock)(despacho.actor(Role.VISOR), ENERO)


def test_there_must_be_a_whole_year_before_the_month(despacho: Despacho) -> None:
    with pytest.raises(PeriodoMalformed):
        mostrado(despacho, Periodo(1990, 11))
    assert mostrado(despacho, Periodo(1991, 1)).iva.a_pagar == 0
