"""One letter of the report: its words, the questions marked in them; beside them what the program says and why."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from classifier.sheets import words
from classifier.sheets.markup import EMPTY, Html, join, tag, text
from classifier.sheets.rows import earliest, suggested

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from classifier.records import Question, Referral, Tag, TriageRecord

MOST_TEXT: Final = 12_000
MOST_QUESTIONS: Final = 60


def article(number: int, record: TriageRecord, number_of: Callable[[str], int | None], most: int) -> Html:
    """The letter as the report shows it. `number_of` tells another letter's place; those up to `most` can be gone to.

    A protected paper shows its id, its references and the mark, nothing else.
    """
    if record.protected:
        return _protected(number, record)
    return tag(
        "article",
        tag("header", _title(number, record), badges(record)),
        _urgent(record),
        _referrals(record),
        tag(
            "div",
            tag("div", _facts(record), _text(record), class_="said"),
            tag("div", _questions(record), _whole_letter(record), _related(record, number_of, most), class_="found"),
            class_="columns",
        ),
        _problems(record),
        id=f"letter-{number}",
        class_="letter",
    )


def _protected(number: int, record: TriageRecord) -> Html:
    shown = [("Reference", ", ".join(record.references)), ("Id", words.short_id(record.id))]
    return tag(
        "article",
        tag("header", tag("h3", tag("span", f"{number}", class_="number"), words.PROTECTED), badges(record)),
        tag("dl", join(_pair(name, value) for name, value in shown if value), class_="facts"),
        id=f"letter-{number}",
        class_="letter",
    )


def badges(record: TriageRecord) -> Html:
    """What to know at a glance, in words on colour."""
    if record.protected:
        return tag("p", tag("span", "Protected", class_="badge lilac"), class_="badges")
    first = words.look_first(record)
    colour = "red" if record.urgent else "amber" if "andatory" in first else "yellow"
    found = [tag("span", first, class_=f"badge {colour}")] if first else []
    found.append(tag("span", words.kind_words(record.kind), class_="badge plain"))
    if record.duplicate_of:
        found.append(tag("span", "Exact copy", class_="badge plain"))
    if record.problems:
        found.append(tag("span", "Not read in full", class_="badge yellow"))
    return tag("p", join(found, " "), class_="badges")


def title_of(record: TriageRecord) -> str:
    """The subject, or what stands for it: the file's name."""
    if record.protected:
        return words.PROTECTED
    name = record.source.replace("\\", "/").rpartition("/")[2]
    return record.subject.strip() or f"(no subject) {name}"


def _title(number: int, record: TriageRecord) -> Html:
    return tag("h3", tag("span", f"{number}", class_="number"), tag("bdi", title_of(record)))


def _facts(record: TriageRecord) -> Html:
    day = earliest(record)
    sender = " ".join(filter(None, (record.applicant.name, record.applicant.address)))
    facts = [
        ("Due", words.long_date(day) if day else ""),
        ("Received", words.received_words(record)),
        ("From", sender),
        ("Reference", ", ".join(record.references)),
        ("Departments", ", ".join(record.departments)),
        ("Missing", words.missing_words(record)),
        ("File", record.source),
    ]
    return tag("dl", join(_pair(name, value) for name, value in facts if value), class_="facts")


def _pair(name: str, value: str) -> Html:
    return tag("div", tag("dt", name), tag("dd", tag("bdi", value)))


def _urgent(record: TriageRecord) -> Html:
    if not record.urgent:
        return EMPTY
    found = [tag("li", tag("strong", u.why), ": ", _quote(u.because)) for u in record.urgent]
    return tag("div", tag("h4", "May be urgent"), tag("ul", join(found)), class_="panel red")


def _referrals(record: TriageRecord) -> Html:
    if not record.referrals:
        return EMPTY
    numbers = {q.id: q.number for q in record.questions}
    grouped: dict[tuple[str, str], list[Referral]] = {}
    for referral in record.referrals:
        grouped.setdefault((referral.rule, words.level_words(referral)), []).append(referral)
    found = [_rule(group, [n for r in group if (n := numbers.get(r.question or ""))]) for group in grouped.values()]
    binding = any("mandatory" in (r.level, r.level_today) for r in record.referrals)
    return tag("div", tag("h4", "Referral"), tag("ul", join(found)), class_=f"panel {'amber' if binding else 'yellow'}")


def _rule(group: Sequence[Referral], numbers: Sequence[str]) -> Html:
    """One rule with the questions that raise it; what each says stands beside the question."""
    first = group[0]
    where = f" (question{'s' if len(numbers) > 1 else ''} {', '.join(numbers)})" if numbers else ""
    quotes = [_quote(because) for because in dict.fromkeys(r.because for r in group)][:2]
    said = f" {first.subject}{where}: {words.level_words(first)}. "
    return tag("li", tag("strong", first.rule), said, join(quotes, ", "))


class _Mark(NamedTuple):
    start: int
    end: int
    name: str
    label: str


def _text(record: TriageRecord) -> Html:
    """The letter's words; each question's own words marked and numbered, the words behind an urgent flag too."""
    if not record.text.strip():
        return tag("p", "There are no words to read in this message.", class_="quiet")
    marks = [_Mark(*q.span, q.kind, q.number) for q in record.questions[:MOST_QUESTIONS]]
    shown = record.text[:MOST_TEXT]
    found = (find_quote(shown, urgent.because) for urgent in record.urgent)
    marks += [_Mark(*place, "danger", "") for place in found if place]
    body = marked(shown, marks)
    if len(record.text) > MOST_TEXT:
        rest = len(record.text) - MOST_TEXT
        body = join([body, tag("em", f"\n\n[{rest} more characters are in triage.jsonl]")])
    return tag("div", body, class_="text", dir="auto")


def find_quote(text_: str, quote: str) -> tuple[int, int] | None:
    """Where a quotation stands in a text: line breaks count as spaces, and a final … stands for what was left out."""
    wanted = " ".join(quote.removesuffix("…").split())
    if not wanted:
        return None
    flat: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text_):
        if not char.isspace():
            flat.append(char)
            places.append(place)
        elif flat and flat[-1] != " ":
            flat.append(" ")
            places.append(place)
    at = "".join(flat).find(wanted)
    return (places[at], places[at + len(wanted) - 1] + 1) if at >= 0 else None


def marked(words_: str, marks: Sequence[_Mark | tuple[int, int, str, str]]) -> Html:
    """`words_` with `marks` (start, end, name, label) drawn in; marks may touch, overlap or lie in one another."""
    length = len(words_)
    clean = [_Mark(max(0, m[0]), min(m[1], length), m[2], m[3]) for m in marks]
    clean = [m for m in clean if m.start < m.end]
    cuts = sorted({0, length, *(m.start for m in clean), *(m.end for m in clean)})
    starting: dict[int, list[_Mark]] = {}
    for mark in clean:
        starting.setdefault(mark.start, []).append(mark)
    active: list[_Mark] = []
    parts: list[Html] = []
    for start, end in pairwise(cuts):
        active = [m for m in active if m.end > start] + starting.get(start, [])
        labels = [tag("span", m.label, class_="n") for m in starting.get(start, []) if m.label]
        piece = text(words_[start:end])
        if active:
            parts.append(tag("mark", *labels, piece, class_=" ".join(dict.fromkeys(m.name for m in active))))
        else:
            parts.append(piece)
    return join(parts)


def _questions(record: TriageRecord) -> Html:
    if not record.questions:
        return EMPTY
    shown = [
        _question(q, [r for r in record.referrals if r.question == q.id]) for q in record.questions[:MOST_QUESTIONS]
    ]
    hidden = len(record.questions) - len(shown)
    more = tag("p", f"{hidden} more are on the sheet Questions.", class_="quiet") if hidden > 0 else None
    asked = sum(q.kind == "request" for q in record.questions)
    head = "No questions, only notes" if not asked else "1 question" if asked == 1 else f"{asked} questions"
    return tag("section", tag("h4", head), tag("ol", join(shown), class_="questions"), more)


def _question(question: Question, referrals: Sequence[Referral]) -> Html:
    kind = "" if question.kind == "request" else f" {question.kind}"
    lines = [
        *_tags("Topic", [(words.topic_name(t.label), t) for t in suggested(question.topics)]),
        *_tags("Consider", [(words.ground_name(t.label), t) for t in suggested(question.exemptions)]),
        *(_line("Referral", tag("strong", r.rule), f" {words.level_words(r)}") for r in referrals),
    ]
    return tag(
        "li",
        tag("p", tag("span", question.number or "–", class_="n"), tag("span", kind, class_="kind") if kind else None,
            tag("bdi", _short(question.text)), class_="asked"),
        join(lines),
        class_=question.kind,
    )  # fmt: skip


def _short(words_: str, most: int = 240) -> str:
    flat = " ".join(words_[: most * 2].split())
    return flat if len(flat) <= most and len(words_) <= most * 2 else flat[:most].rstrip() + " …"


def _tags(name: str, tags: Sequence[tuple[str, Tag]]) -> list[Html]:
    return [
        _line(name, shown, " ", tag("span", f"{t.score:.0%}", class_="score"), *(_quoted(t)))
        for shown, t in tags
    ]  # fmt: skip


def _quoted(found: Tag) -> list[Html]:
    return [join([" ", _quote(b)]) for b in found.because]


def _line(name: str, *parts: str | Html) -> Html:
    return tag("p", tag("span", name, class_="label"), tag("span", *parts), class_="tag")


def _quote(words_: str) -> Html:
    return tag("q", tag("bdi", _short(words_, 300)))


def _whole_letter(record: TriageRecord) -> Html:
    """The letter's topics and grounds, where there is no question to hang them on."""
    if record.questions:
        return EMPTY
    lines = [
        *_tags("Topic", [(words.topic_name(t.label), t) for t in suggested(record.topics)]),
        *_tags("Consider", [(words.ground_name(t.label), t) for t in suggested(record.exemptions)]),
    ]
    return tag("section", tag("h4", "The letter as a whole"), join(lines)) if lines else EMPTY


def _related(record: TriageRecord, number_of: Callable[[str], int | None], most: int) -> Html:
    found: list[Html] = []
    if record.duplicate_of:
        found.append(tag("li", "Exact copy of ", _other(record.duplicate_of, None, number_of, most)))
    found += [
        tag("li", f"{r.relation}: ", _other(r.id, r.link, number_of, most), f" ({r.score:.0%})") for r in record.related
    ]
    return tag("section", tag("h4", "Related"), tag("ul", join(found), class_="related")) if found else EMPTY


def _other(identifier: str, link: str | None, number_of: Callable[[str], int | None], most: int) -> Html:
    number = number_of(identifier)
    if number is not None:
        name = f"no. {number}"
        return tag("a", name, href=f"#letter-{number}") if number <= most else text(name)
    if link and link.startswith(("https://", "http://")):
        return tag("a", link, href=link, rel="noreferrer noopener")
    return text(link or f"an earlier letter ({words.short_id(identifier)})")


def _problems(record: TriageRecord) -> Html:
    if not record.problems:
        return EMPTY
    found = [tag("li", tag("strong", p.code), f" {p.detail} ", tag("bdi", f"({p.part})")) for p in record.problems]
    return tag("div", tag("h4", "Not read in full"), tag("ul", join(found)), class_="panel yellow")
