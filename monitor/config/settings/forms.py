"""forms: how are values written in a variable, where all is text?

Every parser takes what was written and gives what the model wants; what it does not know it hands on, so
that the model says what is wrong. Raises ValueError with what to write instead.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from ...domain.secret import Secret
from ..watchlists import values
from ..watchlists.services import LOCAL_SCHEMES


def words(value: object) -> object:
    """`a, b c` as a list, so that a variable needs no JSON."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def secret(value: object) -> object:
    """A Secret of a text."""
    return Secret(value) if isinstance(value, str) else value


def lower(value: object) -> object:
    """A word in small letters."""
    return value.strip().lower() if isinstance(value, str) else value


def header(value: object) -> object:
    """A text that may stand in an HTTP header."""
    if isinstance(value, str) and (len(value) > 300 or not all(" " <= character <= "~" for character in value)):
        raise ValueError("write up to 300 printable ASCII characters, such as https://example.org/about-us")
    return value


def seconds(value: object) -> object:
    """A number of seconds, or a duration such as 15 min."""
    return values.seconds(value, 0.0, 366 * values.DAY) if isinstance(value, str) and value[-1:].isalpha() else value


def size(value: object) -> object:
    """A number of bytes, or a size such as 10 MB."""
    if not isinstance(value, str):
        return value
    number, unit = value.strip().rstrip("kKmMgGbB "), value.strip().lower()
    factor = next((factor for end, factor in (("kb", 10**3), ("mb", 10**6), ("gb", 10**9)) if unit.endswith(end)), 1)
    return int(number) * factor if number.isdigit() else value


def networks(value: object) -> object:
    """Names, addresses and networks, each in its canonical form."""
    names = words(value)
    return tuple(values.network(str(name)) for name in names) if isinstance(names, tuple | list) else names


def console(value: object) -> object:
    """HOST:PORT as it is, None for off."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.lower() in ("off", "no", "none", "false"):
        return None
    host, colon, port = text.rpartition(":")
    plain = host.strip("[]")
    bare = ":" in plain and not host.startswith("[")
    if not colon or not plain or bare or not port.isdigit() or int(port) > 65_535:
        raise ValueError("write an address and a port such as 127.0.0.1:8765, or off")
    return text


def base_url(value: object) -> object:
    """http(s)://HOST[:PORT] without a path, None for nothing."""
    if not isinstance(value, str) or not value.strip():
        return None if isinstance(value, str) else value
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("write the address that people open, without a path: https://monitor.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() in ("localhost", "localhost.localdomain", "ip6-localhost")


def is_safe(url: str) -> bool:
    """Whether a password may be sent there: TLS, or this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def secret_address(value: object) -> object:
    """An http or https address that may hold a token, as a Secret."""
    if isinstance(value, str):
        try:
            values.address(value.strip())
        except ValueError:
            raise ValueError("write an http or https address, such as https://watcher.example.org/ping/ID") from None
    return secret(value.strip() if isinstance(value, str) else value)


def database(value: object) -> object:
    """A database URL of a kind that is supported, as a Secret."""
    url = secret(value)
    if isinstance(url, Secret):
        scheme, _, rest = url.reveal().strip().partition("://")
        if scheme not in ("sqlite", "postgresql", "postgres", "postgresql+psycopg") or not rest:
            raise ValueError("write sqlite:////PATH/monitor.db or postgresql://USER:PASSWORD@HOST/DATABASE")
        return Secret(url.reveal().strip())
    return url


def schemes(value: object) -> object:
    """Apprise schemas, without those that reach into this machine."""
    written = words(value)
    if not isinstance(written, tuple | list):
        return written
    names = tuple(str(word).lower().removesuffix("://") for word in written)
    local = [name for name in names if name in LOCAL_SCHEMES]
    if local:
        raise ValueError(f"{local[0]}:// is never allowed: it reaches into this machine")
    return names
