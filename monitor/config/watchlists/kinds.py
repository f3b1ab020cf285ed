"""kinds: which sorts of source are there, and which options does each take?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class OptionForm(StrEnum):
    """What a source option is written as."""

    TEXT = "text"
    TEXTS = "list of texts"
    NUMBER = "number"
    FLAG = "true or false"
    CHOICE = "one of"
    SELECTOR = "CSS selector"
    SELECTORS = "CSS selectors"  # one, or a list of them; handed on as one selector


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """One option of a source kind; `help` is one sentence for the editor's tool-tip."""

    form: OptionForm
    help: str = ""
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 1_000_000


@dataclass(frozen=True, slots=True)
class SourceKindSpec:
    """A kind of source: the key its address stands under, and its options."""

    key: str
    options: Mapping[str, OptionSpec] = field(default_factory=dict)
    help: str = ""


_SELECT = OptionSpec(OptionForm.SELECTOR, "What of the page is read; the main text where it is left out.")
_IGNORE = OptionSpec(OptionForm.SELECTORS, "What of the page is not read: menus, counters, clocks.")

DEFAULT_KINDS: Sequence[SourceKindSpec] = (
    SourceKindSpec("feed", {}, "An Atom, RSS or JSON feed."),
    SourceKindSpec("page", {"select": _SELECT, "ignore": _IGNORE}, "One page whose text changes."),
    SourceKindSpec(
        "listing",
        {
            "follow": OptionSpec(
                OptionForm.SELECTOR, "Which links are notices; all below the list's own where left out."
            ),
            "select": OptionSpec(OptionForm.SELECTOR, "What of each notice is read; its main text where left out."),
            "ignore": OptionSpec(OptionForm.SELECTORS, "What of each notice is not read."),
        },
        "A page of links to notices; each is read by itself, with its attachments.",
    ),
)
