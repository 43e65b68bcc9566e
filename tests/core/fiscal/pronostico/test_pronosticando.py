"""The forecast of FISCAL.md 7.3: its example, and each of its rules."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from horux_core.fiscal.pronostico.model import Base, Concepto, Detalle, Libros, Parametros, Parte, Pronostico
from horux_core.fiscal.pronostico.plazos import Plazos
from horux_core.fiscal.pronostico.pronosticando import pronosticar
from tests.core.fiscal.pronostico.libros import HOY, D, abierta, historia, impuesto, nomina, pue
from tests.samples import shared


def detalles(pronostico: Pronostico, concepto: Concepto) -> list[Detalle]:
    return [d for semana in pronostico.semanas for d in semana.detalles if d.concepto is concepto]


def flujo(libros: Libros, saldo: str = "0.00", hoy: date = HOY) -> Pronostico:
    return pronosticar(libros, D(saldo), hoy)


EN_DUDA = {"f3"}
"""The example gives 30 days to a client without history although another has it; the text, the tenant's average."""


def test_the_example_is_forecast_as_it_says() -> None:
    dicho: dict[str, Any] = json.loads(shared("domain", "ejemplos_conciliacion.json").read_text("utf-8"))["flujo"]
    historias = [
        historia(cliente, *((h["dias"], h["importe"]) for h in suyo["historial"]))
        for cliente, suyo in dicho["clientes"].items()
    ]
    abiertas = tuple(abierta(a["uuid"], a["fecha"], a["saldo"], a["cliente"]) for a in dicho["abiertas"])
    hecho = flujo(Libros(tuple(historias), emitidos=abiertas), hoy=date.fromisoformat(dicho["hoy"]))
    fechas = {d.partes[0].uuid: d.fecha.isoformat() for d in detalles(hecho, Concepto.COBRO)}
    dichas = {a["uuid"]: a["fecha_esperada"] for a in dicho["abiertas"]}
    assert {u: f for u, f in fechas.items() if u not in EN_DUDA} == {
        u: f for u, f in dichas.items() if u not in EN_DUDA
    }
    assert fechas["f3"] == "2026-03-31"
    assert hecho.plazos_clientes["X"].dias == D(dicho["clientes"]["X"]["dias_cobro_ponderado"])
    assert (hecho.plazos_clientes["X"].base, hecho.plazos_clientes["X"].pagos) == (Base.PROPIA, 3)
    assert hecho.plazos_clientes["NUEVO"].base is Base.PROMEDIO


def test_a_client_with_few_payments_takes_what_the_others_take() -> None:
    pagos = [historia("X", (10, "100.00"), (10, "100.00")), historia("Y", (40, "100.00"))]
    for quien in ("NUEVO", "X"):
        plazo = Plazos(pagos, Parametros()).de(quien)
        assert (plazo.dias, plazo.base, plazo.pagos) == (D(20), Base.PROMEDIO, 3)


def test_with_few_payments_of_all_it_takes_thirty_days() -> None:
    plazo = Plazos([historia("X", (10, "100.00"), (10, "100.00"))], Parametros()).de("X")
    assert (plazo.dias, plazo.base, plazo.pagos) == (D(30), Base.SUPUESTA, 0)
    nada = historia("X", (10, "0.00"), (10, "0.00"), (10, "0.00"))
    assert Plazos([nada], Parametros()).de("X").base is Base.SUPUESTA


def test_half_a_day_is_a_day() -> None:
    pagos = historia("X", *((dias, "1.00") for dias in (20, 21, 20, 21)))
    (detalle,) = detalles(flujo(Libros((pagos,), emitidos=(abierta("f", "2026-03-01", "1.00"),))), Concepto.COBRO)
    assert detalle.fecha == date(2026, 3, 22)


@pytest.mark.parametrize(
    ("dia", "parte"),
    [("2026-02-08", "1.0"), ("2026-02-07", "0.9"), ("2026-01-09", "0.9"), ("2026-01-08", "0.7"),
     ("2025-12-10", "0.7"), ("2025-12-09", "0.5")],
)  # fmt: skip
def test_what_is_owed_to_us_fades_with_age_and_what_we_owe_does_not(dia: str, parte: str) -> None:
    f = abierta("f", dia, "333.33")
    hecho = flujo(Libros(emitidos=(f,), recibidos=(f,)))
    (entra,), (sale,) = detalles(hecho, Concepto.COBRO), detalles(hecho, Concepto.PAGO_A_PROVEEDOR)
    assert entra.probabilidad == D(parte)
    assert entra.importe == (D("333.33") * D(parte)).quantize(D("0.01"), "ROUND_HALF_UP")
    assert (sale.importe, sale.probabilidad) == (D("333.33"), D(1))


def test_payroll_comes_on_its_usual_days_with_the_mean_of_the_closed_months() -> None:
    dias = ["2025-12-15", "2025-12-31", "2026-01-15", "2026-01-30", "2026-02-13", "2026-02-28"]
    pagadas = tuple(nomina(f"n{i}", dia, "300.00") for i, dia in enumerate(dias))
    hecho = flujo(Libros(nominas=(*pagadas, nomina("hoy", "2026-03-05", "9000.00"))))
    hechas = detalles(hecho, Concepto.NOMINA)
    assert [(d.fecha.isoformat(), d.importe) for d in hechas[:4]] == [
        ("2026-03-15", D("300.00")), ("2026-03-31", D("300.00")),
        ("2026-04-15", D("300.00")), ("2026-04-30", D("300.00")),
    ]  # fmt: skip
    assert {p.uuid for d in hechas[:2] for p in d.partes} == {p.uuid for p in pagadas}


def test_weekly_payroll_goes_on_every_week() -> None:
    viernes = [date(2025, 12, 5), *(date.fromordinal(date(2025, 12, 5).toordinal() + 7 * i) for i in range(1, 13))]
    hecho = flujo(Libros(nominas=tuple(nomina(f"n{i}", v.isoformat(), "70.00") for i, v in enumerate(viernes))))
    assert [len([d for d in s.detalles if d.importe == D("70.00")]) for s in hecho.semanas] == [1] * 13


def test_taxes_are_what_was_worked_out_or_else_the_mean_of_the_closed_months() -> None:
    meses = (
        impuesto("2025-12", "2026-01-19", "100.00", pagada=True),
        impuesto("2026-01", "2026-02-17", "200.00", pagada=True),
        impuesto("2026-02", "2026-03-17", "600.00"),
        impuesto("2026-03", "2026-04-17", "9999.00"),
        impuesto("2026-04", "2026-05-18", None),
    )
    hechos = detalles(flujo(Libros(impuestos=meses)), Concepto.IMPUESTO)
    assert [(d.fecha.isoformat(), d.importe, d.estimado) for d in hechos] == [
        ("2026-03-17", D("600.00"), False), ("2026-04-17", D("300.00"), True), ("2026-05-18", D("300.00"), True),
    ]  # fmt: skip
    assert hechos[0].partes == (Parte("", date(2026, 2, 28), D("600.00")),)
    assert hechos[1].partes == (
        Parte("", date(2025, 12, 31), D("33.33")),
        Parte("", date(2026, 1, 31), D("66.67")),
        Parte("", date(2026, 2, 28), D("200.00")),
    )


def test_a_quarter_that_is_not_closed_is_three_times_the_mean_of_a_month() -> None:
    meses = tuple(impuesto(mes, "2026-03-10", "90.00", pagada=True) for mes in ("2025-12", "2026-01", "2026-02"))
    cerrado = replace(impuesto("2026-02", "2026-03-17", "5000.00"), meses=3)
    abierto = replace(impuesto("2026-05", "2026-06-08", None), meses=3)
    hechos = detalles(flujo(Libros(impuestos=(*meses, cerrado, abierto))), Concepto.IMPUESTO)
    assert [(d.importe, d.estimado) for d in hechos] == [(D("5000.00"), False), (D("270.00"), True)]


def test_a_paid_month_is_not_due_again() -> None:
    pagado = impuesto("2026-02", "2026-03-17", "600.00", pagada=True)
    assert detalles(flujo(Libros(impuestos=(pagado,))), Concepto.IMPUESTO) == []


def test_expenses_are_recurring_when_every_closed_month_has_them() -> None:
    renta = [pue(f"r{m}", f"{m}-05", "100.00", "RENTA") for m in ("2025-12", "2026-01", "2026-02")]
    compra = [pue(f"c{m}", f"{m}-05", "500.00", "COMPRA") for m in ("2025-12", "2026-02")]
    hechos = detalles(flujo(Libros(recibidos=(*renta, *compra))), Concepto.GASTO_RECURRENTE)
    assert {(d.contraparte, d.importe) for d in hechos} == {("RENTA", D("100.00"))}
    assert [d.fecha.isoformat() for d in hechos] == ["2026-04-05", "2026-05-05", "2026-06-05"]
    assert [(p.uuid, p.importe) for p in hechos[0].partes] == [
        ("r2025-12", D("33.33")), ("r2026-01", D("33.34")), ("r2026-02", D("33.33")),
    ]  # fmt: skip


def test_the_balance_runs_and_the_first_day_below_zero_is_told() -> None:
    entra, sale = abierta("f", "2026-02-20", "500.00"), abierta("g", "2026-02-21", "900.00")
    hecho = flujo(Libros(emitidos=(entra,), recibidos=(sale,)), "300.00")
    assert hecho.primer_negativo == date(2026, 3, 23)
    assert [s.saldo for s in hecho.semanas[:3]] == [D("300.00"), D("-100.00"), D("-100.00")]
    assert flujo(Libros(emitidos=(entra,), recibidos=(sale,)), "400.00").primer_negativo is None
    assert flujo(Libros(), "-0.01").primer_negativo == HOY


def test_a_balance_below_zero_that_today_makes_good_is_not_told() -> None:
    hoy = historia("X", (1, "1.00"), (1, "1.00"), (1, "1.00"))
    entra = abierta("f", "2026-03-09", "0.01")
    assert flujo(Libros((hoy,), emitidos=(entra,)), "-0.01").primer_negativo is None


def test_a_day_is_below_zero_only_at_its_end() -> None:
    entra, sale = abierta("f", "2026-02-20", "500.00"), abierta("g", "2026-02-20", "500.00")
    assert flujo(Libros(emitidos=(entra,), recibidos=(sale,))).primer_negativo is None


def test_there_are_thirteen_weeks_and_what_is_later_is_apart() -> None:
    lejos = historia("X", *[(120, "1.00")] * 3)
    hecho = flujo(Libros((lejos,), emitidos=(abierta("f", "2026-03-09", "5.00"),)))
    assert (len(hecho.semanas), hecho.semanas[0].desde, hecho.semanas[-1].hasta) == (13, HOY, date(2026, 6, 8))
    assert [[p.uuid for p in d.partes] for d in hecho.despues] == [["f"]]
    assert all(s.entradas == 0 for s in hecho.semanas)
