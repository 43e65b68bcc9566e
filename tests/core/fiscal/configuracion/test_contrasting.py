"""A filed return beside what its month comes to now."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from contracts.libros import a_cfdi, recibido
from horux_core.fiscal.configuracion.contrasting import Contraste, ContrastReturn
from horux_core.fiscal.configuracion.model import ConfiguracionFiscal, Declaracion
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.kernel.periodo import Periodo
from horux_core.plans.errors import FeatureNotInPlan
from tests.despacho import Despacho

D = Decimal
ENERO = Periodo(2026, 1)


def file(despacho: Despacho, impuesto: str, monto: str) -> None:
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.declarar(Declaracion(impuesto, ENERO, date(2026, 2, 17), D(monto)))


def contrast(despacho: Despacho, impuesto: str = "iva", role: Role | None = Role.VISOR) -> Contraste | None:
    return ContrastReturn(despacho.books, despacho.entitlements)(despacho.actor(role), impuesto, ENERO)


@pytest.mark.parametrize(
    ("monto", "coincide", "diferencia"),
    [("160.00", True, "0"), ("160.40", True, "0"), ("161.00", False, "-1"), ("0.00", False, "160")],
)
def test_coincides_in_whole_pesos(monto: str, coincide: bool, diferencia: str) -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    file(despacho, "iva", monto)
    found = contrast(despacho)
    assert found is not None
    assert (found.calculado, found.coincide, found.diferencia) == (D(160), coincide, D(diferencia))


def test_a_later_change_makes_it_differ() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    file(despacho, "iva", "160.00")
    despacho.enter(recibido(a_cfdi(2, "116.00")))
    found = contrast(despacho)
    assert found is not None
    assert (found.calculado, found.coincide) == (D(144), False)


def test_that_of_isr_is_of_every_regimen() -> None:
    despacho = Despacho()
    settings = ConfiguracionFiscal(2026, ("601",))
    isr = replace(settings.isr, coeficientes=((2024, D("0.2000")),))
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.guardar(replace(settings, isr=isr))
    despacho.enter(a_cfdi(1))
    file(despacho, "isr", "60.00")
    found = contrast(despacho, "isr")
    assert found is not None
    assert (found.calculado, found.coincide) == (D(60), True)


def test_nothing_was_noted() -> None:
    assert contrast(Despacho()) is None


def test_asks_for_permission_and_for_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    despacho = Despacho()
    with pytest.raises(ActionForbidden):
        contrast(despacho, role=None)
    entitlement = despacho.entitlements.of(despacho.tenant)
    monkeypatch.setattr(type(despacho.entitlements), "of", lambda *_: replace(entitlement, features=frozenset()))
    with pytest.raises(FeatureNotInPlan):
        contrast(despacho)
