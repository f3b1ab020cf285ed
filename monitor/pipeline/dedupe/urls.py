"""urls: which addresses name the same page?"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from .listed import listed

DEFAULT_PORTS = {"http": "80", "https": "443"}
TRACKING_PREFIXES = ("utm_", "spm", "mtm_", "pk_", "hsa_", "_hs", "wt_", "at_", "trk", "share_", "wx_", "chksm")
TRACKING = frozenset(
    listed(
        """
    fbclid gclid dclid msclkid yclid twclid igshid mc_cid mc_eid ref ref_src ref_url referrer referer
    from_source isappinstalled share shareid sharer sharefrom share_token nsukey scene srcid cmpid ocid ncid cmp
    smid partner xtor rss feature vero_id oly_enc_id oly_anon_id s_cid icid ito abtest pass_ticket exportkey
    sharer_shareinfo sharer_shareinfo_first sessionid jsessionid phpsessid
    """
    )
)
SHARED_FROM = frozenset(
    listed(
        """
    timeline singlemessage groupmessage weibo weixin wechat qq app share rss
    """
    )
)
PRINT_VALUES = frozenset({"print", "amp", "1", "true", "yes", "mobile", "m"})
PRINT_PARAMETERS = frozenset(
    listed(
        """
    print printable amp output view outputtype mobile plain
    """
    )
)
PRINT_PATH = re.compile(r"(?:[_.-](?:print|amp|mobile)|/(?:amp|print|mobile)/?)(?=(?:\.s?html?)?$)", re.IGNORECASE)
PAGE_PATH = re.compile(r"(?:/(?:index|default)\.\w{3,5}|\.s?html?|/)$", re.IGNORECASE)
HOST_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp|wap|3g)\.")


def _tracks(name: str, value: str) -> bool:
    name = name.lower()
    if name == "from":
        return value.lower() in SHARED_FROM
    return name in TRACKING or name.startswith(TRACKING_PREFIXES)


def _split(url: str) -> tuple[str, str, str, list[tuple[str, str]], str] | None:
    """Scheme, host with a port that matters, path, parameters without tracking, route; None if it is no web address."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if not host or scheme not in DEFAULT_PORTS:
        return None
    if ":" in host:
        host = f"[{host}]"
    if port is not None and str(port) != DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    pairs = [(n, v) for n, v in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(n, v)]
    route = parts.fragment if parts.fragment.startswith(("!", "/")) else ""  # `#!/x`, `#/x`: pages of one-page sites
    return scheme, host, re.sub(r";jsessionid=[^/?]*", "", parts.path, flags=re.IGNORECASE), sorted(pairs), route


def canonical_url(url: str) -> str:
    """The stable form of an address, to tell documents and links apart; never used for fetching.

    Host in lower case, no default port, no fragment (but for routes of one-page sites), tracking and share parameters
    out, the others sorted, escapes written one way. What distinguishes pages is kept; what is no web address comes
    back stripped.
    """
    clean = url.encode("utf-8", "replace").decode("utf-8")
    found = _split(clean)
    if found is None:
        return clean.strip()
    scheme, host, path, pairs, route = found
    path = quote(unquote(path, errors="surrogateescape"), safe="/:@!$&'()*+,;=~-._", errors="surrogateescape") or "/"
    return urlunsplit((scheme, host, path, urlencode(pairs), route))


def page_key(url: str) -> str:
    """What two addresses of one page have in common; empty when the address names no page.

    Beyond `canonical_url` it leaves out the scheme, `www.` and `m.`, print and mobile forms, and `.html`.
    """
    found = _split(canonical_url(url))
    if found is None:
        return ""
    _, host, path, pairs, route = found
    host = HOST_PREFIX.sub("", host) if host.count(".") > 1 else host
    path = PAGE_PATH.sub("", PRINT_PATH.sub("", path))
    kept = [(n, v) for n, v in pairs if not (n.lower() in PRINT_PARAMETERS and v.lower() in PRINT_VALUES)]
    if not path and not kept and not route:
        return ""  # a home page carries many texts
    return f"{host}{path}?{urlencode(kept)}#{route}"


def host_of_page(page: str) -> str:
    """The host in a `page_key`."""
    return page.partition("/")[0].partition("?")[0]


def host_of(url: str) -> str:
    """The host of an address as `page_key` sees it, or an empty string."""
    found = _split(url)
    return "" if found is None else HOST_PREFIX.sub("", found[1])
