"""Sources of a watchlist: kinds, addresses, intervals, options."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from monitor.adapters.kinds import KINDS
from monitor.config.watchlists import DEFAULT_KINDS, Loaded, SourceKindSpec, load_files
from monitor.domain.source import Source


def load(text: str, kinds: tuple[SourceKindSpec, ...] | None = None) -> Loaded:
    files = {"a.yaml": dedent(text).encode()}
    return load_files(files, environ={}, kinds=kinds) if kinds else load_files(files, environ={})


def wrong(body: str) -> list[str]:
    loaded = load("sources:\n  - source: notices\n" + indent(dedent(body), "    "))
    assert loaded.sources == ()
    return [str(problem) for problem in loaded.errors]


def source(body: str) -> Source:
    loaded = load("sources:\n  - source: notices\n" + indent(dedent(body), "    "))
    assert loaded.problems == ()
    return loaded.sources[0]


def test_a_source_is_a_kind_with_its_address() -> None:
    found = source("""
        page: https://example.org/notices/
        select: "div[id='main']"
        ignore: [.counter, footer]
        every: 5 min..2 h
        pace: 0
        name: City notices
        formerly: [city]
    """)
    assert (found.key, found.kind, found.address) == ("notices", "page", "https://example.org/notices/")
    assert (found.every, found.every_max, found.pace) == (300.0, 7200.0, 0.0)
    assert found.options == {"select": "div[id='main']", "ignore": ".counter, footer"}
    assert (found.name, found.formerly) == ("City notices", ("city",))


def test_what_a_source_leaves_out_has_a_default() -> None:
    found = source("feed: https://example.org/feed.xml")
    assert (found.every, found.every_max, found.pace, dict(found.options)) == (900.0, None, None, {})


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("1 s", 1), ("90s", 90), ("15 min", 900), ("2 h", 7200), ("1.5 h", 5400), ("1 day", 86_400), ("7 days", 604_800)],
)
def test_an_interval_has_a_unit(written: str, seconds: float) -> None:
    assert source(f"feed: https://example.org/\nevery: {written}").every == seconds


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        ("feed: file:///etc/passwd", "a.yaml:3:11", "only http and https"),  # A14
        ("feed: FILE:/etc/passwd", "a.yaml:3:11", "only http and https"),
        ("feed: source:file:///etc/passwd", "a.yaml:3:11", "only http and https"),
        ("feed: gopher://example.org/", "a.yaml:3:11", "only http and https"),  # A15
        ("feed: ftp://example.org/", "a.yaml:3:11", "only http and https"),
        ("feed: 'data:text/xml,<rss/>'", "a.yaml:3:11", "only http and https"),
        ("feed: 'javascript:alert(1)'", "a.yaml:3:11", "only http and https"),
        ("feed: example.org/feed", "a.yaml:3:11", "only http and https"),
        ("feed: https://", "a.yaml:3:11", "no host"),
        ("feed: https:///feed", "a.yaml:3:11", "no host"),
        ("feed: https://[::1/feed", "a.yaml:3:11", "cannot be read"),
        ("feed: https://example.org:99999/", "a.yaml:3:11", "cannot be read"),
        ("feed: 'https://example.org/a b'", "a.yaml:3:11", "spaces"),
        ('feed: "https://example.org/\\r\\nX: y"', "a.yaml:3:11", "control characters"),
        ("feed: [https://example.org/]", "a.yaml:3:11", "must be a text"),
        ("feed:", "a.yaml:3:5", '"feed" is empty'),
        ("fed: https://example.org/", "a.yaml:3:5", 'did you mean "feed"?'),
        ("every: 15 min", "a.yaml:2:5", "needs its kind"),
        ("feed: https://a.example/\npage: https://a.example/", "a.yaml:4:5", "two kinds"),
        ("feed: https://a.example/\nfollow: a", "a.yaml:4:5", 'unknown key "follow"'),
        ("listing: https://a.example/\nfollow: 'a[['", "a.yaml:4:13", "no CSS selector"),
        ("feed: https://a.example/\ntimezone: Asia/Peking", "a.yaml:4:15", "Asia/Shanghai"),
        ("feed: https://a.example/\nevery: 15", "a.yaml:4:12", "write 15 s or 15 min"),
        ("feed: https://a.example/\nevery: 15:00", "a.yaml:4:12", "a number and a unit"),
        ("feed: https://a.example/\nevery: 0 s", "a.yaml:4:12", "from 1 s to 31 days"),
        ("feed: https://a.example/\nevery: 1 year", "a.yaml:4:12", "a number and a unit"),
        ("feed: https://a.example/\nevery: 2 h..5 min", "a.yaml:4:12", "write 5 min..2 h"),
        ("feed: https://a.example/\npace: fast", "a.yaml:4:11", "a number and a unit"),
        ("feed: https://a.example/\nevry: 2 h", "a.yaml:4:5", 'did you mean "every"?'),
    ],
)
def test_a_wrong_field_is_told_with_its_place_and_what_to_write(body: str, place: str, words: str) -> None:
    problems = wrong(body)
    assert [problem for problem in problems if problem.startswith(place) and words in problem], problems
    assert len(problems) == 1, problems


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    (problem,) = wrong("feed: https://ada:hunter2@example.org/feed")
    assert "must not carry a user or password" in problem
    assert "hunter2" not in problem


def test_kinds_and_their_options_are_handed_in() -> None:
    sitemap = SourceKindSpec(
        "sitemap",
        {
            "depth": {"type": "integer", "minimum": 1, "maximum": 3},
            "news": {"type": "boolean"},
            "paths": {"type": "array"},
            "order": {"type": "string", "enum": ["newest", "oldest"]},
        },
    )
    text = """
        sources:
          - source: s
            sitemap: https://example.org/sitemap.xml
            depth: {depth}
            news: true
            paths: [/art/, /news/]
            order: oldest
    """
    (found,) = load(text.format(depth=2), (sitemap,)).sources
    assert found.options == {"depth": 2, "news": True, "paths": ("/art/", "/news/"), "order": "oldest"}
    assert "from 1 to 3" in load(text.format(depth=9), (sitemap,)).errors[0].message
    (unknown,) = load("sources: [{source: s, feed: https://example.org/}]", (sitemap,)).errors
    assert "needs its kind (sitemap)" in unknown.message


def test_an_address_that_two_sources_poll_is_a_warning() -> None:
    loaded = load(
        """
        sources:
          - {source: a, feed: https://example.org/}
          - {source: b, feed: https://example.org/}
        """
    )
    assert loaded.ok
    (warning,) = loaded.warnings
    assert (warning.line, '"a"' in warning.message) == (4, True)


def test_the_default_kinds_are_those_that_the_adapters_read() -> None:
    declared = {kind.key: {name: spec.get("type") for name, spec in kind.options.items()} for kind in KINDS}
    assert {
        kind.key: {name: spec.get("type") for name, spec in kind.options.items()} for kind in DEFAULT_KINDS
    } == declared
