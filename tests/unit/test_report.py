"""Which topics, terms and sources were right, and which line would have kept the wrong ones away?"""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.overview import HitCount, Judged
from monitor.pipeline.report import lessons, rows, sentence
from tests.fakes.drafts import NOW, hit


def judged(number: int, passage: str, term: str, right: bool) -> Judged:
    """A judged hit on the first place of the term in the passage."""
    start = passage.index(term)
    view = replace(
        hit(number), passage=passage, passage_start=0, start=start, end=start + len(term), text=term, term=term
    )
    return Judged(view, right, "lena", "", NOW)


def test_precision_counts_what_people_said_by_topic_term_and_source() -> None:
    counts = [HitCount("qiming", "启明计划", "city", "alert", 8), HitCount("qiming", "启明", "press", "review", 3)]
    said = [replace(one, hit=replace(one.hit, source="city", term="启明计划")) for one in
            (judged(1, "关于启明计划的通知", "启明计划", True), judged(2, "启明计划幼儿园", "启明计划", False))]  # fmt: skip
    found = {(row.sort, row.key): row for row in rows(counts, said)}
    topic = found["topic", "qiming"]
    assert (topic.alerts, topic.reviews, topic.right, topic.wrong) == (8, 3, 1, 1)
    assert (topic.precision, topic.wrong_share) == (0.5, 0.5)
    assert found["term", "qiming: 启明计划"].precision == 0.5
    assert found["source", "press"].precision is None
    assert [row.sort for row in rows(counts, said)] == ["topic", "term", "term", "source", "source"]


def test_a_wrong_hit_gives_its_sentence_and_a_line_that_would_have_kept_it_away() -> None:
    said = [
        judged(1, "本市启明幼儿园招生通知。欢迎报名。", "启明", False),
        judged(2, "家长可到启明幼儿园咨询。", "启明", False),
        judged(3, "关于推荐启明计划人选的通知。", "启明", True),
    ]
    [lesson] = lessons(said)
    assert lesson.must_not_match == ((2, "家长可到启明幼儿园咨询。"), (1, "本市启明幼儿园招生通知。"))
    assert lesson.exclude.startswith("启明幼")
    assert lesson.covered == 2


def test_no_line_is_offered_that_a_right_hit_would_be_lost_to() -> None:
    said = [judged(1, "启明计划。", "启明", False), judged(2, "启明计划。", "启明", True)]
    [lesson] = lessons(said)
    assert (lesson.exclude, lesson.covered) == ("", 0)
    assert lessons([said[1]]) == []


def test_a_latin_word_is_never_cut_in_two() -> None:
    said = [judged(1, "The Kunpeng processors ship today", "Kunpeng", False)]
    [lesson] = lessons(said)
    assert lesson.exclude in ("", "The Kunpeng")


def test_a_sentence_is_masked_and_stands_on_one_line() -> None:
    one = judged(1, "前文。联系人电话13812345678，\n启明人才。", "启明", False)
    assert "\n" not in sentence(one.hit)
    two = judged(1, "启明人才请致电13812345678咨询。", "启明", False)
    assert "13812345678" not in sentence(two.hit)
