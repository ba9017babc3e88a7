"""What stands in the cells of `triage.xlsx`: one record to one row of letters and its rows of questions."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from classifier.sheets import words
from classifier.sheets.columns import GROUND_CELLS, RULE_CELLS, TOPIC_CELLS, rule_shown
from classifier.sheets.order import due

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from classifier.records import Question, Referral, Tag, TriageRecord

Cell = str | int | date | datetime | None
Row = dict[str, Cell]

LONDON = ZoneInfo("Europe/London")


def letter_row(number: int, record: TriageRecord, number_of: Callable[[str], int | None]) -> Row:
    """The cells of one letter by the keys of LETTER_COLUMNS. `number_of` tells another letter's place in the list.

    A protected paper shows its id, its references and the mark, nothing else.
    """
    if record.protected:
        return {
            "number": number,
            "look_first": words.PROTECTED,
            "reference": lines(record.references),
            "id": record.id,
        }
    return {
        "number": number,
        "look_first": words.look_first(record),
        "due": earliest(record),
        "received": record.received.astimezone(LONDON).replace(tzinfo=None) if record.received else None,
        "kind": words.kind_name(record.kind.label),
        "also": lines(words.kind_name(k) for k in record.kind.also),
        "subject": record.subject,
        "from": lines(filter(None, (record.applicant.name, record.applicant.address))),
        "asked": sum(q.kind == "request" for q in record.questions),
        "topics": lines(words.topic_name(t.label) for t in suggested(record.topics)),
        "grounds": lines(words.ground_name(t.label) for t in suggested(record.exemptions)),
        "referral": lines(dict.fromkeys(words.referral_words(r) for r in record.referrals)),
        "urgent_words": lines(f"{u.why}: “{u.because}”" for u in record.urgent),
        "urgent": "yes" if record.urgent else None,
        "clocks": lines(words.deadline_words(d) for d in record.deadlines),
        "related": lines(_related(record, number_of)),
        "problems": lines(f"{p.code} ({p.part}): {p.detail}" for p in record.problems),
        "departments": lines(record.departments),
        "reference": lines(record.references),
        "regime": record.regime,
        "missing": words.missing_words(record),
        "source": record.source,
        "id": record.id,
    }


def question_rows(number: int, record: TriageRecord) -> Iterator[Row]:
    """The cells of each item of a letter by the keys of QUESTION_COLUMNS; none for a protected paper."""
    if record.protected:
        return
    for question in record.questions:
        yield _question_row(number, record, question)


def _question_row(number: int, record: TriageRecord, question: Question) -> Row:
    topics, grounds = suggested(question.topics), suggested(question.exemptions)
    referrals = [r for r in record.referrals if r.question == question.id]
    rules = list({r.rule: rule_shown(r.rule, r.subject) for r in referrals}.values())
    return {
        "number": number,
        "due": earliest(record),
        "asked_as": question.number,
        "item": question.kind,
        "text": question.text,
        **_spread(TOPIC_CELLS, [words.topic_name(t.label) for t in topics]),
        "topic_why": lines(_why(words.topic_name(t.label), t) for t in topics),
        **_spread(GROUND_CELLS, [words.ground_name(t.label) for t in grounds]),
        "ground_why": lines(_why(t.label, t) for t in grounds),
        **_spread(RULE_CELLS, rules),
        "rule_why": lines(_rule_why(r) for r in referrals),
        "source": record.source,
        "letter": record.id,
        "question": question.id,
    }


def suggested(tags: Iterable[Tag]) -> list[Tag]:
    """The tags that are suggested, the likeliest first."""
    return sorted((t for t in tags if t.suggested), key=lambda t: (-t.score, t.label))


def earliest(record: TriageRecord) -> date | None:
    """The earliest deadline of a letter."""
    day = due(record)
    return date.fromisoformat(day) if day else None


def lines(parts: Iterable[str]) -> str:
    """The parts, each on a line of its own."""
    return "\n".join(parts)


def _spread(keys: Sequence[str], values: Sequence[str]) -> Row:
    return dict(zip(keys, [*values, *[None] * len(keys)], strict=False))


def _why(name: str, tag: Tag) -> str:
    quoted = ", ".join(f"“{b}”" for b in tag.because)
    return f"{name} {tag.score:.0%}" + (f": {quoted}" if quoted else "")


def _rule_why(referral: Referral) -> str:
    return f"{referral.rule} {words.level_words(referral)}: “{referral.because}”"


def _related(record: TriageRecord, number_of: Callable[[str], int | None]) -> Iterator[str]:
    if record.duplicate_of:
        place = number_of(record.duplicate_of)
        yield f"exact copy of no. {place}" if place else f"exact copy of {words.short_id(record.duplicate_of)}"
    for related in record.related:
        yield words.related_words(related, number_of(related.id))
