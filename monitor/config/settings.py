"""settings: how is this machine asked to run the service?

Environment wins over `monitor.toml`, which wins over the defaults. They are read once, frozen and passed;
nothing reads the environment at import.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import (
    SettingsError as PydanticSettingsError,
)

from ..domain.errors import SettingsError
from ..domain.secret import Secret
from .watchlists import values
from .watchlists.nodes import show
from .watchlists.services import DEFAULT_SCHEMES, LOCAL_SCHEMES

PREFIX = "MONITOR_"
PACKAGE = Path(__file__).resolve().parent.parent
NO_SETTINGS = frozenset({"MONITOR_CONFIG", "MONITOR_CORPUS"})
"""Variables that are no field: where monitor.toml is, and where tests find their corpus."""

SECRETS = ("database_url", "audit_to")
"""Fields that print as ***; each has a twin that names a file: MONITOR_DATABASE_URL_FILE."""


def _words(value: object) -> object:
    """`a, b c` as a list, so that a variable needs no JSON."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _secret(value: object) -> object:
    return Secret(value) if isinstance(value, str) else value


def _seconds(value: object) -> object:
    """A number of seconds, or a duration such as 15 min."""
    return values.seconds(value, 0.0, 366 * values.DAY) if isinstance(value, str) and value[-1:].isalpha() else value


def _bytes(value: object) -> object:
    """A number of bytes, or a size such as 10 MB."""
    if not isinstance(value, str):
        return value
    number, unit = value.strip().rstrip("kKmMgGbB "), value.strip().lower()
    factor = next((size for end, size in (("kb", 10**3), ("mb", 10**6), ("gb", 10**9)) if unit.endswith(end)), 1)
    return int(number) * factor if number.isdigit() else value


def _networks(value: object) -> object:
    words = _words(value)
    return tuple(values.network(str(word)) for word in words) if isinstance(words, tuple | list) else words


def _console(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.lower() in ("off", "no", "none", "false"):
        return None
    host, colon, port = text.rpartition(":")
    plain = host.strip("[]")
    if (
        not colon
        or not plain
        or not port.isdigit()
        or not 0 <= int(port) <= 65_535
        or (":" in plain and host[0] != "[")
    ):
        raise ValueError("write an address and a port such as 127.0.0.1:8765, or off")
    return text


def _database(value: object) -> object:
    secret = _secret(value)
    if isinstance(secret, Secret):
        scheme, _, rest = secret.reveal().strip().partition("://")
        if scheme not in ("sqlite", "postgresql", "postgres", "postgresql+psycopg") or not rest:
            raise ValueError("write sqlite:////PATH/monitor.db or postgresql://USER:PASSWORD@HOST/DATABASE")
        return Secret(secret.reveal().strip())
    return secret


def _schemes(value: object) -> object:
    words = _words(value)
    if not isinstance(words, tuple | list):
        return words
    names = tuple(str(word).lower().removesuffix("://") for word in words)
    local = [name for name in names if name in LOCAL_SCHEMES]
    if local:
        raise ValueError(f"{local[0]}:// is never allowed: it reaches into this machine")
    return names


Seconds = Annotated[float, BeforeValidator(_seconds)]
Size = Annotated[int, BeforeValidator(_bytes)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class FetchSettings(_Part):
    """How much and how long one request may take, in bytes and seconds."""

    cap: Size = Field(10_000_000, ge=1_000, le=200_000_000)
    deadline: Seconds = Field(60.0, gt=0, le=3_600)
    connect: Seconds = Field(10.0, gt=0, le=600)
    redirects: int = Field(5, ge=0, le=20)
    connections: int = Field(200, ge=1, le=5_000)
    robots: bool = True


class ChildSettings(_Part):
    """The reading children: how many, and what one question may cost (seconds, bytes)."""

    count: int = Field(2, ge=1, le=64)
    cpu: Seconds = Field(10.0, gt=0, le=600)
    wall: Seconds = Field(20.0, gt=0, le=600)
    memory: Size = Field(512_000_000, ge=64_000_000)
    text: Size = Field(5_000_000, ge=10_000)
    bodies: int = Field(1_000, ge=1)
    keep: Size = Field(300_000_000, ge=64_000_000)


class RetrySettings(_Part):
    """When a message is tried again: the first wait, the longest, and all together, in seconds."""

    first: Seconds = Field(60.0, gt=0, le=86_400)
    cap: Seconds = Field(6 * 3_600.0, gt=0, le=7 * 86_400)
    total: Seconds = Field(72 * 3_600.0, gt=0, le=60 * 86_400)

    @model_validator(mode="after")
    def _grows(self) -> RetrySettings:
        if not self.first <= self.cap <= self.total:
            raise ValueError("write first, cap and total so that none is shorter than the one before")
        return self


class SmtpSettings(_Part):
    """How long a mail server may take, in seconds; `final` is for its reply to a whole mail."""

    connect: Seconds = Field(15.0, gt=0, le=600)
    command: Seconds = Field(60.0, gt=0, le=600)
    final: Seconds = Field(600.0, gt=0, le=1_800)


class LogSettings(_Part):
    """What is logged, and how: `auto` is for people on a terminal and JSON elsewhere."""

    level: str = Field("info", pattern="^(debug|info|warning|error)$")
    format: str = Field("auto", pattern="^(auto|json|text)$")


class Settings(BaseSettings):
    """All settings of the service, frozen. Made by `load_settings`; calling it directly reads no environment."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, env_prefix=PREFIX)

    state: Path
    watchlists: Path
    database_url: Annotated[Secret | None, BeforeValidator(_database)] = None
    allow_private: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_networks)] = ()
    host_pace: Seconds = Field(5.0, ge=0, le=3_600)
    alert_budget: int = Field(20, ge=0)
    console: Annotated[str | None, BeforeValidator(_console)] = "127.0.0.1:8765"
    audit_to: Annotated[Secret | None, BeforeValidator(_secret)] = None
    user_agent: str = Field("", max_length=300, pattern=r"^[ -~]*$")
    contact: str = Field("", max_length=300, pattern=r"^[ -~]*$")
    channel_schemes: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_schemes)] = ()
    lease: Seconds = Field(1_200.0, ge=30, le=86_400)
    fetch: FetchSettings = FetchSettings()
    child: ChildSettings = ChildSettings()
    retry: RetrySettings = RetrySettings()
    smtp: SmtpSettings = SmtpSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is handed in: `load_settings` reads the environment, and nothing else does."""
        return (init_settings,)

    @model_validator(mode="after")
    def _lease_outlasts_sending(self) -> Settings:
        longest = self.smtp.connect + 8 * self.smtp.command + self.smtp.final
        if self.lease <= longest:
            raise ValueError(
                f"lease is {self.lease:g} s, a mail may take {longest:g} s: write a longer lease or shorter smtp times"
            )
        return self

    @property
    def database(self) -> Secret:
        """The database URL, with its default: a SQLite file in the state folder."""
        return self.database_url or Secret(f"sqlite:///{self.state / 'monitor.db'}")

    @property
    def evidence(self) -> Path:
        """The folder of raw copies."""
        return self.state / "evidence"

    @property
    def keys(self) -> Path:
        """The folder of this installation's keys."""
        return self.state / "keys"

    @property
    def console_address(self) -> tuple[str, int] | None:
        """Host and port of the console, None when it is off."""
        if self.console is None:
            return None
        host, _, port = self.console.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def agent(self) -> str:
        """The User-Agent of every request, with the contact if there is one."""
        from .. import __version__

        contact = f" (+{self.contact})" if self.contact else ""
        return self.user_agent or f"mention-monitor/{__version__}{contact}"

    @property
    def schemes(self) -> frozenset[str]:
        """The Apprise schemas that a channel may have."""
        return DEFAULT_SCHEMES | frozenset(self.channel_schemes)


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
        whence = _Whence(from_environ, file)
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


@dataclass(frozen=True, slots=True)
class _Whence:
    """Says of a wrong value where it was written."""

    environ: Mapping[str, Any]
    file: str

    def told(self, error: Any) -> str:
        """One sentence for a person: what is wrong, where, and what to write."""
        path = [str(part) for part in error["loc"]]
        name = self._name(path)
        message = str(error["msg"]).removeprefix("Value error, ")
        message = message[:1].lower() + message[1:]
        if error["type"] == "extra_forbidden":
            return f"{name} is no setting{self._close(path)}"
        value = error["input"]
        hidden = isinstance(value, Secret | BaseModel | dict) or (bool(path) and path[0] in SECRETS)
        shown = "" if hidden else f" is {show(str(value))}"
        return f"{name}{shown}: {message}{self._example(path, message)}"

    def _name(self, path: list[str]) -> str:
        inside: Any = self.environ
        for part in path:
            inside = inside.get(part) if isinstance(inside, Mapping) else None
        if inside is not None or not self._in_file(path):
            return PREFIX + "__".join(path).upper() if path else "the settings"
        return f"{self.file}: {'.'.join(path)}"

    def _in_file(self, path: list[str]) -> bool:
        return bool(path) and Path(self.file).is_file()

    @staticmethod
    def _close(path: list[str]) -> str:
        fields = _fields(path[:-1])
        close = get_close_matches(path[-1], fields, n=1)
        return f"; did you mean {close[0]}?" if close else f"; known: {', '.join(fields)}"

    @staticmethod
    def _example(path: list[str], message: str) -> str:
        field = _fields(path[:-1]).get(path[-1]) if path else None
        if "write " in message or field is None or field.default in (None, "", ()):
            return ""
        default = field.default
        return (
            f"; write something such as {default:g}"
            if isinstance(default, float)
            else f"; write something such as {default}"
        )


def _fields(path: Sequence[str]) -> Mapping[str, Any]:
    model: type[BaseModel] = Settings
    for part in path:
        field = model.model_fields.get(part)
        if field is None or not isinstance(field.annotation, type) or not issubclass(field.annotation, BaseModel):
            return {}
        model = field.annotation
    return model.model_fields
