"""walls: is this page the one that was asked for, or a door in front of it - a login, a consent, a challenge?

A page that only says that there is none, or only sends readers on, stands for one just as little. Doors come with status
200. They are told by what they are made of, not by whose they are: a form that asks for a password and little else, the
scripts of a challenge, a form that wants consent before anything is shown. A page that has a text of its own is never a
door: a login box beside a notice list is furniture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from .markup import Page, squeezed

LOGIN, CONSENT, CHALLENGE = "login page", "consent page", "challenge page"
MISSING, SENT_ON = "no such page", "sent on"
LITTLE = 600  # code points without blanks: no notice list and no article is shorter and has a password form
LITTLE_CHALLENGE = 1_500  # challenges explain themselves at length, in several languages
MOST_LOOKED_AT = 500_000  # code points of a page: no door is larger
MUCH = 6_000  # code points of text: no door says so much
NAMED = 3_000  # a page whose title says what it is may say more

_PASSWORD = "input[type=password i]"  # noqa: S105 - a selector
_LOGIN_TITLE = re.compile(
    r"\b(?:log[ -]?in|sign[ -]?in|logon|authenticat\w+|single sign[- ]on|password)\b|登录|登陆|登入|统一身份认证|身份验证",
    re.IGNORECASE,
)
_LOGIN_PATH = re.compile(
    r"/(?:[\w-]*log-?in|sign-?in|sso|passport|cas|oauth2?|auth|account/login)(?:[/._?-]|$)", re.IGNORECASE
)
# looked for in the page in lower case: a search for each costs a hundredth of one pattern for all, case ignored
_SCRIPTS = (
    "/cdn-cgi/challenge-platform/", "__cf_chl", "cf_chl_opt", "challenges.cloudflare.com", "_incapsula_resource",
    "incapsula incident", "captcha-delivery.com", "datadome", "px-captcha", "perimeterx", "awswaf", "aws-waf-token",
    "acw_sc__v2", "aliyunwaf", "$_ts", "_guard/", "geetest", "grecaptcha", "recaptcha/api", "hcaptcha.com", "h-captcha",
    "cf-turnstile", "tcaptcha", "captcha.gtimg",
)  # fmt: skip
_WORDS = (
    "consent", "cookiewall", "gdpr", "before you continue", "just a moment", "verify you are", "checking your browser",
    "captcha", "unusual traffic", "access denied", "attention required", "验证", "访问过于频繁", "网站防火墙", "访问被阻断",
)  # fmt: skip
_MASKED = re.compile(r"""type\s*=\s*["']?password""")  # in a page in lower case
_CHALLENGE_WORDS = re.compile(
    r"just a moment|checking (?:if the site connection is secure|your browser)|verify (?:that )?you are (?:a )?human"
    r"|are you a robot|unusual traffic|ddos protection|attention required|complete the (?:captcha|security check)"
    r"|access denied|enable javascript and cookies to continue"
    r"|安全验证|人机验证|请完成验证|拖动滑块|滑动验证|访问过于频繁|请输入验证码|正在验证|网站防火墙|您的访问被阻断",
    re.IGNORECASE,
)
_CONSENT_WORDS = re.compile(
    r"before you continue|we value your privacy|accept (?:all )?cookies|agree to (?:our|the) (?:use of )?cookies"
    r"|consent to (?:the )?(?:use|processing)|your privacy choices|cookie (?:settings|preferences)|同意.{0,12}(?:隐私|cookie)",
    re.IGNORECASE,
)
_CONSENT_FORM = "form[action*=consent i], form[action*=cookiewall i], form[action*=gdpr i], [id*=cookiewall i]"
_MISSING_TITLE = re.compile(
    r"(?:http |error )*404(?:\s*[-_|:：—–].{0,80}|\s*(?:not found|error|page|错误|页面|未找到|找不到).{0,60})?"
    r"|(?:(?:page|file) )?(?:not found|cannot be found)(?:\s*[-_|—–].{0,60})?"
    r"|(?:您(?:所)?访问的|对不起[,，]?)?(?:页面|网页|文件)(?:不存在|未找到|已删除|找不到了?)(?:\s*[-_|—–].{0,60})?",
    re.IGNORECASE,
)
_SENDS_ON = re.compile(r"\s*(\d{1,2})(?:\.\d*)?\s*[;,]\s*url\s*=\s*['\"]?\s*([^'\"\s]{1,2000})", re.IGNORECASE)
_AT_ONCE = 10  # seconds; a page that turns later is meant to be read
_JAVASCRIPT = re.compile(r"(?:enable|requires?|turn on|need|启用|开启)\s*javascript")


@dataclass(frozen=True, slots=True)
class Signs:
    """What of a page speaks for a door."""

    password: bool = False
    script: str = ""
    consent_form: bool = False
    javascript: bool = False


NOTHING = Signs()


def signs(page: Page, html: str) -> Signs:
    """What speaks for a door; nothing, at the price of a few searches, on nearly every page."""
    low = html[:MOST_LOOKED_AT].lower()
    password = "password" in low and _MASKED.search(low) is not None
    script = next((sign for sign in _SCRIPTS if sign in low), "")
    javascript = "javascript" in low and _JAVASCRIPT.search(low) is not None
    if not (password or script or javascript or any(word in low for word in _WORDS)):
        return NOTHING
    return Signs(
        password=password and page.tree.css_first(_PASSWORD) is not None,
        script=script,
        consent_form=page.tree.css_first(_CONSENT_FORM) is not None,
        javascript=javascript,
    )


def door(found: Signs, title: str, text: str, url: str) -> tuple[str, str]:
    """(which door, what tells it); two empty strings for a page that is none."""
    length = len(squeezed(text[:20_000]))
    head = f"{title}\n{text[:2_000]}"
    words = _CHALLENGE_WORDS.search(head)
    if found.script and ((words and length < LITTLE_CHALLENGE) or length < LITTLE // 4):
        return CHALLENGE, f"its script {found.script.strip()[:40]!r}" + (f", “{words.group()[:40]}”" if words else "")
    if words and length < LITTLE and (_CHALLENGE_WORDS.search(title) or found.javascript):
        return CHALLENGE, f"it says “{words.group()[:40]}”"
    if found.password:
        named = _LOGIN_TITLE.search(title) or _LOGIN_PATH.search(urlsplit(url).path or "/")
        if length < LITTLE or (named and length < NAMED):
            return LOGIN, f"a form for a password{f' under the title {title[:60]!r}' if title else ''}, and little else"
    consent = _CONSENT_WORDS.search(head)
    asked = found.consent_form or (urlsplit(url).hostname or "").startswith("consent.")
    if consent and length < LITTLE_CHALLENGE and asked:
        return CONSENT, f"it says “{consent.group()[:40]}”"
    return "", ""


def _stand_in(page: Page, html: str, title: str, text: str, url: str) -> tuple[str, str]:
    """(which, what tells it) of a page of a line or two that stands where another was asked for."""
    length = len(squeezed(text)) if len(text) < LITTLE_CHALLENGE else LITTLE
    if length < LITTLE // 2 and _MISSING_TITLE.fullmatch(title.strip()):
        return MISSING, f"its title is {title.strip()[:60]!r}, though it came with status 200"
    if length < LITTLE // 4 and "refresh" in html[:MOST_LOOKED_AT].lower():
        sign = page.tree.css_first("meta[http-equiv=refresh i]")
        found = _SENDS_ON.match((sign.attributes.get("content") or "") if sign is not None else "")
        to = _joined(url, found.group(2)) if found and int(found.group(1)) <= _AT_ONCE else ""
        if to and to != url:
            return SENT_ON, f"it sends readers on to {to[:300]}"
    return "", ""


def _joined(url: str, to: str) -> str:
    try:
        return urljoin(url, to).partition("#")[0]
    except ValueError:  # no address at all
        return ""


def told(page: Page, html: str, title: str, text: str, url: str) -> dict[str, str]:
    """`door` and `door_why` of a page that is one, `doubt` of one that may be, if it also lost what it had.

    `text` is all of the page's; one with much of it is not looked at.
    """
    if len(text) >= MUCH:
        return {}
    which, why = _stand_in(page, html, title, text, url)
    if which:
        return {"door": which, "door_why": why}
    found = signs(page, html)
    if found == NOTHING:
        return {}
    which, why = door(found, title, text, url)
    if which:
        return {"door": which, "door_why": why}
    doubtful = doubt(found, title, text)
    return {"doubt": doubtful} if doubtful else {}


def doubt(found: Signs, title: str, text: str) -> str:
    """What makes a page doubtful, if it also lost nearly all it had; empty for nothing."""
    head = f"{title}\n{text[:2_000]}"
    if found.password:
        return LOGIN
    if found.script or _CHALLENGE_WORDS.search(head):
        return CHALLENGE
    if found.consent_form or _CONSENT_WORDS.search(head):
        return CONSENT
    return "a page that wants JavaScript" if found.javascript else ""
