"""server: where does a channel's mail go, and as whom?"""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address

from ...domain.secret import Secret
from ..channels import ChannelError, parsed

_DEFAULT_PORTS = {"insecure": 25, "starttls": 587, "ssl": 465}
_NAME = "mention-monitor"


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how mail of a channel is handed over."""

    host: str
    port: int
    mode: str  # insecure, starttls or ssl
    user: str
    password: Secret
    sender: Address
    recipients: tuple[str, ...]

    @property
    def door(self) -> tuple[str, int, str, str, Secret]:
        """What two channels must share to use one connection."""
        return self.host, self.port, self.mode, self.user, self.password


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for a connection, for each reply, for all of them up to the final dot, for the reply to
    that (RFC 5321: 600), and how long a connection is kept for a next mail. Together less than a lease."""

    connect: float = 20.0
    reply: float = 60.0
    before: float = 240.0
    final: float = 600.0
    idle: float = 5.0


def read(url: Secret) -> Server:
    """What Apprise reads off a mail URL. Raises ChannelError without the URL in it."""
    from apprise.plugins.email.base import NotifyEmail

    plugin = parsed(url)
    if not isinstance(plugin, NotifyEmail):
        raise ChannelError("it is no mail URL")
    if plugin.cc or plugin.bcc:
        raise ChannelError("`cc` and `bcc` are refused: name every recipient in `to`, each gets a mail of its own")
    if not plugin.verify_certificate:
        raise ChannelError("`verify=no` is refused: name a certificate file for this server in SSL_CERT_FILE instead")
    name, sender = plugin.from_addr
    mode = str(plugin.secure_mode)
    return Server(
        host=str(plugin.smtp_host),
        port=int(plugin.port or _DEFAULT_PORTS[mode]),
        mode=mode,
        user=str(plugin.user or ""),
        password=Secret(str(plugin.password or "")),
        sender=address(str(sender), str(name or _NAME)),
        recipients=tuple(dict.fromkeys(str(target) for _, target in plugin.targets)),
    )


def address(text: str, name: str = "") -> Address:
    """A mail address for a header. Raises ChannelError when it is none."""
    user, _, domain = text.rpartition("@")
    try:
        return Address(name, user, domain.encode("idna").decode("ascii"))
    except (ValueError, IndexError) as error:
        raise ChannelError("a mail address in it cannot be used in a mail header") from error
