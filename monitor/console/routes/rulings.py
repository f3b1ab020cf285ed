"""rulings: what a person decides on a hit, on several at once, or on two that may be one."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ...domain.person import Right
from ...domain.ruling import Ruling, RulingKind
from ..auth import identity_of
from ..forms import Form, clean, read_form, read_lists
from ..pages.desk import SAFE_NUMBER, whole_number
from ..site import Routes, Site

RULINGS = {
    "right": RulingKind.RIGHT,
    "wrong": RulingKind.WRONG,
    "restored": RulingKind.RESTORED,
    "withdrawn": RulingKind.WITHDRAWN,
}
PAIRS = {"same": RulingKind.THE_SAME, "split": RulingKind.NOT_THE_SAME}
BULK = tuple(PAIRS)
MOST = 100  # hits of one form


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses. Each form ends in a redirect, so that a reload repeats nothing."""

    @routes.post("/hits/{number:int}/ruling", Right.JUDGE)
    async def rule(number: int, request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        store, kind = site.writer(), _kind(form.get("kind", ""))
        hit = site.hit(number)
        actor = identity_of(request).name
        await store.rule(Ruling(kind, actor, site.clock.now(), clean(form.get("why"), 500), hit=hit.id))
        if form.get("back"):
            return RedirectResponse(with_word(own_list(form["back"]), kind.value, 1), 303)
        return RedirectResponse(f"/hits/{hit.id}?ruled={kind.value}", 303)

    @routes.post("/hits/rulings", Right.JUDGE)
    async def rule_many(request: Request, form: Annotated[dict[str, list[str]], Depends(read_lists)]) -> Response:
        """Rules all ticked hits alike; none if one of them is unknown."""
        store, kind = site.writer(), _kind(form.get("kind", [""])[0])
        numbers = {whole_number(text, 0, least=0, most=SAFE_NUMBER) for text in form.get("hit", [])}
        if not numbers or len(numbers) > MOST:
            raise HTTPException(400, f"Tick at least one hit, and at most {MOST}. Nothing was saved.")
        hits = [site.hit(number) for number in sorted(numbers)]
        actor, now = identity_of(request).name, site.clock.now()
        why = clean(form.get("why", [""])[0], 500)
        for hit in hits:
            await store.rule(Ruling(kind, actor, now, why, hit=hit.id))
        return RedirectResponse(with_word(own_list(form.get("back", [""])[0]), kind.value, len(hits)), 303)

    @routes.post("/hits/{number:int}/pair", Right.JUDGE)
    async def rule_pair(number: int, request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """Rules the texts of two hits, or of a hit and a version, the same or not the same."""
        store, hit = site.writer(), site.hit(number)
        kind = PAIRS.get(form.get("kind", ""))
        other = site.queries.version(whole_number(form.get("version"), 0, least=0, most=SAFE_NUMBER - 1))
        if kind is None or other is None or other.id == hit.version:
            raise HTTPException(400, "The form does not say which two texts, and whether they are the same.")
        ruling = Ruling(
            kind, identity_of(request).name, site.clock.now(), clean(form.get("why"), 500), pair=(hit.version, other.id)
        )
        await store.rule(ruling)
        return RedirectResponse(f"/hits/{hit.id}?ruled={form['kind']}#story", 303)


def own_list(back: str) -> str:
    """The address of our own list that a form names; nothing else is gone back to."""
    path, _, query = back.partition("?")
    return f"/hits?{urlencode(parse_qsl(query, keep_blank_values=True))}" if path == "/hits" and query else "/hits"


def with_word(back: str, kind: str, count: int) -> str:
    """That address with what was done, to be said once."""
    path, _, query = back.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name != "said"]
    return f"{path}?{urlencode([*kept, ('said', f'{kind}-{count}')])}"


def _kind(name: str) -> RulingKind:
    kind = RULINGS.get(name)
    if kind is None:
        raise HTTPException(400, "A ruling is right, wrong, restored or withdrawn.")
    return kind
