"""What the page of a letter shows, made of its record as corrected and of what was decided about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from classifier.casebook.corrected import corrected, places
from classifier.casebook.decisions import Current, newest
from classifier.records import Question, Tag, TriageRecord, Value
from classifier.review.marks import MOST_TEXT, Stretch, stretches
from classifier.review.names import ITEM_KINDS, LabelField
from classifier.sheets import words
from classifier.sheets.rows import earliest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from classifier.casebook.decisions import Kept
    from classifier.force import Force
    from classifier.records import Referral
    from classifier.review.names import Names

MOST_ITEMS: Final = 300
"""Items of a letter that its page shows; those behind them are decided in the sheet."""
MOST_TICKS: Final = 9
KEYS: Final[dict[LabelField, str]] = {"topics": "123456789", "exemptions": "qwertasdfg", "referrals": "zxcvb"}
"""Single keys of the ticks of the question that is in view, in the ticks' order."""
LEGENDS: Final[dict[LabelField, str]] = {
    "topics": "Topics",
    "exemptions": "Grounds to consider",
    "referrals": "Referral",
}


class Tick(Value, frozen=True, kw_only=True):
    """A label to tick. `score` is the model's calibrated chance in per cent, None where a person put the label there;
    `detail` what a rule rests on and when it holds."""

    label: str
    name: str
    ticked: bool
    score: int | None
    because: tuple[str, ...]
    key: str
    detail: str = ""


class Group(Value, frozen=True, kw_only=True):
    """The ticks of one field of one item. `add` is what stands in the box for a further label."""

    field: LabelField
    item: str
    legend: str
    ticks: tuple[Tick, ...]
    by: str
    add: str = ""
    error: str = ""

    @property
    def name(self) -> str:
        """The form's name for this field."""
        return f"{self.field}.{self.item}"


class Item(Value, frozen=True, kw_only=True):
    """One item of the letter with its fields; only a request has any."""

    id: str
    number: str
    kind: str
    text: str
    depth: int
    groups: tuple[Group, ...]
    first: bool


class RuleShown(Value, frozen=True, kw_only=True):
    """A rule of the register with the questions that raise it."""

    rule: str
    subject: str
    level: str
    binding: bool
    evidence: str
    dates: str
    numbers: tuple[str, ...]
    quotes: tuple[str, ...]


class LetterView(Value, frozen=True, kw_only=True):
    """A letter as its page shows it. `record` is as corrected, `made` as the program wrote it."""

    number: int
    record: TriageRecord
    made: TriageRecord
    title: str
    text: tuple[Stretch, ...]
    more_text: int
    items: tuple[Item, ...]
    more_items: int
    letter_groups: tuple[Group, ...]
    rules: tuple[RuleShown, ...]
    kind_by: str
    kind_score: int
    seen: Kept | None
    basis: int


class Posted(Value, frozen=True, kw_only=True):
    """What a person had ticked and typed when a page has to be shown again: by the form's names."""

    ticked: Mapping[str, Sequence[str]]
    added: Mapping[str, str]
    errors: Mapping[str, str]


NOTHING: Final = Posted(ticked={}, added={}, errors={})


def letter_view(
    number: int, made: TriageRecord, history: Sequence[Kept], force: Force, names: Names, posted: Posted = NOTHING
) -> LetterView:
    """The view of a letter: its newest record and all that was ever decided about it, newest first."""
    current = newest(history)
    record = made if made.protected else corrected(made, current, force)
    seen = current.get(("", "seen"))
    shown = record.questions[:MOST_ITEMS]
    depths = _depths(shown)
    build = _Groups(record, made, current, names, posted)
    return LetterView(
        number=number, record=record, made=made,
        title=_protected(record) if record.protected else (_short(record.subject, 300) or "No subject"),
        text=tuple(stretches(record)), more_text=max(0, len(record.text) - MOST_TEXT),
        items=tuple(
            Item(
                id=q.id, number=q.number, kind=q.kind, text=_short(q.text), depth=min(3, depths[q.id]),
                groups=build.of_item(q), first=place == 0,
            )
            for place, q in enumerate(shown)
        ),
        more_items=len(record.questions) - len(shown), letter_groups=build.of_letter(), rules=rules_shown(record),
        kind_by=_by(current.get(("", "kind"))), kind_score=round(100 * made.kind.score),
        seen=seen if seen and seen.chosen == ("yes",) else None, basis=max((k.number for k in history), default=0),
    )  # fmt: skip


class _Groups:
    """Makes the ticks of one letter."""

    def __init__(
        self, record: TriageRecord, made: TriageRecord, current: Current, names: Names, posted: Posted
    ) -> None:
        self._record = record
        self._current = current
        self._names = names
        self._posted = posted
        # What the program itself said of each item as it is cut now: the scores and words that stand beside the ticks.
        outline = current.get(("", "questions"))
        base = corrected(made, {("", "questions"): outline}) if outline else made
        self._made = {q.id: q for q in base.questions}
        self._letter = base
        place = places(record.questions)
        self._decided = {
            (place(kept) if item else "", field): kept for (item, field), kept in sorted(
                current.items(), key=lambda pair: pair[1].number
            )
        }  # fmt: skip

    def of_item(self, question: Question) -> tuple[Group, ...]:
        if question.kind != "request" or self._record.protected:
            return ()
        by_program = self._made.get(question.id, question)
        return (
            self._tags("topics", question.id, question.topics, by_program.topics),
            self._tags("exemptions", question.id, question.exemptions, by_program.exemptions),
            self._rules(question.id),
        )

    def of_letter(self) -> tuple[Group, ...]:
        record = self._record
        if record.protected or not record.text.strip():
            return ()
        groups: list[Group] = []
        if not any(q.kind == "request" for q in record.questions):
            groups.append(self._tags("topics", "", record.topics, self._letter.topics))
            groups.append(self._tags("exemptions", "", record.exemptions, self._letter.exemptions))
            groups.append(self._rules(""))
        elif any(not r.question for r in record.referrals) or "referrals." in self._posted.ticked:
            groups.append(self._rules(""))
        return tuple(groups)

    def _tags(self, field: LabelField, item: str, now: Sequence[Tag], by_program: Sequence[Tag]) -> Group:
        scores = {t.label: t for t in by_program}
        ranked = sorted(now, key=lambda t: (not t.suggested, -t.score, t.label))
        ticked = self._posted.ticked.get(f"{field}.{item}")
        labels = [t.label for t in ranked if t.suggested]
        labels += [t.label for t in ranked if not t.suggested][: max(3, MOST_TICKS - len(labels))]
        for label in ticked or ():
            if label not in labels:
                labels.append(label)
        chosen = {t.label for t in now if t.suggested} if ticked is None else set(ticked)
        ticks: list[Tick] = []
        for place, label in enumerate(labels):
            own = scores.get(label)
            ticks.append(
                Tick(
                    label=label, name=self._names.name(field, label), ticked=label in chosen,
                    score=round(100 * own.score) if own else None, because=own.because if own else (),
                    key=KEYS[field][place : place + 1],
                )
            )  # fmt: skip
        return self._group(field, item, ticks)

    def _rules(self, item: str) -> Group:
        found: dict[str, Referral] = {}
        for referral in (*self._record.referrals, *self._letter.referrals):
            if (referral.question or "") == item:
                found.setdefault(referral.rule, referral)
        now = {r.rule for r in self._record.referrals if (r.question or "") == item}
        ticked = self._posted.ticked.get(f"referrals.{item}")
        chosen = now if ticked is None else set(ticked)
        labels = [*found, *(label for label in ticked or () if label not in found)]
        ticks: list[Tick] = []
        for place, label in enumerate(labels):
            referral = found.get(label)
            ticks.append(
                Tick(
                    label=label,
                    name=f"{label} {referral.subject}" if referral else self._names.name("referrals", label),
                    ticked=label in chosen, score=None, because=(referral.because,) if referral else (),
                    detail=words.level_words(referral) if referral else "", key=KEYS["referrals"][place : place + 1],
                )
            )  # fmt: skip
        return self._group("referrals", item, ticks)

    def _group(self, field: LabelField, item: str, ticks: Sequence[Tick]) -> Group:
        name = f"{field}.{item}"
        return Group(
            field=field, item=item, legend=LEGENDS[field], ticks=tuple(ticks), by=_by(self._decided.get((item, field))),
            add=self._posted.added.get(name, ""), error=self._posted.errors.get(name, ""),
        )  # fmt: skip


def rules_shown(record: TriageRecord) -> tuple[RuleShown, ...]:
    """The rules that a letter raises, the strictest first, each with what it rests on, when it holds and its words."""
    numbers = {q.id: q.number for q in record.questions}
    grouped: dict[tuple[str, str], list[Referral]] = {}
    for referral in record.referrals:
        grouped.setdefault((referral.rule, words.level_words(referral)), []).append(referral)
    shown = [
        RuleShown(
            rule=rule, subject=group[0].subject, level=level, evidence=group[0].evidence, dates=_dates(group[0]),
            binding="mandatory" in (group[0].level, group[0].level_today),
            numbers=tuple(n for r in group if (n := numbers.get(r.question or ""))),
            quotes=tuple(dict.fromkeys(r.because for r in group if r.because))[:3],
        )
        for (rule, level), group in grouped.items()
    ]  # fmt: skip
    return tuple(sorted(shown, key=lambda s: not s.binding))


def _dates(referral: Referral) -> str:
    start, end = referral.effective_from, referral.effective_to
    if start and end:
        return f"in force {words.long_date(start)} to {words.long_date(end)}"
    if start:
        return f"in force since {words.long_date(start)}"
    return f"in force until {words.long_date(end)}" if end else ""


def _by(kept: Kept | None) -> str:
    return f"{kept.who}, {day_of(kept.when)}" if kept else ""


def day_of(when: str) -> str:
    """The day of a decision as in "3 March 2026", of its UTC time."""
    from datetime import date

    return words.long_date(date.fromisoformat(when[:10]))


def _protected(record: TriageRecord) -> str:
    return f"Police eyes only: {', '.join(record.references) or words.short_id(record.id)}"


def _short(text: str, most: int = 600) -> str:
    flat = " ".join(text[: most * 2].split())
    return flat if len(flat) <= most and len(text) <= most * 2 else flat[:most].rstrip() + " …"


def _depths(questions: Sequence[Question]) -> dict[str, int]:
    depths: dict[str, int] = {}
    for question in questions:
        depths[question.id] = depths.get(question.parent or "", -1) + 1
    return depths


def facts(record: TriageRecord) -> list[tuple[str, str]]:
    """What is known of a letter, in pairs for a list; nothing but references and id for a protected paper."""
    day = earliest(record)
    sender = " ".join(
        filter(None, (record.applicant.name, f"<{record.applicant.address}>" if record.applicant.address else ""))
    )
    known = [
        ("Due", words.long_date(day) if day else ""),
        ("Received", words.received_words(record)),
        ("From", sender),
        ("References", ", ".join(record.references)),
        ("Departments", ", ".join(record.departments)),
        ("Missing", words.missing_words(record)),
        ("Regime", record.regime.upper() if record.regime in {"foi", "eir"} else record.regime.replace("_", " ")),
        ("File", record.source),
    ]
    return [(name, value) for name, value in known if value]


ITEM_KIND_WORDS: Final = {
    "request": "a question", "format": "how to answer", "scope": "what it covers", "remark": "a remark",
}  # fmt: skip
assert set(ITEM_KIND_WORDS) == set(ITEM_KINDS)
