from collections.abc import Iterator

import pytest

from tests.system.installation import Installation, installation


@pytest.fixture(scope="package")
def installed() -> Iterator[Installation]:
    """The product on a server of its own, nothing of it running."""
    with installation() as place:
        yield place
