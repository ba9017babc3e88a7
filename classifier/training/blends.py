"""Training a `Blend`: two linear readings, mixed, calibrated and given thresholds on voices held out in turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
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


class Settings(NamedTuple):
    """The readings' regularisation, the longest n-gram of each view, and whether labels exclude one another."""

    ridge: float = 5.0
    """L2 on the vectors' weights: more holds them back more."""
    sparse_c: float = 20.0
    """Inverse of L2 on the n-grams' weights: more lets them go further."""
    longest: tuple[int, ...] = (2, 1)
    exclusive: bool = False
    beta: float = 1.0
    """The F-measure that thresholds aim at: above one, recall weighs more."""


class Fitted(NamedTuple):
    """The model, and its calibrated probabilities for each row when its voice was held out."""

    blend: Blend
    held_out: np.ndarray


def _dense(x: np.ndarray, truth: np.ndarray, strength: float) -> Weights:
    """Ridge regression on the vectors: one solve for all labels, as good as logistic regression here and 100 times faster.

    Its scores are brought to the scale of log-odds, all labels together, so that they mix with the other reading's.
    """
    ridge = Ridge(alpha=strength).fit(x, truth)
    matrix, bias = np.atleast_2d(ridge.coef_), np.atleast_1d(ridge.intercept_)
    common = LogisticRegression(C=1e3).fit((x @ matrix.T + bias).reshape(-1, 1), truth.ravel())
    slope, offset = float(common.coef_[0, 0]), float(common.intercept_[0])
    return Weights(slope * matrix, slope * bias + offset)


def _sparse(x: Any, truth: np.ndarray, strength: float, seed: int) -> Weights:
    """Logistic regression on the n-grams, label by label; a label that never occurs gets a bias of almost never."""
    matrix, bias = np.zeros((truth.shape[1], x.shape[1])), np.full(truth.shape[1], -7.0)
    for i in range(truth.shape[1]):
        if 0 < truth[:, i].sum() < len(truth):
            one = LogisticRegression(C=strength, solver="liblinear", random_state=seed).fit(x, truth[:, i])
            matrix[i], bias[i] = one.coef_[0], float(one.intercept_[0])
    return Weights(matrix, bias)


def fit(rows: Rows, labels: Sequence[str], settings: Settings, *, seed: int) -> Fitted:
    """Train on all rows; the mix, calibration and thresholds come from voices held out five at a time."""
    folds = list(GroupKFold(n_splits=min(FOLDS, len(set(rows.voices)))).split(rows.vectors, groups=list(rows.voices)))
    meant, written = (np.zeros(rows.truth.shape) for _ in range(2))
    for train, test in folds:
        part = _readings(_take(rows, train), labels, settings, seed)
        meant[test] = rows.vectors[test] @ part.dense.matrix.T + part.dense.bias
        sparse = part.features([rows.views[i] for i in test])
        written[test] = sparse @ part.sparse.matrix.T + part.sparse.bias
    best = max(MIXES, key=lambda m: _quality(m * meant + (1 - m) * written, rows.truth, exclusive=settings.exclusive))
    margins = best * meant + (1 - best) * written
    blend = _readings(rows, labels, settings, seed)
    blend.mix = best
    if settings.exclusive:
        blend.slope, blend.offset = _temperature(margins, rows.truth), np.zeros(len(labels))
    else:
        blend.slope, blend.offset = _platt(margins, rows.truth)
    held_out = blend.calibrate(margins)
    blend.thresholds = thresholds(held_out, rows.truth, beta=settings.beta)
    return Fitted(blend, held_out)


def _take(rows: Rows, index: np.ndarray) -> Rows:
    return Rows(
        rows.vectors[index], [rows.views[i] for i in index], rows.truth[index],
        [rows.voices[i] for i in index], [rows.letters[i] for i in index],
    )  # fmt: skip


def _readings(rows: Rows, labels: Sequence[str], settings: Settings, seed: int) -> Blend:
    vocabularies = [
        Ngrams.fit([v[i] for v in rows.views], rows.letters, longest=n) for i, n in enumerate(settings.longest)
    ]
    one = np.ones(len(labels))
    blend = Blend(
        labels, Weights(one, one), Weights(one, one), vocabularies,
        mix=0.5, slope=one, offset=one * 0, thresholds=one * 0.5, exclusive=settings.exclusive,
    )  # fmt: skip
    blend.dense = _dense(rows.vectors, rows.truth, settings.ridge)
    blend.sparse = _sparse(blend.features(rows.views), rows.truth, settings.sparse_c, seed)
    return blend


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
