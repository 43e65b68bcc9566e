"""What every StatementReader promises; a subclass brings the `reader` fixture and files of its format."""

from datetime import date
from decimal import Decimal

import pytest

from horux_core.fiscal.conciliacion.errors import EstadoCuentaRechazado, EstadoCuentaVacio
from horux_core.fiscal.conciliacion.importando import filas
from horux_core.fiscal.conciliacion.ports import StatementReader

UN_ESTADO = (
    (date(2026, 1, 11), Decimal("116000.00"), "SPEI RECIBIDO URE180429TM6 FAC A-1"),
    (date(2026, 1, 13), Decimal("-69600.00"), "TRASPASO PROVEEDOR"),
    (date(2026, 1, 31), Decimal("-5.80"), "COMISIÓN"),
    (date(2026, 1, 31), Decimal("-5.80"), "COMISIÓN"),
)
"""The movements that the `statement` fixture of each format tells, two of them alike."""


class StatementReaderContract:
    def test_recognises_its_format(self, reader: StatementReader, statement: bytes) -> None:
        assert reader.recognises(statement)
        assert not reader.recognises(b"%PDF-1.7\n")

    def test_reads_every_movement_in_the_order_of_the_file(self, reader: StatementReader, statement: bytes) -> None:
        leidos = [(m.fecha, m.importe, m.descripcion) for m in reader.read(statement).movimientos]
        assert leidos == list(UN_ESTADO)

    def test_says_where_in_the_file_each_movement_is(self, reader: StatementReader, statement: bytes) -> None:
        lineas = [movimiento.linea for movimiento in reader.read(statement).movimientos]
        assert lineas == sorted(set(lineas))
        assert lineas[0] > 0

    def test_reading_again_gives_the_same_identities_each_its_own(
        self, reader: StatementReader, statement: bytes
    ) -> None:
        uno, otro = (filas("A", reader.read(statement)) for _ in range(2))
        assert uno == otro
        assert len({fila.renglon.id for fila in uno}) == len(UN_ESTADO)

    def test_a_file_weighs_no_less_than_its_bytes(self, reader: StatementReader, statement: bytes) -> None:
        for content in (statement, statement[:-9], b"", b"PK\x03\x04"):
            assert reader.weighs(content) >= len(content)

    @pytest.mark.parametrize("content", [b"", b" \r\n\t "])
    def test_refuses_an_empty_file(self, reader: StatementReader, content: bytes) -> None:
        with pytest.raises(EstadoCuentaVacio):
            reader.read(content)

    @pytest.mark.parametrize(
        "content",
        [b"hola", b"%PDF-1.7\n%\xe2\xe3", b"<html><body>Sesi\xc3\xb3n terminada</body></html>", b"\0\1\2\3" * 9],
    )
    def test_refuses_what_is_no_statement(self, reader: StatementReader, content: bytes) -> None:
        with pytest.raises(EstadoCuentaRechazado):
            reader.read(content)

    def test_refuses_a_cut_or_changed_file_or_reads_it_but_never_fails(
        self, reader: StatementReader, statement: bytes
    ) -> None:
        for n in range(0, len(statement), max(1, len(statement) // 60)):
            for content in (statement[:n], statement[:n] + b"\xff" + statement[n + 1 :], statement[n:]):
                try:
                    reader.read(content)
                except EstadoCuentaRechazado:
                    continue
