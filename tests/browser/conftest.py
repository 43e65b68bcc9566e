from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import chromium
from tests.browser.showing import shown


@pytest.fixture(scope="package")
def chrome() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def sample_url() -> Iterator[str]:
    """The product in memory with the sample in it; what a test changes there stays changed."""
    with shown() as url:
        yield url
