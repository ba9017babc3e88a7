"""The words that moved a label most: the stretch of text whose weights sum highest.

The weights are the trained model's own (`Blend.words`): no second model explains the first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_APART = re.compile(r"   |\n\s*\n")
"""Between two words: something was blanked here (who wrote, a section's number), or a paragraph ends. A quote that went
across would not stand in the letter as it is shown."""
LONGEST = 6
"""Words in a quoted stretch: enough to recognise the place, short enough to read at a glance."""


def spread(text: str, weights: Sequence[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    """The words of `text` (split at spaces) with their share of `weights`, which may overlap or cover several words."""
    out: list[tuple[int, int, float]] = []
    start = None
    for i, char in enumerate([*text, " "]):
        if char.isspace():
            if start is not None:
                out.append((start, i, 0.0))
                start = None
        elif start is None:
            start = i
    gained = [0.0] * len(out)
    owner = [-1] * (len(text) + 1)
    for w, (a, b, _) in enumerate(out):
        owner[a:b] = [w] * (b - a)
    for a, b, weight in weights:
        first, last = owner[a], owner[max(a, b - 1)]
        if first < 0 or last < first:
            continue
        for w in range(first, last + 1):
            gained[w] += weight / (last - first + 1)
    return [(a, b, g) for (a, b, _), g in zip(out, gained, strict=True)]


def quotes(text: str, weights: Sequence[tuple[int, int, float]], most: int = 2) -> tuple[str, ...]:
    """Up to `most` stretches of `text` that speak for the label, strongest first; none where none does."""
    found = spread(text, weights)
    out: list[str] = []
    strongest = 0.0
    taken = [False] * len(found)
    while len(out) < most:
        best, place = 0.0, (0, 0)
        for i in range(len(found)):
            total = 0.0
            for j in range(i, min(i + LONGEST, len(found))):
                if taken[j] or (j > i and _APART.search(text, found[j - 1][1], found[j][0])):
                    break
                total += found[j][2]
                if total > best:
                    best, place = total, (i, j + 1)
        if best <= 0 or (out and best < 0.35 * strongest):
            break
        strongest = strongest or best
        taken[place[0] : place[1]] = [True] * (place[1] - place[0])
        out.append(text[found[place[0]][0] : found[place[1] - 1][1]].strip(" ,;:.?!()[]\"'“”‘’"))
    return tuple(q for q in out if q)
