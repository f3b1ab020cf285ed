"""metrics: figures for Prometheus, counted from the rows at each scrape. Labels are outcomes and states, never sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fastapi.responses import Response
from prometheus_client.core import CollectorRegistry, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from ....domain.person import Right
from ....ports import Clock, Queries
from ...site import Routes, Site


def add(routes: Routes, site: Site) -> None:
    """Declares the address."""

    @routes.get("/metrics", Right.METRICS)
    def metrics() -> Response:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(Figures(site.queries, site.clock))
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class Figures(Collector):
    """What the store says now."""

    def __init__(self, queries: Queries, clock: Clock) -> None:
        self._queries = queries
        self._clock = clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures, one family each."""
        tally = self._queries.tally()
        hits = GaugeMetricFamily("monitor_hits", "Stored hits by verdict.", labels=["verdict"])
        for verdict in ("alert", "review", "suppressed"):
            hits.add_metric([verdict], getattr(tally, {"review": "reviews", "alert": "alerts"}.get(verdict, verdict)))
        yield hits
        yield GaugeMetricFamily("monitor_documents", "Documents that were read.", tally.documents)
        yield GaugeMetricFamily("monitor_links_open", "Addresses that are still to be read.", tally.open_links)
        owed = GaugeMetricFamily("monitor_deliveries", "Deliveries that have not ended well.", labels=["state"])
        owed.add_metric(["open"], tally.deliveries_open)
        owed.add_metric(["dead"], tally.deliveries_dead)
        yield owed
        health = self._queries.sources()
        yield _counted("monitor_sources", "Sources by state.", "state", Counter(one.state for one in health))
        outcomes = Counter(one.outcome or "never polled" for one in health)
        yield _counted("monitor_source_outcomes", "Sources by how their last poll ended.", "outcome", outcomes)
        if tally.last_poll_at is not None:
            age = (self._clock.now() - tally.last_poll_at).total_seconds()
            yield GaugeMetricFamily("monitor_last_poll_age_seconds", "Since the last poll ended.", age)


def _counted(name: str, what: str, label: str, counts: Counter[str]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, what, labels=[label])
    for value, count in sorted(counts.items()):
        family.add_metric([value], count)
    return family
