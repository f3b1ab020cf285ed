"""settings: how is this machine asked to run the service?

Environment wins over `monitor.toml`, which wins over the defaults. They are read once, frozen and passed;
nothing reads the environment at import.
"""

from .model import (
    PREFIX,
    SECRETS,
    ChildSettings,
    FetchSettings,
    LogSettings,
    RetrySettings,
    Settings,
    SmtpSettings,
)
from .reading import load_settings, shipped_watchlists, unknown_variables

__all__ = [
    "PREFIX",
    "SECRETS",
    "ChildSettings",
    "FetchSettings",
    "LogSettings",
    "RetrySettings",
    "Settings",
    "SmtpSettings",
    "load_settings",
    "shipped_watchlists",
    "unknown_variables",
]
