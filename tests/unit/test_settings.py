"""Settings: the environment, monitor.toml, secrets in files, and errors that say what to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from monitor.config.settings import Settings, load_settings, shipped_watchlists, unknown_variables
from monitor.domain.errors import SettingsError
from monitor.domain.secret import Secret


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _wrong(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings({"HOME": "/home/ada", **environ})
    return str(caught.value)


def test_an_empty_environment_gives_the_documented_defaults() -> None:
    settings = load_settings({"HOME": "/home/ada"})
    assert settings.state == Path("/home/ada/.local/state/mention-monitor")
    assert settings.database.reveal() == "sqlite:////home/ada/.local/state/mention-monitor/monitor.db"
    assert (settings.host_pace, settings.alert_budget, settings.console) == (5.0, 20, "127.0.0.1:8765")
    assert (settings.retry.first, settings.retry.cap, settings.retry.total) == (60.0, 21_600.0, 259_200.0)
    assert settings.watchlists == shipped_watchlists()
    assert (shipped_watchlists() / "channels.yaml").is_file()


def test_the_state_folder_follows_xdg() -> None:
    assert load_settings({"HOME": "/h", "XDG_STATE_HOME": "/var/state"}).state == Path("/var/state/mention-monitor")
    assert load_settings({"HOME": "/h", "XDG_STATE_HOME": "relative"}).state.is_relative_to("/h")
    assert load_settings({}).state == Path("/var/lib/mention-monitor")


def test_watchlists_of_the_working_folder_come_before_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "watchlists").mkdir()
    assert load_settings({"HOME": "/h"}).watchlists == Path("watchlists")


def test_variables_are_read_in_the_forms_that_people_write() -> None:
    settings = load_settings(
        {
            "HOME": "/h",
            "MONITOR_HOST_PACE": "0",
            "MONITOR_ALLOW_PRIVATE": "127.0.0.0/8, intranet.example.org ::1",
            "MONITOR_CONSOLE": "off",
            "MONITOR_FETCH__CAP": "5 MB",
            "MONITOR_FETCH__DEADLINE": "2 min",
            "MONITOR_CHANNEL_SCHEMES": "mqtt, xmls://",
            "MONITOR_STATE": "~/monitor",
        }
    )
    assert settings.host_pace == 0
    assert settings.allow_private == ("127.0.0.0/8", "intranet.example.org", "::1")
    assert settings.console_address is None
    assert (settings.fetch.cap, settings.fetch.deadline) == (5_000_000, 120.0)
    assert {"mqtt", "xmls", "mailto"} <= settings.schemes
    assert settings.state.is_absolute()


def test_the_environment_wins_over_the_file_value_by_value(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text("host_pace = 9\n[fetch]\ncap = 1_000_000\ndeadline = 30\n")
    settings = load_settings({"HOME": "/h", "MONITOR_FETCH__DEADLINE": "7"})
    assert (settings.host_pace, settings.fetch.cap, settings.fetch.deadline) == (9.0, 1_000_000, 7.0)
    assert load_settings({"HOME": "/h", "MONITOR_HOST_PACE": "1"}, host_pace=2).host_pace == 2


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert load_settings({"HOME": "/h", "MONITOR_HOST_PACE": "", "MONITOR_DATABASE_URL": " "}).database_url is None


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://monitor:hunter2@db/monitor\n")
    settings = load_settings({"HOME": "/h", "MONITOR_DATABASE_URL_FILE": str(tmp_path / "url")})
    assert settings.database == Secret("postgresql://monitor:hunter2@db/monitor")
    assert "hunter2" not in repr(settings) + str(settings)
    both = _wrong({"MONITOR_DATABASE_URL_FILE": str(tmp_path / "url"), "MONITOR_DATABASE_URL": "sqlite:///x"})
    assert "both set" in both
    assert "cannot be read" in _wrong({"MONITOR_AUDIT_TO_FILE": "/no/such/file"})


def test_a_wrong_secret_is_never_shown() -> None:
    told = _wrong({"MONITOR_DATABASE_URL": "mysql://monitor:hunter2@db/monitor"})
    assert "MONITOR_DATABASE_URL" in told
    assert "postgresql://" in told
    assert "hunter2" not in told


def test_everything_wrong_is_told_at_once_with_variable_value_and_what_to_write() -> None:
    told = _wrong(
        {
            "MONITOR_HOST_PACE": "quick",
            "MONITOR_CONSOLE": "localhost",
            "MONITOR_ALLOW_PRIVATE": "127.0.0.1/40",
            "MONITOR_ALERT_BUDGET": "-1",
            "MONITOR_FETCH__CAPP": "1",
        }
    ).splitlines()
    assert len(told) == 5
    assert any('MONITOR_HOST_PACE is "quick"' in line and "90 s" in line for line in told)
    assert any('MONITOR_CONSOLE is "localhost"' in line and "127.0.0.1:8765, or off" in line for line in told)
    assert any("MONITOR_ALLOW_PRIVATE" in line and "127.0.0.0/8" in line for line in told)
    assert any("MONITOR_ALERT_BUDGET" in line and "20" in line for line in told)
    assert any("MONITOR_FETCH__CAPP is no setting; did you mean cap?" in line for line in told)


def test_the_file_is_named_when_it_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "monitor.toml"
    file.write_text("host_pce = 9\n")
    assert "monitor.toml: host_pce is no setting; did you mean host_pace?" in _wrong({})
    file.write_text("host_pace = \n")
    assert "is not TOML" in _wrong({})
    assert "MONITOR_CONFIG" in _wrong({"MONITOR_CONFIG": "/no/such.toml"})


def test_values_that_contradict_each_other_are_refused() -> None:
    assert "lease" in _wrong({"MONITOR_LEASE": "60"})
    assert "MONITOR_RETRY" in _wrong({"MONITOR_RETRY__FIRST": "9 h"})
    assert "MONITOR_FETCH__NAME=VALUE" in _wrong({"MONITOR_FETCH": "fast"})


def test_the_log_level_is_one_of_four_words() -> None:
    assert load_settings({"HOME": "/h", "MONITOR_LOG__LEVEL": "WARNING"}).log.level == "warning"
    assert "'debug', 'info', 'warning' or 'error'" in _wrong({"MONITOR_LOG__LEVEL": "loud"})


def test_no_setting_lets_a_channel_reach_into_this_machine() -> None:
    assert "syslog:// is never allowed" in _wrong({"MONITOR_CHANNEL_SCHEMES": "mqtt syslog"})


def test_a_variable_that_means_nothing_is_a_warning() -> None:
    environ = {
        "MONITOR_HOSTPACE": "1",
        "MONITOR_CORPUS": "/c",
        "MONITOR_OPS_URL": "x",
        "MONITOR_FETCH__CAP": "1",
        "PATH": "",
    }
    assert unknown_variables(environ, ["MONITOR_OPS_URL"]) == [
        "MONITOR_HOSTPACE is no setting; did you mean MONITOR_HOST_PACE?"
    ]


def test_settings_are_frozen_and_read_nothing_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_HOST_PACE", "77")
    settings = Settings(state=Path("/s"), watchlists=Path("/w"))
    assert settings.host_pace == 5.0
    with pytest.raises(ValidationError):
        settings.host_pace = 1.0  # type: ignore[misc]


@pytest.mark.parametrize("address", ["127.0.0.1:8765", "[::1]:80", "localhost:0"])
def test_a_console_address_has_a_host_and_a_port(address: str) -> None:
    host, port = load_settings({"HOME": "/h", "MONITOR_CONSOLE": address}).console_address or ("", -1)
    assert address in (f"{host}:{port}", f"[{host}]:{port}")


@pytest.mark.parametrize("address", ["0.0.0.0:8765", "192.0.2.7:80", "monitor.example.org:8765", "[::]:8765"])
def test_a_console_for_other_machines_needs_tls_or_a_proxy_that_has_it(address: str) -> None:
    """A92: passwords do not travel in the clear."""
    told = _wrong({"MONITOR_CONSOLE": address})
    assert "console_cert" in told
    assert "https://" in told
    for more in (
        {"MONITOR_CONSOLE_URL": "https://monitor.example.org"},
        {"MONITOR_CONSOLE_URL": "http://127.0.0.1:8765"},
        {"MONITOR_CONSOLE_CERT": "/c.pem", "MONITOR_CONSOLE_KEY": "/k.pem"},
    ):
        assert load_settings({"HOME": "/h", "MONITOR_CONSOLE": address, **more}).console_base.startswith("http")
    assert "console_cert" in _wrong({"MONITOR_CONSOLE": address, "MONITOR_CONSOLE_URL": "http://monitor.example.org"})
    assert "belong together" in _wrong({"MONITOR_CONSOLE_CERT": "/c.pem"})
    assert "without a path" in _wrong({"MONITOR_CONSOLE_URL": "https://monitor.example.org/console"})


@pytest.mark.parametrize("address", ["127.0.0.1", ":8765", "host:port", "::1:80", "host:70000"])
def test_half_an_address_is_refused(address: str) -> None:
    assert "MONITOR_CONSOLE" in _wrong({"MONITOR_CONSOLE": address})


def test_the_user_agent_carries_the_contact() -> None:
    assert load_settings({"HOME": "/h", "MONITOR_CONTACT": "https://example.org/bot"}).agent.endswith(
        "(+https://example.org/bot)"
    )
    assert "MONITOR_USER_AGENT" in _wrong({"MONITOR_USER_AGENT": "a\r\nX: y"})
