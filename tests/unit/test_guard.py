"""Which addresses may be dialled, and by what name."""

from __future__ import annotations

import asyncio
import socket
import threading
from ipaddress import ip_address

import pytest

from monitor.adapters.guard import AddressInfo, Guard, GuardedResolver, PrivateAddress, is_public
from monitor.domain.errors import SettingsError


def info(address: str) -> AddressInfo:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return (family, socket.SOCK_STREAM, 6, "", (address, 80))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1",  # A01
        "169.254.169.254", "fe80::1", "fd00:ec2::254",  # A02
        "100.64.0.1", "100.100.100.200", "100.127.255.255",  # A03
        "::ffff:7f00:1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "::",  # A04
        "64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "64:ff9b:1::808:808",  # A05
        "2002:7f00:1::", "2002:808:808::1", "2001:0:7f00:1::", "2001::1", "fec0::1", "5f00::1",  # A06
        "0.0.0.0", "224.0.0.1", "239.1.2.3", "ff02::1", "240.0.0.1", "255.255.255.255", "198.18.0.1",  # A07
        "198.19.255.255", "192.88.99.1", "192.0.0.8", "192.0.2.1", "198.51.100.1", "203.0.113.1",
        "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "2001:db8::1", "3fff::1",
        "2001:2::1", "2001:10::1", "100::1", "4000::1", "e000::1",
    ],
)  # fmt: skip
def test_a01_to_a07_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))
    assert not Guard().allows(address, "name.example")


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "223.5.5.5", "2606:4700:4700::1111",
     "2400:3200::1", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)  # fmt: skip
def test_public_addresses_are_public(address: str) -> None:
    assert Guard().allows(address)


def test_private_ones_are_allowed_by_name_or_network_only() -> None:
    guard = Guard(["127.0.0.0/8", "Intranet.Example.", "fd00::/8", "[::1]"])
    assert guard.allows("127.0.0.1", "anything.example")
    assert guard.allows("::ffff:127.0.0.1")  # it is the same address
    assert guard.allows("10.1.2.3", "intranet.example")
    assert guard.allows("fd00::1") and guard.allows("::1")
    assert not guard.allows("10.1.2.3", "other.example")
    assert not guard.allows("2002:7f00:1::")  # a way round, not the address that was allowed
    assert not guard.allows("fe80::1%eth0", "other.example")
    assert not guard.allows("")


@pytest.mark.parametrize("entry", ["10.0.0.0/33", "10.0.0", "http://intranet/", "a b", "1.2.3.4.5"])
def test_an_entry_that_is_neither_name_nor_network_is_told(entry: str) -> None:
    with pytest.raises(SettingsError, match="MONITOR_ALLOW_PRIVATE"):
        Guard([entry])


def test_a09_a_name_with_a_public_and_a_private_record_is_refused() -> None:
    with pytest.raises(PrivateAddress):
        Guard().sift("two-faced.example", [info("8.8.8.8"), info("10.0.0.1")])


def test_a_name_keeps_its_allowed_records() -> None:
    both = [info("127.0.0.1"), info("::1")]
    assert Guard(["127.0.0.0/8"]).sift("localhost", both) == both[:1]
    assert Guard(["localhost"]).sift("localhost", both) == both
    with pytest.raises(PrivateAddress):
        Guard(["192.168.0.0/16"]).sift("localhost", both)


def test_no_socket_is_made_for_a_private_address() -> None:
    with pytest.raises(PrivateAddress):
        Guard().open_socket(info("127.0.0.1"))
    with pytest.raises(PrivateAddress):
        Guard(["127.0.0.0/8"]).open_socket((socket.AF_UNIX, socket.SOCK_STREAM, 0, "", ("/run/docker.sock",)))
    Guard(["127.0.0.0/8"]).open_socket(info("127.0.0.1")).close()


def test_the_refusal_says_which_setting_allows_it() -> None:
    advice = PrivateAddress("10.0.0.1", "intranet.example").advice()
    assert "10.0.0.1 (of intranet.example)" in advice
    assert "MONITOR_ALLOW_PRIVATE" in advice


async def test_f39_sixty_silent_name_servers_do_not_delay_one_that_answers() -> None:
    silence = threading.Event()

    def lookup(host: str, port: int, family: int) -> list[AddressInfo]:
        if host.startswith("silent"):
            silence.wait(10)
        return [info("8.8.8.8")]

    resolver = GuardedResolver(Guard(), lookup)
    waiting = [asyncio.create_task(resolver.resolve(f"silent-{number}.example")) for number in range(60)]
    await asyncio.sleep(0)
    found = await asyncio.wait_for(resolver.resolve("quick.example", 80), 2)
    assert [result["host"] for result in found] == ["8.8.8.8"]
    silence.set()
    await asyncio.gather(*waiting)


async def test_a_name_that_is_unknown_raises_what_the_system_says() -> None:
    def lookup(host: str, port: int, family: int) -> list[AddressInfo]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(socket.gaierror):
        await GuardedResolver(Guard(), lookup).resolve("nowhere.example")
