"""What the comparison of two bodies of a source finds: gaps, new ids, things taken out, versions in turn, blindness."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.domain.document import Extracted, Harvest, Prepared, Reading
from monitor.domain.intent import Lease, SourceClaim
from monitor.domain.source import Validators
from monitor.pipeline import sight
from monitor.pipeline.sight import Look, Sight

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
CLAIM = SourceClaim(
    "s", "feed", "https://f.example/x", "f.example:443", Lease("w", 1), NOW, 900.0, None, 900.0, None, "{}", Validators(),
    0, 0, False,
)  # fmt: skip


def feed(*numbers: int, ids: str = "id", days: float | None = None) -> Reading:
    """A feed with these entries, dated one every so many days if that is given."""
    prepared = tuple(
        Prepared(
            Extracted(
                f"{ids}-{n}", f"https://f.example/{n}", f"title {n}", f"text {n}",
                published=None if days is None else NOW + timedelta(days=n * days),
            ),
            text_hash=f"hash {n}", fingerprint=n,
        )
        for n in numbers
    )  # fmt: skip
    return Reading(Harvest("feed", entries=len(prepared)), prepared, "r")


def seen(*readings: Reading, claim: SourceClaim = CLAIM, hours: float = 1.0) -> Look:
    """The last of these readings, compared with those before it."""
    before, look, now = Sight(), None, NOW
    for reading in readings:
        look = sight.look(claim, before, reading, now)
        before, now = sight.load(sight.store(look.after)), now + timedelta(hours=hours)
    assert look is not None
    return look


def test_a_window_that_shares_nothing_with_the_last_is_a_gap() -> None:
    """F45."""
    assert seen(feed(1, 2, 3), feed(7, 8, 9)).gap
    assert not seen(feed(1, 2, 3), feed(3, 4, 5)).gap
    assert not seen(feed(1, 2, 3), feed(3, 2, 1)).gap, "F49: another order"
    assert not seen(feed(1), feed(2)).gap, "a window of one tells nothing"


def test_an_empty_feed_that_fills_again_is_no_gap_but_blind_meanwhile() -> None:
    """F46."""
    assert seen(feed(1, 2), feed()).empty
    again = seen(feed(1, 2), feed(), feed(1, 2, 3))
    assert not again.gap and not again.empty


def test_entries_whose_ids_all_changed_keep_their_places() -> None:
    """F48: and do so at the poll after that."""
    look = seen(feed(1, 2, 3), feed(1, 2, 3, ids="new"))
    assert [one.extracted.place for one in look.reading.prepared] == ["id-1", "id-2", "id-3"]
    assert not look.gap and len(look.fresh_warnings) == 1
    later = seen(feed(1, 2, 3), feed(1, 2, 3, ids="new"), feed(2, 3, 4, ids="new"))
    assert [one.extracted.place for one in later.reading.prepared] == ["id-2", "id-3", "new-4"]
    assert later.fresh_warnings == (), "it is told once"


def test_what_leaves_from_the_middle_was_taken_out_and_what_leaves_at_the_end_was_not() -> None:
    assert seen(feed(5, 4, 3, 2), feed(5, 3, 2)).dropped == ("id-4",)
    assert seen(feed(5, 4, 3, 2), feed(6, 5, 4, 3)).dropped == ()
    assert seen(feed(2, 3, 4, 5), feed(3, 4, 5, 6)).dropped == (), "the oldest first"


def test_versions_in_turn_are_nothing_new_from_the_second_turn_on() -> None:
    """F47."""
    a, b = feed(1, 2), feed(2, 3)
    assert not seen(a, b, a).nothing_new
    flapping = seen(a, b, a, b)
    assert flapping.nothing_new and len(flapping.fresh_warnings) == 1


def test_a_habit_comes_of_dates_or_of_changes_and_no_weekend_is_blindness() -> None:
    daily = seen(feed(0, -1, -2, -3, -4, -5, days=1))
    assert daily.blind_at == NOW + timedelta(days=3)
    weekly = seen(feed(0, -1, -2, -3, -4, -5, days=7))
    assert weekly.blind_at == NOW + timedelta(days=21)
    assert seen(feed(1, 2)).blind_at is None, "no dates, no habit"
    changing = seen(*(feed(n, n + 1) for n in range(7)), hours=48)
    assert changing.blind_at == NOW + timedelta(hours=48 * 6) + timedelta(hours=48 * 3)


def test_a_page_that_lost_its_text_and_looks_like_a_door_is_refused() -> None:
    claim = replace(CLAIM, kind="page")
    long = Reading(Harvest("html"), (Prepared(Extracted("p", "p", "t", "words " * 500), "h1", 1),), "r")
    door = Harvest("html", meta={"doubt": "login page"})
    short = Reading(door, (Prepared(Extracted("p", "p", "t", "words"), "h2", 2),), "r")
    assert seen(long, short, claim=claim).refusal.startswith("login page")
    plain = replace(short, harvest=Harvest("html"))
    assert seen(long, plain, claim=claim).refusal == ""
    assert "lost most of its text" in seen(long, plain, claim=claim).fresh_warnings[0]


def test_a_sight_of_another_form_is_none() -> None:
    for stored in (None, "", "[]", '{"window": [[1]]}', "{"):
        assert sight.load(stored) == Sight()
