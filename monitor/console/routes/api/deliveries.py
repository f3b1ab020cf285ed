"""deliveries: who was told, for programs."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

from fastapi import HTTPException, Query

from ....domain.delivery import DeliveryState
from ....domain.person import Right
from ...site import Routes, Site
from .shapes import MOST, DeliveryOut, Done, Number, errors


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""

    @routes.get("/api/deliveries", include_in_schema=True, tags=["deliveries"], responses=errors())
    def list_deliveries(
        hit: Number | None = None,
        state: Annotated[list[DeliveryState] | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> list[DeliveryOut]:
        """Deliveries with their attempts, newest first."""
        found = site.queries.deliveries(hit, tuple(one.value for one in state or ()))
        return [DeliveryOut.model_validate(one) for one in islice(found, offset, offset + limit)]

    @routes.post(
        "/api/deliveries/{number}/retry", Right.OPERATE, include_in_schema=True, tags=["deliveries"], responses=errors()
    )
    async def retry(number: Number) -> Done:
        """Makes a delivery that was given up owed again."""
        if not await site.writer().retry([number], site.clock.now()):
            raise HTTPException(404, "There is no delivery of that number that was given up.")
        return Done()
