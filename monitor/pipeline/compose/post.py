"""post: the message in a few lines, within the limits of the service that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...domain.delivery import Draft, MessageKind
from .digest import FORMS, count, summary
from .headline import subject
from .lines import marked
from .safe import cut, uncalling, visible
from .view import Told
from .words import RATES_ROW

_PASSAGE = 400
_NAMED = 10  # programmes of an overview
_TROUBLES = 3  # sources that are named; the sentence above counts all


@dataclass(frozen=True, slots=True)
class Limit:
    """How much one post may hold, title and body together; `octets` where the service counts bytes."""

    size: int
    octets: bool = False

    def holds(self, text: str) -> bool:
        """Whether the text is within the limit."""
        return self.measure(text) <= self.size

    def measure(self, text: str) -> int:
        """How much of the limit the text takes."""
        return len(text.encode()) if self.octets else len(text.encode("utf-16-le")) // 2


LIMITS = {
    "wecombot": Limit(2_048, octets=True),
    "wecom": Limit(2_048, octets=True),
    "dingtalk": Limit(20_000, octets=True),
    "feishu": Limit(30_000, octets=True),
    "lark": Limit(30_000, octets=True),
    "tgram": Limit(4_096),
    "discord": Limit(2_000),
    "slack": Limit(40_000),
    "workflow": Limit(28_000, octets=True),
    "workflows": Limit(28_000, octets=True),
    "matrix": Limit(60_000, octets=True),
    "matrixs": Limit(60_000, octets=True),
    "ntfy": Limit(4_096, octets=True),
    "ntfys": Limit(4_096, octets=True),
    "mmost": Limit(16_383),
    "mmosts": Limit(16_383),
    "pover": Limit(1_024),
    "gchat": Limit(4_000),
    "signal": Limit(2_000),
    "signals": Limit(2_000),
}
USUAL = Limit(1_800, octets=True)
_ROOM = 48  # for what the service's own wrapping adds around title and body


def limit(schema: str) -> Limit:
    """What a service takes in one post; a careful length for those not listed."""
    return LIMITS.get(schema, USUAL)


def chat(draft: Draft, told: Sequence[Told], bound: Limit) -> tuple[str, str]:
    """(title, body) of a post that calls nobody, within the limit; what did not fit is counted."""
    head = uncalling(subject(draft, told))
    said = _said(draft) if draft.kind in FORMS else []
    body = list(said) if _fit("\n".join(said), head, "", bound) else said[:1]
    blocks = [uncalling(visible(draft.body))] if draft.body else []
    several = len(told) > 1 or draft.kind in {MessageKind.DIGEST, MessageKind.BASELINE}
    blocks += [_row(hit) if several else _whole(hit) for hit in told]
    for number, block in enumerate(blocks):
        rest = len(blocks) - number - 1
        tail = f"\n{rest} more: `monitor hits list`".replace("`", "") if rest else ""
        fitting = _fit("\n".join([*body, block]), head, tail, bound)
        if fitting is None:
            body.append(f"{rest + 1} more: monitor hits list" if body else _cut_to(block, head, bound))
            break
        body.append(block)
    else:
        body += _proof(draft, head, body, bound)
    return head, "\n".join(body)


def _said(draft: Draft) -> list[str]:
    """How things stand, in a few lines: sources and messages, programmes of an overview, what needs attention."""
    seen = summary(draft)
    lines = [uncalling(seen.sentence)] if seen.sentence else []
    if draft.kind is MessageKind.OVERVIEW:
        lines += [
            uncalling(
                f"• {row.short} {row.native}".rstrip()
                + f": {count(row.alerts, 'alert')}, {count(row.reviews, 'review')}"
            )
            for row in seen.programmes[:_NAMED]
            if row.alerts or row.reviews
        ]
    lines += [uncalling(f"{one.state}: {one.source}, {one.reason}") for one in seen.troubles[:_TROUBLES]]
    return lines


def _proof(draft: Draft, head: str, body: Sequence[str], bound: Limit) -> list[str]:
    """The signed head of the log, where there is room for all of it."""
    if draft.overview is None:
        return []
    note = [uncalling(line) for line in summary(draft).log_head]
    return note if note and _fit("\n".join([*body, *note]), head, "", bound) else []


def _fit(body: str, head: str, tail: str, bound: Limit) -> str | None:
    whole = head + body + tail
    return whole if bound.measure(whole) + _ROOM <= bound.size else None


def _cut_to(block: str, head: str, bound: Limit) -> str:
    """As many characters of the block as fit, never half of one."""
    room = bound.size - bound.measure(head) - _ROOM - 4
    kept = ""
    used = 0
    for char in block:
        used += bound.measure(char)
        if used > room:
            break
        kept += char
    return f"{kept.rstrip()} …"


def _whole(hit: Told) -> str:
    lines = [
        uncalling(f"{hit.programme} {hit.native}".rstrip() + "".join(f" · {badge}" for badge in hit.badges)),
        *(uncalling(f"{row.label}: {row.value}") for row in [one for one in hit.facts if one.label != RATES_ROW][:5]),
        *(uncalling(f"{before} → {after or '(taken out)'}") for before, after in hit.changes[:3]),
        uncalling(cut(marked(hit.passage), _PASSAGE)),
        uncalling(f"Found at {hit.source}, {hit.first_seen}"),
        *_addresses(hit),
    ]
    return "\n".join(line for line in lines if line)


def _row(hit: Told) -> str:
    return "\n".join([uncalling(f"• {cut(hit.title, 120)}"), uncalling(f"  {hit.line}"), *_addresses(hit)[-1:]])


def _addresses(hit: Told) -> list[str]:
    """Addresses that we made: percent-encoded, so nothing in them can call or pretend."""
    page = hit.page.href.replace("@", "%40") if hit.page and len(hit.page.href) <= 500 else ""
    shown = page or f"at {uncalling(hit.page_text[:80])}"
    return [shown, f"Console: {hit.console}"] if hit.console else [shown]
