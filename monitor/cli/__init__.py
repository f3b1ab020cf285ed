"""cli: the command `monitor`; one file a noun, heavy imports inside the commands so that `--help` is quick."""

from __future__ import annotations

import sys


def main() -> None:
    """The entry point. Errors that are meant for people are printed on stderr; the exit code says of which sort."""
    from ..domain.errors import MonitorError, SettingsError, StoreError
    from .app import app

    try:
        app()
    except (SettingsError, StoreError) as error:
        print(f"monitor: {error}", file=sys.stderr)
        sys.exit(2)
    except MonitorError as error:
        print(f"monitor: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
