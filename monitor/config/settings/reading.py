"""reading: what do the environment and monitor.toml say together?"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_settings import EnvSettingsSource
from pydantic_settings import SettingsError as PydanticSettingsError

from ...domain.errors import SettingsError
from .model import PREFIX, SECRETS, Settings
from .whence import Whence

PACKAGE = Path(__file__).resolve().parents[2]
NO_SETTINGS = frozenset({"MONITOR_CONFIG", "MONITOR_CORPUS"})
"""Variables that are no field: where monitor.toml is, and where tests find their corpus."""


class _Environ(EnvSettingsSource):
    """The environment that is handed in, not that of the process."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._given = {name.lower(): value for name, value in environ.items() if value.strip()}
        super().__init__(Settings, env_prefix=PREFIX, env_nested_delimiter="__")

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._given


def load_settings(environ: Mapping[str, str] | None = None, **given: object) -> Settings:
    """The settings of this environment and its `monitor.toml`; `given` (command-line options) wins over both.

    `environ` None is the environment of this process. Raises SettingsError with all that is wrong: the
    variable, its value (never a secret) and what to write.
    """
    environ = os.environ if environ is None else environ
    file, from_file = _toml(environ)
    from_environ = _merged(_of_environ(environ), _of_secret_files(environ))
    chosen = {name: value for name, value in given.items() if value is not None}
    merged = _merged(_defaults(environ), from_file, from_environ, chosen)
    for name in ("state", "watchlists"):
        merged[name] = Path(str(merged[name])).expanduser()
    merged["state"] = merged["state"].absolute()
    try:
        return Settings(**merged)
    except ValidationError as error:
        whence = Whence(from_environ, file)
        raise SettingsError("\n".join(whence.told(one) for one in error.errors())) from None


def unknown_variables(environ: Mapping[str, str], known: Collection[str] = ()) -> list[str]:
    """A warning for each MONITOR_* variable that means nothing; `known` are those that channels name."""
    names = {PREFIX + name.upper() for name in Settings.model_fields} | NO_SETTINGS | set(known)
    names |= {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS}
    found = []
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in names and name.partition("__")[0] not in names:
            close = get_close_matches(name, names, n=1, cutoff=0.7)
            found.append(f"{name} is no setting{f'; did you mean {close[0]}?' if close else ': unset it'}")
    return found


def shipped_watchlists() -> Path:
    """The watchlists that came with the package: inside a wheel, or beside the package in a checkout."""
    inside = PACKAGE / "_data" / "watchlists"
    return inside if inside.is_dir() else PACKAGE.parent / "watchlists"


def _defaults(environ: Mapping[str, str]) -> dict[str, object]:
    here = Path("watchlists")
    return {"state": _state(environ), "watchlists": here if here.is_dir() else shipped_watchlists()}


def _state(environ: Mapping[str, str]) -> Path:
    base = environ.get("XDG_STATE_HOME", "")
    if base.startswith("/"):
        return Path(base) / "mention-monitor"
    home = environ.get("HOME", "")
    return Path(home or "/var/lib") / (".local/state/mention-monitor" if home else "mention-monitor")


def _toml(environ: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    named = environ.get("MONITOR_CONFIG", "").strip()
    path = Path(named or "monitor.toml").expanduser()
    if not named and not path.is_file():
        return str(path), {}
    try:
        return str(path), tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(
            f'"{path}" (MONITOR_CONFIG) cannot be read: {error.strerror}; name a file, or unset it'
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f'"{path}" is not TOML: {error}; write lines such as host_pace = 5') from None


def _of_environ(environ: Mapping[str, str]) -> dict[str, Any]:
    try:
        return dict(_Environ(environ)())
    except PydanticSettingsError as error:
        name = next((name for name in environ if name.lower().startswith(PREFIX.lower()) and _is_part(name)), PREFIX)
        raise SettingsError(f"{name} stands for several settings: write {name}__NAME=VALUE for each") from error


def _is_part(name: str) -> bool:
    field = Settings.model_fields.get(name.lower().removeprefix(PREFIX.lower()))
    return field is not None and isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)


def _of_secret_files(environ: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for name in SECRETS:
        variable = f"{PREFIX}{name.upper()}"
        path = environ.get(f"{variable}_FILE", "").strip()
        if not path:
            continue
        if environ.get(variable, "").strip():
            raise SettingsError(f"{variable} and {variable}_FILE are both set: unset one of them")
        try:
            found[name] = Path(path).expanduser().read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise SettingsError(
                f'{variable}_FILE is "{path}", which cannot be read: {why}; name a file of one line'
            ) from None
    return found


def _merged(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """The layers over each other, the last one on top; nested ones value by value."""
    merged: dict[str, Any] = {}
    for layer in layers:
        for name, value in layer.items():
            below = merged.get(name)
            merged[name] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
