"""nginx on its own port before what repeats what it is told: one for all the tests of a file."""

from collections.abc import Iterator

import pytest

from tests.deploy.edge import Edge, edge
from tests.deploy.upstream import Repeater, repeater

_GENEROUS = (("rate=5r/m", "rate=5000r/s"),)


@pytest.fixture(scope="module")
def behind() -> Iterator[Repeater]:
    with repeater() as found:
        yield found


@pytest.fixture(scope="module")
def front(behind: Repeater) -> Iterator[Edge]:
    with edge(behind.port, *_GENEROUS) as found:
        yield found


@pytest.fixture(autouse=True)
def plain(request: pytest.FixtureRequest) -> None:
    if "behind" not in request.fixturenames:
        return
    behind: Repeater = request.getfixturevalue("behind")
    behind.taken.clear()
    behind.begun.clear()
    behind.status, behind.kind, behind.padding, behind.extra = 200, "application/json", 0, []
