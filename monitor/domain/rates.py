"""rates: what did one US dollar buy on one day?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Rates:
    """Units of each currency for one US dollar, the day they are of, who set them and whether someone confirmed them."""

    day: date
    units: Mapping[str, float]
    confirmed: bool = False
    source: str = ""

    @property
    def note(self) -> str:
        """What stands beside a converted figure: `approx., ECB rates of 2026-10-30`."""
        rates = f"{self.source} rates" if self.source else "rates"
        return f"approx., {rates} of {self.day.isoformat()}" + ("" if self.confirmed else ", to be confirmed")
