"""How right are the shipped watchlists on labelled passages, programme by programme, and what do they miss?

    python -m tests.benchmarks.matching_quality [FILE.jsonl …]

Without files: the shared passages and facts (MONITOR_CORPUS) and the project's own blind passages. A line has `text`,
`programmes`, perhaps `title`, `doubtful`, `doubtful_for`. Doubtful ones are left out. Precision and recall are those of
`alert`; the last column is the recall of `alert` and `review` together. Below each table stand the wrong alerts and
what was not told, with the reason that the matcher gives.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.config.watchlists import load_folder
from monitor.domain.hit import HitDraft, Verdict
from monitor.domain.topic import Ruleset
from monitor.pipeline.match import Compiled, Text, compile_ruleset, hits

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("MONITOR_CORPUS") or ROOT.parent / "shared" / "corpus")
FILES = (CORPUS / "texts/passages.jsonl", CORPUS / "facts.jsonl", ROOT / "tests/data/matching/blind.jsonl")
PROGRAMMES = {"qiming": "qiming", "huoju": "huoju", "torch-industrial": "huoju", "kunpeng": "kunpeng", "ttp": "ttp"}
OTHER = "other-talent-programme"
NO_PROGRAMME = ("unnamed-call", "export-")
SHOWN = 70  # characters of a passage


@dataclass(frozen=True)
class Case:
    """One passage and programme: whether it is meant, the strongest verdict, and the reason for it."""

    programme: str
    meant: bool
    verdict: Verdict | None
    passage: str
    reason: str


def cases(passage: Mapping[str, object], compiled: Compiled, *, industrial: bool) -> Iterator[Case]:
    """What a passage says of each programme that is meant or found; the industrial one counts only if asked for."""
    found: dict[str, HitDraft] = {}
    for hit in hits(Text(str(passage.get("title") or ""), str(passage["text"])), compiled):
        if hit.topic.startswith(NO_PROGRAMME) or (hit.topic == "torch-industrial" and not industrial):
            continue
        name = PROGRAMMES.get(hit.topic, OTHER)
        if name not in found or _rank(hit.verdict) > _rank(found[name].verdict):
            found[name] = hit
    doubtful = set(passage.get("doubtful_for") or ())  # type: ignore[call-overload]
    meant = {PROGRAMMES.get(name, OTHER) for name in passage["programmes"]}  # type: ignore[attr-defined]
    for name in sorted((meant | set(found)) - doubtful):
        best = found.get(name)
        shown = f"{passage.get('id', '')} {' '.join(str(passage['text']).split())[:SHOWN]}".strip()
        yield Case(
            name,
            name in meant,
            best.verdict if best else None,
            shown,
            best.reasons[0] if best else "no term stands there",
        )


def _rank(verdict: Verdict | None) -> int:
    return {Verdict.ALERT: 2, Verdict.REVIEW: 1}.get(verdict, 0) if verdict else 0


def table(judged: list[Case]) -> Iterator[str]:
    """The table's lines: one for each programme, and one for all."""
    yield "| programme | meant | alerts | precision | recall | with review |"
    yield "|---|---|---|---|---|---|"
    for name in (*sorted({one.programme for one in judged}), "all"):
        part = [one for one in judged if name in (one.programme, "all")]
        meant = [one for one in part if one.meant]
        alerts = [one for one in part if one.verdict is Verdict.ALERT]
        right = sum(one.meant for one in alerts)
        seen = sum(_rank(one.verdict) > 0 for one in meant)
        shares = (_share(right, len(alerts)), _share(right, len(meant)), _share(seen, len(meant)))
        yield f"| {name} | {len(meant)} | {len(alerts)} | {' | '.join(shares)} |"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def mistakes(judged: list[Case]) -> Iterator[str]:
    """Wrong alerts, and what is meant and was not told, each with its reason."""
    for one in judged:
        if one.meant is (one.verdict is Verdict.ALERT):
            continue
        what = f"not told ({one.verdict.value if one.verdict else 'no match'})" if one.meant else "wrong alert"
        if one.meant or one.verdict is Verdict.ALERT:
            yield f"- {what}: {one.programme}: {one.passage}\n    {one.reason}"


def main() -> None:
    """Prints a table and the mistakes for each file."""
    loaded = load_folder(ROOT / "watchlists", check_examples=False, channels=False, sources=False)
    compiled = compile_ruleset(Ruleset("shipped", loaded.topics))
    for path in [Path(name) for name in sys.argv[1:]] or FILES:
        if not path.is_file():
            print(f"{path.name} is absent: set MONITOR_CORPUS")
            continue
        passages = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        judged = [
            case
            for passage in passages
            if not passage.get("doubtful")
            for case in cases(passage, compiled, industrial=path.name != "facts.jsonl")
        ]
        print(f"\n{path.name}, {len(passages)} passages\n")
        print("\n".join([*table(judged), "", *mistakes(judged)]))


if __name__ == "__main__":
    main()
