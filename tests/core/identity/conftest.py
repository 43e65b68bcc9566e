import pytest

from tests.core.identity.world import World


@pytest.fixture
def world() -> World:
    return World()
