"""guard: may a socket be opened to this address?

Every address that content or a watchlist names is dialled through `GuardedConnector`. It checks the
address that is connected to, not the one that was written: once when a name is resolved, once when the
socket is made, once when the other end has answered.
"""

from __future__ import annotations

import asyncio
import errno
import re
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakSet

from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from ..domain.errors import SettingsError

if TYPE_CHECKING:
    from aiohttp import ClientRequest, ClientTimeout
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
AddressInfo: TypeAlias = tuple[int, int, int, str, tuple[Any, ...]]
Lookup: TypeAlias = Callable[[str, int, int], Sequence[AddressInfo]]

# IANA special-purpose registries (2025). Python's own `is_global` calls 64:ff9b::a9fe:a9fe, 2002:7f00:1::,
# fec0::1 and 5f00::1 global (reliability.md §3), so it is not asked. When in doubt an address is special.
SPECIAL_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
GLOBAL_V6 = IPv6Network("2000::/3")
SPECIAL_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
MAPPED = IPv6Network("::ffff:0:0/96")
NAT64 = IPv6Network("64:ff9b::/96")  # what DNS64 answers for public IPv4 in networks without it

DNS_THREADS = 64  # asyncio's own executor has 6 on two cores, and one slow name server fills them
DNS_TTL = 60  # seconds

_dialled: ContextVar[str] = ContextVar("dialled", default="")


class PrivateAddress(OSError):
    """The address is not a public one and no setting allows it; nothing was sent."""

    def __init__(self, address: str, host: str = "") -> None:
        super().__init__(errno.EACCES, "private address")
        self.address = address
        self.host = host

    def advice(self) -> str:
        """What was refused, and which setting allows it."""
        of = f" (of {self.host})" if self.host and self.host != self.address else ""
        return (
            f"{self.address}{of} is not a public address; to allow it, name the host or its network "
            "in MONITOR_ALLOW_PRIVATE"
        )


def dialled_address(address: Address) -> Address:
    """The IPv4 address that really is reached through a mapped or NAT64 one; else the address itself."""
    if isinstance(address, IPv6Address) and (address in MAPPED or address in NAT64):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet: unicast, global, no way round to a special one.

    IPv4 inside 6to4, Teredo, `::a.b.c.d` or a local NAT64 prefix is never public, whatever it holds.
    """
    address = dialled_address(address)
    if isinstance(address, IPv4Address):
        return not any(address in network for network in SPECIAL_V4)
    return address in GLOBAL_V6 and not any(address in network for network in SPECIAL_V6)


class Guard:
    """Says which addresses may be dialled: public ones, and private ones that settings name.

    `allow_private` has host names (`intranet.example`, `localhost`) and networks or addresses
    (`127.0.0.0/8`, `fd00::/8`). Raises SettingsError for an entry that is neither.
    """

    def __init__(self, allow_private: Iterable[str] = ()) -> None:
        names: set[str] = set()
        networks: list[Network] = []
        for entry in allow_private:
            text = entry.strip().strip("[]").lower()
            network = _network(text)
            if network is not None:
                networks.append(network)
            elif _is_name(text):
                names.add(text.rstrip(".").encode("idna").decode() if not text.isascii() else text.rstrip("."))
            elif text:
                raise SettingsError(
                    f"MONITOR_ALLOW_PRIVATE: {entry!r} is neither a host name nor a network; "
                    "write for example intranet.example or 10.1.0.0/16"
                )
        self._names = frozenset(names)
        self._networks = tuple(networks)

    def allows(self, address: str, host: str = "") -> bool:
        """Whether this address may be dialled on behalf of this host name."""
        try:
            parsed = ip_address(address)
        except ValueError:  # a zone ("fe80::1%eth0") or no address at all
            return False
        return is_public(parsed) or host.rstrip(".").lower() in self._names or self._in_networks(parsed)

    def _in_networks(self, address: Address) -> bool:
        real = dialled_address(address)
        return any(address in network or real in network for network in self._networks)

    def sift(self, host: str, infos: Sequence[AddressInfo]) -> list[AddressInfo]:
        """The addresses of a name that may be dialled.

        Raises PrivateAddress when none is left, or when refused and public ones stand side by side: that
        is how a name is pointed inside while it looks like one outside (catalogue A09).
        """
        allowed = [info for info in infos if self.allows(info[4][0], host)]
        refused = [info[4][0] for info in infos if not self.allows(info[4][0], host)]
        if refused and (not allowed or any(is_public(ip_address(info[4][0])) for info in allowed)):
            raise PrivateAddress(refused[0], host)
        return allowed

    def open_socket(self, info: AddressInfo) -> socket.socket:
        """A socket for an address that may be dialled; the connector's `socket_factory`."""
        family, kind, protocol, _, where = info
        if family not in (socket.AF_INET, socket.AF_INET6) or not self.allows(where[0], _dialled.get()):
            raise PrivateAddress(str(where[0]), _dialled.get())
        return socket.socket(family=family, type=kind, proto=protocol)


class GuardedResolver(AbstractResolver):
    """Resolves names in daemon threads of its own and lets only allowed addresses through.

    Daemon threads, because a name server that does not answer must not hold up the end of the process.
    """

    def __init__(self, guard: Guard, lookup: Lookup | None = None) -> None:
        self._guard = guard
        self._lookup = lookup or system_lookup
        self._places = asyncio.Semaphore(DNS_THREADS)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises socket.gaierror or PrivateAddress."""
        async with self._places:
            infos = await self._in_thread(host, port, int(family))
        unique = list(dict.fromkeys((info[0], info[4][0]) for info in self._guard.sift(host, infos)))
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AddressFamily(kin),
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kin, address in unique
        ]

    async def _in_thread(self, host: str, port: int, family: int) -> Sequence[AddressInfo]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Sequence[AddressInfo]] = loop.create_future()

        def settle(infos: Sequence[AddressInfo], error: OSError | UnicodeError | None) -> None:
            if answer.done():
                return
            if error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(infos)

        def ask() -> None:
            try:
                infos, error = self._lookup(host, port, family), None
            except (OSError, UnicodeError) as trouble:
                infos, error = (), trouble
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, infos, error)

        threading.Thread(target=ask, name=f"dns {host}", daemon=True).start()
        return await answer

    async def close(self) -> None:
        """Nothing to give back: a thread that still waits for a name server ends by itself."""


def system_lookup(host: str, port: int, family: int) -> Sequence[AddressInfo]:
    """What the machine's resolver knows of a name. Raises socket.gaierror."""
    found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [info for info in found if info[0] in (socket.AF_INET, socket.AF_INET6)]


class GuardedConnector(TCPConnector):
    """The one way out for addresses that content or watchlists name; a drop-in aiohttp connector."""

    def __init__(self, guard: Guard, lookup: Lookup | None = None, **options: Any) -> None:
        super().__init__(
            resolver=GuardedResolver(guard, lookup),
            socket_factory=guard.open_socket,
            ttl_dns_cache=DNS_TTL,
            **options,
        )
        self._guard = guard
        self._met: WeakSet[asyncio.Transport] = WeakSet()  # transports whose other end was checked

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 - aiohttp's own signature
    ) -> Connection:
        """A pooled or new connection whose other end may be talked to. Raises PrivateAddress."""
        host = req.url.raw_host or ""
        _dialled.set(host)
        connection = await super().connect(req, traces, timeout)
        transport = connection.transport
        if transport is not None and transport not in self._met:
            peer = transport.get_extra_info("peername")
            if not peer or not self._guard.allows(peer[0], host):
                connection.close()
                raise PrivateAddress(str(peer[0]) if peer else "an unknown address", host)
            self._met.add(transport)
        return connection


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _is_name(text: str) -> bool:
    # "10.0.0.0/33" and "10.0.0" are mistakes, not names
    return bool(re.fullmatch(r"[\w.-]+", text)) and not re.fullmatch(r"[\d.]+", text)
