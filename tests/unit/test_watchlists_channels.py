"""Channels of a watchlist: their URLs, who is named, when they are told."""

from __future__ import annotations

import logging
from pathlib import Path
from textwrap import dedent, indent

import apprise
import pytest

from monitor.config.watchlists import DEFAULT_SCHEMES, Loaded, check_url, load_files, load_folder
from monitor.config.watchlists.services import LOCAL_SCHEMES
from monitor.domain.delivery import Channel

MAIL = "mailto://ada:hunter2@mail.example.org:587?from=m@example.org&to=a@example.org,b@example.org&mode=starttls"
TOPICS = "topics: [{topic: qiming, name: Qiming, terms: [启明计划]}]\n"


def load(body: str, url: str = MAIL) -> Loaded:
    text = "channels:\n  - channel: analysts\n" + indent(dedent(body), "    ") + TOPICS
    return load_files({"a.yaml": text.encode()}, environ={"MONITOR_URL": url}, check_examples=False)


def channel(body: str, url: str = MAIL) -> Channel:
    loaded = load(body, url)
    assert loaded.problems == ()
    return loaded.channels[0]


def test_a_mailto_channel_knows_its_recipients_and_hides_its_url() -> None:
    found = channel("""
        url: env:MONITOR_URL
        topics: [qiming]
        kinds: [recruitment-ad, news]
        parts: [call]
        severities: [high]
        novelties: [new, revision]
        languages: [zh, en]
        when: daily  08:00 Asia/Shanghai
        digest: daily 07:00 Europe/Berlin
        quiet: 22:00-07:00 Europe/Berlin
        group: 10 min
        service: true
    """)
    assert found.kind == "mail"
    assert found.recipients == ("a@example.org", "b@example.org")
    assert found.url.reveal() == MAIL
    assert (found.topics, found.kinds, found.parts) == (("qiming",), ("recruitment-ad", "news"), ("call",))
    assert (found.when, found.quiet) == ("daily 08:00 Asia/Shanghai", "22:00-07:00 Europe/Berlin")
    assert (found.group, found.service, found.options["mode"]) == (600.0, True, "starttls")
    assert found.options["digest"] == "daily 07:00 Europe/Berlin"
    assert "hunter2" not in repr(found)


def test_what_a_channel_leaves_out_means_all() -> None:
    found = channel("url: env:MONITOR_URL\n")
    assert not (found.topics or found.kinds or found.parts or found.sources or found.severities or found.languages)
    assert (found.when, found.quiet, found.group, found.service) == ("now", None, 0.0, False)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("json://127.0.0.1:8080/hook", "webhook"),
        ("jsons://hooks.example.org/x?+Authorization=Bearer%20t", "webhook"),
        ("ntfys://ntfy.example.org/topic", "apprise"),
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "apprise"),
    ],
)
def test_a_channel_that_is_no_mail_is_its_own_recipient(url: str, kind: str) -> None:
    """A new token is not a new recipient."""
    found = channel("url: env:MONITOR_URL\n", url)
    assert (found.kind, found.recipients) == (kind, ("analysts",))


def test_a_url_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(MAIL + "\n")
    (tmp_path / "a.yaml").write_text("channels: [{channel: c, url: 'file:url'}]")
    (found,) = load_folder(tmp_path, environ={}).channels
    assert found.url.reveal() == MAIL
    (tmp_path / "url").unlink()
    (problem,) = load_folder(tmp_path, environ={}).errors
    assert "cannot be read" in problem.message


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        (f"url: {MAIL}", "a.yaml:3:10", "must not stand here"),
        (f"url: 'env:{MAIL}'", "a.yaml:3:10", "must not stand here"),
        ("url: env:hunter2-x", "a.yaml:3:10", "no name of an environment variable"),
        ("url: env:MONITOR_OTHER", "a.yaml:3:10", "MONITOR_OTHER is not set"),
        ("url: file:/no/such/hunter2.d/../x", "a.yaml:3:10", "cannot be read"),
        ("topics: [qiming]", "a.yaml:2:5", '"url" is missing'),
        ("url: env:MONITOR_URL\ntopics: [qimin]", "a.yaml:4:14", 'did you mean "qiming"?'),
        ("url: env:MONITOR_URL\ntopics: qiming", "a.yaml:4:13", "write [qiming]"),
        ("url: env:MONITOR_URL\nsources: [notices]", "a.yaml:4:15", "which nobody has"),
        ("url: env:MONITOR_URL\nkinds: [recruitment]", "a.yaml:4:13", 'did you mean "recruitment-ad"?'),
        ("url: env:MONITOR_URL\nparts: [calls]", "a.yaml:4:13", 'did you mean "call"?'),
        ("url: env:MONITOR_URL\nseverities: [urgent]", "a.yaml:4:18", "low, medium, high"),
        ("url: env:MONITOR_URL\nnovelties: [old]", "a.yaml:4:17", "new, same, revision, story"),
        ("url: env:MONITOR_URL\nlanguages: [English]", "a.yaml:4:17", "such as zh or en"),
        ("url: env:MONITOR_URL\nwhen: soon", "a.yaml:4:11", "every 2 h"),
        ("url: env:MONITOR_URL\nwhen: daily 25:00 Asia/Shanghai", "a.yaml:4:11", "08:00"),
        ("url: env:MONITOR_URL\nwhen: daily 08:00 Asia/Peking", "a.yaml:4:11", "Europe/Berlin"),
        ("url: env:MONITOR_URL\ndigest: now", "a.yaml:4:13", "comes again"),
        ("url: env:MONITOR_URL\nquiet: 22:00-07:00", "a.yaml:4:12", "22:00-07:00 Europe/Berlin"),
        ("url: env:MONITOR_URL\ngroup: 10", "a.yaml:4:12", "write 10 s or 10 min"),
        ("url: env:MONITOR_URL\nservice: maybe", "a.yaml:4:14", "true, false"),
        ("url: env:MONITOR_URL\nseverity: [high]", "a.yaml:4:5", 'did you mean "severities"?'),
    ],
)
def test_a_wrong_field_is_told_with_its_place_and_what_to_write(body: str, place: str, words: str) -> None:
    loaded = load(body + "\n")
    problems = [str(problem) for problem in loaded.errors]
    assert [problem for problem in problems if problem.startswith(place) and words in problem], problems
    assert len(problems) == 1, problems
    assert "hunter2@" not in problems[0]
    assert loaded.channels == ()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("json://h.example/x?optional=yes", "optional="),  # A87
        ("json://h.example/x?retry=9", "retry="),
        ("json://h.example/x?wait=60", "wait="),
        ("json://h.example/x?tags=hunter2", "tags="),
        ("json://h.example/x?attach=file:///etc/passwd", "attach="),
        ("json://h.example/x?Optional=yes", "optional="),
        ("json://h.example/x?%6Fptional=yes", "optional="),
        ("json://h.example/x?redirect=yes", "redirect="),
        ("syslog://localhost", "reaches into this machine"),
        ("dbus://", "reaches into this machine"),
        ("file:///etc/passwd", "reaches into this machine"),
        ("macosx://hunter2", "reaches into this machine"),
        ("gopher://h.example/hunter2", "not on the allow-list"),
        ("slak://hunter2", 'did you mean "slack"?'),
        ("slack://hunter2", "Apprise cannot use it"),
        ("hunter2", "does not begin with a schema"),
        ("mailto://mail.example.org?to=a@example.org&mode=hunter2", "Apprise cannot use it"),
        ("mailto://mail.example.org?from=m@example.org&to=a@example.org,hunter2", "address 2 in to="),
        ("mailto://mail.example.org?from=m@example.org&to=a@example.org&bcc=b@example.org", "bcc="),
        ("mailto://mail.example.org?from=m@example.org&to=a@example.org&pgp=yes", "pgp="),
        ("mailto://mail.example.org?from=m@example.org&to=a@example.org mailto://x", "space"),
    ],
)
def test_a_url_that_cannot_be_trusted_is_refused_without_being_shown(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        check_url(url)
    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value).replace('schema "hunter2"', "")


def test_no_log_hears_of_a_url_that_apprise_refuses(caplog: pytest.LogCaptureFixture) -> None:
    """A86."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ValueError, match="cannot use it"):
        check_url("slack://hunter2")
    check_url(MAIL)
    assert "hunter2" not in caplog.text
    assert logging.getLogger("apprise").disabled is False


def test_mail_without_encryption_and_unchecked_certificates_are_warnings() -> None:
    loaded = load(
        "url: env:MONITOR_URL\n", "mailto://127.0.0.1:25?from=m@example.org&to=a@example.org&mode=insecure&verify=no"
    )
    assert loaded.ok
    assert ["mode=insecure" in problem.message for problem in loaded.warnings] == [False, True]
    assert "verify=no" in loaded.warnings[0].message


def test_a_provider_shortcut_of_apprise_finds_its_recipient() -> None:
    found = check_url("mailtos://ada:hunter2@gmail.com")
    assert (found.kind, found.recipients) == ("mail", ("ada@gmail.com",))


def test_a_schema_beyond_the_list_is_allowed_when_the_settings_name_it() -> None:
    fewer = DEFAULT_SCHEMES - {"xmls"}
    with pytest.raises(ValueError, match=r"MONITOR_CHANNEL_SCHEMES|did you mean"):
        check_url("xmls://h.example/x", fewer)
    assert check_url("xmls://h.example/x", fewer | {"xmls"}).kind == "apprise"


def test_the_allow_list_names_services_that_apprise_knows_and_none_of_this_machine() -> None:
    details = apprise.Apprise().details()["schemas"]
    known = {name for row in details for kind in ("protocols", "secure_protocols") for name in row[kind] or ()}
    assert known >= DEFAULT_SCHEMES
    assert not DEFAULT_SCHEMES & LOCAL_SCHEMES


def test_who_reads_topics_only_needs_no_secret() -> None:
    text = TOPICS + "channels: [{channel: c, url: 'env:MONITOR_UNSET'}]\n"
    assert load_files({"a.yaml": text.encode()}, environ={}, channels=False).ok
    assert not load_files({"a.yaml": text.encode()}, environ={}).ok


def test_the_variables_of_channels_are_known() -> None:
    assert load("url: env:MONITOR_URL\n").variables == {"MONITOR_URL"}
