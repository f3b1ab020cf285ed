"""What addresses, statuses and headers mean, without a network."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.domain.source import Blame, Failed, Fetched, Request, Unchanged, Validators
from monitor.pipeline.fetch import (
    BadAddress,
    Reply,
    content_type_of,
    host_of,
    is_conditional,
    judge_body,
    judge_head,
    judge_length,
    next_hop,
    parse_address,
    request_headers,
    retry_after,
    without_credentials,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
URL = "https://a.example/feed"


def reply(status: int, headers: dict[str, str] | None = None, conditional: bool = False) -> Reply:
    return Reply(parse_address(URL), status, headers or {}, conditional)


def head(status: int, headers: dict[str, str] | None = None, request: Request | None = None) -> object:
    request = request or Request(URL)
    return judge_head(request, reply(status, headers, is_conditional(request.validators)), NOW)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("http://a.example/x", "a.example:80"),
        ("HTTPS://A.Example/x", "a.example:443"),
        ("https://a.example:8443/", "a.example:8443"),
        ("https://user:secret@a.example/", "a.example:443"),
        ("http://[2606:4700::1]/", "[2606:4700::1]:80"),
        ("http://a.example./", "a.example:80"),
        ("http://人才.例子/", "xn--gmq009b.xn--fsqu00a:80"),
        ("mailto:me@a.example", ""),
        ("not an address", ""),
    ],
)
def test_a_host_is_its_name_in_punycode_with_its_port(address: str, host: str) -> None:
    assert host_of(address) == host


def test_a22_a_look_alike_host_is_shown_in_punycode() -> None:
    assert parse_address("https://аpple.example/").host.startswith("xn--")  # a Cyrillic а


@pytest.mark.parametrize(
    "address",
    [
        "http://a\\@127.0.0.1/",  # A12
        "http://a.example\t/",
        "http://a.example#@127.0.0.1/",
        "http://a.example?@127.0.0.1/",
        "http://a@b@127.0.0.1/",
        "http://[not-ip]/",  # A13
        " http://a.example/",
        "http://a.example:99999/",
        "http://a.example:0/",
        "http:///path",
        "http:a.example",
        "file:/etc/passwd",  # A14
        "source:file:///etc/passwd",
        "FILE:///etc/passwd",
        "gopher://a.example/",  # A15
        "ftp://a.example/",
        "data:text/html,x",
        "javascript:alert(1)",
        "http://a.example/x\r\nHost: b.example",  # A20
        "http://a.example\r\n.b.example/",
        "http://0177.0.0.1/",  # A08
        "http://2130706433/",
        "http://127.1/",
        "http://0x7f.0.0.1/",
        "http://127.0.0.1./",
        "http://１２７.0.0.1/",
        "http://①②⑦.0.0.1/",
        "http://[fe80::1%25eth0]/",
        "http://a%2eexample/",
        "http://" + "a" * 300 + ".example/",
        "http://a.example/" + "x" * 9000,
        "",
    ],
)
def test_a08_a12_to_a15_a20_an_address_that_can_be_read_in_two_ways_is_refused_before_dns(address: str) -> None:
    with pytest.raises(BadAddress):
        parse_address(address)


def test_chinese_paths_and_queries_are_addresses() -> None:
    assert parse_address("http://a.example/通知/?q=启明").text == (
        "http://a.example/%E9%80%9A%E7%9F%A5/?q=%E5%90%AF%E6%98%8E"
    )


def test_credentials_are_kept_apart_and_never_shown() -> None:
    target = parse_address("https://user:p%40ss@a.example/x#part")
    assert (target.text, target.user, target.password) == ("https://a.example/x", "user", "p@ss")
    assert without_credentials("https://user:p%40ss@a.example/x?mail=a@b") == "https://a.example/x?mail=a@b"


def test_a19_credentials_go_along_to_the_same_origin_only() -> None:
    here = parse_address("https://user:secret@a.example/x")
    assert next_hop(here, "/y").user == "user"
    for elsewhere in ("https://b.example/", "http://a.example/y", "https://a.example:8443/", "//b.example/"):
        assert next_hop(here, elsewhere).user is None
    assert next_hop(here, "https://evil:name@b.example/").password is None


@pytest.mark.parametrize("location", [None, "", "file:///etc/passwd", "http://a\\@b.example/", "javascript:x"])
def test_a_redirect_that_leads_nowhere_good_is_not_followed(location: str | None) -> None:
    with pytest.raises(BadAddress):
        next_hop(parse_address(URL), location)


def test_a_redirect_with_blanks_or_bytes_of_another_charset_is_followed() -> None:
    here = parse_address("http://a.example/dir/")
    assert next_hop(here, "new list").text == "http://a.example/dir/new%20list"
    gbk = "通知".encode("gbk").decode("utf-8", "surrogateescape")
    assert next_hop(here, gbk).text == "http://a.example/dir/%CD%A8%D6%AA"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("120", 120.0),
        ("0", 60.0),
        ("-1", 60.0),
        ("-99999999999999999999", 60.0),
        ("99999999999", 86_400.0),
        ("9" * 5000, 86_400.0),
        ("90.5", 90.5),
        ("Mon, 02 Mar 2026 08:10:00 GMT", 600.0),
        ("Mon, 02 Mar 2020 08:10:00 GMT", 60.0),
        ("Mon, 02 Mar 2099 08:10:00 GMT", 86_400.0),
        ("Mon, 99 Mar 99999 08:10:00 GMT", None),
    ],
)
def test_a31_retry_after_is_kept_between_a_minute_and_a_day(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


@pytest.mark.parametrize("status", [429, 503])
def test_f42_too_many_requests_and_unavailable_blame_the_host(status: int) -> None:
    failed = head(status, {"Retry-After": "300"})
    assert isinstance(failed, Failed)
    assert (failed.blame, failed.retry_after, failed.status) == (Blame.HOST, 300.0, status)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 500, 502, 504, 599])
def test_other_failures_blame_only_the_address(status: int) -> None:
    failed = head(status)
    assert isinstance(failed, Failed)
    assert failed.blame is Blame.ADDRESS
    assert failed.gone is (status in (404, 410))
    assert failed.reason.startswith(f"http {status}")


@pytest.mark.parametrize("status", [100, 202, 204, 205, 206, 304])
def test_a_success_without_a_whole_body_is_a_failure(status: int) -> None:
    assert isinstance(head(status), Failed)


def test_a33_a_304_that_nobody_asked_for_is_a_failure() -> None:
    only_hash = Request(URL, Validators(body_hash="aa"))
    assert isinstance(head(304), Failed)
    assert isinstance(head(304, None, only_hash), Failed)


def test_a_304_keeps_the_validators_and_takes_new_ones() -> None:
    request = Request(URL, Validators('"1"', "Mon, 02 Mar 2026 08:00:00 GMT", "aa"))
    kept = head(304, {}, request)
    assert isinstance(kept, Unchanged) and kept.validators == request.validators
    fresh = head(304, {"ETag": '"2"'}, request)
    assert isinstance(fresh, Unchanged)
    assert fresh.validators == Validators('"2"', "Mon, 02 Mar 2026 08:00:00 GMT", "aa")


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip, gzip", "gzip," * 50, "rot13"])
def test_a24_a25_a_coding_that_was_not_asked_for_is_refused(coding: str) -> None:
    failed = head(200, {"Content-Encoding": coding})
    assert isinstance(failed, Failed) and failed.reason == "unasked coding"


def test_a_body_that_is_announced_too_large_is_not_even_begun() -> None:
    def announced(length: str) -> Failed | None:
        return judge_length(Request(URL), reply(200, {"Content-Length": length}))

    assert [announced(length) for length in ("10000000", "", "-1", "many")] == [None] * 4
    for length in ("10000001", "9" * 5000):
        failed = announced(length)
        assert failed is not None and failed.reason == "too large"


def test_f44_the_same_body_under_a_new_etag_is_unchanged() -> None:
    request = Request(URL, Validators('"1"', None, "aa"))
    result = judge_body(request, reply(200, {"ETag": '"2"'}), b"x", "aa")
    assert result == Unchanged(URL, Validators('"2"', None, "aa"))


def test_a_new_body_comes_with_all_that_its_headers_say() -> None:
    headers = {"ETag": 'W/"2"', "Last-Modified": "then", "Content-Type": 'Text/HTML; Charset="GB2312"'}
    result = judge_body(Request(URL), reply(200, headers), b"x", "bb")
    assert result == Fetched(URL, b"x", "bb", "text/html", "gb2312", 'W/"2"', "then")
    assert content_type_of("") == ("", None)


@pytest.mark.parametrize("damaged", ['"1"\r\nX: y', '"\udce4"', '"ü"', "", "x" * 2000])
def test_a20_a_damaged_validator_is_never_sent(damaged: str) -> None:
    request = Request(URL, Validators(damaged, damaged, None))
    assert request_headers(request) == {"Accept": "*/*"}
    assert not is_conditional(request.validators)
