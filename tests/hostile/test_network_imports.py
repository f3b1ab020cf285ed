"""Who may open a socket? Nobody new without a reason (reliability.md §3: a check at each call site was missed four times)."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
NETWORK = {
    "aiohttp", "ftplib", "http.client", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket", "socketserver",
    "telnetlib", "urllib.request", "urllib3", "xmlrpc",
}  # fmt: skip
REASONS = {  # a file, or the package it grew into
    "monitor/adapters/guard": "makes every socket for addresses that content or watchlists name",
    "monitor/adapters/http": "speaks HTTP through the guard's connector",
    "monitor/adapters/trouble": "knows the errors of the two above",
    "monitor/adapters/beat": "asks the watcher that settings name",
    "monitor/adapters/smtp": "sends mail to the servers that settings name",
    "monitor/adapters/webhook": "posts to the addresses that settings name",
    "monitor/cli/demo": "serves the demo's own web and mailbox on loopback",
    "monitor/console": "listens where settings say",
    "monitor/wiring": "asks for the name of this machine",
}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_only_those_with_a_reason_import_a_network_library() -> None:
    unexplained = {}
    for path in sorted([*(ROOT / "monitor").rglob("*.py"), *(ROOT / "storage").rglob("*.py")]):
        place = path.relative_to(ROOT).as_posix().removesuffix(".py")
        used = {name for name in imported(path) if name in NETWORK or name.split(".")[0] in NETWORK}
        if used and not any(place == known or place.startswith(f"{known}/") for known in REASONS):
            unexplained[place] = used
    assert not unexplained, f"open sockets through monitor.adapters.guard, or add a reason here: {unexplained}"


def test_what_is_fetched_goes_through_the_guarded_connector() -> None:
    source = (ROOT / "monitor/adapters/http.py").read_text("utf-8")
    assert source.count("ClientSession(\n            connector=GuardedConnector(") == 1
    assert source.count("aiohttp.ClientSession(") == 1
