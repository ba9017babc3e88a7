"""Corrections that a model which never saw them contradicts most: slips of the mouse, for a person to look at again.

Confident learning (Northcutt, Jiang and Chuang 2021), label by label: a label that was given is in doubt where the
model is as sure of its absence as it is, on average, where people left it out; one that was left out, where the model
is as sure of it as it is where people gave it. Our own few lines: the library for it brings pandas along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classifier.records import Value
from classifier.training.blends import reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.training.corrections import Rowed
    from classifier.training.rows import Data

TURNS = 5
"""Parts that the corrections' letters are cut into; each is judged by what learnt from the corpus and the others."""
MOST = 20
_FEWEST = 5
"""How often people must have given a label for its average to say something."""


class Doubt(Value, frozen=True, kw_only=True):
    """A label of a correction that the model contradicts. `given` says whether the person gave it or left it out;
    `score` is the model's probability for it (0 to 1)."""

    letter: str
    item: str
    field: str
    label: str
    given: bool
    score: float


def doubts(corpus: Data, corrected: Rowed, labels: dict[str, Sequence[str]], strength: float) -> list[Doubt]:
    """At most `MOST` labels of topics and grounds in `corrected`, those most contradicted first; one a question and
    field. `strength` is the ridge's; vectors alone are read, which takes seconds."""
    out: list[tuple[float, Doubt]] = []
    rows = corrected.data.questions
    letters = sorted(set(rows.letters))
    if len(letters) < 2:
        return []
    turn = {letter: n % TURNS for n, letter in enumerate(letters)}
    turns = np.array([turn[letter] for letter in rows.letters])
    for part, field in (("topics", "topics"), ("grounds", "exemptions")):
        weight, truth = corrected.data.weight[part], corrected.data.truth[part]
        scores = np.zeros(truth.shape)
        for k in range(TURNS):
            mine = turns == k
            if not mine.any():
                continue
            learnt = reading(
                np.vstack([corpus.questions.vectors, rows.vectors[~mine]]),
                np.vstack([corpus.truth[part], truth[~mine]]),
                strength,
                counts=np.concatenate([np.ones(len(corpus.truth[part])), weight[~mine]]),
            )
            margins = rows.vectors[mine] @ learnt.matrix.T + learnt.bias
            scores[mine] = 1 / (1 + np.exp(-np.clip(margins, -30, 30)))
        judged = np.flatnonzero(weight)
        for row, column, how_far in contradicted(scores[judged], truth[judged] > 0):
            i = int(judged[row])
            found = Doubt(
                letter=rows.letters[i], item=corrected.items[i], field=field, label=labels[part][column],
                given=bool(truth[i, column]), score=round(float(scores[i, column]), 3),
            )  # fmt: skip
            out.append((how_far, found))
    kept: dict[tuple[str, str, str], Doubt] = {}
    for _, doubt in sorted(out, key=lambda pair: -pair[0]):
        kept.setdefault((doubt.letter, doubt.item, doubt.field), doubt)
    return list(kept.values())[:MOST]


def contradicted(scores: np.ndarray, given: np.ndarray) -> list[tuple[int, int, float]]:
    """The cells (row, column) in doubt and how far the model contradicts each: its probability against the label."""
    out: list[tuple[int, int, float]] = []
    for column in range(given.shape[1]):
        there, p = given[:, column], scores[:, column]
        if there.sum() < _FEWEST or (~there).sum() < _FEWEST:
            continue
        sure, sure_not = p[there].mean(), (1 - p[~there]).mean()
        against = np.where(there, 1 - p, p)
        doubted = np.flatnonzero(against >= np.where(there, sure_not, max(sure, 0.5)))
        out += [(int(row), column, float(against[row])) for row in doubted]
    return out
