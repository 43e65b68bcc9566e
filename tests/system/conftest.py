from collections.abc import Iterator

import pytest

from tests.conftest import short_folder
from tests.system.household import Household


@pytest.fixture(scope="package")
def household() -> Iterator[Household]:
    """The product as one machine runs it, to be killed and started again."""
    with short_folder() as folder:
        running = Household(folder / "datos")
        try:
            running.start()
            yield running
        finally:
            running.end()
