"""route: who would hear of a hit, when, as what, and why (not)?"""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .context import now, opened, settings_now
from .output import line, table

if TYPE_CHECKING:
    from ..config.watchlists import Loaded
    from ..domain.delivery import Routing
    from ..domain.hit import HitView
    from ..pipeline.route import Hearing, Traits


def route_command(
    hit: Annotated[int | None, typer.Argument(help="A stored hit's number.")] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Reads texts from stdin instead, one JSON object a line.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object for each recipient.")] = False,
) -> None:
    """Shows who would hear of a hit under the channels of now, when, as what and why, and who would not; sends nothing.

    With --jsonl a line is {"id","title"?,"text","source"?,"language"?,"novelty"?}; each topic that the text speaks of is
    routed. Examples: monitor alerts route 6204 | echo '{"id":1,"text":"…"}' | monitor alerts route --jsonl
    """
    if (hit is None) is not jsonl:
        raise typer.BadParameter("name a hit, or give texts on stdin with --jsonl", param_hint="HIT")
    loaded, routing = _in_force()
    answers = list(_of_texts(loaded, routing) if jsonl else _of_hit(int(hit or 0), routing))
    if json or jsonl:
        for name, topic, rows in answers:
            for row in rows:
                print(line({"id": name, "topic": topic, **_fields(row)}))
        return
    for name, topic, rows in answers:
        cells = [
            (row.channel, row.recipient, "yes" if row.told else "no", row.form or "-", row.due_at, "; ".join(row.why))
            for row in rows
        ]
        columns = ("channel", "recipient", "told", "form", "when (UTC)", "why")
        table(f"Hit {name}, {topic}", columns, cells, "There is no channel.")


def _in_force() -> tuple[Loaded, Routing]:
    """The channels as the watchlists have them now; what is wrong with them is told on stderr."""
    from .. import wiring
    from ..config.watchlists import load_folder

    settings = settings_now()
    loaded = load_folder(settings.watchlists, check_examples=False, schemes=settings.schemes)
    for problem in loaded.errors:
        print(problem, file=sys.stderr)
    return loaded, wiring.plan_of(loaded, settings).routing


def _of_hit(number: int, routing: Routing) -> Iterator[tuple[object, str, Sequence[Hearing]]]:
    from ..pipeline.route import hearings

    with opened() as (_, queries):
        view = queries.hit(number)
        if view is None:
            print(f"monitor: there is no hit {number}", file=sys.stderr)
            raise typer.Exit(1)
        owed, mutes = queries.owed(number), queries.mutes(now())
        sent = [(one.channel, one.recipient, one.state) for one in queries.deliveries(number)]
    muted = next((one for one in mutes if _covers(one.topic, view.topic) and _covers(one.source, view.source)), None)
    words = f"muted by {muted.actor} until {muted.until or 'it is lifted'}: {muted.why}" if muted else ""
    rows = hearings(_traits(view, routing), routing, now(), lambda *to: to in owed, muted=words)
    yield number, view.topic, rows
    for channel, recipient, state in sent if sys.stdout.isatty() else ():
        print(f"already: {channel} → {recipient}: {state}")


def _covers(wanted: str | None, name: str) -> bool:
    return wanted in (None, name)


def _traits(view: HitView, routing: Routing) -> Traits:
    from ..domain.hit import Verdict
    from ..pipeline.route import Traits

    verdict = Verdict.ALERT if view.restored else Verdict(view.verdict)
    severity = routing.severities.get(view.topic, "medium")
    return Traits(
        view.topic, verdict, view.kind, view.part, severity, view.source, view.language, view.novelty, view.facts
    )


def _of_texts(loaded: Loaded, routing: Routing) -> Iterator[tuple[object, str, Sequence[Hearing]]]:
    from ..config.watchlists import ruleset
    from ..pipeline.match import TABLE_VERSION, compile_ruleset

    compiled = compile_ruleset(ruleset(loaded.topics, TABLE_VERSION)[0])
    for number, written in enumerate(sys.stdin.buffer, start=1):
        if not written.strip():
            continue
        try:
            given = jsonlib.loads(written)
            texts = {name: str(given.get(name) or "") for name in ("title", "text", "source", "language", "novelty")}
        except (ValueError, RecursionError, AttributeError) as error:
            print(f"line {number}: {error}; wanted one JSON object with id and text", file=sys.stderr)
            continue
        yield from _routed(given.get("id", number), texts, compiled, routing)


def _routed(
    name: object, given: dict[str, str], compiled: Any, routing: Routing
) -> Iterator[tuple[object, str, Sequence[Hearing]]]:
    from ..domain.hit import Novelty
    from ..pipeline.classify import classify
    from ..pipeline.facts import facts
    from ..pipeline.match import Text, hits
    from ..pipeline.read import of_wanted_kind
    from ..pipeline.route import Traits, hearings

    title, text = given["title"], given["text"]
    kind = classify(title, text)
    novelty = given["novelty"] if given["novelty"] in {one.value for one in Novelty} else "new"
    told = tuple(facts(text, None))
    for found in of_wanted_kind(hits(Text(title, text, None), compiled), kind.kind, compiled):
        traits = Traits(
            found.topic, found.verdict, kind.kind.value, kind.part.value if kind.part else None,
            routing.severities.get(found.topic, "medium"), given["source"], given["language"] or None, novelty, told,
        )  # fmt: skip
        yield name, found.topic, hearings(traits, routing, now())


def _fields(row: Hearing) -> dict[str, object]:
    return {
        "channel": row.channel, "recipient": row.recipient, "told": row.told, "form": row.form, "due_at": row.due_at,
        "why": row.why,
    }  # fmt: skip
