"""A whole `monitor run` in a process of its own, with what can be seen of it from outside: memory, sockets, children."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]


class WatchedService:
    """`monitor run` in `folder`, whose watchlists stand in `folder/watchlists`."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.log = folder / "log.jsonl"
        self._dialled = folder / "dialled.txt"
        self._names = folder / "names.json"
        self.process: asyncio.subprocess.Process | None = None
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
        self.environ = {
            **kept,
            "MONITOR_STATE": str(folder / "state"),
            "MONITOR_WATCHLISTS": str(folder / "watchlists"),
            "MONITOR_CONSOLE": "off",
            "MONITOR_LOG__FORMAT": "json",
            **environ,
        }

    async def start(self, names: Mapping[str, list[list[str]]]) -> None:
        """Starts it with this name server."""
        self._names.write_text(json.dumps(dict(names)), "utf-8")
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.fakes.watched", str(self._dialled), str(self._names), "run",
                env=self.environ, cwd=ROOT, stdout=log, stderr=log,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Its number."""
        assert self.process is not None
        return self.process.pid

    def memory(self, field: str = "VmHWM") -> int:
        """Bytes: the most it ever had resident (VmHWM) or has now (VmRSS)."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:"))

    def forget_peak(self) -> None:
        """From now on VmHWM counts from what is resident at this moment."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def children(self) -> list[int]:
        """Its reading children."""
        return [int(one) for one in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def network_of_children(self) -> list[str]:
        """Sockets of the network that a child holds; its pipe to the parent is none."""
        network = set()
        for table in ("tcp", "tcp6", "udp", "udp6"):
            rows = Path(f"/proc/{self.pid}/net/{table}").read_text().splitlines()[1:]
            network |= {row.split()[9] for row in rows}
        held = []
        for child in self.children():
            with suppress(OSError):
                links = [str(one.readlink()) for one in Path(f"/proc/{child}/fd").iterdir()]
                held += [f"{child} {one}" for one in links if one[8:-1] in network and one.startswith("socket:")]
        return held

    def dialled(self) -> set[str]:
        """Every address that it led a socket to, as the audit hook told it."""
        if not self._dialled.exists():
            return set()
        return {line.split(" ", 1)[1] for line in self._dialled.read_text().splitlines()}

    def events(self) -> list[dict[str, object]]:
        """What it logged."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines() if line.startswith("{")]

    async def ask(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, output and errors of another `monitor` command beside it."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", *arguments, env=self.environ, cwd=self.folder,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()

    async def lines(self, *arguments: str) -> list[dict[str, object]]:
        """What a command prints as JSON lines."""
        _, out, _ = await self.ask(*arguments)
        return [json.loads(line) for line in out.splitlines()]

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()

    async def end(self) -> None:
        """kill -9, if it still runs."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
