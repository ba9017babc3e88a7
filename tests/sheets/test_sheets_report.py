"""`report.html`: safe, self-contained, and saying what the records say."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sheet_tools import TEXT, protected_record, record, referral, tag, urgent_record

from classifier.records import Deadline, Person, Problem, Question, Related, TriageRecord, Urgent
from classifier.sheets.figures import WEEKS, count, weeks
from classifier.sheets.letter import MOST_TEXT, find_quote, marked
from classifier.sheets.markup import tag as element
from classifier.sheets.markup import text as escaped
from classifier.sheets.report import write_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from classifier.sheets.order import Ordered

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;</style></textarea>\u202e\x00"
VOID = {"meta", "br", "hr"}


class Page(HTMLParser):
    """What a browser would see: elements, attributes, text, and whether tags are balanced."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(markup)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


@pytest.fixture
def page(tmp_path: Path, ordered: Callable[..., Ordered]) -> Callable[..., tuple[str, Page]]:
    def make(*records: TriageRecord, most: int = 500) -> tuple[str, Page]:
        path = tmp_path / "report.html"
        write_report(path, ordered(*records), most=most)
        markup = path.read_text(encoding="utf-8")
        return markup, Page(markup)

    return make


def hostile_record() -> TriageRecord:
    return record(
        subject=HOSTILE, text=HOSTILE, source=HOSTILE, references=(HOSTILE,), departments=(HOSTILE,),
        applicant=Person(name=HOSTILE, address=HOSTILE),
        questions=(
            Question(id="q1", number=HOSTILE, parent=None, kind="request", span=(3, 30), text=HOSTILE,
                     topics=(tag(HOSTILE, because=(HOSTILE,)),), exemptions=(tag(HOSTILE, because=(HOSTILE,)),)),
        ),
        referrals=(referral(subject=HOSTILE, because=HOSTILE, confirmed=HOSTILE),),
        urgent=(Urgent(because=HOSTILE, why=HOSTILE),),
        related=(Related(id=HOSTILE, relation="thread", score=1.0, link="javascript:alert(1)"),),
        problems=(Problem(code=HOSTILE, part=HOSTILE, detail=HOSTILE),),
    )  # fmt: skip


def test_nothing_from_a_letter_becomes_markup(page: Callable[..., tuple[str, Page]]) -> None:
    markup, seen = page(hostile_record())
    names = {name for name, _ in seen.elements}
    assert not names & {"script", "img", "iframe", "object", "form", "link", "base"}
    assert not any(key.startswith("on") for _, attributes in seen.elements for key in attributes)
    assert "\u202e" not in markup
    assert "\x00" not in markup
    assert "alert(1)" in seen.text


def test_needs_no_network_and_allows_none(page: Callable[..., tuple[str, Page]]) -> None:
    link = Related(id="1", relation="answered before", score=0.8, link="https://force.example/log/1")
    markup, seen = page(record(related=(link,)))
    policy = next(a["content"] for _, a in seen.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    assert not any("src" in a for _, a in seen.elements)
    targets = [a["href"] or "" for n, a in seen.elements if n == "a"]
    assert {t for t in targets if not t.startswith("#")} == {"https://force.example/log/1"}
    style = markup.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


def test_every_link_within_the_page_has_its_place(page: Callable[..., tuple[str, Page]]) -> None:
    letters = [
        record(id=str(n), source=str(n), related=(Related(id="7", relation="thread", score=1),)) for n in range(9)
    ]
    _, seen = page(*letters, most=4)
    ids = {a["id"] for _, a in seen.elements if "id" in a}
    targets = {(a["href"] or "")[1:] for n, a in seen.elements if n == "a"}
    assert targets <= ids


def test_questions_are_marked_where_they_stand(page: Callable[..., tuple[str, Page]]) -> None:
    markup, _ = page(record())
    first = re.search(r'<mark class="request"><span class="n">1</span>([^<]*)</mark>', markup)
    assert first is not None
    assert first[1] == "How many people on the register live in Saltmarsh?"
    assert '<mark class="format"><span class="n">3</span>Please send a spreadsheet.</mark>' in markup


def test_the_words_behind_flags_and_labels_are_quoted(page: Callable[..., tuple[str, Page]]) -> None:
    markup, seen = page(urgent_record(), record(referrals=(referral(),)))
    assert '<mark class="danger">He is outside my door now</mark>' in markup
    assert "probably mandatory when it came in, withdrawn today: not confirmed by your force" in seen.text
    assert "Sex offender management 93%" in re.sub(r"\s+", " ", seen.text)
    assert "live in Saltmarsh" in seen.text
    assert "s12" not in seen.text  # not suggested


def test_marks_may_overlap_and_run_over_the_end() -> None:
    found = marked("0123456789", [(1, 6, "a", "A"), (4, 99, "b", "B"), (8, 8, "c", ""), (-5, 2, "d", "D")])
    assert re.sub(r'<span class="n">.</span>|<[^>]*>', "", found) == "0123456789"
    assert '<mark class="a b"><span class="n">B</span>45</mark>' in found
    assert 'class="c"' not in found


def test_a_quotation_is_found_over_line_breaks_and_where_it_was_cut() -> None:
    text = "He  said\nhe will\r\n hurt her. Today"
    place = find_quote(text, "said he will hurt…")
    assert place is not None
    assert text[slice(*place)] == "said\nhe will\r\n hurt"
    assert find_quote(text, "never said") is None
    assert find_quote(text, "") is None
    assert find_quote("", "x") is None


def test_one_rule_stands_once_with_all_its_questions(page: Callable[..., tuple[str, Page]]) -> None:
    twice = (referral(), referral(question="q2", because="new radios"))
    _, seen = page(record(referrals=twice))
    panel = seen.text.partition("Referral")[2]
    assert "(questions 1, 2)" in seen.text
    assert panel.count("Registered sex offenders: statistics at force level (") == 1


def test_a_protected_paper_is_id_reference_and_mark_alone(page: Callable[..., tuple[str, Page]]) -> None:
    markup, seen = page(protected_record(), record(), urgent_record())
    assert "secret" not in markup
    assert "Police eyes only: not shown here" in seen.text
    assert "LOG NO 61/26" in seen.text


def test_only_the_first_letters_are_shown_in_full_and_the_rest_named(page: Callable[..., tuple[str, Page]]) -> None:
    markup, seen = page(*(record(id=str(n), subject=f"letter {n}", source=str(n)) for n in range(7)), most=3)
    assert markup.count("<article") == 3
    assert "the first 3 of 7 letters" in seen.text
    assert "triage.xlsx, on the sheet Letters" in seen.text


def test_a_very_long_letter_is_cut_with_a_word_about_the_rest(page: Callable[..., tuple[str, Page]]) -> None:
    long = TEXT + "\n" + "word " * 100_000
    markup, seen = page(record(text=long))
    assert len(markup) < 100_000
    assert f"[{len(long) - MOST_TEXT} more characters are in triage.jsonl]" in seen.text


def test_an_empty_run_and_a_letter_without_words_make_a_page(page: Callable[..., tuple[str, Page]]) -> None:
    _, nothing = page()
    assert "No letter shows danger" in nothing.text
    empty = record(text="", questions=(), subject="", problems=(Problem(code="empty", part="x", detail="no bytes"),))
    _, seen = page(empty)
    assert "(no subject) one.eml" in seen.text
    assert "no bytes" in seen.text


def due_on(*days: date) -> list[TriageRecord]:
    return [
        record(id=str(n), deadlines=(Deadline(what="answer", start=day, due=day, rule="r"),))
        for n, day in enumerate(days)
    ]


def test_the_time_line_shows_the_busiest_weeks_and_counts_every_deadline() -> None:
    start = date(2026, 3, 2)
    days = [start + timedelta(days=n) for n in range(0, 70, 3)] + [date(2019, 1, 1), date(2030, 1, 1), date(2030, 1, 2)]
    found = weeks(count(due_on(*days)).due)
    assert [found[0].label, found[-1].label] == ["earlier", "later"]
    assert found[1].label == "2 Mar"
    assert len(found) <= WEEKS + 2
    assert sum(sum(c.counts) for c in found) == len(days)
    assert (sum(found[0].counts), sum(found[-1].counts)) == (1, 2)


def test_the_time_line_without_deadlines_is_empty() -> None:
    assert weeks(count([record(deadlines=())]).due) == []


def test_counts_leave_out_what_is_protected() -> None:
    totals = count([record(), urgent_record(), protected_record(), record(referrals=(referral(),))])
    assert (totals.letters, totals.protected, totals.urgent, totals.mandatory) == (4, 1, 1, 1)
    assert totals.questions == 4
    assert "fleet" not in totals.topics


def test_text_is_escaped_and_markup_is_not_escaped_twice() -> None:
    assert element("p", "a<b", element("b", 'c"d'), title='"x"') == (
        '<p title="&quot;x&quot;">a&lt;b<b>c&quot;d</b></p>'
    )
    assert escaped("a\x07b\u2067c") == "a\ufffdb\ufffdc"


def test_words_on_their_colours_can_be_read() -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1 for text."""
    style = (Path(__file__).resolve().parents[2] / "classifier/sheets/report.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", style))
    pairs = [
        ("ink", "paper"), ("ink", "ground"), ("soft", "paper"), ("soft", "ground"), ("link", "paper"), ("ink", "ask"),
        ("red-ink", "red"), ("amber-ink", "amber"), ("yellow-ink", "yellow"), ("lilac-ink", "lilac"), ("ink", "red"),
        ("ink", "amber"), ("ink", "yellow"), ("paper", "deep"), ("paper", "ask-ink"),
    ]  # fmt: skip
    for over, under in pairs:
        assert contrast(colours[over], colours[under]) >= 4.5, (over, under)
    assert contrast("#cfe0e8", colours["deep"]) >= 4.5
    assert contrast("#9fd3c7", colours["deep"]) >= 4.5
    assert contrast("#ffffff", "#56646f") >= 4.5


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
