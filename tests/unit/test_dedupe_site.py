"""Lines that a host shows on many pages: they neither part two texts nor prove that they are one."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.domain.document import Candidate, Extracted, Prepared
from monitor.domain.hit import Decision, Relation
from monitor.pipeline.dedupe import judge, sign
from monitor.pipeline.dedupe.sentences import parse
from monitor.pipeline.dedupe.site import line_hash, site_lines, with_site
from tests.unit.test_dedupe_rows import FIRE, GRANT

NOW = datetime(2026, 3, 1, tzinfo=UTC)
VOICE = "Townsville University welcomes people of every background and opens its libraries to all who live nearby."
MORE = "Walk through our gardens, meet the robots in the foundry and hear the carillon on the hour, all year round."
BLURB = f"{VOICE}\n{MORE}\n"


def verdict(title: str, stored: str, fresh: str, site: tuple[int, ...]) -> Decision:
    """How the judge answers with these lines known as the hosts' own."""
    signature = sign(title, fresh, "https://a.example.org/2", b"k")
    prepared = Prepared(
        Extracted("2", "https://a.example.org/2", title, fresh), signature.text_hash, signature.fingerprint
    )
    one = Candidate(1, 1, 1, "s", "https://b.example.org/1", title, stored, None, NOW, site=site)
    return judge(prepared, [one], NOW)


def hashes(text: str) -> tuple[int, ...]:
    return tuple(line_hash(sentence.norm) for sentence in parse("", text, "").sentences)


def test_what_only_the_site_says_does_not_part_a_copy_from_its_text() -> None:
    text = FIRE.text.replace("killed 14 workers", "killed fourteen workers")
    dressed = f"{BLURB}{FIRE.text}\n{BLURB}" + "\n".join(f"{VOICE[:-1]}, as do its partners {n}." for n in "ab")
    assert verdict("Fire in the night", text, dressed, hashes(dressed)).relation is Relation.SAME


def test_the_sites_own_words_in_both_texts_prove_nothing() -> None:
    one = f"The reading room closes early on Friday for staff training.\n{BLURB}"
    other = f"The swimming pool opens late on Sunday after a gala.\n{BLURB}"
    assert verdict("Opening hours of the campus", one, other, hashes(BLURB)).relation is Relation.DISTINCT


def test_a_line_with_a_figure_or_an_amount_is_never_the_sites() -> None:
    page = parse(GRANT.title, GRANT.text, GRANT.url)
    marked = with_site(page, hashes(GRANT.text))
    told = {page.sentences[place].text for place in marked.site}
    assert not any("2024" in line or "$" in line for line in told)


def test_a_changed_line_still_counts_when_the_other_is_the_sites() -> None:
    stored = f"{GRANT.text}\nFamilies of fellows are welcome and will be given rooms in the guest house by the river."
    fresh = stored.replace("are welcome", "are not welcome")
    found = verdict(GRANT.title, stored, fresh, hashes(stored))
    assert found.relation is not Relation.SAME


def test_only_the_edges_of_a_long_text_are_counted() -> None:
    text = "\n".join(f"Nobody else in this town wrote sentence {name} of the long report." for name in NAMES)
    assert len(site_lines(parse("", text, ""))) == 16


def test_a_difference_far_into_one_endless_sentence_is_no_copy() -> None:
    endless = "人才引进工作材料" * 2_000
    found = verdict("人才引进工作材料汇编全文", endless, endless + "名额五百", ())
    assert found.relation is not Relation.SAME


NAMES = [first + second for first in "bcdfgklm" for second in ("an", "el", "il", "or", "un")]
