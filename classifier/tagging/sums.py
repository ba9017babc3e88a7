"""A letter's own labels, from what its questions say together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from classifier.model.store import Model, ModelWriter
    from classifier.records import Question

EDGE = 1e-4
"""Scores are held this far from 0 and 1, where log-odds end."""


def together(scores: np.ndarray) -> np.ndarray:
    """A letter's raw score for each label from its questions' (rows): halfway between their mean and their highest.

    The highest alone would let one stray question name the letter, the mean alone would drown a ground that only one
    question meets.
    """
    return (scores.mean(axis=0) + scores.max(axis=0)) / 2


def log_odds(scores: np.ndarray) -> np.ndarray:
    """ln(p / (1 - p)) of raw scores."""
    import numpy as np

    p = np.clip(scores, EDGE, 1 - EDGE)
    return np.log(p / (1 - p))


def how_much(scored: int, questions: Sequence[Question]) -> tuple[float, float]:
    """How much a letter asks: ln(1 + its questions that are scored), ln(1 + the words of all its items)."""
    return math.log1p(scored), math.log1p(sum(len(q.text.split()) for q in questions))


class Sums(NamedTuple):
    """How raw scores become a letter's probabilities, and from where each label is suggested.

    A logistic reading of the raw score's log-odds and of how much is asked (`size`: two weights a label), with a slope
    and an offset a label, learnt on letters of voices held out (after Platt 1999). A letter has fewer labels than its
    questions have; and some grounds hang on the whole of it: the cost limit is met by many questions together (FOIA
    2000 s12(4)).
    """

    slope: np.ndarray
    size: np.ndarray
    offset: np.ndarray
    thresholds: np.ndarray

    def score(self, raw: np.ndarray, asked: np.ndarray) -> np.ndarray:
        """Probabilities, letters x labels, of raw scores and of how much each letter asks (`how_much`, letters x 2)."""
        import numpy as np

        return 1 / (1 + np.exp(-(log_odds(raw) * self.slope + asked @ self.size.T + self.offset)))

    def save(self, writer: ModelWriter, name: str) -> None:
        """Write as the arrays `letter_NAME`."""
        writer.arrays(f"letter_{name}", {k: v.astype("float32") for k, v in self._asdict().items()})

    @classmethod
    def load(cls, model: Model, name: str) -> Sums:
        """What `save` wrote. Raises ModelError where the model has none."""
        return cls(**model.arrays(f"letter_{name}"))
