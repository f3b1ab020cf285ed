"""numerals: which figure does a token say, whatever its script?

The numbers themselves are read by `facts.numerals`; here is what tokens of prose need besides: ordinals, a dozen, and
figures that are no number (12:30, 1/2).
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from monitor.pipeline.facts.numerals import number

from .listed import listed

SIGNS = frozenset("〇零一二两三四五六七八九壹贰叁肆伍陆柒捌玖十拾百佰千仟万亿")
FIRST_TO_TWELFTH = listed("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth")
ORDINALS = {word: Decimal(value) for value, word in enumerate(FIRST_TO_TWELFTH, start=1)} | {"dozen": Decimal(12)}


@lru_cache(maxsize=8192)
def value(token: str) -> Decimal | None:
    """The value of one token - 12, 12.5%, twelve, third, 十二 - or None when it is no number."""
    bare = token.rstrip("%.,:/")
    return ORDINALS.get(bare) or number(bare)


def figure(token: str) -> Decimal | str | None:
    """The value of a token, or the token itself where it is a figure without one (12:30); None for a word."""
    read = value(token.casefold())
    return read if read is not None else (token if token[:1].isdigit() else None)
