"""How long do keys and judgement take, beside brute-force rapidfuzz in the same run? `python -m tests.benchmarks.dedupe`

Texts are generated: notices of about 1,500 characters in both languages, each with a copy, next year's call, a moved
deadline and a retelling. Times are CPU time of one process, so that a busy machine does not count.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from rapidfuzz import fuzz, process

from monitor.domain.document import Candidate, Extracted, Prepared
from monitor.pipeline.dedupe import Page, compare, judge, sign
from monitor.pipeline.dedupe.sentences import forget

NOW = datetime(2026, 3, 1, tzinfo=UTC)
KEY = b"benchmark"
PLACES = [
    "Northgate",
    "Eastholm",
    "Millbrook",
    "Port-Ellis",
    "Leiden",
    "Graz",
    "Cork",
    "Perth",
    "Osaka",
    "Busan",
    "Lyon",
    "Turin",
    "Aarhus",
    "Calgary",
]
CITIES = ["江海", "青禾", "柳江", "松江", "临江", "云岭", "石泉", "田林", "湖口", "原平"]
WORDS = [
    "council",
    "laboratory",
    "candidate",
    "research",
    "materials",
    "engineering",
    "support",
    "housing",
    "programme",
    "committee",
    "evidence",
    "contract",
    "summary",
    "industry",
    "partner",
    "project",
    "network",
    "training",
    "method",
    "record",
    "office",
    "public",
    "review",
    "standard",
    "quality",
    "process",
]
CLAUSES = [
    "申报人须具有博士学位并在海外连续工作三年以上",
    "入选者可享受住房补贴和子女入学服务",
    "各单位要严格审核申报材料的真实性",
    "评审分为形式审查和专家答辩两个阶段",
    "资助经费按年度拨付并接受审计",
    "用人单位应当提供必要的科研条件",
    "逾期提交的材料不予受理",
    "入选名单将在官网公示五个工作日",
    "已获得同类项目支持的人员不得重复申报",
    "平台提供全程代办服务并设立专窗",
]


def english(chosen: random.Random, number: int) -> Page:
    """An English notice of about 1,500 characters."""
    place = chosen.choice(PLACES)
    lines = [
        f"The council of {place} invites applications for the Lantern Fellowship {2015 + number % 10}, call {number}."
    ]
    while sum(map(len, lines)) < 1400:
        words = " ".join(chosen.choices(WORDS, k=chosen.randint(9, 18)))
        lines.append(f"{words.capitalize()} with {chosen.randint(2, 900)} places.")
    lines.append(f"Applications close on {chosen.randint(1, 28)} June {2015 + number % 10}.")
    return Page(f"https://en.example.org/n/{number}", f"Lantern Fellowship call {number} in {place}", "\n".join(lines))


def chinese(chosen: random.Random, number: int) -> Page:
    """A Chinese notice of about 1,500 characters."""
    city = chosen.choice(CITIES)
    lines = [
        f"为吸引高层次人才，{city}市现启动{2015 + number % 10}年度第{number}批“白鹭计划”申报工作，有关事项通知如下。"
    ]
    while sum(map(len, lines)) < 1400:
        lines.append(f"{'，'.join(chosen.sample(CLAUSES, 2))}，名额{chosen.randint(2, 900)}个。")
    lines.append(f"{city}市科学技术局\n{2015 + number % 10}年{chosen.randint(1, 12)}月{chosen.randint(1, 28)}日")
    return Page(f"https://zh.example.cn/n/{number}", f"{city}市关于申报第{number}批“白鹭计划”的通知", "\n".join(lines))


def copies(page: Page, number: int) -> list[Page]:
    """What a store holds beside a notice: a dressed copy, one with other figures, a trimmed one."""
    url = f"https://copy.example.net/{number}"
    other = page.text.replace("1", "3")
    return [
        Page(
            url + "a",
            page.title + " - Site Name",
            f"Home > News\nPublished 2024-05-0{number % 9 + 1}\n{page.text}\nShare",
        ),
        Page(url + "b", page.title, other),
        Page(url + "c", "Another headline altogether", page.text[: len(page.text) * 2 // 3]),
    ]


def timed(work: Callable[[], object], runs: int = 1) -> float:
    """CPU milliseconds of one run, the best of `runs`."""
    best = float("inf")
    for _ in range(runs):
        begun = time.process_time_ns()
        work()
        best = min(best, (time.process_time_ns() - begun) / 1e6)
    return best


def row(name: str, values: list[float]) -> None:
    """Prints p50 and p99 of some milliseconds."""
    ordered = sorted(values)
    p50, p99 = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    sys.stdout.write(f"{name:<58} p50 {p50:9.3f}  p99 {p99:9.3f} ms\n")


def as_candidate(page: Page, version: int) -> Candidate:
    """A stored version of a page."""
    return Candidate(version, version, version, "s", page.url, page.title, page.text, None, NOW)


def decision(page: Page, stored: list[Candidate]) -> None:
    """A whole decision: text in, keys, judgement of all candidates."""
    signature = sign(page.title, page.text, page.url, KEY)
    judge(
        Prepared(Extracted(page.url, page.url, page.title, page.text), signature.text_hash, signature.fingerprint),
        stored,
        NOW,
    )


def measure(name: str, make: Callable[[random.Random, int], Page], count: int) -> None:
    """All rows for one language."""
    chosen = random.Random(11)
    pages = [make(chosen, number) for number in range(count)]
    sys.stdout.write(f"\n{name}: {count} texts of {sum(len(p.text) for p in pages) // count} characters\n")
    for page in pages[:50]:
        sign(page.title, page.text, page.url, KEY)
    forget()
    signing = [timed(lambda p=page: sign(p.title, p.text, p.url, KEY)) for page in pages]
    row(f"sign ({1000 / (sum(signing) / len(signing)):,.0f} texts a second)", signing)
    families = [copies(page, number) for number, page in enumerate(pages)]
    cold, warm, whole, known = [], [], [], []
    for page, family in zip(pages, families, strict=True):
        forget()
        cold.append(timed(lambda p=page, f=family: compare(f[1], p)))
        warm.append(timed(lambda p=page, f=family: compare(f[1], p)))
        stored = [as_candidate(one, n) for n, one in enumerate((family[1], family[2]))]
        forget()
        whole.append(timed(lambda p=page, s=stored: decision(p, s)))
        forget()
        for one in stored:
            compare(Page(one.url, one.title, one.text), Page(one.url, one.title, one.text))
        known.append(timed(lambda p=page, s=stored: decision(p, s)))
    row("compare, both texts new", cold)
    row("compare, both texts known", warm)
    row("whole decision, 2 candidates never seen", whole)
    row("whole decision, 2 candidates seen before", known)
    bodies = [page.text for page in pages]
    row(
        f"brute-force rapidfuzz: fuzz.ratio on {count} bodies",
        [timed(lambda p=page: process.extract(p.text, bodies, scorer=fuzz.ratio, limit=5)) for page in pages[:20]],
    )
    row(
        "rapidfuzz partial_ratio on one pair of bodies",
        [
            timed(lambda p=page, f=family: fuzz.partial_ratio(p.text, f[2].text))
            for page, family in list(zip(pages, families, strict=True))[:20]
        ],
    )


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=300, help="texts in each language (default 300)")
    count = parser.parse_args().texts
    measure("English", english, count)
    measure("Chinese", chinese, count)


if __name__ == "__main__":
    main()
