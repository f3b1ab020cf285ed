"""app: the commands and their nouns."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import alerts, audit, database, hits, people, source
from .importing import import_command
from .keeping import erase_body_command, erase_hit_command, retain_command
from .mute import mute_command, unmute_command
from .preview import preview_command, replay_command
from .rematch import rematch_command
from .report import report_command
from .run import run_command
from .watchlist import watchlist_apply

app = typer.Typer(
    name="monitor",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Watches feeds, pages and documents for talent programmes and policy mentions, and tells people once "
    "about each new thing. Begin with `monitor demo`; then edit watchlists/ and try `monitor check`.",
    epilog="Examples: monitor demo | monitor check | monitor run --once | monitor hits list --topic qiming",
)
watchlist = typer.Typer(no_args_is_help=True, help="Preview, apply, test and rematch watchlists.")
app.command("run")(run_command)
app.command("import")(import_command)
app.command("mute")(mute_command)
app.command("unmute")(unmute_command)
app.add_typer(watchlist, name="watchlist")
hits.app.command("erase")(erase_hit_command)
audit.app.command("erase")(erase_body_command)
database.app.command("retain")(retain_command)
watchlist.command("preview")(preview_command)
watchlist.command("replay")(replay_command)
watchlist.command("rematch")(rematch_command)
watchlist.command("report")(report_command)
watchlist.command("apply")(watchlist_apply)
app.add_typer(source.app, name="source")
app.add_typer(hits.app, name="hits")
app.add_typer(alerts.app, name="alerts")
app.add_typer(audit.app, name="audit")
app.add_typer(database.app, name="database")
app.add_typer(people.app, name="console")

Watchlists = Annotated[
    Path | None,
    typer.Option("--watchlists", help="Folder or file; default MONITOR_WATCHLISTS, ./watchlists or those shipped."),
]
Jsonl = Annotated[bool, typer.Option("--jsonl", "--json", help="JSON lines in, JSON lines out.")]


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Prints the version when that is asked for."""
    if version:
        from .. import __version__

        print(f"mention-monitor {__version__}")
        raise typer.Exit


@app.command("demo")
def demo(
    seconds: Annotated[float, typer.Option("--seconds", help="End after this long; 0: until Ctrl-C.")] = 0.0,
) -> None:
    """Shows the whole service at work on a small web of its own: real polls, real mail, real webhook, all on loopback."""
    from .demo.command import demo_command

    demo_command(seconds)


@app.command("check")
def check(
    watchlists: Watchlists = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Checks settings, watchlists with their examples, channels, database and pace: everything wrong at once.

    Exits 0 when all is well (warnings are printed), 1 with errors, 2 when the settings are wrong.
    """
    from .. import wiring
    from .check import check_command

    check_command(watchlists, json, extra_checks=(wiring.check_database,))


@app.command("match")
def match(
    jsonl: Jsonl = False,
    watchlists: Watchlists = None,
    why: Annotated[
        bool, typer.Option("--why", help="Also tell what only looks like a term, and why it is none.")
    ] = False,
) -> None:
    """Reads {"id","title"?,"text"} a line on stdin, tells hits, kind and facts of each on stdout.

    Example: echo '{"id":1,"text":"关于申报启明计划的通知"}' | monitor match --jsonl
    """
    from .match import match_command

    match_command(jsonl, watchlists, why)


@app.command("compare")
def compare(jsonl: Jsonl = False) -> None:
    """Reads {"id","a":{"url","title","text"},"b":{…}} a line, says same, revision, story or distinct, and why."""
    from .compare import compare_command

    compare_command(jsonl)


@app.command("read")
def read(
    what: Annotated[list[str], typer.Argument(metavar="FILE|URL…", help="Files or http(s) addresses.")],
    jsonl: Jsonl = False,
) -> None:
    """Reads files or addresses and prints what text they hold, one JSON line each."""
    from .read import read_command

    read_command(jsonl, what)


@watchlist.command("test")
def watchlist_test(
    path: Annotated[Path | None, typer.Argument(help="File or folder; default: the watchlists in use.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Runs the must_match and must_not_match examples of each topic. Exits 1 when one fails."""
    from .watchlist import watchlist_test as run

    run(path, json)


@watchlist.command("schema")
def watchlist_schema() -> None:
    """Prints the JSON Schema of watchlist files, for editors."""
    from .watchlist import watchlist_schema as run

    run()
