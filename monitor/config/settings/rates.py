"""rates: which exchange rates does the operator give in a file?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import yaml

from ...domain.rates import Rates

EXAMPLE = 'write a file such as {"date": "2026-11-20", "units": {"CNY": 7.1, "EUR": 0.87}}, units for one US dollar'
MOST = 100_000  # bytes: there are some 180 currencies


def rates(value: object) -> object:
    """The Rates of a YAML or JSON file named by its path; raises ValueError with what to write."""
    if not isinstance(value, str | Path):
        return value
    path = Path(value).expanduser()
    try:
        with path.open("rb") as file:
            written = yaml.safe_load(file.read(MOST))
    except OSError as error:
        raise ValueError(f'"{path}" cannot be read: {error.strerror}; {EXAMPLE}') from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ValueError(f'"{path}" is neither YAML nor JSON; {EXAMPLE}') from None
    if not isinstance(written, Mapping) or set(written) != {"date", "units"} or not isinstance(written["units"], dict):
        raise ValueError(f'"{path}" needs `date` and `units` and nothing else; {EXAMPLE}')
    return Rates(_day(path, written["date"]), {"USD": 1.0} | _units(path, written["units"]), confirmed=True)


def _day(path: Path, told: object) -> date:
    try:
        return date.fromisoformat(str(told))
    except ValueError:
        raise ValueError(f'"{path}": `date` is {told!r}, no day; {EXAMPLE}') from None


def _units(path: Path, told: Mapping[object, object]) -> dict[str, float]:
    units = {}
    for code, number in told.items():
        name = str(code).upper()
        good = isinstance(number, int | float) and not isinstance(number, bool) and number > 0 and math.isfinite(number)
        if not good or len(name) != 3 or not name.isascii() or not name.isalpha():
            raise ValueError(f'"{path}": `units` has {code!r}: {number!r}; {EXAMPLE}')
        units[name] = float(str(number))
    return units
