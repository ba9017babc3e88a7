"""What a question leans on: the heading or lead-in above it, its parent, the sentence before it, an earlier question.

Background does not raise a rule; but "My request is about X." followed by "How many were there?" asks about X. Decided
so, for every question:

- its parent items always belong to it, scope items that govern it, and a list of names that it announces ("in each of
  these roles") and that stands below it; of these its fields and that list count as its own words;
- the subject line, headings, and sentences that introduce the request ("I would like to know, about X:") before it lend
  it words, which count only together with words of its own, or where it names nothing itself;
- the sentences just before it lend it everything, but only where it points back ("of those", "do you own one", "this
  unit") or names nothing itself; the questions before it, only where it points back.

All positions are words of one text in which the subject line stands first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classifier.questions.fields import fields
from classifier.records import Question, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.referral.words import Words


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_STARTS = 60
_BACK = 6
_REACH = 12
_LINE = 14
_LIST = 80
_ANNOUNCES = _set("following these below listed")
_POINTS_BACK = _set("they them their theirs those these such it its one ones former latter same this that thing things")
_POINTED_AT = _set(
    """area force year years period time month months date day week request information data question letter act email
    law section county region policy service figure figures response matter"""
)
_GENERIC = _set(
    """a an and are as at be been by can could date dates day did do does each ever every figure figures financial for
    from give given has have held hold how i if in information into is kind last list made many may me month months most
    much my no not number numbers of on one only or other over own per please provide question record recorded records
    reply request said same show since some state such tell than that the their them there these they this those time to
    total totals under up us was we were what when where which who why will with would year years you your yours force
    police copy break breakdown down age sex gender ethnicity cost costs paid spent spend hours hour name names current
    currently annual average now today yes know like grateful 1 2 3 4 5 6 7 8 9 10 kept keep use used using uses
    long often does area areas details detail full above below following report reports also then still just between
    during before after all so about available calendar quarter quarters broken split rank grade reason reasons staff
    officer officers and/or amount value make makes type types policy policies contract contracts supplier suppliers"""
)
_INTRODUCES = re.compile(
    r"\b(?:request(?:ing|s)?|would like|wish to|want to|seek(?:ing)?|ask(?:ing)?|please|provide|interested in|"
    r"concern\w*|"
    r"regarding|relat(?:es|ing|ed) to|about|following|questions?|in respect of|with regard to|subject|topic|re|"
    r"research(?:ing)?|study(?:ing)?|looking (?:at|into)|grateful|could you|can you|know|understand|foi|information)\b",
    re.IGNORECASE,
)
_GENERIC_SUBJECT = re.compile(
    r"^(?:(?:re|fw|fwd)\s*:\s*)*(?:new\s+)?(?:freedom of information|foi|foia|foi act|request|enquiry|"
    r"question|query|information)\b"
    r"[\s\w()/-]{0,20}$",
    re.IGNORECASE,
)


_ASKS = re.compile(
    r"(?:and |also,? |but |so )?(?:"
    r"(?:i|we)(?:['’]d| would)? (?:also )?(?:want|like|wish|need) (?:to (?:know|see|have|learn|find out)|a copy)|"
    r"(?:please |kindly )?(?:tell|send|give|provide|let) (?:me|us)\b|"
    r"please (?:provide|supply|state|say|list|confirm)\b|"
    r"(?:can|could|would|will) you )",
    re.IGNORECASE,
)


class Region(Value, frozen=True):
    """Words `first` to `stop` (exclusive)."""

    first: int
    stop: int


class Lean(Value, frozen=True):
    """What one question may look at: its own words, the list that it announces and its fields (both are among what
    belongs to it), what else belongs to it, what lends it words, what it points back to."""

    question: Question
    own: Region
    listed: Region | None
    fields: tuple[Region, ...]
    belonging: tuple[Region, ...]
    lent: tuple[Region, ...]
    pointed: tuple[Region, ...]
    points_back: bool
    bare: bool

    def is_own(self, word: int) -> bool:
        """Whether a word stands in the question itself, in its fields or in the list that it announces."""
        return any(r is not None and r.first <= word < r.stop for r in (self.own, *self.fields, self.listed))


def lean(words: Words, text: str, offset: int, questions: Sequence[Question]) -> tuple[Lean, ...]:
    """For every request in `questions`, in order, the regions of `words` that it may draw on.

    `text` is the subject line, a blank line and the letter; `offset` is where the letter begins in it, so that a
    question's span begins at `offset + span[0]` there.
    """
    items = {q.id: Region(*_swap(words, offset + q.span[0], offset + q.span[1])) for q in questions}
    taken = sorted((r.first, r.stop) for r in items.values())
    sentences = _sentences(words, taken)
    introductions = [s for s in sentences if _introduces(words, text, s, offset)]
    parents = {q.id: q.parent for q in questions}
    below = fields(questions)
    out: list[Lean] = []
    previous: Lean | None = None
    for q in questions:
        if q.kind != "request":
            continue
        own = items[q.id]
        belonging = [items[i] for i in _ancestors(q, parents) if i in items]
        belonging += [
            items[s.id]
            for s in questions
            if s.kind == "scope"
            and s.id != q.id
            and (s.parent is None or s.parent == q.id or s.parent in _ancestors(q, parents))
        ]
        belonging += [items[r] for r in q.refers_to if r in items and r != q.id]
        listed = _listed(words, own, sentences)
        if listed is not None:
            belonging.append(listed)
        lent = [s for s in introductions if s.first < own.first]
        before = [s for s in sentences if s.stop <= own.first][-_BACK:]
        pointed = [s for s in before if own.first - s.stop <= 3 * _STARTS]
        points = _points_back(words, own)
        if previous is not None and points:
            pointed = [*previous.pointed[-_REACH:], previous.own, *previous.belonging, *pointed]
        here = Lean(
            question=q,
            own=own,
            listed=listed,
            fields=tuple(items[f.id] for f in below.get(q.id, ())),
            belonging=tuple(belonging),
            lent=tuple(lent),
            pointed=tuple(dict.fromkeys(pointed)),
            points_back=points,
            bare=_bare(words, own),
        )
        out.append(here)
        previous = here
    return tuple(out)


def overlooked(words: Words, text: str, offset: int, questions: Sequence[Question]) -> tuple[Region, ...]:
    """Sentences of the letter that ask and yet stand in no item: what the splitter may have missed."""
    taken = sorted(_swap(words, offset + q.span[0], offset + q.span[1]) for q in questions)
    out: list[Region] = []
    for s in _sentences(words, taken):
        start, end = words.start[s.first], words.end[s.stop - 1]
        if start >= offset and (text[end : end + 2].lstrip("\"'”’)").startswith("?") or _ASKS.match(text, start, end)):
            out.append(s)
    return tuple(out)


def _listed(words: Words, own: Region, sentences: Sequence[Region]) -> Region | None:
    """The list of names below a question that announces one: short lines that follow it and belong to no item."""
    if _ANNOUNCES.isdisjoint(words.text[own.first : own.stop]):
        return None
    at = own.stop
    for s in sentences:
        if s.first == at and s.stop - s.first <= _LINE and at - own.stop <= _LIST:
            at = s.stop
    return Region(first=own.stop, stop=at) if at > own.stop else None


def _swap(words: Words, start: int, end: int) -> tuple[int, int]:
    return words.between(start, end)


def _ancestors(q: Question, parents: dict[str, str | None]) -> list[str]:
    out: list[str] = []
    at = q.parent
    while at is not None and at not in out:
        out.append(at)
        at = parents.get(at)
    return out


def _sentences(words: Words, taken: list[tuple[int, int]]) -> list[Region]:
    """The sentences that lie outside the items, in order."""
    inside = bytearray(len(words.text))
    for first, stop in taken:
        inside[first:stop] = b"\x01" * (stop - first)
    out: list[Region] = []
    first = 0
    for at in range(1, len(words.text) + 1):
        ends = at == len(words.text)
        if ends or words.sentence[at] != words.sentence[first] or inside[at] != inside[first]:
            if not inside[first]:
                out.append(Region(first=first, stop=at))
            first = at
    return out


def _introduces(words: Words, text: str, s: Region, offset: int) -> bool:
    start, end = words.start[s.first], words.end[s.stop - 1]
    said = text[start:end]
    if start < offset:
        return not _GENERIC_SUBJECT.match(said.strip())
    after = text[end : end + 3]
    if ":" in after or (after.lstrip(" ").startswith(("-", "–", "\n\n")) and s.stop - s.first <= 8):
        return True
    return bool(_INTRODUCES.search(said[:400])) and s.stop - s.first <= 70


def _points_back(words: Words, own: Region) -> bool:
    """Whether the question has a word that stands for something named before it."""
    text = words.text
    for at in range(own.first, min(own.stop, own.first + _STARTS)):
        word, after = text[at], text[at + 1] if at + 1 < own.stop else ""
        if word in ("this", "that", "these", "those", "the", "such", "same") and after in _NAMED_BEFORE:
            return True
        if word in ("this", "that"):
            # "that" is mostly a conjunction; on its own it points back only where nothing follows it.
            if not after:
                return True
        elif word in _POINTS_BACK and not (word in ("these", "those", "same", "one") and after in _POINTED_AT):
            return True
    return False


_NAMED_BEFORE = _set(
    """unit team branch database system software tool tools device devices equipment scheme programme technology project
    product kit operation group groups list register tactic power powers process machine machines trial pilot plan"""
)


def _bare(words: Words, own: Region) -> bool:
    """Whether the question names nothing: no more than two words that are not of the general stock."""
    named = {w for w in words.text[own.first : own.stop] if w not in _GENERIC and not w.isdigit()}
    return len(named) <= 2
