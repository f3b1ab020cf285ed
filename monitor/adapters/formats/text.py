"""text: what does a plain text file say?"""

from __future__ import annotations

from monitor.domain.document import Extracted, Harvest, Origin

from ..charset import clean, decode
from . import dates
from .base import Budget, Caps, Format
from .html import guessed_language


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """The whole file; its title is the link's, else its first line."""
    decoded = decode(body, origin.charset)
    return plain(clean(decoded.text), "text", origin, caps, warnings=decoded.warnings)


def plain(
    text: str,
    format: str,
    origin: Origin,
    caps: Caps,
    title: str = "",
    warnings: tuple[str, ...] = (),
    cut: bool = False,
) -> Harvest:
    """One document that is all text, as every format without mark-up gives it."""
    budget = Budget(caps.text)
    text = budget.take(text.strip("\n"))
    if not text and "needs-ocr" not in warnings:
        warnings = (*warnings, "no text")
    name = origin.title or title or " ".join(text.lstrip().split("\n", 1)[0].split())[:120]
    truncated = budget.cut or cut
    extracted = Extracted(
        place=origin.url,
        url=origin.url,
        title=name,
        text=text,
        published=dates.labelled(text[:20_000]),
        language=guessed_language(text),
        format=format,
        truncated=truncated,
        warnings=warnings,
    )
    return Harvest(
        format=format,
        texts=(extracted,),
        title=name,
        language=extracted.language,
        truncated=truncated,
        warnings=warnings,
    )


FORMAT = Format(
    key="text", types=("text/plain", "text/csv", "text/markdown"), endings=(".txt", ".md", ".csv"), read=read
)
