"""What the documents of every Books show to the alerts; a subclass brings `books` and `tenant`."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from contracts.libros import (
    AJENO,
    PROPIO,
    a_cfdi,
    a_credit_note,
    a_full_cfdi,
    a_payment,
    an_entry,
    an_event,
    recibido,
    uuid,
)
from horux_core.fiscal.alertas.hechos import Comprobante
from horux_core.fiscal.cfdi.model import Cubetas, Direccion, Estado, Relacion, Tipo
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.iva.model import Aviso, Lado
from horux_core.fiscal.ports import Books
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import Periodo

D = Decimal
DESDE = date(2026, 1, 1)


class IndiciosContract:
    def test_tells_all_of_a_document(self, books: Books, tenant: TenantId) -> None:
        lleno, cancelado = a_full_cfdi(1), datetime(2026, 4, 1, 23, 59)
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(lleno, Direccion.AMBAS)])
            opened.cfdis.correct(uuid(1), Correction(Estado.CANCELADO, cancelado, acreditable_pct=D("50")))
            assert opened.indicios.comprobantes(DESDE) == (
                Comprobante(
                    uuid(1), Tipo.PAGO, True, True, False, lleno.fecha_emision, PROPIO, AJENO, D(0), "XXX", "4.0", "A",
                    "0001", None, None, "G03", "601", "86991", datetime(2026, 3, 1, 9, 5, 1), date(2026, 4, 1), D("50"),
                    lleno.cubetas, (Relacion("04", uuid(9)), Relacion("01", uuid(5))), lleno.nomina,
                ),
            )  # fmt: skip

    def test_a_plain_document_has_no_buckets_and_older_ones_are_left_out(self, books: Books, tenant: TenantId) -> None:
        viejo = a_cfdi(1, fecha_emision=datetime(2025, 12, 31, 23, 59, 59))
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(viejo), an_entry(recibido(a_cfdi(2))), an_entry(a_credit_note(3, 2))])
            hallados = {c.uuid: c for c in opened.indicios.comprobantes(DESDE)}
        assert set(hallados) == {uuid(2), uuid(3)}
        assert (hallados[uuid(2)].recibido, hallados[uuid(2)].emitido) == (True, False)
        assert (hallados[uuid(2)].cubetas, hallados[uuid(2)].vigente) == (Cubetas(), True)
        assert hallados[uuid(3)].relaciones == (Relacion("01", uuid(2)),)

    def test_tells_what_was_noticed_and_still_stands(self, books: Books, tenant: TenantId) -> None:
        viejo = replace(a_full_cfdi(3), fecha_emision=datetime(2025, 1, 1))
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(replace(a_full_cfdi(1), moneda="USD")), an_entry(a_cfdi(2)), an_entry(viejo)])
            opened.iva.replace([uuid(2)], [], [Aviso("PAGO_SIN_FACTURA", uuid(2), "b"), Aviso("PAGO", uuid(3), "x")])
            leidos = {(a.codigo, a.uuid) for a in opened.indicios.avisos(DESDE)}
            assert leidos == {
                ("PAGO_SIN_FACTURA", uuid(2)), ("no_cuadra", uuid(1)), ("TC_SOSPECHOSO", uuid(1)),
            }  # fmt: skip
            assert Aviso("PAGO_SIN_FACTURA", uuid(2), "b") in opened.indicios.avisos(DESDE)
            opened.cfdis.correct(uuid(1), Correction(tipo_cambio_capturado=D("18.5")))
            assert ("TC_SOSPECHOSO", uuid(1)) not in {(a.codigo, a.uuid) for a in opened.indicios.avisos(DESDE)}

    def test_tells_the_events_that_credit_nothing(self, books: Books, tenant: TenantId) -> None:
        rechazado = an_event(1, motivo="efectivo_mayor", lado=Lado.RECIBIDO, no_acreditable=D("16.00"))
        viejo = an_event(3, Periodo(2025, 12), motivo="efectivo_mayor", lado=Lado.RECIBIDO)
        with books.open(tenant) as opened:
            opened.iva.replace([], [rechazado, an_event(2), viejo], [])
            assert opened.indicios.rechazados(DESDE) == (rechazado,)

    def test_tells_only_of_the_named_when_some_are(self, books: Books, tenant: TenantId) -> None:
        rechazados = [an_event(n, motivo="efectivo_mayor", lado=Lado.RECIBIDO) for n in (1, 2)]
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_full_cfdi(1)), an_entry(a_full_cfdi(2)), an_entry(a_credit_note(3, 1))])
            opened.iva.replace([], rechazados, [Aviso("PAGO", uuid(n), "x") for n in (1, 2)])
            todos = {c.uuid: c for c in opened.indicios.comprobantes(DESDE)}
            assert opened.indicios.comprobantes(DESDE, [uuid(1)]) == (todos[uuid(1)],)
            assert opened.indicios.comprobantes(DESDE, {uuid(3)}) == (todos[uuid(3)],)
            avisos = opened.indicios.avisos(DESDE)
            assert set(opened.indicios.avisos(DESDE, [uuid(2)])) == {a for a in avisos if a.uuid == uuid(2)}
            assert opened.indicios.rechazados(DESDE, [uuid(2)]) == (rechazados[1],)
            for nadie in ([], [uuid(9)]):
                assert opened.indicios.comprobantes(DESDE, nadie) == ()
                assert opened.indicios.avisos(DESDE, nadie) == ()
                assert opened.indicios.rechazados(DESDE, nadie) == ()

    def test_finds_what_looks_like_a_document_what_somebody_issued_and_the_payroll(
        self, books: Books, tenant: TenantId
    ) -> None:
        otra_moneda, otro_total = a_cfdi(3, moneda="USD", tipo_cambio=D("18.5")), a_cfdi(4, "1160.01")
        nomina = a_cfdi(6, tipo=Tipo.NOMINA, nomina=a_full_cfdi(6).nomina)
        with books.open(tenant) as opened:
            opened.cfdis.enter(
                [an_entry(c) for c in (a_cfdi(1), a_cfdi(2), otra_moneda, otro_total, recibido(a_cfdi(5)), nomina)]
            )
            opened.cfdis.enter([an_entry(replace(a_payment(7), rfc_emisor=AJENO, rfc_receptor=PROPIO))])
            indicios = opened.indicios
            assert indicios.parecidos([uuid(1), uuid(9)]) == {uuid(1), uuid(2)}
            assert indicios.parecidos([uuid(4)]) == {uuid(4)}
            assert indicios.parecidos([]) == frozenset()
            assert indicios.recibidos_de([AJENO]) == {uuid(5), uuid(7)}
            assert indicios.recibidos_de([PROPIO]) == frozenset()
            assert indicios.nominas() == {uuid(6)}

    def test_counts_by_month_what_has_an_amount_nobody_knows(self, books: Books, tenant: TenantId) -> None:
        enero, febrero, marzo = (Periodo(2026, mes) for mes in (1, 2, 3))
        global_ = a_cfdi(5, fecha_emision=datetime(2026, 3, 1), periodo_global=febrero)
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(c) for c in (a_cfdi(1), a_cfdi(2), a_payment(3, 1), a_cfdi(4), global_)])
            pendiente = an_event(3, febrero, regla="pendiente")
            avisos = [Aviso("TC_SOSPECHOSO", uuid(n), "x") for n in (1, 1, 2, 3, 5)]
            opened.iva.replace([], [pendiente, an_event(4, marzo)], [*avisos, Aviso("PAGO", uuid(4), "x")])
            assert opened.indicios.sin_importe(enero, marzo) == {enero: 2, febrero: 2}
            assert opened.indicios.sin_importe(febrero, febrero) == {febrero: 2}
            assert opened.indicios.sin_importe(marzo, marzo) == {}

    def test_who_enters_or_leaves_the_list_has_its_documents_worked_out(self, books: Books, tenant: TenantId) -> None:
        otro = "SPR190613I52"
        with books.open(tenant) as opened:
            opened.cfdis.enter(
                [
                    an_entry(recibido(a_cfdi(1))),
                    an_entry(replace(recibido(a_cfdi(2)), rfc_emisor=otro)),
                    an_entry(a_cfdi(3)),
                ]
            )
            opened.iva.replace([uuid(n) for n in (1, 2, 3)], [], [])
            assert opened.indicios.efos() == frozenset()
            opened.indicios.cambiar_efos({AJENO, PROPIO})
        with books.open(tenant) as opened:
            assert opened.indicios.efos() == {AJENO, PROPIO}
            assert opened.iva.pending(9) == (uuid(1),)
            documentos = opened.iva.connected([uuid(1), uuid(2)])
            assert [documentos[uuid(n)].efos_definitivo for n in (1, 2)] == [True, False]
            opened.iva.replace([uuid(1)], [], [])
            opened.indicios.cambiar_efos({otro, AJENO, PROPIO})
            assert opened.iva.pending(9) == (uuid(2),)
            opened.indicios.cambiar_efos(frozenset())
            assert set(opened.iva.pending(9)) == {uuid(1), uuid(2)}
            assert not opened.iva.connected([uuid(1)])[uuid(1)].efos_definitivo
