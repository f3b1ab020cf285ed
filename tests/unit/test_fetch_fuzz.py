"""Whatever a server or a page writes: addresses and headers are values, never crashes."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.domain.source import Failed, Request, Unchanged, Validators
from monitor.pipeline.fetch import (
    RETRY_LEAST,
    RETRY_MOST,
    BadAddress,
    Reply,
    content_type_of,
    host_of,
    judge_head,
    next_hop,
    parse_address,
    request_headers,
    retry_after,
    without_credentials,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HERE = parse_address("https://user:secret@a.example/dir/page")
PIECES = st.sampled_from(
    ["http", "https", "://", ":", "//", "/", "\\", "@", "#", "?", "[", "]", "::1", "127.0.0.1", "0x7f", "1", ".", "..",
     "%00", "%", "%25", "a.example", "例子", "xn--", "ſ", "．", "｡", "①", "\u200b", "\udc80", " ", "\t", "\r\n", ";", "8080",
     "-", "_", "user", "&", "=", "é", "\u0660", "ß", "\u2488"]
)  # fmt: skip
ADDRESSES = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=12).map("".join),
    st.lists(PIECES, max_size=10).map(lambda pieces: "http://" + "".join(pieces)),
)
HEADERS = st.text(st.characters(codec=None), max_size=60)


@settings(max_examples=500, deadline=None)
@given(ADDRESSES)
@example("http://a.example/\udc80")
@example("http://xn--/")
@example("HTTP://[]@")
@example("http://xn--a.example/")
def test_an_address_is_understood_the_same_twice_or_refused(address: str) -> None:
    try:
        target = parse_address.__wrapped__(address)
    except BadAddress:
        assert host_of(address) == ""
        return
    again = parse_address.__wrapped__(target.text)
    assert (again.host, again.origin, again.text) == (target.host, target.origin, target.text)
    assert target.host.isascii() and "@" not in target.host
    assert target.text.encode("ascii")


@settings(max_examples=300, deadline=None)
@given(ADDRESSES)
@example("A://[")
def test_a_redirect_never_carries_credentials_elsewhere(location: str) -> None:
    try:
        target = next_hop(HERE, location)
    except BadAddress:
        return
    assert target.origin == HERE.origin or (target.user, target.password) == (None, None)


@settings(max_examples=200, deadline=None)
@given(st.one_of(HEADERS, st.from_regex(r"[+-]?[0-9]{1,40}(\.[0-9]*)?"), st.datetimes().map(str)))
@example("Mon, 02 Mar 0000 08:00:00 +9999")
@example("1 Jan 1 00:00:00 -2359")
def test_a31_retry_after_is_nothing_or_between_a_minute_and_a_day(header: str) -> None:
    seconds = retry_after(header, NOW)
    assert seconds is None or RETRY_LEAST <= seconds <= RETRY_MOST


@settings(max_examples=200, deadline=None)
@given(st.integers(100, 999), st.dictionaries(st.sampled_from(["ETag", "Last-Modified", "Content-Encoding", "Retry-After",
       "Content-Type"]), HEADERS), HEADERS)  # fmt: skip
def test_any_status_with_any_headers_has_a_meaning(status: int, headers: dict[str, str], etag: str) -> None:
    request = Request("https://a.example/", Validators(etag, etag, None))
    verdict = judge_head(request, Reply(HERE, status, headers, True), NOW)
    assert verdict is None or isinstance(verdict, Failed | Unchanged)
    assert all(value.isascii() and "\n" not in value for value in request_headers(request).values())
    assert isinstance(content_type_of(headers.get("Content-Type", "")), tuple)


@settings(max_examples=200, deadline=None)
@given(ADDRESSES)
def test_credentials_never_stay_in_what_is_shown(tail: str) -> None:
    assert "secret" not in without_credentials(f"https://user:secret@a.example/{tail}".replace("\\", ""))
