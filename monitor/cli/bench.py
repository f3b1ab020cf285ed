"""bench: what does the console beside the service get, so that operators and auditors can work in it?"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..domain.archive import Preview, Progress
from ..domain.audit import AuditNote, Verification
from ..domain.errors import MonitorError

if TYPE_CHECKING:
    from ..config.settings import Settings
    from ..console.workshop import Exported, Workshop
    from ..console.workshop.jobs import Tell
    from ..wiring import App


def workshop(app: App) -> Workshop:
    """The workshop of a console that runs beside this service."""
    from ..adapters.sql.edits import SqlEdits
    from ..console.workshop import Files, Workshop

    settings, desk = app.settings, app.service.desk
    room = settings.state / "exports"
    shutil.rmtree(room, ignore_errors=True)  # what an earlier run did not take away
    return Workshop(
        files=Files(settings.watchlists),
        edits=SqlEdits(app.store.database, app.store.writer),
        notifier=desk.notifier,
        channels=lambda: desk.routing.channels,
        preview=partial(_preview, app),
        try_address=partial(_try, settings),
        add_source=_with_source,
        verify=partial(_verify, app),
        export=partial(_export, app),
        room=room,
        environ=getattr(app.service.watchlists, "environ", os.environ),
        schemes=settings.schemes,
        base=settings.console_base,
        rates=settings.rates,
    )


async def _preview(app: App, name: str, content: bytes, since: datetime | None, tell: Tell) -> Preview:
    """What a text in place of the file of that name would have caught and lost."""
    from .. import wiring

    with tempfile.TemporaryDirectory(prefix="monitor-preview-") as folder:
        path = Path(folder) / name
        await asyncio.to_thread(path.write_bytes, content)
        return await wiring.preview_edit(app.settings, app.queries, path, since, tell)


async def _try(settings: Settings, address: str, kind: str) -> Mapping[str, Any]:
    """What an address would give as a source; only of the web: folders are of the machine."""
    from .trying import try_address

    if not address.lower().startswith(("http://", "https://")):
        return {"url": address, "error": "write an address that begins with http:// or https://"}
    return await try_address(settings, address, kind, None, 1)


def _with_source(text: str, suggestion: str) -> str:
    """The text of a watchlist file with a suggested source at the end of its `sources`. Raises MonitorError."""
    from . import adding

    return adding._appended(text or adding.HEAD, [adding.entry_of(suggestion)])


def _verify(app: App, tell: Tell) -> Verification:
    """Verifies the log; tells how many of what were looked at."""
    return app.queries.verify((), lambda what, count: tell(Progress(count, 0, what)))


async def _export(app: App, room: Path, texts: bool, copies: bool, actor: str, tell: Tell) -> Exported:
    """An export of the log as one zip file, which is itself an entry. Raises MonitorError and OSError."""
    now = datetime.now(UTC)
    await app.store.seal(now)
    found = await asyncio.to_thread(_laid, app, room, texts, copies, now, tell)
    body = {"what": "audit log", "entries": found.entries, "texts": texts, "copies": copies}
    await app.store.note([AuditNote("exported", actor, now, body)])
    return found


def _laid(app: App, room: Path, texts: bool, copies: bool, now: datetime, tell: Tell) -> Exported:
    from ..adapters.audit_export.folder import lay_down
    from ..adapters.sql.audit import stamp
    from ..adapters.sql.reconcile import material
    from ..console.workshop import Exported

    signer = app.store.writer.signer
    if signer is None:
        raise MonitorError("The log has no key yet: it is made when the service starts.")
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"audit-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
    folder, whole = room / name, room / f"{name}.zip"
    kept = sorted(app.settings.evidence.glob("*.warc.gz")) if copies else []
    try:
        with app.queries.database.read() as connection:
            laid = lay_down(
                folder, material(connection, stamp(now), texts, kept), signer,
                lambda what, count: tell(Progress(count, 0, what)),
            )  # fmt: skip
        tell(Progress(laid.entries, 0, "entries, being packed"))
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted(folder.rglob("*")):
                packed.write(path, Path(f"audit-{now:%Y-%m-%d}") / path.relative_to(folder))
        whole.chmod(0o600)
    except BaseException:
        whole.unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Exported(whole, laid.entries, laid.rows, whole.stat().st_size)
