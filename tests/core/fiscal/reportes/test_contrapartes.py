"""What each counterpart owes, was invoiced and was paid, by hand (FISCAL.md 7.4)."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from contracts.libros import AJENO, a_cfdi, a_credit_note, a_payment, a_ppd, recibido, uuid
from horux_core.fiscal.cfdi.model import Cfdi, Cubetas, DestinoIva, Estado
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.iva.consulting import ShowIvaYear
from horux_core.fiscal.reportes.antiguedad_saldos import tramo
from horux_core.fiscal.reportes.consultando import ShowReport, ShowReportDetail, leido
from horux_core.fiscal.reportes.errors import ClaveMissing
from horux_core.fiscal.reportes.model import BaseReporte
from horux_core.fiscal.reportes.nombres import NombreReporte, Pedido
from horux_core.kernel.rfc import EXTRANJERO, PUBLICO_EN_GENERAL
from tests.core.fiscal.reportes.despacho import TODOS, cuadran, de, fila, mostrado, totales
from tests.despacho import Despacho

D = Decimal
CLIENTE = f"emitido:{AJENO}"
PROVEEDOR = f"recibido:{AJENO}"


def gasto(n: int, total: str = "1160.00", **changes: object) -> Cfdi:
    return replace(recibido(a_cfdi(n, total)), **changes)  # type: ignore[arg-type]


def test_by_counterpart_and_side() -> None:
    despacho = Despacho()
    cubetas = Cubetas(base_16=D("1000"), iva_16=D("160"), ret_isr=D("100"), ret_iva=D("10"))
    despacho.enter(
        a_cfdi(1, "1050.00", subtotal=D("1000"), cubetas=cubetas),
        a_ppd(2, "2320.00", fecha_emision=datetime(2026, 1, 20)),
        a_payment(3, 2, pagado="580.00"),
        a_credit_note(4, 2, fecha_emision=datetime(2026, 1, 25), nombre_receptor="NOMBRE NUEVO"),
        a_cfdi(5, "116.00", rfc_receptor=PUBLICO_EN_GENERAL, nombre_receptor="PUBLICO EN GENERAL"),
        gasto(6, "580.00"),
        a_cfdi(7, "5800.00"),
    )
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(7), Correction(Estado.CANCELADO))
    shown = mostrado(despacho, "concentrado-rfc")
    cliente = fila(shown, CLIENTE)
    assert cliente.datos == (("direccion", "emitido"), ("rfc", AJENO), ("nombre", "NOMBRE NUEVO"), ("cfdi", "3"))
    assert totales(cliente.figuras) == {
        "subtotal": "2900.00", "iva": "464.00", "retenciones": "110.00", "total": "3254.00",
        "cobradoPagado": "1630.00", "saldo": "1624.00",
    }  # fmt: skip
    assert cliente.razones == (("pct", D("96.5600")),)
    assert [f.clave for f in shown.filas] == [CLIENTE, f"emitido:{PUBLICO_EN_GENERAL}", PROVEEDOR]
    assert fila(shown, PROVEEDOR).razones == (("pct", D("100.0000")),)
    assert de(shown, "totalEmitidos").total == D("3370.00")
    cuadran(shown)


def test_a_note_that_moves_no_money_gave_nothing_back() -> None:
    """FISCAL.md 3.3: of a cancelled invoice, or deferred and of an invoice nobody kept."""
    despacho = Despacho()
    despacho.enter(
        a_cfdi(1), a_credit_note(2, 1), a_credit_note(3, 99, metodo_pago="PPD"), a_credit_note(4), a_credit_note(5, 99)
    )
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(1), Correction(Estado.CANCELADO))
    cliente = fila(mostrado(despacho, "concentrado-rfc"), CLIENTE)
    assert totales(cliente.figuras)["total"] == "-464.00"
    devuelto = de(cliente, "cobradoPagado")
    assert [(r.uuid, str(r.importe)) for r in devuelto.documentos] == [(uuid(4), "-116.00"), (uuid(5), "-116.00")]


def test_foreigners_are_told_apart_by_name() -> None:
    despacho = Despacho()
    for n, nombre in ((1, "ACME LLC"), (2, "ZETA GMBH"), (3, "ACME LLC"), (4, " Ácme\t  llc ")):
        despacho.enter(a_cfdi(n, rfc_receptor=EXTRANJERO, nombre_receptor=nombre))
    shown = mostrado(despacho, "concentrado-rfc")
    assert dict(fila(shown, f"emitido:{EXTRANJERO}:ACME LLC").datos)["nombre"] == " Ácme\t  llc "
    assert {f.clave: dict(f.datos)["cfdi"] for f in shown.filas} == {
        f"emitido:{EXTRANJERO}:ACME LLC": "3",
        f"emitido:{EXTRANJERO}:ZETA GMBH": "1",
    }


@pytest.mark.parametrize(
    ("dias", "nombre"),
    [
        (0, "de0a30"),
        (30, "de0a30"),
        (31, "de31a60"),
        (60, "de31a60"),
        (61, "de61a90"),
        (90, "de61a90"),
        (91, "masDe90"),
    ],
)
def test_brackets(dias: int, nombre: str) -> None:
    assert tramo(dias) == nombre


def test_what_was_owed_on_the_last_day_of_a_month_by_age() -> None:
    despacho = Despacho()
    despacho.enter(
        a_ppd(1, "1160.00", fecha_emision=datetime(2026, 1, 15)),
        a_payment(2, 1, pagado="580.00"),
        a_ppd(3, "232.00", fecha_emision=datetime(2025, 10, 1)),
        a_ppd(4, "116.00", fecha_emision=datetime(2026, 3, 31, 23)),
        a_credit_note(5, 1, fecha_emision=datetime(2026, 3, 1)),
        recibido(a_ppd(6, "348.00", fecha_emision=datetime(2025, 12, 20))),
        a_cfdi(7),
        a_ppd(8, "464.00"),
    )
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(8), Correction(Estado.CANCELADO))
    de_antes = mostrado(despacho, "antiguedad-saldos")
    assert (de(de_antes, "saldoPorCobrar").total, de_antes.advertencias[0].codigo) == (
        D("1856.00"),
        "cifras_en_proceso",
    )
    despacho.enter()
    enero, febrero, marzo = (mostrado(despacho, "antiguedad-saldos", mes=mes) for mes in (1, 2, 3))
    assert totales(fila(enero, CLIENTE).figuras) == {"de0a30": "1160.00", "masDe90": "232.00", "saldo": "1392.00"}
    assert totales(fila(febrero, CLIENTE).figuras)["de31a60"] == "580.00"
    assert totales(fila(marzo, CLIENTE).figuras) == {
        "de0a30": "116.00", "de61a90": "464.00", "masDe90": "232.00", "saldo": "812.00",
    }  # fmt: skip
    assert totales(marzo.figuras) | {"masDe90PorPagar": "348.00", "saldoPorPagar": "348.00"} == totales(marzo.figuras)
    for shown in (enero, febrero, marzo):
        cuadran(shown)


def test_balances_of_the_running_month_are_aged_to_today() -> None:
    """It is 9 May 2026."""
    despacho = Despacho()
    despacho.enter(a_ppd(1, "1160.00", fecha_emision=datetime(2026, 4, 10)))
    for mes, al, edad in ((4, date(2026, 4, 30), "de0a30"), (5, date(2026, 5, 9), "de0a30")):
        shown = mostrado(despacho, "antiguedad-saldos", mes=mes)
        assert (shown.al, totales(fila(shown, CLIENTE).figuras)[edad]) == (al, "1160.00")
    assert mostrado(despacho, "concentrado-rfc", mes=5).al is None


def test_a_balance_in_a_foreign_currency_is_at_the_rate_of_its_invoice() -> None:
    despacho = Despacho()
    despacho.enter(a_ppd(1, "100.00", moneda="USD", tipo_cambio=D("17.555")), a_ppd(2, moneda="USD", tipo_cambio=None))
    shown = mostrado(despacho, "antiguedad-saldos")
    assert de(shown, "saldoPorCobrar").total == D("1755.50")
    assert uuid(2) in shown.advertencias[0].detalle


def test_a_half_cent_that_came_of_two_rates_is_a_half_cent() -> None:
    """Of an invoice in euros whose payment in dollars is told in another currency: 3,740.00 × 17.2046 / 0.8."""
    despacho = Despacho()
    (pago,) = a_payment(2, 1).pagos
    docto = replace(pago.doctos[0], moneda="GBP", equivalencia=D("0.8"), pagado=D("3740.00"), con_impuestos=False)
    usd = replace(pago, moneda="USD", tipo_cambio=D("17.2046"), doctos=(docto,))
    despacho.enter(a_ppd(1, moneda="EUR", tipo_cambio=D("20.4791")), a_payment(2, 1, pagos=(usd,)))
    assert de(fila(mostrado(despacho, "concentrado-rfc"), CLIENTE), "cobradoPagado").total == D("80431.51")


def test_the_diot_has_what_was_paid_to_each_supplier_in_whole_pesos() -> None:
    despacho = Despacho()
    rentas = {"rfc_emisor": "CACX7605101P8", "regimen_emisor": "606"}
    honorarios = {"rfc_emisor": "XOJI740919U48", "regimen_emisor": "612"}
    retenido = Cubetas(base_16=D("1000.50"), iva_16=D("160.08"), ret_isr=D("100.05"), ret_iva=D("106.72"))
    frontera = Cubetas(base_8=D("100"), iva_8=D("8"), base_exento=D("7.6"), base_no_objeto=D("5.4"))
    despacho.enter(
        gasto(1, "1160.00"),
        recibido(a_credit_note(2, 1, total="58.00")),
        gasto(3, "5800.00", forma_pago="01"),
        gasto(4, "953.81", cubetas=retenido, **honorarios),
        gasto(5, "116.00", **rentas),
        gasto(6, "121.00", cubetas=frontera, lugar_expedicion="77500", rfc_emisor="IVD920810GU2"),
        gasto(7, "121.00", cubetas=frontera, lugar_expedicion="22000", rfc_emisor="IVD920810GU2"),
        gasto(8, "500.00", rfc_emisor=EXTRANJERO, nombre_emisor="ACME LLC", cubetas=Cubetas(base_0=D("500.51"))),
        recibido(a_ppd(9)),
        a_cfdi(10),
    )
    shown = mostrado(despacho, "diot")
    assert {f.clave: tuple(dict(f.datos).values())[:2] for f in shown.filas} == {
        PROVEEDOR: ("04", "85"),
        "recibido:XOJI740919U48": ("04", "03"),
        "recibido:CACX7605101P8": ("04", "06"),
        "recibido:IVD920810GU2": ("04", "85"),
        f"recibido:{EXTRANJERO}:ACME LLC": ("05", "07"),
    }
    assert totales(fila(shown, PROVEEDOR).figuras) == {
        "base16": "6000", "devoluciones": "50", "ivaAcreditable": "152", "ivaNoAcreditable": "800",
    }  # fmt: skip
    assert totales(fila(shown, "recibido:XOJI740919U48").figuras) == {
        "base16": "1000", "ivaAcreditable": "160", "ivaRetenido": "107",
    }  # fmt: skip
    assert totales(fila(shown, "recibido:IVD920810GU2").figuras) == {
        "base8Norte": "100", "base8Sur": "100", "exento": "15", "noObjeto": "11", "ivaAcreditable": "16",
    }  # fmt: skip
    assert totales(fila(shown, f"recibido:{EXTRANJERO}:ACME LLC").figuras) == {"base0": "501"}
    cuadran(shown)


def test_what_was_withheld_is_whole_in_the_diot_whatever_is_creditable() -> None:
    despacho = Despacho()
    cubetas = Cubetas(base_16=D("1000"), iva_16=D("160"), ret_iva=D("106.67"))
    despacho.enter(gasto(1, "1053.33", subtotal=D("1000"), cubetas=cubetas))
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(1), Correction(acreditable_pct=D("50")))
    despacho.enter()
    assert totales(fila(mostrado(despacho, "diot"), PROVEEDOR).figuras) == {
        "base16": "1000", "ivaAcreditable": "80", "ivaNoAcreditable": "80", "ivaRetenido": "107",
    }  # fmt: skip


def test_what_was_paid_is_whole_in_the_diot_whatever_is_creditable() -> None:
    """LIVA 32-VIII asks for the value of the acts: what the accountant takes away is IVA that is not credited."""
    despacho = Despacho()
    cubetas = Cubetas(base_16=D("1000"), iva_16=D("160"), base_0=D("300"), base_exento=D("50"), base_no_objeto=D("7"))
    despacho.enter(
        gasto(1, "1517.00", subtotal=D("1357"), cubetas=cubetas),
        recibido(a_ppd(2)),
        recibido(a_payment(3, 2, fecha_emision=datetime(2026, 2, 28))),
        recibido(a_credit_note(4, 1)),
    )
    with despacho.books.open(despacho.tenant) as books:
        for n in (1, 2):
            books.cfdis.correct(uuid(n), Correction(acreditable_pct=D("8.5")))
    despacho.enter()
    assert totales(fila(mostrado(despacho, "diot"), PROVEEDOR).figuras) == {
        "base16": "1000", "base0": "300", "exento": "50", "noObjeto": "7", "devoluciones": "100",
        "ivaAcreditable": "12", "ivaNoAcreditable": "132",
    }  # fmt: skip
    febrero = fila(mostrado(despacho, "diot", mes=2), PROVEEDOR)
    assert totales(febrero.figuras) == {"base16": "500", "ivaAcreditable": "7", "ivaNoAcreditable": "73"}


def test_the_diot_loses_what_the_month_loses() -> None:
    despacho = Despacho()
    despacho.enter(
        a_cfdi(1), a_cfdi(2, "2000.00", cubetas=Cubetas(base_exento=D("2000"))),
        *(gasto(n, f"{100 + n}.37") for n in range(3, 30)), gasto(30, "580.00"), gasto(31, "1160.00"),
    )  # fmt: skip
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(30), Correction(acreditable_pct=D("8.5")))
        books.cfdis.correct(uuid(31), Correction(destino_iva=DestinoIva.EXENTO))
    despacho.enter()
    mes = ShowIvaYear(despacho.books, despacho.entitlements)(despacho.actor(), 2026).meses[0]
    shown = mostrado(despacho, "diot")
    (proveedor,) = shown.filas
    perdido = de(proveedor, "ivaNoAcreditable")
    assert sum(r.importe for r in perdido.documentos if r.regla != "redondeo") == mes.iva_no_acreditable
    acreditado = de(proveedor, "ivaAcreditable")
    assert sum(r.importe for r in acreditado.documentos if r.regla != "redondeo") == mes.iva_acreditable
    cuadran(shown)


@pytest.mark.parametrize(("nombre", "base"), TODOS)
@pytest.mark.parametrize("mes", [1, 2, 3, 4, 12])
def test_every_figure_of_the_scenario_is_what_its_documents_add_up_to(
    nombre: NombreReporte, base: BaseReporte, mes: int
) -> None:
    cuadran(mostrado(escenario(), nombre, 2025, mes, base=base))


@pytest.mark.parametrize(("nombre", "base"), TODOS)
def test_what_is_read_is_all_that_a_report_needs(nombre: NombreReporte, base: BaseReporte) -> None:
    """It is worked out once the books are closed, however long that takes."""
    despacho, pedido = escenario(), Pedido(nombre, 2025, 3, base)
    with suppress(ZeroDivisionError), despacho.books.open(despacho.tenant) as books:
        armar = leido(books, pedido)
        for rows in books.tables.values():
            rows.clear()
        _ = 1 / 0
    assert armar() == mostrado(despacho, nombre, 2025, 3, base=base)


_GUARDADO: list[Despacho] = []


def escenario() -> Despacho:
    if not _GUARDADO:
        despacho = Despacho()
        despacho.enter_samples("escenario")
        _GUARDADO.append(despacho)
    return _GUARDADO[0]


def test_a_line_that_is_not_there_is_told() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    detail = ShowReportDetail(ShowReport(despacho.books, despacho.entitlements, despacho.clock))
    pedido = Pedido(NombreReporte.CONCENTRADO_RFC, 2026, 1)
    assert detail(despacho.actor(), pedido, CLIENTE)[0].figura == "subtotal"
    assert detail(despacho.actor(), pedido, None)[0].figura == "subtotalEmitidos"
    with pytest.raises(ClaveMissing):
        detail(despacho.actor(), pedido, PROVEEDOR)


def test_days_are_counted_from_the_invoice_to_the_end_of_the_month() -> None:
    despacho = Despacho()
    despacho.enter(a_ppd(1, fecha_emision=datetime(2026, 1, 29)), a_ppd(2, fecha_emision=datetime(2026, 1, 28)))
    shown = mostrado(despacho, "antiguedad-saldos", mes=2)
    assert [r.fecha for r in de(fila(shown, CLIENTE), "de31a60").documentos] == [date(2026, 1, 28)]
