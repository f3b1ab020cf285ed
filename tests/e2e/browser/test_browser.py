"""The console in a real browser, over the running service: what people do all day, and every page they meet (A89-A91, A100, A103).

All in one file: a browser and a service take seconds to start.
"""

from __future__ import annotations

import json
import os
import re

import pytest
from playwright.sync_api import Browser, expect

from monitor.cli.demo.site import Piece
from tests.e2e.eyes import NARROW, WIDE, pages, told, visitor
from tests.e2e.house import WATCHED, House
from tests.e2e.office import PASSWORD, Office

LOOKS = [("light", WIDE), ("dark", NARROW)]
ALL_LOOKS = [*LOOKS, ("light", NARROW), ("dark", WIDE)]
SOAK = bool(os.environ.get("MONITOR_SOAK"))  # every page in every look; else each page in one of the two


@pytest.fixture(scope="module")
def every_page(office: Office) -> list[str]:
    """All that an admin comes to by links."""
    with office.visit("root") as somebody:
        return pages(somebody.context, office.house.base)


@pytest.mark.parametrize(("scheme", "width"), ALL_LOOKS if SOAK else LOOKS)
def test_every_page_is_accessible_fits_and_keeps_the_policy(
    office: Office, every_page: list[str], scheme: str, width: int
) -> None:
    faults: dict[str, list[str]] = {}
    more = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    with office.visit("root", **more) as somebody:
        found = every_page
        assert {"/", "/hits", "/sources", "/alerts", "/audit", "/people", "/me"} <= {
            one.partition("?")[0] for one in found
        }
        chosen = found if SOAK else found[LOOKS.index((scheme, width)) :: len(LOOKS)]
        paints = []
        for address in chosen:
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
            f"{len(chosen)} of {len(found)} pages, {scheme}, {width} px: first paint {middle:.0f} ms, at most {slowest:.0f} at {where}"
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


def test_the_link_of_the_terminal_opens_once(office: Office, browser: Browser) -> None:
    """A103: whoever reads it later in a history or a log finds a closed door."""
    with visitor(browser, office.house.base) as somebody:
        page = somebody.open(office.house.first_link())
        expect(page.get_by_role("heading", level=1)).to_contain_text("used already")
        assert somebody.context.cookies() == []
        somebody.open(office.house.link())
        expect(page.get_by_role("heading", name="Today").or_(page.get_by_role("link", name="terminal"))).to_be_visible()


def test_a_person_signs_in_by_password_and_leaves(office: Office, browser: Browser) -> None:
    with visitor(browser, office.house.base) as somebody:
        page = somebody.open("/hits")
        expect(page.get_by_text("You are not signed in.")).to_be_visible()
        page = somebody.open("/sign-in")
        page.get_by_label("Name").fill("analyst")
        page.get_by_label("Password").fill("another than that")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("do not belong together")
        expect(page.get_by_label("Name")).to_have_value("analyst")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="analyst")).to_be_visible()
        cookies = somebody.context.cookies()
        assert [(one["httpOnly"], one["sameSite"]) for one in cookies] == [(True, "Lax")]
        assert page.evaluate("document.cookie") == ""
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text("You are signed out.")).to_be_visible()
        somebody.context.add_cookies([{**cookies[0]}])  # type: ignore[list-item]
        somebody.open("/hits")
        expect(page.get_by_text("You are not signed in.")).to_be_visible()


def test_the_auditor_sees_everything_and_changes_nothing(office: Office) -> None:
    with office.visit("auditor") as somebody:
        for path in ("/", "/hits", "/hits?verdict=suppressed", "/hits/1", "/sources", "/alerts", "/audit"):
            page = somebody.open(path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            copies = f"{path}/copies/1"  # opening one, like an export, is reading and an entry of the log
            targets = {form.get_attribute("action") for form in page.locator("form[method=post]").all()}
            assert targets <= {"/sign-out", "/seen", "/views/keep", "/views/drop", "/audit/export", copies}, (
                path,
                targets,
            )
        rulings = office.house.row("SELECT count(*) FROM ruling")
        status = page.evaluate(
            "fetch('/hits/1/ruling', {method: 'POST', headers: {'Content-Type': 'application/x-www-form-urlencoded'},"
            " body: 'kind=wrong'}).then(answer => answer.status)"
        )
        assert status == 403
        assert office.house.row("SELECT count(*) FROM ruling") == rulings


def test_the_log_is_verified_from_the_page(office: Office) -> None:
    with office.visit("auditor") as somebody:
        page = somebody.open("/audit")
        verify = re.compile("^Verify")
        page.get_by_role("link", name=verify).or_(page.get_by_role("button", name=verify)).first.click()
        expect(page.get_by_text("The chain holds")).to_be_visible(timeout=30_000)
        assert somebody.errors() == []


def test_a_page_is_read_and_ruled_without_scripts(office: Office) -> None:
    with office.visit("analyst", java_script_enabled=False) as somebody:
        page = somebody.open("/hits?q=量子钟")
        page.locator("a.title").first.click()
        expect(page.locator(".passage mark").first).to_have_text("启明计划")
        page.get_by_role("button", name=re.compile("^Right")).first.click()
        expect(page.get_by_role("status")).to_contain_text("right")
    with office.visit("auditor") as other:
        page = other.open("/audit")
        expect(page.get_by_role("row").filter(has_text="analyst").first).to_be_visible()


def test_hostile_words_run_nowhere(office: Office, house: House) -> None:
    """A89: a title, a text and an address that try to become a page."""
    number = house.row(
        "SELECT max(hit.id) FROM hit JOIN version ON version.id = hit.version WHERE version.title LIKE '%owned%'"
    )[0]
    with office.visit("analyst") as somebody:
        for path in (f"/hits/{number}", f"/hits/{number}/text", "/hits", "/hits?q=owned", "/", "/audit"):
            page = somebody.open(path)
            assert page.evaluate("window.owned") is None, path
            assert page.locator("script:not([src]), svg[onload], img[onerror], main img[src='x']").count() == 0
        expect(somebody.open(f"/hits/{number}").get_by_role("heading", level=1)).to_contain_text("<script>")
        assert somebody.errors() == []


def test_ten_hits_are_reviewed_by_keyboard(office: Office, house: House) -> None:
    before = house.row("SELECT coalesce(max(id), 0) FROM ruling")[0]
    with office.visit("analyst") as somebody:
        page = somebody.open("/hits?q=市关于组织&seen=all")
        rows = page.locator("ol.rows > li[data-hit]")
        expect(rows.nth(9)).to_be_visible()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_contain_text("next, previous hit")
        page.keyboard.press("Escape")
        numbers = []
        page.keyboard.press("j")
        for turn in range(10):
            row = page.locator("li[aria-current=true]")
            numbers.append(int(row.get_attribute("data-hit") or 0))
            expect(row.locator("a.title")).to_be_focused()
            page.keyboard.press("n" if turn == 4 else "y")
            if turn < 9:
                expect(page.locator(f"li[data-hit='{numbers[-1]}'][aria-current]")).to_have_count(0)
        expect(page.locator("li .ruled").filter(has_text="by you")).to_have_count(10)
        assert len(set(numbers)) == 10
        named = ",".join(str(one) for one in numbers)
        asked = (
            f"SELECT count(*) FROM ruling WHERE actor = 'analyst' AND id > {before} AND kind = '{{}}' AND hit IN ({{}})"
        )
        assert house.row(asked.format("right", named)) == (9,)
        assert house.row(asked.format("wrong", str(numbers[4]))) == (1,)
        page.keyboard.press("k")
        page.keyboard.press("u")
        expect(page.locator("li .ruled").filter(has_text="taken back")).to_have_count(1)
        page.keyboard.press("/")
        expect(page.get_by_label("Search")).to_be_focused()
        page.keyboard.type("jny")
        expect(page.locator("li .ruled").filter(has_text="by you")).to_have_count(9)
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.keyboard.press("o")
        expect(page.locator(".passage mark").first).to_be_visible()
        assert somebody.errors() == []


def test_a_new_hit_is_told_on_the_open_page_and_nothing_moves(office: Office, house: House) -> None:
    with office.visit("analyst") as somebody:
        page = somebody.open("/hits")
        page.wait_for_timeout(500)  # the line to the server stands
        before = page.locator("ol.rows > li[data-hit]").evaluate_all("all => all.map(one => one.dataset.hit)")
        title = "新港市关于征集深海方向启明计划候选人的通知"
        house.publish(Piece("live", "news", "zh-Hans", title, ("新港市现征集启明计划候选人，海外人才均可申报。",)))
        expect(page.locator("a.live")).to_be_visible(timeout=30_000)
        expect(page.locator("a.live")).to_contain_text("1 new alert at")
        assert before == page.locator("ol.rows > li[data-hit]").evaluate_all("all => all.map(one => one.dataset.hit)")
        expect(page.get_by_text(title)).to_have_count(0)
        page.locator("a.live").click()
        expect(page.locator("ol.rows > li[data-hit] a.title").first).to_have_text(title)
        assert somebody.errors() == []


def test_a_watchlist_is_edited_with_an_error_previewed_saved_and_in_force(office: Office, house: House) -> None:
    with office.visit("root") as somebody:
        page = somebody.open("/watchlists")
        page.get_by_role("link", name=WATCHED).first.click()
        page.get_by_role("link", name=re.compile("YAML|Edit")).first.click()
        text = page.get_by_label("Text", exact=True)
        expect(text).to_have_value(re.compile("春苗行动"))
        good = text.input_value()
        text.fill(good.replace("    terms:", "    termz:"))
        page.get_by_role("button", name="Check and preview").click()
        expect(page.get_by_role("alert")).to_contain_text("to mend before it can be saved")
        line = good.splitlines().index("    terms: [春苗行动]") + 1
        expect(page.locator(f"#l{line}")).to_have_class("e")
        expect(page.get_by_role("button", name="Save")).to_be_disabled()
        assert (house.folder / "watchlists" / WATCHED).read_text("utf-8") == good
        assert somebody.faults() == []

        better = good.replace("terms: [春苗行动]", "terms: [春苗行动, 光纤方向]")
        text = page.get_by_label("Text", exact=True)
        text.fill(better)
        page.get_by_role("button", name="Check and preview").click()
        expect(page.get_by_role("button", name="Save")).to_be_enabled()
        expect(page.get_by_text(re.compile("of .* hold"))).to_be_visible()
        expect(page.locator("section[aria-labelledby=pv]")).to_contain_text(
            re.compile("would|caught|more|new", re.IGNORECASE), timeout=30_000
        )
        page.get_by_label("Why, for the log").fill("optical fibres are wanted")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").first).to_be_visible()
        assert (house.folder / "watchlists" / WATCHED).read_text("utf-8") == better
        house.wait(lambda: house.log().count("watchlists in force") >= 2, "the edit came not in force")
        page = somebody.open(f"/watchlists/{WATCHED}/history")
        expect(page.get_by_text("optical fibres are wanted")).to_be_visible()
        assert somebody.errors() == []


def test_the_log_of_the_service_is_lines_of_json_whatever_was_asked(office: Office, house: House) -> None:
    """A100"""
    with office.visit("analyst") as somebody:
        for path in ("/hits?q=%0d%0a%1b[31m", "/%0aX: y", "/hits/%1b[2J"):
            somebody.context.request.get(house.base + path, max_redirects=0)
    for line in house.log().splitlines():
        told = json.loads(line)
        assert told.get("level") != "error" or told["event"] == "not delivered", line
        assert "\x1b" not in line
