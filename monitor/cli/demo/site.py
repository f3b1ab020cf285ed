"""site: what does the demo's web publish, in which order, and what should the service make of it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files

from .continuations import continuation

PLACES = ("notices", "news", "science", "agency", "mirror")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one piece should bring. `topic` is the beginning of a topic key.

    `suppressed` means: whatever is recorded of this topic, nobody is told. `told` is False where a
    copy of something already told must stay silent. `any` novelty stands in the continuations: their
    texts share sentences, so the judge may call one a story of another.
    """

    topic: str
    verdict: str
    novelty: str

    @property
    def told(self) -> bool:
        """Whether a message is owed for it at once or in a digest."""
        return self.verdict == "alert" and self.novelty != "same"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document beside a notice: `form` is pdf or docx."""

    form: str
    name: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that the demo publishes at one place; `replaces` names the piece it is the new text of."""

    key: str
    place: str
    language: str
    title: str
    paragraphs: tuple[str, ...]
    days: int = 0  # how long before the start it was published, negative
    replaces: str = ""
    copies: str = ""
    attachment: Attachment | None = None
    expects: tuple[Expectation, ...] = field(default=())


def first_pieces() -> list[Piece]:
    """What stands on the web before the service looks for the first time."""
    return [piece for name, piece in _prepared() if name.startswith("00-")]


def later_pieces() -> Iterator[Piece]:
    """What appears afterwards: the prepared pieces in order, then varied ones without end."""
    yield from (piece for name, piece in _prepared() if not name.startswith("00-"))
    number = 0
    while True:
        yield _continued(number)
        number += 1


def _continued(number: int) -> Piece:
    text = continuation(number)
    expects = (Expectation(text.topic, text.verdict, "any"),) if text.topic else ()
    return Piece(f"more-{number}", text.place, text.language, text.title, text.paragraphs, expects=expects)


def _prepared() -> list[tuple[str, Piece]]:
    """The files of `site/` by name, copies filled with what they copy."""
    folder = files(__package__).joinpath("site")
    texts = sorted((entry.name, entry.read_text("utf-8")) for entry in folder.iterdir() if entry.name.endswith(".txt"))
    pieces: dict[str, Piece] = {}
    named = []
    for name, text in texts:
        piece = parse(text, pieces)
        pieces[piece.key] = piece
        named.append((name, piece))
    return named


def parse(text: str, earlier: Mapping[str, Piece]) -> Piece:
    """A file of `site/`: `name: value` lines, an empty line, paragraphs, then those of the attachment."""
    head, _, body = text.partition("\n\n")
    fields: dict[str, str] = dict(line.split(": ", 1) for line in head.splitlines() if not line.startswith("expect:"))
    expects = tuple(Expectation(*line.split()[1:]) for line in head.splitlines() if line.startswith("expect:"))
    main, _, attached = body.partition("--- attachment\n")
    paragraphs = tuple(line for line in main.splitlines() if line.strip())
    if copied := fields.get("copies", ""):
        paragraphs = earlier[copied].paragraphs
    return Piece(
        key=fields["key"],
        place=fields["place"],
        language=fields["lang"],
        title=fields["title"],
        paragraphs=paragraphs,
        days=int(fields.get("days", "0")),
        replaces=fields.get("replaces", ""),
        copies=copied,
        attachment=_attachment(fields, attached),
        expects=expects,
    )


def _attachment(fields: Mapping[str, str], body: str) -> Attachment | None:
    if "attachment" not in fields:
        return None
    form, name = fields["attachment"].split(" ", 1)
    return Attachment(form, name, fields["attachment-title"], tuple(line for line in body.splitlines() if line.strip()))
