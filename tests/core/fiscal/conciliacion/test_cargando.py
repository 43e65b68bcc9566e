"""Taking statements in: each row once, its account known, matched with the books at once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.libros import PROPIO, a_full_cfdi, a_payment, a_ppd, an_entry, recibido, uuid
from horux_core.billing.model import SubscriptionStatus
from horux_core.fiscal.cfdi.model import Direccion, Tipo
from horux_core.fiscal.conciliacion.errors import (
    CuentaDistinta,
    CuentaFaltante,
    MonedaDesconocida,
    MonedaDistinta,
    TipoCambioFaltante,
)
from horux_core.fiscal.conciliacion.importando import EstadoCuenta, Movimiento, filas
from horux_core.fiscal.conciliacion.model import EstadoRenglon
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.plans.errors import SubscriptionInactive
from tests.core.fiscal.conciliacion.oficina import D, Oficina, factura, movimiento


def test_what_a_statement_brings_is_matched_and_told() -> None:
    oficina = Oficina()
    oficina.despacho.enter(factura(1, "2026-01-10", "1160.00"), a_ppd(2, "500.00"))
    hecho = oficina.carga(
        movimiento("2026-01-11", "1160.00"),
        movimiento("2026-01-20", "500.00"),
        movimiento("2026-01-31", "-9", "RETIRO"),
    )
    assert (hecho.renglones, hecho.nuevos, hecho.carga.desde, hecho.carga.hasta) == (
        3, 3, date(2026, 1, 11), date(2026, 1, 31),
    )  # fmt: skip
    assert dict(hecho.estados) == {
        EstadoRenglon.CONCILIADO: 1,
        EstadoRenglon.SUGERIDO: 1,
        EstadoRenglon.SIN_DOCUMENTO: 1,
    }
    assert oficina.documentos() == [[(uuid(1),)], [(uuid(2),)], []]
    assert oficina.changed == [oficina.despacho.tenant]


def test_every_deed_is_in_the_audit_trail() -> None:
    oficina = Oficina()
    oficina.despacho.enter(a_ppd(1, "1160.00"))
    oficina.carga(movimiento("2026-01-20", "1160.00"))
    ident = oficina.propuesta()
    for decide in (oficina.aceptar, oficina.aceptar, oficina.deshacer, oficina.rechazar):
        decide(ident)
    kept = oficina.despacho.audit.page(oficina.despacho.tenant, None, 9).items
    deeds = list(reversed(kept))
    assert [(deed.action, deed.method, deed.path) for deed in deeds] == [
        ("estado-cuenta-cargado", "POST", "/api/conciliacion/estado-cuenta"),
        *((f"conciliacion-{v}", "POST", f"/api/conciliacion/{ident}/{v}") for v in ("aceptar", "deshacer", "rechazar")),
    ]
    assert deeds[0].detail == {
        "cuenta": "BBVA", "archivo": "enero.csv", "periodo": "2026-01-20 a 2026-01-20", "renglones": "1", "nuevos": "1",
    }  # fmt: skip
    assert deeds[1].detail["documentos"] == uuid(1)


def test_a_statement_sent_twice_and_one_that_overlaps_add_no_row_twice() -> None:
    oficina = Oficina()
    enero = [movimiento("2026-01-05", "-5.80", "COMISION"), movimiento("2026-01-05", "-5.80", "COMISION")]
    enero.append(movimiento("2026-01-20", "10.00"))
    assert oficina.carga(*enero).nuevos == 3
    assert oficina.carga(*enero).nuevos == 0
    assert oficina.carga(enero[2], movimiento("2026-02-01", "10.00")).nuevos == 1
    assert oficina.carga(*reversed(enero), cuenta=" bbva ").nuevos == 0
    assert oficina.carga(*enero, cuenta="Otra").nuevos == 3


def test_a_fitid_is_worth_more_than_the_words_beside_it() -> None:
    oficina = Oficina()
    oficina.carga(movimiento("2026-01-05", "10.00", "SPEI", fitid="A1"))
    assert oficina.carga(movimiento("2026-01-05", "10.00", "SPEI DE ANA", fitid="A1")).nuevos == 0
    assert oficina.carga(movimiento("2026-01-05", "10.00", "SPEI", fitid="A2")).nuevos == 1


movimientos = st.builds(
    Movimiento,
    st.dates(date(2026, 1, 1), date(2026, 1, 4)),
    st.sampled_from([D("1.00"), D("-1.00"), D("2.00")]),
    st.sampled_from(["A", "B"]),
    fitid=st.sampled_from(["", "", "7", "8"]),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(movimientos, max_size=20), st.integers(1, 4), st.integers(1, 4))
def test_statements_of_whole_days_know_their_rows_again_however_they_are_cut(
    todos: list[Movimiento], hasta: int, desde: int
) -> None:
    def ids(suyos: list[Movimiento]) -> list[str]:
        return [fila.renglon.id for fila in filas("A", EstadoCuenta(tuple(suyos)))]

    completo = ids(todos)
    assert len(set(completo)) == len(todos)
    uno, otro = [m for m in todos if m.fecha.day <= hasta], [m for m in todos if m.fecha.day >= desde]
    assert set(ids(uno)) | set(ids(otro)) == {
        ident for ident, m in zip(completo, todos, strict=True) if m.fecha.day <= hasta or m.fecha.day >= desde
    }
    assert set(ids(todos[::-1])) == set(completo)


def test_the_file_s_account_is_known_by_its_number_and_shown_by_its_name() -> None:
    oficina = Oficina()
    primera = oficina.carga(movimiento("2026-01-05", "10.00"), cuenta=None, numero="0123-456")
    assert primera.cuenta.nombre == "0123-456"
    con_nombre = oficina.carga(movimiento("2026-01-06", "10.00"), cuenta="BBVA", numero="0123456")
    assert (con_nombre.cuenta.id, con_nombre.cuenta.nombre) == (primera.cuenta.id, "BBVA")
    por_nombre = oficina.carga(movimiento("2026-01-05", "10.00"), cuenta="bbva")
    assert (por_nombre.cuenta.id, por_nombre.nuevos) == (primera.cuenta.id, 0)
    oficina.carga(movimiento("2026-01-05", "10.00"), cuenta=None, numero="777")
    for numero in ("999", "777"):
        with pytest.raises(CuentaDistinta):
            oficina.carga(movimiento("2026-01-05", "10.00"), cuenta="BBVA", numero=numero)


def test_an_account_that_had_a_name_alone_gets_the_number_of_its_file() -> None:
    oficina = Oficina()
    primera = oficina.carga(movimiento("2026-01-05", "10.00"), cuenta="BBVA")
    segunda = oficina.carga(movimiento("2026-01-06", "10.00"), cuenta="BBVA", numero="0123")
    tercera = oficina.carga(movimiento("2026-01-07", "10.00"), cuenta=None, numero="0123")
    assert primera.cuenta.id == segunda.cuenta.id == tercera.cuenta.id


@pytest.mark.parametrize(
    ("mas", "error"),
    [
        ({"cuenta": None}, CuentaFaltante),
        ({"cuenta": " - "}, CuentaFaltante),
        ({"cuenta": "x" * 81}, CuentaFaltante),
        ({"cuenta": "a\0b"}, CuentaFaltante),
        ({"moneda": "pesos"}, MonedaDesconocida),
        ({"moneda": "USD"}, TipoCambioFaltante),
        ({"moneda": "USD", "tipo_cambio": D(0)}, TipoCambioFaltante),
    ],
)
def test_what_is_missing_is_told_and_nothing_kept(mas: dict[str, Any], error: type[Exception]) -> None:
    oficina = Oficina()
    with pytest.raises(error):
        oficina.carga(movimiento("2026-01-05", "10.00"), **mas)
    assert oficina.filas() == []
    with oficina.despacho.books.open(oficina.despacho.tenant) as books:
        assert books.conciliacion.cuentas() == ()


def test_a_foreign_account_is_worth_its_rate_and_matches_within_two_percent() -> None:
    oficina = Oficina()
    oficina.despacho.enter(factura(1, "2026-01-10", "100.00", moneda="USD", tipo_cambio=D("18.50")))
    hecho = oficina.carga(movimiento("2026-01-11", "100.00"), del_archivo="USD", tipo_cambio=D("18.30"))
    assert hecho.estados[EstadoRenglon.SUGERIDO] == 1
    (fila,) = oficina.filas()
    assert (fila.fila.importe, fila.fila.renglon.monto) == (D("100.00"), D("1830.00"))
    assert fila.guardado.resultado.propuestas[0].diferencia == D("-20.00")
    with pytest.raises(MonedaDistinta):
        oficina.carga(movimiento("2026-01-11", "100.00"), moneda="EUR", tipo_cambio=D(20))


def test_each_kind_of_document_is_offered_by_what_the_bank_sees_of_it() -> None:
    """FISCAL.md 7.1, inputs."""
    oficina = Oficina()
    nomina = factura(5, "2026-03-01", "900.00", tipo=Tipo.NOMINA, rfc_receptor="XIA190128J61")
    object.__setattr__(nomina, "nomina", a_full_cfdi().nomina)
    propia = factura(6, "2026-01-10", "66.00", rfc_receptor=PROPIO)
    oficina.despacho.enter(
        a_ppd(1, "1160.00"), a_payment(2, 1, pagado="580.00"), recibido(factura(4, "2026-01-10", "70.00")), nomina,
        an_entry(propia, Direccion.AMBAS),
    )  # fmt: skip
    oficina.carga(
        movimiento("2026-01-10", "66.00"),
        movimiento("2026-01-10", "-66.00"),
        movimiento("2026-01-11", "-70.00"),
        movimiento("2026-01-15", "-900.00"),
        movimiento("2026-02-20", "580.00", "X"),
    )
    # The P by its Monto; of its PPD, 580 are still owed, which the same row would cover.
    assert oficina.documentos()[:4] == [[], [], [(uuid(4),)], [(uuid(5),)]]
    assert oficina.documentos()[4] == [(f"{uuid(2)}#0",)]
    assert oficina.estados() == ["sin_documento"] * 2 + ["conciliado"] * 3
    assert {(c.uuid, c.pago) for c in oficina.cobros()} == {(uuid(4), None), (uuid(5), None), (uuid(2), 0)}


def test_only_who_writes_may_load_and_not_in_read_only_mode() -> None:
    oficina = Oficina()
    with pytest.raises(ActionForbidden):
        oficina.decide.accept(oficina.despacho.actor(Role.VISOR), oficina.despacho.tenant)
    oficina.despacho.subscribe(SubscriptionStatus.CANCELLED)
    with pytest.raises(SubscriptionInactive):
        oficina.carga(movimiento("2026-01-05", "10.00"))


def test_the_rate_is_exact() -> None:
    (fila,) = filas("A", EstadoCuenta((movimiento("2026-01-05", "-0.35"),), None, "USD"), Decimal("18.5432"))
    assert (fila.renglon.monto, fila.renglon.moneda, fila.importe) == (D("6.49"), "USD", D("-0.35"))
