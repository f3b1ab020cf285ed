"""How long does verifying a long log take: `python -m tests.benchmarks.audit [ENTRIES]`.

Fills a SQLite file with entries of the kinds that a service writes (one of ten commits to a hit and all that hangs on it), signs
a head every 256, then times the inner verifier, the export and its verify.py.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from monitor.adapters import signing
from monitor.adapters.audit_export.folder import lay_down
from monitor.adapters.sql import SqlQueries, open_database
from monitor.adapters.sql.audit import stamp
from monitor.adapters.sql.reconcile import material
from monitor.adapters.sql.verify import Trust
from tests.fakes.long_log import NOW, fill


def main(entries: int) -> None:
    """Prints the times."""
    with tempfile.TemporaryDirectory() as folder:
        signer = signing.load_or_make(Path(folder) / "keys")
        database = open_database(f"sqlite:///{folder}/monitor.db")
        started = time.perf_counter()
        fill(database, entries, signer)
        print(f"wrote {entries:,} entries in {time.perf_counter() - started:.1f} s")
        queries = SqlQueries(database)
        queries.trust = Trust(signer)
        started, cpu = time.perf_counter(), time.process_time()
        found = queries.verify()
        took, used = time.perf_counter() - started, time.process_time() - cpu
        print(f"inner verify: {took:.1f} s ({used:.1f} s of CPU), {found.status}, {found.findings}, {found.notes}")
        with queries.database.read() as connection:
            started = time.perf_counter()
            laid = lay_down(Path(folder) / "export", material(connection, stamp(NOW)), signer)
        print(f"export: {time.perf_counter() - started:.1f} s, {laid}")
        started, cpu = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        command = [sys.executable, "-I", f"{folder}/export/verify.py"]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        took, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - cpu
        print(f"verify.py: {took:.1f} s ({used:.1f} s of CPU)\n{told.stdout}{told.stderr}")
        queries.close()
        database.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
