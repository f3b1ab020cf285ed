"""Addresses that lead inside (catalogue A01 to A22), tried for real: nothing may be sent."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest

from monitor.adapters.guard import AddressInfo, Guard, GuardedConnector, PrivateAddress
from monitor.adapters.http import HttpFetcher
from monitor.domain.source import Failed, Fetched, Request
from tests.fakes.web import Web

AGENT = "mention-monitor/0.1 (+https://contact.example)"
Names = Callable[[str, int, int], list[AddressInfo]]


def names(**known: list[str]) -> Names:
    """A resolver that knows these names; dots are written as underscores."""

    def lookup(host: str, port: int, family: int) -> list[AddressInfo]:
        addresses = known.get(host.replace(".", "_"))
        if addresses is None:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        return [
            (kin, socket.SOCK_STREAM, 6, "", (address, port)) for kin, address in zip(families, addresses, strict=True)
        ]

    return lookup


@pytest.fixture
async def inside() -> AsyncIterator[Web]:
    """A host of the private network with a secret."""
    async with Web() as web:
        web.page("/secret", b"secret")
        yield web


async def refused(address: str, lookup: Names | None = None, allow: tuple[str, ...] = ()) -> Failed:
    fetcher = HttpFetcher(AGENT, allow, 0.0, robots=False, lookup=lookup)
    try:
        result = await fetcher.fetch(Request(address, deadline=5.0))
    finally:
        await fetcher.close()
    assert isinstance(result, Failed), result
    return result


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0"])
async def test_a01_a04_a07_a_loopback_host_is_refused_and_hears_nothing(inside: Web, host: str) -> None:
    failed = await refused(inside.url("/secret", host))
    assert failed.reason == "private address"
    assert "MONITOR_ALLOW_PRIVATE" in failed.detail
    assert inside.asked == [] and inside.most_open == 0


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data/", "http://100.100.100.200/", "http://10.0.0.1/",  # A02, A03
        "http://[::1]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::127.0.0.1]/",  # A01, A04
        "http://[64:ff9b::a9fe:a9fe]/", "http://[64:ff9b:1::a00:1]/",  # A05
        "http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::]/", "http://[fec0::1]/", "http://[5f00::1]/",  # A06
        "http://224.0.0.1/", "http://240.0.0.1/", "http://198.18.0.1/", "http://[ff02::1]/",  # A07
    ],
)  # fmt: skip
async def test_a01_to_a07_special_addresses_are_refused_when_dialled(address: str) -> None:
    assert (await refused(address)).reason == "private address"


@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "127.0.0.1"])
async def test_a02_a_public_name_for_a_private_address_is_refused(address: str) -> None:
    failed = await refused("http://metadata.example/", names(metadata_example=[address]))
    assert failed.reason == "private address"
    assert f"{address} (of metadata.example)" in failed.detail


@pytest.mark.parametrize("host", ["0177.0.0.1", "2130706433", "127.1", "0x7f.1", "017700000001", "127.0.0.1."])
async def test_a08_number_forms_are_refused_as_bad_hosts(inside: Web, host: str) -> None:
    assert (await refused(inside.url("/secret", host))).reason == "bad address"
    assert inside.asked == []


@pytest.mark.parametrize("records", [["93.184.216.34", "127.0.0.1"], ["127.0.0.1", "93.184.216.34"]])
async def test_a09_a_name_with_a_public_and_a_private_record_is_refused(inside: Web, records: list[str]) -> None:
    lookup = names(two_example=records)
    assert (await refused(inside.url("/secret", "two.example"), lookup)).reason == "private address"
    assert inside.asked == []


async def test_a10_a_rebinding_name_is_checked_where_it_is_dialled(inside: Web) -> None:
    """The name is public when it is looked up; the socket that is asked for is private."""
    connector = GuardedConnector(Guard(), lambda host, port, family: names(re_example=["93.184.216.34"])(host, 80, 0))
    connector._convert_hosts_to_addr_infos = lambda _: [  # type: ignore[method-assign]
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", inside.port))
    ]
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await session.get(inside.url("/secret", "re.example"))
    assert isinstance(caught.value.os_error, PrivateAddress)
    assert inside.asked == []


async def test_a10_the_other_end_is_checked_once_more_when_it_has_answered(inside: Web) -> None:
    """Even a socket that was made elsewhere (a proxy, a new option) meets the guard before it is used."""
    connector = GuardedConnector(Guard())
    connector._socket_factory = lambda info: socket.socket(info[0], info[1])
    connector._resolver._guard = Guard(["localhost"])  # type: ignore[attr-defined]
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(aiohttp.ClientOSError, match="private address"):
            await session.get(inside.url("/secret", "localhost"))
    assert inside.asked == []


async def test_a10_each_connection_is_checked_and_not_only_the_first(inside: Web) -> None:
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])

    def lookup(host: str, port: int, family: int) -> list[AddressInfo]:
        return names(re_example=next(answers))(host, port, family)

    assert isinstance(await _fetch(inside.url("/secret", "re.example"), lookup), Fetched)
    assert (await refused("http://re.example/", lookup, ("127.0.0.0/8",))).reason == "private address"


async def _fetch(address: str, lookup: Names) -> object:
    fetcher = HttpFetcher(AGENT, ["127.0.0.0/8"], 0.0, robots=False, lookup=lookup)
    try:
        return await fetcher.fetch(Request(address))
    finally:
        await fetcher.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("hop", [1, 3, 5])
async def test_a11_each_hop_of_a_redirect_is_checked(inside: Web, status: int, hop: int) -> None:
    secret = inside.url("/secret").replace("127.0.0.1", "127.0.0.2")
    async with Web() as outside:
        for number in range(1, hop):
            outside.redirect(f"/{number}", f"/{number + 1}", status)
        outside.redirect(f"/{hop}", secret, status)
        failed = await refused(outside.url("/1"), allow=("127.0.0.1",))
    assert failed.reason == "private address"
    assert inside.asked == []


@pytest.mark.parametrize(
    "address",
    ["http://a\\@127.0.0.1/", "http://a.example\t@127.0.0.1/", "http://a.example#@127.0.0.1/",
     "http://[not-ip]/", " http://127.0.0.1/", "file:///etc/passwd", "source:file:///etc/passwd", "FILE:/etc/passwd",
     "gopher://127.0.0.1/", "ftp://127.0.0.1/", "data:,x", "javascript:x", "http://a.example/\r\nX-Y: z"],
)  # fmt: skip
async def test_a12_to_a15_a20_bad_addresses_are_refused_before_dns(address: str) -> None:
    looked_up: list[str] = []

    def lookup(host: str, port: int, family: int) -> list[AddressInfo]:
        looked_up.append(host)
        return []

    assert (await refused(address, lookup)).reason == "bad address"
    assert looked_up == []


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://127.0.0.1/", "http://a\\@127.0.0.1/", ""])
async def test_a14_a15_a_redirect_to_another_scheme_is_not_followed(location: str) -> None:
    async with Web() as web:
        web.redirect("/", location)
        failed = await refused(web.url("/"), allow=("127.0.0.0/8",))
    assert failed.reason == "bad address"
    assert web.url("/") in failed.detail


async def test_a16_no_proxy_is_taken_from_the_environment(inside: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Web() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url(""))
        result = await _fetch(inside.url("/secret"), names())
        assert isinstance(result, Fetched)
        assert proxy.asked == []


async def test_a19_credentials_stay_with_their_origin() -> None:
    async with Web() as other, Web() as web:
        web.redirect("/start", "/second")
        web.redirect("/second", other.url("/end"))
        other.page("/end", b"end")
        with_password = web.url("/start").replace("http://", "http://user:secret@")
        result = await _fetch(with_password, names())
    assert isinstance(result, Fetched) and "secret" not in repr(result)
    assert [asked.headers.get("authorization") for asked in web.asked] == ["Basic dXNlcjpzZWNyZXQ="] * 2
    assert "authorization" not in other.asked[0].headers


async def test_a_private_host_is_read_when_settings_name_it(inside: Web) -> None:
    for allow in ("127.0.0.0/8", "localhost"):
        fetcher = HttpFetcher(AGENT, [allow], 0.0)
        assert isinstance(await fetcher.fetch(Request(inside.url("/secret", "localhost"))), Fetched)
        await fetcher.close()
