"""keeping: what is past its time, and what is to be erased?"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from .context import now, opened, settings_now
from .output import as_json, line, table

if TYPE_CHECKING:
    from ..adapters.sql.keeping import SqlKeeping
    from ..domain.archive import Purge, Retention

T = TypeVar("T")
Why = Annotated[str, typer.Option("--why", help="The reason, for the log; it stays, so name nobody in it.")]
Actor = Annotated[str, typer.Option("--actor", help="Who erases, for the log.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def erase_hit_command(
    number: Annotated[int, typer.Argument(help="The hit's number.")],
    why: Why,
    actor: Actor = "operator",
    json: Json = False,
) -> None:
    """Erases what a hit shows: text, title, passages, kept copies of the page, the messages that told it. For good.

    Numbers, hashes, topic, verdict, address and times stay, and an entry of the log says what was erased: `monitor audit
    verify` stays ok. Copies of the same text elsewhere go with it. Example: monitor hits erase 7 --why "request 2026-14"
    """
    found = _done(lambda keeper: keeper.erase_hit(number, actor, why, now()))
    if json:
        print(line(found))
        return
    print(f"erased: {_many(found.hits, 'hit')}, {_many(found.versions, 'version')}, {_many(found.copies, 'kept copy')}")
    print(
        f"{found.texts:,} texts and the bytes of {found.messages:,} messages are gone; backups made before still hold them"
    )


def erase_body_command(
    seq: Annotated[int, typer.Argument(metavar="ENTRY", help="The number of the entry.")],
    why: Why,
    actor: Actor = "operator",
) -> None:
    """Erases the text of one entry of the log; its hash and commitment stay, so the chain still verifies."""
    _done(lambda keeper: keeper.erase_body(seq, actor, why, now()))
    print(f"the body of entry {seq} is erased; the log says so in a new entry")


def retain_command(
    run: Annotated[
        bool, typer.Option("--run/--dry-run", help="Take it away now; else only tell what would go.")
    ] = False,
    json: Json = False,
) -> None:
    """Tells, or takes away, what is past its time: texts without a hit, texts with one, kept copies, what is over the budget.

    The running service does so once a day. Days and budget are settings: MONITOR_KEEP__UNMATCHED_DAYS, __MATCHED_DAYS, __BUDGET.
    """
    from .. import wiring

    policy = wiring.policy_of(settings_now())

    async def work(keeper: SqlKeeping) -> Purge:
        return await keeper.retain(now()) if run else await asyncio.to_thread(keeper.plan, now())

    found = _done(work)
    if json:
        print(line({**as_json(found), "run": run}))
    else:
        _show(found, policy, run)


def _show(found: Purge, policy: Retention, run: bool) -> None:
    rows = [
        (f"texts without a hit, over {policy.unmatched.days} days", found.unmatched, _size(found.unmatched_bytes)),
        (f"texts with a hit, over {policy.matched.days} days", found.matched, _size(found.matched_bytes)),
        (
            f"oldest texts without a hit, over the budget of {_size(found.budget)}",
            found.over_budget,
            _size(found.over_budget_bytes),
        ),
        (f"kept copies, over {policy.matched.days} days", found.copies, _size(found.copies_bytes)),
    ]
    table("Gone" if run else "Would go", ("what", "number", "bytes"), rows, "")
    if found.kept_back:
        print(f"{found.kept_back:,} more are past their time, but a delivery is open or a review is not ruled on yet")
    print(f"all texts {'before' if run else 'now'}: {_size(found.held)}" + ("" if run else "; `--run` takes it away"))


def _done(work: Callable[[SqlKeeping], Awaitable[T]]) -> T:
    """Runs it on an open store. Exits 1 with what was wrong."""
    from .. import wiring
    from ..domain.errors import StoreError

    settings = settings_now()
    wiring.configure_logging(settings.log.level, settings.log.format)
    with opened(settings) as (store, _):

        async def run() -> T:
            try:
                return await work(wiring.keeping(settings, store))
            finally:
                await store.writer.close()

        try:
            return asyncio.run(run())
        except StoreError as error:
            print(f"monitor: {error}", file=sys.stderr)
            raise typer.Exit(1) from None


def _many(numbers: tuple[int, ...], word: str) -> str:
    if len(numbers) == 1:
        return f"{word} {numbers[0]}"
    plural = "kept copies" if word == "kept copy" else f"{word}s"
    named = ", ".join(map(str, numbers[:10])) + (" …" if len(numbers) > 10 else "")
    return f"{plural} {named}" if numbers else f"no {word}"


def _size(number: int) -> str:
    """Bytes with a unit, three figures."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= factor:
            return f"{number / factor:.3g} {unit}"
    return f"{number} bytes"
