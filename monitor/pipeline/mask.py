"""mask: whose address, number or id stands here that a reader of an excerpt need not see?

Mail addresses, phone numbers, chat ids, bank and identity numbers are covered code point for code point, so that
spans hold. Matched text, addresses of pages, and digits inside a word stay. Linear, never an exception.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from .facts.numerals import narrow

COVER: Final = "•"
_LONG_RUN: Final = re.compile(r"\d{41,}")  # no contact is that long; one step instead of one at each digit

_URL: Final = re.compile(
    r"(?:https?|ftp|sftp|ws)://[^\s<>\"'，。；、）】》]{1,2000}|(?<![\w.@])www\.[^\s<>\"'，。；、）】》]{1,2000}", re.I
)
_AT: Final = re.compile(
    r"\s?(?:@|\(@\)|艾特|#(?=[\w-]{2,40}\.(?:com|org|net|edu|gov|ac|cn)\b)|\(at\)|\[at\]|\{at\}|（at）|_at_)\s?|"
    r"(?<=\w) at (?=[\w-]{2,30}(?: dot |\.)[a-z])",
    re.I,
)
_LOCAL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._%+'-]{0,62}[A-Za-z0-9_+-])?$")
_DOMAIN: Final = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:(?:\.| dot |点|。(?=(?:com|org|net|edu|gov|ac|cn)\b)|"
    r"\s?[(\[]dot[)\]]\s?)[A-Za-z0-9-]{2,63}){1,4}",
    re.I,
)
_UNICODE_DOMAIN: Final = re.compile(r"[\w-]{1,40}(?:\.[\w-]{2,40}){1,4}")

_MOBILE: Final = re.compile(
    r"(?<![A-Za-z0-9_.@#/\\=-])(?:\(?\+?(?:0086|86)\)?[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?![\d%]|[.,]\d|[A-Za-z])"
)
_SPELT: Final = re.compile(
    r"(?<![〇零○一二三四五六七八九幺])[一幺][三四五六七八九][〇零○一二三四五六七八九幺]{9}(?![〇零○一二三四五六七八九幺])"
)
_LANDLINE: Final = re.compile(
    r"(?<![A-Za-z0-9_.@#/\\=-])(?<!\d\s)(?:\(0[1-9]\d{0,2}\)[\s-]?|0[1-9]\d{1,2}[\s-]{1,3})\d{3,4}[\s-]?\d{3,4}(?:(?:-|"
    r"转|\s?ext\.?\s?)\d{1,5})?(?![\d%]|[.,]\d)"
)
_ABROAD: Final = re.compile(
    r"(?<![A-Za-z0-9_.@#/\\=])\(?(?:\+|"
    r"00(?=[1-9]))\d{1,3}\)?(?:[\s.()/-]{0,3}\d{1,5}){2,7}(?:\s?(?:ext\.?|"
    r"x)\s?\d{1,5})?(?![\d%])"
)
_AMERICAN: Final = re.compile(
    r"(?<![A-Za-z0-9_.@#/\\=-])(?:\(\d{3}\)\s?|\d{3}[-.\s])\d{3}[-.]\d{4}(?![A-Za-z0-9_-]|\.\d)"
)
_SERVICE: Final = re.compile(r"(?<![A-Za-z0-9_.@#/\\=-])(?:400|800)[\s-]\d{3,4}[\s-]\d{3,4}(?![A-Za-z0-9_-])")
_PHONE_LABEL: Final = re.compile(
    r"(?:联系电话|咨询电话|电话|手机号?码?|座机|传真|热线|联系方式|致电|拨打|来电|短信|"
    r"(?<![A-Za-z./])(?:tel(?:ephone)?s?|phones?|mobiles?|mob|cell(?:phone)?|fax|hotline|"
    r"call(?: us)?(?: on| at)?|ring|dial|text|whats\s?app|viber|signal|[TMPF](?=[.:])))"
    r"(?:\s?(?:no|number|num|line)\b)?\s?[^\w\n]{0,4}(?:\([^()\n]{1,16}\)|[一-鿿]{1,6}(?=[:\s(]))?[^\w\n+(]{0,4}",
    re.I,
)
_DIGITS: Final = re.compile(r"\(?\+?\d[\d\s()./-]{4,24}\d(?![\d%])(?:(?:\s?(?:转|ext\.?|x|-)\s?)\d{1,5})?")
_MORE_NUMBERS: Final = re.compile(r"\s?[、,，;；/或]\s?(?=[+(\d])")
_NO_PHONE_AHEAD: Final = re.compile(
    r"(?:isbn|issn|doi|gb/?t?|iso|iec|astm|ccs|no\.?|nr\.?|编号|文号|项目号|批准号|专利号?|"
    r"备案号?|代码|邮编|邮政编码|版本|型号|工号|grant|zip|"
    r"order|订单号?|序号|准考证号?|学号|票号|证书号?|patent|cas|version|id|qq)[\s:：#.-]{0,4}(?:[A-Za-z]{0,3}[\s-]?)?$",
    re.I,
)
_NO_PHONE_BEHIND: Final = re.compile(
    r"\s?(?:元|万|亿|人(?!:)|名|次|年|月|号文|吨|米|美元|欧元|yuan|dollars?|euros?|people|users|%)"
)
_DATELIKE: Final = re.compile(
    r"(?:19|20)\d{2}[\s./-]{1,3}(?:\d{1,2}(?:[\s./-]\d{1,2})?|(?:19|20)\d{2})|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}"
)

_CHAT: Final = re.compile(
    r"(?:微信(?!公众|小程序|支付|群)|薇信?(?=[:号\s])|➕\s?[微薇]信?|(?<![A-Za-z])(?:加|➕)\s?v(?=[:\s号])|威信(?=[:号])|"
    r"v信|(?<![A-Za-z])(?:vx|wx|we\s?chat|"
    r"weixin|qq|telegram|tg|whats\s?app|skype|line(?= ?id)|kakao(?:talk)?|viber|signal|"
    r"discord))"
    r"(?P<gap>(?:群|号码?|帐号|账号|同号|联系)?(?:[\s:(\"'“「【]|同手机|为|是|搜索|添加|加|群|"
    r"号|(?<![A-Za-z])(?:id|account|number|no\.?|is|at|name|handle|user)(?![A-Za-z])){0,8})"
    r"(?P<id>@?[A-Za-z][A-Za-z0-9_.-]{3,31}[A-Za-z0-9_]|@[A-Za-z0-9_]{3,32}|\d{5,13})(?![A-Za-z0-9_@])",
    re.I,
)
_CHAT_HANDLE: Final = re.compile(r"(?<![A-Za-z0-9./])(?:t\.me|wa\.me|line\.me)/[\w+/-]{3,40}", re.I)
_PLAIN_WORD: Final = re.compile(r"[A-Za-z]{1,32}")
_EXPLICIT: Final = re.compile(r"[:号]|\bid\b|账号|帐号|搜索|添加|加$|handle|account|user", re.I)

_IBAN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_CARD: Final = re.compile(
    r"(?<![A-Za-z0-9_.,@#/\\=-])(?:\d{4}[ -]){3}\d{1,7}(?![A-Za-z0-9_-])|(?<![A-Za-z0-9_.,@#/\\=-])\d{16,19}(?![A-Za-z0-9_])"
)
_ACCOUNT: Final = re.compile(
    r"(?:账号|帐号|账户|卡号|银行卡|开户行[^\n]{0,24}?(?:账号|帐号)|"
    r"(?<![A-Za-z])(?:account(?: (?:no|number|nr))?|acct|a/c(?: no)?|iban|card (?:no|"
    r"number)))\.?\s?[:为是#]?\s?[^\w\n]{0,2}(?P<no>\d(?:[\d -]{6,32})\d)(?![A-Za-z0-9_])",
    re.I,
)
_IDENTITY: Final = re.compile(
    r"(?<![\dA-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])"
)


def mask(text: str, keep: Sequence[tuple[int, int]] = ()) -> str:
    """The text with contacts covered by as many `•` as they have code points; spans in `keep` stay as they are."""
    view = _LONG_RUN.sub(lambda run: "_" * (run.end() - run.start()), narrow(text))
    veil = bytearray(len(text))
    for start, end in _found(view):
        veil[start:end] = b"\x01" * (end - start)
    if not any(veil):
        return text
    for found in _URL.finditer(view):
        if not view[found.start() : found.start() + 7].lower().startswith("mailto:"):
            _lift(veil, found.start(), found.end())
    for start, end in keep:
        _lift(veil, start, end)
    return _covered(text, veil)


def _found(view: str) -> Iterator[tuple[int, int]]:
    yield from _mails(view)
    yield from _phones(view)
    yield from _labelled(view)
    yield from _chats(view)
    yield from _accounts(view)


def _lift(veil: bytearray, start: int, end: int) -> None:
    start, end = max(0, start), min(len(veil), end)
    if start < end:
        veil[start:end] = bytes(end - start)


def _covered(text: str, veil: bytearray) -> str:
    pieces: list[str] = []
    at = 0
    for run in re.finditer(rb"\x01+", veil):
        pieces += text[at : run.start()], COVER * (run.end() - run.start())
        at = run.end()
    return "".join((*pieces, text[at:]))


def _mails(view: str) -> Iterator[tuple[int, int]]:
    """Addresses, looked for from their sign outwards, so that a long word costs nothing."""
    for sign in _AT.finditer(view):
        local = _LOCAL.search(view[max(0, sign.start() - 64) : sign.start()])
        domain = _DOMAIN.match(view, sign.end(), sign.end() + 200) or _UNICODE_DOMAIN.match(
            view, sign.end(), sign.end() + 200
        )
        if local is not None and domain is not None:
            yield sign.start() - (local.end() - local.start()), domain.end()


def _phones(view: str) -> Iterator[tuple[int, int]]:
    for spelt in _SPELT.finditer(view):
        yield spelt.span()
    for pattern in (_MOBILE, _LANDLINE, _ABROAD, _AMERICAN, _SERVICE):
        for found in pattern.finditer(view):
            if _is_number(view, found.start(), found.end()):
                yield found.span()


def _is_number(view: str, start: int, end: int) -> bool:
    digits = sum(char.isdigit() for char in view[start:end])
    return (
        7 <= digits <= 18
        and _DATELIKE.fullmatch(view[start:end].strip()) is None
        and _NO_PHONE_AHEAD.search(view[max(0, start - 16) : start]) is None
        and _NO_PHONE_BEHIND.match(view, end) is None
    )


def _labelled(view: str) -> Iterator[tuple[int, int]]:
    """Digits behind a word such as 电话 or Fax, and what is strung to them by commas."""
    for label in _PHONE_LABEL.finditer(view):
        at = label.end()
        for _ in range(6):
            found = _DIGITS.match(view, at, at + 48)
            if found is None or not _plausible(found[0]):
                break
            yield found.span()
            more = _MORE_NUMBERS.match(view, found.end())
            if more is None:
                break
            at = more.end()


def _plausible(digits: str) -> bool:
    count = sum(char.isdigit() for char in digits)
    return 5 <= count <= 18 and _DATELIKE.fullmatch(digits.strip()) is None


def _chats(view: str) -> Iterator[tuple[int, int]]:
    for found in _CHAT.finditer(view):
        name, gap = found["id"], found["gap"]
        plain = _PLAIN_WORD.fullmatch(name) is not None
        label = view[found.start() : found.start("gap")]
        direct = not gap and not label.isascii()
        if not plain or _EXPLICIT.search(gap) or (direct and len(name) >= 6):
            yield found.span("id")
    for found in _CHAT_HANDLE.finditer(view):
        yield found.start() + found[0].index("/") + 1, found.end()


def _accounts(view: str) -> Iterator[tuple[int, int]]:
    for found in _ACCOUNT.finditer(view):
        if sum(char.isdigit() for char in found["no"]) >= 8:
            yield found.span("no")
    for found in _IBAN.finditer(view):
        if _is_iban(found[0]):
            yield found.span()
    for found in _CARD.finditer(view):
        if _luhn(found[0]) and _NO_PHONE_AHEAD.search(view[max(0, found.start() - 16) : found.start()]) is None:
            yield found.span()
    for found in _IDENTITY.finditer(view):
        yield found.span()


def _is_iban(text: str) -> bool:
    packed = text.replace(" ", "")
    if not 15 <= len(packed) <= 34:
        return False
    turned = packed[4:] + packed[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _luhn(text: str) -> bool:
    digits = [int(char) for char in text if char.isdigit()]
    if not 13 <= len(digits) <= 19:
        return False
    doubled = [digit if place % 2 == 0 else sum(divmod(digit * 2, 10)) for place, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0
