"""Servers that know only old TLS rules: read where a source says so, and nowhere else."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from monitor.adapters.http import HttpFetcher, lenient_tls
from monitor.config.watchlists import load_files
from monitor.domain.intent import Lease, LinkClaim, SourceClaim
from monitor.domain.source import Failed, Fetched, Request, Validators
from monitor.pipeline import poll
from tests.fakes.web import Web

TLS = Path(__file__).parent.parent / "fakes" / "tls"


def old_server() -> ssl.SSLContext:
    """A server whose only key exchange is a weak one, as many an old site's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "old-rsa.pem")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-SHA:@SECLEVEL=0")
    context.load_dh_params(TLS / "old-rsa.pem")
    return context


def fetcher(trusted: bool = True) -> HttpFetcher:
    """One that trusts our authority under both rules; robots.txt is asked for first, so both need them."""
    old = lenient_tls()
    if trusted:
        old.load_verify_locations(TLS / "old-rsa.pem")
    strict = ssl.create_default_context(cafile=TLS / "old-rsa.pem")
    return HttpFetcher("mention-monitor/0.1", ["127.0.0.0/8"], 0.0, tls=strict, old_tls=old)


async def test_an_old_server_is_refused_with_the_option_that_helps() -> None:
    ours = fetcher()
    async with Web(tls=old_server()) as web:
        answer = await ours.fetch(Request(web.url("/x", "localhost")))
        assert isinstance(answer, Failed)
        assert (answer.reason, "old_tls: true" in answer.detail) == ("tls: server too old", True)
    await ours.close()


async def test_a_source_that_asks_for_old_tls_is_read_its_robots_txt_too() -> None:
    ours = fetcher()
    async with Web(tls=old_server()) as web:
        web.page("/x", b"x")
        answer = await ours.fetch(Request(web.url("/x", "localhost"), old_tls=True))
        assert isinstance(answer, Fetched)
        assert web.paths() == ["/robots.txt", "/x"]
    await ours.close()


async def test_old_tls_checks_certificates_all_the_same() -> None:
    ours = fetcher(trusted=False)
    async with Web(tls=old_server()) as web:
        answer = await ours.fetch(Request(web.url("/x", "localhost"), old_tls=True))
        assert isinstance(answer, Failed)
        assert (answer.reason, web.asked) == ("tls: certificate self-signed", [])
    await ours.close()


@pytest.mark.parametrize(("written", "asked"), [("true", True), ("false", False), (None, False)])
def test_old_tls_is_asked_for_by_the_source_and_its_links(written: str | None, asked: bool) -> None:
    line = f"    old_tls: {written}\n" if written else ""
    text = f"sources:\n  - source: s\n    listing: https://a.example/\n{line}"
    (source,) = load_files({"a.yaml": text.encode()}, environ={}).sources
    from monitor.adapters.sql.sources import options_text

    options = options_text(source)
    claim = SourceClaim(
        "s", "listing", source.address, "a.example:443", Lease("w", 1), None, 900, None, 900, None, options,  # type: ignore[arg-type]
        Validators(), 0, 0, False,
    )  # fmt: skip
    link = LinkClaim(
        1, "s", "listing", "a", "https://a.example/1", "a.example:443", "", False, False, Lease("w", 1), None, 0, 0,  # type: ignore[arg-type]
        Validators(), None, options,
    )  # fmt: skip
    assert (poll.source_request(claim, 1, 1).old_tls, poll.link_request(link, 1, 1).old_tls) == (asked, asked)
