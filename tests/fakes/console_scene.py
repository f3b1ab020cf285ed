"""A console over a FakeQueries that is filled with what an ordinary Tuesday brings; all names are invented."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.domain.audit import Verification
from monitor.domain.hit import HitView
from monitor.domain.query import AttemptView, AuditView, DeliveryView, SourceDay, VersionView
from monitor.domain.source import SourceHealth

from .queries import FakeQueries

NOW = datetime(2026, 11, 24, 8, 12, tzinfo=UTC)
RULESET = "4e1c77d0" + "ab" * 28
NAMES = {
    "qiming": "Qiming Program (启明计划)",
    "kunpeng": "Kunpeng Action (鲲鹏行动)",
    "huoju": "Huoju (火炬计划)",
    "ttp": "Thousand Talents Plan (千人计划)",
}


def hit(
    number: int,
    topic: str,
    title: str,
    body: str,
    written: str,
    *,
    hours: float = 1.0,
    verdict: str = "alert",
    novelty: str = "new",
    kind: str = "policy-document",
    source: str = "linlan-notices",
    reasons: tuple[str, ...] = ("The name stands in the main text.",),
    item: int | None = None,
    story: int | None = None,
    form: str = "exact",
    **more: object,
) -> HitView:
    """A hit on `written`, wherever it stands in title and body; spans are worked out here."""
    stored = f"{title}\n{body}"
    start = stored.index(written)
    matches = _matches(topic, title, body, written, form, reasons[0] if reasons else "")
    facts = tuple(_located(fact, body) for fact in more.pop("facts", ()))  # type: ignore[attr-defined]
    view = HitView(
        id=number,
        topic=topic,
        verdict=verdict,
        novelty=novelty,
        item=number if item is None else item,
        url=f"https://{source}.example.org/art/{number}.html",
        source=source,
        title=title,
        text=written,
        start=start,
        end=start + len(written),
        passage=body,
        passage_start=len(title) + 1,
        matches=matches,
        kind=kind,
        part=None,
        facts=facts,
        reasons=reasons,
        ruleset=RULESET,
        first_seen_at=NOW - timedelta(hours=hours),
        topic_name=NAMES[topic],
        term=written,
        form=form,
        version=number,
        document=number,
        story=story,
    )
    return replace(view, **more)  # type: ignore[arg-type]


def _matches(topic: str, title: str, body: str, written: str, form: str, reason: str) -> tuple[dict[str, object], ...]:
    """One match for each place where the words stand, those of the title first."""
    return tuple(
        {
            "topic": topic,
            "term": written,
            "form": form,
            "field": field,
            "start": found.start(),
            "end": found.end(),
            "text": written,
            "reason": reason,
        }
        for field, text in (("title", title), ("text", body))
        for found in re.finditer(re.escape(written), text)
    )


def _located(fact: dict[str, object], body: str) -> dict[str, object]:
    text = str(fact["text"])
    return {**fact, "start": body.index(text), "end": body.index(text) + len(text)}


def money(text: str, low: int | None, high: int | None, role: str, currency: str = "CNY") -> dict[str, object]:
    """A money fact."""
    return {"fact": "money", "text": text, "low": low, "high": high, "role": role, "currency": currency, "per": None}


def deadline(text: str, day: str) -> dict[str, object]:
    """A deadline fact."""
    return {"fact": "deadline", "text": text, "date": day}


QM = (
    "各县（市、区）人才办，各有关单位：现启动2027年度QM（启明）计划人选推荐工作。申报人一般不超过40周岁，取得博士学位，"
    "并在海外知名高校或科研机构连续工作36个月以上。\n入选者由市财政给予300万至500万元奖励，另提供最高800万元科研启动经费；"
    "成功推荐人选的用人单位，每引进一人奖励20万元。请于2027年1月20日前将推荐表报送市人才办，逾期不再受理。"
    "联系电话：0571-55500188，电子邮箱：rcb@linlan.example。"
)


def hits_of_the_day() -> list[HitView]:
    """Hits of all verdicts, kinds and scripts."""
    return [
        hit(
            1,
            "qiming",
            "临澜市关于做好2027年度QM（启明）计划人选推荐工作的通知",
            QM,
            "QM（启明）计划",
            hours=0.7,
            novelty="revision",
            edition=2,
            story=1,
            reasons=(
                "gap form of QM计划 +0.70; context 人选推荐 2 characters after +0.20; 5 exclusions tried, none holds",
            ),
            facts=(
                money("300万至500万元", 3_000_000, 5_000_000, "reward"),
                money("800万元", None, 8_000_000, "startup-funding"),
                deadline("2027年1月20日", "2027-01-20"),
                {"fact": "age", "text": "不超过40周岁", "min": None, "max": 40, "born_after": None},
                {"fact": "degree", "text": "博士学位", "level": "doctorate"},
            ),
            changes=(
                ("请于2026年12月31日前将推荐表报送市人才办", "请于2027年1月20日前将推荐表报送市人才办"),
                ("300万元", "300万至500万元"),
            ),
            relation_reasons=("17 of 18 sentences equal; deadline and reward differ.",),
            part="call",
        ),
        hit(
            2,
            "qiming",
            "白塔区人才办转发市QM（启明）计划推荐通知",
            QM,
            "QM（启明）计划",
            hours=0.4,
            novelty="same",
            item=1,
            story=1,
            source="baita-mirror",
        ),
        hit(
            3,
            "qiming",
            "Harbourlight: the 2027 QM call is open, up to RMB 5 million",
            "Linlan has opened its Qiming Program call. Those selected receive 3 to 5 million yuan from the city.",
            "Qiming Program",
            hours=0.2,
            novelty="story",
            story=1,
            kind="news",
            source="harbourlight",
        ),
        hit(
            4,
            "qiming",
            "Senior chip designers abroad: apply through us for the Qiming Program 2027",
            "We prepare your Qiming Program file from first call to interview. A full-time return is not needed while "
            "applying; a signing bonus of 3 to 5 million yuan follows selection.",
            "Qiming Program",
            hours=2,
            kind="recruitment-ad",
            source="alder-finch",
            facts=(money("3 to 5 million yuan", 3_000_000, 5_000_000, "signing-bonus"),),
        ),
        hit(
            5,
            "qiming",
            "海岸市 2027 年度產業人才專項：啟明計畫推薦辦法",
            "本辦法所稱啟明計畫，指由省級主管部門組織之引才專項，推薦單位應於2027年2月28日前送件。",
            "啟明計畫",
            hours=14,
            form="traditional",
            source="haian-gazette",
            facts=(deadline("2027年2月28日", "2027-02-28"),),
        ),
        hit(
            6,
            "kunpeng",
            "澄湖市拟入选“鲲鹏行动”计划人选公示",
            "经专家评审，拟推荐6人入选省“鲲鹏行动”计划，现予公示，公示期五个工作日。",
            "鲲鹏行动",
            hours=9.5,
            source="chenghu-portal",
            part="award-list",
            facts=({"fact": "headcount", "text": "6人", "low": 6, "high": 6, "role": "recruited"},),
        ),
        hit(
            7,
            "ttp",
            "高新区服务高层次人才若干措施",
            "对入选国家千人计划的专家，在高新区全职工作并签订三年以上合同的，给予一次性安家费100万元。",
            "千人计划",
            hours=40,
            facts=(money("100万元", 1_000_000, 1_000_000, "signing-bonus"),),
            part="measure",
        ),
        hit(
            8,
            "huoju",
            "Notes on torch-type schemes in three provinces",
            "Provincial lists still carry the Torch Program next to a talent title, without saying which is meant.",
            "Torch Program",
            hours=21,
            verdict="review",
            kind="news",
            source="harbourlight",
            reasons=("The industrial programme of 1988 has the same name, and nothing near says which one is meant.",),
        ),
        hit(
            9,
            "qiming",
            "东岸晚报：老同学启明归国，带回一支团队",
            "“启明”二字之后，大家才想起他当年的样子，一支人才团队随他回到家乡。",
            "启明",
            hours=16,
            verdict="review",
            kind="news",
            source="evening-post",
            reasons=("Short form, 15 characters from 人才: it may be a given name.",),
        ),
        hit(
            10,
            "qiming",
            "启明星辰中标某市安全项目",
            "启明星辰昨日公告，公司中标该市政务云安全服务项目，金额约两千万元，服务期三年。",
            "启明星辰",
            hours=18,
            verdict="suppressed",
            kind="news",
            source="evening-post",
            reasons=("Exclusion 启明星辰 covers the match: a company, not the programme.",),
        ),
        hit(
            11,
            "kunpeng",
            "<script>alert(1)</script> @everyone \u202egnp.exe",
            '华为鲲鹏920服务器上架。<img src=x onerror=alert(1)> 鲲鹏行动 \u0007 & "quoted"',
            "鲲鹏行动",
            hours=30,
            verdict="suppressed",
            kind="technical",
            source="evening-post",
            reasons=("Exclusion 鲲鹏920 <b>near</b> the match.",),
            url="javascript:alert(1)",
        ),
    ]


def scene() -> FakeQueries:
    """The whole day: hits, versions, deliveries, sources, days and the log."""
    hits = hits_of_the_day()
    queries = FakeQueries(
        all_hits=hits + older_hits(),
        all_versions=[version(view) for view in hits],
        all_deliveries=deliveries(),
        all_sources=sources(),
        all_days=days(),
        all_entries=entries(),
        verification=Verification("ok", 230, head="9f3c51e0b27a", unsealed=6),
        documents=8412,
        last_poll_at=NOW - timedelta(seconds=40),
    )
    return queries


def older_hits() -> list[HitView]:
    """A quarter of hits, for charts and pages."""
    found = []
    for number in range(70):
        topic = ("qiming", "kunpeng", "ttp", "huoju")[number % 4]
        name = NAMES[topic].partition("(")[2].rstrip(")")
        verdict = "review" if number % 5 == 0 else "alert"
        title = f"第{number + 1}号通知：组织申报{name}"
        found.append(
            hit(
                100 + number,
                topic,
                title,
                f"请各单位认真组织申报{name}，材料从简。",
                name,
                hours=60 + number * 27,
                verdict=verdict,
            )
        )
    return found


def version(view: HitView) -> VersionView:
    """The version that a hit was found in."""
    return VersionView(
        id=view.version,
        document=view.document,
        item=view.item,
        source=view.source,
        url=view.url,
        title=view.title,
        text=view.passage,
        relation=view.novelty,
        to=None if view.novelty == "new" else 1,
        reasons=view.relation_reasons or (() if view.novelty == "new" else ("All sentences equal but one.",)),
        changes=view.changes,
        first_seen_at=view.first_seen_at,
        language=None,
        format="html",
        kind=view.kind,
    )


def deliveries() -> list[DeliveryView]:
    """Delivered at once, delivered after no reply, waiting, given up."""

    def told(number: int, channel: str, recipient: str, state: str, *attempts: AttemptView) -> DeliveryView:
        return DeliveryView(
            number,
            1,
            channel,
            recipient,
            f"m{number}",
            state,
            attempts,
            "qiming",
            "临澜市关于做好2027年度QM（启明）计划人选推荐工作的通知",
            "updated",
            NOW + timedelta(minutes=9) if state == "owed" else None,
            NOW - timedelta(minutes=40 - number),
        )

    def tried(number: int, outcome: str, minutes: int, detail: str = "") -> AttemptView:
        return AttemptView(number, outcome, NOW - timedelta(minutes=minutes), detail)

    return [
        told(1, "analysts-mail", "lena@example.org", "delivered", tried(1, "delivered", 40)),
        told(2, "analysts-mail", "okafor@example.org", "delivered", tried(1, "delivered", 40)),
        told(
            3,
            "research-chat",
            "research-chat",
            "delivered",
            tried(1, "unknown", 40, "no reply in 20 s"),
            tried(2, "delivered", 38),
        ),
        told(4, "duty-chat", "duty-chat", "owed", tried(1, "rejected", 30, "429, asked us to wait 600 s")),
        told(
            5,
            "old-hook",
            "old-hook",
            "dead",
            tried(1, "refused", 39, "connection refused"),
            tried(2, "refused", 3, "connection refused"),
        ),
    ]


def sources() -> list[SourceHealth]:
    """Failing, empty, late, paused, never read and healthy ones."""

    def one(key: str, kind: str, outcome: str | None, **more: object) -> SourceHealth:
        health = SourceHealth(
            source=key,
            kind=kind,
            address=f"https://{key}.example.org/{'feed.xml' if kind == 'feed' else 'notices/'}",
            state="active",
            outcome=outcome,
            reason=None,
            polled_at=NOW - timedelta(minutes=3),
            succeeded_at=NOW - timedelta(minutes=3),
            changed_at=NOW - timedelta(hours=2),
            due_at=NOW + timedelta(minutes=12),
            entries=22,
            failures=0,
            open_links=0,
            every=900.0,
        )
        return replace(health, **more)  # type: ignore[arg-type]

    ago = NOW - timedelta(days=2)
    return [
        one("linlan-notices", "listing", "unchanged", open_links=3),
        one("harbourlight", "feed", "changed", entries=1),
        one("alder-finch", "page", "unchanged", every=3600.0),
        one("baita-mirror", "feed", "unchanged", entries=40),
        one(
            "临澜市科技局",
            "listing",
            "failed",
            reason="the server answers 503",
            failures=14,
            succeeded_at=ago,
            changed_at=ago,
        ),
        one(
            "chenghu-portal",
            "listing",
            "failed",
            reason="the certificate ended on 21 Nov",
            failures=71,
            succeeded_at=ago,
        ),
        one("yunling-hr", "page", "unchanged", entries=0, every=3600.0),
        one("haian-gazette", "feed", "unchanged", due_at=NOW - timedelta(hours=3)),
        one(
            "archive", "page", "unchanged", state="paused", reason="They move house and asked us to wait.", due_at=None
        ),
        one(
            "new-university", "feed", None, polled_at=None, succeeded_at=None, changed_at=None, entries=None, due_at=NOW
        ),
    ]


def days() -> list[SourceDay]:
    """Thirty days of each source, with the failures that the sources above tell of."""
    found = []
    for health in sources():
        for back in range(30):
            day = (NOW - timedelta(days=back)).date()
            failing = health.outcome == "failed" and back < 3
            if health.polled_at is None or (health.state == "paused" and back < 21):
                continue
            failed = 96 if failing and back else 20 if failing else 3 if back == 11 else 0
            found.append(
                SourceDay(health.source, day, due=96, polled=96, changed=2, unchanged=94 - failed, failed=failed)
            )
    return found


def entries() -> list[AuditView]:
    """Two days of the log, 230 entries."""
    kinds = (
        ("polled", "service", {"source": "linlan-notices", "changed": 1, "unchanged": 21}),
        ("hit found", "service", {"hit": 1, "topic": "qiming", "verdict": "alert", "title": "QM（启明）计划人选推荐"}),
        ("attempt settled", "service", {"channel": "research-chat", "outcome": "delivered", "number": 2}),
        ("ruled", "lena", {"hit": 4, "kind": "right"}),
        ("texts purged", "service", None),
    )
    found = []
    for seq in range(1, 231):
        kind, actor, body = kinds[seq % len(kinds)]
        at = NOW - timedelta(minutes=(230 - seq) * 9)
        found.append(AuditView(seq, at.isoformat(timespec="seconds"), actor, kind, f"{seq:04x}51e0" + "c2" * 28, body))
    return found
