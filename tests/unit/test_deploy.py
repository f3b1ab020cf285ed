"""deploy/: does what it names exist, and does the service start as the unit starts it?"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import typer
import yaml

from monitor.cli.app import app
from monitor.config.settings import load_settings, unknown_variables

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "mention-monitor.service"
FILES = [UNIT, DEPLOY / "Containerfile", DEPLOY / "compose.yaml", DEPLOY / "README.md"]
STATE = "/var/lib/mention-monitor"
CHANNELS = {"MONITOR_ANALYSTS_URL"}  # variables that watchlists name, not settings
SPECIFIERS = {"%S": "/var/lib", "%E": "/etc"}


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


def unit_values(key: str) -> list[str]:
    """All values of a key of the unit, in order."""
    return re.findall(rf"^{key}=(.*)$", text_of(UNIT), re.M)


def unit_environment(specifiers: dict[str, str]) -> dict[str, str]:
    """The environment the unit gives, its specifiers put in."""
    found = dict(line.split("=", 1) for line in unit_values("Environment"))
    for sign, folder in specifiers.items():
        found = {name: value.replace(sign, folder) for name, value in found.items()}
    return found


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text_of(DEPLOY / "compose.yaml"))
    return loaded


# --- what is named exists ---


def named_commands() -> Iterator[tuple[str, str]]:
    """Each `monitor …` command line in deploy/, with its file."""
    starts = (r"^monitor ", r"/bin/monitor ", r"`monitor ", r"\benv monitor ", r" monitor monitor ")
    pattern = re.compile(rf"(?:{'|'.join(starts)})([a-z][a-z ]*)", re.M)
    for path in FILES:
        for found in pattern.finditer(text_of(path)):
            yield path.name, found[1].strip()


def test_every_command_that_is_named_exists() -> None:
    commands = set(named_commands())
    assert ("mention-monitor.service", "run") in commands and len(commands) >= 7
    for file, words in commands:
        command: click.Command = typer.main.get_command(app)
        for word in words.split():
            if not isinstance(command, click.Group):
                break
            found = command.commands.get(word)
            assert found is not None, f"{file} names `monitor {words}`"
            command = found
        assert not isinstance(command, click.Group), f"{file}: `monitor {words}` names no command"


def test_the_image_runs_a_command_that_exists() -> None:
    text = text_of(DEPLOY / "Containerfile")
    assert 'ENTRYPOINT ["monitor"]' in text and 'CMD ["run"]' in text
    assert compose()["services"]["monitor"]["command"] == ["run"]
    from monitor.cli import main  # what the script in the image calls

    assert callable(main)


def test_every_setting_that_is_named_exists() -> None:
    for path in FILES:
        names = set(re.findall(r"MONITOR_[A-Z_]*[A-Z]", text_of(path)))
        assert unknown_variables(dict.fromkeys(names, "x"), CHANNELS) == [], path.name
    assert load_settings(unit_environment(SPECIFIERS)).state == Path(STATE)


def test_the_settings_of_the_containers_are_right() -> None:
    environment = compose()["services"]["monitor"]["environment"]
    settings = load_settings({name: value for name, value in environment.items() if not name.endswith("_FILE")})
    assert settings.console_address == ("0.0.0.0", 8765)
    assert environment["MONITOR_DATABASE_URL_FILE"] == "/run/secrets/database_url"
    assert set(compose()["secrets"]) == {"database_url", "database_password"}


def test_the_database_address_of_the_readme_is_one_the_settings_take(tmp_path: Path) -> None:
    found = re.search(r"printf '(postgresql://[^']+)'", text_of(DEPLOY / "README.md"))
    assert found
    file = tmp_path / "database_url"
    file.write_text(found[1].replace("%s", "hex").replace("\\n", "\n"), "utf-8")
    settings = load_settings({"MONITOR_DATABASE_URL_FILE": str(file), "HOME": str(tmp_path)})
    assert settings.database.reveal() == "postgresql://monitor:hex@database/monitor"
    database = compose()["services"]["database"]["environment"]
    assert (database["POSTGRES_USER"], database["POSTGRES_DB"]) == ("monitor", "monitor")


def test_ports_agree_everywhere() -> None:
    port = load_settings({"HOME": "/nowhere"}).console_address
    assert port == ("127.0.0.1", 8765)
    for path in FILES:
        assert set(re.findall(r"\b\d{4}\b(?=:127|/tcp)|(?<=127\.0\.0\.1:)\d{4}", text_of(path))) <= {"8765"}, path.name
    assert "EXPOSE 8765\n" in text_of(DEPLOY / "Containerfile")
    assert compose()["services"]["monitor"]["ports"] == ["127.0.0.1:8765:8765"]


def test_paths_that_are_copied_and_mounted_exist() -> None:
    text = text_of(DEPLOY / "Containerfile")
    for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.M):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), line
    kept = [line[1:] for line in text_of(DEPLOY / "Containerfile.dockerignore").splitlines() if line.startswith("!")]
    copied = {source for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.M) for source in line.split()[:-1]}
    assert set(kept) == copied
    service = compose()["services"]["monitor"]
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    mounted = [volume.split(":") for volume in service["volumes"]]
    assert [(DEPLOY / source).is_dir() for source, *_ in mounted if source.startswith(".")] == [True]


def test_the_state_folder_is_one_in_unit_image_and_compose() -> None:
    assert unit_values("StateDirectory") == [Path(STATE).name]
    assert f"MONITOR_STATE={STATE}" in text_of(DEPLOY / "Containerfile")
    service = compose()["services"]["monitor"]
    assert service["environment"]["MONITOR_STATE"] == STATE
    assert f"state:{STATE}" in service["volumes"]


def test_the_image_is_locked_unprivileged_and_read_only() -> None:
    text = text_of(DEPLOY / "Containerfile")
    assert "--require-hashes" in text and re.search(r"^USER 10001:10001$", text, re.M)
    service = compose()["services"]["monitor"]
    assert (
        service["read_only"] and service["cap_drop"] == ["ALL"] and "no-new-privileges:true" in service["security_opt"]
    )


def test_stopping_gets_longer_than_the_service_needs() -> None:
    assert unit_values("TimeoutStopSec") == ["15"]
    assert compose()["services"]["monitor"]["stop_grace_period"] == "15s"
    assert unit_values("KillMode") == ["mixed"]


def test_the_database_says_when_it_is_ready_and_the_service_waits_for_it() -> None:
    services = compose()["services"]
    assert "pg_isready" in services["database"]["healthcheck"]["test"]
    assert services["monitor"]["depends_on"]["database"]["condition"] == "service_healthy"


# --- systemd ---


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is absent: install systemd")
    unit = tmp_path / UNIT.name
    unit.write_bytes(UNIT.read_bytes())
    found = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, timeout=60, check=False)
    assert (found.returncode, found.stdout + found.stderr) == (0, "")


@pytest.mark.parametrize(
    "line",
    [
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "CapabilityBoundingSet=",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
        "SystemCallFilter=@system-service",
        "UMask=0077",
        "User=mention-monitor",
    ],
)
def test_the_unit_has_its_walls(line: str) -> None:
    assert re.search(rf"^{re.escape(line)}$", text_of(UNIT), re.M)


def test_the_service_starts_and_stops_as_the_unit_says(tmp_path: Path) -> None:
    """F13 in small: the unit's command line and environment in a folder of its own, then SIGTERM."""
    environment = unit_environment({"%S": str(tmp_path), "%E": str(tmp_path / "etc")})
    environment["PATH"] = environment["PATH"].replace(
        "/opt/mention-monitor/.venv/bin", str(Path(sys.executable).parent)
    )
    environment["MONITOR_CONSOLE"] = "127.0.0.1:0"
    state, watchlists = Path(environment["MONITOR_STATE"]), Path(environment["MONITOR_WATCHLISTS"])
    state.mkdir(mode=0o700)
    watchlists.mkdir(parents=True)
    for file in (ROOT / "watchlists").glob("*.yaml"):
        shutil.copy(file, watchlists)
    (command,) = unit_values("ExecStart")
    process = subprocess.Popen(
        shlex.split(command),
        env=environment,
        cwd=state,
        umask=0o077,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        link = wait_for(state / "console-link", process)
        assert link.startswith("http://127.0.0.1:") and (state / "monitor.db").is_file()
        assert {path.stat().st_mode & 0o077 for path in state.iterdir()} == {0}
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=float(unit_values("TimeoutStopSec")[0]))
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert process.returncode == 0, output
    assert time.monotonic() - began < 11, output
    assert "Traceback" not in output


def wait_for(file: Path, process: subprocess.Popen[str]) -> str:
    """What a file says once it says something; fails at once when the process ends before."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if file.is_file() and (text := file.read_text("utf-8").strip()):
            return text
        if process.poll() is not None:
            output, _ = process.communicate()
            pytest.fail(f"the service ended with {process.returncode}: {output}")
        time.sleep(0.05)
    raise AssertionError("the service was not ready after a minute")
