"""Every reader of statements against the port's suite."""

import pytest

from contracts.ports.statement_reader import StatementReaderContract
from horux_adapters.hojas.any_statement import AnyStatementReader
from horux_adapters.hojas.csv_statement import CsvStatementReader
from horux_adapters.hojas.ofx_statement import OfxStatementReader
from horux_adapters.hojas.xlsx_statement import XlsxStatementReader
from horux_core.fiscal.conciliacion.ports import StatementReader
from tests.adapters.hojas.hojas import un_csv, un_ofx, un_xlsx


class TestCsv(StatementReaderContract):
    @pytest.fixture
    def reader(self) -> StatementReader:
        return CsvStatementReader()

    @pytest.fixture(params=[(",", "utf-8"), (";", "cp1252"), ("\t", "utf-8-sig"), ("|", "utf-16")], ids=str)
    def statement(self, request: pytest.FixtureRequest) -> bytes:
        return un_csv(*request.param)


class TestXlsx(StatementReaderContract):
    @pytest.fixture
    def reader(self) -> StatementReader:
        return XlsxStatementReader()

    @pytest.fixture
    def statement(self) -> bytes:
        return un_xlsx()


class TestOfx(StatementReaderContract):
    @pytest.fixture
    def reader(self) -> StatementReader:
        return OfxStatementReader()

    @pytest.fixture(params=[False, True], ids=["sgml", "xml"])
    def statement(self, request: pytest.FixtureRequest) -> bytes:
        return un_ofx(xml=request.param)


class TestAny(StatementReaderContract):
    @pytest.fixture
    def reader(self) -> StatementReader:
        return AnyStatementReader()

    @pytest.fixture(params=[un_csv, un_xlsx, un_ofx])
    def statement(self, request: pytest.FixtureRequest) -> bytes:
        hecho: bytes = request.param()
        return hecho
