"""Links in mails: signed, each good for one ruling, and opening one decides nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.notifier import Senders, inspect
from monitor.adapters.smtp import Mail
from monitor.console.app import ConsoleSettings, create_app
from monitor.domain.delivery import Channel, Routing
from monitor.domain.query import HitFilter
from monitor.domain.secret import Secret
from monitor.pipeline import compose, feedback
from monitor.pipeline.feedback import LIFE, Action, Refused
from tests.fakes.drafts import NOW, draft, hit
from tests.fakes.intents import Stage, channel, text
from tests.fakes.people import InMemoryPeople
from tests.fakes.store import InMemoryStore

KEY = bytes(range(32))
FORM = {"origin": "http://localhost", "content-type": "application/x-www-form-urlencoded"}


def test_a_link_says_what_it_was_signed_for_until_its_time_is_over() -> None:
    token = feedback.sign(KEY, Action.WRONG, 12, NOW)
    assert feedback.check(KEY, token, NOW + LIFE) == feedback.Asked(Action.WRONG, 12)
    with pytest.raises(Refused, match="30 days"):
        feedback.check(KEY, token, NOW + LIFE + timedelta(hours=2))
    with pytest.raises(Refused, match="not one of ours"):
        feedback.check(bytes(32), token, NOW)


@given(st.text(max_size=60))
def test_no_other_text_is_a_link(text_: str) -> None:
    with pytest.raises(Refused):
        feedback.check(KEY, text_, NOW)


@given(st.integers(0, 40), st.characters(codec="ascii"))
def test_a_link_with_one_other_character_is_none(place: int, char: str) -> None:
    token = feedback.sign(KEY, Action.RIGHT, 12, NOW)
    place %= len(token)
    other = token[:place] + char + token[place + 1 :]
    if other != token:
        with pytest.raises(Refused):
            feedback.check(KEY, other, NOW)


def mail(signed: bool = True, console: str = "https://m.example.org") -> str:
    key = Secret(KEY.hex()) if signed else None
    kinds = (Mail(),)
    url = Secret("mailto://localhost:25?from=a@x.org&to=lena@example.org&mode=insecure")
    kind, recipients = inspect("mail", url, kinds)
    senders = Senders({"mail": Channel("mail", url, kind, recipients)}, console, kinds, key=key)
    told = replace(draft(hit()), channel="mail")
    linked = senders._linked(replace(told, console=console))
    return compose.text(linked) + compose.html(linked)


def test_an_alert_carries_its_links_in_both_parts_and_none_without_a_console() -> None:
    found = re.findall(r"https://m\.example\.org/f/([\w-]+)", mail())
    assert {feedback.check(KEY, token, NOW).action for token in found} == set(Action)
    assert len(found) == 6
    assert "/f/" not in mail(signed=False)
    assert "/f/" not in mail(console="")


@pytest.fixture
async def stage() -> Stage:
    """A store with one hit that lena was told of (delivery 1)."""
    store = InMemoryStore()
    made = Stage(store, store.queries)
    await store.open(made.worker, made.now)
    made.routing = Routing((channel("mail", "lena@example.org"),))
    await made.watch("city")
    await made.poll("city", text("a notice"))
    for claim in await made.messages():
        await made.send(claim)
    return made


def browser(stage: Stage, read_only: bool = False) -> TestClient:
    chosen = ConsoleSettings(hosts=("localhost",), feedback_key=Secret(KEY.hex()), read_only=read_only)
    app = create_app(stage.queries, stage.store, InMemoryPeople(), chosen, stage.clock)
    return TestClient(app, base_url="http://localhost", follow_redirects=False)


async def test_opening_a_link_asks_and_decides_nothing_however_often(stage: Stage) -> None:
    client, path = browser(stage), f"/f/{feedback.sign(KEY, Action.WRONG, 1, stage.now)}"
    for _ in range(3):
        page = client.get(path)
        assert page.status_code == 200
        assert "Is this alert wrong?" in page.text
        assert f'action="{path}"' in page.text
    assert client.head(path).status_code in (200, 405)
    assert stage.queries.ruled_on(1) == []


async def test_its_form_rules_as_the_recipient_and_a_second_use_changes_nothing(stage: Stage) -> None:
    client, path = browser(stage), f"/f/{feedback.sign(KEY, Action.WRONG, 1, stage.now)}"
    assert client.post(path, headers=FORM).headers["location"] == f"{path}?done=now"
    assert client.post(path, headers=FORM).headers["location"] == f"{path}?done=before"
    assert [row[:2] for row in stage.queries.ruled_on(1)] == [("wrong", "lena@example.org")]
    assert "used before" in client.get(path).text
    right = f"/f/{feedback.sign(KEY, Action.RIGHT, 1, stage.now)}"
    client.post(right, headers=FORM)
    client.post(path, headers=FORM)
    assert [row[0] for row in stage.queries.ruled_on(1)] == ["wrong", "right"], "an old link does not win back"


async def test_the_mute_link_mutes_topic_and_source_for_a_week(stage: Stage) -> None:
    path = f"/f/{feedback.sign(KEY, Action.MUTE, 1, stage.now)}"
    browser(stage).post(path, headers=FORM)
    [mute] = stage.queries.mutes(stage.now)
    assert (mute.topic, mute.source, mute.actor) == ("qiming", "city", "lena@example.org")
    assert mute.until == stage.now + timedelta(days=7)


async def test_a_form_of_another_site_a_wrong_link_and_a_reading_console_rule_nothing(stage: Stage) -> None:
    path = f"/f/{feedback.sign(KEY, Action.WRONG, 1, stage.now)}"
    assert browser(stage).post(path, headers={**FORM, "origin": "https://evil.example"}).status_code == 403
    assert browser(stage).post(path[:-1] + "!", headers=FORM).status_code == 410
    assert browser(stage, read_only=True).post(path, headers=FORM).status_code == 403
    unknown = f"/f/{feedback.sign(KEY, Action.WRONG, 999, stage.now)}"
    assert browser(stage).get(unknown).status_code == 410
    assert stage.queries.ruled_on(1) == []
    assert next(stage.queries.hits(HitFilter())).id == 1


async def test_the_page_shows_neither_the_recipient_nor_a_secret(stage: Stage) -> None:
    page = browser(stage).get(f"/f/{feedback.sign(KEY, Action.RIGHT, 1, stage.now)}").text
    assert "lena@example.org" not in page
    assert "le…@example.org" in page
    assert KEY.hex() not in page
