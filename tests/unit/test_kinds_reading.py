"""What a page tells about itself reaches its kind on the way of polling: from the body to the reading."""

from __future__ import annotations

import json

import pytest

from monitor.adapters.formats import Caps
from monitor.adapters.kinds import READERS
from monitor.config.watchlists import load_files, ruleset
from monitor.domain.document import Origin, Prepared
from monitor.domain.hit import Kind, Part
from monitor.pipeline.facts import REACH
from monitor.pipeline.match import compile_ruleset
from monitor.pipeline.read import FACTS_CUT, prepare

TOPICS = "topics:\n  - topic: qiming\n    name: Qiming\n    terms: [Qiming Program, 启明计划]\n".encode()
COMPILED = compile_ruleset(ruleset(load_files({"a.yaml": TOPICS}, environ={}).topics, "1")[0])
PLAIN = "Qiming Program. Hangzhou, two dates, three names."


def polled(head: str, text: str, url: str = "https://x.example/a/1.html") -> Prepared:
    """The prepared text of a page with that head, as a poll makes it."""
    body = f"<html><head><title>Qiming Program</title>{head}</head><body><p>{text}</p></body></html>"
    harvest = READERS["page"].read(body.encode(), Origin("s", "page", url), Caps())
    return prepare(harvest, COMPILED, b"k").prepared[0]


def schema(kind: str) -> str:
    return (
        f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", "@type": kind})}</script>'
    )


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("", Kind.OTHER),
        (schema("NewsArticle"), Kind.NEWS),
        (schema("JobPosting"), Kind.RECRUITMENT_AD),
        (schema("Person"), Kind.PROFILE),
        (schema("ScholarlyArticle"), Kind.TECHNICAL),
        ('<meta property="article:section" content="World">', Kind.NEWS),
        ('<meta property="og:type" content="profile">', Kind.PROFILE),
        (
            '<meta property="og:site_name" content="某某市人民政府"><meta name="author" content="市科学技术局">',
            Kind.POLICY_DOCUMENT,
        ),
        (
            '<meta property="og:type" content="article"><meta name="author" content="日报记者 王某">',
            Kind.NEWS,
        ),
    ],
)  # fmt: skip
def test_the_data_of_a_page_speak_for_its_kind(head: str, kind: Kind) -> None:
    assert polled(head, PLAIN).kind is kind


def test_the_address_speaks_too_and_an_ad_has_its_part() -> None:
    ad = polled(schema("JobPosting"), PLAIN, "https://jobs.example.com/careers/7")
    assert (ad.kind, ad.part) == (Kind.RECRUITMENT_AD, Part.AD)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("关于组织申报2026年启明计划的通知 各有关单位：请于3月31日前报送申报书。", Part.CALL),
        ("启明计划配套办法 第一条 为规范专项资金管理，制定本办法。第二条 给予每人100万元补助。", Part.MEASURE),
        ("关于公布启明计划入选人员名单的公示 公示期为5个工作日，如有异议请书面反映。", Part.AWARD_LIST),
        ("第八条 已入选启明计划者不得重复申报；申报单位应当如实填报，本细则由市委人才办负责解释。", Part.RULE),
    ],
)
def test_a_policy_document_has_the_part_it_plays(text: str, part: Part) -> None:
    told = polled("", text, "https://www.city.gov.cn/art/1.html")
    assert (told.kind, told.part) == (Kind.POLICY_DOCUMENT, part)


def test_a_text_longer_than_the_facts_reach_says_so() -> None:
    assert FACTS_CUT not in polled("", PLAIN).extracted.warnings
    assert FACTS_CUT in polled("", PLAIN + " word" * (REACH // 5)).extracted.warnings
