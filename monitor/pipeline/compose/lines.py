"""lines: the message in plain text of 72 columns, for every mail program and every ear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...domain.delivery import Draft, MessageKind
from . import digest
from .columns import WIDTH, width, wrap
from .digest import Summary
from .headline import PLAIN, notices, read_whence
from .safe import cut, one_line, visible
from .view import Piece, Told

FULL = 5  # hits of one message that are told in full; the others take a line each
_LABEL = 16  # columns of the table's left side


def text(draft: Draft, told: Sequence[Told]) -> str:
    """The whole text part, without trailing spaces, ended by one line feed."""
    blocks: list[list[str]] = []
    if draft.kind in PLAIN:
        blocks.append(_body(draft))
    elif draft.kind is MessageKind.ALERT and told:
        blocks += _alert(told)
    else:
        blocks += _listing(draft, told)
    blocks.append(_foot(draft, told))
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def marked(pieces: Sequence[Piece]) -> str:
    """A passage in one string, the matches in 【 】."""
    return "".join(f"【{piece.text}】" if piece.mark else piece.text for piece in pieces)


def _alert(told: Sequence[Told]) -> Iterable[list[str]]:
    for number, hit in enumerate(told[:FULL]):
        if number:
            yield ["-" * WIDTH]
        yield from _whole(hit)
    if told[FULL:]:
        yield [f"And {notices(len(told) - FULL)} more:"]
        yield from (_row(hit) for hit in told[FULL:])


def _whole(hit: Told) -> Iterable[list[str]]:
    head = " | ".join([f"{hit.programme.upper()} {hit.native}".rstrip(), *hit.badges])
    yield wrap(head)
    yield wrap(hit.title)
    if hit.changes:
        yield ["Changed:", *_changes(hit)]
    if hit.passage:
        yield [*wrap(marked(hit.passage), first="> "), " " * 39 + "【 】 marks what matched"]
    yield [line for row in hit.facts for line in _table(row.label, row.value, row.quoted)]
    yield wrap("Why: " + " ".join(hit.why))
    if hit.differs:
        yield wrap("Compared with what is stored: " + "; ".join(hit.differs))
    yield _found(hit)
    yield _links(hit)


def _changes(hit: Told) -> Iterable[str]:
    for before, after in hit.changes:
        if before:
            yield from wrap(before, first="  was  ", rest="       ")
        yield from wrap(after or "(taken out)", first="  now  ", rest="       ")


def _table(label: str, value: str, quoted: str) -> list[str]:
    shown = f"{value} ({quoted})" if quoted else value
    return wrap(shown, first=label.ljust(_LABEL - 1) + " ", rest=" " * _LABEL)


def _found(hit: Told) -> list[str]:
    lines = wrap("Also at: " + ", ".join(hit.also_at)) if hit.also_at else []
    return [*lines, *wrap(f"Found at: {hit.source}, {hit.first_seen}")]


def _links(hit: Told) -> list[str]:
    lines = [f"{'Console':<10} {hit.console}"] if hit.console else []
    if hit.page:
        lines.append(f"{'Live page':<10} {hit.page.href}")
    else:
        lines += wrap(f"{'Address':<10} {hit.page_text} (not a link that we would follow)")
    lines += [f"{'Kept copy':<10} {hit.kept}"] if hit.kept else []
    asked = (("Right", hit.right), ("Wrong", hit.wrong), ("Mute", hit.mute))
    return [*lines, *(f"{label:<10} {address}" for label, address in asked if address)]


def _listing(draft: Draft, told: Sequence[Told]) -> Iterable[list[str]]:
    said = digest.summary(draft)
    yield wrap(headline(draft, told))
    yield wrap(said.sentence) if said.sentence else []
    yield _body(draft)
    yield _by_programme(said)
    yield wrap(said.days_said) if said.days_said else []
    yield from (_row(hit) for hit in told)
    yield from _waiting(said)
    yield _troubles(said)
    yield (
        ["Muted:", *(line for mute in said.muted for line in wrap(mute, first="  ", rest="    "))] if said.muted else []
    )


def headline(draft: Draft, told: Sequence[Told]) -> str:
    """The first line of a digest or baseline: the answer in words."""
    if draft.kind is MessageKind.BASELINE:
        whence = read_whence(draft, told)
        stood = " that stood there when we first looked" if whence.startswith("First reading") else ""
        return f"{whence}: {notices(len(told))}{stood}"
    return digest.headline(draft, told)


def _by_programme(said: Summary) -> list[str]:
    """A table of the programmes; reviews and the mean of a week where they are known."""
    lines = [f"{'Programme':<44}{'alerts':>8}{'reviews':>9}{'a week':>9}"] if said.wide and said.programmes else []
    for row in said.programmes:
        name = cut(f"{row.short} {row.native}".rstrip(), 36)
        more = f"{row.reviews:>9,}{row.a_week:>9.1f}" if said.wide else ""
        lines.append(f"{name}{' ' * max(1, 44 - width(name))}{row.alerts:>8,}{more}")
    return lines


def _waiting(said: Summary) -> Iterable[list[str]]:
    if said.waiting:
        yield ["Waiting for judgement:"]
        yield from (_row(hit) for hit in said.waiting)
    if said.waiting_more:
        yield [f"And {said.waiting_more:,} more on the review list."]


def _troubles(said: Summary) -> list[str]:
    if not said.troubles:
        return []
    rows = [
        line
        for one in said.troubles
        for line in wrap(f"{one.source}: {one.reason}", first=f"  {one.state:<8} ", rest=" " * 11)
    ]
    more = [f"  and {said.troubles_more:,} more"] if said.troubles_more else []
    return ["Sources that need attention:", *rows, *more]


def _row(hit: Told) -> list[str]:
    address = hit.console or (hit.page.href if hit.page else hit.page_text)
    return [*wrap(hit.title, first="* ", rest="  "), *wrap(hit.line, first="  "), f"  {address}"]


def _body(draft: Draft) -> list[str]:
    return [line for part in draft.body.splitlines() for line in wrap(visible(part))]


def _foot(draft: Draft, told: Sequence[Told]) -> list[str]:
    head = log_head(draft)
    return ["-- ", *wrap(foot(draft, told)), *(["", HEAD_SAID, *head] if head else [])]


HEAD_SAID = "The log's head, signed. Keep this mail: it proves the log up to here."


def log_head(draft: Draft) -> tuple[str, ...]:
    """The signed note over the log's head, line by line, where there is one."""
    return digest.summary(draft).log_head if draft.overview is not None else ()


def foot(draft: Draft, told: Sequence[Told]) -> str:
    """To whom, by which channel and why, what the links do, and what an answer would need: hit and edition."""
    because = f", because it takes {draft.takes}" if draft.takes else ""
    words = [f"Sent once to {one_line(draft.recipient)} on channel {one_line(draft.channel)}{because}."]
    if any(hit.right for hit in told):
        words.append("Right, Wrong and Mute ask you to confirm; opening them decides nothing.")
    if told:
        words.append("Telephone numbers and mail addresses are masked.")
    if len(told) == 1:
        words.append(f"Hit {told[0].number}, edition {told[0].edition}.")
    return " ".join(words)
