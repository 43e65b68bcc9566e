"""The checks that look at an installation's inside and at its nginx, and each with a guard of it taken away."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from horux_adapters.container.settings import load
from horux_adapters.telemetry.logs import formatter
from horux_http.asgi import application
from tests.security.ground import Ground
from tests.security.judging import EDGE, INSTALLED, judged, those
from tests.security.plants import PLANTS
from tests.security.standing import SETTINGS, standing
from tests.system.installation import installation, running
from tests.system.serving import served

pytestmark = pytest.mark.timeout(600)


@contextmanager
def written(log: Path) -> Iterator[None]:
    """What the server in this process would write down, as `horux serve` does."""
    handler, root = logging.FileHandler(log, encoding="utf-8"), logging.getLogger()
    handler.setFormatter(formatter(production=False))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # It asks here, and in a process of its own it is none of the server's.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with (
        installation(200, **SETTINGS) as place,
        written(place.folder / "serve.log"),
        served(application(load(place.env)), int(place.env["PORT"])),
        running(place, "worker"),
        standing(place) as found,
    ):
        yield found


@pytest.mark.parametrize("number", those(INSTALLED, EDGE))
def test_the_installation_passes(ground: Ground, number: str) -> None:
    found = judged(ground, number)[number]
    assert found.passed, found.wrong[:10]


def test_each_has_its_plant() -> None:
    assert sorted(PLANTS) == those(INSTALLED, EDGE)


@pytest.mark.parametrize("number", sorted(PLANTS))
def test_a_guard_that_is_taken_away_is_seen(ground: Ground, monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    with monkeypatch.context() as patch, PLANTS[number](patch, ground) as planted:
        seen = judged(planted, number)[number]
    print(number, seen.tried, seen.wrong[:2])
    assert not seen.passed
