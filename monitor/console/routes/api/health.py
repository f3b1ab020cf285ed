"""health: is the service alive? For supervisors and load balancers; it tells nothing else."""

from __future__ import annotations

import structlog
from fastapi.responses import JSONResponse, Response

from ...site import Routes, Site

log = structlog.get_logger()


def add(routes: Routes, site: Site) -> None:
    """Declares the address."""

    @routes.public("/health")
    def health() -> Response:
        """200 while the database answers, else 503."""
        try:
            site.queries.tally()
        except Exception:
            log.exception("the database does not answer")
            return JSONResponse({"status": "the database does not answer"}, 503)
        return JSONResponse({"status": "ok"})
