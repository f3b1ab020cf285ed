"""services: is this a channel URL that can be sent to, and by whom?

Apprise parses every URL; nothing here ever puts a piece of a URL but its schema and the names of its
parameters into a message.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .fields import did_you_mean
from .nodes import show

_NETWORK = """
46elks amqp amqps apprise apprises aprs atalk azure bark barks betterstack bluesky brevo bsky bulksms bulkvs burstsms
chanify clickatell clicksend cliq cm d7sms dapnet deltachat deltachats dingtalk discord dot eight00com elks emby embys
enigma2 enigma2s evolution evolutions exotel feishu firehydrant flock flowtriq flowtriqs fluxer fluxers form forms
freemobile gchat github goalert goalerts gorush gorushs gotify gotifys groundmail groupme guilded gupshup hassio
hassios httpsms humhub humhubs ifttt ilert incidentio infobip irc ircs jellyfin jellyfins jira join json jsons kakao
kakaotalk kaleyra kavenegar klr kodi kodis kook kudosity kumulos lametric lametrics lark lauther lfg line mailersend
mailgun mailto mailtos mastodon mastodons matrix matrixs misskey misskeys mmost mmosts mobilemessage mobilemsg msg91
msgbird ncloud nclouds nctalk nctalks nexmo nostr notica noticas notifiarr notifico notificos notifyre ntfy ntfys o365
octopush onebot onebots onesignal opsgenie pagerduty pagertree parsep parseps pbul pinglet pinglets pingram pjet pjets
plivo postmark pover prowl psafer psafers push pushdeer pushdeers pushed pushme pushplus pushward pushy qq reddit
resend revolt ringc rocket rockets ryver schan sendgrid sendpulse serwersms ses seven sfr signal signalgrid signals
signl4 simplepush sinch slack smsc smseagle smseagles smsmanager smsmgr smstunnel smtp2go sns sparkpost spike splunk
spugpush spush squadcast stackfield strmlabs synology synologys telesign telnyx tgram threema toot toots trigv trigvs
tweet twilio twist twitter viber victorops voipms vonage webex wechat wecom wecombot whapi whatsapp workflow workflows
wpush wxpusher wxteams x xbmc xbmcs xmatters xml xmls youlmk zalo zcliq zohocliq zoom zulip
"""
_LOCAL = """
syslog rsyslog dbus gio glib kde qt file files windows macosx gnome smpp gammu exec
"""

DEFAULT_SCHEMES: frozenset[str] = frozenset(_NETWORK.split())
"""Schemas that may be sent to: the network services of Apprise 2.2. What a later version adds must be named in the settings."""

LOCAL_SCHEMES: frozenset[str] = frozenset(_LOCAL.split())
"""Schemas that no setting allows: they reach into this machine."""

REFUSED_PARAMETERS: dict[str, str] = {
    "optional": "a failure must be seen",
    "retry": "the service itself tries again",
    "wait": "the service itself waits",
    "tag": "a channel says who is told with topics:, kinds: and the like",
    "tags": "a channel says who is told with topics:, kinds: and the like",
    "attach": "nothing is attached from this machine",
    "attachment": "nothing is attached from this machine",
    "overflow": "messages are cut to fit before they are sent",
    "store": "nothing is kept outside the database",
    "redirect": "a redirect is never followed",
    "config": "a channel is one URL",
    "include": "a channel is one URL",
}
MAIL_REFUSED: dict[str, str] = {
    "cc": "name all who are told in to=, each gets a mail of their own",
    "bcc": "name all who are told in to=, each gets a mail of their own",
    "pgp": "mails are sent as they are",
    "pgppub": "no file of this machine is read",
    "pgpprv": "no file of this machine is read",
    "pgpkey": "no file of this machine is read",
    "wkd": "mails are sent as they are",
}

_MAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f]{1,64}@[^\s@<>,;:\"()\\\x00-\x1f]{1,253}")


@dataclass(frozen=True, slots=True)
class Service:
    """What a URL is: its ChannelKind key, the mail addresses of a mailto one, what else is known, and warnings."""

    kind: str
    recipients: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def check_url(url: str, schemes: Collection[str] = DEFAULT_SCHEMES) -> Service:
    """What the URL is. Raises ValueError with what to write instead, never with a secret."""
    scheme = _scheme(url, schemes)
    parameters = _parameters(url)
    mail = scheme in ("mailto", "mailtos")
    for refused in (REFUSED_PARAMETERS, MAIL_REFUSED if mail else {}):
        for name in parameters:
            if name in refused:
                raise ValueError(f"the parameter {name}= is refused: {refused[name]}; delete it")
    plugin = _instance(url, scheme)
    warnings = ["verify=no leaves the server's certificate unchecked: delete it"] if _off(parameters, "verify") else []
    if mail:
        return _mail(plugin, parameters, warnings)
    kind = "webhook" if scheme in ("json", "jsons") else "apprise"
    return Service(kind, options={"scheme": scheme}, warnings=tuple(warnings))


def _scheme(url: str, schemes: Collection[str]) -> str:
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)://", url)
    if not found:
        raise ValueError("it does not begin with a schema: write an Apprise URL such as mailto://HOST:PORT?from=A&to=B")
    scheme = found[1].lower()
    if scheme in LOCAL_SCHEMES:
        raise ValueError(f"{scheme}:// is refused: it reaches into this machine; write a service of the network")
    if scheme not in schemes:
        hint = (
            did_you_mean(scheme, schemes)
            or "; MONITOR_CHANNEL_SCHEMES names those that are allowed besides the usual ones"
        )
        raise ValueError(f"the schema {show(scheme)} is not on the allow-list{hint}")
    if re.search(r"[\x00-\x20\x7f]", url):
        raise ValueError("it holds a space or a control character: encode it as %20, and give one URL only")
    return scheme


def _parameters(url: str) -> dict[str, str]:
    try:
        query = urlsplit(url).query
    except ValueError:
        raise ValueError("its host cannot be read") from None
    return {name.lower(): value for name, value in parse_qsl(query, keep_blank_values=True)}


def _off(parameters: dict[str, str], name: str) -> bool:
    return parameters.get(name, "yes").strip().lower() in ("no", "0", "false", "n", "off", "disable", "disabled")


@contextmanager
def _hushed() -> Iterator[None]:
    """Apprise logs pieces of the URLs that it refuses; a secret must not reach any log."""
    logger = logging.getLogger("apprise")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _instance(url: str, scheme: str) -> Any:
    import apprise

    asset = apprise.AppriseAsset(storage_mode=apprise.PersistentStoreMode.MEMORY, secure_logging=True)
    with _hushed():
        plugin = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if plugin is None:
        raise ValueError(f"Apprise cannot use it as a {scheme}:// URL: check its host, tokens and parameters")
    return plugin


def _mail(plugin: Any, parameters: dict[str, str], warnings: list[str]) -> Service:
    addresses = [address for _, address in plugin.targets]
    wanted = [part.strip() for part in parameters.get("to", "").split(",") if part.strip()]
    for number, address in enumerate(wanted, 1):
        plain = address[address.rfind("<") + 1 :].rstrip(">") if "<" in address else address
        if not _MAIL.fullmatch(plain) or plain.lower() not in {known.lower() for known in addresses}:
            raise ValueError(f"address {number} in to= is no mail address: write to=name@example.org,other@example.org")
    if not addresses:
        raise ValueError("it names no recipient: write to=name@example.org")
    mode = str(plugin.secure_mode)
    if mode == "insecure":
        warnings.append(
            "mode=insecure sends mails and the password unencrypted: write mode=starttls or mode=ssl if the server can"
        )
    return Service("mail", tuple(dict.fromkeys(addresses)), {"scheme": "mailto", "mode": mode}, tuple(warnings))
