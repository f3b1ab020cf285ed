"""audit: was anything that was recorded altered?"""

from __future__ import annotations

from typing import Annotated

import typer

from .context import opened
from .output import line, table

app = typer.Typer(no_args_is_help=True, help="Verify and list the chained log.")


@app.command("verify")
def verify_log(
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Walks the chain, recomputes every commitment and reconciles hits, deliveries and attempts with the entries.

    Exits 0 when all of it holds, 1 when something was altered, cut or is missing.
    """
    with opened() as (_, queries):
        found = queries.verify()
    if json:
        print(line(found))
    else:
        words = {
            "ok": f"ok: {found.entries} entries hold, and the store agrees with them",
            "broken": f"broken{f' at entry {found.broken_at}' if found.broken_at else ''}: {found.entries} entries read",
            "cut": f"cut: {found.entries} entries are there, more were written",
        }
        print(words[found.status])
        for finding in found.findings:
            print(f"  {finding}")
        if found.status == "ok" and found.entries:
            print(f"  head {found.head}; {found.unsealed} entries have no signed head yet")
    if found.status != "ok":
        raise typer.Exit(1)


@app.command("list")
def list_entries(
    after: Annotated[int, typer.Option("--after", help="Entries after this number.")] = 0,
    json: Annotated[bool, typer.Option("--json", "--jsonl", help="One JSON object a line.")] = False,
) -> None:
    """Lists the entries of the log in order."""
    with opened() as (_, queries):
        if json:
            for entry in queries.audit(after):
                print(line(entry))
            return
        rows = ((one.seq, one.at, one.actor, one.kind, line(one.body or {})[:100]) for one in queries.audit(after))
        table("Audit log", ("entry", "at (UTC)", "actor", "kind", "body"), rows, "The log is empty.")
