"""Which pieces of a letter ask, and which only qualify, remark or talk: a trained model, or rules where there is none.

Each piece gets one of six labels: the four kinds of item, `more` (goes on with the item before it) or `other`. The
labels of a letter are decoded together, so that a rider stays with its ask and nothing goes on with nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.questions.features import features, pieces
from classifier.questions.lists import lean_on_lists, settle

if TYPE_CHECKING:
    import numpy as np

    from classifier.model.store import Model
    from classifier.questions.features import Piece
    from classifier.questions.outline import Marker
    from classifier.questions.segments import Segment

LABELS = ("request", "format", "scope", "remark", "other", "more")
OTHER, MORE = LABELS.index("other"), LABELS.index("more")
GAPS = ("start", "same", "line", "para")
BEFORE = (*LABELS, "start")
NAME = "asks"
"""The model's files: `asks.npz` and `asks.json`."""

NEVER = -1e9


class AskModel:
    """Weights of a linear model over `features`, with the label before as one more feature."""

    def __init__(self, vocabulary: list[str], weights: np.ndarray, transitions: np.ndarray) -> None:
        """`weights`: one row a word of `vocabulary`, one column a label. `transitions`: [gap, label before, label]."""
        self.rows = {word: row for row, word in enumerate(vocabulary)}
        self.weights = weights
        self.transitions: list[list[list[float]]] = transitions.tolist()

    @classmethod
    def load(cls, model: Model) -> AskModel:
        """The part for asks of an opened model. Raises ModelError where the model has none."""
        arrays = model.arrays(NAME)
        table = model.table(NAME)
        from classifier.errors import ModelError

        if tuple(table.get("labels", ())) != LABELS or arrays["weights"].shape != (len(table["vocabulary"]), len(LABELS)):
            raise ModelError(f"{model.folder}: {NAME} was made by another version of the program. Train it again.")
        return cls(table["vocabulary"], arrays["weights"], arrays["transitions"])

    def scores(self, found: list[list[str]]) -> list[list[float]]:
        """The score of every label for every piece."""
        import numpy as np

        rows = self.rows
        flat: list[int] = []
        starts: list[int] = []
        for f in found:
            starts.append(len(flat))
            flat.extend(rows[x] for x in f if x in rows)  # "bias" is always there, so no piece is empty
        return np.add.reduceat(self.weights[flat], starts, axis=0).astype(float).tolist() if found else []


def label(
    blind: str, segments: list[Segment], markers: list[Marker], model: AskModel | None
) -> tuple[list[str], list[Piece]]:
    """The label of each piece, with what was read of it. `blind` is the applicant-blind text, as long as the letter's."""
    found = pieces(blind, segments, markers)
    if not segments:
        return [], found
    if model is None:
        from classifier.questions.rules import rule_scores

        scores, transitions = rule_scores(segments, markers, found)
    else:
        scores, transitions = model.scores(features(blind, segments, markers, found)), model.transitions
        lean_on_lists(blind, scores, segments, markers, found)
    best = _decode(scores, transitions, segments, found)
    if model is not None:
        settle(best, scores, segments, markers, found)
    return [LABELS[k] for k in best], found


def _decode(
    scores: list[list[float]], transitions: list[list[list[float]]], segments: list[Segment], found: list[Piece]
) -> list[int]:
    """The best sequence of labels, each step normalised over its labels (a Markov model with maximum entropy)."""
    from math import exp, log

    n = len(LABELS)
    best: list[float] = [NEVER] * n
    back: list[list[int]] = []
    for i, (row, s) in enumerate(zip(scores, segments, strict=True)):
        table = transitions[GAPS.index(s.gap)]
        new = [NEVER] * n
        came = [0] * n
        for before in range(n) if i else (n,):
            start = best[before] if i else 0.0
            if start <= NEVER:
                continue
            step = [a + b for a, b in zip(row, table[before], strict=True)]
            if before in (OTHER, n):
                step[MORE] = NEVER
            if found[i].empty and s.marker < 0:
                step = [x if k in (OTHER, MORE) else NEVER for k, x in enumerate(step)]
            top = max(step)
            norm = top + log(sum(exp(x - top) for x in step))
            for k in range(n):
                value = start + step[k] - norm
                if value > new[k]:
                    new[k] = value
                    came[k] = before
        best = new
        back.append(came)
    k = max(range(n), key=best.__getitem__)
    out = [k]
    for came in reversed(back[1:]):
        k = came[k]
        out.append(k)
    out.reverse()
    return out
