"""hits: what was found, and why?"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import same
from .context import now, opened
from .output import as_json, line, print_lines, short, table

if TYPE_CHECKING:
    from ..domain.hit import HitView
    from ..domain.query import HitFilter

app = typer.Typer(no_args_is_help=True, help="List, show, judge, restore, join, split and export stored hits.")
FIELDS = (
    "id", "topic", "verdict", "novelty", "item", "url", "source", "title", "text", "start", "end", "passage",
    "passage_start", "matches", "kind", "facts", "reasons", "ruleset", "first_seen_at",
)  # fmt: skip

Topic = Annotated[list[str] | None, typer.Option("--topic", help="Only this topic; may be given again.")]
VerdictOption = Annotated[list[str] | None, typer.Option("--verdict", help="alert, review or suppressed.")]
NoveltyOption = Annotated[list[str] | None, typer.Option("--novelty", help="new, same, revision or story.")]
KindOption = Annotated[list[str] | None, typer.Option("--kind", help="recruitment-ad, policy-document, news …")]
SourceOption = Annotated[list[str] | None, typer.Option("--source", help="Only this source.")]
Since = Annotated[str | None, typer.Option("--since", help="First seen on or after this day: 2026-11-01.")]
Until = Annotated[str | None, typer.Option("--until", help="First seen before this day.")]
PartOption = Annotated[list[str] | None, typer.Option("--part", help="call, measure, award-list, rule or ad.")]
MinAmount = Annotated[float | None, typer.Option("--min-amount", help="Some amount of money reaches this: 1000000.")]
Currency = Annotated[str | None, typer.Option("--currency", help="Of that amount: CNY, USD, EUR …")]
PlaceOption = Annotated[
    str | None, typer.Option("--place", help="A province or city: 浙江, Zhejiang, CN-ZJ, 温州, Wenzhou.")
]
DeadlineBefore = Annotated[str | None, typer.Option("--deadline-before", help="A last day before this: 2027-01-01.")]
DeadlineAfter = Annotated[str | None, typer.Option("--deadline-after", help="A last day on or after this.")]
Json = Annotated[bool, typer.Option("--json", "--jsonl", help="One JSON object a line, all rows.")]


@app.command("list")
def list_hits(
    topic: Topic = None,
    verdict: VerdictOption = None,
    novelty: NoveltyOption = None,
    kind: KindOption = None,
    source: SourceOption = None,
    since: Since = None,
    until: Until = None,
    text: Annotated[
        str | None, typer.Option("--text", help="Words, Chinese ones in twos, of title, passage or text.")
    ] = None,
    part: PartOption = None,
    min_amount: MinAmount = None,
    currency: Currency = None,
    place: PlaceOption = None,
    deadline_before: DeadlineBefore = None,
    deadline_after: DeadlineAfter = None,
    json: Json = False,
) -> None:
    """Lists hits, newest first, non-alerts too.

    Examples: monitor hits list --topic qiming --verdict alert · monitor hits list --json | jq .title ·
    monitor hits list --min-amount 1000000 --currency CNY --place 浙江 --deadline-before 2027-01-01
    """
    wanted = _offering(
        _wanted(topic, verdict, novelty, kind, source, since, until, text),
        part, min_amount, currency, place, deadline_before, deadline_after,
    )  # fmt: skip
    with opened() as (_, queries):
        if json:
            print_lines((_masked(hit) for hit in queries.hits(wanted)), FIELDS)
            return
        rows = (
            (hit.id, hit.topic, hit.verdict, hit.novelty, hit.kind, hit.source, short(hit.title), hit.first_seen_at)
            for hit in queries.hits(wanted)
        )
        columns = ("id", "topic", "verdict", "novelty", "kind", "source", "title", "first seen (UTC)")
        table("Hits", columns, rows, "No hits are stored that fit.")


@app.command("show")
def show_hit(
    number: Annotated[int, typer.Argument(help="The hit's number.")],
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Open the passage in the kept copy of the page.")
    ] = False,
    save: Annotated[
        Path | None, typer.Option("--save", help="With --evidence: write the kept bytes to this file.")
    ] = None,
    json: Json = False,
) -> None:
    """Shows one hit: the passage, why it matched and why not more, how it stands to earlier texts, who was told."""
    from ..pipeline.compose.safe import visible

    if evidence:
        from .evidence import show_copy

        show_copy(number, save)
        return
    with opened() as (_, queries):
        hit = queries.hit(number)
        if hit is None:
            print(f"monitor: there is no hit {number}; `monitor hits list` shows those there are", file=sys.stderr)
            raise typer.Exit(1)
        deliveries = list(queries.deliveries(number))
        found = same.compared(queries, hit)
        if json:
            print(line({**_masked(hit), "compared": same.as_object(found), "deliveries": as_json(deliveries)}))
            return
        print("\n".join(visible(one) for one in _told(hit, same.in_words(hit, found))))  # content forges no colours
        for delivery in deliveries:
            tries = ", ".join(f"{one.number}: {one.outcome}" for one in delivery.attempts) or "not tried yet"
            print(f"  {delivery.state:10} {delivery.channel} → {delivery.recipient} ({delivery.form}; {tries})")
        if not deliveries:
            print("  nobody: it is no alert, or no channel takes it")


@app.command("judge")
def judge_hit(
    number: Annotated[int, typer.Argument(help="The hit's number.")],
    ruling: Annotated[str, typer.Argument(help="right or wrong")],
    why: Annotated[str, typer.Option("--why", help="The reason, for the log.")] = "",
    actor: Annotated[str, typer.Option("--actor", help="Who rules.")] = "operator",
) -> None:
    """Rules a hit right or wrong; the ruling and its reason go into the audit log."""
    _rule(number, {"right": "right", "wrong": "wrong"}.get(ruling), why, actor)


@app.command("restore")
def restore_hit(
    number: Annotated[int, typer.Argument(help="The hit's number.")],
    why: Annotated[str, typer.Option("--why", help="The reason, for the log.")] = "",
    actor: Annotated[str, typer.Option("--actor", help="Who rules.")] = "operator",
) -> None:
    """Restores a suppressed or review hit: the running service, or the next `monitor run`, tells those who would have heard."""
    _rule(number, "restored", why, actor)


app.command("same")(same.join_hits)
app.command("split")(same.split_hits)


@app.command("export")
def export_hits(
    target: Annotated[
        Path | None, typer.Argument(help="With --bundle: a new folder, or a file that ends in .zip.")
    ] = None,
    bundle: Annotated[
        int | None, typer.Option("--bundle", help="The evidence of this hit: page copy, decision, deliveries, proof.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="jsonl or csv")] = "jsonl",
    bom: Annotated[
        bool, typer.Option("--bom", help="Begin CSV with a byte order mark: spreadsheets then know that it is UTF-8.")
    ] = False,
    topic: Topic = None,
    verdict: VerdictOption = None,
    novelty: NoveltyOption = None,
    kind: KindOption = None,
    source: SourceOption = None,
    since: Since = None,
    until: Until = None,
    part: PartOption = None,
    min_amount: MinAmount = None,
    currency: Currency = None,
    place: PlaceOption = None,
    deadline_before: DeadlineBefore = None,
    deadline_after: DeadlineAfter = None,
) -> None:
    """Writes all hits that fit to stdout; the export itself is an audit entry. Personal addresses are masked.

    Examples: monitor hits export --format csv --since 2026-11-01 > hits.csv · monitor hits export --bundle 7 hit-7.zip
    """
    if bundle is not None or target is not None:
        from .evidence import export_bundle

        if bundle is None or target is None:
            raise typer.BadParameter("write --bundle HIT and where it is to be laid down", param_hint="--bundle")
        export_bundle(bundle, target)
        return
    import asyncio

    from ..domain.audit import AuditNote

    if form not in {"jsonl", "csv"}:
        raise typer.BadParameter("write jsonl or csv", param_hint="--format")
    if bom and form != "csv":
        raise typer.BadParameter("only CSV begins with one: JSON must not", param_hint="--bom")
    wanted = _offering(
        _wanted(topic, verdict, novelty, kind, source, since, until, None),
        part, min_amount, currency, place, deadline_before, deadline_after,
    )  # fmt: skip
    with opened() as (store, queries):
        masked = (_masked(hit) for hit in queries.hits(wanted))
        count = print_lines(masked, FIELDS) if form == "jsonl" else _csv(masked, bom)
        note = AuditNote("exported", "operator", now(), {"what": "hits", "format": form, "rows": count})
        asyncio.run(_note(store, note))


async def _note(store: object, note: object) -> None:
    await store.note([note])  # type: ignore[attr-defined]
    await store.writer.close()  # type: ignore[attr-defined]


def _masked(hit: HitView) -> Mapping[str, object]:
    from ..pipeline.mask import mask

    said = [mask(str(reason)) for reason in hit.reasons]
    return {**as_json(hit), "passage": _excerpt(hit), "title": mask(hit.title), "reasons": said}


def _excerpt(hit: HitView) -> str:
    """The passage with addresses and numbers of persons masked, the match as it stands; of the same length."""
    from ..pipeline.mask import mask

    return mask(hit.passage, [(hit.start - hit.passage_start, hit.end - hit.passage_start)])


def _csv(rows: Iterable[Mapping[str, object]], bom: bool = False) -> int:
    if bom:
        sys.stdout.write("\ufeff")
    writer = csv.writer(sys.stdout)
    writer.writerow(FIELDS)
    count = 0
    for row in rows:
        writer.writerow([_harmless(row[name]) for name in FIELDS])
        count += 1
    return count


def _harmless(value: object) -> str:
    """A cell that no spreadsheet takes for a formula (A98)."""
    text = value if isinstance(value, str) else line(value) if isinstance(value, list | dict) else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _rule(number: int, kind: str | None, why: str, actor: str) -> None:
    import asyncio

    from ..domain.ruling import Ruling, RulingKind

    if kind is None:
        raise typer.BadParameter("write right or wrong")
    with opened() as (store, queries):
        if queries.hit(number) is None:
            print(f"monitor: there is no hit {number}", file=sys.stderr)
            raise typer.Exit(1)

        async def work() -> None:
            await store.rule(Ruling(RulingKind(kind), actor, now(), why, hit=number))
            await store.writer.close()

        asyncio.run(work())
    print(f"hit {number}: {kind}")


def _wanted(
    topic: list[str] | None,
    verdict: list[str] | None,
    novelty: list[str] | None,
    kind: list[str] | None,
    source: list[str] | None,
    since: str | None,
    until: str | None,
    text: str | None,
) -> HitFilter:
    from ..domain.query import HitFilter

    return HitFilter(
        tuple(topic or ()), tuple(verdict or ()), tuple(novelty or ()), tuple(kind or ()), tuple(source or ()),
        _day(since, "--since"), _day(until, "--until"), text,
    )  # fmt: skip


def _offering(
    wanted: HitFilter,
    part: list[str] | None,
    min_amount: float | None,
    currency: str | None,
    place: str | None,
    deadline_before: str | None,
    deadline_after: str | None,
) -> HitFilter:
    """The filter with what the facts must offer; a place nobody knows is a wrong option, not an empty list."""
    from dataclasses import replace

    from ..pipeline.facts.places import named_place

    if place is not None and not named_place(place):
        hint = "write a province or city of China: 浙江, Zhejiang, CN-ZJ, 温州, Wenzhou"
        raise typer.BadParameter(f"{place!r} is not known; {hint}", param_hint="--place")
    before, after = _day(deadline_before, "--deadline-before"), _day(deadline_after, "--deadline-after")
    return replace(
        wanted, parts=tuple(part or ()), min_amount=min_amount, currency=currency.upper() if currency else None,
        place=place, deadline_before=before and before.date(), deadline_after=after and after.date(),
    )  # fmt: skip


def _day(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write a day such as 2026-11-01", param_hint=option) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _told(hit: HitView, relation: list[str]) -> list[str]:
    """The hit in words, the match in 【 】; `relation` says how it stands to what was stored."""
    from ..pipeline.mask import mask

    low, high = hit.start - hit.passage_start, hit.end - hit.passage_start
    passage = _excerpt(hit)
    marked = f"{passage[:low]}【{passage[low:high]}】{passage[high:]}"
    lines = [
        f"Hit {hit.id}: {hit.topic_name or hit.topic} · {hit.verdict} · {hit.novelty} · {hit.kind}",
        mask(hit.title),
        hit.url,
        "",
        *(f"> {part}" for part in marked.splitlines()),
        "",
        "Why:",
        *(f"  {reason}" for reason in hit.reasons),
        "Against what was stored:",
        *relation,
    ]
    lines += [f"  also at {url}" for url in hit.also_at]
    lines += [f"Ruleset {hit.ruleset[:12]}, first seen {hit.first_seen_at:%Y-%m-%d %H:%M:%S} UTC", "Told to:"]
    return lines
