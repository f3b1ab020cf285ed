"""people: a way into the console for whoever can use the command line of its machine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from ..domain.errors import SettingsError
from .context import now, opened, settings_now
from .output import table

if TYPE_CHECKING:
    from ..adapters.sql import SqlPeople, SqlStore

app = typer.Typer(no_args_is_help=True, help="The web console: links that open it, and who has an account.")


@app.command("link")
def link_command(
    name: Annotated[str | None, typer.Argument(help="Whose account; default: an admin session of 12 hours.")] = None,
) -> None:
    """Prints a new link that opens the console of the running service in one browser, once.

    Examples: monitor console link · monitor console link ada
    """
    from ..console.auth import Door
    from ..domain.person import TERMINAL

    settings = settings_now()
    if settings.console is None:
        raise SettingsError("the console is off: set MONITOR_CONSOLE to an address such as 127.0.0.1:8765")
    with opened(settings) as (store, _):
        people = _people(store)
        if name is not None and people.person(name) is None:
            raise SettingsError(f"there is no account {name}: see `monitor console people`")

        async def work() -> str:
            from ..adapters.clock import SystemClock

            made = await Door(people, SystemClock()).link(settings.console_base, name or TERMINAL)
            await store.writer.close()
            return made

        print(asyncio.run(work()))


@app.command("people")
def people_command() -> None:
    """Lists the accounts of the console."""
    with opened() as (store, _):
        people = _people(store)
        rows = [
            (one.name, one.role.value, "disabled" if one.disabled else "active" if one.has_password else "no password",
             len(people.sessions(one.name, now())), f"{one.created_at:%Y-%m-%d}")
            for one in people.people()
        ]  # fmt: skip
    table("Accounts", ("name", "role", "state", "sessions", "since"), rows, "No account yet: `monitor console link`.")


def _people(store: SqlStore) -> SqlPeople:
    from ..adapters.sql import SqlPeople

    return SqlPeople(store.database, store.writer)
