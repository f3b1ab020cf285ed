"""What becomes of the real near-duplicate sets? `python -m tests.benchmarks.neardup [--distinct]`

Every text of a set is judged against those before it, as a running service would: candidates by common keys, the judge on each.
Printed are all merges and groupings with both headlines, for a person to read, and how many pairs were kept apart.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import combinations
from pathlib import Path

from monitor.domain.hit import Relation
from monitor.pipeline.dedupe import Comparison, Page, compare, sign

CORPUS = Path(os.environ.get("MONITOR_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
DAYS = 14


def rows(name: str) -> list[dict[str, str]]:
    """The texts of a set."""
    return [json.loads(line) for line in (CORPUS / "neardup" / f"{name}.jsonl").read_text("utf-8").splitlines()]


def page(row: dict[str, str]) -> Page:
    """A text of a set."""
    return Page(row.get("url") or "", row.get("title") or "", row.get("text") or "")


def seen(row: dict[str, str]) -> datetime | None:
    """When it was published, where the set says so."""
    given = row.get("published") or ""
    try:
        moment = datetime.fromisoformat(given.replace("Z", "+00:00")) if "T" in given else parsedate_to_datetime(given)
    except ValueError:
        return None
    return moment.astimezone(UTC)


def judged(name: str) -> list[tuple[dict[str, str], dict[str, str], Comparison]]:
    """Each pair of a set that shares a key (as stored texts are found), or one story by the set's own word."""
    texts = rows(name)
    keys = []
    for row in texts:
        one = page(row)
        signature = sign(one.title, one.text, one.url, b"neardup")
        keys.append((set(signature.keys), set(signature.story_keys)))
    found = []
    for x, y in combinations(range(len(texts)), 2):
        near = keys[x][0] & keys[y][0] or len(keys[x][1] & keys[y][1]) >= 2
        if near or texts[x]["story"] == texts[y]["story"]:
            first, second = seen(texts[x]), seen(texts[y])
            close = first is None or second is None or abs((first - second).days) <= DAYS
            found.append((texts[x], texts[y], compare(page(texts[x]), page(texts[y]), close)))
    return found


def show(name: str, distinct: bool) -> None:
    """Prints a set: one row a merge or grouping, then the counts."""
    counts: Counter[tuple[str, bool]] = Counter()
    sys.stdout.write(f"\n{name}: {len(rows(name))} texts\n{'answer':<9} {'story':<6} headlines and first reason\n")
    for one, other, found in judged(name):
        together = one["story"] == other["story"]
        counts[found.label.value, together] += 1
        if found.label is not Relation.DISTINCT or (distinct and together):
            word = "one" if together else "OTHER"
            sys.stdout.write(f"{found.label.value:<9} {word:<6} {one['id']} {one['title'][:70]!r}\n")
            sys.stdout.write(f"{'':<17}{other['id']} {other['title'][:70]!r}\n")
            sys.stdout.write(f"{'':<17}{'; '.join(found.reasons)[:150]}\n")
    for (label, together), count in sorted(counts.items()):
        sys.stdout.write(f"{count:6} pairs of {'one story' if together else 'other stories'}: {label}\n")


def main() -> None:
    """Prints all sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--distinct", action="store_true", help="also pairs of one story that are kept apart")
    given = parser.parse_args()
    for path in sorted((CORPUS / "neardup").glob("*.jsonl")):
        show(path.stem, given.distinct)


if __name__ == "__main__":
    main()
