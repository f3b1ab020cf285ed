"""How fast is the whole matcher, beside the bare automaton and a plain `in` loop, in one run?

    python -m tests.benchmarks.matching [--documents 1000]

Texts are those of the shared corpus (MONITOR_CORPUS), cut into documents of about 4.5 kB. Aliases are made up: 60 % Han
of 3-7 characters, 40 % Latin of two or three words; 5 % are cut from the texts (5-7 characters that stand there three
times at most). Families of five share ten context words and three exclusions. "off" is `tolerance: exact`, "on" is the
default (spelling and homophones; at 10,000 aliases the matcher leaves homophones out, they would not fit).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import ahocorasick_rs

from monitor.domain.topic import Ruleset, Term, Tolerance, Topic
from monitor.pipeline.match import Compiled, Text, compile_ruleset, match
from monitor.pipeline.match.fold import fold
from monitor.pipeline.match.forms import real_words

DOCUMENT = 4_500  # bytes
ROUNDS = 5
MOST_PLACES = 3  # of an alias that is cut from the texts: names of programmes are rare
CONTEXT_ZH = ("人才", "引进", "申报", "入选", "海外")
CONTEXT_EN = ("talent", "program", "overseas", "recruit", "expert")


def corpus() -> Path:
    """Where the shared corpus lies."""
    return Path(os.environ.get("MONITOR_CORPUS") or Path(__file__).resolve().parents[3] / "shared" / "corpus")


def documents(count: int) -> list[str]:
    """`count` documents of real text, repeated when the corpus is small."""
    folder = corpus()
    texts = [path.read_text("utf-8", "replace") for path in sorted((folder / "pages").rglob("*.expected.txt"))]
    for name in [folder / "texts" / "passages.jsonl", *sorted((folder / "neardup").glob("*.jsonl"))]:
        texts += [str(json.loads(line).get("text", "")) for line in name.read_text("utf-8").splitlines()]
    pairs = folder / "dedup_pairs.jsonl"
    texts += [json.loads(line)[side]["text"] for line in pairs.read_text("utf-8").splitlines() for side in ("a", "b")]
    texts = list(dict.fromkeys(texts))
    if not any(texts):
        sys.exit("shared corpus is absent: set MONITOR_CORPUS")
    random.Random(1).shuffle(texts)
    whole = "\n".join(text for text in texts if text).encode("utf-8", "replace")
    cut = [whole[at : at + DOCUMENT].decode("utf-8", "ignore") for at in range(0, len(whole) - DOCUMENT, DOCUMENT)]
    return [cut[number % len(cut)] for number in range(count)]


def aliases(count: int, texts: list[str]) -> list[str]:
    """Made-up aliases, one in twenty cut from the texts."""
    chance = random.Random(2)
    words = sorted(word for word in real_words() if 4 <= len(word) <= 9)
    han = sorted({char for text in texts[:200] for char in text if "\u4e00" <= char <= "\u9fff"})
    whole = "\n".join(dict.fromkeys(texts))
    runs = [run for text in texts for run in _han_runs(text) if len(run) >= 8]
    made: dict[str, None] = {}
    while len(made) < count:
        if chance.random() < 0.05:
            run, size = chance.choice(runs), chance.randint(5, 7)
            at = chance.randint(0, len(run) - size)
            if whole.count(run[at : at + size]) <= MOST_PLACES:
                made[run[at : at + size]] = None
        elif chance.random() < 0.6:
            made["".join(chance.choices(han, k=chance.randint(3, 7)))] = None
        else:
            made[" ".join(chance.sample(words, chance.randint(2, 3))).title()] = None
    return list(made)


def _han_runs(text: str) -> list[str]:
    return "".join(char if "\u4e00" <= char <= "\u9fff" else " " for char in text).split()


def ruleset(names: list[str], tolerance: Tolerance) -> Ruleset:
    """Families of five aliases with ten context words and three exclusions each."""
    topics = []
    for at in range(0, len(names), 5):
        family = names[at : at + 5]
        terms = tuple(Term(name, near=CONTEXT_ZH + CONTEXT_EN, tolerance=tolerance) for name in family)
        topics.append(Topic(f"t{at}", family[0], terms=terms, exclude=tuple(f"{name}创投" for name in family[:3])))
    return Ruleset("benchmark", tuple(topics))


def best(work: Callable[[], object]) -> float:
    """The quickest of some rounds, in seconds."""
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def bare(patterns: list[str]) -> Callable[[list[str]], int]:
    """The bare automaton as its library builds it: no folding, no checks, positions only."""
    automaton = ahocorasick_rs.AhoCorasick(patterns, matchkind=ahocorasick_rs.MatchKind.Standard)
    return lambda texts: sum(len(automaton.find_matches_as_indexes(text, overlapping=True)) for text in texts)


def whole(compiled: Compiled) -> Callable[[list[str]], int]:
    """The whole matcher on each document."""
    return lambda texts: sum(len(match(Text("", text), compiled)) for text in texts)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Prints one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--aliases", type=int, nargs="*", default=[100, 1_000, 10_000])
    given = parser.parse_args()
    texts = documents(given.documents)
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    lower = [text.casefold() for text in texts]
    print(f"{len(texts)} documents, {megabytes:.1f} MB; MB/s, in brackets times the bare automaton's time")
    print("| aliases | bare automaton | `in` loop | off | on | matches/MB on | patterns on | build off / on | memory |")
    print("|---|---|---|---|---|---|---|---|---|")
    flat: list[tuple[float, float]] = []  # seconds of the whole matcher, tolerance off, and of the bare automaton
    for count in given.aliases:
        names = aliases(count, texts)
        scan = bare([name.casefold() for name in names])
        plain = best(lambda scan=scan: scan(lower))  # type: ignore[misc]
        few = lower[: max(10, len(lower) * 100 // max(count, 100) // 2)]
        loop = best(lambda names=names, few=few: [name in text for text in few for name in names])  # type: ignore[misc]
        loop *= len(lower) / len(few)
        row, built = [], []
        size = found = 0
        for tolerance in (Tolerance.EXACT, Tolerance.HOMOPHONE):
            begin = time.perf_counter()
            compiled = compile_ruleset(ruleset(names, tolerance))
            built.append(time.perf_counter() - begin)
            size = len(compiled.patterns)
            run = whole(compiled)
            found = run(texts)
            row.append(best(lambda run=run: run(texts)))  # type: ignore[misc]
        flat.append((row[0], plain))
        off, on = (f"{megabytes / seconds:.1f} ({seconds / plain:.2f} x)" for seconds in row)
        print(
            f"| {count:,} | {megabytes / plain:.0f} | {megabytes / loop:.2f} | {off} | {on} | {found / megabytes:.0f} | {size:,}"
            f" | {built[0]:.2f} / {built[1]:.2f} s | {_memory()} MB |"
        )
    (first, bare_first), (last, bare_last) = flat[0], flat[-1]
    print(f"\nfrom fewest to most aliases, off: {last / first:.2f} x; bare automaton: {bare_last / bare_first:.2f} x")
    compiled = compile_ruleset(ruleset(aliases(1000, texts), Tolerance.HOMOPHONE))
    term = next(iter(compiled.terms)).text
    print("\nA page stuffed with one term:")
    for size in (10_000, 100_000, 1_000_000):
        page = Text("", term * (size // len(term)))
        seconds = best(lambda page=page: match(page, compiled))  # type: ignore[misc]
        print(f"  {size:>9,} characters: {seconds * 1000:8.1f} ms, {seconds / size * 1e6:.3f} us a character")
    begin = time.perf_counter()
    for text in texts:
        fold(text)
    print(f"\nfolding alone: {megabytes / (time.perf_counter() - begin):.0f} MB/s")


if __name__ == "__main__":
    main()
