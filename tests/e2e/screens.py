"""screens: how does every page look, light and dark, wide and narrow?

    python -m tests.e2e.screens FOLDER     # FOLDER/hits-N-light-wide.png …

Runs the real service over a web of Chinese notices, signs in, follows every link and takes each page as a whole.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser

from tests.e2e.eyes import NARROW, WIDE, chromium, pages, visitor
from tests.e2e.house import HOSTILE, PROGRAMMES, WATCHED, House, prepared, texts
from tests.e2e.office import Office, furnish

LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (WIDE, NARROW)]
DRAFTS = {
    "wrong": PROGRAMMES.replace("terms:", "termz:").replace("chunmiao", "Chun Miao"),
    "right": PROGRAMMES.replace("[春苗行动]", "[春苗行动, 光纤方向]"),
}  # what the editor is shown with
STRANGERS = ("/sign-in", "/sign-in?token=wrong")


def main() -> None:
    """Takes all pictures into the folder that is named on the command line."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.e2e.screens FOLDER")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, tempfile.TemporaryDirectory() as home, House(Path(home)) as house:
        _publish(house)
        office = furnish(house, browser, "analyst", "auditor")
        for scheme, width in LOOKS:
            _take(office, browser, folder, scheme, width)


def _publish(house: House) -> None:
    """A day's work: what stood there before, then one after another, so that copies and revisions are seen as such."""
    house.publish(*texts(14), HOSTILE)
    house.wait(lambda: house.hits() >= 15, "the first poll found too little")
    for piece in prepared():
        house.publish(piece)
        time.sleep(1.1)


def _take(office: Office, browser: Browser, folder: Path, scheme: str, width: int) -> None:
    more = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    end = f"{scheme}-{'wide' if width == WIDE else 'narrow'}.png"
    with office.visit("root", **more) as somebody:
        for address in pages(somebody.context, office.house.base):
            somebody.open(address).screenshot(path=folder / f"{_name(address)}-{end}", full_page=True)
            print(address, end)
        for name, text in DRAFTS.items():
            page = somebody.open(f"/watchlists/{WATCHED}/edit")
            page.get_by_label("Text", exact=True).fill(text)
            page.get_by_role("button", name="Check and preview").click()
            page.wait_for_timeout(4_000)  # the preview goes on by itself
            page.screenshot(path=folder / f"draft-{name}-{end}", full_page=True)
    with visitor(browser, office.house.base, **more) as stranger:
        for address in STRANGERS:
            stranger.open(address).screenshot(path=folder / f"stranger-{_name(address)}-{end}", full_page=True)


def _name(address: str) -> str:
    return re.sub(r"\W+", "-", address).strip("-") or "today"


if __name__ == "__main__":
    main()
