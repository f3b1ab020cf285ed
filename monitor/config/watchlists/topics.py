"""topics: what does a watchlist ask to be watched for?"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date

from ...domain.hit import Kind
from ...domain.topic import NearExclusion, Pattern, Severity, Strength, Term, Tolerance, Topic
from ...pipeline.match.fold import fold
from . import values
from .fields import Fields, plain_text
from .nodes import Node, Notes, Shape, show

TOPIC_KEYS = (
    "topic", "name", "severity", "terms", "patterns", "exclude", "exclude_near",
    "evidence", "unless", "kinds", "must_match", "must_not_match", "formerly",
)  # fmt: skip
TERM_KEYS = ("term", "near", "within", "tolerance", "strength", "since", "until")
PATTERN_KEYS = ("name", "groups", "within", "strength")
NEAR_KEYS = ("word", "within", "strength")

MAX_TERM = 200  # characters; longer is a passage, not a term
MAX_FORMS = 200  # of one term's {a, b} lists together
MAX_TERMS = 5_000  # of one topic
MAX_WITHIN = 5_000  # folded characters

_LIST = re.compile(r"\{([^{}]*)\}")
_REGEX = re.compile(r"\\[bdswBDSW]|\(\?|\.\*|\)[+*]|\[[^\]]+\][+*]|\{[0-9]+,[0-9]*\}")


@dataclass(frozen=True, slots=True)
class Example:
    """A text that a topic must, or must not, match, and where the file says so."""

    topic: str
    text: str
    wanted: bool
    node: Node


@dataclass(frozen=True, slots=True)
class ReadTopic:
    """A topic with the places that later checks point at. `terms` pairs each Term with its node."""

    topic: Topic
    node: Node
    terms: tuple[tuple[Term, Node], ...]
    examples: tuple[Example, ...]


def read_topic(node: Node, notes: Notes) -> ReadTopic | None:
    """A topic of the `topics` section; None without a usable key (noted)."""
    key = read_key(node, "topic", "qiming", notes)
    if key is None:
        return None
    fields = Fields(notes, node, f"topic {show(key)}", TOPIC_KEYS)
    name = fields.text("name") if fields.require("name", "Qiming Program") else key
    terms = _terms(fields)
    patterns = tuple(_patterns(fields))
    if all(value is None or value == Node(Shape.LIST, value.line, value.column) for value in _watched(fields)):
        notes.error(fields.key("terms"), f"{fields.what} has no terms: write terms: and below it - 启明计划")
    examples = tuple(
        Example(key, text, wanted == "must_match", place)
        for wanted in ("must_match", "must_not_match")
        for text, place in fields.texts(wanted)
    )
    topic = Topic(
        key=key,
        name=name,
        severity=Severity(fields.choice("severity", [level.value for level in Severity], "medium")),
        terms=tuple(term for term, _ in terms),
        patterns=patterns,
        exclude=_words(fields, "exclude"),
        exclude_near=tuple(_exclusions(fields)),
        evidence=_groups(fields, "evidence") if "evidence" in fields else (),
        unless=_words(fields, "unless"),
        kinds=fields.choices("kinds", [kind.value for kind in Kind]),
        must_match=tuple(example.text for example in examples if example.wanted),
        must_not_match=tuple(example.text for example in examples if not example.wanted),
        formerly=read_formerly(fields, key),
    )
    return ReadTopic(topic, node, tuple(terms), examples)


def _watched(fields: Fields) -> tuple[Node | None, Node | None]:
    return fields.get("terms"), fields.get("patterns")


def read_key(node: Node, kind: str, example: str, notes: Notes) -> str | None:
    """The key of a topic, source or channel; None and a problem when it is missing or of a wrong form."""
    value = next((value for name, value in node.pairs if name.text == kind), None)
    if value is None:
        notes.error(node, f'a {kind} needs its key: write "{kind}: {example}"')
        return None
    text = plain_text(notes, value, kind)
    if text is None:
        return None
    try:
        return values.key(text)
    except ValueError as error:
        notes.error(value, f"the key {show(text)} has a wrong form: {error}")
        return None


def read_formerly(fields: Fields, key: str) -> tuple[str, ...]:
    """The keys that this one had before."""
    return tuple(text for text, node in fields.texts("formerly") if _former(fields, text, node, key))


def _former(fields: Fields, text: str, node: Node, key: str) -> bool:
    try:
        values.key(text)
    except ValueError as error:
        fields.notes.error(node, f"{fields.what}: formerly {show(text)} is no key: {error}")
        return False
    if text == key:
        fields.notes.error(node, f"{fields.what}: formerly names its own key: write the old key, or delete it")
        return False
    return True


def _terms(fields: Fields) -> list[tuple[Term, Node]]:
    found: list[tuple[Term, Node]] = []
    for item in fields.items("terms"):
        for term in _term(fields, item):
            if len(found) >= MAX_TERMS:
                fields.notes.error(item, f"{fields.what} has over {MAX_TERMS:,} terms: split it into several topics")
                return found
            found.append((term, item))
    return found


def _term(fields: Fields, item: Node) -> list[Term]:
    notes, what = fields.notes, f"{fields.what}: a term"
    if item.shape is Shape.LIST:
        notes.error(item, f"{what} must be a text or a mapping, this is a list: write - 启明计划")
        return []
    if item.shape is Shape.TEXT:
        return [Term(form) for form in _forms(notes, item, what)]
    if item.pairs and all(value.blank for _, value in item.pairs):
        notes.error(item, f'{what} that begins with {{ must stand in quotes: write "{{a, b}} Plan"')
        return []
    inner = Fields(notes, item, what, TERM_KEYS)
    written = inner.require("term", "启明")
    forms = _forms(notes, written, what) if written else []
    since, until = inner.parsed("since", _day, None), inner.parsed("until", _day, None)
    if since and until and since > until:
        notes.error(inner.key("until"), f"{what} ends ({until}) before it begins ({since}): swap the dates")
    near = _words(inner, "near")
    if "within" in inner and "near" not in inner:
        notes.error(inner.key("within"), f'{what} has "within" without "near": write near: [人才, 申报] or delete it')
    strength = _strength(inner)
    return [
        Term(
            text=form,
            near=near,
            within=inner.number("within", 30, 1, MAX_WITHIN),
            tolerance=Tolerance(inner.choice("tolerance", [level.value for level in Tolerance], "homophone")),
            strength=strength,
            since=since,
            until=until,
        )
        for form in forms
    ]


def _strength(fields: Fields) -> Strength | None:
    """What a term or a pattern says of its own strength; None leaves it to the matcher."""
    written = fields.choice("strength", [level.value for level in Strength], "")
    return Strength(written) if written else None


def _day(text: str) -> date | None:
    return values.iso_date(text)


def _forms(notes: Notes, node: Node, what: str) -> list[str]:
    """The written forms of a term with its {a, b} lists expanded, each checked (A73, A74, A79)."""
    text = plain_text(notes, node, what)
    if text is None:
        return []
    if _REGEX.search(text):
        notes.warn(
            node,
            f"{what} looks like a regular expression: terms are plain text, {show(text)} is looked for as it stands",
        )
    pieces = _LIST.split(text)
    if any(brace in piece for piece in pieces for brace in "{}") or any(not part.strip() for part in pieces[1::2]):
        notes.error(node, f"{what}, {show(text)}, has a brace that does not pair: write {{Plan, Program}}, not nested")
        return []
    choices = [[part.strip() for part in piece.split(",")] if odd % 2 else [piece] for odd, piece in enumerate(pieces)]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > MAX_FORMS:
        notes.error(node, f"{what} expands to {count:,} forms, {MAX_FORMS} at most: write it as several terms")
        return []
    forms = list(dict.fromkeys(" ".join("".join(form).split()) for form in itertools.product(*choices)))
    return [form for form in forms if _usable(notes, node, what, form)]


def _usable(notes: Notes, node: Node, what: str, form: str) -> bool:
    if len(form) > MAX_TERM:
        notes.error(node, f"{what} is over {MAX_TERM} characters long: write the words that make it known")
    elif len(fold(form)) < 2 or sum(character.isalnum() for character in form) < 2:
        notes.error(
            node, f"{what}, {show(form)}, would match nearly everything: it needs two letters or characters at least"
        )
    else:
        return True
    return False


def _words(fields: Fields, key: str) -> tuple[str, ...]:
    words: dict[str, None] = {}
    for _, node in fields.texts(key):
        words.update(dict.fromkeys(_word_forms(fields, node, key)))
    return tuple(words)


def _word_forms(fields: Fields, node: Node, key: str) -> list[str]:
    """As a term's forms, but one character is enough for a word of context."""
    text = node.text.strip()
    if len(text) > MAX_TERM or not any(character.isalnum() for character in text):
        fields.notes.error(node, f"{fields.what}: {key} has {show(text)}: write words of 1 to {MAX_TERM} characters")
        return []
    if not _LIST.search(text):
        return [text]
    return _forms(fields.notes, node, f"{fields.what}: {key}")


def _exclusions(fields: Fields) -> list[NearExclusion]:
    found: list[NearExclusion] = []
    for item in fields.items("exclude_near"):
        if item.shape is Shape.MAP:
            inner = Fields(fields.notes, item, f"{fields.what}: exclude_near", NEAR_KEYS)
            word = inner.require("word", "创投")
            within = inner.number("within", 30, 1, MAX_WITHIN)
            strength = Strength.WEAK if inner.choice("strength", [Strength.WEAK.value], "") else None
        else:
            word, within, strength = item, 30, None
        text = plain_text(fields.notes, word, f"{fields.what}: exclude_near") if word else None
        if word and text:
            found += [NearExclusion(form, within, strength) for form in _word_forms(fields, word, "exclude_near")]
    return found


def _patterns(fields: Fields) -> list[Pattern]:
    found: list[Pattern] = []
    for item in fields.items("patterns"):
        if item.shape is not Shape.MAP:
            fields.notes.error(
                item, f"{fields.what}: a pattern must be a mapping: write - name: …, then groups: [[…], […]]"
            )
            continue
        inner = Fields(fields.notes, item, f"{fields.what}: a pattern", PATTERN_KEYS)
        name = inner.text("name") if inner.require("name", "unnamed-call") else ""
        groups = _groups(inner, "groups") if inner.require("groups", "[[引才, 揽才], [申报, 报名]]") else ()
        if name in {pattern.name for pattern in found}:
            fields.notes.error(item, f"{fields.what} has two patterns called {show(name)}: give each its own name")
        found.append(Pattern(name, groups, inner.number("within", 400, 1, MAX_WITHIN), _strength(inner)))
    return found


def _groups(fields: Fields, key: str) -> tuple[tuple[str, ...], ...]:
    """Lists of words, of which each group counts once."""
    groups = []
    items = fields.items(key)
    for item in items:
        words: list[str] = []
        if item.shape is not Shape.LIST or not item.items:
            fields.notes.error(item, f"{fields.what}: a group must be a list of words: write [引才, 揽才]")
            continue
        for node in item.items:
            if plain_text(fields.notes, node, f"{fields.what}: {key}"):
                words += _word_forms(fields, node, key)
        groups.append(tuple(dict.fromkeys(words)))
    if len(items) == 1 and key == "groups":
        fields.notes.error(
            fields.key("groups"), f"{fields.what} has one group: a pattern needs two, else write its words as terms"
        )
    return tuple(groups)
