"""trying: how is it shown what an address would give as a source, and what is written into the watchlist for it?"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .output import as_json, short

if TYPE_CHECKING:
    from ..config.settings import Settings
    from ..domain.document import Prepared, Reading
    from ..domain.source import Source
    from ..turns.trial import Sample, Trial

EXCERPT = 240  # code points of a text that are shown
MOST_SHOWN = 12
_USUAL = {"listing": "30 min", "page": "2 h", "sitemap": "6 h", "feed": "15 min..6 h", "folder": "1 min"}
_COMMON = "www m wap com org net edu gov ac co cn uk de eu info html htm php asp aspx jsp index default xml rss"
_GENERIC = frozenset(_COMMON.split(" "))
_DURATION = re.compile(r"\d+ (?:s|min|h|days?)(?:\.\.\d+ (?:s|min|h|days?))?")


async def try_address(
    settings: Settings, address: str, kind: str = "", options: Mapping[str, object] | None = None, samples: int = 1
) -> dict[str, object]:
    """What the address would give, as the `--json` answer; with `error` when it gives nothing. Stores nothing."""
    from .. import wiring
    from ..adapters.clock import SystemClock
    from ..adapters.folder import Folders, Places
    from ..adapters.process import ChildRoom
    from ..turns import Limits
    from ..turns.trial import Bench, Refused, attempt

    source = wanted_source(address, kind, options or {})
    web = wiring.fetcher(settings)
    room = ChildRoom(SystemClock(), b"try", 1)
    limits = Limits(body=settings.fetch.cap, deadline=settings.fetch.deadline)
    rules = wiring.topics_only(settings.watchlists)
    bench = Bench(Places(web, Folders(SystemClock())), room, limits, prepare=lambda: room.use(rules))
    try:
        trial = await attempt(bench, source, samples)
        told = answer(trial, web.pace_of(_host(trial.found_at)))
        return {**told, "robots": web.robots_of(trial.found_at) if trial.source.kind != "folder" else ""}
    except Refused as refused:
        return {"url": address, "error": str(refused)}
    finally:
        await room.close()
        await web.close()


def refusal(found: Mapping[str, object]) -> str:
    """Why an address gives nothing, and in a line of its own what to do about it."""
    from ..pipeline import health

    why = str(found["error"])
    advice = health.known_advice(why)
    short = why.partition(": ")[0] if why.startswith("http ") else why.partition("; ")[0]
    return f"{short}\n→ {advice}" if advice else why


def wanted_source(address: str, kind: str, options: Mapping[str, object]) -> Source:
    """The source that is tried. A path is a folder; without a kind an address is what it looks like."""
    from ..domain.source import Source

    folder = not kind and address.startswith("/")
    return Source("try", "folder" if folder else kind, address, options=dict(options))


def answer(trial: Trial, pace: float) -> dict[str, object]:
    """A trial as an object: what people and programs are told."""
    harvest, texts = trial.reading.harvest, trial.reading.prepared
    dates = sorted(one.extracted.published for one in texts if one.extracted.published)
    samples = [_sample(one) for one in trial.samples]
    return {
        "url": trial.source.address,
        "found_at": trial.found_at,
        "kind": trial.source.kind,
        "guessed": trial.guessed,
        "title": harvest.title,
        "language": harvest.language,
        "pages": trial.asked,
        "entries": harvest.entries,
        "texts": [_text(one) for one in texts],
        "links": [as_json(link) for link in harvest.links],
        "oldest": as_json(dates[0]) if dates else None,
        "newest": as_json(dates[-1]) if dates else None,
        "samples": samples,
        "hits": [hit for text in (*texts, *_of(trial.samples)) for hit in _hits(text)],
        "pace": pace,
        "truncated": harvest.truncated,
        "warnings": [*harvest.warnings, *_advice(trial, dates)],
        "suggestion": _suggestion(trial, dates),
    }


def _suggestion(trial: Trial, dates: Sequence[datetime]) -> str:
    source = replace(trial.source, address=trial.moved_to or trial.source.address)
    return block(source, key_of(source.address), interval(source.kind, dates))


def _of(samples: Sequence[Sample]) -> list[Prepared]:
    return [one for sample in samples if sample.reading for one in sample.reading.prepared]


def _text(one: Prepared) -> dict[str, object]:
    found = one.extracted
    return {
        "id": found.place, "url": found.url, "title": found.title, "text": found.text,
        "published": as_json(found.published) if found.published else None, "language": found.language,
        "author": found.author, "format": found.format, "attachments": [link.url for link in found.attachments],
        "warnings": list(found.warnings),
    }  # fmt: skip


def _sample(one: Sample) -> dict[str, object]:
    told: dict[str, object] = {"url": one.link.url, "title": one.link.title}
    if one.reading is None:
        return {**told, "error": one.problem}
    texts = [_text(text) for text in one.reading.prepared]
    return {**told, "texts": texts, "warnings": list(one.reading.harvest.warnings)}


def _hits(text: Prepared) -> list[dict[str, object]]:
    found = text.extracted
    return [
        {"topic": hit.topic, "verdict": hit.verdict.value, "title": found.title, "url": found.url,
         "text": hit.matches[0].text if hit.matches else "", "reasons": list(hit.reasons), "kind": text.kind}
        for hit in text.hits
    ]  # fmt: skip


def _advice(trial: Trial, dates: Sequence[datetime]) -> list[str]:
    """What an operator should know before this becomes a source."""
    told = []
    reading: Reading = trial.reading
    if trial.feed and trial.source.kind != "feed":
        told.append(f"the page offers a feed, which is surer: {trial.feed}")
    if trial.source.kind == "listing" and "follow" not in trial.source.options:
        told.append("every link of the page would be read: name the notices with `follow`")
    if trial.source.kind == "feed" and reading.prepared and not dates:
        told.append("no entry has a date")
    if trial.source.kind == "page" and not any(one.extracted.text for one in reading.prepared):
        told.append("no text without a browser: the page may be made by a script, or by a scan that needs-ocr")
    if trial.moved_to:
        told.append(f"it has moved for good to {trial.moved_to}: that address is suggested")
    elif urlsplit(trial.found_at).netloc != urlsplit(trial.source.address).netloc and trial.source.kind != "folder":
        told.append(f"it is found at {trial.found_at}: write that address")
    return told


def key_of(address: str) -> str:
    """A key for a source, made of its host and the words of its path."""
    parts = urlsplit(address)
    host = [word for word in (parts.hostname or "").split(".") if word not in _GENERIC and not word.isdigit()]
    path = [word for word in re.split(r"[^a-z0-9]+", parts.path.lower()) if len(word) > 1 and not word.isdigit()]
    words = [*host[-2:], *[word for word in path if word not in _GENERIC and word not in host][-2:]]
    key = "-".join(re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-") for word in words)
    return key[:64].strip("-") or "source"


def interval(kind: str, dates: Sequence[datetime]) -> str:
    """How often it should be polled: a feed by the span of its dates, so that none of its entries is missed."""
    if kind != "feed" or len(dates) < 5:
        return _USUAL.get(kind, "1 h")
    span = dates[-1] - dates[0]
    for most, words in (
        (timedelta(hours=12), "5 min..1 h"),
        (timedelta(days=5), "15 min..4 h"),
        (timedelta(days=60), "1 h..12 h"),
    ):
        if span < most:
            return words
    return "6 h..1 day"


def block(source: Source, key: str, every: str) -> str:
    """The lines for the `sources:` section of a watchlist."""
    lines = [f"- source: {key}", f"  {source.kind}: {scalar(source.address)}"]
    for name, value in source.options.items():
        lines.append(f"  {name}: {scalar(value)}")
    return "\n".join([*lines, f"  every: {every}"]) + "\n"


def scalar(value: object) -> str:
    """A value as YAML has it, in quotes where it needs them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(scalar(one) for one in value) + "]"
    text = str(value)
    plain = re.fullmatch(r"[A-Za-z/][^\s#:'\"\[\]{},&*!|>%@`]*(?::[^\s#'\"\[\]{},&*!|>%@`]+)*", text)
    return text if plain or _DURATION.fullmatch(text) else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _host(url: str) -> str:
    from ..pipeline.fetch import host_of

    return host_of(url)


def show(told: Mapping[str, object]) -> None:
    """The answer for people: what it is, what stands there, what matches, what to write."""
    from .trying_shown import screen

    screen(told, sys.stdout.isatty())


def excerpt(text: str) -> str:
    """The beginning of a text on one line."""
    return short(" ".join(text.split()), EXCERPT)
