"""How far what readers expect is what forces decide: learnt from the shares of real answers, and from a force's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.tagging.decided import Decided
from classifier.tagging.sums import log_odds
from classifier.taxonomy import taxonomy

if TYPE_CHECKING:
    from collections.abc import Sequence

SAMPLE = 158
"""Real requests to police forces whose answers the shares in `corpora/taxonomy.toml` were counted on."""
RARELY = 0.03
"""The most that a ground is taken to be cited where that sample gives no share for it."""
_GRID = np.linspace(0.05, 0.9, 86)


class Expected(NamedTuple):
    """The probabilities of grounds on voices held out (rows x grounds), and the odds that readers gave them."""

    scores: np.ndarray
    truth: np.ndarray


def fit_decided(letters: Expected, questions: Expected, own: np.ndarray) -> dict[str, Decided]:
    """By `questions` and `letters`: how their grounds are moved to what forces decide.

    `own` are the grounds (letters x grounds, 0/1) that people chose for a force's own letters. They count as so many
    more real answers beside the sample: the more there are, the more their shares hold.
    """
    expected = letters.truth.mean(axis=0)
    real = (SAMPLE * shares(expected) + own.sum(axis=0)) / (SAMPLE + len(own))
    # No sample counts questions: a ground is taken to meet as many questions of a letter as it does in ours.
    met = questions.truth.mean(axis=0) / np.maximum(expected, 1e-9)
    return {"letters": _moved(letters, real), "questions": _moved(questions, np.minimum(real * met, real))}


def shares(expected: np.ndarray) -> np.ndarray:
    """The share of real answers that cite each ground: as counted, or as often as readers expect it, RARELY at most."""
    counted: Sequence[float | None] = [g.answered for g in taxonomy().ground]
    return np.array([min(e, RARELY) if c is None else c for c, e in zip(counted, expected, strict=True)])


def _moved(of: Expected, real: np.ndarray) -> Decided:
    moved = Decided(log_odds(real) - log_odds(of.truth.mean(axis=0)), np.zeros(len(real)))
    return moved._replace(thresholds=np.full(len(real), suggest_from(moved.score(of.scores))))


def suggest_from(scores: np.ndarray) -> float:
    """The probability from which suggesting gives the best F1 that can be expected, if the probabilities hold.

    Half of that F1, when all is well (Lipton, Elkan and Naryanaswamy 2014); found here by trying, since no real
    decisions are at hand to choose it on.
    """
    flat = np.sort(scores.ravel())[::-1]
    hits, total = np.append(0.0, np.cumsum(flat)), float(flat.sum())
    said = np.searchsorted(-flat, -_GRID, side="right")
    return float(_GRID[(2 * hits[said] / (said + total)).argmax()])
