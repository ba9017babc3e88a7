"""Scores for the pieces of a letter where no trained model is at hand: cues weighed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classifier.questions.cues import Piece
    from classifier.questions.outline import Marker
    from classifier.questions.segments import Segment

REQUEST, FORMAT, SCOPE, REMARK, OTHER, MORE = range(6)


def rule_scores(
    segments: list[Segment], markers: list[Marker], found: list[Piece]
) -> tuple[list[list[float]], list[list[list[float]]]]:
    """(scores of the labels of each piece, transitions by gap and label before), in the form that `asks` decodes."""
    asking: dict[int, int] = {}
    size: dict[int, int] = {}
    for s, p in zip(segments, found, strict=True):
        if s.marker >= 0:
            run = markers[s.marker].run
            size[run] = size.get(run, 0) + 1
            asking[run] = asking.get(run, 0) + (p.ask or p.question)
    piece_of = {s.marker: i for i, s in enumerate(segments) if s.marker >= 0}
    closed = False
    out: list[list[float]] = []
    for i, (s, p) in enumerate(zip(segments, found, strict=True)):
        closed = closed or p.sign_off or p.quoted
        row = [0.0, -1.5, -1.0, -3.0, 0.5, 0.0]
        short = len(p.words) <= 6
        if s.marker >= 0:
            _marked(row, p, markers[s.marker], asking, size, found, piece_of)
        else:
            _unmarked(row, s, p, found[i + 1] if i + 1 < len(found) else None, markers)
        if p.form and (not p.question or "excel" in p.words or "spreadsheet" in p.words):
            row[FORMAT] += 4.0
        if p.courtesy and not p.question and s.marker < 0:
            row[OTHER] += 2.5
        if closed and s.marker < 0:
            row[OTHER] += 4.0
            row[MORE] -= 4.0
        if s.marker >= 0:
            row[MORE] -= 3.0
        if short and p.end == ":" and s.marker < 0:
            row[OTHER] += 1.5
        out.append(row)
    same = [[0.0] * 6 for _ in range(7)]
    for before in (REQUEST, MORE):
        same[before] = [0.0, 0.0, -0.5, 0.0, -0.5, 0.8]
    line = [[0.0] * 6 for _ in range(7)]
    para = [[0.0] * 6 for _ in range(7)]
    for before in range(6):
        para[before][MORE] = -2.0
        line[before][MORE] = -0.2
    return out, [para, same, line, para, line]


def _marked(
    row: list[float],
    p: Piece,
    m: Marker,
    asking: dict[int, int],
    size: dict[int, int],
    found: list[Piece],
    piece_of: dict[int | None, int] | dict[int, int],
) -> None:
    row[REQUEST] += 2.5
    row[OTHER] -= 1.5
    share = asking[m.run] / size[m.run]
    above = found[piece_of[m.above]] if m.above is not None and m.above in piece_of else None
    if p.ask or p.question:
        row[REQUEST] += 2.0
    elif above is not None and share < 0.4 and (len(p.words) <= 8 or above.end == ":"):
        row[SCOPE] += 4.5
        if p.marker == "bullet" and above.marker != "bullet":
            row[MORE] += 8.0
    if above is None and p.marker == "let" and share == 0 and size[m.run] > 1:
        row[SCOPE] += 1.0


def _unmarked(row: list[float], s: Segment, p: Piece, nxt: Piece | None, markers: list[Marker]) -> None:
    leads_on = p.end == ":" and nxt is not None and nxt.marker != ""
    if p.question:
        row[REQUEST] += 3.0
    elif p.ask:
        row[REQUEST] += 1.6
    else:
        row[REQUEST] -= 1.0
        row[OTHER] += 0.8
    if leads_on:
        row[OTHER] += 2.5
    if p.scope and not p.question:
        row[SCOPE] += 1.2 if s.gap in {"para", "line"} else 0.2
    if s.owner >= 0:
        if s.gap == "same":
            row[MORE] += 4.0
        elif s.gap == "line":
            row[MORE] += 2.0
        if s.owner == len(markers) - 1 and s.gap == "para":
            row[OTHER] += 1.0
    elif s.gap == "same" and p.scope and not p.question:
        row[MORE] += 2.0
