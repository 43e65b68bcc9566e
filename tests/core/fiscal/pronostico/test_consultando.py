"""The forecast of a taxpayer's books: what it takes from them, and the documents behind each figure."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from contracts.libros import a_cfdi, a_credit_note, a_payment, a_ppd, a_tenant, an_entry, recibido, uuid
from horux_core.fiscal.calendario.consultando import que_vencen
from horux_core.fiscal.calendario.generando import EstadoObligacion, Vencidas, marcado
from horux_core.fiscal.cfdi.model import Cfdi, Direccion, Estado, Nomina, Tipo
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.fiscal.configuracion.model import Declaracion
from horux_core.fiscal.iva.model import Figura, Lado
from horux_core.fiscal.pronostico.consultando import (
    SALDO_SUPUESTO,
    SALIDAS,
    PronosticoMostrado,
    ShowForecast,
    ShowForecastDetail,
)
from horux_core.fiscal.pronostico.contribuciones import IMPUESTOS
from horux_core.fiscal.pronostico.errors import SemanaMissing
from horux_core.fiscal.pronostico.model import Base, Concepto, Detalle, Parametros
from horux_core.fiscal.pronostico.reuniendo import reunidos
from horux_core.fiscal.recomputing import recompute
from horux_core.fiscal.reportes.model import SIN_TIPO_CAMBIO
from horux_core.fiscal.reportes.saldos_mxn import SaldosMxn
from horux_core.identity.errors import ActionForbidden
from horux_core.kernel.periodo import Periodo
from horux_core.plans.errors import FeatureNotInPlan
from horux_core.plans.model import Plan
from tests.core.fiscal.isr.cargados import FISICA, a_fisica, adjust, stored
from tests.core.fiscal.pronostico.azar import HASTA, Azar
from tests.despacho import Despacho

D = Decimal
HOY = date(2026, 5, 9)
"""What the clock of the tests says in Mexico."""


def en(dia: str) -> dict[str, Any]:
    return {"fecha_emision": datetime.fromisoformat(dia)}


def pagado(n: int, *facturas: int, dia: str, importe: str = "10.00") -> Cfdi:
    cfdi = a_payment(n, *facturas, pagado=importe)
    return replace(cfdi, pagos=tuple(replace(p, fecha_pago=datetime.fromisoformat(dia)) for p in cfdi.pagos))


def nomina(n: int, dia: str, neto: str) -> Cfdi:
    pagada = date.fromisoformat(dia)
    recibo = Nomina("O", pagada, None, None, None, *(D(0),) * 8, None, None, None)
    return a_cfdi(n, neto, tipo=Tipo.NOMINA, metodo_pago=None, nomina=recibo, **en(dia))


def shown(despacho: Despacho, saldo: str | None = "0.00") -> PronosticoMostrado:
    show = ShowForecast(despacho.books, despacho.entitlements, despacho.clock)
    return show(despacho.actor(), None if saldo is None else D(saldo))


def detail(despacho: Despacho, semana: int, saldo: str = "0.00") -> dict[str, Figura]:
    show = ShowForecast(despacho.books, despacho.entitlements, despacho.clock)
    return {f.figura: f for f in ShowForecastDetail(show)(despacho.actor(), semana, D(saldo))}


def movements(despacho: Despacho, concepto: Concepto) -> list[Detalle]:
    pronostico = shown(despacho).pronostico
    return [d for s in pronostico.semanas for d in s.detalles if d.concepto is concepto]


def test_what_is_owed_comes_on_its_day_at_the_rate_of_its_invoice() -> None:
    despacho = Despacho()
    despacho.enter(
        a_ppd(1, "1000.00", **en("2026-04-20")),
        pagado(2, 1, dia="2026-05-01", importe="400.00"),
        a_ppd(3, "10.00", moneda="USD", tipo_cambio=D("17.5"), **en("2026-05-01")),
        recibido(a_ppd(4, "500.00", **en("2026-05-02"))),
        a_credit_note(5, 4, total="100.00", **en("2026-05-03")),
        recibido(a_credit_note(6, 4, total="100.00", **en("2026-05-03"))),
    )
    cobros = {d.partes[0].uuid: (d.fecha, d.importe) for d in movements(despacho, Concepto.COBRO)}
    assert cobros == {
        uuid(1): (date(2026, 5, 20), D("600.00")),
        uuid(3): (date(2026, 5, 31), D("175.00")),
    }
    (pago,) = movements(despacho, Concepto.PAGO_A_PROVEEDOR)
    assert (pago.fecha, pago.importe) == (date(2026, 6, 1), D("400.00"))


def test_the_last_365_days_tell_how_long_each_takes() -> None:
    despacho = Despacho()
    despacho.enter(a_ppd(1, "5000.00", **en("2025-05-01")), *(pagado(n, 1, dia="2026-05-01") for n in (2, 3)))
    for n, dia, base in (
        (4, "2025-05-08", Base.SUPUESTA),
        (5, "2026-05-10", Base.SUPUESTA),
        (6, "2025-05-09", Base.PROPIA),
    ):
        despacho.enter(pagado(n, 1, dia=dia))
        (plazo,) = shown(despacho).pronostico.plazos_clientes.values()
        assert plazo.base is base, dia
    assert plazo.dias == D(365 + 365 + 8) / 3


def test_what_is_cancelled_an_e_a_t_or_of_this_month_is_in_no_mean() -> None:
    despacho = Despacho()
    for n, mes in enumerate(("02", "03", "04", "05")):
        dia = f"2026-{mes}-05"
        despacho.enter(
            recibido(a_cfdi(10 * n, "100.00" if mes != "05" else "9999.00", **en(dia))),
            recibido(a_cfdi(10 * n + 1, "7.00", tipo=Tipo.TRASLADO, **en(dia))),
            recibido(a_credit_note(10 * n + 2, 10 * n, total="3.00", **en(dia))),
            recibido(a_cfdi(10 * n + 3, "50.00", **en(dia))),
            nomina(10 * n + 4, dia, "30.00" if mes != "05" else "9999.00"),
        )
        with despacho.books.open(despacho.tenant) as books:
            books.cfdis.correct(uuid(10 * n + 3), Correction(Estado.CANCELADO))
    assert {d.importe for d in movements(despacho, Concepto.GASTO_RECURRENTE)} == {D("100.00")}
    assert {d.importe for d in movements(despacho, Concepto.NOMINA)} == {D("30.00")}
    assert [d.fecha for d in movements(despacho, Concepto.NOMINA)] == [date(2026, mes, 5) for mes in (6, 7, 8)]


def test_taxes_fall_due_by_the_calendar_with_what_the_months_came_to() -> None:
    despacho = Despacho()
    for n, mes in enumerate(("02", "03", "04", "05")):
        despacho.enter(a_cfdi(n, f"{1160 * (n + 1)}.00", **en(f"2026-{mes}-05")))
    hechos = [
        (d.contraparte, d.fecha.isoformat(), str(d.importe), d.estimado) for d in movements(despacho, Concepto.IMPUESTO)
    ]
    assert hechos == [
        ("iva", "2026-05-21", "480.00", False),
        ("iva", "2026-06-23", "320.00", True),
        ("iva", "2026-07-23", "320.00", True),
    ]  # fmt: skip
    assert {d.articulo for d in movements(despacho, Concepto.IMPUESTO)} == {"LIVA 5-D"}


def test_a_return_that_was_filed_is_due_no_more() -> None:
    despacho = Despacho()
    despacho.enter(*(a_cfdi(n, **en(f"2026-0{n}-05")) for n in (2, 3, 4)))
    note = NoteReturn(despacho.books, despacho.entitlements, despacho.audit, despacho.clock)
    assert [d.fecha.month for d in movements(despacho, Concepto.IMPUESTO)] == [5, 6, 7]
    note(despacho.actor(), Declaracion("iva", Periodo(2026, 4), HOY, D("160.00")))
    assert [d.fecha.month for d in movements(despacho, Concepto.IMPUESTO)] == [6, 7]


def test_isr_and_what_was_withheld_are_paid_too() -> None:
    despacho = Despacho()
    with despacho.control.transaction() as tables:
        tables["tenants"][despacho.tenant] = replace(a_tenant(despacho.tenant), regimenes=("612", "606"))
    for n in (2, 3, 4):
        recibo = Nomina(
            "O", date(2026, n, 15), None, None, None, *(D(0),) * 5, D("120.40"), *(D(0),) * 2, None, None, None
        )
        despacho.enter(
            a_cfdi(n, "116000.00", regimen_emisor="612", **en(f"2026-0{n}-05")),
            a_cfdi(10 + n, "1000.00", tipo=Tipo.NOMINA, metodo_pago=None, nomina=recibo, **en(f"2026-0{n}-15")),
        )
    de_mayo = {d.contraparte: d.importe for d in movements(despacho, Concepto.IMPUESTO) if d.fecha.month == 5}
    assert de_mayo.keys() == {"iva", "isr_612", "isr_retenido"}
    assert de_mayo["isr_retenido"] == D("120.00")


def test_every_figure_of_every_week_is_what_its_documents_add_up_to() -> None:
    for semilla in range(8):
        despacho = Despacho()
        with despacho.books.open(despacho.tenant) as books:
            Azar(semilla).enter(books)
            recompute(books)
        hecho = shown(despacho, "100.00").pronostico
        saldo = D("100.00")
        for numero, semana in enumerate(hecho.semanas, 1):
            figuras = detail(despacho, numero, "100.00")
            for figura in figuras.values():
                assert figura.total == sum((r.importe for r in figura.documentos), D(0))
            assert figuras["entradas"].total == semana.entradas
            assert figuras["salidas"].total == semana.salidas == sum((figuras[n].total for n in SALIDAS.values()), D(0))
            assert {n: figuras[n].total for n in SALIDAS.values()} == {n: semana.de(c) for c, n in SALIDAS.items()}
            saldo += semana.entradas - semana.salidas
            assert figuras["saldo"].total == semana.saldo == saldo


@pytest.mark.parametrize("semilla", range(40))
def test_what_is_owed_is_what_every_payment_and_note_leaves_of_it(semilla: int) -> None:
    despacho, p = Despacho(), Parametros()
    with despacho.books.open(despacho.tenant) as books:
        entries = Azar(semilla).enter(books)
        recompute(books)
        libros = reunidos(books, HASTA.date(), HASTA.date() + timedelta(days=90), p).libros
        todos = books.iva.connected(e.cfdi.uuid for e in entries)
    saldos = SaldosMxn(todos)
    for lado, documentos in ((Lado.EMITIDO, libros.emitidos), (Lado.RECIBIDO, libros.recibidos)):
        ppd = [
            d for d in todos.values() if d.metodo_pago == "PPD" and d.tipo is Tipo.INGRESO and getattr(d, lado.value)
        ]
        esperados = {d.uuid: saldos.saldo(d.uuid) for d in ppd if saldos.saldo(d.uuid) > 0}
        assert {d.uuid: d.importe for d in documentos if d.metodo_pago == "PPD"} == esperados


def test_says_what_it_supposes_and_what_it_leaves_out() -> None:
    despacho = Despacho()
    despacho.enter(a_ppd(1, moneda="USD", tipo_cambio=None, **en("2026-05-01")))
    despacho.enter(recibido(a_cfdi(2, moneda="EUR", tipo_cambio=None, **en("2026-04-01"))))
    sin_saldo = shown(despacho, None)
    assert sin_saldo.pronostico.saldo_inicial == D("0.00")
    assert [a.codigo for a in sin_saldo.advertencias] == [SALDO_SUPUESTO, SIN_TIPO_CAMBIO]
    assert sin_saldo.sin_saldo
    assert uuid(1) in sin_saldo.advertencias[1].detalle
    assert uuid(2) in sin_saldo.advertencias[1].detalle
    with despacho.books.open(despacho.tenant) as books:
        books.iva.mark_all()
    assert [a.codigo for a in shown(despacho).advertencias] == ["cifras_en_proceso", SIN_TIPO_CAMBIO]


def test_weeks_begin_today_in_mexico_and_there_are_thirteen() -> None:
    despacho = Despacho()
    semanas = shown(despacho).pronostico.semanas
    assert (semanas[0].desde, semanas[-1].hasta, len(semanas)) == (HOY, date(2026, 8, 7), 13)
    for semana in (0, 14, -1):
        with pytest.raises(SemanaMissing):
            detail(despacho, semana)


def test_is_for_who_reads_the_books_of_a_client_whose_plan_has_it() -> None:
    despacho = Despacho()
    show = ShowForecast(despacho.books, despacho.entitlements, lambda: datetime(2026, 5, 10, tzinfo=UTC))
    with pytest.raises(ActionForbidden):
        show(despacho.actor(None), None)
    with despacho.control.transaction() as tables:
        tables["subscriptions"].clear()
        tables["tenants"][despacho.tenant] = replace(tables["tenants"][despacho.tenant], plan=Plan.BUSINESS)
    with pytest.raises(FeatureNotInPlan):
        show(despacho.actor(), None)


def test_rent_paid_by_quarters_is_due_by_quarters() -> None:
    despacho = a_fisica("606")
    adjust(despacho, arrendamiento_trimestral=True)
    for n, mes in enumerate(("01", "02", "03", "04")):
        renta = a_cfdi(n, "11600.00", rfc_emisor=str(FISICA), regimen_emisor="606", **en(f"2026-{mes}-05"))
        despacho.enter(an_entry(renta, Direccion.EMITIDO))
    hechos = {(d.contraparte, d.fecha.month): (d.importe, d.estimado) for d in movements(despacho, Concepto.IMPUESTO)}
    assert hechos.keys() == {("iva", 7), ("isr_606", 7)}
    assert hechos["iva", 7] == (D("4800.00"), True)
    (marzo,) = (m for m in stored(despacho) if m.periodo == Periodo(2026, 3))
    assert marzo.a_pagar_pesos > 0
    assert hechos["isr_606", 7] == (marzo.a_pagar_pesos, True)


def test_iva_withheld_from_others_is_paid_in_whole_pesos() -> None:
    despacho = Despacho()
    for n, mes in enumerate(("02", "03", "04")):
        gasto = recibido(a_cfdi(n, "1053.33", **en(f"2026-{mes}-05")))
        cubetas = replace(gasto.cubetas, ret_iva=D("106.67"))
        despacho.enter(replace(gasto, cubetas=cubetas, iva_retenido=D("106.67")))
    de_mayo = {d.contraparte: d.importe for d in movements(despacho, Concepto.IMPUESTO) if d.fecha.month == 5}
    assert de_mayo["iva_retenido"] == D("107.00")


def test_isr_withheld_is_due_while_any_of_its_returns_is_not_filed() -> None:
    despacho = Despacho()
    for n in (2, 3, 4):
        recibo = Nomina("O", date(2026, n, 15), None, None, None, *(D(0),) * 5, D(90), *(D(0),) * 2, None, None, None)
        gasto = recibido(a_cfdi(10 + n, "1053.33", **en(f"2026-0{n}-05")))
        despacho.enter(
            a_cfdi(n, "1000.00", tipo=Tipo.NOMINA, metodo_pago=None, nomina=recibo, **en(f"2026-0{n}-15")),
            replace(gasto, cubetas=replace(gasto.cubetas, ret_isr=D(100)), isr_retenido=D(100)),
        )

    def de_mayo() -> list[Decimal]:
        hechos = movements(despacho, Concepto.IMPUESTO)
        return [d.importe for d in hechos if d.fecha.month == 5 and d.contraparte == "isr_retenido"]

    assert de_mayo() == [D("190.00")]
    for obligacion, queda in (("RET_ISR_TERCEROS", [D("190.00")]), ("RET_ISR_SALARIOS", [])):
        with despacho.books.open(despacho.tenant) as books:
            (vencimiento,) = (
                v for v in que_vencen(books, HOY, date(2026, 5, 31), HOY) if v.clave.obligacion == obligacion
            )
            books.calendario.marcar(marcado(vencimiento, EstadoObligacion.PRESENTADA, HOY))
        assert de_mayo() == queda


def test_says_how_many_taxes_are_past_due_and_left_out() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, "1160.00", **en("2026-03-10")))
    with despacho.books.open(despacho.tenant) as books:
        antes = [v for v in que_vencen(books, date(2026, 4, 1), HOY, HOY) if v.estado is EstadoObligacion.VENCIDA]
    suyas = [v for v in antes if v.clave.obligacion in IMPUESTOS and v.clave.periodo >= Periodo(2026, 3)]
    assert suyas
    assert shown(despacho).vencidas == Vencidas(len(suyas), suyas[0].limite)
    note = NoteReturn(despacho.books, despacho.entitlements, despacho.audit, despacho.clock)
    note(despacho.actor(), Declaracion("iva", Periodo(2026, 3), HOY, D("160.00")))
    assert (getattr(shown(despacho).vencidas, "cuantas", 0)) == len(suyas) - 1
