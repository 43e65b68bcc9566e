from collections.abc import Iterator

import pytest

from horux_adapters.sat import archive
from horux_core.fiscal import recomputing
from tests.carga import Carga


@pytest.fixture
def carga() -> Iterator[Carga]:
    carga = Carga()
    yield carga
    carga.pool.close()


@pytest.fixture
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "STRETCH_FILES", 3)
    monkeypatch.setattr(recomputing, "_STRETCH", 4)
