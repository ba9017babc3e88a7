"""A letter's text cut into stretches, so that items and quoted words can be shown where they stand."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from classifier.records import Value
from classifier.sheets.letter import find_quote

if TYPE_CHECKING:
    from classifier.records import TriageRecord

MOST_TEXT: Final = 40_000
"""Characters of a letter that its page shows; the rest is a link away."""
MOST_QUOTES: Final = 40


class Stretch(Value, frozen=True, kw_only=True):
    """Characters of the text from `start` on that belong to the same things.

    `item` is the id of the item that they are part of ("" for none), `first` whether they are its first, `quote` what
    they are quoted for ("danger", "rule" or "").
    """

    text: str
    start: int
    item: str = ""
    number: str = ""
    kind: str = ""
    first: bool = False
    quote: str = ""


class _Mark(NamedTuple):
    start: int
    end: int
    what: str


def stretches(record: TriageRecord, *, most: int = MOST_TEXT) -> list[Stretch]:
    """The first `most` characters of the text in order, without gaps: joined, they are the text."""
    text = record.text[:most]
    length = len(text)
    items = sorted((q for q in record.questions if q.span[0] < length), key=lambda q: q.span)
    quotes = _quotes(record, text)
    cuts = {0, length}
    for question in items:
        cuts.update((question.span[0], min(question.span[1], length)))
    for mark in quotes:
        cuts.update((mark.start, mark.end))
    out: list[Stretch] = []
    place, begun = 0, ""
    for start, end in pairwise(sorted(cuts)):
        while place < len(items) and items[place].span[1] <= start:
            place += 1
        item = items[place] if place < len(items) and items[place].span[0] <= start else None
        quote = next((m.what for m in quotes if m.start <= start < m.end), "")
        first = item is not None and item.id != begun
        out.append(
            Stretch(
                text=text[start:end], start=start, item=item.id if item else "", number=item.number if item else "",
                kind=item.kind if item else "", first=first, quote=quote,
            )
        )  # fmt: skip
        begun = item.id if item else begun
    return out


def _quotes(record: TriageRecord, text: str) -> list[_Mark]:
    """Words behind an urgent flag, then those behind rules; each where it first stands."""
    wanted = [("danger", u.because) for u in record.urgent]
    wanted += [("rule", words) for words in dict.fromkeys(r.because for r in record.referrals)]
    found = ((what, find_quote(text, words)) for what, words in wanted[:MOST_QUOTES] if words)
    return [_Mark(*place, what) for what, place in found if place]


class Place(Value, frozen=True, kw_only=True):
    """Where an item could be cut in two: an offset into the letter's text, and the words before and behind it."""

    at: int
    before: str
    behind: str


_STOPS: Final = frozenset(".?!;:,")
_JOINS: Final = ("and ", "or ", "plus ", "also ")


def places(text: str, span: tuple[int, int], *, most: int = 60) -> list[Place]:
    """Where a word begins inside an item behind the end of a line, sentence or clause, or with "and" or the like."""
    start, end = span
    found: list[Place] = []
    previous = start
    for at in range(start + 1, end):
        if text[at].isspace() or not text[at - 1].isspace():
            continue
        last = _last(text, at, previous)
        if not (last == "\n" or last in _STOPS or text[at : at + 5].lower().startswith(_JOINS)):
            continue
        if not any(c.isalnum() for c in text[previous:at]) or not any(c.isalnum() for c in text[at:end]):
            continue
        found.append(Place(at=at, before=_tail(text[previous:at]), behind=_head(text[at : min(end, at + 400)])))
        previous = at
        if len(found) == most:
            break
    return found


def _last(text: str, at: int, floor: int) -> str:
    """What ends before `at`: the last character that is no space; a line end where one stands behind it."""
    while at > floor and text[at - 1].isspace():
        if text[at - 1] == "\n":
            return "\n"
        at -= 1
    return text[at - 1]


def _head(words: str, most: int = 120) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= most else flat[:most].rstrip() + " …"


def _tail(words: str, most: int = 80) -> str:
    flat = " ".join(words[-400:].split())
    return flat if len(flat) <= most else "… " + flat[-most:].lstrip()
