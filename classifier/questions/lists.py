"""What holds for a list as a whole, said to the scores of its pieces and to the labels that came of them.

The items of one list are mostly of one kind; a numbered question is rarely mere talk; plain bullets beneath a numbered
question spell it out and belong to it; rows that qualify must have something to qualify.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classifier.questions.features import Piece
    from classifier.questions.outline import Marker
    from classifier.questions.segments import Segment

REQUEST, FORMAT, SCOPE, REMARK, OTHER, MORE = range(6)
SHARED = 0.6
"""How much of a list's mean score each of its items takes on."""
ONLY_ASK = 1.2
"""How far (in log odds) the likeliest piece of a letter that asks nothing else may lie behind its best label."""


_ROWS_FOLLOW = re.compile(
    r"\b(?:(?:for|of|about|against|on|in) (?:each|every)\b(?! (?:of the (?:last|past|following|years?|financial|calendar)|years?|month|quarter|calendar|financial|period"
    r"|question|area|of these (?:years|questions)))|(?:each|every one)[,:;]|(?:broken|break|split|divided?|set out|sort(?:ed)?)\b)[^.?!]{0,70}[:;,]?$",
    re.IGNORECASE,
)
"""A lead after which rows come that break down what it asks for."""


def lean_on_lists(blind: str, scores: list[list[float]], segments: list[Segment], markers: list[Marker], found: list[Piece]) -> None:
    """Move the scores of each list's items towards what the whole list looks like. Changes `scores`."""
    runs: dict[int, list[int]] = {}
    piece_of: dict[int, int] = {}
    for i, s in enumerate(segments):
        if s.marker >= 0:
            runs.setdefault(markers[s.marker].run, []).append(i)
            piece_of[s.marker] = i
    for run in runs.values():
        size = len(run)
        asks = sum(found[i].ask or found[i].question for i in run)
        clear = sum(found[i].question or found[i].imperative or found[i].count for i in run)
        first = markers[segments[run[0]].marker]
        above = piece_of.get(first.above) if first.above is not None else None
        if size > 1:
            centred = []
            for i in run:
                mean = sum(scores[i]) / 6
                centred.append([x - mean for x in scores[i]])
            whole = [sum(row[k] for row in centred) / size for k in range(6)]
            whole[FORMAT] = whole[REMARK] = 0.0
            for i in run:
                if max(scores[i]) not in (scores[i][FORMAT], scores[i][REMARK]):
                    scores[i] = [x + SHARED * w for x, w in zip(scores[i], whole, strict=True)]
        before = run[0] - 1 if above is None or above != run[0] - 1 else above
        rows = before >= 0 and clear * 3 <= size and _ROWS_FOLLOW.search(blind[segments[before].start : segments[before].end][-120:].rstrip()) is not None
        numbered = found[run[0]].marker != "bullet"
        for i in run:
            p = found[i]
            if rows and not (p.question or p.imperative or p.count):
                scores[i][SCOPE] += 3.0
                scores[i][REQUEST] -= 1.0
            elif numbered and size > 1 and asks * 2 >= size and not (p.form or found[i].legal):
                scores[i][OTHER] -= 1.5
                scores[i][MORE] -= 1.5
            if not numbered and above is not None and found[above].marker not in {"", "bullet"} and not (p.ask or p.question):
                scores[i][MORE] += 2.0


def settle(labels: list[int], scores: list[list[float]], segments: list[Segment], markers: list[Marker], found: list[Piece]) -> None:
    """Mend what no single piece can know. Changes `labels`."""
    if REQUEST in labels:
        return
    # Rows that qualify, and nothing that asks: what leads on to them asks.
    for i, s in enumerate(segments):
        if s.marker >= 0 and labels[i] == SCOPE and i and segments[i - 1].marker < 0 and labels[i - 1] != MORE:
            lead = i - 1
            if found[lead].ask or len(found[lead].words) > 6:
                labels[lead] = REQUEST
                return
    best, place = -ONLY_ASK, -1
    for i, row in enumerate(scores):
        p = found[i]
        if (p.ask or p.question or segments[i].marker >= 0) and not p.quoted and not p.empty:
            margin = row[REQUEST] - max(row)
            if margin > best:
                best, place = margin, i
    if place >= 0:
        labels[place] = REQUEST
