"""apprise: all services that are neither mail nor a plain webhook, one URL a call.

Apprise cannot tell a refused post from one that was accepted late, so each of its failures counts as
`unknown`. It sleeps between two posts of one plugin object: that object is kept, and its channel sends
one post at a time, so that a slow service holds no thread that another one needs.
"""

from __future__ import annotations

import asyncio
import json
import re
from functools import partial
from typing import Any

from ..domain.delivery import AttemptOutcome, Channel, Draft, Frozen, SendResult
from ..domain.secret import Secret
from ..pipeline import compose
from .channels import ChannelError, Gates, in_thread, parsed, scheme, scrub

# Services that are reached over the network and show text; nothing that acts on this machine.
SCHEMES = tuple(
    sorted(
        {
            *("bark", "barks", "bluesky", "brevo", "chanify", "cliq", "dingtalk", "discord", "evolution", "fcm"),
            *("feishu", "flock", "gchat", "gotify", "gotifys", "guilded", "httpsms", "ifttt", "ilert", "incidentio"),
            *("join", "kook", "lark", "line", "mailgun", "mastodon", "mastodons", "matrix", "matrixs", "mmost"),
            *("mmosts", "nctalk", "nctalks", "ntfy", "ntfys", "o365", "onebot", "onebots", "opsgenie", "pagerduty"),
            *("pbul", "postmark", "pover", "prowl", "pushdeer", "pushdeers", "pushme", "pushplus", "qq", "resend"),
            *("revolt", "ringc", "rocket", "rockets", "ryver", "schan", "sendgrid", "sendpulse", "ses", "signal"),
            *("signals", "slack", "smtp2go", "sns", "sparkpost", "spike", "splunk", "spugpush", "squadcast"),
            *("stackfield", "synology", "synologys", "tgram", "threema", "twist", "twilio", "victorops", "vonage"),
            *("webex", "wecombot", "whatsapp", "workflow", "workflows", "wpush", "wxpusher", "wxteams", "xmpp"),
            *("xmpps", "zulip"),
        }
    )
)
_STATUS = re.compile(r"error[ =:]*\(?(401|403|404|410)\b")
_SECRET_WORDS = re.compile(r"[A-Za-z0-9_\-:.]{6,}")


class AppriseService:
    """The channel kind `apprise`: every scheme of the allow-list."""

    key = "apprise"
    schemes = SCHEMES

    def __init__(self, patience: float = 120.0) -> None:
        self._patience = patience
        self._gates = Gates(1)

    def recipients(self, url: Secret) -> tuple[str, ...]:
        """None by name: the channel itself. Raises ChannelError that says what is wrong, without the URL."""
        if scheme(url) not in SCHEMES:
            raise ChannelError(f"`{scheme(url) or '(no scheme)'}` is not among the services that may be used")
        parsed(url)
        return ()

    def freeze(self, channel: Channel, draft: Draft) -> Frozen:
        """Title and text within the service's limit, as JSON of those two."""
        title, body = compose.chat(draft, scheme(channel.url))
        payload = json.dumps({"title": title, "body": body}, ensure_ascii=False).encode()
        return Frozen(
            draft.id, channel.key, draft.recipient, "application/vnd.mention-monitor.post+json", payload, title
        )

    async def send(self, channel: Channel, frozen: Frozen) -> SendResult:
        """One post in a thread; without a success in time its end is unknown."""
        post = json.loads(frozen.payload)
        async with self._gates.turn(channel.key):
            sending = in_thread(partial(_notify, channel.url, post["title"], post["body"]))
            try:
                return await asyncio.wait_for(sending, self._patience)
            except TimeoutError:
                return SendResult(AttemptOutcome.UNKNOWN, f"no end after {self._patience:.0f} s")

    async def close(self) -> None:
        """Nothing to end: posts under way end by themselves, and nobody waits for them."""


def _notify(url: Secret, title: str, body: str) -> SendResult:
    import apprise

    try:
        plugin = parsed(url)
        service = apprise.Apprise(asset=plugin.asset)
        service.add(plugin)
        result = service.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
    except ChannelError as error:
        return SendResult(AttemptOutcome.REFUSED, str(error), broken=True)
    except Exception as error:  # noqa: BLE001  a plugin's bug must not stop the other channels
        return SendResult(AttemptOutcome.UNKNOWN, f"the {scheme(url)} plugin failed: {type(error).__name__}")
    if result:
        return SendResult(AttemptOutcome.DELIVERED, f"accepted by {scheme(url)}")
    said = _said(result, url)
    return SendResult(AttemptOutcome.UNKNOWN, said, broken=_STATUS.search(said) is not None)


def _said(result: Any, url: Secret) -> str:
    """The plugin's last warning without anything that stands in the URL: tokens are parts of it."""
    words = [str(getattr(line, "message", line)) for entry in result for line in entry.logs()]
    text = words[-1] if words else "no reason given"
    tokens = _SECRET_WORDS.findall(url.reveal().partition("://")[2])
    return scrub(f"{scheme(url)} did not accept it: {text}", *tokens)
