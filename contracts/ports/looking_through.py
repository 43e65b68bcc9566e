"""What every Books promises of looking through its documents; a subclass brings the `books` and `tenant` fixtures."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from contracts.libros import AJENO, PROPIO, a_cfdi, a_credit_note, a_full_cfdi, a_payment, an_entry, recibido, uuid
from contracts.ports.books import entered, found
from horux_core.fiscal.cfdi.advertencias import TC_SOSPECHOSO
from horux_core.fiscal.cfdi.model import Advertencia, Cubetas, Direccion, Estado, Tipo
from horux_core.fiscal.cfdi.stored import Correction, Filter, Grupo, StoredCfdi
from horux_core.fiscal.iva.model import Aviso
from horux_core.fiscal.ports import Books
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import CursorMalformed, Page

ODD = (Advertencia("RARO", "Algo raro."),)


class LookingThroughContract:
    def test_shows_the_newest_first_without_children_or_buckets(self, books: Books, tenant: TenantId) -> None:
        old = a_cfdi(3, fecha_emision=datetime(2025, 12, 31, 23, 59, 59))
        entered(books, tenant, an_entry(a_cfdi(1)), an_entry(old), an_entry(a_full_cfdi(2)))
        with books.open(tenant) as opened:
            shown = opened.cfdis.search(Filter(), None, 50)
        assert [s.cfdi.uuid for s in shown.items] == [uuid(2), uuid(1), uuid(3)]
        assert shown.next_cursor is None
        bare = replace(a_full_cfdi(2), impuestos=(), pagos=(), relaciones=(), nomina=None, retenciones=None)
        assert shown.items[0].cfdi == replace(bare, cubetas=Cubetas())

    @pytest.mark.parametrize(
        ("wanted", "expected"),
        [
            ({}, {1, 2, 3, 4}),
            ({"desde": date(2026, 1, 15)}, {1, 3, 4}),
            ({"hasta": date(2026, 1, 15)}, {1, 2, 4}),
            ({"desde": date(2026, 1, 15), "hasta": date(2026, 1, 15)}, {1, 4}),
            ({"hasta": date.max}, {1, 2, 3, 4}),
            ({"tipo": Tipo.EGRESO}, {2}),
            ({"rfc": AJENO}, {1, 2, 3}),
            ({"rfc": PROPIO}, {1, 2, 3, 4}),
            ({"rfc": "AAA010101AAA"}, set()),
            ({"metodo_pago": "PPD"}, {3}),
            ({"estado": Estado.CANCELADO}, {1}),
            ({"estado": Estado.VIGENTE}, {2, 3, 4}),
            ({"direccion": Direccion.EMITIDO}, {1, 2, 4}),
            ({"direccion": Direccion.RECIBIDO}, {3, 4}),
            ({"direccion": Direccion.AMBAS}, {4}),
            ({"nombre": "robotica espanola"}, {1, 2, 3}),
            ({"nombre": "RobÓtica"}, {1, 2, 3}),
            ({"nombre": "Ü"}, {1, 2, 3, 4}),
            ({"nombre": "100%"}, {4}),
            ({"nombre": "%"}, {4}),
            ({"nombre": "_"}, {4}),
            ({"nombre": "\\"}, {4}),
            ({"nombre": "'; DROP TABLE cfdis; --"}, set()),
            ({"tipo": Tipo.INGRESO, "direccion": Direccion.RECIBIDO, "nombre": "kemper"}, {3}),
            ({"texto": "RobÓtica"}, {1, 2, 3}),
            ({"texto": "100%"}, {4}),
            ({"texto": "_"}, {4}),
            ({"texto": "'; DROP TABLE cfdis; --"}, set()),
            ({"texto": "ure18"}, {1, 2, 3}),
            ({"texto": "RE180429TM6"}, set()),
            ({"texto": "fa-0004"}, {4}),
            ({"texto": "FA0004"}, {4}),
            ({"texto": "Fa 00"}, {4}),
            ({"texto": "0004"}, {4}),
            ({"texto": "004"}, set()),
            ({"texto": "-"}, set()),
            ({"texto": uuid(2).upper()}, {2}),
            ({"texto": uuid(2)[:-1]}, {1, 2, 3, 4}),
            ({"texto": "aaaaaaaa"}, {1, 2, 3, 4}),
            ({"texto": "aaaaaaab"}, set()),
            ({"texto": "aaaaaaa"}, set()),
            ({"texto": "robótica", "tipo": Tipo.EGRESO}, {2}),
            ({"por_revisar": True}, {2}),
        ],
    )
    def test_narrows_the_list(self, books: Books, tenant: TenantId, wanted: dict[str, Any], expected: set[int]) -> None:
        entered(
            books,
            tenant,
            an_entry(a_cfdi(1, fecha_emision=datetime(2026, 1, 15))),
            an_entry(a_credit_note(2, 1, fecha_emision=datetime(2026, 1, 14, 23, 59, 59), advertencias=ODD)),
            an_entry(recibido(a_cfdi(3, metodo_pago="PPD", fecha_emision=datetime(2026, 1, 16)))),
            an_entry(
                a_cfdi(
                    4,
                    fecha_emision=datetime(2026, 1, 15, 23, 59, 59),
                    serie="FA-",
                    folio="0004",
                    rfc_receptor=PROPIO,
                    nombre_emisor=None,
                    nombre_receptor="PURO_GÜERO 100% \\ SA",
                ),
                Direccion.AMBAS,
            ),
        )
        with books.open(tenant) as opened:
            opened.cfdis.correct(uuid(1), Correction(estado=Estado.CANCELADO))
        assert set(found(books, tenant, **wanted)) == {uuid(n) for n in expected}

    def test_adds_up_what_answers_to_a_filter(self, books: Books, tenant: TenantId) -> None:
        sin_cambio = (Advertencia(TC_SOSPECHOSO, "Falta el tipo de cambio."),)
        dolares = recibido(a_cfdi(3, "100.00", moneda="USD", tipo_cambio=None, advertencias=sin_cambio))
        euros = recibido(a_cfdi(4, "10.00", moneda="EUR", tipo_cambio=None, advertencias=(*sin_cambio, *ODD)))
        issued = (a_cfdi(1, "100.10"), a_cfdi(2, "0.01"), a_credit_note(5, 1), a_cfdi(6, advertencias=ODD))
        entered(books, tenant, *(an_entry(cfdi) for cfdi in (*issued, dolares, euros)))
        entered(books, tenant, an_entry(a_cfdi(7), Direccion.AMBAS))
        with books.open(tenant) as opened:
            opened.cfdis.correct(uuid(3), Correction(tipo_cambio_capturado=Decimal(18)))
            opened.cfdis.correct(uuid(6), Correction(estado=Estado.CANCELADO))
            opened.iva.replace((uuid(1),), (), (Aviso("RARO", uuid(1), "Raro."), Aviso("RARO", uuid(1), "Raro.")))
            assert opened.cfdis.con_avisos([uuid(1), uuid(2), uuid(99)]) == {uuid(1)}
            assert opened.cfdis.con_avisos([]) == frozenset()
            every = opened.cfdis.sumas(Filter())
            some = opened.cfdis.sumas(Filter(direccion=Direccion.EMITIDO, estado=Estado.VIGENTE, por_revisar=True))
            none = opened.cfdis.sumas(Filter(texto="nadie"))
        emitido, recibido_, vigente = Direccion.EMITIDO, Direccion.RECIBIDO, Estado.VIGENTE
        assert set(every) == {
            Grupo(emitido, Tipo.INGRESO, vigente, 2, Decimal("100.11"), 0, 1),
            Grupo(emitido, Tipo.INGRESO, Estado.CANCELADO, 1, Decimal("1160.00"), 0, 0),
            Grupo(emitido, Tipo.EGRESO, vigente, 1, Decimal("116.00"), 0, 0),
            Grupo(recibido_, Tipo.INGRESO, vigente, 2, Decimal("1800.00"), 1, 1),
            Grupo(Direccion.AMBAS, Tipo.INGRESO, vigente, 1, Decimal("1160.00"), 0, 0),
        }
        assert len(every) == 5
        assert some == (Grupo(emitido, Tipo.INGRESO, vigente, 1, Decimal("100.10"), 0, 1),)
        assert none == ()

    def test_tells_what_payments_add_up_to(self, books: Books, tenant: TenantId) -> None:
        once = a_payment(1, 7, pagado="580.00")
        pago = once.pagos[0]
        twice = replace(a_payment(2, 7), pagos=(pago, replace(pago, monto=Decimal("0.01"))))
        mixed = replace(a_payment(3, 7), pagos=(pago, replace(pago, moneda="USD")))
        entered(books, tenant, *(an_entry(cfdi) for cfdi in (once, twice, mixed, a_cfdi(4))))
        with books.open(tenant) as opened:
            told = opened.cfdis.montos([uuid(n) for n in (1, 2, 3, 4, 99)])
            assert opened.cfdis.montos([]) == {}
        assert told == {uuid(1): (Decimal("580.00"), "MXN"), uuid(2): (Decimal("580.01"), "MXN")}

    @pytest.mark.parametrize("limit", [1, 3, 4, 10])
    def test_pages_show_each_document_once(self, books: Books, tenant: TenantId, limit: int) -> None:
        days = [datetime(2026, 1, 1) + timedelta(days=n // 4, microseconds=1 if n == 5 else 0) for n in range(10)]
        entered(books, tenant, *(an_entry(a_cfdi(n, fecha_emision=day)) for n, day in enumerate(days)))
        seen: list[str] = []
        cursor, pages = None, 0
        while pages == 0 or cursor:
            with books.open(tenant) as opened:
                page: Page[StoredCfdi] = opened.cfdis.search(Filter(), cursor, limit)
            seen += [stored.cfdi.uuid for stored in page.items]
            cursor, pages = page.next_cursor, pages + 1
        assert seen == found(books, tenant)
        assert len(set(seen)) == 10
        assert pages == -(-10 // limit)

    @pytest.mark.parametrize("cursor", ["", "x", "ñ", "MjAyNg", "MjAyNi0wMS0wMXwtMQ", "A" * 99])
    def test_refuses_a_cursor_of_its_own_making(self, books: Books, tenant: TenantId, cursor: str) -> None:
        with books.open(tenant) as opened, pytest.raises(CursorMalformed):
            opened.cfdis.search(Filter(), cursor, 10)
