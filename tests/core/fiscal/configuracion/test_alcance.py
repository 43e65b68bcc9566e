"""Which months a year's settings govern, and what some would become."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.libros import a_cfdi, recibido
from horux_core.fiscal.configuracion import alcance
from horux_core.fiscal.configuracion.adjusting import Adjustment, AdjustSettings, PreviewSettings
from horux_core.fiscal.configuracion.alcance import Alcance, ShowReach
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.fiscal.configuracion.errors import AjusteInvalido
from horux_core.fiscal.configuracion.model import Declaracion
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.kernel.periodo import Periodo
from tests.despacho import Despacho

D = Decimal
ENERO = Periodo(2026, 1)


def reach(despacho: Despacho, anio: int = 2026, role: Role = Role.CONTADOR) -> Alcance:
    return ShowReach(despacho.books)(despacho.actor(role), anio)


def adjust(despacho: Despacho, anio: int, **changes: Any) -> None:
    d = despacho
    AdjustSettings(d.books, d.registry, d.entitlements, d.audit, d.jobs, d.clock)(
        d.actor(Role.CONTADOR), anio, Adjustment(**changes)
    )


def preview(despacho: Despacho, role: Role = Role.CONTADOR, **changes: Any) -> dict[str, tuple[object, object]]:
    return PreviewSettings(despacho.books, despacho.registry)(despacho.actor(role), 2026, Adjustment(**changes))


def test_they_are_those_with_something_in_them_until_a_year_has_its_own() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1, "1160.00", forma_pago="03")))
    meses = reach(despacho).meses
    assert ENERO in meses
    assert meses == tuple(sorted(meses))
    assert reach(despacho, 2025).meses == meses
    assert not reach(despacho).propia
    adjust(despacho, 2026, ptu=D("1.00"))
    assert reach(despacho).propia
    assert reach(despacho, 2025).meses == ()


def test_says_which_of_them_were_filed() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1, "1160.00", forma_pago="03")))
    assert reach(despacho).presentados == ()
    NoteReturn(despacho.books, despacho.entitlements, despacho.audit, despacho.clock)(
        despacho.actor(Role.CONTADOR), Declaracion("iva", ENERO, date(2026, 2, 17), D("0.00"))
    )
    assert reach(despacho).presentados == (ENERO,)


def test_with_many_documents_a_job_works_them_out(monkeypatch: pytest.MonkeyPatch) -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1, "1160.00", forma_pago="03")))
    assert reach(despacho).al_momento
    monkeypatch.setattr(alcance, "AL_MOMENTO", 0)
    assert not reach(despacho).al_momento


def test_tells_what_would_change_and_keeps_nothing() -> None:
    despacho = Despacho()
    assert preview(despacho, ptu=D("10.00"), sexto_digito=True) == {"ptu": (D("0.00"), D("10.00"))}
    assert preview(despacho, ptu=D("10.00")) == preview(despacho, ptu=D("10.00"))
    assert not reach(despacho).propia
    with pytest.raises(AjusteInvalido):
        preview(despacho, ptu=D("-1.00"))


def test_the_same_amount_written_otherwise_is_no_change() -> None:
    despacho = Despacho()
    adjust(despacho, 2026, coeficientes=((2025, D("0.1")),), perdidas=D("5.00"))
    assert preview(despacho, coeficientes=((2025, D("0.1000")),), perdidas=D("5")) == {}


@pytest.mark.parametrize("role", [Role.VISOR])
def test_who_only_reads_sees_neither(role: Role) -> None:
    with pytest.raises(ActionForbidden):
        reach(Despacho(), role=role)
    with pytest.raises(ActionForbidden):
        preview(Despacho(), role)
