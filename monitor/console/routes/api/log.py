"""log: the audit log, for programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from ....domain.person import Right
from ...site import Routes, Site
from .shapes import MOST, SAFE, EntryOut, VerificationOut, errors


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""

    @routes.get("/api/audit", include_in_schema=True, tags=["audit"], responses=errors())
    def entries(
        after: Annotated[int, Query(ge=0, le=SAFE)] = 0, limit: Annotated[int, Query(ge=1, le=MOST)] = 100
    ) -> list[EntryOut]:
        """Entries in their order, those behind `after`."""
        return [EntryOut.model_validate(one) for one in site.queries.audit(after, limit)]

    @routes.get("/api/audit/verify", Right.AUDIT, include_in_schema=True, tags=["audit"], responses=errors())
    def verify() -> VerificationOut:
        """Walks the whole chain and sets hits and deliveries against it; may take seconds."""
        return VerificationOut.model_validate(site.queries.verify())
