"""rates: what is an amount in US dollars, at which rate and of which day?

The table is small and dated; it is to be confirmed and may be replaced by the operator (pass `rates`). Figures are
units of the currency for one US dollar, rounded, from general knowledge of the last ECB reference rates before the
day; an amount shown with them is approximate and says so.
"""

from __future__ import annotations

import math
from datetime import date
from types import MappingProxyType
from typing import Final

from ...domain.rates import Rates

RATES: Final = Rates(
    date(2025, 11, 3),
    MappingProxyType(
        {
            "USD": 1.0, "CNY": 7.12, "EUR": 0.868, "GBP": 0.761, "JPY": 154.1, "HKD": 7.77, "TWD": 30.8, "SGD": 1.304,
            "AUD": 1.527, "CAD": 1.404, "KRW": 1429.0, "CHF": 0.806, "SEK": 9.47, "INR": 88.8,
        }
    ),
)  # fmt: skip


def in_dollars(amount: float, currency: str, rates: Rates = RATES) -> tuple[float, str] | None:
    """The amount in US dollars with the words for its rate; None for a currency or an amount that has no rate."""
    units = rates.units.get(currency.upper())
    if units is None or not units > 0 or not math.isfinite(amount):
        return None
    return round(amount / units, 2), rates.note
