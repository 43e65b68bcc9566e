"""How many alerts there are, and one of them."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.ports.alertas import an_alert
from horux_core.fiscal.alertas.consultando import CountAlertas, ShowAlerta
from horux_core.fiscal.alertas.errors import AlertaMissing
from horux_core.fiscal.alertas.model import EstadoAlerta, Severidad
from horux_core.fiscal.alertas.ports import Revision
from horux_core.identity.errors import ActionForbidden
from horux_core.plans.errors import FeatureNotInPlan
from tests.despacho import Despacho

LEIDA = datetime(2026, 5, 9, 12, tzinfo=UTC)


def test_counts_those_of_a_state_and_those_of_a_severity() -> None:
    despacho = Despacho()
    kept = [an_alert(1), an_alert(2, Severidad.BAJA), an_alert(3, estado=EstadoAlerta.ATENDIDA)]
    with despacho.books.open(despacho.tenant) as books:
        books.alertas.guardar(kept)
        books.alertas.revisar(Revision(LEIDA, ""))
    counted = CountAlertas(despacho.books, despacho.entitlements)(despacho.actor())
    assert counted.revisadas == LEIDA
    assert counted.de(EstadoAlerta.ABIERTA) == 2
    assert counted.de(EstadoAlerta.ABIERTA, Severidad.BAJA) == 1
    assert counted.de(EstadoAlerta.ATENDIDA, Severidad.ALTA) == 1
    assert counted.de(EstadoAlerta.CERRADA) == 0


def test_shows_one_and_no_other() -> None:
    despacho = Despacho()
    with despacho.books.open(despacho.tenant) as books:
        books.alertas.guardar([an_alert(1)])
    show = ShowAlerta(despacho.books, despacho.entitlements)
    assert show(despacho.actor(), an_alert(1).id) == an_alert(1)
    with pytest.raises(AlertaMissing):
        show(despacho.actor(), uuid4())


def test_asks_for_permission_and_for_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    despacho = Despacho()
    count = CountAlertas(despacho.books, despacho.entitlements)
    show = ShowAlerta(despacho.books, despacho.entitlements)
    with pytest.raises(ActionForbidden):
        count(despacho.actor(None))
    with pytest.raises(ActionForbidden):
        show(despacho.actor(None), an_alert(1).id)
    entitlement = despacho.entitlements.of(despacho.tenant)
    monkeypatch.setattr(type(despacho.entitlements), "of", lambda *_: replace(entitlement, features=frozenset()))
    with pytest.raises(FeatureNotInPlan):
        count(despacho.actor())
    with pytest.raises(FeatureNotInPlan):
        show(despacho.actor(), an_alert(1).id)
