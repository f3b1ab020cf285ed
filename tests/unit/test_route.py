"""Who is told, and as what?"""

from __future__ import annotations

import pytest

from monitor.domain.delivery import Channel, Form
from monitor.domain.hit import Novelty, Verdict
from monitor.domain.secret import Secret
from monitor.pipeline.route import audience, decide


def channel(key: str = "analysts", **given: object) -> Channel:
    return Channel(key, Secret("json://x"), "webhook", given.pop("recipients", (key,)), **given)  # type: ignore[arg-type]


def heard(*channels: Channel, **given: object) -> list[tuple[str, str]]:
    hit: dict[str, object] = {
        "hit_topic": "qiming",
        "verdict": Verdict.ALERT,
        "kind": "news",
        "part": None,
        "severity": "high",
        "source": "city-notices",
        "language": "zh-Hans",
        "novelty": "new",
    } | given
    return [(found.key, recipient) for found, recipient in audience(channels=channels, **hit)]  # type: ignore[arg-type]


def test_a_channel_without_filters_hears_everything_at_each_of_its_recipients() -> None:
    assert heard(channel(recipients=("a@x.org", "b@x.org"))) == [("analysts", "a@x.org"), ("analysts", "b@x.org")]


@pytest.mark.parametrize("verdict", [Verdict.REVIEW, Verdict.SUPPRESSED])
def test_only_alerts_are_told(verdict: Verdict) -> None:
    assert heard(channel(), verdict=verdict) == []


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ({"topics": ("qiming",)}, True),
        ({"topics": ("qi*", "huoju")}, True),
        ({"topics": ("huoju",)}, False),
        ({"kinds": ("news",)}, True),
        ({"kinds": ("recruitment-ad",)}, False),
        ({"parts": ("call",)}, False),
        ({"severities": ("high",)}, True),
        ({"severities": ("low",)}, False),
        ({"sources": ("city-*",)}, True),
        ({"sources": ("agency",)}, False),
        ({"languages": ("zh",)}, True),
        ({"languages": ("en",)}, False),
        ({"novelties": ("new",)}, True),
        ({"novelties": ("revision",)}, False),
    ],
)
def test_each_filter_lets_through_what_it_names(filters: dict[str, tuple[str, ...]], told: bool) -> None:
    assert bool(heard(channel(**filters))) is told


def test_a_text_of_unknown_language_is_not_lost_to_a_language_filter() -> None:
    assert heard(channel(languages=("en",)), language=None) == [("analysts", "analysts")]


def test_a_copy_can_be_new_to_a_recipient_who_was_never_told() -> None:
    assert heard(channel(novelties=("new",)), novelty="same") == [("analysts", "analysts")]


@pytest.mark.parametrize(
    ("verdict", "novelty", "already_owed", "changed_facts", "form"),
    [
        (Verdict.SUPPRESSED, Novelty.NEW, False, False, None),
        (Verdict.REVIEW, Novelty.NEW, False, False, None),
        (Verdict.ALERT, Novelty.NEW, False, False, Form.NEW),
        (Verdict.ALERT, Novelty.SAME, True, False, None),
        (Verdict.ALERT, Novelty.SAME, False, False, Form.NEW),
        (Verdict.ALERT, Novelty.REVISION, True, False, Form.UPDATED),
        (Verdict.ALERT, Novelty.REVISION, False, False, Form.NEW),
        (Verdict.ALERT, Novelty.STORY, False, False, Form.STORY),
        (Verdict.ALERT, Novelty.STORY, False, True, Form.NEW),
    ],
)
def test_the_table_of_who_is_told(
    verdict: Verdict, novelty: Novelty, already_owed: bool, changed_facts: bool, form: Form | None
) -> None:
    assert decide(verdict, novelty, already_owed, changed_facts) is form


def test_the_filter_on_novelty_is_about_what_the_recipient_would_hear() -> None:
    assert decide(Verdict.ALERT, Novelty.REVISION, True, novelties=("new",)) is None
    assert decide(Verdict.ALERT, Novelty.REVISION, False, novelties=("new",)) is Form.NEW
    assert decide(Verdict.ALERT, Novelty.REVISION, True, novelties=("revision",)) is Form.UPDATED
