"""The promises of searching by facts: amount, currency, place and deadline, on every store."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from monitor.domain.query import HitFilter
from tests.fakes.intents import Stage, text


def money(low: int | None, high: int | None, currency: str = "CNY") -> dict[str, Any]:
    return {"fact": "money", "low": low, "high": high, "currency": currency, "role": "reward", "per": None}


def place(province: str, city: str | None) -> dict[str, Any]:
    return {"fact": "place", "province": province, "city": city}


def deadline(told: str) -> dict[str, Any]:
    return {"fact": "deadline", "date": told}


OFFERS: tuple[tuple[str, list[dict[str, Any]]], ...] = (
    ("a small sum", [money(50_000, 100_000), place("CN-ZJ", None)]),
    ("Wenzhou pays", [money(None, 5_000_000), place("CN-ZJ", "Wenzhou"), deadline("2026-12-31")]),
    ("Suzhou pays dollars", [money(1_000_000, 1_000_000, "USD"), place("CN-JS", "Suzhou"), deadline("2027-02")]),
    ("every October", [deadline("--10-31")]),
    ("no facts", []),
)


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        (HitFilter(min_amount=1_000_000), ["Suzhou pays dollars", "Wenzhou pays"]),
        (HitFilter(min_amount=1_000_000, currency="CNY"), ["Wenzhou pays"]),
        (HitFilter(currency="USD"), ["Suzhou pays dollars"]),
        (HitFilter(place="浙江"), ["Wenzhou pays", "a small sum"]),
        (HitFilter(place="zhejiang province"), ["Wenzhou pays", "a small sum"]),
        (HitFilter(place="CN-ZJ"), ["Wenzhou pays", "a small sum"]),
        (HitFilter(place="温州市"), ["Wenzhou pays"]),
        (HitFilter(place="溫州"), ["Wenzhou pays"]),
        (HitFilter(place="Wenzhou"), ["Wenzhou pays"]),
        (HitFilter(place="Suzhou"), ["Suzhou pays dollars"]),
        (HitFilter(place="Atlantis"), []),
        (HitFilter(deadline_before=date(2027, 1, 1)), ["every October", "Wenzhou pays"]),
        (HitFilter(deadline_before=date(2026, 10, 31)), []),
        (HitFilter(deadline_after=date(2027, 1, 1), deadline_before=date(2027, 3, 1)), ["Suzhou pays dollars"]),
        (HitFilter(min_amount=1_000_000, place="Zhejiang", deadline_before=date(2027, 1, 1)), ["Wenzhou pays"]),
        (HitFilter(min_amount=1_000_000, verdicts=("review",)), []),
        (HitFilter(parts=("award-list",)), []),
    ],
)
async def test_the_facts_of_a_hit_are_searched_alike_on_every_store(
    stage: Stage, wanted: HitFilter, titles: list[str]
) -> None:
    await stage.watch("city")
    for title, facts in OFFERS:
        await stage.poll("city", text(title, facts=facts))
    assert [one.title for one in stage.queries.hits(wanted)] == titles
    assert stage.queries.count_hits(wanted) == len(titles)


async def test_limit_and_offset_count_what_fits_and_not_what_was_read(stage: Stage) -> None:
    await stage.watch("city")
    for number in range(6):
        await stage.poll("city", text(f"notice {number}", facts=[money(number, number)]))
    wanted = HitFilter(min_amount=2)
    assert [one.title for one in stage.queries.hits(wanted, limit=2, offset=1)] == ["notice 4", "notice 3"]
    assert list(stage.queries.hits(wanted, limit=0)) == []
