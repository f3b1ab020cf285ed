"""lines: the message in plain text of 72 columns, for every mail program and every ear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...domain.delivery import Draft, MessageKind
from .columns import WIDTH, width, wrap
from .headline import digest_line, notices
from .safe import cut, one_line, visible
from .view import Piece, Told

FULL = 5  # hits of one message that are told in full; the others take a line each
_LABEL = 16  # columns of the table's left side


def text(draft: Draft, told: Sequence[Told]) -> str:
    """The whole text part, without trailing spaces, ended by one line feed."""
    blocks: list[list[str]] = []
    if draft.kind in {MessageKind.NOTICE, MessageKind.TEST}:
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
        return [*lines, f"{'Live page':<10} {hit.page.href}"]
    return [*lines, *wrap(f"{'Address':<10} {hit.page_text} (not a link that we would follow)")]


def _listing(draft: Draft, told: Sequence[Told]) -> Iterable[list[str]]:
    yield wrap(headline(draft, told))
    yield _body(draft)
    yield _by_programme(told)
    yield from (_row(hit) for hit in told)


def headline(draft: Draft, told: Sequence[Told]) -> str:
    """The first line of a digest or baseline: the answer in words."""
    if draft.kind is MessageKind.BASELINE:
        source = one_line(draft.source) or next((hit.source for hit in told), "a source")
        return f"First reading of {source}: {notices(len(told))} that stood there when we first looked"
    return digest_line(told)


def programmes(told: Sequence[Told]) -> list[tuple[str, str, int]]:
    """(programme, native name, hits) of each programme, most hits first."""
    counts: dict[tuple[str, str], int] = {}
    for hit in told:
        counts[hit.short, hit.native] = counts.get((hit.short, hit.native), 0) + 1
    return sorted(((*name, count) for name, count in counts.items()), key=lambda row: (-row[2], row[0]))


def _by_programme(told: Sequence[Told]) -> list[str]:
    lines = []
    for short, native, count in programmes(told):
        name = cut(f"{short} {native}".rstrip(), 40)
        lines.append(f"{name}{' ' * max(1, 50 - width(name))}{count:>6,}")
    return lines


def _row(hit: Told) -> list[str]:
    address = hit.console or (hit.page.href if hit.page else hit.page_text)
    return [*wrap(hit.title, first="* ", rest="  "), *wrap(hit.line, first="  "), f"  {address}"]


def _body(draft: Draft) -> list[str]:
    return [line for part in draft.body.splitlines() for line in wrap(visible(part))]


def _foot(draft: Draft, told: Sequence[Told]) -> list[str]:
    return ["-- ", *wrap(foot(draft, told))]


def foot(draft: Draft, told: Sequence[Told]) -> str:
    """To whom and by which channel, and what an answer would need: hit and edition."""
    sent = f"Sent once to {one_line(draft.recipient)} on channel {one_line(draft.channel)}."
    masked = " Telephone numbers and mail addresses are masked." if told else ""
    if len(told) == 1:
        return f"{sent}{masked} Hit {told[0].number}, edition {told[0].edition}."
    return sent + masked
