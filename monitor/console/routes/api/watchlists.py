"""watchlists: the files that say what is watched, and sources that rest, for programs."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import Annotated, Literal

from fastapi import HTTPException, Path, Request
from pydantic import Field

from ....config.watchlists import Folder
from ....domain.audit import AuditNote
from ....domain.desk import Pause
from ....domain.person import Right
from ...auth import identity_of
from ...pages.watchlists import readable, state_of
from ...site import Routes, Site
from ...workshop import Checked, Conflict, NotSaved, Workshop, digest, normal
from .shapes import LATEST, Done, Shape, errors
from .sources import Key

Name = Annotated[str, Path(max_length=200, pattern=r"^[^\x00/]+$")]
Why = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
STATES = {"in force": "in force", "refused": "refused", "waits": "waiting", "new": "new", "gone": "gone"}


class ProblemOut(Shape):
    """What is wrong with a file, and where."""

    file: str
    line: int
    column: int
    severity: Literal["error", "warning"]
    message: str


class FileOut(Shape):
    """A watchlist file. `sha256` is what a later edit names as its `base`."""

    name: str
    state: Literal["in force", "refused", "waiting", "new", "gone"]
    sha256: str
    text: str | None = None


class TextIn(Shape):
    """A text to be checked."""

    text: str = Field(max_length=1_000_000, pattern=r"^[^\x00]*$")


class SaveIn(TextIn):
    """A text to be saved in place of the file whose digest is `base`; empty: there is none yet."""

    base: str = Field("", max_length=64, pattern=r"^([0-9a-f]{64})?$")
    why: Why = ""


class CheckedOut(Shape):
    """What checking or saving gave."""

    ok: bool
    problems: list[ProblemOut]
    sha256: str


class PauseIn(Shape):
    """Why a source rests, and until when; without an end until somebody resumes it."""

    why: str = Field(min_length=1, max_length=300, pattern=r"^[^\x00]*\S[^\x00]*$")
    until: datetime | None = None


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""
    _files(routes, site)
    _resting(routes, site)


def _files(routes: Routes, site: Site) -> None:
    @routes.get("/api/watchlists", include_in_schema=True, tags=["watchlists"], responses=errors())
    def list_files() -> list[FileOut]:
        """All watchlist files with their state, without their texts."""
        on_disk = _folder(site)
        names = sorted({*on_disk.files, *on_disk.unreadable, *site.queries.current_files()})
        return [_file(site, name, on_disk, whole=False) for name in names]

    @routes.get("/api/watchlists/{name}", include_in_schema=True, tags=["watchlists"], responses=errors())
    def one_file(name: Name) -> FileOut:
        """One watchlist file with its text."""
        on_disk = _folder(site)
        if name not in on_disk.files:
            raise HTTPException(404, "There is no watchlist file of that name.")
        return _file(site, name, on_disk, whole=True)

    @routes.post(
        "/api/watchlists/{name}/check", Right.OPERATE, include_in_schema=True, tags=["watchlists"], responses=errors()
    )
    async def check(name: Name, told: TextIn) -> CheckedOut:
        """Checks a text in place of the file of that name, and runs its examples. Saves nothing."""
        shop, content = _shop(site), normal(told.text)
        return _checked(await asyncio.to_thread(shop.checks.of, name, content, shop.files.read()), content)

    @routes.post(
        "/api/watchlists/{name}", Right.OPERATE, include_in_schema=True, tags=["watchlists"], responses=errors()
    )
    async def save(name: Name, told: SaveIn, request: Request) -> CheckedOut:
        """Saves a text, if it has no error (`ok` says) and nobody else changed the file since `base` (409 otherwise)."""
        store, shop, content = site.writer(), _shop(site), normal(told.text)
        checked = await asyncio.to_thread(shop.checks.of, name, content, shop.files.read())
        answer = _checked(checked, content)
        if not answer.ok:
            return answer
        try:
            await asyncio.to_thread(shop.files.save, name, content, told.base)
        except (Conflict, NotSaved) as error:
            raise HTTPException(409, str(error)) from error
        body = {"file": name, "sha256": answer.sha256, "before": told.base or None, "why": told.why}
        await store.note([AuditNote("watchlist saved", identity_of(request).name, site.clock.now(), body)])
        return answer


def _resting(routes: Routes, site: Site) -> None:
    @routes.post(
        "/api/sources/{key}/pause", Right.OPERATE, include_in_schema=True, tags=["sources"], responses=errors()
    )
    async def pause(key: Key, told: PauseIn, request: Request) -> Done:
        """A source rests, with a reason that everybody can read."""
        now, until = site.clock.now(), told.until
        if until is not None:
            until = until if until.tzinfo else until.replace(tzinfo=UTC)
            if not now < until < LATEST:
                raise HTTPException(422, "`until` is a moment to come.")
        wanted = Pause(identity_of(request).name, told.why.strip(), now, until)
        if not await site.writer().pause(key, wanted):
            raise HTTPException(404, "There is no source of that name in force.")
        return Done()

    @routes.post(
        "/api/sources/{key}/resume", Right.OPERATE, include_in_schema=True, tags=["sources"], responses=errors()
    )
    async def resume(key: Key, request: Request) -> Done:
        """A source that rests is polled again, at once."""
        if not await site.writer().resume(key, identity_of(request).name, "", site.clock.now()):
            raise HTTPException(404, "There is no source of that name that rests.")
        return Done()


def _folder(site: Site) -> Folder:
    return site.workshop.files.read() if site.workshop else Folder(FilePath(), site.queries.current_files())


def _shop(site: Site) -> Workshop:
    if site.workshop is None:
        raise HTTPException(403, "This console cannot edit: it runs apart from the service and its watchlist folder.")
    return site.workshop


def _file(site: Site, name: str, on_disk: Folder, whole: bool) -> FileOut:
    shop, content = site.workshop, on_disk.files.get(name)
    own = [one for one in (shop.problems(on_disk) if shop else ()) if one.file == str(on_disk.path / name)]
    state = state_of(name, on_disk, site.queries.current_files(), own, shop.edits.waiting() if shop else None)
    return FileOut(
        name=name,
        state=STATES[state],
        sha256=digest(content),
        text=readable(content) if whole and content is not None else None,
    )


def _checked(checked: Checked, content: bytes) -> CheckedOut:
    problems = [
        ProblemOut(
            file=one.file.rpartition("/")[2], line=one.line, column=one.column,
            severity="warning" if one.warning else "error", message=one.message,
        )
        for one in (*checked.problems, *checked.elsewhere)
    ]  # fmt: skip
    return CheckedOut(ok=not checked.errors, problems=problems, sha256=hashlib.sha256(content).hexdigest())
