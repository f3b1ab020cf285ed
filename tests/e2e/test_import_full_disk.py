"""F18: the disk fills up in the middle of an import: told where, and the same command goes on from there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from monitor.adapters.sql import SqlQueries, open_database
from monitor.domain.query import HitFilter

LIMITED = (
    "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2); "
    "from monitor.cli import main; main()"
)
WATCHLIST = "topics:\n  - topic: qiming\n    name: Qiming\n    terms: [启明计划]\n"
MANY = 60


def monitor(home: Path, limit: int, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {
        "PATH": os.environ["PATH"],
        "MONITOR_STATE": str(home / "state"),
        "MONITOR_WATCHLISTS": str(home / "lists"),
    }
    command = [sys.executable, "-c", LIMITED, str(limit), *words]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False)


def test_an_import_on_a_full_disk_says_where_it_stopped_and_goes_on_from_there(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "a.yaml").write_text(WATCHLIST, "utf-8")
    noise = [os.urandom(20_000).hex() for _ in range(MANY)]  # nothing that packs well
    lines = [
        json.dumps({"url": f"https://a.example.org/{n}", "title": f"{n}", "text": f"启明计划 {words}"})
        for n, words in enumerate(noise)
    ]
    (tmp_path / "all.jsonl").write_text("\n".join(lines), "utf-8")
    whole = 10**12

    stopped = monitor(tmp_path, 2_500_000, "import", str(tmp_path / "all.jsonl"), "--source", "s", "--json")
    assert stopped.returncode == 1, stopped.stderr
    first = json.loads(stopped.stdout)
    assert "refused a change" in first["stopped"] or "cannot be kept" in first["stopped"]
    assert "all.jsonl" in first["stopped"] or "https://a.example.org/" in first["stopped"]
    assert 0 < first["stored"] < MANY
    assert "Traceback" not in stopped.stderr

    went_on = monitor(tmp_path, whole, "import", str(tmp_path / "all.jsonl"), "--source", "s", "--json")
    second = json.loads(went_on.stdout)
    assert (went_on.returncode, second["stopped"]) == (0, "")
    assert second["before"] >= first["stored"]
    assert second["before"] + second["stored"] + second["known"] == MANY
    database = open_database(f"sqlite:///{tmp_path / 'state' / 'monitor.db'}")
    queries = SqlQueries(database)
    assert queries.count_hits(HitFilter()) == MANY
    assert queries.verify().status == "ok"
    queries.close()
    database.close()
