"""Do rulings on pairs win over the judge?"""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.domain.document import Candidate
from monitor.domain.hit import Relation
from monitor.domain.ruling import RulingKind
from monitor.pipeline import ruled
from monitor.pipeline.poll import DISTINCT

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def candidate(version: int, said: RulingKind | None = None) -> Candidate:
    return Candidate(version, version, version, "city", "u", "t", "x", None, NOW, ruled=said)


def test_what_a_person_ruled_the_same_is_the_same_without_a_judge() -> None:
    found = ruled.decided([candidate(1), candidate(2, RulingKind.THE_SAME)])
    assert found is not None
    assert (found.relation, found.to, found.judged) == (Relation.SAME, 2, (1, 2))
    assert "a person ruled" in found.reasons[0]


def test_without_a_ruling_the_judge_is_asked_about_all() -> None:
    both = [candidate(1), candidate(2)]
    assert ruled.decided(both) is None
    assert ruled.open_ones(both) == both
    assert ruled.with_rulings(DISTINCT, both).reasons == DISTINCT.reasons


def test_what_a_person_ruled_apart_is_left_out_told_and_counted_as_looked_at() -> None:
    both = [candidate(1, RulingKind.NOT_THE_SAME), candidate(2)]
    assert ruled.open_ones(both) == [both[1]]
    told = ruled.with_rulings(DISTINCT, both)
    assert told.judged == (1, 2), "another round would not judge it either"
    assert "1 stored texts were left out" in told.reasons[-1]
