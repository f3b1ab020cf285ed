"""One browser and one running service for a file of tests; one account of each role.

Not for the session: the browser's driver keeps a loop running in this thread, and tests of other files have loops of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.eyes import chromium
from tests.e2e.house import HOSTILE, House, prepared, texts
from tests.e2e.office import Office, furnish


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, once for a file."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The service with what its first polls found: fourteen notices, the demo's first texts and a hostile one."""
    with House(tmp_path_factory.mktemp("house")) as found:
        found.publish(*texts(14), *prepared()[:10], HOSTILE)
        found.wait(lambda: found.hits() >= 18, "the first poll found too little")
        yield found


@pytest.fixture(scope="module")
def office(house: House, browser: Browser) -> Office:
    """An admin called root, an analyst and an auditor."""
    return furnish(house, browser, "analyst", "auditor")
