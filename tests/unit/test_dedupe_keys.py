"""Are the keys of a text stable, few, keyed and shared by what may be the same?"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from monitor.pipeline.dedupe import Page, Signature, canonical_url, content_hash, sign
from monitor.pipeline.dedupe.urls import page_key
from tests.unit.test_dedupe_rows import AD, CALL, FIRE, FIRE_RETOLD, GRANT, NEWS_ZH, edit

KEY = b"a secret of this installation"


def signed(page: Page, aliases: dict[str, str] | None = None) -> Signature:
    return sign(page.title, page.text, page.url, KEY, aliases)


def test_keys_are_few_and_fit_a_signed_64_bit_column() -> None:
    long = "\n".join(
        f"Sentence number {n} tells of the town of Exmouth{n} and its {n * 37} inhabitants." for n in range(500)
    )
    for text in (FIRE.text, NEWS_ZH.text, long, "", "x"):
        signature = sign("A headline that is long enough", text, "https://a.example.org/1", KEY)
        assert len(signature.keys) <= 23
        assert len(signature.story_keys) <= 24
        assert all(-(2**63) <= key < 2**63 for key in (*signature.keys, *signature.story_keys, signature.fingerprint))
        assert len(signature.text_hash) == 64


def test_the_same_text_has_the_same_signature_in_another_process() -> None:
    code = (
        "from tests.unit.test_dedupe_rows import NEWS_ZH as p; from monitor.pipeline.dedupe import sign;"
        f"print(sign(p.title, p.text, p.url, {KEY!r}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "5", "PYTHONPATH": "."},
    )
    assert run.stdout.strip() == repr(signed(NEWS_ZH))


def test_without_the_key_nobody_can_aim_at_a_collision() -> None:
    one, other = sign(FIRE.title, FIRE.text, FIRE.url, b"one"), sign(FIRE.title, FIRE.text, FIRE.url, b"other")
    assert one.text_hash == other.text_hash
    assert one.fingerprint != other.fingerprint
    assert set(one.keys).isdisjoint(other.keys)
    assert set(one.story_keys).isdisjoint(other.story_keys)


def test_clocks_counters_and_furniture_do_not_make_another_text() -> None:
    dressed = (
        "Home > News > Notices\nPublished 2024-05-01 | 311 views\n"
        + FIRE.text
        + "\nShare this page\nCopyright 2024 Example."
    )
    assert content_hash(dressed) == content_hash(FIRE.text)
    assert content_hash(FIRE.text.replace("14", "15")) != content_hash(FIRE.text)


def test_a_changed_date_under_a_notice_is_another_text() -> None:
    assert content_hash(CALL.text) != content_hash(CALL.text.replace("2024年5月8日", "2024年5月9日"))


def test_typography_and_script_do_not_change_the_hash() -> None:
    wide = CALL.text.replace("2024", "２０２４").replace("，", ",")
    assert content_hash(wide) == content_hash(CALL.text)
    assert content_hash("本报讯 濱海市與中科院簽署合作協議，雙方將共建研究院。") == content_hash(
        "本报讯 滨海市与中科院签署合作协议，双方将共建研究院。"
    )


def test_the_hash_is_told_without_the_keys() -> None:
    assert content_hash(FIRE.text) == signed(FIRE).text_hash


def test_a_trimmed_copy_and_one_with_every_sentence_touched_are_still_found() -> None:
    trimmed = replace(
        FIRE, title="Another headline", url="https://x.example.net/9", text=FIRE.text.split(" The company")[0]
    )
    assert set(signed(FIRE).keys) & set(signed(trimmed).keys)
    touched = edit(
        NEWS_ZH,
        ("双方将共建", "双方拟共建"),
        ("计划引进200名", "计划招引200名"),
        ("建成，", "完工，"),
        title="另一个标题",
        url="https://y.example.cn/1",
    )
    assert set(signed(NEWS_ZH).keys) & set(signed(touched).keys)


def test_retellings_share_a_rare_fact() -> None:
    assert set(signed(FIRE).story_keys) & set(signed(FIRE_RETOLD).story_keys)
    assert set(signed(FIRE).keys).isdisjoint(signed(FIRE_RETOLD).keys)


def test_watched_names_are_one_fact_in_two_languages() -> None:
    aliases = {"启明计划": "qiming", "Qiming Program": "qiming"}
    one = Page("https://a.example.org/1", "Recruits", "The Qiming Program seeks chip designers for a new laboratory.")
    other = Page("https://b.example.cn/1", "招募", "启明计划面向海外招募芯片设计人才，入选者待遇从优。")
    assert set(signed(one, aliases).story_keys) & set(signed(other, aliases).story_keys)
    assert set(signed(one).story_keys).isdisjoint(signed(other).story_keys)


def test_a_reposted_ad_has_the_same_fingerprint_and_another_programme_has_not() -> None:
    reposted = edit(AD, ("talent_886", "other_777"), ("13812345678", "13900000000"))
    assert signed(AD).fingerprint == signed(reposted).fingerprint
    assert signed(AD).fingerprint != signed(edit(AD, ("鲲鹏", "启明"))).fingerprint


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Example.ORG:443/a?b=1&a=2#part", "https://example.org/a?a=2&b=1"),
        ("http://example.org", "http://example.org/"),
        ("https://example.org/a?utm_source=x&id=5&fbclid=9&spm=1.2", "https://example.org/a?id=5"),
        ("https://example.org/a?from=timeline&isappinstalled=0&id=1", "https://example.org/a?id=1"),
        ("https://example.org/a?from=2024", "https://example.org/a?from=2024"),
        ("https://example.org/app#!/notice/5", "https://example.org/app#!/notice/5"),
        ("https://example.org/%E5%90%AF%e6%98%8e", "https://example.org/%E5%90%AF%E6%98%8E"),
        ("https://example.org/启明", "https://example.org/%E5%90%AF%E6%98%8E"),
        ("https://example.org:8443/x/", "https://example.org:8443/x/"),
        ("  https://example.org/a  ", "https://example.org/a"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("https://[::1]:80/x", "https://[::1]:80/x"),
        ("http://example.org:99999/x", "http://example.org:99999/x"),
        ("", ""),
    ],
)
def test_an_address_has_one_form(url: str, expected: str) -> None:
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected


@pytest.mark.parametrize(
    "other",
    [
        "http://www.example.org/news/5.html",
        "https://m.example.org/news/5.html?utm_campaign=a",
        "https://example.org/news/5_print.html",
        "https://example.org/news/5/amp",
        "https://example.org/news/5.html?print=1#top",
        "https://example.org/news/5/",
    ],
)
def test_forms_of_one_page_share_a_key(other: str) -> None:
    assert page_key(other) == page_key("https://example.org/news/5.html") != ""


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/news/6.html",
        "https://example.org/news/5.html?page=2",
        "https://example.net/news/5.html",
        "https://example.org/News/5.html",
    ],
)
def test_other_pages_have_another_key(other: str) -> None:
    assert page_key(other) != page_key("https://example.org/news/5.html")


def test_a_home_page_is_no_page_of_a_text() -> None:
    assert page_key("https://www.example.org/") == page_key("https://example.org/index.html") == ""


def test_two_calls_share_candidate_keys_so_that_the_judge_sees_them() -> None:
    assert set(signed(GRANT).keys) & set(signed(edit(GRANT, ("2024", "2023"))).keys)
