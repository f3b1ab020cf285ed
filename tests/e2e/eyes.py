"""eyes: a real browser, what it complains of, and what a checker of accessibility finds on a page."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from importlib.resources import files
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

WIDE, NARROW = 1400, 360
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_POLICY = """addEventListener('securitypolicyviolation', event =>
  console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile))"""
_FIND = """async tags => (await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'],
  preload: false})).violations.flatMap(one => one.nodes.map(node => one.id + ': ' + node.html.slice(0, 160) + ' | '
  + (node.any.concat(node.all, node.none)[0] || {message: ''}).message.slice(0, 200)))"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; skips the test with a word where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no browser is installed: install chromium")
    expect.set_options(timeout=15_000)  # a loaded machine draws late
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Visitor:
    """One person's browser: a page, its cookies, and everything that the browser complained of."""

    base: str
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """The page at that path, when it is drawn."""
        self.page.goto(urljoin(self.base, path), wait_until="load")
        return self.page

    def errors(self) -> list[str]:
        """What the console of the browser showed as an error: scripts that failed, things that the policy forbade."""
        return list(self.complaints)

    def faults(self) -> list[str]:
        """What axe-core has against the page, by the success criteria of WCAG 2.2 AA."""
        self.page.evaluate(_axe())
        found: list[str] = self.page.evaluate(_FIND, TAGS)
        return found

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.scrollingElement.scrollWidth - innerWidth"))

    def first_paint(self) -> float:
        """Milliseconds from the request to the first thing drawn."""
        return float(
            self.page.evaluate(
                "new Promise(done => new PerformanceObserver(list => done(list.getEntries()[0].startTime))"
                ".observe({type: 'paint', buffered: true}))"
            )
        )


@contextmanager
def visitor(browser: Browser, base: str, **more: Any) -> Iterator[Visitor]:
    """A browser window of its own. `more` goes to Playwright: viewport, color_scheme, java_script_enabled, storage_state."""
    more.setdefault("viewport", {"width": WIDE, "height": 900})
    context = browser.new_context(**more)
    page = context.new_page()
    found = Visitor(base, context, page)
    if more.get("java_script_enabled", True):
        context.add_init_script(_POLICY)

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.complaints.append(f"{page.url}: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: found.complaints.append(f"{page.url}: {error}"))
    page.set_default_timeout(20_000)
    try:
        yield found
    finally:
        context.close()


def pages(context: BrowserContext, base: str, most: int = 60) -> list[str]:
    """One address of each shape that can be reached by links from the first page: numbers and values make no new shape."""
    found: dict[str, str] = {}
    waiting = ["/"]
    while waiting and len(found) < most:
        address = waiting.pop(0)
        if _shape(address) in found:
            continue
        answer = context.request.get(urljoin(base, address), max_redirects=0)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status == 200, (address, answer.status)
        found[_shape(address)] = address
        for link in re.findall(r"""<a\s[^>]*?href="([^"]*)""", answer.text()):
            target = urljoin(urljoin(base, address), unescape(link)).partition("#")[0]
            if target.startswith(base + "/") and not urlsplit(target).path.startswith(("/static/", "/api/")):
                waiting.append(target.removeprefix(base))
    return list(found.values())


def _shape(address: str) -> str:
    parts = urlsplit(address)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair.partition("=")[2]})
    path = re.sub(r"[\w-]+\.yaml|[0-9a-f]{64}|\d+|(?<=^/sources/)[^/]+", "N", parts.path)
    return path + "?" + "&".join(names[:1])


def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def told(problems: dict[str, list[str]]) -> str:
    """Problems by page, to be read."""
    return json.dumps({page: found for page, found in problems.items() if found}, indent=1, ensure_ascii=False)
