"""What the IVA of every Books promises; a subclass brings the `books` and `tenant` fixtures."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.libros import (
    PROPIO,
    a_cfdi,
    a_credit_note,
    a_payment,
    a_ppd,
    an_entry,
    an_event,
    recibido,
    uuid,
)
from horux_core.fiscal.cfdi.model import Advertencia, Cubetas, DestinoIva, Direccion, Estado, Relacion
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.iva.mes import cuentas
from horux_core.fiscal.iva.model import Aviso, Documento, Lado, MesIva
from horux_core.fiscal.ports import Books
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import Periodo

ENERO, FEBRERO, MARZO = Periodo(2026, 1), Periodo(2026, 2), Periodo(2026, 3)
D = Decimal


class LibroIvaContract:
    def connected(self, books: Books, tenant: TenantId, *asked: int) -> set[str]:
        with books.open(tenant) as opened:
            return set(opened.iva.connected(uuid(n) for n in asked))

    def test_gives_at_most_as_many_pending_as_asked(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            assert opened.iva.pending(5) == ()
            opened.cfdis.enter([an_entry(a_cfdi(n)) for n in range(5)])
            assert len(set(opened.iva.pending(3))) == 3
            assert set(opened.iva.pending(10)) == {uuid(n) for n in range(5)}

    def test_marks_every_document_once(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_cfdi(n)) for n in range(3)])
            opened.iva.replace([uuid(0), uuid(1)], (), ())
            opened.iva.mark_all()
            opened.iva.mark_all()
            assert sorted(opened.iva.pending(10)) == [uuid(0), uuid(1), uuid(2)]

    def test_knows_which_are_marked_for_themselves(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_cfdi(n)) for n in range(3)])
            opened.iva.replace([uuid(0), uuid(1)], (), ())
            opened.iva.mark_all()
            assert opened.iva.cambiaron([uuid(0), uuid(1), "no es un uuid", uuid(9)]) is False
            assert opened.iva.cambiaron([uuid(1), uuid(2)]) is True
            opened.cfdis.correct(uuid(1), Correction(Estado.CANCELADO))
            assert opened.iva.cambiaron([uuid(1)]) is True
            assert sorted(opened.iva.pending(10)) == [uuid(0), uuid(1), uuid(2)]
            opened.iva.replace([uuid(1), uuid(2)], (), ())
            assert opened.iva.cambiaron([uuid(1), uuid(2)]) is False

    def test_follows_payments_and_relations_both_ways_however_far(self, books: Books, tenant: TenantId) -> None:
        # nota 1 → factura 2 ← pago 3 → factura 4 ← sustituye 5; aparte, 6 y 7
        sustituye = a_cfdi(5, relaciones=(Relacion("04", uuid(4)),))
        with books.open(tenant) as opened:
            documents = (a_credit_note(1, 2), a_ppd(2), a_payment(3, 2, 4), a_ppd(4), sustituye, a_cfdi(6), a_cfdi(7))
            opened.cfdis.enter([an_entry(document) for document in documents])
        for asked in (1, 2, 3, 4, 5):
            assert self.connected(books, tenant, asked) == {uuid(n) for n in (1, 2, 3, 4, 5)}
        assert self.connected(books, tenant, 6) == {uuid(6)}
        assert self.connected(books, tenant, 1, 7) == {uuid(n) for n in (1, 2, 3, 4, 5, 7)}

    def test_a_document_that_is_not_kept_ties_nothing(self, books: Books, tenant: TenantId) -> None:
        pago = a_payment(1, 404)
        docto = replace(pago.pagos[0].doctos[0], id_documento="999-99-999999999")
        operacion = replace(a_payment(3), pagos=(replace(pago.pagos[0], doctos=(docto,)),))
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(d) for d in (pago, a_payment(2, 404), operacion)])
            assert opened.iva.connected(["no es un uuid"]) == {}
        assert self.connected(books, tenant, 1) == {uuid(1)}
        assert self.connected(books, tenant, 2, 404) == {uuid(2)}
        assert self.connected(books, tenant, 3) == {uuid(3)}
        assert self.connected(books, tenant) == set()

    def test_gives_what_iva_is_worked_out_from(self, books: Books, tenant: TenantId) -> None:
        usd = recibido(a_ppd(1, moneda="USD", tipo_cambio=D("18.5"), combustible=True, periodo_global=FEBRERO))
        pago, nota = a_payment(2, 1, 3), a_credit_note(4, 1, tipo="03")
        ambas = a_cfdi(3, rfc_receptor=PROPIO)
        with books.open(tenant) as opened:
            opened.cfdis.enter([*(an_entry(d) for d in (usd, pago, nota)), an_entry(ambas, Direccion.AMBAS)])
            opened.cfdis.correct(uuid(1), Correction(Estado.CANCELADO, None, DestinoIva.MIXTO, D("8.50")))
            given = opened.iva.connected([uuid(1)])
        assert given[uuid(1)] == Documento(
            *(uuid(1), usd.tipo, False, True, False, usd.fecha_emision, "USD", D("18.5"), D("1160.00")),
            *(usd.cubetas, "PPD", "99", "G03", True, False, FEBRERO, DestinoIva.MIXTO, D("8.50")),
        )
        assert given[uuid(2)].pagos == pago.pagos
        assert given[uuid(4)].relaciones == (Relacion("03", uuid(1)),)
        assert (given[uuid(3)].emitido, given[uuid(3)].recibido) == (True, True)
        assert (given[uuid(4)].emitido, given[uuid(4)].recibido, given[uuid(4)].vigente) == (True, False, True)

    def test_puts_events_in_place_of_the_old_and_tells_the_months(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_cfdi(n)) for n in (1, 2)])
            first = [an_event(1, ENERO), an_event(2, FEBRERO)]
            assert opened.iva.replace([uuid(1), uuid(2)], first, ()) == {ENERO, FEBRERO}
            assert opened.iva.replace([uuid(1)], [an_event(1, MARZO)], ()) == {ENERO, MARZO}
            assert opened.iva.eventos(ENERO) == ()
            assert opened.iva.eventos(FEBRERO) == (an_event(2, FEBRERO),)
            assert opened.iva.eventos(MARZO) == (an_event(1, MARZO),)
            assert opened.iva.replace([uuid(3)], (), ()) == frozenset()

    def test_unmarks_only_the_documents_named(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_cfdi(n)) for n in (1, 2)])
            opened.iva.replace([uuid(1)], (), ())
            assert opened.iva.pending(10) == (uuid(2),)

    def test_puts_notices_in_place_of_the_old(self, books: Books, tenant: TenantId) -> None:
        avisos = [Aviso("PAGO_SIN_FACTURA", uuid(1), "Falta la factura."), Aviso("B", uuid(1), "«Otro»\taviso.")]
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_cfdi(n)) for n in (1, 2)])
            opened.iva.replace([uuid(1), uuid(2)], (), [*avisos, Aviso("C", uuid(2), "c")])
            assert opened.cfdis.avisos(uuid(1)) == tuple(Advertencia(a.codigo, a.detalle) for a in avisos)
            opened.iva.replace([uuid(1)], (), avisos[1:])
            assert opened.cfdis.avisos(uuid(1)) == (Advertencia("B", "«Otro»\taviso."),)
            assert opened.cfdis.avisos(uuid(2)) == (Advertencia("C", "c"),)
            assert opened.cfdis.avisos(uuid(3)) == ()

    def test_gives_events_back_as_they_were_by_day_and_document(self, books: Books, tenant: TenantId) -> None:
        full = an_event(
            1,
            pago=2,
            docto=3,
            lado=Lado.RECIBIDO,
            cubetas=Cubetas(*(D(f"-{n}.0{n % 10}") for n in range(1, 15))),
            no_acreditable=D("1.23"),
            motivo="efectivo",
            destino=DestinoIva.EXENTO,
            retenido_no_acreditable=D("4.56"),
        )
        early = an_event(9, fecha=date(2025, 12, 31))
        twin = replace(full, cubetas=Cubetas(iva_16=D("1.00")))
        with books.open(tenant) as opened:
            opened.iva.replace([], [full, twin, an_event(3), an_event(2), early], ())
            kept = opened.iva.eventos(ENERO)
        assert kept == (early, full, twin, an_event(2), an_event(3))
        assert [e.uuid for e in kept] == [uuid(n) for n in (9, 1, 1, 2, 3)]

    def test_adds_up_the_events_of_each_month(self, books: Books, tenant: TenantId) -> None:
        gasto: dict[str, Any] = {"lado": Lado.RECIBIDO, "no_acreditable": D("0.01")}
        gasto["retenido_no_acreditable"] = D("0.02")
        enero = [
            *(
                an_event(1),
                an_event(2, iva="0.33"),
                an_event(3, **gasto),
                an_event(4, destino=DestinoIva.MIXTO, **gasto),
            ),
            *(an_event(5, motivo="uso", **gasto), an_event(6, motivo="efectivo", **gasto)),
        ]
        marzo = [an_event(7, MARZO)]
        with books.open(tenant) as opened:
            opened.iva.replace([], [*enero, *marzo], ())
            added = opened.iva.cuentas(ENERO)
            assert set(added) == {ENERO, MARZO}
            assert set(added[ENERO]) == set(cuentas(enero))
            assert set(added[MARZO]) == set(cuentas(marzo))
            assert set(opened.iva.cuentas(FEBRERO)) == {MARZO}
            assert opened.iva.cuentas(Periodo(2026, 4)) == {}

    def test_knows_the_oldest_month_with_an_event(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            assert opened.iva.primer_periodo() is None
            opened.iva.replace([], [an_event(1, MARZO), an_event(2, FEBRERO)], ())
            assert opened.iva.primer_periodo() == FEBRERO

    def test_puts_months_in_place_of_every_later_one(self, books: Books, tenant: TenantId) -> None:
        full = MesIva(ENERO, *(D(n) for n in range(1, len(MesIva.__dataclass_fields__))))
        with books.open(tenant) as opened:
            opened.iva.guardar_meses(ENERO, [full, MesIva(FEBRERO), MesIva(MARZO)])
            assert opened.iva.meses(ENERO, MARZO) == {ENERO: full, FEBRERO: MesIva(FEBRERO), MARZO: MesIva(MARZO)}
            assert list(opened.iva.meses(FEBRERO, FEBRERO)) == [FEBRERO]
            opened.iva.guardar_meses(FEBRERO, [MesIva(FEBRERO, a_pagar=D("7.00"))])
            assert opened.iva.meses(ENERO, MARZO) == {ENERO: full, FEBRERO: MesIva(FEBRERO, a_pagar=D("7.00"))}

    def test_keeps_nothing_of_a_failed_transaction(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.iva.replace([uuid(1)], [an_event(1)], ())
        with pytest.raises(ZeroDivisionError), books.open(tenant) as opened:  # noqa: PT012
            opened.iva.replace([uuid(1)], [an_event(1, MARZO), an_event(1, MARZO)], ())
            opened.iva.guardar_meses(ENERO, [MesIva(ENERO)])
            _ = 1 / 0
        with books.open(tenant) as opened:
            assert opened.iva.eventos(ENERO) == (an_event(1),)
            assert opened.iva.meses(ENERO, MARZO) == {}
