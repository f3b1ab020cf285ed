"""Hits, tellings and drafts for tests of what is said and sent; every text is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from monitor.domain.delivery import Draft, Form, MessageKind, Telling
from monitor.domain.hit import HitView

NOW = datetime(2026, 11, 24, 7, 31, tzinfo=UTC)
TITLE = "临澜市关于做好2027年度QM（启明）计划人选推荐工作的通知"
BODY = (
    "各县（市、区）人才办，各有关单位：现启动2027年度QM（启明）计划人选推荐工作。申报人一般不超过40周岁，取得博士学位，"
    "并在海外知名高校或科研机构连续工作36个月以上。入选者由市财政给予300万至500万元奖励，另提供最高800万元科研启动经费。"
    "请于2027年1月20日前将推荐表报送市人才办。"
)
MATCH = "QM（启明）计划"
FACTS: tuple[dict[str, object], ...] = (
    {"fact": "deadline", "date": "2027-01-20", "text": "2027年1月20日"},
    {
        "fact": "money",
        "low": 3e6,
        "high": 5e6,
        "currency": "CNY",
        "role": "reward",
        "per": None,
        "text": "300万至500万元",
    },
    {"fact": "money", "low": None, "high": 8e6, "currency": "CNY", "role": "startup-funding", "text": "最高800万元"},
    {"fact": "age", "min": None, "max": 40, "born_after": None},
    {"fact": "degree", "level": "doctorate"},
    {"fact": "experience", "where": "abroad", "months": 36},
    {"fact": "issuer", "name": "中共临澜市委人才工作领导小组办公室", "role": "issues"},
    {"fact": "document-number", "value": "澜人才办〔2026〕31号", "role": "own"},
    {"fact": "document-date", "date": "2026-11-23"},
    {"fact": "place", "province": "CN-ZJ", "city": "Linlan"},
)


def hit(number: int = 6204, **given: object) -> HitView:
    """A hit in a policy document; `given` fields replace its own."""
    stored = f"{given.get('title', TITLE)}\n{given.get('passage', BODY)}"
    start = stored.find(MATCH, len(str(given.get("title", TITLE))) + 1)
    usual = HitView(
        id=number,
        topic="qiming",
        verdict="alert",
        novelty="new",
        item=number,
        url="https://notices.linlan.example.org/art/31",
        source="linlan-notices",
        title=TITLE,
        text=MATCH,
        start=start,
        end=start + len(MATCH),
        passage=BODY,
        passage_start=len(str(given.get("title", TITLE))) + 1,
        matches=(),
        kind="policy-document",
        part="call",
        facts=FACTS,
        reasons=("人选推荐 stands 2 characters on", "no exclusion fits"),
        ruleset="0" * 64,
        first_seen_at=NOW,
        topic_name="Qiming Program (启明计划)",
        severity="high",
        term="QM计划",
        form="gap",
        language="zh-Hans",
        also_at=(),
    )
    return replace(usual, **given)  # type: ignore[arg-type]


def draft(*hits: HitView, form: Form = Form.NEW, **given: object) -> Draft:
    """An alert of these hits (of one hit where none is given) to one recipient."""
    told = hits or (hit(),)
    usual = Draft(
        id="01J-message",
        kind=MessageKind.ALERT,
        channel="analysts",
        recipient="lena@example.org",
        created_at=NOW,
        tellings=tuple(Telling(number, form, one) for number, one in enumerate(told, 1)),
    )
    return replace(usual, **given)  # type: ignore[arg-type]
