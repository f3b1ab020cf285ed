"""Every page in a real browser: accessible, in its window, without a word of complaint (A89, A90, A91)."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Browser

from tests.e2e.eyes import NARROW, WIDE, pages, told, visitor
from tests.e2e.house import House
from tests.e2e.office import Office

LOOKS = [("light", WIDE), ("dark", NARROW)]
ALL_LOOKS = [*LOOKS, ("light", NARROW), ("dark", WIDE)]


@pytest.mark.parametrize(("scheme", "width"), ALL_LOOKS if os.environ.get("MONITOR_SOAK") else LOOKS)
def test_every_page_is_accessible_fits_and_keeps_the_policy(office: Office, scheme: str, width: int) -> None:
    faults: dict[str, list[str]] = {}
    more = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    with office.visit("root", **more) as somebody:
        found = pages(somebody.context, office.house.base)
        assert {"/", "/hits", "/sources", "/alerts", "/audit", "/people", "/me"} <= {
            one.partition("?")[0] for one in found
        }
        paints = []
        for address in found:
            page = somebody.open(address)
            paints.append((somebody.first_paint(), address))
            faults[address] = somebody.faults()
            if somebody.overflow() > 0:
                faults[address].append(f"the page is {somebody.overflow()} pixels wider than the window")
            if page.evaluate("window.owned"):
                faults[address].append("a script of a stranger ran")
        slowest, where = max(paints)
        middle = sorted(paints)[len(paints) // 2][0]
        print(
            f"{len(found)} pages, {scheme}, {width} px: first paint {middle:.0f} ms, slowest {slowest:.0f} ms at {where}"
        )
        assert not any(faults.values()), told(faults)
        assert somebody.errors() == []


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_pages_for_strangers_are_accessible_too(house: House, browser: Browser, scheme: str, width: int) -> None:
    faults: dict[str, list[str]] = {}
    more = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    with visitor(browser, house.base, **more) as somebody:
        for address in ("/sign-in", "/hits", "/sign-in?token=wrong", "/f/nothing"):
            somebody.open(address)
            faults[address] = somebody.faults()
            if somebody.overflow() > 0:
                faults[address].append(f"the page is {somebody.overflow()} pixels wider than the window")
        assert not any(faults.values()), told(faults)
        assert [one for one in somebody.errors() if "Failed to load resource" not in one] == []


def test_the_checker_has_eyes(browser: Browser) -> None:
    """Without this, a checker that looks at nothing would be content with everything."""
    with visitor(browser, "") as somebody:
        somebody.page.set_content("<p style='color:#ddd;width:2000px'>pale</p><input><img src='data:,'>")
        found = {one.partition(":")[0] for one in somebody.faults()}
        assert {"color-contrast", "label", "image-alt", "html-has-lang"} <= found
        assert somebody.overflow() > 0
        assert somebody.errors() == []
