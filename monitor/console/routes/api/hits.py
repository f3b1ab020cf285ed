"""hits: the hit log for programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request

from ....domain.person import Right
from ....domain.query import HitFilter
from ....domain.ruling import Ruling, RulingKind
from ...auth import identity_of
from ...site import Routes, Site
from .shapes import MOST, Done, Hit, Hits, Number, RulingIn, TallyOut, errors, wanted

RULINGS = {
    "right": RulingKind.RIGHT,
    "wrong": RulingKind.WRONG,
    "restored": RulingKind.RESTORED,
    "withdrawn": RulingKind.WITHDRAWN,
}


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""

    @routes.get("/api/hits", include_in_schema=True, tags=["hits"], responses=errors())
    def list_hits(
        filters: Annotated[HitFilter, Depends(wanted)],
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> Hits:
        """Hits, newest first: alerts, reviews and suppressed ones, each with its reasons."""
        found = [Hit.of(hit) for hit in site.queries.hits(filters, limit=limit, offset=offset)]
        return Hits(total=site.queries.count_hits(filters), offset=offset, hits=found)

    @routes.get("/api/hits/{number}", include_in_schema=True, tags=["hits"], responses=errors())
    def one_hit(number: Number) -> Hit:
        """One hit."""
        return Hit.of(site.hit(number))

    @routes.post("/api/hits/{number}/ruling", Right.JUDGE, include_in_schema=True, tags=["hits"], responses=errors())
    async def rule(number: Number, ruling: RulingIn, request: Request) -> Done:
        """Rules a hit right or wrong, restores one that was no alert, or withdraws; the latest ruling counts."""
        hit = site.hit(number)
        actor = identity_of(request).name
        await site.writer().rule(Ruling(RULINGS[ruling.kind], actor, site.clock.now(), ruling.why, hit=hit.id))
        return Done()

    @routes.get("/api/tally", include_in_schema=True, tags=["hits"], responses=errors())
    def tally() -> TallyOut:
        """Counts of everything, now."""
        return TallyOut.model_validate(site.queries.tally())
