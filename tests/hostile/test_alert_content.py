"""Content of strangers in alerts: nothing in it is run, called, followed or believed (A80-A85)."""

from __future__ import annotations

import email
import email.policy
import json
import re
from dataclasses import replace
from email.headerregistry import Address

import pytest

from monitor.domain.delivery import Draft, MessageKind
from monitor.pipeline import compose
from tests.fakes.drafts import MATCH, draft, hit

ME, YOU = Address("mention-monitor", "monitor", "example.org"), Address("", "lena", "example.org")
CHATS = ("slack", "discord", "tgram", "wecombot", "matrix", "workflows")


def mail(one: Draft) -> email.message.EmailMessage:
    return email.message_from_bytes(compose.mail(one, ME, YOU)[1], policy=email.policy.default)  # type: ignore[return-value]


def parts(one: Draft) -> tuple[str, str]:
    """The text and the HTML part as a mail program would show them."""
    message = mail(one)
    return tuple(message.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr,return-value]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b", "\x00\r\n"])
@pytest.mark.parametrize("field", ["title", "topic_name", "source"])
def test_a80_a_line_end_in_content_adds_no_header(end: str, field: str) -> None:
    evil = f"启明{end}Bcc: eve@evil.example{end}{end}<b>body</b>"
    message = mail(draft(hit(**{field: evil})))
    assert message["Bcc"] is None
    assert len(message.get_all("Subject")) == 1
    assert message["To"] == "lena@example.org"
    raw = compose.mail(draft(hit(**{field: evil})), ME, YOU)[1]
    assert not re.search(rb"(?im)^bcc:", raw)


def test_a80_subjects_of_baselines_and_notices_are_one_line_too() -> None:
    evil = "x\r\nBcc: eve@evil.example"
    for one in (draft(source=evil, kind=MessageKind.BASELINE), replace(draft(), kind=MessageKind.NOTICE, subject=evil)):
        assert mail(one)["Bcc"] is None


@pytest.mark.parametrize(
    "template",
    [
        "{{7*7}}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{% for x in range(10**9) %}a{% endfor %}",
        "${7*7}",
        "{0.__class__}",
        "%(x)s",
    ],
)
def test_a81_templates_in_content_stay_as_they_are(template: str) -> None:
    one = draft(hit(title=template, passage=f"{template} {MATCH}", reasons=(template,)))
    text, page = parts(one)
    assert template.split(maxsplit=1)[0] in text
    assert "49" not in compose.subject(one)
    assert template in page.replace("&#39;", "'").replace("&#34;", '"')
    assert template in json.loads(compose.webhook(one)[1])["tellings"][0]["hit"]["title"]


@pytest.mark.parametrize(
    "mention", ["@everyone", "@here", "<!channel>", "<!here|x>", "<@U012AB>", "<@&1234>", "@all", "<users/all>"]
)
@pytest.mark.parametrize("schema", CHATS)
def test_a82_content_calls_nobody_in_a_chat(mention: str, schema: str) -> None:
    evil = hit(
        title=mention,
        passage=f"{mention} {MATCH} {mention}",
        reasons=(mention,),
        source=mention,
        url=f"https://x.example/{mention}",
    )
    for one in (draft(evil), draft(evil, evil, kind=MessageKind.DIGEST), replace(draft(evil), body=mention)):
        title, body = compose.chat(one, schema)
        assert "@" not in title + body
        assert "<" not in title + body


@pytest.mark.parametrize(
    "link",
    [
        "[safe](http://evil.example)",
        "<http://evil.example|safe>",
        '<a href="http://evil.example">safe</a>',
        "![x](http://evil.example/i.png)",
    ],
)
def test_a83_content_makes_no_links(link: str) -> None:
    one = draft(hit(title=link, passage=f"{link} {MATCH}", reasons=(link,), also_at=(link,)))
    for schema in CHATS:
        post = "\n".join(compose.chat(one, schema))
        assert "](" not in post
        assert "<" not in post
    page = parts(one)[1]
    assert "evil.example" not in "".join(re.findall(r'href="([^"]*)"', page))
    assert "<img" not in page


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "https://good.example@evil.example/",
        "file:///etc/passwd",
        'https://x.example/"><script>alert(1)</script>',
        "https://x.example/\r\nX: y",
        "http://[::1",
        "https://" + "a" * 3_000 + ".example/",
        "https://аррӏе.example/",
    ],
)
def test_a83_only_plain_web_addresses_become_links_and_their_host_is_shown(address: str) -> None:
    text, page = parts(draft(hit(url=address)))
    for href in re.findall(r'href="([^"]*)"', page):
        assert re.fullmatch(r"https?://[a-z0-9.:\-]+/[!-~]*", href)
        assert "good.example" not in href
        assert f"at {re.split('/', href)[2]}" in page
    assert "<script" not in page
    assert "\r\nX: y" not in text


@pytest.mark.parametrize(
    "char", ["\u202e", "\u2066", "\u200b", "\u200d", "\u2063", "\ufeff", "\u00ad", "\x1b", "\x07", "\x9b", "\U000e0041"]
)
def test_a84_what_cannot_be_seen_is_shown_by_its_number(char: str) -> None:
    one = draft(hit(title=f"启明{char}计划", passage=f"启{char}明 {MATCH}", source=f"a{char}b"))
    shown = f"⟨U+{ord(char):04X}⟩"
    text, page = parts(one)
    assert shown in mail(one)["Subject"]
    assert shown in text
    assert shown in page
    for part in (text, page, mail(one)["Subject"], *compose.chat(one, "slack")):
        assert char not in part
    assert char not in compose.webhook(one)[1].decode("ascii")


def test_a84_half_a_character_breaks_no_message() -> None:
    one = draft(hit(title="启明\ud800计划", passage=f"\udfff{MATCH}", url="https://x.example/\ud800"))
    assert "⟨U+D800⟩" in parts(one)[0]
    assert compose.webhook(one)[1].isascii()
    assert "⟨U+D800⟩" in compose.chat(one, "tgram")[0]


def test_a85_a_title_of_200_kb_is_cut_with_a_note() -> None:
    huge = "启明计划" * 50_000
    one = draft(
        hit(
            title=huge,
            topic_name=huge,
            source=huge,
            url="https://x.example/" + huge,
            reasons=(huge,) * 50,
            also_at=(huge,) * 500,
        )
    )
    assert len(mail(one)["Subject"]) <= 180
    text, page = parts(one)
    assert "cut: 200,000 characters in all" in re.sub(r"\s+", " ", text)
    assert "cut: 200,000 characters in all" in page
    assert len(text) < 20_000
    assert len(page) < 40_000


def test_a85_ten_thousand_hits_are_all_listed_in_one_message() -> None:
    hits = [hit(number, title=f"启明计划通知 {number}.", facts=()) for number in range(10_000)]
    text, page = parts(draft(*hits, kind=MessageKind.DIGEST, console="https://console.example.org"))
    assert sum(1 for number in range(10_000) if f"通知 {number}." in text) == 10_000
    assert "9,700 more; the text part of this mail lists every one" in page
    assert len(page) < 500_000


def test_a89_markup_in_every_field_is_shown_and_never_run() -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    fields = dict.fromkeys(("title", "topic_name", "source", "term", "form", "kind", "url", "text"), evil)
    facts = (
        {"fact": "issuer", "role": "issues", "name": evil},
        {"fact": "deadline", "date": evil},
        {"fact": "money", "low": 1, "currency": evil, "per": evil, "role": "reward", "text": evil},
    )
    one = draft(hit(**fields, facts=facts, reasons=(evil,), also_at=(evil,), changes=((evil, evil),), warnings=(evil,)))  # type: ignore[arg-type]
    for page in (compose.html(one), compose.html(replace(one, kind=MessageKind.NOTICE, body=evil, subject=evil))):
        assert not re.search(r"<(script|img)", page)
        assert "&lt;script&gt;" in page


def test_personal_data_are_masked_but_the_match_is_not() -> None:
    passage = f"联系人：hr@agency.example.org，电话13800138000。{MATCH}"
    start = len("题") + 1 + passage.index(MATCH)
    told = hit(title="题", passage=passage, passage_start=2, start=start, end=start + len(MATCH))
    for part in (
        *parts(draft(told)),
        "\n".join(compose.chat(draft(told), "slack")),
        json.dumps(json.loads(compose.webhook(draft(told))[1]), ensure_ascii=False),
    ):
        assert "13800138000" not in part
        assert "hr@agency" not in part
        assert "hr＠agency" not in part
        assert MATCH in re.sub(r"\n> |\n", "", part)
