"""model: which settings are there, what are their limits and defaults?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from ...domain.rates import Rates
from ...domain.secret import Secret
from ..watchlists.services import DEFAULT_SCHEMES
from . import forms
from .rates import rates as read_rates

PREFIX = "MONITOR_"
SECRETS = ("database_url", "audit_to", "heartbeat_url", "push_token")
"""Fields that print as ***; each has a twin that names a file: MONITOR_DATABASE_URL_FILE."""

Seconds = Annotated[float, BeforeValidator(forms.seconds)]
Size = Annotated[int, BeforeValidator(forms.size)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class FetchSettings(_Part):
    """How much and how long one request may take, in bytes and seconds."""

    cap: Size = Field(10_000_000, ge=1_000, le=200_000_000)
    deadline: Seconds = Field(60.0, gt=0, le=3_600)
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

    level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(forms.lower)] = "info"
    format: Annotated[Literal["auto", "json", "text"], BeforeValidator(forms.lower)] = "auto"


class KeepSettings(_Part):
    """How long texts are kept that nothing was found in, and those with a hit; how many bytes of text in all."""

    unmatched_days: int = Field(30, ge=1, le=36_500)
    matched_days: int = Field(800, ge=1, le=36_500)
    budget: Size = Field(5_000_000_000, ge=10_000_000)

    @model_validator(mode="after")
    def _hits_last(self) -> KeepSettings:
        if self.matched_days < self.unmatched_days:
            raise ValueError("write matched_days so that it is not less than unmatched_days")
        return self


class Settings(BaseSettings):
    """All settings of the service, frozen. Made by `load_settings`; calling it directly reads no environment."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, env_prefix=PREFIX)

    state: Path
    watchlists: Path
    database_url: Annotated[Secret | None, BeforeValidator(forms.database)] = None
    allow_private: Annotated[tuple[str, ...], NoDecode, BeforeValidator(forms.networks)] = ()
    host_pace: Seconds = Field(5.0, ge=0, le=3_600)
    alert_budget: int = Field(20, ge=0)
    console: Annotated[str | None, BeforeValidator(forms.console)] = "127.0.0.1:8765"
    console_url: Annotated[str | None, BeforeValidator(forms.base_url)] = None
    console_cert: Path | None = None
    console_key: Path | None = None
    heartbeat_url: Annotated[Secret | None, BeforeValidator(forms.secret_address)] = None
    heartbeat_every: Seconds = Field(300.0, ge=10, le=86_400)
    audit_to: Annotated[Secret | None, BeforeValidator(forms.secret)] = None
    push_token: Annotated[Secret | None, BeforeValidator(forms.secret)] = None
    user_agent: Annotated[str, BeforeValidator(forms.header)] = ""
    contact: Annotated[str, BeforeValidator(forms.header)] = ""
    channel_schemes: Annotated[tuple[str, ...], NoDecode, BeforeValidator(forms.schemes)] = ()
    rates: Annotated[Rates | None, BeforeValidator(read_rates)] = None
    lease: Seconds = Field(1_200.0, ge=30, le=86_400)
    fetch: FetchSettings = FetchSettings()
    child: ChildSettings = ChildSettings()
    retry: RetrySettings = RetrySettings()
    smtp: SmtpSettings = SmtpSettings()
    log: LogSettings = LogSettings()
    keep: KeepSettings = KeepSettings()

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

    @model_validator(mode="after")
    def _passwords_do_not_travel_in_the_clear(self) -> Settings:
        """Loopback is for this machine alone; elsewhere there is TLS, ours or that of a proxy."""
        if (self.console_cert is None) != (self.console_key is None):
            raise ValueError("console_cert and console_key belong together: write both, or none")
        address = self.console_address
        near = address is None or forms.is_loopback(address[0])
        proxied = self.console_url is not None and forms.is_safe(self.console_url)
        if not near and self.console_cert is None and not proxied:
            raise ValueError(
                f"console {self.console} is reached from other machines, where passwords would travel in the clear: "
                "write console_cert and console_key, or console_url: https://… of the proxy in front of it"
            )
        return self

    @property
    def console_base(self) -> str:
        """The console's address as people reach it, for links; empty when it is off."""
        if self.console is None:
            return ""
        scheme = "https" if self.console_cert is not None else "http"
        return self.console_url or f"{scheme}://{self.console}"

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
        from ... import __version__

        contact = f" (+{self.contact})" if self.contact else ""
        return self.user_agent or f"mention-monitor/{__version__}{contact}"

    @property
    def schemes(self) -> frozenset[str]:
        """The Apprise schemas that a channel may have."""
        return DEFAULT_SCHEMES | frozenset(self.channel_schemes)
