"""English and mixed traps: pairs that look alike and are not, or look different and are the same, each with its reason."""

from __future__ import annotations

import pytest

from monitor.domain.hit import Relation
from monitor.pipeline.dedupe import Page, compare
from tests.unit.test_dedupe_rows import FACULTY, FIRE, FIRE_RETOLD, GRANT, HARBOUR, edit

SAME, REVISION, STORY, DISTINCT = Relation.SAME, Relation.REVISION, Relation.STORY, Relation.DISTINCT

POST = Page(
    "https://jobs.example.com/77",
    "Principal engineer, battery systems (Leiden)",
    "A family-owned company in Leiden is looking for a principal engineer in battery systems.\n"
    "You will lead a team of nine people and set the technical roadmap for two product lines.\n"
    "You hold a doctorate and have at least six years of industrial experience, two of them abroad.\n"
    "We offer a base salary from 95,000 euros and help with an application to the Lighthouse Talent Grant.\n"
    "Apply with a resume to jobs@example.com; for questions call Anna Visser on 071-5551234.",
)
OUTPUT = Page(
    "https://stat.example.org/3",
    "Leiden factory output rises 4.2% in March",
    "Factory output in Leiden rose 4.2 per cent in March from a year earlier, the statistics office said on Tuesday.\n"
    "New orders advanced 3.1 per cent while inventories fell 1.8 per cent, according to the survey.\n"
    'Employment was little changed at 84,000. "Order books are in better shape," said Pieter Maas, an economist.\n'
    "The next release is due on 12 April.",
)
GUIDE = Page(
    "https://gov.example.org/g/5",
    "Ministry of Science publishes guidance for the Harbour Scholars Programme",
    "New guidance for the Harbour Scholars Programme was published by the Ministry of Science on 4 May 2024.\n"
    "Host organisations must register before nominating a candidate and must employ at least 20 people.\n"
    "Category A awards are worth $150,000 and Category B awards are worth $60,000, paid in three instalments.\n"
    "The application system closes on 28 June 2024. The guidance replaces all earlier versions.",
)
BODY = "The committee met on Thursday. Details of the decision can be found in the attached file."

TRAPS = [
    (
        "reposted ad",
        POST,
        edit(POST, ("jobs@example.com", "hr@example.net"), ("Anna Visser on 071-5551234", "Tom Bakker on 020-5559876")),
        SAME,
        "only the contact",
    ),
    ("another town", POST, edit(POST, ("Leiden", "Delft")), DISTINCT, "another place"),
    (
        "another field",
        POST,
        edit(POST, ("battery systems", "power electronics")),
        DISTINCT,
        "the subject, in headline and text",
    ),
    ("another salary", POST, edit(POST, ("95,000", "85,000")), DISTINCT, "another amount"),
    (
        "another currency",
        edit(POST, ("95,000 euros", "€95,000"), url="https://x.example.com/1"),
        edit(POST, ("95,000 euros", "$95,000")),
        DISTINCT,
        "another currency",
    ),
    (
        "number in words",
        POST,
        edit(POST, ("six years", "6 years"), ("nine people", "9 people")),
        SAME,
        "one figure in two notations",
    ),
    ("another number in words", POST, edit(POST, ("six years", "eight years")), DISTINCT, "another condition"),
    ("thousands without comma", POST, edit(POST, ("95,000", "95000")), SAME, "grouping is typography"),
    (
        "grant instead of grant",
        POST,
        edit(POST, ("Lighthouse Talent Grant", "Meridian Talent Grant")),
        DISTINCT,
        "another programme",
    ),
    (
        "junior and senior",
        edit(POST, ("Principal", "Senior"), ("principal", "senior"), url="https://x.example.com/2"),
        edit(POST, ("Principal", "Junior"), ("principal", "junior")),
        DISTINCT,
        "the opposite rank",
    ),
    ("curly quotes and dashes", OUTPUT, edit(OUTPUT, ('"Order', "“Order"), ('shape,"', "shape,”")), SAME, "typography"),
    (
        "next month",
        OUTPUT,
        edit(OUTPUT, ("March", "April"), ("12 April", "12 May"), ("4.2", "2.4")),
        DISTINCT,
        "another month",
    ),
    (
        "rose and fell",
        OUTPUT,
        edit(OUTPUT, ("output rises", "output falls"), ("Leiden rose", "Leiden fell")),
        DISTINCT,
        "the direction is the news",
    ),
    ("only the month, same figures", OUTPUT, edit(OUTPUT, ("in March", "in May")), DISTINCT, "a month is a date"),
    ("another economist", OUTPUT, edit(OUTPUT, ("Pieter Maas", "Karin Smit")), DISTINCT, "a name for a name"),
    ("weekday moved", OUTPUT, edit(OUTPUT, ("Tuesday", "Wednesday")), DISTINCT, "a weekday is a date"),
    (
        "percent sign",
        OUTPUT,
        edit(OUTPUT, ("4.2 per cent", "4.2%"), ("3.1 per cent", "3.1%"), ("1.8 per cent", "1.8%")),
        SAME,
        "one unit in two notations",
    ),
    ("decimal point moved", OUTPUT, edit(OUTPUT, ("3.1 per cent", "31 per cent")), DISTINCT, "a point is meaning"),
    (
        "sign lost",
        edit(OUTPUT, ("fell 1.8", "changed by -1.8"), url="https://x.example.com/3"),
        edit(OUTPUT, ("fell 1.8", "changed by 1.8")),
        DISTINCT,
        "a sign is meaning",
    ),
    (
        "last line cut by a teaser",
        OUTPUT,
        Page(OUTPUT.url + "?utm_medium=rss", OUTPUT.title, OUTPUT.text[:190] + "... [Read more]"),
        SAME,
        "a teaser of the same",
    ),
    (
        "another ministry",
        GUIDE,
        edit(GUIDE, ("Ministry of Science", "Ministry of Industry")),
        DISTINCT,
        "another authority",
    ),
    (
        "categories exchanged",
        GUIDE,
        edit(GUIDE, ("$150,000", "$60,001"), ("$60,000", "$150,000"), ("$60,001", "$60,000")),
        DISTINCT,
        "the amounts are exchanged",
    ),
    ("not", GUIDE, edit(GUIDE, ("must register", "need not register")), DISTINCT, "a negation"),
    (
        "correction in the text",
        GUIDE,
        Page(
            "https://gov.example.org/g/6",
            GUIDE.title,
            "Correction: an earlier version gave the wrong date.\n" + GUIDE.text.replace("28 June", "30 June"),
        ),
        REVISION,
        "it says that it corrects",
    ),
    (
        "same page, paragraph added",
        GUIDE,
        Page(
            GUIDE.url, GUIDE.title, GUIDE.text + "\nHost organisations outside the capital may nominate two candidates."
        ),
        REVISION,
        "the page grew",
    ),
    (
        "same page, nothing but the clock",
        GUIDE,
        Page(GUIDE.url, GUIDE.title, "Last updated: 5 May 2024 | 311 views\n" + GUIDE.text),
        SAME,
        "clocks are furniture",
    ),
    (
        "same page, print form",
        GUIDE,
        Page(GUIDE.url + "/print", GUIDE.title + " | Ministry of Science", GUIDE.text + "\nPrint this page"),
        SAME,
        "the print form",
    ),
    (
        "footnote marks",
        GUIDE,
        edit(
            GUIDE,
            ("candidate and", "candidate (1) and"),
            ("instalments.", "instalments (2)."),
            ("earlier versions.", "earlier versions (3)."),
        ),
        SAME,
        "marks that count",
    ),
    (
        "one lost letter",
        FACULTY,
        edit(FACULTY, ("materials science", "materals science")),
        SAME,
        "a misprint inside a long word",
    ),
    (
        "one letter, another word",
        FACULTY,
        edit(FACULTY, ("spousal hiring", "spousal firing")),
        REVISION,
        "one letter makes another word",
    ),
    (
        "a name by one letter",
        FACULTY,
        edit(FACULTY, ("University of Northgate", "University of Southgate"), ("Northgate offers", "Southgate offers")),
        DISTINCT,
        "another university",
    ),
    (
        "synonym of nobody's list",
        FACULTY,
        edit(FACULTY, ("seeks applicants", "courts applicants")),
        REVISION,
        "an unknown change still alerts",
    ),
    (
        "British and American month order",
        edit(GRANT, ("close on 30 June 2024", "close on June 30, 2024"), url="https://x.example.com/4"),
        GRANT,
        SAME,
        "one date in two notations",
    ),
    ("seconds of the same council", HARBOUR, edit(HARBOUR, ("40 million", "45 million")), DISTINCT, "another budget"),
    ("another day", HARBOUR, edit(HARBOUR, ("Monday", "Friday")), DISTINCT, "another session"),
    (
        "plan and plans",
        HARBOUR,
        edit(HARBOUR, ("the plan for", "the plans for")),
        REVISION,
        "unknown change of a word still alerts",
    ),
    (
        "a trimmed copy with a byline",
        FIRE,
        Page(
            "https://l.example.net/1",
            FIRE.title,
            "By Jane Cooper\n(AP) -- " + FIRE.text.split(" - ", 1)[1].rsplit(" Unions", 1)[0],
        ),
        SAME,
        "syndicated",
    ),
    (
        "two retellings",
        FIRE_RETOLD,
        Page(
            "https://z.example.net/3",
            "Paint plant blaze: what we know",
            "At least 14 people lost their lives at a Port Ellis paint works on Tuesday, and 37 more are in hospital. "
            "It took fire crews seven hours to bring the flames under control. "
            "Unions demand inspections at all five plants.",
        ),
        STORY,
        "shared facts",
    ),
    (
        "same town, other fire",
        FIRE,
        Page(
            "https://z.example.net/4",
            "Fire damages school in Port Ellis",
            "A fire damaged a school in Port Ellis on Friday night. Nobody was hurt. "
            "The roof of the gym collapsed, and lessons will be held in a nearby church until Easter.",
        ),
        DISTINCT,
        "a place alone is no story",
    ),
    (
        "equal bodies that say nothing",
        Page("https://c.example.org/8", "Licence granted to Alder Ltd", BODY),
        Page("https://c.example.org/9", "Licence refused to Birch Ltd", BODY),
        DISTINCT,
        "the headline carries it",
    ),
    (
        "titles only, equal but short",
        Page("https://a.example.com/1", "Notice", ""),
        Page("https://b.example.com/1", "Notice", ""),
        DISTINCT,
        "a word is no headline",
    ),
    ("both empty", Page("", "", ""), Page("", "", ""), DISTINCT, "nothing to tell by"),
    ("one empty", GRANT, Page("https://e.example.com/1", "", ""), DISTINCT, "nothing to tell by"),
    (
        "all furniture",
        Page("https://e.example.com/2", "", "Share this page\nSign up for our newsletter"),
        Page("https://e.example.com/3", "", "Share this page\nSign up for our newsletter"),
        DISTINCT,
        "furniture is no text",
    ),
    (
        "the home page of a site",
        Page("https://e.example.com/", "Example", GRANT.text),
        Page("https://e.example.com/", "Example", OUTPUT.text),
        DISTINCT,
        "a home page carries many texts",
    ),
    (
        "an ad in two languages",
        POST,
        Page(
            "https://zh.example.com/4",
            "莱顿公司诚聘电池系统首席工程师",
            "一家家族企业诚聘电池系统首席工程师，带领九人团队，年薪95000欧元起，要求博士学位和六年以上工业经验。",
        ),
        STORY,
        "salary, years and team are the same figures",
    ),
]


@pytest.mark.parametrize(("a", "b", "expected", "why"), [trap[1:] for trap in TRAPS], ids=[trap[0] for trap in TRAPS])
def test_an_english_or_mixed_trap_is_seen_through(a: Page, b: Page, expected: Relation, why: str) -> None:
    found = compare(a, b)
    assert found.label is expected, (why, found.reasons)
    assert compare(b, a).label is expected, why
