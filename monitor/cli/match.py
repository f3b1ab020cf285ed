"""match: which topics does a text speak of, and why, or why not?"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from monitor.domain.errors import SettingsError
from monitor.domain.hit import HitDraft, Match
from monitor.pipeline.match import Compiled, Refused, Text, compile_ruleset, explain, hits

FIELDS = ("topic", "verdict", "term", "form", "field", "start", "end", "text", "reason", "score")


def match_command(jsonl: bool, watchlists: Path | None, why: bool = False) -> None:
    """Reads texts from stdin and tells on stdout what they are and which terms stand in them.

    With `jsonl` a line is `{"id", "title"?, "text", "published"?}` and is answered by `{"id", "kind", "part", "facts",
    "hits"}`, one hit a match, suppressed ones too; `why` adds `refused`, the places that only look like a term. Without
    `jsonl` stdin is one text and the answer is in words. A line that cannot be read is told on stderr with its number;
    the others go on. Raises SettingsError when no topic can be used.
    """
    compiled = _compiled(watchlists)
    if not jsonl:
        sys.stdout.writelines(_in_words(sys.stdin.read(), compiled, why))
        return
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            name, document = _read(json.loads(line))
        except (ValueError, RecursionError) as error:
            _complain(number, error)
            continue
        sys.stdout.write(json.dumps(_answer(name, document, compiled, why), ensure_ascii=True, default=str) + "\n")
    sys.stdout.flush()


def _compiled(watchlists: Path | None) -> Compiled:
    """The topics of a folder or file, compiled; what is wrong with them is told on stderr."""
    from monitor.config.settings import load_settings
    from monitor.config.watchlists import load_folder, ruleset
    from monitor.pipeline.match import TABLE_VERSION

    folder = watchlists or load_settings().watchlists
    loaded = load_folder(folder, check_examples=False, channels=False, sources=False)
    for problem in loaded.problems:
        sys.stderr.write(f"{problem}\n")
    if not loaded.topics:
        raise SettingsError(f'there is no usable topic in "{folder}": name a folder or a file that has topics')
    return compile_ruleset(ruleset(loaded.topics, TABLE_VERSION)[0])


def _complain(number: int, error: Exception) -> None:
    reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
    sys.stderr.write(
        f"line {number}: {reason}; wanted one JSON object with id and text, title and published if known\n"
    )


def _read(line: object) -> tuple[object, Text]:
    """The id and the document of a line. Raises ValueError that says what is wrong."""
    if not isinstance(line, dict):
        raise ValueError("not a JSON object")
    if "text" not in line and "title" not in line:
        raise ValueError('"text" is missing')
    title, text = (_text(line, name) for name in ("title", "text"))
    published = _text(line, "published")
    try:
        day = date.fromisoformat(published[:10]) if published else None
    except ValueError:
        raise ValueError(f'"published" is no date: {published!r}') from None
    return line.get("id"), Text(title, text, day)


def _text(line: Mapping[str, Any], name: str) -> str:
    value = line.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f'"{name}" is no text')
    return value


def _answer(name: object, document: Text, compiled: Compiled, why: bool) -> dict[str, object]:
    from monitor.pipeline.classify import classify
    from monitor.pipeline.facts import facts
    from monitor.pipeline.read import of_wanted_kind

    kind = classify(document.title, document.text)
    found = of_wanted_kind(hits(document, compiled), kind.kind, compiled)
    answer: dict[str, object] = {
        "id": name,
        "kind": kind.kind.value,
        "part": kind.part.value if kind.part else None,
        "facts": list(facts(document.text, document.published)),
        "hits": [_match(one) for draft in found for one in draft.matches],
    }
    if why:
        answer["refused"] = [asdict(one) for one in explain(document, compiled)]
    return answer


def _match(one: Match) -> dict[str, object]:
    return {name: getattr(one, name) for name in FIELDS}


def _in_words(text: str, compiled: Compiled, why: bool) -> Iterator[str]:
    document = Text("", text)
    found = hits(document, compiled)
    for draft in found:
        yield from _hit_in_words(draft)
    if not found:
        yield "no topic\n"
    for refused in explain(document, compiled) if why else ():
        yield _refused_in_words(refused)


def _hit_in_words(draft: HitDraft) -> Iterator[str]:
    yield f"{draft.verdict.value}  {draft.topic}  {draft.score:.2f}\n"
    for one in draft.matches:
        shown = " ".join(one.text.encode("utf-8", "replace").decode("utf-8").split())
        yield f"  {one.verdict.value} {one.start}-{one.end} {shown}: {one.reason}\n"
    if draft.counted:
        yield f"  {draft.counted} further matches were only counted\n"


def _refused_in_words(refused: Refused) -> str:
    shown = " ".join(refused.text.encode("utf-8", "replace").decode("utf-8").split())
    return f"no  {refused.topic}  {refused.start}-{refused.end} {shown} is not {refused.term}: {refused.reason}\n"
