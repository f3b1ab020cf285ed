"""page: the HTML part of a mail: tables of 600 px, inline styles, nothing remote, nothing that runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ...domain.delivery import Draft, MessageKind
from .headline import notices, preview, subject
from .lines import FULL, foot, headline, programmes
from .safe import visible
from .view import Told

LISTED = 300  # rows of the HTML part; the text part lists all
_BAR = 180  # px of the longest bar
_WHOLE = {MessageKind.ALERT}
_PLAIN = {MessageKind.NOTICE, MessageKind.TEST}


def html(draft: Draft, told: Sequence[Told]) -> str:
    """The whole page; every word of it is escaped by the template engine."""
    whole = list(told[:FULL]) if draft.kind in _WHOLE else []
    rows = list(told[len(whole) :])
    shown = rows[:LISTED]
    return _template().render(
        subject=subject(draft, told),
        preview=preview(draft, told),
        headline=subject(draft, told) if draft.kind in _PLAIN else headline(draft, told),
        body=[visible(line) for line in draft.body.splitlines()],
        whole=whole,
        rows=shown,
        rows_title=f"And {notices(len(rows))} more" if whole else "Alerts",
        left_out=len(rows) - len(shown),
        programmes=_bars(told) if not whole else [],
        foot=foot(draft, told),
    )


def _bars(told: Sequence[Told]) -> list[tuple[str, str, int, int]]:
    """(programme, native name, hits, width of its bar in px)."""
    counted = programmes(told)
    most = max((count for _, _, count in counted), default=1)
    return [(short, native, count, max(4, round(_BAR * count / most))) for short, native, count in counted]


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("monitor.pipeline.compose"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("mail.html")
