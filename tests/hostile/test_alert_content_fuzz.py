"""Any text in any field: a message is always made, and its frame is always ours."""

from __future__ import annotations

import email
import email.policy
import json
import re
from email.headerregistry import Address

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.delivery import Form, MessageKind
from monitor.pipeline import compose
from tests.fakes.drafts import draft, hit

PIECES = st.sampled_from(
    [
        "\r\n",
        "\x00",
        "\u202e",
        "\ud83d",
        "启明计划",
        "<script>",
        "{{x}}",
        "@everyone",
        "](",
        "http://e.example/",
        "=?utf-8?q?x?=",
        " ",
        "'\"&",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=12), max_size=12).map("".join)
FACTS = st.lists(
    st.dictionaries(
        st.sampled_from(
            [
                "fact",
                "low",
                "high",
                "currency",
                "date",
                "role",
                "name",
                "city",
                "province",
                "from",
                "to",
                "value",
                "per",
                "months",
            ]
        ),
        st.sampled_from(["money", "deadline", "place", "issuer", "period", "age"])
        | TEXTS
        | st.floats()
        | st.none()
        | st.integers(),
        max_size=6,
    ),
    max_size=4,
).map(tuple)


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, TEXTS, TEXTS, FACTS, st.integers(-50, 400), st.sampled_from(MessageKind), st.sampled_from(Form))
def test_a80_to_a89_any_content_makes_a_message_whose_frame_is_ours(
    title: str,
    passage: str,
    other: str,
    url: str,
    facts: tuple[dict[str, object], ...],
    start: int,
    kind: MessageKind,
    form: Form,
) -> None:
    one = hit(
        title=title, passage=passage, url=url, facts=facts, start=start, end=start + 4, topic_name=other, source=other,
        reasons=(other,), also_at=(url, other), changes=((title, passage),), text=passage[:4], term=other, warnings=(other,),
    )  # fmt: skip
    told = draft(one, kind=kind, form=form, subject=title, body=passage, source=other)
    raw = compose.mail(told, Address("m", "m", "x.example"), Address("", "lena", "example.org"))[1]
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert [name for name in mail if name.lower() in {"bcc", "cc", "to", "subject"}] == ["To", "Subject"]
    page = mail.get_body(("html",)).get_content()  # type: ignore[attr-defined]
    assert not re.search(r"<(script|img|iframe|form)\b", page)
    assert all(re.match(r"https?://", href) for href in re.findall(r'href="([^"]*)"', page))
    for schema in ("slack", "wecombot", "discord"):
        post = compose.chat(told, schema)
        assert "@" not in "".join(post)
        assert compose.post.limit(schema).holds("\r\n".join(post))
    assert json.loads(compose.webhook(told)[1])["tellings"][0]["hit"]["title"] is not None
