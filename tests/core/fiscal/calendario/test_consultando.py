"""The calendar of a taxpayer with books: worked out from its settings and what people said."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from contracts.libros import a_payment, a_ppd
from horux_core.fiscal.calendario.consultando import ShowCalendario
from horux_core.fiscal.calendario.errors import CalendarioInvalido, ObligacionMissing
from horux_core.fiscal.calendario.generando import EstadoObligacion, Vencimiento
from horux_core.fiscal.calendario.marcando import Marca, MarkObligacion
from horux_core.fiscal.configuracion.model import (
    AjustesCalendario,
    AjustesIsr,
    ConfiguracionFiscal,
    Declaracion,
    en_vigor,
)
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import Periodo
from horux_core.plans.errors import FeatureNotInPlan, SubscriptionInactive
from horux_core.plans.model import Entitlement, Feature
from tests.despacho import Despacho

ANIO = (date(2026, 1, 1), date(2026, 12, 31))
PRESENTADA, PENDIENTE, VENCIDA = EstadoObligacion.PRESENTADA, EstadoObligacion.PENDIENTE, EstadoObligacion.VENCIDA


class Sin:
    """What a plan without a feature, or a subscription that ended, allows."""

    def __init__(self, despacho: Despacho, feature: Feature | None = None, *, writable: bool = True) -> None:
        self._despacho, self._feature, self._writable = despacho, feature, writable

    def of(self, tenant: TenantId) -> Entitlement:
        whole = self._despacho.entitlements.of(tenant)
        return replace(whole, features=whole.features - {self._feature}, writable=self._writable)


@pytest.fixture
def despacho() -> Despacho:
    return Despacho()


def show(despacho: Despacho, desde: date = ANIO[0], hasta: date = ANIO[1]) -> dict[str, Vencimiento]:
    shown = ShowCalendario(despacho.books, despacho.entitlements, despacho.clock)(despacho.actor(), desde, hasta)
    assert [v.limite for v in shown] == sorted(v.limite for v in shown)
    return {f"{v.clave.obligacion}-{v.clave.periodo}": v for v in shown}


def marker(despacho: Despacho) -> MarkObligacion:
    return MarkObligacion(despacho.books, despacho.entitlements, despacho.audit, despacho.clock)


def kept(despacho: Despacho, configuracion: ConfiguracionFiscal) -> None:
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.guardar(configuracion)


def test_shows_what_falls_due_from_one_day_to_another(despacho: Despacho) -> None:
    mayo = show(despacho, date(2026, 5, 18), date(2026, 5, 29))
    assert {ident: v.limite for ident, v in mayo.items()} == {
        "ISR_PROV_PM-2026-04": date(2026, 5, 21), "IVA_MENSUAL-2026-04": date(2026, 5, 21),
    }  # fmt: skip
    assert show(despacho, date(2026, 5, 22), date(2026, 5, 30)) == {}
    assert {v.estado for v in mayo.values()} == {PENDIENTE}
    anual = show(despacho)
    assert anual["ANUAL_PM-2025-12"].limite == date(2026, 3, 31)
    assert (anual["IVA_MENSUAL-2026-03"].estado, anual["CONTA_BALANZA_PM-2025-12"].estado) == (VENCIDA, VENCIDA)


def test_the_books_bring_obligations_and_returns_fulfil_them(despacho: Despacho) -> None:
    assert "REP-2026-02" not in show(despacho)
    despacho.enter(a_ppd(1), a_payment(2, 1))
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.declarar(Declaracion("iva", Periodo(2026, 1), date(2026, 2, 17), Decimal(1)))
    shown = show(despacho)
    assert (shown["REP-2026-02"].limite, shown["REP-2026-02"].estado) == (date(2026, 3, 5), VENCIDA)
    assert (shown["IVA_MENSUAL-2026-01"].estado, shown["IVA_MENSUAL-2026-01"].presentada_en) == (
        PRESENTADA, date(2026, 2, 17),
    )  # fmt: skip
    assert shown["ISR_PROV_PM-2026-01"].estado is VENCIDA


def test_every_setting_counts(despacho: Despacho) -> None:
    limite = show(despacho)["IVA_MENSUAL-2026-04"].limite
    kept(despacho, ConfiguracionFiscal(2026, ("601",), sexto_digito=False))
    assert show(despacho)["IVA_MENSUAL-2026-04"].limite < limite
    kept(despacho, ConfiguracionFiscal(2026, ("601",), calendario=AjustesCalendario(solo_exentos=True)))
    assert "IVA_MENSUAL-2026-04" not in show(despacho)
    kept(despacho, ConfiguracionFiscal(2026, ("606",), isr=AjustesIsr(arrendamiento_trimestral=True)))
    shown = show(despacho)
    assert ("ISR_PROV_606-2026-03" in shown, "ISR_PROV_606-2026-04" in shown) == (True, False)
    assert limites(despacho, "2026-07", AjustesCalendario()) == date(2026, 8, 24)
    assert limites(despacho, "2026-07", AjustesCalendario(viernes_en_prorroga=False)) == date(2026, 8, 21)
    assert limites(despacho, "2026-04", AjustesCalendario(prorroga_desde_habil=True)) == date(2026, 5, 25)


def test_nothing_is_due_of_what_came_before_activities_began(despacho: Despacho) -> None:
    kept(despacho, ConfiguracionFiscal(2026, ("601",), isr=AjustesIsr(inicio_actividades=Periodo(2026, 3))))
    shown = show(despacho)
    assert min(v.clave.periodo for v in shown.values()) == Periodo(2026, 3)
    assert {"IVA_MENSUAL-2026-03", "DIOT-2026-03"} <= set(shown)
    siguiente = show(despacho, date(2027, 1, 1), date(2027, 12, 31))
    assert "ANUAL_PM-2026-12" in siguiente
    pagos = [i for i in (*shown, *siguiente) if i.startswith("ISR_PROV_PM")]
    assert pagos == [f"ISR_PROV_PM-2027-{mes:02d}" for mes in range(3, 12)]
    kept(despacho, ConfiguracionFiscal(2027, ("601",)))
    assert "ISR_PROV_PM-2027-01" in show(despacho, date(2027, 1, 1), date(2027, 12, 31))
    assert "IVA_MENSUAL-2026-02" not in show(despacho)


def limites(despacho: Despacho, periodo: str, calendario: AjustesCalendario) -> date:
    kept(despacho, ConfiguracionFiscal(2026, ("601",), calendario=calendario))
    return show(despacho)[f"IVA_MENSUAL-{periodo}"].limite


def test_the_income_of_the_year_before_is_only_that_year_s() -> None:
    todas = [ConfiguracionFiscal(2025, ("612",), calendario=AjustesCalendario("06000", Decimal(1)))]
    assert en_vigor(todas, 2025, ()).calendario == AjustesCalendario("06000", Decimal(1))
    assert en_vigor(todas, 2026, ()).calendario == AjustesCalendario("06000", None)


@pytest.mark.parametrize("dias", [(date(2026, 2, 1), date(2026, 1, 31)), (date(2022, 1, 1), date(2026, 1, 1))])
def test_days_the_wrong_way_round_or_too_many_are_refused(despacho: Despacho, dias: tuple[date, date]) -> None:
    with pytest.raises(CalendarioInvalido):
        show(despacho, *dias)


def test_asks_for_the_feature(despacho: Despacho) -> None:
    with pytest.raises(FeatureNotInPlan):
        ShowCalendario(despacho.books, Sin(despacho, Feature.CALENDARIO), despacho.clock)(despacho.actor(), *ANIO)


def test_what_a_person_says_stays_and_is_noted(despacho: Despacho) -> None:
    mark = marker(despacho)
    marcada = mark(despacho.actor(), "IVA_MENSUAL-2026-04", Marca(PRESENTADA, date(2026, 5, 8), "Acuse 1"))
    assert (marcada.estado, marcada.presentada_en, marcada.nota) == (PRESENTADA, date(2026, 5, 8), "Acuse 1")
    assert show(despacho)["IVA_MENSUAL-2026-04"] == marcada
    ((action, detail),) = despacho.deeds()
    assert (action, detail) == ("obligacion-marcada", {"estado": "pendiente → presentada", "nota": "Acuse 1"})
    assert mark(despacho.actor(), "IVA_MENSUAL-2026-03", Marca(PRESENTADA)).presentada_en == date(2026, 5, 9)
    assert mark(despacho.actor(), "IVA_MENSUAL-2026-03", Marca(PENDIENTE)).estado is VENCIDA
    kept(despacho, ConfiguracionFiscal(2026, ("605",)))
    assert show(despacho)["IVA_MENSUAL-2026-04"] == marcada


@pytest.mark.parametrize("ident", ["IVA_MENSUAL-2026-4x", "IVA_MENSUAL", "DIOT_X-2026-04", "ISR_PROV_612-2026-04"])
def test_what_the_taxpayer_has_not_is_not_marked(despacho: Despacho, ident: str) -> None:
    with pytest.raises(ObligacionMissing):
        marker(despacho)(despacho.actor(), ident, Marca(PRESENTADA))


@pytest.mark.parametrize(
    "marca",
    [
        Marca(VENCIDA),
        Marca(PENDIENTE, date(2026, 5, 1)),
        Marca(PRESENTADA, date(2026, 5, 10)),
        Marca(PRESENTADA, date(2025, 12, 31)),
    ],
)
def test_a_mark_that_cannot_be_is_refused(despacho: Despacho, marca: Marca) -> None:
    with pytest.raises(CalendarioInvalido):
        marker(despacho)(despacho.actor(), "IVA_MENSUAL-2026-04", marca)
    assert despacho.deeds() == []


def test_marking_asks_for_authority_subscription_and_feature(despacho: Despacho) -> None:
    iva, marca = "IVA_MENSUAL-2026-04", Marca(PRESENTADA)
    with pytest.raises(ActionForbidden):
        marker(despacho)(despacho.actor(Role.VISOR), iva, marca)
    for rights, error in (
        (Sin(despacho, Feature.CALENDARIO), FeatureNotInPlan),
        (Sin(despacho, writable=False), SubscriptionInactive),
    ):
        with pytest.raises(error):
            MarkObligacion(despacho.books, rights, despacho.audit, despacho.clock)(despacho.actor(), iva, marca)
