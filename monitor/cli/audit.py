"""audit: was anything that was recorded altered?"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from .context import now, opened, settings_now
from .output import as_json, line, table

if TYPE_CHECKING:
    from ..adapters.audit_export.folder import Laid
    from ..adapters.sql import SqlQueries, SqlStore
    from ..config.settings import Settings

Tell: TypeAlias = Callable[[str, int], None]
app = typer.Typer(no_args_is_help=True, help="Verify, export and list the chained log.")


@app.command("verify")
def verify_log(
    anchor: Annotated[
        list[str] | None,
        typer.Option(
            "--anchor", help="A file with signed heads (a saved mail will do), or the text of one; may be repeated."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Walks the chain, recomputes every commitment, reconciles all rows with the entries, and holds the log against signed heads.

    Says ok, broken at n, cut, rollback, fork or unknown; exits 0 when all of it holds, 1 otherwise. The heads kept in the state
    folder and in MONITOR_AUDIT_TO are held against it too. Example: monitor audit verify --anchor /mnt/auditor/heads.txt
    """
    from ..adapters.audit_export.disk import in_words
    from ..adapters.audit_export.rules import Verdict

    texts = [_anchor(one) for one in anchor or ()]
    with opened() as (_, queries), _progress(quiet=json) as tell:
        found = queries.verify(texts, tell)
    print(line(found) if json else "\n".join(in_words(Verdict(**as_json(found)))))
    if found.status != "ok":
        raise typer.Exit(1)


@app.command("export")
def export_log(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet, or is empty.")],
    texts: Annotated[bool, typer.Option("--texts", help="With the texts of all documents that have a hit.")] = False,
    copies: Annotated[bool, typer.Option("--copies", help="With the kept copies of pages and attachments.")] = False,
) -> None:
    """Lays down the log, the rows it commits to, its signed heads, and a verify.py that is run there without arguments.

    What is laid down is not masked: titles and passages are what the log commits to. The export itself is an audit entry.
    Example: monitor audit export /media/stick/audit && python3 /media/stick/audit/verify.py
    """
    settings = settings_now()
    with opened(settings) as (store, queries), _progress() as tell:
        found = asyncio.run(_exported(settings, store, queries, folder, texts, copies, tell))
    print(f"{folder}: {found.entries} entries, {found.rows} rows, {found.heads} signed heads, {found.size} bytes")
    print(f"check it there: python3 {folder / 'verify.py'}")


@app.command("head")
def show_head() -> None:
    """Prints the newest signed head and the public key: note both where whoever runs the service cannot change them."""
    from ..adapters.signing import written

    with opened() as (_, queries):
        head, signer = queries.signed_head(), queries.trust.signer
    if head is None:
        print("No head was signed yet: the running service signs the first one within five minutes.")
        return
    print(head, end="")
    if signer is not None:
        print(f"\nkey {written(signer.key(head.split(chr(10))[0]))}")


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


def _anchor(told: str) -> str:
    """The text of an anchor: of the file of that name, or as it was given."""
    if "\n" in told:
        return told
    path = Path(told)
    if not path.is_file():
        raise typer.BadParameter(f"there is no file {told}", param_hint="--anchor")
    return path.read_text("utf-8", "replace")


@contextmanager
def _progress(quiet: bool = False) -> Iterator[Tell | None]:
    """Counts on the terminal while somebody looks at it; nothing when piped."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    yield lambda what, count: print(f"\r\x1b[K{count:,} {what}", end="", file=sys.stderr, flush=True)
    print("\r\x1b[K", end="", file=sys.stderr)


async def _exported(
    settings: Settings,
    store: SqlStore,
    queries: SqlQueries,
    folder: Path,
    texts: bool,
    copies: bool,
    tell: Tell | None,
) -> Laid:
    """Seals the log, lays an export of it down in a folder, and logs that. Raises MonitorError and OSError."""
    from ..adapters import signing
    from ..adapters.audit_export.folder import lay_down
    from ..adapters.sql.audit import stamp
    from ..adapters.sql.reconcile import material
    from ..domain.audit import AuditNote

    signer = store.writer.signer = signing.load_or_make(settings.keys)
    at = now()
    await store.seal(at)
    kept = sorted(settings.evidence.glob("*.warc.gz")) if copies else []
    with queries.database.read() as connection:
        laid = lay_down(folder, material(connection, stamp(at), texts, kept), signer, tell)
    await store.note([AuditNote("exported", "operator", at, {"what": "audit log", "entries": laid.entries})])
    await store.writer.close()
    return laid
