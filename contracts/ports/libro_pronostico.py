"""What the documents that a forecast reads promise in every Books; a subclass brings `books` and `tenant`."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from contracts.libros import AJENO, PROPIO, a_cfdi, a_credit_note, a_payment, a_ppd, an_entry, recibido, uuid
from horux_core.fiscal.cfdi.model import Cfdi, Cubetas, Direccion, DoctoPagado, Estado, Pago, Tipo
from horux_core.fiscal.cfdi.stored import Correction, Entry
from horux_core.fiscal.iva.model import Lado
from horux_core.fiscal.ports import Books
from horux_core.fiscal.pronostico.model import Comprobante, Historia
from horux_core.fiscal.pronostico.plazos import historias
from horux_core.fiscal.reportes.contrapartes import Contraparte
from horux_core.kernel.ids import TenantId
from horux_core.kernel.rfc import EXTRANJERO

D = Decimal
CLIENTE = Contraparte(Lado.EMITIDO, AJENO, "UNIVERSIDAD ROBÓTICA ESPAÑOLA")
PROVEEDOR = Contraparte(Lado.RECIBIDO, AJENO, "ESCUELA KEMPER URGATE")
CONSIGO = Contraparte(Lado.RECIBIDO, PROPIO, "ESCUELA KEMPER URGATE")
ENERO = date(2026, 1, 15)
SIEMPRE = (date(1990, 1, 1), date(2200, 12, 31))


def entered(books: Books, tenant: TenantId, *documents: Cfdi | Entry) -> None:
    with books.open(tenant) as opened:
        opened.cfdis.enter([d if isinstance(d, Entry) else an_entry(d) for d in documents])


def cancelled(books: Books, tenant: TenantId, n: int) -> None:
    with books.open(tenant) as opened:
        opened.cfdis.correct(uuid(n), Correction(Estado.CANCELADO))


def histories(books: Books, tenant: TenantId, desde: date = SIEMPRE[0], hasta: date = SIEMPRE[1]) -> list[Historia]:
    with books.open(tenant) as opened:
        return sorted(historias(opened.pronostico.liquidado(desde, hasta)), key=lambda h: (h.lado, h.contraparte))


def paid_in(n: int, moneda: str, *doctos: tuple[int, str, str, str], cambio: str = "20") -> Cfdi:
    """A P of 20 February in that currency; of each invoice its currency, EquivalenciaDR and ImpPagado."""
    shares = tuple(
        DoctoPagado(uuid(f), propia, D(por), 1, D(pagado), D(pagado), D(0), "02", False, Cubetas())
        for f, propia, por, pagado in doctos
    )
    monto = sum((d.pagado / d.equivalencia for d in shares), D(0))
    rate = D(1) if moneda == "MXN" else D(cambio)
    pago = Pago(datetime(2026, 2, 20, 12), "03", moneda, rate, monto, None, shares)
    return replace(a_payment(n, 1), pagos=(pago,))


class LibroPronosticoContract:
    def test_adds_up_how_each_counterpart_paid_by_days_and_amount(self, books: Books, tenant: TenantId) -> None:
        entered(
            books, tenant, a_ppd(1), a_ppd(2, fecha_emision=datetime(2026, 2, 10, 23)), a_payment(3, 1, 2),
            recibido(a_ppd(4)), recibido(a_payment(5, 4, pagado="100.00")), a_cfdi(6, rfc_receptor="XAXX010101000"),
            a_payment(7, 6, pagado="1.50"),
        )  # fmt: skip
        assert histories(books, tenant) == [
            Historia(Lado.EMITIDO, CLIENTE.clave, 2, D("1160.00"), D(580) * (36 + 10)),
            Historia(Lado.EMITIDO, "emitido:XAXX010101000", 1, D("1.50"), D("1.50") * 36),
            Historia(Lado.RECIBIDO, PROVEEDOR.clave, 1, D("100.00"), D(3600)),
        ]

    def test_a_history_is_of_the_days_asked_for(self, books: Books, tenant: TenantId) -> None:
        entered(books, tenant, a_ppd(1), a_payment(2, 1))
        pagado = date(2026, 2, 20)
        assert len(histories(books, tenant, pagado, pagado)) == 1
        assert histories(books, tenant, date(2026, 2, 21), SIEMPRE[1]) == []
        assert histories(books, tenant, SIEMPRE[0], date(2026, 2, 19)) == []

    @pytest.mark.parametrize("n", [1, 2])
    def test_what_is_cancelled_is_no_history(self, books: Books, tenant: TenantId, n: int) -> None:
        entered(books, tenant, a_ppd(1), a_payment(2, 1))
        cancelled(books, tenant, n)
        assert histories(books, tenant) == []

    def test_a_payment_of_an_unknown_invoice_of_the_other_side_or_of_nothing_is_no_history(
        self, books: Books, tenant: TenantId
    ) -> None:
        entered(
            books, tenant, a_payment(1, 9), a_ppd(2), recibido(a_payment(3, 2)), a_payment(4, 2, pagado="0.00"),
            replace(a_credit_note(5), pagos=a_payment(1, 2).pagos), a_cfdi(6, tipo=Tipo.TRASLADO), a_payment(7, 6),
        )  # fmt: skip
        assert histories(books, tenant) == []

    def test_payments_in_other_currencies_count_in_mxn_if_their_rate_is_told(
        self, books: Books, tenant: TenantId
    ) -> None:
        entered(
            books, tenant, a_ppd(1, moneda="USD", tipo_cambio=D(18)), a_ppd(2),
            paid_in(3, "USD", (1, "USD", "1", "10")),
            paid_in(4, "MXN", (1, "USD", "0.05", "2")), paid_in(5, "USD", (2, "MXN", "20", "7"), (1, "USD", "1", "1")),
            paid_in(6, "USD", (1, "USD", "1", "99"), cambio="1"),
        )  # fmt: skip
        importe = D(200) + D(40) + D(7) + D(20)
        assert histories(books, tenant) == [Historia(Lado.EMITIDO, CLIENTE.clave, 4, importe, importe * 36)]

    def test_foreigners_are_told_apart_by_their_names(self, books: Books, tenant: TenantId) -> None:
        for n, nombre in enumerate(("ACME", "OTHER", "Ácme ")):
            factura = a_ppd(2 * n, rfc_receptor=EXTRANJERO, nombre_receptor=nombre)
            entered(books, tenant, factura, a_payment(2 * n + 1, 2 * n))
        assert [(h.contraparte, h.pagos) for h in histories(books, tenant)] == [
            (f"emitido:{EXTRANJERO}:ACME", 2),
            (f"emitido:{EXTRANJERO}:OTHER", 1),
        ]

    def test_gives_the_pue_received_in_some_days(self, books: Books, tenant: TenantId) -> None:
        entered(
            books, tenant, recibido(a_cfdi(1)), recibido(a_cfdi(2, fecha_emision=datetime(2026, 1, 16))), a_cfdi(3),
            recibido(a_ppd(4)), recibido(a_credit_note(5)), recibido(a_cfdi(6)), an_entry(a_cfdi(7), Direccion.AMBAS),
            recibido(a_cfdi(8, fecha_emision=datetime(2026, 1, 14, 23, 59, 59))),
        )  # fmt: skip
        cancelled(books, tenant, 6)
        with books.open(tenant) as opened:
            found = sorted(opened.pronostico.gastos(ENERO, ENERO), key=lambda c: c.uuid)
        assert found == [
            Comprobante(uuid(n), quien, ENERO, "MXN", D(1), D("1160.00")) for n, quien in ((1, PROVEEDOR), (7, CONSIGO))
        ]
