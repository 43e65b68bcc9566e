from collections.abc import Iterator

import pytest

from tests.paquetes import Paqueteria


@pytest.fixture
def paqueteria() -> Iterator[Paqueteria]:
    paqueteria = Paqueteria()
    yield paqueteria
    paqueteria.pool.close()
