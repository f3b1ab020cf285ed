"""ruled: what did people say of a text and its candidates, before the judge is asked?

Rulings win over the judge: a candidate that was ruled not the same is left out, one that was ruled the same decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..domain.document import Candidate
from ..domain.hit import Decision, Relation
from ..domain.ruling import RulingKind

SAME = "a person ruled that this text is the same"


def decided(candidates: Sequence[Candidate]) -> Decision | None:
    """The decision that a person took already, None when the judge is to be asked."""
    for one in candidates:
        if one.ruled is RulingKind.THE_SAME:
            judged = tuple(candidate.version for candidate in candidates)
            return Decision(Relation.SAME, one.version, 1.0, (SAME,), judged)
    return None


def open_ones(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates of which nobody ruled that they are not the same."""
    return [one for one in candidates if one.ruled is not RulingKind.NOT_THE_SAME]


def with_rulings(decision: Decision, candidates: Sequence[Candidate]) -> Decision:
    """The judge's decision, with a word about what it was not asked and with all candidates as looked at."""
    left = len(candidates) - len(open_ones(candidates))
    told = (f"{left} stored texts were left out: a person ruled that they are not the same",) if left else ()
    judged = tuple({*decision.judged, *(one.version for one in candidates)})
    return replace(decision, reasons=decision.reasons + told, judged=judged)
