"""What a watchlist cannot make the service do; the service among hostile hosts is test_whole_service."""

from __future__ import annotations

from monitor.config.watchlists import load_files
from tests.fakes import hostile_bodies as made


def test_a17_an_address_to_send_to_comes_from_settings_and_never_from_a_watchlist() -> None:
    """A17: who writes a watchlist cannot make the service post to a host inside."""
    for url in ("json://169.254.169.254/latest", "jsons://10.0.0.1/hook", "mailto://127.0.0.1:25?from=a@b.c&to=d@e.f"):
        text = f"topics: [{{topic: q, name: Q, terms: [启明计划]}}]\nchannels:\n  - channel: c\n    url: {url}\n"
        loaded = load_files({"a.yaml": text.encode()}, environ={}, check_examples=False)
        assert loaded.channels == () and loaded.problems, url


def test_a60_a_selector_is_css_and_reaches_nothing_outside_its_page() -> None:
    """A60: there is no XPath and no jq whose functions could read files or the environment."""
    for selector in made.SELECTORS:
        text = f'sources:\n  - source: s\n    listing: https://example.org/\n    follow: "{selector}"\n'
        loaded = load_files({"a.yaml": text.encode()}, environ={}, check_examples=False)
        assert loaded.sources == () or loaded.problems, selector
