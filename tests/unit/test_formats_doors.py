"""Doors in front of a page: they come with status 200 and are told by what they are made of; damage of characters too."""

from __future__ import annotations

import pytest

from monitor.adapters.charset import decode
from monitor.adapters.formats import Caps
from monitor.adapters.kinds import READERS
from monitor.domain.document import Harvest, Origin
from monitor.domain.errors import ReadError

ARTICLE = "".join(
    f"<p>第{n}条 现组织申报2026年度人才项目，请各单位于月底前报送材料，逾期不予受理。</p>" for n in range(30)
)
LIST = "".join(f"<li><a href='/art/{n}.html'>关于第{n}批项目申报的通知</a></li>" for n in range(12))
FORM = "<form action='/login'><input name=u><input type='password' name=p><button>登录</button></form>"
DOORS = {
    "login": (f"<title>用户登录</title><h1>用户登录</h1>{FORM}<p>忘记密码？联系管理员。</p>", "login page"),
    "login-en": (f"<title>Sign in - Portal</title><p>Please sign in to continue.</p>{FORM}", "login page"),
    "login-untitled": (f"<title>Portal</title><p>Members only.</p>{FORM}", "login page"),
    "challenge": (
        "<title>Just a moment...</title><p>Checking your browser before accessing the site.</p>"
        "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1'></script>",
        "challenge page",
    ),
    "slider": ("<title>安全验证</title><p>请完成验证后访问</p><script src='//x.example/geetest.js'></script>", "challenge page"),
    "empty-script": ("<html><script>var $_ts = window['$_ts'];</script><body></body></html>", "challenge page"),
    "consent": (
        "<title>Before you continue</title><p>We value your privacy. Accept all cookies?</p>"
        "<form action='/consent/save'><button>Accept</button></form>",
        "consent page",
    ),
    "missing": ("<title>404 Not Found - City Office</title><h1>404</h1><p>Nothing here.</p>", "no such page"),
    "missing-zh": ("<title>您访问的页面不存在</title><p>返回首页</p>", "no such page"),
    "sent-on": ("<title>t</title><meta content='0; URL=/new/' http-equiv=Refresh><p>请稍候</p>", "sent on"),
}  # fmt: skip


def read(kind: str, html: str, **options: str) -> Harvest:
    """Reads a page as that kind of source."""
    origin = Origin("s", kind, "https://p.example/notices/", "text/html", "utf-8", options)
    return READERS[kind].read(html.encode(), origin, Caps())


@pytest.mark.parametrize("kind", ["page", "listing", "document", "feed"])
@pytest.mark.parametrize("name", DOORS)
def test_a34_a_door_with_status_200_is_told_by_its_kind(kind: str, name: str) -> None:
    html, reason = DOORS[name]
    with pytest.raises(ReadError) as told:
        read(kind, html)
    assert told.value.reason == reason


def test_a_page_that_sends_on_says_where_to() -> None:
    with pytest.raises(ReadError, match=r"it sends readers on to https://p\.example/new/"):
        read("page", DOORS["sent-on"][0])


@pytest.mark.parametrize(
    "html",
    [
        "<title>404号文件的通知</title><p>请报送材料。</p>",
        "<title>404 new projects approved</title><p>The list follows.</p>",
        "<title>404 Not Found</title>" + ARTICLE,
        "<title>t</title><meta http-equiv=refresh content='300'><p>a board that turns by itself</p>",
        "<title>t</title><meta http-equiv=refresh content='600; url=/next'><p>a page of a slow show</p>",
        "<title>t</title><meta http-equiv=refresh content='0; url=/new/'>" + ARTICLE,
    ],
)
def test_a_page_with_a_word_of_its_own_is_read(html: str) -> None:
    assert read("page", html).texts


@pytest.mark.parametrize("kind", ["page", "document"])
def test_a_login_box_beside_an_article_is_furniture(kind: str) -> None:
    assert read(kind, f"<title>通知</title>{FORM}{ARTICLE}").texts


def test_a_login_box_beside_a_list_is_furniture() -> None:
    assert read("listing", f"<title>通知公告</title>{FORM}<ul>{LIST}</ul>").links


def test_a_comment_form_with_a_captcha_below_an_article_is_furniture() -> None:
    html = f"<title>News</title>{ARTICLE}<div class=g-recaptcha></div><script src=recaptcha/api.js></script>"
    assert read("page", html).texts


def test_a_block_that_the_operator_chose_is_no_door() -> None:
    html = f"<title>登录</title>{FORM}<div id=n>今日公告：启明计划开始申报</div>"
    assert "启明计划" in read("page", html, select="#n").texts[0].text


def test_text_that_was_decoded_twice_is_put_right_and_told() -> None:
    """A36: what its source had damaged before."""
    body = "关于组织申报启明计划的通知，请各单位认真组织。".encode().decode("latin-1").encode()
    decoded = decode(body)
    assert "启明计划" in decoded.text
    assert "put right" in decoded.warnings[0]


def test_characters_that_were_lost_before_they_reached_us_are_counted() -> None:
    decoded = decode(("通知锟斤拷锟斤拷" + "正文\ufffd\ufffd").encode())
    assert decoded.warnings == ("charset damaged at its source: 8 characters are lost",)


def test_latin_text_is_left_alone() -> None:
    text = "São Paulo é grande; Ângela disse “não” à irmã. Größe, naïveté, ça va…"
    assert decode(text.encode()).text == text
    assert decode(text.encode()).warnings == ()
