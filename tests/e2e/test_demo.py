"""The demo as a newcomer sees it: piped, it prints a line for each hit that somebody is told of."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

CONFOUNDERS = ("华为", "Huawei", "火炬接力", "torch relay", "创投", "Venture")


async def test_the_demo_tells_the_programmes_and_none_of_their_namesakes(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "demo", "--seconds", "40", cwd=tmp_path, env=environ,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    first = await asyncio.wait_for(process.stdout.readline(), 60)
    assert first.startswith(b"hit "), first
    assert time.monotonic() - began < 60
    out, err = await process.communicate()
    hits = (first + out).decode().splitlines()
    assert process.returncode == 0, err.decode()
    assert {line.split(" ")[1] for line in hits} >= {"qiming", "ttp", "huoju"}
    assert not [line for line in hits if any(name in line for name in CONFOUNDERS)]
    assert "audit log ok" in err.decode()
