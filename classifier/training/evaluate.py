"""`foi-triage evaluate`: how well the model does on held-out voices, beside baselines.

Every figure has a 95 % interval from voices drawn again, and the number of letters or questions it rests on. What the
whole program does on a gold file is measured in `training.gold`, in the same figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from classifier.taxonomy import taxonomy
from classifier.training.blends import Fold, Folds, Rows, folds
from classifier.training.build import LIMITS, QUESTION_GRAMS, SUMMED, figures_of, fit_parts, fit_sums, newest
from classifier.training.corpus import examples
from classifier.training.figures import Figure, average_precision, figure, macro_average_precision, share
from classifier.training.rows import Data, kind_rows, question_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from classifier.model.encoder import Vectors
    from classifier.records import LabelledLetter
    from classifier.training.odds import Odds
    from classifier.training.terms import Term


def on_held_out_voices(
    letters: Sequence[LabelledLetter], encoder: Vectors, terms: Sequence[Term] = (), odds: Odds | None = None
) -> Iterator[Figure]:
    """The model card's figures, then topics and grounds by question beside three baselines on the same held-out voices.

    Each voice is judged by what never saw it.
    """
    found = list(examples(letters))
    data, kinds = question_rows(found, encoder, terms, odds), kind_rows(found, encoder)
    report = dict(fit_parts(data, kinds, encoder))
    sums = {part: fit_sums(part, report[part], data) for part in SUMMED}
    yield from figures_of(report, sums, data, kinds, LIMITS, newest(letters))
    cut = folds(data.questions, QUESTION_GRAMS, encoder.unseen_voices)
    for name in ("topics", "grounds"):
        rows = data.questions._replace(truth=data.truth[name])
        apart = ~np.isnan(report[name].held_out[:, 0])
        voices = [v for v, kept in zip(rows.voices, apart, strict=True) if kept]
        beside = {
            "this model": report[name].held_out,
            "baseline: how common each label is": _held_out(rows, cut, _prior),
            "baseline: word n-grams, logistic regression": _held_out(rows, cut, _words),
        }
        if name == "topics":
            beside["baseline: nearest definition"] = nearest_definition(data, encoder)
        for who, scores in beside.items():
            yield from ranked(f"{name}, {who}", scores[apart], rows.truth[apart], voices)


def ranked(name: str, scores: np.ndarray, truth: np.ndarray, groups: Sequence[str] | None = None) -> Iterator[Figure]:
    """How well `scores` (examples x labels) put the true labels first. Some example must have one.

    `groups` are what intervals draw as a whole (`figures.figure`).
    """
    n = len(truth)
    yield figure(f"{name}: average precision, all labels", n, average_precision(scores, truth), groups)
    yield figure(f"{name}: average precision, mean of labels", n, macro_average_precision(scores, truth), groups)
    some = np.flatnonzero(truth.any(axis=1))
    first = truth[some, scores[some].argmax(axis=1)]
    drawn = None if groups is None else [groups[int(i)] for i in some]
    yield figure(f"{name}: first label among the true", len(some), share(first), drawn)


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


def nearest_definition(data: Data, encoder: Vectors) -> np.ndarray:
    """How near each question's vector lies to each topic's definition (cosine)."""
    defined = definitions(encoder)
    return data.questions.vectors[:, : defined.shape[1]] @ defined.T


def definitions(encoder: Vectors) -> np.ndarray:
    """The vector of each topic's definition, topics x 384."""
    return encoder.encode([f"{t.id.replace('_', ' ')}: {t.covers}" for t in taxonomy().topic])
