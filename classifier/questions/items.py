"""From labelled pieces to the items of a letter: spans, numbers, parents, references between them."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

import msgspec

from classifier.records import ItemKind, Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.questions.outline import Marker
    from classifier.questions.segments import Segment

MOST_REFERENCES = 60
"""No item points at more others than this."""

KINDS: dict[str, ItemKind] = {"request": "request", "format": "format", "scope": "scope", "remark": "remark"}


class _Draft(msgspec.Struct):
    start: int
    end: int
    kind: ItemKind
    marker: int
    piece: int
    parent: int | None = None
    number: str = ""


def build(
    text: str, segments: Sequence[Segment], labels: Sequence[str], markers: Sequence[Marker]
) -> tuple[Question, ...]:
    """The items of `text`, in its order, with ids `q1`, `q2`, …"""
    drafts = _drafts(segments, labels)
    _nest(drafts, segments, labels, markers)
    _number(drafts, markers)
    index = _Index(drafts)
    ids = [f"q{n}" for n in range(1, len(drafts) + 1)]
    out: list[Question] = []
    for n, d in enumerate(drafts):
        words = text[d.start : d.end]
        out.append(
            Question(
                id=ids[n],
                number=d.number,
                parent=None if d.parent is None else ids[d.parent],
                kind=d.kind,
                span=(d.start, d.end),
                text=" ".join(words.split()),
                refers_to=tuple(ids[k] for k in _references(words, n, drafts, index)),
            )
        )
    return tuple(out)


def _drafts(segments: Sequence[Segment], labels: Sequence[str]) -> list[_Draft]:
    drafts: list[_Draft] = []
    open_item = False
    for i, (s, what) in enumerate(zip(segments, labels, strict=True)):
        if what == "more" and open_item:
            drafts[-1].end = s.end
        elif what in KINDS:
            drafts.append(_Draft(s.start, s.end, KINDS[what], s.marker, i))
            open_item = True
        else:
            open_item = False
    return drafts


def _nest(drafts: list[_Draft], segments: Sequence[Segment], labels: Sequence[str], markers: Sequence[Marker]) -> None:
    """Find each item's parent: by the outline, or the unmarked item whose colon leads on to a list."""
    of_marker = {d.marker: n for n, d in enumerate(drafts) if d.marker >= 0}
    parent_of_run: dict[int, int | None] = {}
    last_of_number: dict[int, int] = {}
    for n, d in enumerate(drafts):
        if d.marker < 0:
            continue
        m = markers[d.marker]
        if m.family == "number" and len(m.value) == 2 and m.value[1] == 0:
            last_of_number[m.value[0]] = n
        if m.family == "number" and len(m.value) == 2 and m.value[1]:
            # 1a under an item that is itself numbered 1.
            d.parent = last_of_number.get(m.value[0])
            continue
        if m.family == "dotted":
            d.parent = _dotted_parent(drafts, markers, n, last_of_number)
            continue
        if m.run not in parent_of_run:
            parent_of_run[m.run] = _parent_of_list(drafts, segments, labels, markers, n, of_marker)
        d.parent = parent_of_run[m.run]


def _dotted_parent(drafts: list[_Draft], markers: Sequence[Marker], n: int, numbers: dict[int, int]) -> int | None:
    value = markers[drafts[n].marker].value
    for k in range(n - 1, max(-1, n - 60), -1):
        if drafts[k].marker >= 0:
            other = markers[drafts[k].marker]
            if other.family == "dotted" and len(other.value) < len(value) and value[: len(other.value)] == other.value:
                return k
    return numbers.get(value[0])


def _parent_of_list(
    drafts: list[_Draft],
    segments: Sequence[Segment],
    labels: Sequence[str],
    markers: Sequence[Marker],
    n: int,
    of_marker: dict[int, int],
) -> int | None:
    d = drafts[n]
    m = markers[d.marker]
    before = d.piece - 1
    lead = segments[before] if before >= 0 else None
    if (
        lead is not None
        and lead.marker < 0
        and labels[before] == "other"
        and d.piece > 0
        and segments[d.piece].gap != "same"
    ):
        # Other words stand between this list and what its numbering would put it under.
        return None
    if n and lead is not None and drafts[n - 1].end >= lead.end:
        above = drafts[n - 1]
        if above.marker < 0:
            # An unmarked item directly before a list of what it asks for.
            return n - 1 if d.kind != "request" else None
    if m.above is not None:
        return of_marker.get(m.above)
    return None


def _number(drafts: list[_Draft], markers: Sequence[Marker]) -> None:
    numbered = any(d.marker >= 0 and markers[d.marker].number for d in drafts)
    highest = 0
    if numbered:
        for d in drafts:
            if d.marker >= 0 and markers[d.marker].family.startswith(("number", "named")):
                highest = max(highest, markers[d.marker].value[0])
    counter = highest
    children: dict[int, int] = {}
    for d in drafts:
        m = markers[d.marker] if d.marker >= 0 else None
        own = m.number if m is not None else ""
        if own:
            above = drafts[d.parent].number if d.parent is not None else ""
            d.number = above + own.lower() if above and m is not None and _leaves_out(m) else own
        elif d.parent is not None:
            children[d.parent] = children.get(d.parent, 0) + 1
            above = drafts[d.parent].number
            d.number = f"{above}.{children[d.parent]}" if above else str(children[d.parent])
        elif d.kind == "request" or (m is not None and not numbered):
            counter += 1
            d.number = str(counter)


def _leaves_out(m: Marker) -> bool:
    return m.family in {"alpha", "ALPHA", "roman", "ROMAN"}


_REFERENCE = re.compile(
    r"\b(?:q|qs|questions?|requests?|parts?|points?|items?|numbers?|nos?)\b["
    r" .]{0,2}(?P<list>\(?\d{1,2}(?:[a-h]\b|\([a-h]\))?\)?"
    r"(?:(?:[ ]?,[ ]?|[ ]?&[ ]?|[ ]and[ ]|[ ]or[ ]|[ ]?[-–][ ]?|[ ]to[ ]|[ ]through[ ])(?:q|question["
    r" ])?\(?\d{1,2}(?:[a-h]\b|\([a-h]\))?\)?){0,12})"
    r"|\bq(?P<q>\d{1,2}[a-h]?)\b|\b(?:in|at|to|of|for|from|under|by)[ ]\(?(?P<in>\d{1,2}[a-h]?)\)?[ ]above"
    r"|\((?P<let>[a-h])\)(?=[ ](?:above|has|have|is|was)\b)",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"\(?(\d{1,2})\(?([a-h]?)\)?\)?(?:[ ]?(?:[-–]|to|through)[ ]?(?:q|question[ ])?\(?(\d{1,2})\b)?", re.IGNORECASE
)
_ALL_ABOVE = re.compile(
    r"\b(?:all|each|any|both|every one) of (?:the above|these|them)\b|\b(?:all|each|every|both)(?: of)?(?: the|"
    r" these| my)?(?: above)?"
    r" (?:questions?|requests?|items?|points?)\b|\b(?:questions?|requests?|items?|points?|figures?|data)"
    r" above\b|\babove (?:questions?|requests?|items?|points?)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:the above|of (?:those|these|them|this)|(?:those|these) (?:cases|incidents|offences|arrests|officers"
    r"|people|figures|reports))\b",
    re.IGNORECASE,
)


class _Index:
    """Where each number stands, for looking references up."""

    def __init__(self, drafts: Sequence[_Draft]) -> None:
        self.places: dict[str, list[int]] = {}
        self.requests = [k for k, d in enumerate(drafts) if d.kind == "request"]
        for k, d in enumerate(drafts):
            if d.number:
                self.places.setdefault(d.number.lower(), []).append(k)

    def nearest(self, number: str, n: int) -> list[int]:
        """The last item before `n` with that number, else the first after it."""
        found = self.places.get(number) or self.places.get(number.replace("(", "").replace(")", "")) or []
        at = bisect_left(found, n)
        if at:
            return [found[at - 1]]
        return [k for k in found[at : at + 2] if k != n][:1]

    def earlier(self, n: int) -> list[int]:
        """The requests before `n`, the nearest of them where there are very many."""
        at = bisect_left(self.requests, n)
        return self.requests[max(0, at - MOST_REFERENCES) : at]


def _references(words: str, n: int, drafts: Sequence[_Draft], index: _Index) -> list[int]:
    """The items that this one's words point at: by number, as "the above", or as "of those"."""
    out: list[int] = []
    head = words[:1200]
    for m in _REFERENCE.finditer(head):
        if m["list"]:
            for r in _RANGE.finditer(m["list"]):
                first, last = int(r[1]), int(r[3]) if r[3] else int(r[1])
                for value in range(first, min(last, first + MOST_REFERENCES) + 1):
                    sub = (r[2] or "").lower() if value == first else ""
                    out.extend(index.nearest(str(value) + sub, n))
        else:
            out.extend(index.nearest((m["q"] or m["in"] or m["let"] or "").lower(), n))
    if not out:
        if _ALL_ABOVE.search(head):
            out = index.earlier(n)
            if not out:
                at = bisect_left(index.requests, n + 1)
                out = index.requests[at : at + MOST_REFERENCES]
        elif n and _BEFORE.search(head[:200]):
            out = index.earlier(n)
            if drafts[n].kind == "request":
                out = out[-1:]
    return sorted({k for k in out if k != n})
