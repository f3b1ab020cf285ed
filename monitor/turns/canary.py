"""canary: does a text that we know still go the whole way: child, matcher, store, message, channel?"""

from __future__ import annotations

import html
from dataclasses import replace

from ..domain.audit import AuditNote
from ..domain.delivery import Draft
from ..domain.document import Origin
from ..domain.errors import MonitorError
from ..domain.hit import Verdict
from .desk import Desk

ADDRESS = "https://canary.invalid/notice"
WELL = "Canary: the whole way works"
ILL = "Canary: the known text was NOT found"


async def sing(desk: Desk, draft: Draft) -> Draft:
    """The draft of a canary with what became of its text; one that was not found is an event as well.

    The text is an example of a topic in force. It is read and matched as any other, and never stored as a hit.
    """
    if desk.example is None:
        said = "No topic has an example under must_match, so only store and channel were tried."
        return replace(draft, subject=WELL, body=said)
    topic, text = desk.example
    began = desk.clock.monotonic()
    found, why = await _read(desk, topic, text)
    seconds = desk.clock.monotonic() - began
    if not found:
        note = AuditNote("canary failed", "monitor", desk.now(), {"topic": topic, "why": why})
        await desk.store.note([note])
        body = (
            f"A text that topic {topic} must match was sent the whole way, and the reader did not find it: {why}.\n"
            "New notices may be missed. See the log of the service, and `monitor watchlist test`."
        )
        return replace(draft, subject=ILL, body=body)
    body = (
        f"A known text of topic {topic} went the whole way: read by a child and found in {seconds:.2f} s, kept as "
        f"message {draft.id[:8]}, sent on channel {draft.channel}.\n"
        "It is no hit. Nothing needs to be done. Where this comes daily, its absence is the alarm."
    )
    return replace(draft, subject=WELL, body=body)


async def _read(desk: Desk, topic: str, text: str) -> tuple[bool, str]:
    """Whether a child finds the topic in its own example, and why not."""
    shown = html.escape(text)
    page = (
        f"<!doctype html><html><head><title>Canary</title></head><body><article><p>{shown}</p></article></body></html>"
    )
    origin = Origin("canary", "document", ADDRESS, "text/html", "utf-8")
    try:
        reading = await desk.room.read(page.encode(), origin)
    except MonitorError as error:
        return False, str(error)[:300]
    hits = [hit for prepared in reading.prepared for hit in prepared.hits if hit.topic == topic]
    if not hits:
        return False, "no hit of that topic"
    if all(hit.verdict is Verdict.SUPPRESSED for hit in hits):
        return False, f"suppressed: {'; '.join(hits[0].reasons)[:200]}"
    return True, ""
