from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from contracts.libros import a_cfdi, a_tenant, recibido
from horux_adapters.memory.books import MemoryOpenBooks
from horux_core.billing.model import SubscriptionStatus
from horux_core.fiscal import recomputing
from horux_core.fiscal.configuracion import adjusting
from horux_core.fiscal.configuracion.adjusting import (
    RECALCULO,
    Adjustment,
    AdjustSettings,
    RecomputeBooks,
    ShowSettings,
)
from horux_core.fiscal.configuracion.errors import AjusteInvalido
from horux_core.fiscal.configuracion.model import AjustesIsr, ConfiguracionFiscal
from horux_core.fiscal.iva.model import Apertura, ModoNotas, OpcionesIva
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.jobs.model import JobState
from horux_core.kernel.periodo import Periodo, PeriodoMalformed
from horux_core.kernel.rfc import Rfc
from horux_core.plans.errors import SubscriptionInactive
from tests.despacho import Despacho

D = Decimal
DE_ALTA = ConfiguracionFiscal(2024, ("601",))
EFECTIVO = recibido(a_cfdi(1, "1160.00", forma_pago="01"))


def adjust(despacho: Despacho, anio: int = 2026, role: Role = Role.CONTADOR, **changes: Any) -> ConfiguracionFiscal:
    use_case = AdjustSettings(
        *(despacho.books, despacho.registry, despacho.entitlements, despacho.audit, despacho.jobs, despacho.clock)
    )
    return use_case(despacho.actor(role), anio, Adjustment(**changes))


def show(despacho: Despacho, anio: int = 2026) -> ConfiguracionFiscal:
    return ShowSettings(despacho.books, despacho.registry)(despacho.actor(Role.CONTADOR), anio)


def acreditable(despacho: Despacho) -> Decimal:
    enero = despacho.mes(2026, 1)
    assert enero is not None
    return enero.iva_acreditable


def test_changes_only_what_is_sent() -> None:
    despacho = Despacho()
    adjust(despacho, regimenes=("601",), coeficiente_utilidad=D("0.2145"), sexto_digito=False)
    adjust(despacho, notas=ModoNotas.EMISION, ptu=D("10.00"))
    kept = show(despacho)
    assert (kept.regimenes, kept.coeficiente_utilidad, kept.sexto_digito, kept.ptu) == (
        *(("601",), D("0.2145")),
        *(False, D("10.00")),
    )
    assert kept.iva == replace(OpcionesIva(), notas=ModoNotas.EMISION)
    assert adjust(despacho, coeficiente_utilidad=None).coeficiente_utilidad is None


def test_a_year_without_its_own_shows_those_before_it_but_not_their_opening() -> None:
    despacho = Despacho()
    apertura = Apertura(Periodo(2025, 1), D("10.00"))
    adjust(despacho, 2025, regimenes=("626",), apertura=apertura)
    assert show(despacho, 2025).apertura == apertura
    assert show(despacho, 2026) == replace(show(despacho, 2025), anio=2026, apertura=None)
    assert show(despacho, 2024) == DE_ALTA


def test_what_was_paid_or_filed_in_a_year_is_not_of_the_next() -> None:
    despacho = Despacho()
    adjust(
        *(despacho, 2025),
        ptu=D("10.00"),
        ptu_mes=6,
        coeficiente_nuevo_desde=2,
        predial=((1, D("5.00")),),
        otras_deducciones=(("601", 1, D("5.00")),),
        coeficientes=((2024, D("0.1000")),),
        perdidas=D("7.00"),
        arrendamiento_opcional=False,
    )
    heredados = show(despacho, 2026)
    assert heredados.isr == AjustesIsr(coeficientes=((2024, D("0.1000")),), arrendamiento_opcional=False)
    assert (heredados.ptu, heredados.perdidas) == (D("0.00"), D("0.00"))
    assert show(despacho, 2025).isr.predial == ((1, D("5.00")),)


def test_the_coefficient_of_a_year_goes_on_as_that_of_its_own_return() -> None:
    despacho = Despacho()
    adjust(despacho, 2026, coeficiente_utilidad=D("0.2000"), coeficientes=((2025, D("0.1000")),))
    heredados = show(despacho, 2028)
    assert (heredados.coeficiente_utilidad, heredados.coeficientes) == (
        *(None, ((2024, D("0.2000")), (2025, D("0.1000")))),
    )
    assert adjust(despacho, 2028, ptu=D("1.00")).coeficientes == heredados.coeficientes


def test_notes_the_settings_of_isr_in_words() -> None:
    despacho = Despacho()
    adjust(despacho, coeficientes=((2024, D("0.1")), (2025, D("0.2"))), claves_retenciones=frozenset({"16", "06"}))
    ((_, cambios),) = despacho.deeds()
    assert cambios == {"anio": "2026", "coeficientes": "2024 0.1, 2025 0.2", "claves_retenciones": "06 16"}


def test_the_regimes_are_those_of_the_sign_up_until_somebody_decides() -> None:
    despacho = Despacho()
    adjust(despacho, 2026, ptu=D("1.00"))
    assert show(despacho, 2026).regimenes == ("601",)
    adjust(despacho, 2026, regimenes=())
    assert [show(despacho, anio).regimenes for anio in (2025, 2026, 2027)] == [("601",), (), ()]
    assert [detail.get("regimenes") for _, detail in reversed(despacho.deeds())] == [None, ""]


def test_an_option_changes_the_months_at_once() -> None:
    despacho = Despacho()
    despacho.enter(EFECTIVO)
    assert acreditable(despacho) == D("160.00")
    adjust(despacho, efectivo_tope=D("1000.00"))
    assert acreditable(despacho) == D("0.00")
    assert despacho.pending() == 0
    adjust(despacho, 2026, efectivo_tope=D("2000.00"))
    assert acreditable(despacho) == D("160.00")


def test_the_opening_moves_the_chain_and_can_be_taken_away() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    adjust(despacho, apertura=Apertura(Periodo(2026, 1), D("100.00")))
    enero = despacho.mes(2026, 1)
    assert enero is not None
    assert enero.a_pagar == D("60.00")
    adjust(despacho, apertura=None)
    enero = despacho.mes(2026, 1)
    assert enero is not None
    assert enero.a_pagar == D("160.00")


def test_an_earlier_opening_that_is_taken_away_takes_its_months_along() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    adjust(despacho, 2025, apertura=Apertura(Periodo(2025, 11), D("100.00")))
    assert despacho.mes(2025, 11) is not None
    adjust(despacho, 2025, apertura=None)
    assert despacho.mes(2025, 11) is None


def test_with_many_documents_a_job_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adjusting, "AL_MOMENTO", 2)
    monkeypatch.setattr(recomputing, "_STRETCH", 2)
    despacho = Despacho()
    despacho.enter(EFECTIVO, a_cfdi(2), a_cfdi(3), a_cfdi(4), a_cfdi(5))
    adjust(despacho, efectivo_tope=D("1000.00"))
    assert despacho.pending() == 5
    (job,) = despacho.jobs.recent(10)
    assert (job.kind, job.tenant) == (RECALCULO, despacho.tenant)
    run = RecomputeBooks(despacho.jobs, despacho.books)
    grown: list[int] = []
    monkeypatch.setattr(MemoryOpenBooks, "grown", lambda books: grown.append(books.cfdis.count()))
    with despacho.jobs.begin(job.id) as begun:
        assert begun is not None
        run(begun)
    assert (despacho.pending(), grown) == (0, [5])
    assert acreditable(despacho) == D("0.00")
    assert despacho.jobs.get(despacho.tenant, job.id).state is JobState.TERMINADO


def test_a_setting_that_iva_does_not_depend_on_works_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adjusting, "AL_MOMENTO", 0)
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    adjust(despacho, perdidas=D("5.00"))
    assert despacho.pending() == 0
    assert despacho.jobs.recent(10) == ()


def test_notes_who_changed_what() -> None:
    despacho = Despacho()
    adjust(despacho, regimenes=("601", "626"), retencion_enterada=False)
    assert despacho.deeds() == [
        ("configuracion-fiscal", {"anio": "2026", "regimenes": "601 626", "retencion_enterada": "False"})
    ]


@pytest.mark.parametrize(
    ("campo", "changes"),
    [
        ("regimenes", {"regimenes": ("999",)}),
        ("coeficienteUtilidad", {"coeficiente_utilidad": D("0.12345")}),
        ("coeficienteUtilidad", {"coeficiente_utilidad": D("-0.1")}),
        ("coeficienteUtilidad", {"coeficiente_utilidad": D("10")}),
        ("coeficientes", {"coeficientes": ((2025, D("10")),)}),
        ("coeficienteUtilidad", {"coeficiente_utilidad": D("Infinity")}),
        ("perdidas", {"perdidas": D("-1")}),
        ("perdidas", {"perdidas": D("-0.00")}),
        ("ptu", {"ptu": D("0.001")}),
        ("ptu", {"ptu": D("1e999999")}),
        ("efectivoTope", {"efectivo_tope": D("NaN")}),
        ("usosNoAcreditables", {"usos_no_acreditables": frozenset({"s01"})}),
        ("apertura.periodo", {"apertura": Apertura(Periodo(2025, 12))}),
        ("apertura.saldoAFavor", {"apertura": Apertura(Periodo(2026, 1), D("-1"))}),
        ("apertura.retenidoMesAnterior", {"apertura": Apertura(Periodo(2026, 1), D(1), D("-1"))}),
        ("coeficientes", {"coeficientes": ((2026, D("0.1")),)}),
        ("coeficientes", {"coeficientes": ((1989, D("0.1")),)}),
        ("coeficientes", {"coeficientes": ((2025, D("0.12345")),)}),
        ("coeficienteNuevoDesde", {"coeficiente_nuevo_desde": 4}),
        ("coeficienteNuevoDesde", {"coeficiente_nuevo_desde": 0}),
        ("ptuMes", {"ptu_mes": 13}),
        ("ptuMes", {"ptu_mes": 0}),
        ("regimenIngresos", {"regimen_ingresos": "626"}),
        ("regimenGastos", {"regimen_gastos": "626"}),
        ("clavesRetenciones", {"claves_retenciones": frozenset({"6"})}),
        ("predial", {"predial": ((13, D("1.00")),)}),
        ("predial", {"predial": ((1, D("-1.00")),)}),
        ("otrasDeducciones", {"otras_deducciones": (("626", 1, D("1.00")),)}),
        ("otrasDeducciones", {"otras_deducciones": (("601", 0, D("1.00")),)}),
        ("otrasDeducciones", {"otras_deducciones": (("601", 1, D("0.001")),)}),
    ],
)
def test_refuses_what_cannot_be_and_says_where(campo: str, changes: dict[str, object]) -> None:
    despacho = Despacho()
    with pytest.raises(AjusteInvalido) as refusal:
        adjust(despacho, **changes)  # type: ignore[arg-type]
    assert refusal.value.facts["campo"] == campo
    assert show(despacho) == replace(DE_ALTA, anio=2026)


@pytest.mark.parametrize(("rfc", "ajenos"), [("EKU9003173C9", ("612", "605")), ("ROEM691011EZ4", ("601", "620"))])
def test_a_regimen_of_the_other_kind_of_person_is_refused_and_one_kept_already_stops_nothing(
    rfc: str, ajenos: tuple[str, ...]
) -> None:
    despacho = Despacho()
    with despacho.control.transaction() as tables:
        tables["tenants"][despacho.tenant] = replace(a_tenant(despacho.tenant), rfc=Rfc(rfc), regimenes=ajenos)
    for regimenes in (ajenos[:1], ("626", ajenos[1])):
        with pytest.raises(AjusteInvalido) as refusal:
            adjust(despacho, regimenes=regimenes)
        assert refusal.value.facts["campo"] == "regimenes"
        assert regimenes[-1] in str(refusal.value)
    assert adjust(despacho, ptu=D("1.00")).regimenes == ajenos
    assert adjust(despacho, regimenes=("626", "610")).regimenes == ("626", "610")


def test_who_may_not_configure_changes_nothing() -> None:
    despacho = Despacho()
    with pytest.raises(ActionForbidden):
        adjust(despacho, role=Role.VISOR, ptu=D(1))
    with pytest.raises(ActionForbidden):
        ShowSettings(despacho.books, despacho.registry)(despacho.actor(Role.VISOR), 2026)
    despacho.subscribe(SubscriptionStatus.CANCELLED)
    with pytest.raises(SubscriptionInactive):
        adjust(despacho, ptu=D(1))
    assert show(despacho).ptu == D("0.00")


def test_refuses_a_year_that_cannot_be() -> None:
    with pytest.raises(PeriodoMalformed):
        adjust(Despacho(), 1989)
    with pytest.raises(PeriodoMalformed):
        show(Despacho(), 2201)
