"""Does the judge pick the strongest candidate, say why, and survive whatever it is given?"""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.document import Candidate, Extracted, Prepared
from monitor.domain.hit import Relation
from monitor.pipeline.dedupe import Page, compare, content_hash, judge, sign
from tests.unit.test_dedupe_rows import BRIEFING, CALL, FIRE, FIRE_RETOLD, GRANT, NEWS_ZH, edit

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def prepared(page: Page, place: str = "", canonical: str | None = None) -> Prepared:
    extracted = Extracted(place or page.url, page.url, page.title, page.text, canonical=canonical)
    return Prepared(extracted, content_hash(page.text), 0)


def candidate(page: Page, version: int, days: float = 1, place: str = "") -> Candidate:
    seen = NOW - timedelta(days=days)
    return Candidate(version, version, version, "source", page.url, page.title, page.text, None, seen, place=place)


def test_nothing_stored_is_distinct() -> None:
    found = judge(prepared(FIRE), [], NOW)
    assert (found.relation, found.to, found.judged) == (Relation.DISTINCT, None, ())
    assert found.reasons


def test_the_strongest_candidate_wins_and_all_are_told() -> None:
    copy = replace(FIRE, url="https://copy.example.net/1")
    stored = [candidate(FIRE_RETOLD, 1), candidate(GRANT, 2), candidate(copy, 3), candidate(BRIEFING, 4)]
    found = judge(prepared(FIRE), stored, NOW)
    assert (found.relation, found.to) == (Relation.SAME, 3)
    assert found.judged == (1, 2, 3, 4)
    assert found.score > 0.9


def test_a_revision_beats_a_story_and_shows_what_changed() -> None:
    moved = edit(CALL, ("6月30日", "7月15日"), url=CALL.url)
    found = judge(prepared(moved), [candidate(CALL, 5)], NOW)
    assert (found.relation, found.to) == (Relation.REVISION, 5)
    assert any("6" in before and "7" in after for before, after in found.changes)
    assert any("another number" in reason for reason in found.reasons)


def test_an_added_passage_is_among_the_changes() -> None:
    added = "Applicants from abroad may send their papers by post."
    found = judge(prepared(Page(GRANT.url, GRANT.title, f"{GRANT.text}\n{added}")), [candidate(GRANT, 6)], NOW)
    assert found.relation is Relation.REVISION
    assert ("", added) in found.changes


@pytest.mark.parametrize(("days", "expected"), [(13.9, Relation.STORY), (14.1, Relation.DISTINCT)])
def test_stories_end_after_fourteen_days(days: float, expected: Relation) -> None:
    assert judge(prepared(FIRE_RETOLD), [candidate(FIRE, 7, days)], NOW).relation is expected


def test_a_copy_is_a_copy_however_old() -> None:
    assert (
        judge(prepared(replace(FIRE, url="https://x.example.net/1")), [candidate(FIRE, 8, 700)], NOW).relation
        is Relation.SAME
    )


def test_a_canonical_address_counts_only_on_its_own_host() -> None:
    changed = edit(FIRE, ("14", "16"))
    own = judge(prepared(changed, canonical=FIRE.url), [candidate(FIRE, 9)], NOW)
    assert own.relation is Relation.REVISION
    claimed = replace(changed, url="https://other.example.net/z")
    assert judge(prepared(claimed, canonical=FIRE.url), [candidate(FIRE, 9)], NOW).relation is Relation.DISTINCT


def test_an_entry_with_the_same_id_at_a_new_address_is_the_same_page() -> None:
    moved = edit(FIRE, ("14", "16"), url="https://d.example.com/fire-updated")
    assert (
        judge(
            prepared(moved, place="tag:d.example.com,2024:7"),
            [candidate(FIRE, 10, place="tag:d.example.com,2024:7")],
            NOW,
        ).relation
        is Relation.REVISION
    )


def test_candidates_beyond_the_cap_are_told_and_not_compared() -> None:
    found = judge(prepared(FIRE), [candidate(edit(GRANT, ("2024", str(1990 + n))), n) for n in range(30)], NOW)
    assert len(found.judged) == 30
    assert any("18 further candidates" in reason for reason in found.reasons)


def test_a_copy_of_a_copy_is_not_taken_for_the_first() -> None:
    """A=B, B=C must not make A=C: each pair is judged by itself, and last year's call stays last year's."""
    first, last = GRANT, edit(GRANT, ("2024", "2023"))
    assert (
        judge(
            prepared(last), [candidate(first, 1), candidate(replace(first, url="https://c.example.net/1"), 2)], NOW
        ).relation
        is Relation.DISTINCT
    )


ODD = [
    "",
    " ",
    "\x00",
    "\ud800",
    "one line",
    "\n" * 10_000,
    "。" * 10_000,
    "!" * 50_000,
    "(" * 10_000,
    "a" * 60_000,
    "@" * 5_000,
    "1-" * 20_000,
    "- 1,2.3:4/" * 3_000,
    "\u202e\u200b\ufeff" * 1_000,
    "会" * 60_000,
    "x\ud83dy 启明\udfff计划",
    "Mr. " * 5_000,
    "2024年" * 5_000,
    "\u0301" * 5_000,
    "ﷺ" * 2_000,
    "万亿" * 5_000,
    "<p>" * 3_000,
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_are_judged_without_an_exception(text: str) -> None:
    odd, plain = Page("https://o.example.org/1", text, text), FIRE
    begun = time.process_time()
    for a, b in ((odd, plain), (plain, odd), (odd, replace(odd, url="https://o.example.org/2"))):
        assert compare(a, b).label in Relation
    sign(text, text, text, b"k")
    assert time.process_time() - begun < 5


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_get_an_answer_with_a_reason(a: str, b: str, title: str, url: str) -> None:
    found = compare(Page(url, title, a), Page(url, title, b))
    assert found.reasons
    assert 0 <= found.score <= 1


def test_a_text_of_five_megabytes_is_cut_and_says_so() -> None:
    chosen = random.Random(3)
    words = [f"word{n}" for n in range(3_000)]
    text = "\n".join(" ".join(chosen.choices(words, k=14)).capitalize() + "." for _ in range(45_000))
    assert len(text) > 4_500_000
    begun = time.process_time()
    found = compare(Page("https://big.example.org/1", "Big", text), Page("https://big.example.org/2", "Big", text))
    assert found.label is Relation.SAME
    assert any(reason.startswith("cut") for reason in found.reasons)
    changed = compare(
        Page("https://big.example.org/1", "Big", text),
        Page("https://big.example.org/2", "Big", text[:-300] + " Another end."),
    )
    assert changed.label is not Relation.SAME
    assert time.process_time() - begun < 20


def test_a_thousand_notices_from_one_template_stay_apart() -> None:
    notices = [
        edit(CALL, ("江海市", f"{name}市"), ("300万", f"{100 + n}万")) for n, name in enumerate("云山林河湖泉石田原岭")
    ]
    for n, one in enumerate(notices):
        others = [candidate(other, m) for m, other in enumerate(notices) if m != n]
        assert (
            judge(
                prepared(replace(one, url=f"https://t.example.cn/{n}")),
                [replace(c, url=f"https://s.example.cn/{c.version}") for c in others],
                NOW,
            ).relation
            is Relation.DISTINCT
        )


def test_aligned_passages_are_shown_side_by_side() -> None:
    found = compare(NEWS_ZH, edit(NEWS_ZH, ("12亿元", "15亿元")))
    assert any("12亿" in a and "15亿" in b for a, b in found.pairs)
    assert ("12", "15") in found.changes
