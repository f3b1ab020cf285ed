"""Who is told, and as what?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.domain.delivery import Channel, Form, Routing
from monitor.domain.hit import Novelty, Verdict
from monitor.domain.secret import Secret
from monitor.pipeline.route import Traits, audience, decide, hearings


def channel(key: str = "analysts", **given: object) -> Channel:
    return Channel(key, Secret("json://x"), "webhook", given.pop("recipients", (key,)), **given)  # type: ignore[arg-type]


def heard(*channels: Channel, **given: object) -> list[tuple[str, str]]:
    hit: dict[str, object] = {
        "topic": "qiming",
        "verdict": Verdict.ALERT,
        "kind": "news",
        "part": None,
        "severity": "high",
        "source": "city-notices",
        "language": "zh-Hans",
        "novelty": "new",
    } | given
    return [(found.key, recipient) for found, recipient in audience(Traits(**hit), channels)]  # type: ignore[arg-type]


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


WENZHOU = ({"fact": "place", "province": "CN-ZJ", "city": "Wenzhou"},)
ZHEJIANG = ({"fact": "place", "province": "CN-ZJ", "city": None},)


@pytest.mark.parametrize(
    ("wanted", "facts", "told"),
    [
        (("Zhejiang",), WENZHOU, True),
        (("浙江",), WENZHOU, True),
        (("CN-ZJ",), WENZHOU, True),
        (("温州",), WENZHOU, True),
        (("Hangzhou",), WENZHOU, False),
        (("Guangdong",), WENZHOU, False),
        (("Guangdong", "Wenzhou"), WENZHOU, True),
        (("Wenzhou",), ZHEJIANG, True),
        (("Guangdong",), (), True),
    ],
)
def test_a_province_takes_in_its_cities_and_a_text_of_unknown_place_is_not_lost(
    wanted: tuple[str, ...], facts: tuple[dict[str, object], ...], told: bool
) -> None:
    assert bool(heard(channel(places=wanted), facts=facts)) is told


def test_reviews_are_told_to_those_who_ask_and_what_is_suppressed_to_nobody() -> None:
    asks = channel(verdicts=("alert", "review"))
    assert heard(asks, verdict=Verdict.REVIEW)
    assert heard(asks, verdict=Verdict.ALERT)
    assert not heard(asks, verdict=Verdict.SUPPRESSED)
    assert not heard(channel(verdicts=("review",)), verdict=Verdict.ALERT)


NOW = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


def test_who_would_hear_is_told_with_when_and_why_and_who_would_not_with_why_not() -> None:
    channels = (
        channel("all"),
        channel("press", kinds=("recruitment-ad",), places=("Guangdong",)),
        channel("calm", quiet="22:00-07:00 UTC", topics=("qi*",)),
        channel("digest", when="daily 08:00 Asia/Shanghai"),
    )
    hit = Traits("qiming", kind="news", severity="high", source="city", facts=WENZHOU)
    told = {row.channel: row for row in hearings(hit, Routing(channels, budget=20), NOW)}
    assert (told["all"].due_at, told["all"].why[0]) == (NOW, "it takes everything")
    assert told["press"].told is False
    assert told["press"].why == (
        "the kind is news, it takes recruitment-ad",
        "the place is another, it takes Guangdong",
    )
    assert told["calm"].due_at == datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    assert told["calm"].why[:2] == ("it takes topic qi*", "quiet hours 22:00-07:00 UTC")
    assert told["digest"].due_at == datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
    assert "it hears daily 08:00 Asia/Shanghai" in told["digest"].why


def test_silence_is_explained_too() -> None:
    hit = Traits("qiming", novelty="same")
    [copy] = hearings(hit, Routing((channel(),)), NOW, owed=lambda key, recipient: True)
    assert not copy.told
    assert "earlier version" in copy.why[0]
    [muted] = hearings(Traits("qiming"), Routing((channel(),)), NOW, muted="muted by lena until Friday: fair")
    assert (muted.told, muted.why) == (False, ("muted by lena until Friday: fair; it waits until then",))
    [other] = hearings(Traits("qiming", novelty="revision"), Routing((channel(novelties=("new",)),)), NOW,
                       owed=lambda key, recipient: True)  # fmt: skip
    assert not other.told
