"""A statement of whichever format it is, told by its bytes and never by its name."""

from horux_adapters.hojas.csv_statement import CsvStatementReader
from horux_adapters.hojas.ofx_statement import OfxStatementReader
from horux_adapters.hojas.xlsx_statement import XlsxStatementReader
from horux_core.fiscal.conciliacion.errors import EstadoCuentaVacio, FormatoNoReconocido
from horux_core.fiscal.conciliacion.importando import EstadoCuenta
from horux_core.fiscal.conciliacion.ports import StatementReader

_LECTORES: tuple[StatementReader, ...] = (XlsxStatementReader(), OfxStatementReader(), CsvStatementReader())


class AnyStatementReader:
    def recognises(self, content: bytes) -> bool:
        return any(lector.recognises(content) for lector in _LECTORES)

    def weighs(self, content: bytes) -> int:
        return next((lector.weighs(content) for lector in _LECTORES if lector.recognises(content)), len(content))

    def read(self, content: bytes) -> EstadoCuenta:
        if not content.strip():
            raise EstadoCuentaVacio
        for lector in _LECTORES:
            if lector.recognises(content):
                return lector.read(content)
        raise FormatoNoReconocido
