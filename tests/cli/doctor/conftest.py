import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.clients import OPERATOR, a_client
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_core.tenancy.model import Tenant
from tests.system.installation import Installation, installation


@pytest.fixture(scope="package")
def installed() -> Iterator[Installation]:
    with installation() as place:
        yield place


@pytest.fixture(scope="package")
def tenant(installed: Installation) -> Tenant:
    """A client with a database of its own."""
    with opened(load(installed.env)) as product:
        taken_in: Tenant = product.use_cases.provision_tenant()(OPERATOR, a_client("EKU9003173C9")).tenant
    return taken_in


@pytest.fixture
def vault(installed: Installation) -> Iterator[Path]:
    folder = Path(installed.env["DATA_DIR"]) / "fiel"
    folder.mkdir(mode=0o700, exist_ok=True)
    yield folder
    shutil.rmtree(folder)
