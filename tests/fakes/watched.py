"""The command `monitor` with a witness: which addresses does this process dial, and what does its name server say?

    python -m tests.fakes.watched DIALLED.txt NAMES.json run

Every connect and every datagram of the process stands as a line in the first file: Python's own audit hook sees them
below all libraries. Names are looked up in the second file and nowhere else: a list of lists of addresses for each, one
list a look-up, the last one for ever.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any


def witness(path: Path) -> None:
    """From now on every address that a socket is led to is a line of this file."""
    out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            os.write(out, f"{event} {arguments[1]!r}\n".encode())

    sys.addaudithook(hook)


def name_server(known: dict[str, list[list[str]]]) -> None:
    """Names are from now on what this says, and unknown otherwise; addresses are themselves."""

    def look_up(host: str, port: int | str | None, *_: object, **__: object) -> list[tuple[Any, ...]]:
        try:
            found = [str(ip_address(host))]
        except ValueError:
            answers = known.get(host)
            if answers is None:
                raise socket.gaierror(socket.EAI_NONAME, "unknown name") from None
            found = answers.pop(0) if len(answers) > 1 else answers[0]
        kinds = [socket.AF_INET6 if ":" in one else socket.AF_INET for one in found]
        return [
            (kind, socket.SOCK_STREAM, 6, "", (one, int(port or 0))) for kind, one in zip(kinds, found, strict=True)
        ]

    socket.getaddrinfo = look_up  # type: ignore[assignment]


if __name__ == "__main__":
    dialled, names, *sys.argv[1:] = sys.argv[1:]
    sys.argv[0] = "monitor"
    witness(Path(dialled))
    name_server(json.loads(Path(names).read_text("utf-8")))
    from monitor.cli import main

    main()
