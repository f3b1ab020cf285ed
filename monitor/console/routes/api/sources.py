"""sources: what is watched, for programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import HTTPException, Path, Request

from ....domain.person import Right
from ...auth import identity_of
from ...site import Routes, Site
from .shapes import Done, SourceOut, errors

Key = Annotated[str, Path(max_length=200, pattern=r"^[^\x00]+$")]


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""

    @routes.get("/api/sources", include_in_schema=True, tags=["sources"], responses=errors())
    def list_sources() -> list[SourceOut]:
        """All sources, those in trouble first."""
        return [SourceOut.model_validate(one) for one in site.queries.sources()]

    @routes.post("/api/sources/{key}/poll", Right.OPERATE, include_in_schema=True, tags=["sources"], responses=errors())
    async def poll(request: Request, key: Key) -> Done:
        """Makes a source due now."""
        if not await site.writer().poll_now(key, identity_of(request).name, site.clock.now()):
            raise HTTPException(404, "There is no source of that name in force, or it rests.")
        return Done()
