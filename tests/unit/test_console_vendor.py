"""What the console ships of others: is it the published file, with its licence?"""

from __future__ import annotations

import hashlib
from importlib.resources import files

VENDOR = files("monitor.console").joinpath("static", "vendor")


def test_each_vendored_script_is_the_published_file_and_has_its_licence() -> None:
    lines = [line.split() for line in VENDOR.joinpath("VERSIONS.txt").read_text("utf-8").splitlines()]
    listed = {name: digest for name, *_, digest in lines}
    scripts = {entry.name for entry in VENDOR.iterdir() if entry.name.endswith(".js")}
    assert scripts == set(listed)
    for name, digest in listed.items():
        assert hashlib.sha256(VENDOR.joinpath(name).read_bytes()).hexdigest() == digest
        assert len(VENDOR.joinpath(f"{name.partition('.')[0]}.LICENSE.txt").read_text("utf-8")) > 200
