"""page: the HTML part of a mail: tables of 600 px, inline styles, nothing remote, nothing that runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ...domain.delivery import Draft, MessageKind
from . import digest
from .chart import HEIGHT, WIDTH
from .headline import PLAIN, notices, preview, subject
from .lines import FULL, HEAD_SAID, foot, headline
from .safe import visible
from .view import Told

LISTED = 300  # rows of the HTML part; the text part lists all
JUDGED = 50  # rows that carry links to judge them by: mail programs cut what is longer than 100 kB
_WHOLE = {MessageKind.ALERT}


def html(draft: Draft, told: Sequence[Told], chart: str = "") -> str:
    """The whole page; every word of it is escaped by the template engine. `chart`: the address of its picture."""
    whole = list(told[:FULL]) if draft.kind in _WHOLE else []
    rows = list(told[len(whole) :])
    shown = rows[:LISTED]
    return _template().render(
        subject=subject(draft, told),
        preview=preview(draft, told),
        headline=subject(draft, told) if draft.kind in PLAIN else headline(draft, told),
        body=[visible(line) for line in draft.body.splitlines()],
        whole=whole,
        rows=shown,
        rows_title=f"And {notices(len(rows))} more" if whole else "Alerts",
        left_out=len(rows) - len(shown),
        said=None if whole or draft.kind in PLAIN else digest.summary(draft),
        chart=chart,
        chart_width=WIDTH,
        chart_height=HEIGHT,
        judged=JUDGED if len(rows) <= JUDGED else 0,
        review_list=f"{draft.console.rstrip('/')}/hits?verdict=review" if draft.console else "",
        head_said=HEAD_SAID,
        foot=foot(draft, told),
    )


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
