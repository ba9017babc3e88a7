"""Which pieces of a letter ask, and which only qualify, remark or talk: a trained model, or rules where there is none.

Each piece gets one of six labels: the four kinds of item, `more` (goes on with the item before it) or `other`. The
labels of a letter are decoded together, so that a rider stays with its ask and nothing goes on with nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.questions.cues import pieces
from classifier.questions.features import features
from classifier.questions.lists import lean_on_lists, settle

if TYPE_CHECKING:
    import numpy as np

    from classifier.model.store import Model

    Transitions = np.ndarray | list[list[list[float]]]
    from classifier.questions.cues import Piece
    from classifier.questions.outline import Marker
    from classifier.questions.segments import Segment

LABELS = ("request", "format", "scope", "remark", "other", "more")
OTHER, MORE = LABELS.index("other"), LABELS.index("more")
GAPS = ("start", "same", "line", "para", "marked")
"""What parts a piece from the one before, as the transitions know it: a marker outweighs the white space."""
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
        self.transitions = transitions.astype(float)

    @classmethod
    def load(cls, model: Model) -> AskModel:
        """The part for asks of an opened model. Raises ModelError where the model has none."""
        arrays = model.arrays(NAME)
        table = model.table(NAME)
        from classifier.errors import ModelError

        if tuple(table.get("labels", ())) != LABELS or arrays["weights"].shape != (
            len(table["vocabulary"]),
            len(LABELS),
        ):
            raise ModelError(f"{model.folder}: {NAME} was made by another version of the program. Train it again.")
        return cls(table["vocabulary"], arrays["weights"], arrays["transitions"])

    def scores(self, found: list[list[str]]) -> list[list[float]]:
        """The score of every label for every piece."""
        import numpy as np

        row = self.rows.get
        flat: list[int] = []
        starts: list[int] = []
        for f in found:
            starts.append(len(flat))
            known = set(map(row, f))
            known.discard(None)
            flat.extend(known)  # type: ignore[arg-type]  # "bias" is always there, so no piece is empty
        return np.add.reduceat(self.weights[flat], starts, axis=0).astype(float).tolist() if found else []


def label(
    blind: str, segments: list[Segment], markers: list[Marker], model: AskModel | None
) -> tuple[list[str], list[Piece]]:
    """The label of each piece, with what was read of it. `blind` is the applicant-blind text, of the same length."""
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
    settle(best, scores, segments, markers, found)
    return [LABELS[k] for k in best], found


def gap_of(segment: Segment) -> str:
    """The row of `GAPS` for a piece."""
    return "marked" if segment.marker >= 0 else segment.gap


def _decode(
    scores: list[list[float]], transitions: Transitions, segments: list[Segment], found: list[Piece]
) -> list[int]:
    """The best sequence of labels, each step normalised over its labels (a Markov model with maximum entropy)."""
    import numpy as np

    n = len(LABELS)
    table = np.asarray(transitions)[[GAPS.index(gap_of(s)) for s in segments]]  # [piece, label before, label]
    steps = table + np.asarray(scores)[:, None, :]
    steps[:, OTHER, MORE] = NEVER
    steps[:, n, MORE] = NEVER
    hidden = [i for i, (s, p) in enumerate(zip(segments, found, strict=True)) if p.empty and s.marker < 0]
    for k in range(n):
        if k not in (OTHER, MORE):
            steps[hidden, :, k] = NEVER
    top = steps.max(axis=2, keepdims=True)
    steps -= top + np.log(np.exp(steps - top).sum(axis=2, keepdims=True))
    best = steps[0, n].tolist()
    back: list[list[int]] = []
    labels = range(n)
    for rows in steps[1:].transpose(0, 2, 1).tolist():
        came: list[int] = []
        new: list[float] = []
        for row in rows:  # one label: its score after each label before it
            values = [a + b for a, b in zip(best, row, strict=False)]
            top_value = max(values)
            new.append(top_value)
            came.append(values.index(top_value))
        best = new
        back.append(came)
    k = max(labels, key=best.__getitem__)
    out = [k]
    for came in reversed(back):
        k = came[k]
        out.append(k)
    out.reverse()
    return out
