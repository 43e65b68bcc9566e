"""All of one's taxpayers side by side: only one's own, only now, and none spoils the others."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from threading import Event

import pytest

from contracts.ports.alertas import an_alert
from horux_core.fiscal.alertas.model import Severidad
from horux_core.fiscal.calendario.consultando import que_vencen
from horux_core.fiscal.calendario.generando import EstadoObligacion, Vencidas
from horux_core.fiscal.consolidado.model import EstadoEmpresa, Fallo
from horux_core.fiscal.recomputing import recompute
from horux_core.identity.errors import ActionForbidden, MustChangePassword
from horux_core.identity.model import Actor, Membership, Role
from horux_core.kernel.clock import dia_fiscal
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.errors import FeatureNotInPlan
from horux_core.plans.model import Feature, Plan
from horux_core.tenancy.errors import ConnectionsExhausted
from horux_core.tenancy.model import TenantState
from tests.core.fiscal.consolidado.office import ALFA, BETA, Office, by_name, iva, states


def test_gives_each_taxpayer_its_own_figures_and_what_they_come_to() -> None:
    office = Office(alfa=160, beta=320)
    shown = office.seen()
    assert iva(shown) == {"alfa": 160, "beta": 320}
    assert states(shown) == {"alfa": "disponible", "beta": "disponible"}
    assert (shown.totales.iva_a_pagar, len(shown.con_cifras)) == (480, 2)
    assert [fila.empresa.nombre for fila in shown.filas] == [f"Empresa {BETA}", f"Empresa {ALFA}"]


def test_shows_what_is_to_pay_of_isr_and_what_comes_next() -> None:
    office = Office(alfa=160, beta=0)
    with office.books.open(office.tenants["alfa"]) as books:
        configuracion = books.ajustes.vigente(2026)
        isr = replace(configuracion.isr, coeficientes=((2024, Decimal("0.5000")), (2025, Decimal("0.5000"))))
        books.ajustes.guardar(replace(configuracion, anio=2026, regimenes=("601",), isr=isr))
        books.iva.mark_all()
        recompute(books)
    alfa = by_name(office.seen())["alfa"].cifras
    assert alfa is not None
    assert alfa.isr_a_pagar == 150, "1,000 × 0.5 × 30 %"
    assert alfa.proximo is not None
    assert alfa.proximo.fecha == date(2026, 3, 2), "January's DIOT, as February ends on a Saturday"
    assert alfa.vencidas == Vencidas(2, date(2026, 2, 23)), "January's IVA and ISR"


def test_shows_what_is_past_due_before_what_comes() -> None:
    office = Office(alfa=160, beta=160)
    office.world.now += timedelta(days=120)
    shown = office.seen()
    alfa = by_name(shown)["alfa"].cifras
    assert alfa is not None
    assert alfa.vencidas is not None
    hoy = dia_fiscal(office.world.now)
    with office.books.open(office.tenants["alfa"]) as books:
        todas = [v for v in que_vencen(books, date(2025, 7, 1), hoy, hoy) if v.estado is EstadoObligacion.VENCIDA]
    suyas = [v.limite for v in todas if v.clave.periodo >= Periodo(2026, 1)]
    assert (alfa.vencidas.cuantas, alfa.vencidas.desde) == (len(suyas), min(suyas))
    assert len(todas) > len(suyas) > 1, "of months before the books nobody knows"
    assert alfa.proximo is not None
    assert alfa.proximo.fecha >= hoy
    assert shown.totales.vencidas == Vencidas(2 * len(suyas), date(2026, 2, 18)), (
        "that of beta, whose sixth digit is another"
    )


def test_counts_the_open_alerts_of_each_and_of_all() -> None:
    office = Office(alfa=0, beta=0)
    for name, severities in {"alfa": (Severidad.CRITICA, Severidad.BAJA), "beta": (Severidad.CRITICA,)}.items():
        with office.books.open(office.tenants[name]) as books:
            books.alertas.guardar([an_alert(n, severity) for n, severity in enumerate(severities)])
    shown = office.seen()
    beta = by_name(shown)["beta"].cifras
    assert beta is not None
    assert beta.alertas == {Severidad.CRITICA: 1}
    assert shown.totales.alertas == {
        Severidad.BAJA: 1, Severidad.MEDIA: 0, Severidad.ALTA: 0, Severidad.CRITICA: 2,
    }  # fmt: skip


def test_says_which_figures_change_yet() -> None:
    office = Office(alfa=160, beta=160)
    with office.books.open(office.tenants["beta"]) as books:
        books.iva.mark_all()
    shown = office.seen()
    assert {name: f.cifras and f.cifras.en_proceso for name, f in by_name(shown).items()} == {
        "alfa": False, "beta": True,
    }  # fmt: skip
    assert shown.totales.en_proceso


def test_is_no_matter_which_taxpayer_is_open() -> None:
    office = Office(alfa=160, beta=320)
    away = office.world.switch_tenant(office.actor, Rfc(BETA))
    actor = office.world.authenticate(away.access_token, "")
    assert actor.tenant_id == office.tenants["beta"]
    assert iva(office.seen(actor)) == {"alfa": 160, "beta": 320}


def test_shows_nobody_else_s() -> None:
    office = Office(alfa=160)
    office.enter("beta", 320)
    office.world.user("eva@ejemplo.mx", office.tenants["beta"])
    assert iva(office.seen()) == {"alfa": 160}


def test_reads_each_with_the_role_one_has_there() -> None:
    office = Office(alfa=160, beta=320)
    with office.world.directory.transaction() as tx:
        tx.memberships.remove(office.ana.id, office.tenants["beta"])
        tx.memberships.add(Membership(office.ana.id, office.tenants["beta"], Role.VISOR, accepted_at=office.world.now))
    assert {name: fila.empresa.role for name, fila in by_name(office.seen()).items()} == {
        "alfa": Role.OWNER, "beta": Role.VISOR,
    }  # fmt: skip


def test_who_was_let_go_a_moment_ago_has_no_row() -> None:
    office = Office(alfa=160, beta=320)
    assert iva(office.seen()) == {"alfa": 160, "beta": 320}
    office.removed("beta")
    shown = office.seen()
    assert (iva(shown), shown.totales.iva_a_pagar) == ({"alfa": 160}, 160)


def test_who_is_let_go_while_the_books_are_read_has_no_row() -> None:
    office = Office(alfa=160, beta=320)

    def let_go(tenant: TenantId) -> None:
        if tenant == office.tenants["beta"]:
            office.removed("beta")

    shown = office.seen(before=let_go)
    assert (iva(shown), shown.totales.iva_a_pagar) == ({"alfa": 160}, 160)


def test_shows_without_figures_what_lost_the_feature_and_with_them_what_is_read_only() -> None:
    office = Office(alfa=160, beta=320, gama=480)
    opened: list[TenantId] = []
    office.world.change_tenant(office.tenants["beta"], plan=Plan.PROFESSIONAL)
    office.world.change_tenant(office.tenants["gama"], active=False)
    shown = office.seen(before=opened.append)
    assert states(shown) == {"alfa": "disponible", "beta": "sin_funcion", "gama": "disponible"}
    assert iva(shown) == {"alfa": 160, "beta": None, "gama": 480}
    assert (shown.totales.iva_a_pagar, len(shown.con_cifras)) == (640, 2)
    read = [office.tenants["alfa"], office.tenants["gama"]]
    assert sorted(opened) == sorted(read), "whose figures are not shown is not read"


def test_an_invitation_puts_nothing_in_anybody_s_totals() -> None:
    office = Office(alfa=160)
    office.enter("beta", 320)
    with office.world.directory.transaction() as tx:
        tx.memberships.add(Membership(office.ana.id, office.tenants["beta"], Role.CONTADOR))
    shown = office.seen()
    assert (states(shown)["beta"], shown.totales.iva_a_pagar) == ("por_aceptar", 160)
    office.world.switch_tenant(office.actor, Rfc(BETA))
    assert office.seen().totales.iva_a_pagar == 480


def test_leaves_out_a_taxpayer_that_left() -> None:
    office = Office(alfa=160, beta=320)
    office.world.change_tenant(office.tenants["beta"], state=TenantState.DELETED)
    assert iva(office.seen()) == {"alfa": 160}


class Broken(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "codigo"),
    [
        (ConnectionsExhausted("No hay conexiones.", retryAfter=5), "servidor-ocupado"),
        (Broken("SELECT secreto"), Fallo.IMPREVISTA),
    ],
)
def test_the_trouble_of_one_is_its_row_s_alone(error: Exception, codigo: str) -> None:
    office = Office(alfa=160, beta=320, gama=480)

    def trouble(tenant: TenantId) -> None:
        if tenant == office.tenants["beta"]:
            raise error

    shown = office.seen(before=trouble)
    assert iva(shown) == {"alfa": 160, "beta": None, "gama": 480}
    beta = by_name(shown)["beta"]
    assert (beta.estado, beta.codigo) == (EstadoEmpresa.NO_DISPONIBLE, codigo)
    assert shown.totales.iva_a_pagar == 640


def test_waits_for_none_longer_than_its_time() -> None:
    office = Office(alfa=160, beta=320)
    waiting, done = Event(), Event()

    def hang(tenant: TenantId) -> None:
        if tenant == office.tenants["beta"]:
            waiting.wait(30)
            done.set()

    try:
        shown = office.seen(plazo=0.2, before=hang)
    finally:
        waiting.set()
    assert iva(shown) == {"alfa": 160, "beta": None}
    assert (by_name(shown)["beta"].estado, by_name(shown)["beta"].codigo) == (
        EstadoEmpresa.NO_DISPONIBLE,
        Fallo.TARDADA,
    )
    assert done.wait(10)


def test_is_for_people_of_taxpayers_with_the_feature() -> None:
    office = Office(alfa=160)
    office.world.change_tenant(office.tenants["alfa"], plan=Plan.PROFESSIONAL)
    with pytest.raises(FeatureNotInPlan):
        office.seen()
    office.world.user("op@horux.mx", admin=True)
    operator = office.world.actor(office.world.enter("op@horux.mx"))
    for actor in (operator, replace(operator, tenant_id=office.tenants["alfa"], role=Role.OWNER, viewing=True)):
        with pytest.raises(ActionForbidden):
            office.seen(actor)
    with pytest.raises(ActionForbidden):
        office.seen(Actor.system(office.tenants["alfa"]))
    with pytest.raises(MustChangePassword):
        office.seen(replace(office.actor, must_change_password=True))


@pytest.mark.parametrize("missing", [Feature.IVA_ISR, Feature.CALENDARIO, Feature.ALERTAS])
def test_shows_nothing_that_a_plan_has_not(monkeypatch: pytest.MonkeyPatch, missing: Feature) -> None:
    office = Office(alfa=160)
    less = replace(CATALOGUE[Plan.ENTERPRISE], features=CATALOGUE[Plan.ENTERPRISE].features - {missing})
    monkeypatch.setitem(CATALOGUE, Plan.ENTERPRISE, less)
    assert states(office.seen()) == {"alfa": "sin_funcion"}


def test_a_subscription_that_is_over_shows_what_it_had_until_it_is_marked() -> None:
    office = Office(alfa=160)
    office.world.later(days=1)
    with office.world.control.transaction() as tables:
        ident, kept = next(iter(tables["subscriptions"].items()))
        for ident, kept in tables["subscriptions"].items():
            tables["subscriptions"][ident] = replace(kept, current_period_end=office.world.now - timedelta(days=90))
    (fila,) = office.seen().filas
    assert (fila.estado, fila.empresa.read_only) == (EstadoEmpresa.DISPONIBLE, True)
