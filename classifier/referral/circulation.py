"""Reads a circulation of the Central Referral Unit: log number, request, advice per question, announced changes.

The layout is told from its labelled fields and markings. What is read stays protected: it may be shown in
`triage.jsonl` and the casebook only, and never leaves in exports, logs or training.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from classifier.records import Level, Question, Value
from classifier.referral.matcher import find
from classifier.referral.register import LevelChange, levels

if TYPE_CHECKING:
    from classifier.referral.register import Register

_SLASHED = re.compile(r"(?<![\d/])0{0,5}([1-9]\d{0,4})\s?/\s?(\d{2})(?![\d/])")
_RUN_TOGETHER = re.compile(r"(?<!\d)0{0,5}([1-9]\d{0,4})(\d{2})(?!\d)")
_NUMBER_AFTER = re.compile(
    r"\b(?:log|cru|case|circulation)\b[\s.:#-]{0,3}(?:(?:case|log|ref|reference|number|num|no)\b[\s.:#-]{0,3}){0,3}"
    r"([0-9][0-9 /]{2,13})",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"^[ \t>*_-]*(log (?:number|no\.?)|case ?worker|logged with|sent from|applicant['’]?s?['’]? request|request|"
    r"cru advice|advice|date(?: received)?|subject)[ \t*_]*:[ \t*_]*(.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_MARKING = re.compile(
    r"^[ \t>*_]*(official\s?[-–:]\s?sensitive|police eyes only|protect\s?[-–]\s?(?:private|personal|police)|restricted|"
    r"not (?:to be|for) (?:distributed|distribution|further dissemination)\b[^\n]{0,160})[ \t*_]*$",
    re.IGNORECASE | re.MULTILINE,
)
_MAILBOX = re.compile(
    r"\b(?:npcc\s+cru|cru\s+mailbox|police foi referral|central referral unit|npfdu)\b", re.IGNORECASE
)
_SUBJECT = re.compile(
    r"\b(?:cru circulation|log no|national advice|all to read|including advice|cru case)\b", re.IGNORECASE
)
_NUMBERS = r"\d{1,2}[a-z]?(?:\s?(?:,|&|and|to|-|–)\s?(?:q(?:uestions?)?\.?\s?)?\d{1,2}[a-z]?){0,12}"
_ADVISED = re.compile(rf"\b(?:q|qs|questions?|parts?|points?)\.?\s?({_NUMBERS})(?![\d/])", re.IGNORECASE)
_MAPPED = re.compile(
    rf"\b(?:q|qs|questions?)\.?\s?({_NUMBERS})\s+(?:of|from|in)\s+(?:cru\s+)?(?:ref(?:erence)?\.?:?\s*)?(?:case\s+)?"
    rf"(0{{0,5}}[1-9]\d{{0,4}}\s?/\s?\d{{2}})\s+(?:refers?|relates?|corresponds?|equates?|maps?|is|are|=)\s?(?:to|with)?\s+"
    rf"((?:q(?:uestions?)?\.?\s?)?{_NUMBERS})",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^[ \t]*(?:if you (?:require|need|have) any (?:further|more)|kind regards|regards|many thanks|yours)\b",
    re.IGNORECASE | re.MULTILINE,
)
_SENTENCE = re.compile(r"[^.?!\n]+(?:\.(?=\S)[^.?!\n]+)*[.?!]?")
_CHANGES: tuple[tuple[re.Pattern[str], Level], ...] = (
    (
        re.compile(
            r"\b(?:no longer|not|cease[sd]? to be|stopped being|removed (?:from|as)|taken off|come off|came off|off)\b"
            r"[^.?!\n]{0,60}\b(?:mandatory|compulsory|required to be referred|referral list|mandatory list)\b"
            r"|\bno longer (?:need|have|require)[^.?!\n]{0,40}\brefer",
            re.IGNORECASE,
        ),
        "withdrawn",
    ),
    (
        re.compile(
            r"\b(?:now|become|becomes|became|will be|are|is|new|added (?:to|as)|"
            r"with (?:immediate )?effect)\b[^.?!\n]{0,60}"
            r"\b(?:mandatory|compulsory)\b[^.?!\n]{0,20}\b(?:referrals?|list|subject|topic|refer)\b"
            r"|\bmust (?:now )?be referred\b",
            re.IGNORECASE,
        ),
        "mandatory",
    ),
    (
        re.compile(
            r"\b(?:now|please|should|advis\w{1,4}|ask(?:ed)? (?:that|to)|recommend\w{0,3})\b[^.?!\n]{0,60}"
            r"\b(?:contact|consult|refer\w{0,4} to|seek advice from) (?:the )?(?:cru|central referral unit)\b"
            r"[^.?!\n]{0,80}\b(?:whenever|before|prior to|considering)\b",
            re.IGNORECASE,
        ),
        "advised",
    ),
)
_SUBJECT_BEFORE = re.compile(
    r"\b(?:requests?|questions?|FOIs?|referrals?)\b[^.?!\n]{0,20}\b(?:for|on|about|concerning|relating to)\b",
    re.IGNORECASE,
)
_DATE_IN_SUBJECT = re.compile(r"\((\d{1,2})/(\d{1,2})/(\d{2,4})\)")


class QuestionAdvice(Value, frozen=True):
    """One sentence or paragraph of advice and the questions it speaks of, as they are numbered there."""

    questions: tuple[str, ...]
    text: str


class QuestionMap(Value, frozen=True):
    """Question `theirs` of the earlier case `log_number` is question `ours` of this one."""

    log_number: str
    theirs: str
    ours: str


class ProposedEdit(Value, frozen=True):
    """A register edit that a circulation announces, for a person to confirm; nothing is changed by it.

    `rule` is None where the subject was not recognised; `because` is the sentence that announces it. `known` is true
    where the register already has that level on that day.
    """

    rule: str | None
    level: Level
    start: date
    because: str
    source: str
    known: bool

    def as_change(self) -> LevelChange:
        """The entry for a force's overlay. Raises ValueError where the rule is still open."""
        if self.rule is None:
            raise ValueError("the circulation does not say which rule changes: choose one first")
        return LevelChange(rule=self.rule, level=self.level, start=self.start, source=self.source)


class Circulation(Value, frozen=True):
    """What a circulation says: `log_number` normalised (43/23), `request` the applicant's text that it carries."""

    log_number: str | None
    logged_with: str
    national: bool
    circulated: date | None
    markings: tuple[str, ...]
    request: str
    request_span: tuple[int, int] | None
    advice: str
    per_question: tuple[QuestionAdvice, ...]
    maps: tuple[QuestionMap, ...]
    other_cases: tuple[str, ...]
    edits: tuple[ProposedEdit, ...]


def normal_log_number(written: str) -> str | None:
    """A CRU case number in the one form `number/yy` without leading zeros, or None where there is none.

    `43/23`, `001355/22`, `00135522` and `Log No.00135522` are read; eight digits without a slash end in the year.
    """
    if m := _SLASHED.search(written):
        return f"{int(m[1])}/{m[2]}"
    for m in _RUN_TOGETHER.finditer(written):
        if len(m[0]) >= 6:
            return f"{int(m[1])}/{m[2]}"
    return None


def is_circulation(subject: str, text: str, sender: str = "") -> bool:
    """Whether a message is a CRU circulation: by its labelled fields, or by two of mailbox, subject and marking."""
    fields = {m[1].lower().split()[0] for m in _FIELD.finditer(text)}
    labelled = "log" in fields and bool(fields & {"logged", "cru", "applicants", "applicant", "case", "caseworker"})
    signs = (
        bool(_MAILBOX.search(sender) or _MAILBOX.search(text[-3000:])),
        bool(_SUBJECT.search(subject)),
        bool(_MARKING.search(text)),
    )
    return labelled or sum(signs) >= 2


def requested(text: str) -> tuple[int, int] | None:
    """Where a circulation's text quotes the applicant's request; None where no field of it says so."""
    span = _fields(text).get("request")
    return _trimmed(text, span) if span else None


def read_circulation(subject: str, text: str, received: date, register: Register) -> Circulation:
    """Read a circulation received on `received`. Fields that are not there are empty; nothing is guessed.

    An announced change becomes a `ProposedEdit` from the day the circulation was received, since the day on which a
    subject really left or joined the list is not in it.
    """
    spans = _fields(text)
    written = spans.get("log")
    number = normal_log_number(text[slice(*written)]) if written else None
    number = number or _number_after(subject) or _number_after(text)
    request_span = spans.get("request")
    request = text[slice(*request_span)] if request_span else ""
    advice_span = spans.get("advice")
    advice = text[slice(*advice_span)] if advice_span else ""
    if closing := _CLOSING.search(advice):
        advice = advice[: closing.start()]
    logged = text[slice(*spans["with"])].strip() if "with" in spans else ""
    others = [f"{int(m[1])}/{m[2]}" for m in _SLASHED.finditer(advice)]
    return Circulation(
        log_number=number,
        logged_with=logged,
        national="national" in logged.lower(),
        circulated=_date_in(subject),
        markings=tuple(dict.fromkeys(m[1].strip() for m in _MARKING.finditer(text))),
        request=request.strip(),
        request_span=_trimmed(text, request_span) if request_span else None,
        advice=advice.strip(),
        per_question=_per_question(advice),
        maps=_maps(advice),
        other_cases=tuple(n for n in dict.fromkeys(others) if n != number),
        edits=_edits(
            _without(text, request_span), received, register, f"CRU circulation {number or 'without a log number'}"
        ),
    )


def _number_after(text: str) -> str | None:
    for m in _NUMBER_AFTER.finditer(text):
        if number := normal_log_number(m[1]):
            return number
    return None


_FIELD_NAMES = {
    "log": "log",
    "logged": "with",
    "applicants": "request",
    "request": "request",
    "cru": "advice",
    "advice": "advice",
}


def _fields(text: str) -> dict[str, tuple[int, int]]:
    """Where the value of each labelled field stands: from after its colon to the next label."""
    found = list(_FIELD.finditer(text))
    out: dict[str, tuple[int, int]] = {}
    for n, m in enumerate(found):
        first = re.sub(r"[^a-z ]", "", m[1].lower()).split()[0]
        name = _FIELD_NAMES.get("applicants" if first == "applicant" else first)
        end = found[n + 1].start() if n + 1 < len(found) else len(text)
        if name and name not in out:
            out[name] = (m.start(2), end)
    return out


def _without(text: str, span: tuple[int, int] | None) -> str:
    """`text` without the applicant's words, in which "mandatory" announces nothing."""
    return text if span is None else text[: span[0]] + "\n\n" + text[span[1] :]


def _trimmed(text: str, span: tuple[int, int]) -> tuple[int, int]:
    piece = text[slice(*span)]
    start = span[0] + len(piece) - len(piece.lstrip())
    return start, max(start, span[1] - (len(piece) - len(piece.rstrip())))


def _date_in(subject: str) -> date | None:
    if m := _DATE_IN_SUBJECT.search(subject):
        year = int(m[3]) + (2000 if len(m[3]) == 2 else 0)
        try:
            return date(year, int(m[2]), int(m[1]))
        except ValueError:
            return None
    return None


def question_numbers(written: str) -> tuple[str, ...]:
    """The numbers in "1, 6 and 9", "Q3 & 9", "2 to 5" (a range is written out), in order."""
    parts = re.findall(r"(\d{1,2}[a-z]?)|\b(to)\b|([-–])", written.lower())
    out: list[str] = []
    ranging = False
    for number, word, dash in parts:
        if word or dash:
            ranging = bool(out)
            continue
        if ranging and number.isdigit() and out[-1].isdigit() and int(out[-1]) < int(number):
            out += [str(n) for n in range(int(out[-1]) + 1, int(number) + 1)]
        else:
            out.append(number)
        ranging = False
    return tuple(dict.fromkeys(out))


def _per_question(advice: str) -> tuple[QuestionAdvice, ...]:
    out: list[QuestionAdvice] = []
    for paragraph in re.split(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-•*]\s*)?Q(?:uestions?)?\.?\s?\d)", advice):
        numbers: list[str] = []
        for m in _ADVISED.finditer(_MAPPED.sub(" ", paragraph)):
            numbers += question_numbers(m[1])
        if numbers:
            out.append(QuestionAdvice(questions=tuple(dict.fromkeys(numbers)), text=" ".join(paragraph.split())))
    return tuple(out)


def _maps(advice: str) -> tuple[QuestionMap, ...]:
    out: list[QuestionMap] = []
    for m in _MAPPED.finditer(advice):
        theirs, ours, case = question_numbers(m[1]), question_numbers(m[3]), normal_log_number(m[2])
        if case and len(theirs) == len(ours):
            out += [QuestionMap(log_number=case, theirs=a, ours=b) for a, b in zip(theirs, ours, strict=True)]
    return tuple(out)


def _edits(text: str, received: date, register: Register, source: str) -> tuple[ProposedEdit, ...]:
    out: list[ProposedEdit] = []
    for sentence in (m[0].strip() for m in _SENTENCE.finditer(_unwrapped(text))):
        level: Level | None = next((found for pattern, found in _CHANGES if pattern.search(sentence)), None)
        if level is None or not _SUBJECT_BEFORE.search(sentence):
            continue
        rules = _rules_in(sentence, register, received)
        for rule in rules or (None,):
            known = rule is not None and _level_on(register, rule, received) == level
            out.append(
                ProposedEdit(rule=rule, level=level, start=received, because=sentence, source=source, known=known)
            )
    return tuple(out)


def _unwrapped(text: str) -> str:
    return re.sub(r"(?<=[^\n.:;?!])\n(?=[a-z0-9(])", " ", text)


def _level_on(register: Register, rule: str, day: date) -> Level | None:
    return levels(register.rules[rule], day)


def _rules_in(sentence: str, register: Register, received: date) -> tuple[str, ...]:
    """The rules whose subject the announcement names; a statistic is asked for in words that the matcher knows."""
    said = "How many: " + sentence
    item = Question(id="q1", number="1", parent=None, kind="request", span=(0, len(said)), text=said)
    found = find(said, (item,), register, received, received)
    skipped = {"NAT-02", "NAT-03"}
    return tuple(dict.fromkeys(r.rule for r in found if r.rule not in skipped))
