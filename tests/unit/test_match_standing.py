"""Which of many texts may match, told by one look at all of them."""

from __future__ import annotations

from monitor.domain.topic import Pattern, Ruleset, Term, Tolerance, Topic
from monitor.pipeline.match import Text, compile_ruleset, match, standing


def test_texts_looked_through_together_are_those_that_match_alone() -> None:
    topic = Topic("t", "T", terms=(Term("启明计划", tolerance=Tolerance.HOMOPHONE), Term("Qiming Program")))
    compiled = compile_ruleset(Ruleset("r", (topic,)))
    texts = [
        "",
        "启明",
        "计划",
        "启 明 计 划",
        "Qiming\ue000Program",
        "the QIMING program",
        "其他",
        "啟明計劃",
        "\ue000" * 3,
    ]
    long = "x" * 70_000 + "启明计划"
    for first in range(len(texts)):
        some = [*texts[first:], long, *texts[:first]]
        alone = {place for place, text in enumerate(some) if match(Text("", text), compiled)}
        assert alone <= standing(some, compiled) <= alone | {some.index(long)}


def test_where_patterns_are_asked_for_every_text_is_looked_at() -> None:
    pattern = Pattern("p", groups=(("年薪",), ("万",)))
    compiled = compile_ruleset(Ruleset("r", (Topic("t", "T", patterns=(pattern,)),)))
    assert standing(["", "年薪百万"], compiled) == {0, 1}
    assert standing(["a", "b"], compile_ruleset(Ruleset("r"))) == set()
