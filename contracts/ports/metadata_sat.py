"""What the SAT's metadata in every Books promises; a subclass brings the `books` and `tenant` fixtures."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from contracts.libros import AJENO, PROPIO, a_cfdi, a_full_cfdi, an_entry, uuid
from horux_core.fiscal.cfdi.model import Direccion, Estado, Tipo
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.paquetes.model import ArchivoMetadata, RenglonMetadata, ResumenCfdi
from horux_core.fiscal.ports import Books
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import Periodo

D = Decimal
ENERO = Periodo(2026, 1)


def a_row(n: int = 1, monto: str = "1160.00", **changes: object) -> RenglonMetadata:
    """What the SAT says of `a_cfdi(n)`."""
    plain = RenglonMetadata(
        uuid(n),
        PROPIO,
        "ESCUELA KEMPER URGATE",
        AJENO,
        "UNIVERSIDAD ROBÓTICA ESPAÑOLA",
        "SPR190613I52",
        datetime(2026, 1, 15, 10, 30),
        datetime(2026, 1, 15, 10, 30, 41),
        D(monto),
        Tipo.INGRESO,
        Estado.VIGENTE,
        None,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def cancelled(n: int = 1, **changes: object) -> RenglonMetadata:
    fecha = datetime(2026, 1, 20, 9)
    return a_row(n, **{"estado": Estado.CANCELADO, "fecha_cancelacion": fecha, **changes})  # type: ignore[arg-type]


FULL = cancelled(
    1,
    nombre_emisor='"COMILLA SIN CERRAR \\ \t;',
    efecto=Tipo.RETENCIONES,
    monto=D("10000.123456"),
    monto_retenido=D("1000.00"),
    rfc_receptor="",
    fecha_certificacion=None,
    rfc_tercero="AAAA010101AA1",
    nombre_tercero="PERSONA FÍSICA UNO",
)
ARCHIVO = ArchivoMetadata(
    "ab" * 32, "p_01.txt", Direccion.EMITIDO, False, datetime(2026, 1, 1), datetime(2026, 1, 31, 23, 59, 59), 17, True
)


class MetadataSatContract:
    def test_gives_rows_back_as_they_were(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.metadata.guardar([FULL, a_row(2)])
        with books.open(tenant) as opened:
            assert opened.metadata.de([uuid(1), uuid(2), uuid(3)]) == {uuid(1): FULL, uuid(2): a_row(2)}
            assert opened.metadata.de([]) == {}

    def test_gives_those_issued_from_a_day_on(self, books: Books, tenant: TenantId) -> None:
        antes = a_row(3, fecha_emision=datetime(2026, 1, 14, 23, 59, 59))
        with books.open(tenant) as opened:
            opened.metadata.guardar([antes, a_row(2), a_row(4, fecha_emision=datetime(2027, 1, 1))])
            assert {r.uuid for r in opened.metadata.desde(date(2026, 1, 15))} == {uuid(2), uuid(4)}
            assert antes in opened.metadata.desde(date(2026, 1, 14))

    def test_keeping_again_replaces_the_whole_row(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.metadata.guardar([FULL])
            opened.metadata.guardar([a_row(1)])
            opened.metadata.guardar([])
            assert opened.metadata.de([uuid(1)]) == {uuid(1): a_row(1)}

    def test_a_month_has_what_was_issued_in_it_by_day(self, books: Books, tenant: TenantId) -> None:
        rows = [
            a_row(4, fecha_emision=datetime(2026, 1, 31, 23, 59, 59)),
            a_row(3, fecha_emision=datetime(2026, 1, 1)),
            a_row(2, fecha_emision=datetime(2026, 1, 1)),
            a_row(1, fecha_emision=datetime(2025, 12, 31, 23, 59, 59)),
            a_row(5, fecha_emision=datetime(2026, 2, 1)),
        ]
        with books.open(tenant) as opened:
            opened.metadata.guardar(rows)
            assert [r.uuid for r in opened.metadata.del_periodo(ENERO)] == [uuid(2), uuid(3), uuid(4)]
            assert opened.metadata.del_periodo(Periodo(2030, 1)) == ()

    def test_notes_a_file_once(self, books: Books, tenant: TenantId) -> None:
        other = replace(ARCHIVO, archivo="a.txt", direccion=Direccion.RECIBIDO, completo=False, retenciones=True)
        with books.open(tenant) as opened:
            for archivo in (ARCHIVO, other, replace(ARCHIVO, completo=False, renglones=1)):
                opened.metadata.anotar(archivo)
        with books.open(tenant) as opened:
            assert opened.metadata.archivos() == (other, ARCHIVO)

    def test_sums_the_documents_of_the_books_up(self, books: Books, tenant: TenantId) -> None:
        cancelado = datetime(2026, 2, 3, 4, 5)
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_cfdi(2)), an_entry(a_full_cfdi(1), Direccion.AMBAS)])
            opened.cfdis.correct(uuid(2), Correction(Estado.CANCELADO, cancelado))
        propio = ResumenCfdi(
            uuid(2), Direccion.EMITIDO, Tipo.INGRESO, datetime(2026, 1, 15, 10, 30), PROPIO, AJENO, D("1160.00"),
            "MXN", Estado.CANCELADO, cancelado,
        )  # fmt: skip
        with books.open(tenant) as opened:
            assert opened.metadata.resumenes([uuid(2), uuid(2), uuid(9)]) == (propio,)
            assert opened.metadata.resumenes_del_periodo(ENERO) == (propio,)
            (pago,) = opened.metadata.resumenes_del_periodo(Periodo(2026, 3))
            assert (pago.tipo, pago.direccion, pago.total, pago.moneda) == (Tipo.PAGO, Direccion.AMBAS, D(0), "XXX")

    def test_a_row_without_its_document_is_none_of_the_books(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.metadata.guardar([a_row(1)])
            assert (opened.cfdis.count(), opened.iva.pending(10)) == (0, ())
            assert opened.metadata.resumenes([uuid(1)]) == ()

    def test_keeps_nothing_of_a_failed_transaction(self, books: Books, tenant: TenantId) -> None:
        with pytest.raises(ZeroDivisionError), books.open(tenant) as opened:  # noqa: PT012
            opened.metadata.guardar([a_row(1)])
            opened.metadata.anotar(ARCHIVO)
            _ = 1 / 0
        with books.open(tenant) as opened:
            assert (opened.metadata.de([uuid(1)]), opened.metadata.archivos()) == ({}, ())

    def test_takes_thousands_at_once(self, books: Books, tenant: TenantId) -> None:
        rows = [a_row(n) for n in range(3_000)]
        with books.open(tenant) as opened:
            opened.metadata.guardar(rows)
            assert len(opened.metadata.del_periodo(ENERO)) == 3_000
