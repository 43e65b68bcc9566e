"""What the bank's part of every Books promises; a subclass brings the `books` and `tenant` fixtures."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from contracts.libros import AJENO, PROPIO, a_cfdi, a_full_cfdi, a_payment, a_ppd, an_entry, recibido, uuid
from horux_core.fiscal.cfdi.model import Direccion, Tipo
from horux_core.fiscal.cfdi.model import Estado as EstadoCfdi
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.conciliacion.libro import (
    Carga,
    Cobro,
    CuentaBancaria,
    FilaBancaria,
    FilaMostrada,
    Filtro,
    Guardado,
    documento,
    identidad,
)
from horux_core.fiscal.conciliacion.model import (
    EstadoRenglon,
    Parte,
    Propuesta,
    Rechazo,
    Regla,
    Renglon,
    Resultado,
    Signo,
)
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import CursorMalformed

D = Decimal
AT = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
CUENTA = CuentaBancaria(UUID(int=71), "0123", "BBVA «Nómina»", "MXN")
OTRA = CuentaBancaria(UUID(int=72), "9", "Dólares", "USD")


def statement_form(content: bytes, name: str = "enero.csv", **fields: str) -> tuple[bytes, str]:
    """A statement in a form, of an account named like this unless told, and its kind."""
    boundary = b"linde-7f3a91"
    sent = {"cuenta": "BBVA", **fields}
    parts = [
        b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (boundary, n.encode(), v.encode())
        for n, v in sent.items()
    ]
    head = b'--%b\r\nContent-Disposition: form-data; name="archivo"; filename="%b"\r\n\r\n' % (boundary, name.encode())
    body = b"".join((*parts, head, content, b"\r\n--%b--\r\n" % boundary))
    return body, f"multipart/form-data; boundary={boundary.decode()}"


def renglon_id(n: int) -> str:
    return str(UUID(int=n))


def a_row(n: int, dia: int = 10, importe: str = "100.00", cuenta: CuentaBancaria = CUENTA) -> FilaBancaria:
    monto = D(importe)
    renglon = Renglon(
        renglon_id(n), str(cuenta.id), date(2026, 1, dia), abs(monto), Signo.ABONO if monto > 0 else Signo.CARGO,
        "SPEI «ñ» \\ \t tab", "REF 1", cuenta.moneda,
    )  # fmt: skip
    return FilaBancaria(renglon, monto, D("1000.10"), n)


def a_load(cuenta: CuentaBancaria = CUENTA) -> Carga:
    return Carga(uuid4(), cuenta.id, "enero.csv", date(2026, 1, 1), date(2026, 1, 31), AT)


def proposed(n: int, *partes: Parte, estado: EstadoRenglon = EstadoRenglon.SUGERIDO, **changes: object) -> Propuesta:
    plain = Propuesta(renglon_id(n), estado, Regla.PUNTAJE, partes, D("0.9125"), D("-0.40"))
    return replace(plain, **changes)  # type: ignore[arg-type]


def standing(
    fila: FilaBancaria, estado: EstadoRenglon, *propuestas: Propuesta, aceptada: UUID | None = None
) -> Guardado:
    return Guardado(fila.renglon, Resultado(fila.renglon.id, estado, propuestas), aceptada)


def a_bank(opened: OpenBooks) -> None:
    """Two fees of the bank, as matching leaves them: PROPUESTA settles the first, ACEPTADA the other by hand."""
    filas = [_a_fee(1), _a_fee(2)]
    opened.conciliacion.guardar_cuenta(CUENTA)
    opened.conciliacion.entrar(a_load(), filas)
    opened.conciliacion.guardar(
        [
            standing(filas[0], EstadoRenglon.COMISION_BANCARIA, _fee_of(1)),
            standing(filas[1], EstadoRenglon.COMISION_BANCARIA, _fee_of(2), aceptada=ACEPTADA),
        ]
    )


def _a_fee(n: int) -> FilaBancaria:
    fila = a_row(n, importe="-350.00")
    return replace(fila, renglon=replace(fila.renglon, descripcion="COMISION"))


def _fee_of(n: int) -> Propuesta:
    return Propuesta(renglon_id(n), EstadoRenglon.COMISION_BANCARIA, Regla.COMISION)


PROPUESTA, ACEPTADA = identidad(_fee_of(1)), identidad(_fee_of(2))


def loaded(books: Books, tenant: TenantId, *filas: FilaBancaria, cuenta: CuentaBancaria = CUENTA) -> int:
    with books.open(tenant) as opened:
        opened.conciliacion.lock()
        opened.conciliacion.guardar_cuenta(cuenta)
        return opened.conciliacion.entrar(a_load(cuenta), filas)


def kept(books: Books, tenant: TenantId, *guardados: Guardado) -> None:
    with books.open(tenant) as opened:
        opened.conciliacion.guardar(guardados)


def listed(books: Books, tenant: TenantId, **filtro: object) -> list[str]:
    with books.open(tenant) as opened:
        page = opened.conciliacion.pagina(Filtro(**filtro), None, 99)  # type: ignore[arg-type]
    return [mostrada.fila.renglon.id for mostrada in page.items]


class ConciliacionContract:
    def test_keeps_accounts_and_their_new_names(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.conciliacion.guardar_cuenta(CUENTA)
            opened.conciliacion.guardar_cuenta(OTRA)
            opened.conciliacion.guardar_cuenta(replace(CUENTA, clave="77", nombre="Otra"))
        with books.open(tenant) as opened:
            assert set(opened.conciliacion.cuentas()) == {OTRA, replace(CUENTA, clave="77", nombre="Otra")}

    def test_a_row_is_kept_once_however_often_it_comes(self, books: Books, tenant: TenantId) -> None:
        assert loaded(books, tenant, a_row(2), a_row(1)) == 2
        cambiado = replace(a_row(1), linea=99)
        assert loaded(books, tenant, cambiado, a_row(3, dia=9)) == 1
        with books.open(tenant) as opened:
            guardados = opened.conciliacion.guardados(date(2026, 1, 1))
            assert [g.renglon for g in guardados] == [a_row(3, dia=9).renglon, a_row(1).renglon, a_row(2).renglon]
            assert {g.resultado.estado for g in guardados} == {EstadoRenglon.SIN_DOCUMENTO}
            assert opened.conciliacion.guardados(date(2026, 1, 11)) == ()
            assert opened.conciliacion.guardados(date(2026, 1, 9), date(2026, 1, 9)) == guardados[:1]
            assert len(opened.conciliacion.cargas()) == 2
            assert opened.conciliacion.pagina(Filtro(), None, 1).items[0].fila == a_row(1)

    def test_a_statement_is_given_back_as_it_was(self, books: Books, tenant: TenantId) -> None:
        carga = a_load()
        with books.open(tenant) as opened:
            opened.conciliacion.guardar_cuenta(CUENTA)
            assert opened.conciliacion.entrar(carga, []) == 0
            assert opened.conciliacion.cargas() == (carga,)

    def test_knows_the_day_since_which_there_are_so_many(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            assert opened.conciliacion.dia_del_ultimo(3) is None
        loaded(books, tenant, a_row(1, 5), a_row(2, 7), a_row(3, 9))
        with books.open(tenant) as opened:
            dias = [opened.conciliacion.dia_del_ultimo(n) for n in (1, 2, 9)]
        assert dias == [date(2026, 1, 9), date(2026, 1, 7), date(2026, 1, 5)]

    def test_how_a_row_stands_comes_back_whole_and_is_replaced(self, books: Books, tenant: TenantId) -> None:
        fila, otra = a_row(1), a_row(2)
        loaded(books, tenant, fila, otra)
        una = proposed(1, Parte(uuid(1), D("60.00")), Parte(documento(uuid(2), 1), D("40.40")))
        dos = proposed(1, Parte(uuid(3), D("100.00")), puntaje=D("0.6000"), regla=Regla.EXACTA)
        antes = standing(fila, EstadoRenglon.SUGERIDO, una, dos)
        kept(books, tenant, antes, standing(otra, EstadoRenglon.RECHAZADO))
        with books.open(tenant) as opened:
            assert opened.conciliacion.de_renglones([fila.renglon.id, renglon_id(99)]) == (antes,)
            assert opened.conciliacion.de_renglones([otra.renglon.id])[0].resultado.estado is EstadoRenglon.RECHAZADO
            assert opened.conciliacion.de_propuesta(identidad(dos)) == (antes,)
            assert opened.conciliacion.de_propuesta(uuid4()) == ()
            assert opened.conciliacion.con_documentos([uuid(2), uuid(9)]) == (antes,)
            assert opened.conciliacion.con_documentos([uuid(9)]) == ()
        hecha = replace(dos, estado=EstadoRenglon.CONCILIADO)
        despues = standing(fila, EstadoRenglon.CONCILIADO, hecha, una, aceptada=identidad(dos))
        kept(books, tenant, despues)
        with books.open(tenant) as opened:
            assert opened.conciliacion.de_renglones([fila.renglon.id]) == (despues,)
            assert opened.conciliacion.mostradas([fila.renglon.id]) == (FilaMostrada(fila, despues, CUENTA),)

    def test_a_transfer_is_found_by_both_its_rows(self, books: Books, tenant: TenantId) -> None:
        ida, vuelta = a_row(1, importe="-50.00"), a_row(2, importe="50.00", cuenta=OTRA)
        loaded(books, tenant, ida)
        loaded(books, tenant, vuelta, cuenta=OTRA)
        par = [
            standing(
                fila,
                EstadoRenglon.TRASPASO,
                proposed(n, estado=EstadoRenglon.TRASPASO, regla=Regla.TRASPASO, contrarenglon=renglon_id(otro)),
            )
            for fila, n, otro in ((ida, 1, 2), (vuelta, 2, 1))
        ]
        kept(books, tenant, *par)
        ident = identidad(par[0].resultado.propuestas[0])
        with books.open(tenant) as opened:
            assert opened.conciliacion.de_propuesta(ident) == tuple(par)

    def test_keeps_what_was_refused_once(self, books: Books, tenant: TenantId) -> None:
        rechazos = {
            Rechazo(renglon_id(1), frozenset({uuid(1), documento(uuid(2), 0)})),
            Rechazo(renglon_id(1), contrarenglon=renglon_id(2)),
            Rechazo(renglon_id(3)),
        }
        with books.open(tenant) as opened:
            for rechazo in (*rechazos, *rechazos):
                opened.conciliacion.rechazar(rechazo, AT)
        with books.open(tenant) as opened:
            assert opened.conciliacion.rechazos() == rechazos

    def test_a_list_is_narrowed(self, books: Books, tenant: TenantId) -> None:
        loaded(books, tenant, a_row(1, 5), a_row(2, 7))
        loaded(books, tenant, a_row(3, 9, cuenta=OTRA), cuenta=OTRA)
        kept(books, tenant, standing(a_row(2, 7), EstadoRenglon.SUGERIDO, proposed(2, Parte(uuid(1), D(1)))))
        assert listed(books, tenant) == [renglon_id(n) for n in (3, 2, 1)]
        assert listed(books, tenant, desde=date(2026, 1, 7)) == [renglon_id(3), renglon_id(2)]
        assert listed(books, tenant, hasta=date(2026, 1, 7)) == [renglon_id(2), renglon_id(1)]
        assert listed(books, tenant, cuenta=OTRA.id) == [renglon_id(3)]
        assert listed(books, tenant, estado=EstadoRenglon.SUGERIDO) == [renglon_id(2)]
        assert listed(books, tenant, estado=EstadoRenglon.SUGERIDO, cuenta=OTRA.id) == []

    def test_a_list_is_read_page_by_page(self, books: Books, tenant: TenantId) -> None:
        loaded(books, tenant, *(a_row(n, dia=n % 2 + 1) for n in range(1, 6)))
        seen: list[str] = []
        cursor: str | None = None
        with books.open(tenant) as opened:
            for _ in range(3):
                page = opened.conciliacion.pagina(Filtro(), cursor, 2)
                seen += [m.fila.renglon.id for m in page.items]
                cursor = page.next_cursor
            assert (seen, cursor) == ([renglon_id(n) for n in (5, 3, 1, 4, 2)], None)
            with pytest.raises(CursorMalformed):
                opened.conciliacion.pagina(Filtro(), "x", 2)

    def test_a_match_with_a_cancelled_document_is_to_be_reviewed(self, books: Books, tenant: TenantId) -> None:
        filas = [a_row(n) for n in (1, 2, 3)]
        loaded(books, tenant, *filas)
        for n in (1, 2):
            hecha = proposed(n, Parte(uuid(n), D("100.00")), estado=EstadoRenglon.CONCILIADO)
            kept(books, tenant, standing(filas[n - 1], EstadoRenglon.CONCILIADO, hecha))
        kept(books, tenant, standing(filas[2], EstadoRenglon.SUGERIDO, proposed(3, Parte(uuid(1), D("100.00")))))
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_cfdi(1)), an_entry(a_cfdi(2))])
            opened.cfdis.correct(uuid(1), Correction(estado=EstadoCfdi.CANCELADO))
        assert listed(books, tenant, por_revisar=True) == [renglon_id(1)]
        assert listed(books, tenant, por_revisar=False) == [renglon_id(3), renglon_id(2)]

    def test_tells_what_stands_matched_and_nothing_else(self, books: Books, tenant: TenantId) -> None:
        filas = [a_row(n) for n in (1, 2, 3)]
        loaded(books, tenant, *filas)
        hecha = proposed(
            1, Parte(uuid(1), D("60.00")), Parte(documento(uuid(2), 1), D("40.00")), estado=EstadoRenglon.CONCILIADO
        )
        otra = proposed(1, Parte(uuid(8), D("100.00")))
        kept(
            books,
            tenant,
            standing(filas[0], EstadoRenglon.CONCILIADO, hecha, otra, aceptada=identidad(hecha)),
            standing(filas[1], EstadoRenglon.SUGERIDO, proposed(2, Parte(uuid(3), D("100.00")))),
            standing(filas[2], EstadoRenglon.COMISION_BANCARIA, proposed(3, estado=EstadoRenglon.COMISION_BANCARIA)),
        )
        with books.open(tenant) as opened:
            assert set(opened.conciliacion.cobros()) == {
                Cobro(uuid(1), None, date(2026, 1, 10), D("60.00"), renglon_id(1)),
                Cobro(uuid(2), 1, date(2026, 1, 10), D("40.00"), renglon_id(1)),
            }

    def test_offers_what_was_issued_or_paid_in_those_days(self, books: Books, tenant: TenantId) -> None:
        nomina = replace(
            a_cfdi(5, tipo=Tipo.NOMINA, fecha_emision=datetime(2026, 3, 1)), nomina=a_full_cfdi().nomina, serie="N"
        )
        usd = a_cfdi(6, "10.00", moneda="USD", tipo_cambio=D("18.5"), serie="A", folio="1", nombre_receptor=None)
        cfdis = [
            *(a_cfdi(1, fecha_emision=datetime(2026, 1, 31, 23, 59)), a_ppd(2), a_payment(3, 2), nomina, usd),
            *(recibido(a_cfdi(7)), a_cfdi(8, tipo=Tipo.EGRESO), a_cfdi(9), a_cfdi(10, rfc_receptor=PROPIO)),
        ]
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(c) for c in cfdis[:-1]] + [an_entry(cfdis[-1], Direccion.AMBAS)])
            opened.cfdis.correct(uuid(9), Correction(estado=EstadoCfdi.CANCELADO))
            enero = date(2026, 1, 1), date(2026, 1, 31)
            todos = {c.uuid: c for c in opened.conciliacion.conciliables(enero, (date(2026, 1, 15), date(2026, 2, 20)))}
            assert set(todos) == {uuid(n) for n in (1, 2, 3, 5, 6, 7, 10)}
            assert todos[uuid(5)].fecha == date(2026, 1, 15)
            assert (todos[uuid(6)].folio, todos[uuid(6)].nombre, todos[uuid(6)].tipo_cambio) == ("A-1", "", D("18.5"))
            assert (todos[uuid(7)].recibido, todos[uuid(7)].rfc, todos[uuid(1)].rfc) == (True, AJENO, AJENO)
            nadie = opened.conciliacion.conciliables(
                (date(2026, 1, 1), date(2026, 1, 1)), (date(2026, 1, 16), date(2026, 2, 19))
            )
            assert nadie == ()
            cancelado = opened.conciliacion.conciliables_de([uuid(9), uuid(99)])
            assert [(c.uuid, c.vigente) for c in cancelado] == [(uuid(9), False)]
