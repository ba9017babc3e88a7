"""What holds for a list as a whole, said to the scores of its pieces and to the labels that came of them.

The items of one list are mostly of one kind; a numbered question is rarely mere talk; plain bullets beneath a numbered
question spell it out and belong to it; rows that qualify must have something to qualify.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from classifier.questions.segments import layout_of

if TYPE_CHECKING:
    from classifier.questions.cues import Piece
    from classifier.questions.outline import Marker
    from classifier.questions.segments import Segment

REQUEST, FORMAT, SCOPE, REMARK, OTHER, MORE = range(6)
SHARED = 0.3
"""How much of a list's mean score each of its items takes on."""
ONLY_ASK = 0.4
"""How far (in log odds) the likeliest piece of a letter that asks nothing else may lie behind its best label."""


_ROWS_FOLLOW = re.compile(
    r"\b(?:(?:for|of|about|against|on|in) (?:each|every)\b(?! (?:of \d|of the (?:last|past|following|years?"
    r"|financial|calendar)|years?|month|quarter|calendar|financial|period"
    r"|question|area|of these (?:years|questions)))|(?:each|every one)[,:;]|(?:broken|break|split|divided?|set"
    r" out|sort(?:ed)?)\b)[^.?!]{0,70}[:;,]?$"
    r"|^\W*(?:with|including|to include|showing|giving|namely|by|in|split by|broken down by)\W*$",
    re.IGNORECASE,
)
"""A lead after which rows come that break down what it asks for."""


ROW = 10
"""Words of the longest row, where rows stand in paragraphs of their own."""
HEADING = 8
"""Words of the longest heading."""
ALONE = 8.0
"""The same for a letter of one or two sentences."""


_PARTICULARS = re.compile(
    r"(?:in particular|(?:more )?specifically|to be specific|namely|in detail"
    r"|(?:it|this|that|my (?:request|questions?)|they|these) (?:is|are) (?:set out|as follows|below|listed"
    r"|given)[^.?!]{0,30}"
    r"|(?:the|my) (?:data|information|figures?|details|questions?)(?: (?:that|which))? (?:i|we) (?:want|need"
    r"|seek|require|would like|am after|ask for)"
    r"(?: is| are)?)\W*$",
    re.IGNORECASE,
)
"""Words after which an ask made in general is made again in detail."""
_REFUSED = re.compile(
    r"\W{0,3}(?:i|we) (?:do not|don['’]t|am not|are not|will not|would not) (?:ask|want|need|require|seek|expect)",
    re.IGNORECASE,
)
"""What is not asked for."""


def lean_on_lists(
    blind: str, scores: list[list[float]], segments: list[Segment], markers: list[Marker], found: list[Piece]
) -> None:
    """Move the scores of each list's items towards what the whole list looks like. Changes `scores`."""
    runs: dict[int, list[int]] = {}
    piece_of: dict[int, int] = {}
    loose = layout_of(segments) == "l"
    for i, s in enumerate(segments):
        if s.marker >= 0:
            runs.setdefault(markers[s.marker].run, []).append(i)
            piece_of[s.marker] = i
    asking = {run: sum(found[i].ask or found[i].question for i in of) for run, of in runs.items()}
    # A list without any ask of its own is not counted here, so this holds "some other list asks".
    asked = sum(2 * asking[run] > len(of) for run, of in runs.items())
    parents = {markers[segments[of[0]].marker].above for of in runs.values()}
    for number, run in runs.items():
        size = len(run)
        asks = asking[number]
        clear = [found[i].question or found[i].imperative or found[i].count for i in run]
        first = markers[segments[run[0]].marker]
        above = piece_of.get(first.above) if first.above is not None else None
        numbered = found[run[0]].marker != "bullet"
        if size > 1:
            _share(scores, run, clear)
        rows = False
        told = asks == 0 and size > 1 and asked > 0
        stated = sum(found[i].finite and found[i].end == "." and len(found[i].words) > 6 for i in run) * 2 > size
        lead = run[0] - 1
        if told and lead >= 0 and segments[lead].marker < 0:
            b = found[lead]
            # "The report says that it has these parts:" leads on to statements.
            stated = stated or (b.end == ":" and b.finite and b.own not in {"0", "2"} and not (b.perform or b.ask))
        headings = sum(len(found[i].words) <= 6 and found[i].end != "." for i in run) * 3 > size * 2
        nested = sum(segments[i].marker in parents for i in run) * 2 > size
        beneath = not numbered and above is not None and _spells_out(segments, found, above, run[0], loose=loose)
        for i, sure in zip(run, clear, strict=True):
            p = found[i]
            row = scores[i]
            if beneath and not (p.question or p.imperative or p.count):
                row[MORE] += 8.0
                continue
            if i and _stands_before(segments[i - 1], found[i - 1], markers, number, first.above):
                rows = p.marker != "named" and sum(clear) * 3 <= size and _leads_to_rows(blind, segments[i - 1])
            if p.qualifies and not (p.count or p.question):
                row[SCOPE] += 8.0
                row[REQUEST] -= 2.0
            elif sure and not p.form:
                row[REQUEST] += 3.5
                row[SCOPE] -= 2.0
            if rows and not sure:
                row[SCOPE] += 10.0
                row[REQUEST] -= 4.0
            elif told and stated:
                # Statements beside a list of questions: definitions or grievances.
                row[REQUEST] -= 8.0
            elif told and headings and numbered and above is None:
                # Names of things that the questions elsewhere are about, or headings above them.
                row[REQUEST] -= 4.0
                row[OTHER if nested else SCOPE] += 4.0
            elif (numbered or above is None) and size > 1 and asks * 2 >= size and not (p.form or p.legal):
                row[OTHER] -= 1.5
                row[MORE] -= 1.5
                if p.statement and not (p.ask or p.question):
                    row[REMARK] += 6.0
            if not beneath and not numbered and size > 1:
                row[MORE] -= 3.0
    _lean_on_place(blind, scores, segments, found)


def _lean_on_place(blind: str, scores: list[list[float]], segments: list[Segment], found: list[Piece]) -> None:
    loose = layout_of(segments) != "t"
    inside = False  # on the line of a marked item
    leads = False  # in a numbered item, on the line of its marker
    rows = False  # beneath one that ends with a colon, line by line
    for i, (s, p, row) in enumerate(zip(segments, found, scores, strict=True)):
        text = blind[s.start : s.start + 60]
        goes_on = s.gap != "same" and s.owner >= 0 and text[:1].islower() and not p.ask
        inside = s.marker >= 0 or (inside and s.gap == "same") or goes_on
        if s.marker >= 0:
            leads, rows = p.marker not in {"", "bullet"}, False
            continue
        if s.gap != "same":
            here = s.gap == "line" or (loose and len(p.words) <= ROW and not (p.courtesy or p.sign_off))
            rows = here and (rows or (leads and found[i - 1].end == ":")) and not (p.ask or p.question)
            leads = False
            if rows:
                row[MORE] += 6.0
                continue
        if inside:
            # Several asks on one numbered line are one item.
            row[REQUEST] -= 4.0
            continue
        b = found[i - 1] if i else None
        if s.gap != "same" and b is not None and b.ask and b.own == "0" and b.end == "" and not p.sign_off:
            # "Could you tell me" alone on the line above.
            row[REQUEST] += 5.0
            scores[i - 1][REQUEST] -= 5.0
        if _REFUSED.match(text):
            row[REQUEST] -= 5.0
        if (
            p.end == ":"
            and i + 1 < len(segments)
            and segments[i + 1].marker >= 0
            and not (p.ask or p.question or p.perform)
        ):
            row[REQUEST] -= 3.0
        if p.qualifies and not (p.count or (p.question and not p.scope)):
            row[SCOPE] += 5.0
            row[REQUEST] -= 1.0
        if i + 1 < len(segments) and _PARTICULARS.match(blind[segments[i + 1].start : segments[i + 1].end][:90]):
            row[REQUEST] -= 6.0
        if p.generic and i + 1 < len(segments) and segments[i + 1].marker >= 0:
            row[REQUEST] -= 2.5


def _stands_before(s: Segment, p: Piece, markers: list[Marker], run: int, above: int | None) -> bool:
    """Whether a piece before an item of a list can lead on to it: not one that goes on with another of its items."""
    if s.marker >= 0:
        return s.marker == above
    return s.owner < 0 or markers[s.owner].run != run or (s.gap == "para" and p.end == ":")


def _spells_out(segments: list[Segment], found: list[Piece], above: int, first: int, *, loose: bool) -> bool:
    """Whether the bullets from `first` on spell out the numbered item `above`: nothing else leads on to them."""
    if found[above].marker in {"", "bullet"}:
        return False
    if not loose and any(segments[k].gap == "para" for k in range(above + 1, first)):
        return False
    lead = found[first - 1]
    return first - 1 == above or segments[first - 1].gap == "same" or not (lead.end == ":" and lead.perform)


def _leads_to_rows(blind: str, lead: Segment) -> bool:
    return _ROWS_FOLLOW.search(blind[max(lead.start, lead.end - 120) : lead.end]) is not None


def _share(scores: list[list[float]], run: list[int], clear: list[bool]) -> None:
    """Let the unsure items of a list take on what the whole of it looks like."""
    centred = []
    for i in run:
        mean = sum(scores[i]) / 6
        centred.append([x - mean for x in scores[i]])
    whole = [sum(row[k] for row in centred) / len(run) for k in range(6)]
    whole[FORMAT] = whole[REMARK] = 0.0
    for i, sure in zip(run, clear, strict=True):
        if not sure and max(scores[i]) not in (scores[i][FORMAT], scores[i][REMARK]):
            scores[i] = [x + SHARED * w for x, w in zip(scores[i], whole, strict=True)]


def settle(
    labels: list[int], scores: list[list[float]], segments: list[Segment], markers: list[Marker], found: list[Piece]
) -> None:
    """Mend what no single piece can know. Changes `labels`."""
    _keep_inner_paragraphs(labels, segments, markers, found)
    _join_headings(labels, segments, markers, found)
    if REQUEST in labels:
        return
    # Rows that qualify, and nothing that asks: what leads on to them asks.
    for i, s in enumerate(segments):
        if s.marker >= 0 and labels[i] == SCOPE and i and segments[i - 1].marker < 0 and labels[i - 1] != MORE:
            near = [k for k in range(max(0, i - 3), i) if found[k].ask or found[k].question or len(found[k].words) > 6]
            if near:
                labels[max(near, key=lambda k: (scores[k][REQUEST] - scores[k][OTHER], k))] = REQUEST
                return
    best, place = -ONLY_ASK if len(segments) > 2 else -ALONE, -1
    for i, row in enumerate(scores):
        p = found[i]
        if (p.ask or p.question or segments[i].marker >= 0 or len(segments) <= 2) and not (
            p.quoted or p.empty or p.sign_off
        ):
            margin = row[REQUEST] - max(row)
            if margin > best:
                best, place = margin, i
    if place >= 0:
        labels[place] = REQUEST


def _join_headings(labels: list[int], segments: list[Segment], markers: list[Marker], found: list[Piece]) -> None:
    """A numbered heading with one ask in the paragraph beneath is one item, where the whole list is set out so."""
    runs: dict[int, list[tuple[int, bool]]] = {}
    marked = [i for i, s in enumerate(segments) if s.marker >= 0]
    for here, there in pairwise([*marked, len(segments)]):
        p = found[here]
        asks = [
            i
            for i in range(here + 1, there)
            if labels[i] == REQUEST or (i == here + 1 and labels[i] == MORE and (found[i].ask or found[i].question))
        ]
        heads = (
            p.marker not in {"", "bullet"}
            and len(p.words) <= HEADING
            and p.end in {"", ":"}
            and not (p.ask or p.question)
            and asks == [here + 1]
        )
        runs.setdefault(markers[segments[here].marker].run, []).append((here, heads))
    for run in runs.values():
        if len(run) > 1 and sum(heads for _, heads in run) * 2 > len(run):
            for here, heads in run:
                if heads:
                    labels[here], labels[here + 1] = REQUEST, MORE


def _keep_inner_paragraphs(
    labels: list[int], segments: list[Segment], markers: list[Marker], found: list[Piece]
) -> None:
    """Words between two items of one list belong to the first, unless they are a heading or lead on to the second.

    Where no prose goes on from line to line, a blank line sets nothing apart, and what asks there is a rider too. Where
    items of a list are set out so, the words after its last item do too, up to the closing.
    """
    grown: set[int] = set()
    loose = layout_of(segments) != "t"
    marked = [i for i, s in enumerate(segments) if s.marker >= 0]
    for here, there in pairwise([*marked, len(segments)]):
        m = markers[segments[here].marker]
        last = there == len(segments)
        if (
            labels[here] == OTHER
            or (not last and markers[segments[there].marker].run != m.run)
            or found[here].marker == "bullet"
        ):
            continue
        if last and m.run not in grown:
            continue
        for i in range(here + 1, there):
            if labels[i] not in (OTHER, MORE):
                if labels[i] == REQUEST and loose and not last and labels[here] == REQUEST:
                    labels[i] = MORE
                elif labels[i] != SCOPE:
                    break
                continue
            p = found[i]
            if last and (p.courtesy or p.sign_off or p.quoted or p.form or p.empty):
                break
            if (
                not last
                and i == there - 1
                and segments[i].gap == "para"
                and (p.end == ":" or (p.end == "" and len(p.words) <= 8))
            ):
                break
            if labels[i - 1] == OTHER or (segments[i].gap == "para" and p.legal and not (p.ask or p.question)):
                break
            if segments[i].gap == "para" and labels[i] == OTHER:
                grown.add(m.run)
            labels[i] = MORE
