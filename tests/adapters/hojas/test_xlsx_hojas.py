import time
import tracemalloc
from datetime import date
from decimal import Decimal

import pytest

from contracts.ports.hojas import HojasContract
from horux_adapters.hojas.xlsx_hojas import XlsxHojas, letra
from horux_core.fiscal.reportes.hojas import Columna, Formato, Hoja, Renglones
from horux_core.fiscal.reportes.ports import Hojas


class TestXlsxHojas(HojasContract):
    @pytest.fixture
    def hojas(self) -> Hojas:
        return XlsxHojas()


@pytest.mark.parametrize(("n", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_names_columns(n: int, name: str) -> None:
    assert letra(n) == name


COLUMNS = (
    *(Columna(f"t{n}") for n in range(10)),
    Columna("f", Formato.FECHA),
    *(Columna("n", Formato.IMPORTE),) * 12,
)
LINE = (*("=UNIVERSIDAD ROBÓTICA",) * 10, date(2026, 1, 1), *(Decimal("1234.56"),) * 12)


def test_fifty_thousand_lines_take_less_than_ten_seconds() -> None:
    """Of a processor: what else the machine does is not the writer's."""
    start = time.process_time()
    content = XlsxHojas().libro([Hoja("CFDI", ("x",), COLUMNS, Renglones([LINE] * 50_000))])
    elapsed = time.process_time() - start
    assert len(content) > 100_000
    assert elapsed < 10, f"{elapsed:.1f} s"


def test_lines_are_written_as_they_come_and_only_the_file_is_held() -> None:
    lines = ((f"{n * 7919 % 10**9:09d}", *LINE[1:]) for n in range(5_000))
    tracemalloc.start()
    content = XlsxHojas().libro([Hoja("CFDI", ("x",), COLUMNS, Renglones(lines))])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * len(content) + 1_000_000
