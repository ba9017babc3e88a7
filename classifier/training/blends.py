"""Training a `Blend`: two linear readings, mixed, calibrated and given thresholds on voices held out in turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.sparse import hstack
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GroupKFold

from classifier.model.blend import Blend, Weights
from classifier.model.ngrams import Ngrams

if TYPE_CHECKING:
    from classifier.model.encoder import Encoder

FOLDS = 5
MIXES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
RARE = 15
"""A label with fewer positives than this shares the calibration of all labels: its own would be noise."""


class Rows(NamedTuple):
    """Training rows: `vectors` n x d, `views` n tuples of texts, `truth` n x labels of 0/1, and a voice and letter each."""

    vectors: np.ndarray
    views: Sequence[Sequence[str]]
    truth: np.ndarray
    voices: Sequence[str]
    letters: Sequence[str]


class Fold(NamedTuple):
    """What is learnt from (`train`) and judged on (`test`), with the n-grams of the first as features of both."""

    train: np.ndarray
    test: np.ndarray
    vocabularies: list[Ngrams]
    learnt: Any
    judged: Any


class Folds(NamedTuple):
    """Voices held out in turn, and all rows at once; made once for all labels that share the rows."""

    parts: list[Fold]
    whole: Fold


class Settings(NamedTuple):
    """The readings' regularisation (L2: more holds the weights back more), and whether labels exclude one another."""

    ridge: float = 5.0
    sparse_ridge: float = 1.5
    exclusive: bool = False
    beta: float = 1.0
    """The F-measure that thresholds aim at: above one, recall weighs more."""


class Fitted(NamedTuple):
    """The model, and its calibrated probabilities for each row when its voice was held out."""

    blend: Blend
    held_out: np.ndarray


def folds(rows: Rows, longest: Sequence[int]) -> Folds:
    """Cut the rows by voice. `longest` is the longest n-gram of each view."""
    everything = np.arange(len(rows.vectors))
    split = GroupKFold(n_splits=min(FOLDS, len(set(rows.voices)))).split(rows.vectors, groups=list(rows.voices))
    parts = [_fold(rows, train, test, longest) for train, test in split]
    return Folds(parts, _fold(rows, everything, everything[:0], longest))


def _fold(rows: Rows, train: np.ndarray, test: np.ndarray, longest: Sequence[int]) -> Fold:
    vocabularies = [
        Ngrams.fit([rows.views[i][v] for i in train], [rows.letters[i] for i in train], longest=n)
        for v, n in enumerate(longest)
    ]

    def features(index: np.ndarray) -> Any:
        return hstack([g.matrix([rows.views[i][v] for i in index]) for v, g in enumerate(vocabularies)], format="csr")

    return Fold(train, test, vocabularies, features(train), features(test))


def _reading(x: Any, truth: np.ndarray, strength: float) -> Weights:
    """Ridge regression: one solve for all labels, and on unseen voices better than logistic regression.

    Its scores are brought to the scale of log-odds, all labels together, so that two readings mix.
    """
    solver = "auto" if isinstance(x, np.ndarray) else "sparse_cg"
    ridge = Ridge(alpha=strength, solver=solver, tol=1e-3).fit(x, truth)
    matrix, bias = np.atleast_2d(ridge.coef_), np.atleast_1d(ridge.intercept_)
    common = LogisticRegression(C=1e3).fit((x @ matrix.T + bias).reshape(-1, 1), truth.ravel())
    slope, offset = float(common.coef_[0, 0]), float(common.intercept_[0])
    return Weights(slope * matrix, slope * bias + offset)


def fit(rows: Rows, cut: Folds, labels: Sequence[str], settings: Settings) -> Fitted:
    """Train on all rows; the mix, calibration and thresholds come from voices held out a fifth at a time."""
    meant, written = (np.zeros(rows.truth.shape) for _ in range(2))
    for part in cut.parts:
        dense = _reading(rows.vectors[part.train], rows.truth[part.train], settings.ridge)
        sparse = _reading(part.learnt, rows.truth[part.train], settings.sparse_ridge)
        meant[part.test] = rows.vectors[part.test] @ dense.matrix.T + dense.bias
        written[part.test] = part.judged @ sparse.matrix.T + sparse.bias
    best = max(MIXES, key=lambda m: _quality(m * meant + (1 - m) * written, rows.truth, exclusive=settings.exclusive))
    margins = best * meant + (1 - best) * written
    slope, offset = (
        (_temperature(margins, rows.truth), np.zeros(len(labels))) if settings.exclusive else _platt(margins, rows.truth)
    )
    blend = Blend(
        labels,
        _reading(rows.vectors, rows.truth, settings.ridge),
        _reading(cut.whole.learnt, rows.truth, settings.sparse_ridge),
        cut.whole.vocabularies,
        mix=best, slope=slope, offset=offset, thresholds=np.full(len(labels), 0.5), exclusive=settings.exclusive,
    )  # fmt: skip
    held_out = blend.calibrate(margins)
    blend.thresholds = thresholds(held_out, rows.truth, beta=settings.beta)
    return Fitted(blend, held_out)


def _quality(margins: np.ndarray, truth: np.ndarray, *, exclusive: bool) -> float:
    from sklearn.metrics import average_precision_score

    if exclusive:
        return float((margins.argmax(axis=1) == truth.argmax(axis=1)).mean())
    return float(average_precision_score(truth.ravel(), margins.ravel()))


def _platt(margins: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope and offset for each label; rare labels share one slope and keep an offset that meets their base rate."""
    common = LogisticRegression(C=1e3).fit(margins.reshape(-1, 1), truth.ravel())
    slope = np.full(truth.shape[1], float(common.coef_[0, 0]))
    offset = np.full(truth.shape[1], float(common.intercept_[0]))
    for i in range(truth.shape[1]):
        if truth[:, i].sum() >= RARE and truth[:, i].sum() < len(truth):
            own = LogisticRegression(C=10.0).fit(margins[:, [i]], truth[:, i])
            if own.coef_[0, 0] > 0:
                slope[i], offset[i] = float(own.coef_[0, 0]), float(own.intercept_[0])
    return slope, offset


def _temperature(margins: np.ndarray, truth: np.ndarray) -> np.ndarray:
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    right = truth.argmax(axis=1)

    def loss(t: float) -> float:
        return -float(log_softmax(t * margins, axis=1)[np.arange(len(right)), right].mean())

    return np.full(truth.shape[1], minimize_scalar(loss, bounds=(0.05, 10), method="bounded").x)


def thresholds(scores: np.ndarray, truth: np.ndarray, *, beta: float) -> np.ndarray:
    """For each label the score from which suggesting it gives the best F-beta, drawn towards that of all labels."""
    grid = np.linspace(0.05, 0.9, 86)

    def best(s: np.ndarray, t: np.ndarray, prior: float | None) -> float:
        f = np.zeros(len(grid))
        for k, g in enumerate(grid):
            said = s >= g
            hit = float((said & (t > 0)).sum())
            f[k] = (1 + beta**2) * hit / max(1.0, beta**2 * float(t.sum()) + float(said.sum()))
        if prior is None:
            return float(grid[f.argmax()])
        n = float(t.sum())
        return (n * float(grid[f.argmax()]) + 30 * prior) / (n + 30)

    common = best(scores.ravel(), truth.ravel(), None)
    return np.array([best(scores[:, i], truth[:, i], common) for i in range(truth.shape[1])])


def encode_rows(encoder: Encoder, views: Sequence[Sequence[str]]) -> np.ndarray:
    """The dense features: the vectors of each view, side by side."""
    return np.hstack([encoder.encode([v[i] for v in views]) for i in range(len(views[0]))])
