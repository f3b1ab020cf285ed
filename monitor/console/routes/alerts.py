"""alerts: who was told, who was not, and what can be done about it."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, time
from email import message_from_bytes, policy
from itertools import islice
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ...domain.audit import AuditNote
from ...domain.delivery import Channel, Draft, Form, Frozen, MessageKind, Telling
from ...domain.errors import MonitorError
from ...domain.person import Right
from ...domain.query import HitFilter
from ...domain.ruling import Ruling, RulingKind
from ...pipeline import compose
from ..auth import identity_of
from ..auth.guard import FRAMED
from ..forms import Form as Fields
from ..forms import clean, read_form
from ..pages.alerts import alerts
from ..pages.desk import SAFE_NUMBER, whole_number
from ..site import Routes, Site
from ..workshop import Job, Workshop
from ..workshop.jobs import Tell

MOST = 5_000  # deliveries that are retried at once
PATIENCE = 3.0  # seconds that a test may take before its page says that it goes on
FORMS = {"revision": Form.UPDATED, "story": Form.STORY}
Asked = Annotated[Fields, Depends(read_form)]


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""
    _deliveries(routes, site)
    _silences(routes, site)
    _messages(routes, site)


def _deliveries(routes: Routes, site: Site) -> None:
    @routes.get("/alerts")
    def alerts_page(request: Request) -> Response:
        desk, asked, shop = site.desk(request), request.query_params, site.workshop
        page = alerts(desk, asked, shop.channels() if shop else (), shop is not None)
        done = next((word for word in ("retried", "muted", "unmuted") if word in asked), "")
        test = shop.jobs.get(asked["test"], desk.identity.name) if shop and "test" in asked else None
        return site.draw("alerts.html", "/alerts", desk, page, done=done, test=test)

    @routes.post("/alerts/retry", Right.OPERATE)
    async def retry(request: Request, form: Asked) -> Response:
        """One delivery, or all that a channel gave up."""
        store, actor = site.writer(), identity_of(request).name
        numbers = [whole_number(form.get("delivery"), 0, least=0, most=SAFE_NUMBER)]
        if channel := form.get("channel", ""):
            found = await asyncio.to_thread(lambda: site.queries.deliveries(None, ("dead",), channel))
            numbers = [one.id for one in islice(found, MOST)] or [0]
        if not await store.retry(numbers, site.clock.now(), actor):
            raise HTTPException(404, "There is no delivery of that number that was given up.")
        return RedirectResponse("/alerts?retried=1", 303)


def _silences(routes: Routes, site: Site) -> None:
    @routes.post("/alerts/silence", Right.JUDGE)
    async def silence(request: Request, form: Asked) -> Response:
        """A topic, a source, or a topic of a source is silent until a day; what comes waits and is told then."""
        store, now = site.writer(), site.clock.now()
        topic, source = await asyncio.to_thread(_what, site, form)
        why = clean(form.get("why"), 300)
        if not why:
            raise HTTPException(400, "Say why, for those who wonder later.")
        until = _day(form.get("until", ""), now)
        actor = identity_of(request).name
        await store.rule(Ruling(RulingKind.MUTED, actor, now, why, topic=topic, source=source, until=until))
        return RedirectResponse("/alerts?muted=1#silences", 303)

    @routes.post("/alerts/silence/end", Right.JUDGE)
    async def end(request: Request, form: Asked) -> Response:
        store, now = site.writer(), site.clock.now()
        wanted = (form.get("topic") or None, form.get("source") or None)
        live = await asyncio.to_thread(site.queries.mutes, now)
        if wanted not in [(one.topic, one.source) for one in live]:
            raise HTTPException(404, "This silence is over already.")
        actor, why = identity_of(request).name, clean(form.get("why"), 300)
        await store.rule(Ruling(RulingKind.UNMUTED, actor, now, why, topic=wanted[0], source=wanted[1]))
        return RedirectResponse("/alerts?unmuted=1#silences", 303)


def _messages(routes: Routes, site: Site) -> None:
    @routes.post("/alerts/test", Right.OPERATE)
    async def test(request: Request, form: Asked) -> Response:
        """Sends a test message to every recipient of a channel."""
        store, shop, actor = site.writer(), _shop(site), identity_of(request).name
        channel = _channel(shop, form.get("channel", ""))

        async def work(tell: Tell) -> list[tuple[str, str, str]]:
            results = await _send(shop, channel, site.clock.now())
            body = {"channel": channel.key, "results": [[who, outcome] for who, outcome, _ in results]}
            await store.note([AuditNote("channel tested", actor, site.clock.now(), body)])
            return results

        job: Job = shop.jobs.start("test", actor, work)
        await asyncio.wait([job.task] if job.task else [], timeout=PATIENCE)
        return RedirectResponse(f"/alerts?test={job.id}", 303)

    @routes.get("/alerts/preview")
    def preview_page(request: Request) -> Response:
        """How a channel would tell a hit; nothing is sent."""
        shop, asked = _shop(site), request.query_params
        channels = shop.channels()
        number = whole_number(asked.get("hit"), 0, least=0, most=SAFE_NUMBER) or _newest(site)
        chosen = next((one for one in channels if one.key == asked.get("channel")), channels[0] if channels else None)
        subject, text = "", ""
        if chosen is not None and number:
            subject, text = _readable(_frozen(site, shop, chosen, number))
        return site.draw(
            "alert_preview.html", "/alerts", site.desk(request), None, channels=channels, chosen=chosen, number=number,
            subject=subject, text=text,
        )  # fmt: skip

    @routes.get(FRAMED)
    def framed(request: Request) -> Response:
        """The HTML of a mail, in a sandbox of its own."""
        shop = _shop(site)
        channel = _channel(shop, request.query_params.get("channel", ""))
        number = whole_number(request.query_params.get("hit"), 0, least=0, most=SAFE_NUMBER)
        return HTMLResponse(compose.html(_draft(site, shop, channel, number)))


def _shop(site: Site) -> Workshop:
    if site.workshop is None:
        raise HTTPException(403, "This console sends and previews nothing: it runs apart from the service.")
    return site.workshop


def _channel(shop: Workshop, key: str) -> Channel:
    found = next((one for one in shop.channels() if one.key == key), None)
    if found is None:
        raise HTTPException(404, "There is no channel of that name in force.")
    return found


async def _send(shop: Workshop, channel: Channel, now: datetime) -> list[tuple[str, str, str]]:
    """(recipient, outcome, detail) of a test message to each."""
    results = []
    for recipient in channel.recipients:
        draft = Draft(
            uuid.uuid4().hex, MessageKind.TEST, channel.key, recipient, now,
            subject="Test message of mention-monitor",
            body=f"This is a test of channel {channel.key}. Nothing was found; nothing needs to be done.",
        )  # fmt: skip
        sent = await shop.notifier.send(shop.notifier.freeze(draft))
        results.append((recipient, sent.outcome.value, sent.detail))
    return results


def _newest(site: Site) -> int:
    found = next(iter(site.queries.hits(HitFilter(verdicts=("alert",)), 1)), None)
    return found.id if found is not None else 0


def _draft(site: Site, shop: Workshop, channel: Channel, number: int) -> Draft:
    hit = site.hit(number)
    form = FORMS.get(hit.novelty, Form.NEW)
    return Draft(
        "preview", MessageKind.ALERT, channel.key, channel.recipients[0], site.clock.now(), (Telling(0, form, hit),),
        console=shop.base, rates=shop.rates,
    )  # fmt: skip


def _frozen(site: Site, shop: Workshop, channel: Channel, number: int) -> Frozen:
    try:
        return shop.notifier.freeze(_draft(site, shop, channel, number))
    except MonitorError as error:
        raise HTTPException(409, str(error)) from error


def _readable(frozen: Frozen) -> tuple[str, str]:
    """Subject and text, as the reader of a mail or post sees them; JSON of a webhook as it is."""
    if frozen.content_type == "message/rfc822":
        mail = message_from_bytes(frozen.payload, policy=policy.default)
        part = mail.get_body(("plain",))
        return str(mail["Subject"] or ""), str(part.get_content()).replace("\r\n", "\n") if part else ""
    told = json.loads(frozen.payload)
    if frozen.content_type != "application/json" and isinstance(told, dict) and "body" in told:
        return str(told.get("title", "")), str(told["body"])
    return frozen.subject, json.dumps(told, ensure_ascii=False, indent=2)


def _what(site: Site, form: Fields) -> tuple[str | None, str | None]:
    """Which topic and source are meant. Raises 400 for one that is not there: a silence over nothing helps nobody."""
    topic, source = clean(form.get("topic"), 100) or None, clean(form.get("source"), 100) or None
    if topic is None and source is None:
        raise HTTPException(400, "Name a topic, a source, or both.")
    named: Sequence[str] = [*getattr(site.queries, "names", ()), *site.queries.tally().by_topic]
    if topic is not None and topic not in named:
        raise HTTPException(400, f"There is no topic {topic}. There are: {', '.join(sorted(set(named))[:30])}.")
    if source is not None and source not in {one.source for one in site.queries.sources()}:
        raise HTTPException(400, f"There is no source {source}. The page Sources lists them.")
    return topic, source


def _day(text: str, now: datetime) -> datetime:
    try:
        until = datetime.combine(datetime.fromisoformat(text.strip()).date(), time(), UTC)
    except ValueError as error:
        raise HTTPException(400, "Write until which day, such as 2026-12-01.") from error
    if until <= now:
        raise HTTPException(400, "That day is past.")
    return until
