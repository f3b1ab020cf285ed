"""office: who works with the console: the first account by link, the others invited, all signed in by password."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, expect

from tests.e2e.eyes import Visitor, visitor
from tests.e2e.house import House

PASSWORD = "four random words here"


@dataclass
class Office:
    """Who has come in: the cookies of each by name."""

    house: House
    browser: Browser
    cookies: dict[str, Any]

    def visit(self, name: str, **more: Any) -> AbstractContextManager[Visitor]:
        """A window of somebody who is signed in: `with office.visit("root") as somebody`."""
        return visitor(self.browser, self.house.base, storage_state=self.cookies[name], **more)


def furnish(house: House, browser: Browser, *roles: str) -> Office:
    """The first account made by the link of the terminal, then one of each role by links of its page People."""
    office = Office(house, browser, {})
    with visitor(browser, house.base) as somebody:
        page = somebody.open(house.first_link())
        expect(page.get_by_role("heading", name="Make the first account")).to_be_visible()
        page.get_by_label("Name").fill("root")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Make an admin of this name").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("1 account")
        links = {role: _invite(somebody, role) for role in roles}
        assert somebody.errors() == []
    for role, link in links.items():
        office.cookies[role] = _come_in(office, role, link)
    office.cookies["root"] = _sign_in(office, "root")
    return office


def _invite(somebody: Visitor, role: str) -> str:
    page = somebody.open("/people")
    form = page.locator("form[action='/people/add']")
    form.get_by_label("Name").fill(role)
    form.get_by_label("Role").select_option(role)
    form.get_by_role("button").click()
    return page.locator("code.block").inner_text()


def _come_in(office: Office, name: str, link: str) -> Any:
    with visitor(office.browser, office.house.base) as somebody:
        page = somebody.open(link)
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_role("button", name="Save, sign in again").click()
        page.wait_for_url("**/sign-in")
        assert somebody.errors() == []
    return _sign_in(office, name)


def _sign_in(office: Office, name: str) -> Any:
    with visitor(office.browser, office.house.base) as somebody:
        page = somebody.open("/sign-in")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("link", name=name)).to_be_visible()
        assert somebody.errors() == []
        return somebody.context.storage_state()
