"""`foi-triage evaluate`: how well the model does on held-out voices, beside baselines.

Every figure has a 95 % interval from examples drawn again, and the number of letters or questions it rests on. What the
whole program does on a gold file is measured in `training.gold`, in the same figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from classifier.taxonomy import taxonomy
from classifier.training.blends import Fold, Folds, Rows, fit, folds
from classifier.training.build import GROUNDS, QUESTION_GRAMS, TOPICS, Data, question_rows
from classifier.training.card import average_precision, f1, interval, judged, macro_average_precision
from classifier.training.corpus import examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from classifier.model.encoder import Encoder
    from classifier.records import LabelledLetter


class Figure(NamedTuple):
    """A named figure with its 95 % interval, and how many examples it rests on."""

    name: str
    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.name:<64} {self.value:.3f}  ({self.low:.3f} to {self.high:.3f}, n {self.n})"


def on_held_out_voices(letters: Sequence[LabelledLetter], encoder: Encoder) -> Iterator[Figure]:
    """Topics and grounds by question, each voice judged by a model that never saw it, beside three baselines."""
    data = question_rows(list(examples(letters)), encoder)
    cut = folds(data.questions, QUESTION_GRAMS, encoder.unseen_voices)
    for name, labels, settings in (
        ("topics", taxonomy().topic_ids, TOPICS),
        ("grounds", taxonomy().ground_labels, GROUNDS),
    ):
        rows = data.questions._replace(truth=data.truth[name])
        fitted = fit(rows, cut, labels, settings)
        scores, truth = judged(fitted, rows.truth)
        yield from ranked(f"{name}, this model", scores, truth)
        said = scores >= fitted.blend.thresholds
        yield figure(f"{name}, this model: F1 of the suggested", len(truth), lambda r, s=said, t=truth: f1(s[r], t[r]))
        apart = ~np.isnan(fitted.held_out[:, 0])
        yield from ranked(f"{name}, baseline: how common each label is", _held_out(rows, cut, _prior)[apart], truth)
        yield from ranked(
            f"{name}, baseline: word n-grams, logistic regression", _held_out(rows, cut, _words)[apart], truth
        )
        if name == "topics":
            yield from ranked("topics, baseline: nearest definition", nearest_definition(data, encoder)[apart], truth)


def ranked(name: str, scores: np.ndarray, truth: np.ndarray) -> Iterator[Figure]:
    """How well `scores` (examples x labels) put the true labels first. Some example must have one."""
    n = len(truth)
    yield figure(f"{name}: average precision, all labels", n, lambda r: average_precision(scores[r], truth[r]))
    yield figure(
        f"{name}: average precision, mean of labels", n, lambda r: macro_average_precision(scores[r], truth[r])
    )
    some = truth.any(axis=1)
    s, t = scores[some], truth[some]
    yield figure(f"{name}: first label among the true", len(s), lambda r: float(t[r, s[r].argmax(axis=1)].mean()))


def figure(name: str, n: int, of: Callable[[np.ndarray], float]) -> Figure:
    """The figure that `of` computes from chosen examples, over all `n` of them, with its interval."""
    return Figure(name, *interval(n, of), n)


def _held_out(rows: Rows, cut: Folds, learn: Callable[[Rows, Fold], np.ndarray]) -> np.ndarray:
    out = np.zeros(rows.truth.shape)
    for part in cut.parts:
        out[part.test] = learn(rows, part)
    return out


def _prior(rows: Rows, part: Fold) -> np.ndarray:
    return np.tile(rows.truth[part.train].mean(axis=0), (len(part.test), 1))


def _words(rows: Rows, part: Fold) -> np.ndarray:
    truth = rows.truth[part.train]
    present = [i for i in range(truth.shape[1]) if 0 < truth[:, i].sum() < len(truth)]
    model = OneVsRestClassifier(LogisticRegression(C=10.0, solver="liblinear"))
    model.fit(part.learnt, truth[:, present].astype(int))
    out = np.zeros((len(part.test), truth.shape[1]))
    out[:, present] = model.predict_proba(part.judged)
    return out


def nearest_definition(data: Data, encoder: Encoder) -> np.ndarray:
    """How near each question's vector lies to each topic's definition (cosine)."""
    defined = definitions(encoder)
    return data.questions.vectors[:, : defined.shape[1]] @ defined.T


def definitions(encoder: Encoder) -> np.ndarray:
    """The vector of each topic's definition, topics x 384."""
    return encoder.encode([f"{t.id.replace('_', ' ')}: {t.covers}" for t in taxonomy().topic])
