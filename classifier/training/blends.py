"""Training a `Blend`: two linear readings, mixed, calibrated and given thresholds on voices held out in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.sparse import hstack
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GroupKFold

from classifier.model.blend import Blend, Weights
from classifier.training.grams import Counts
from classifier.training.ridge import sparse_ridge

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from classifier.model.encoder import Vectors
    from classifier.model.ngrams import Ngrams

FOLDS = 5
TERMS = "terms"
"""The voice of rows that are terms (`training.terms`): learnt from every time, never judged."""
MIXES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
RARE = 15
"""A label with fewer positives than this shares the calibration of all labels: its own would be noise."""


class Rows(NamedTuple):
    """Training rows: `vectors` n x d, `views` n tuples of texts, `truth` n x labels of 0/1, and whose they are."""

    vectors: np.ndarray
    views: Sequence[Sequence[str]]
    truth: np.ndarray
    voices: Sequence[str]
    letters: Sequence[str]
    weight: np.ndarray | None = None
    """How much each row counts, 0 where its labels were not judged; None: all alike."""


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
    balance: float = 0.0
    """How far rare labels are weighed up among labels that exclude one another: 0 not at all, 1 to equal shares."""
    beta: float = 1.0
    """The F-measure that thresholds aim at: above one, recall weighs more."""


class Fitted(NamedTuple):
    """The model, and its calibrated probabilities for each row whose voice was held out (NaN for the others)."""

    blend: Blend
    held_out: np.ndarray


def folds(rows: Rows, longest: Sequence[int], unseen: Collection[str] = (), always: Collection[str] = ()) -> Folds:
    """Cut the rows by voice. `longest` is the longest n-gram of each view.

    `unseen` are the voices that the encoder was not taught on: where there are any, they alone are judged, by what is
    learnt from the others, since on the voices that it knows an encoder flatters. `always` are the voices that are
    learnt from every time and never judged.
    """
    everything = np.arange(len(rows.vectors))
    apart = np.array([voice in unseen for voice in rows.voices])
    turns = np.flatnonzero([voice != TERMS and voice not in always for voice in rows.voices])
    # In another corpus than ours the encoder knows no voice: there, and where it was taught none, all are held out.
    if 0 < apart.sum() < len(turns):
        split = [(everything[~apart], everything[apart])]
    else:
        groups = [rows.voices[int(i)] for i in turns]
        cut = GroupKFold(min(FOLDS, len(set(groups)))).split(turns, groups=groups)
        split = [(np.delete(everything, turns[test]), turns[test]) for _, test in cut]
    is_term = [voice == TERMS for voice in rows.voices]
    counts = [
        Counts([view[v] for view in rows.views], rows.letters, longest=n, terms=is_term) for v, n in enumerate(longest)
    ]
    parts = [_fold(counts, train, test) for train, test in split]
    return Folds(parts, _fold(counts, everything, everything[:0]))


def _fold(counts: Sequence[Counts], train: np.ndarray, test: np.ndarray) -> Fold:
    chosen = [c.choose(train) for c in counts]

    def features(index: np.ndarray) -> Any:
        return hstack([c.matrix(index) for c in chosen], format="csr")

    return Fold(train, test, [c.ngrams for c in chosen], features(train), features(test))


def reading(
    x: Any, truth: np.ndarray, strength: float, balance: float = 0.0, counts: np.ndarray | None = None
) -> Weights:
    """Ridge regression: one solve for all labels, and on unseen voices better than logistic regression.

    Its scores are brought to the scale of log-odds, all labels together, so that two readings mix. `counts` says how
    much each row weighs; those of no weight are left out.
    """
    if counts is not None:
        some = np.flatnonzero(counts)
        x, truth, counts = x[some], truth[some], counts[some]
    if not truth.any():
        # A small corpus may hold no example at all: such labels are almost never said.
        return Weights(np.zeros((truth.shape[1], x.shape[1])), np.full(truth.shape[1], -7.0))
    weight = None
    if balance:
        common = np.maximum(truth.sum(axis=0), 1)
        weight = ((len(truth) / common) ** balance)[truth.argmax(axis=1)]
    if counts is not None:
        weight = counts if weight is None else counts * weight
    if isinstance(x, np.ndarray):
        ridge = Ridge(alpha=strength).fit(x, truth, sample_weight=weight)
        matrix, bias = np.atleast_2d(ridge.coef_), np.atleast_1d(ridge.intercept_)
    else:
        matrix, bias = sparse_ridge(x, truth, strength, weight)
    scale = LogisticRegression(C=1e3).fit((x @ matrix.T + bias).reshape(-1, 1), truth.ravel())
    slope, offset = float(scale.coef_[0, 0]), float(scale.intercept_[0])
    return Weights(slope * matrix, slope * bias + offset)


def fit(rows: Rows, cut: Folds, labels: Sequence[str], settings: Settings) -> Fitted:
    """Train on all rows; the mix, calibration and thresholds come from voices that were held out."""
    meant, written = (np.zeros(rows.truth.shape) for _ in range(2))
    for part in cut.parts:
        truth, counts = rows.truth[part.train], None if rows.weight is None else rows.weight[part.train]
        dense = reading(rows.vectors[part.train], truth, settings.ridge, settings.balance, counts)
        sparse = reading(part.learnt, truth, settings.sparse_ridge, settings.balance, counts)
        meant[part.test] = rows.vectors[part.test] @ dense.matrix.T + dense.bias
        written[part.test] = part.judged @ sparse.matrix.T + sparse.bias
    judged = np.sort(np.concatenate([part.test for part in cut.parts]))
    truth, meant, written = rows.truth[judged], meant[judged], written[judged]
    best = max(MIXES, key=lambda m: _quality(m * meant + (1 - m) * written, truth, exclusive=settings.exclusive))
    margins = best * meant + (1 - best) * written
    slope, offset = (
        (_temperature(margins, truth), np.zeros(len(labels))) if settings.exclusive else _platt(margins, truth)
    )
    blend = Blend(
        labels,
        reading(rows.vectors, rows.truth, settings.ridge, settings.balance, rows.weight),
        reading(cut.whole.learnt, rows.truth, settings.sparse_ridge, settings.balance, rows.weight),
        cut.whole.vocabularies,
        mix=best, slope=slope, offset=offset, thresholds=np.full(len(labels), 0.5), exclusive=settings.exclusive,
    )  # fmt: skip
    held_out = np.full(rows.truth.shape, np.nan)
    held_out[judged] = blend.calibrate(margins)
    blend.thresholds = thresholds(held_out[judged], truth, beta=settings.beta)
    return Fitted(blend, held_out)


def _quality(margins: np.ndarray, truth: np.ndarray, *, exclusive: bool) -> float:
    from sklearn.metrics import average_precision_score

    if exclusive:
        return float((margins.argmax(axis=1) == truth.argmax(axis=1)).mean())
    return float(average_precision_score(truth.ravel(), margins.ravel()))


def _platt(margins: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope and offset for each label; rare labels share one slope and keep an offset that meets their base rate."""
    if not truth.any():
        return np.ones(truth.shape[1]), np.zeros(truth.shape[1])
    common = LogisticRegression(C=1e3).fit(margins.reshape(-1, 1), truth.ravel())
    slope = np.full(truth.shape[1], float(common.coef_[0, 0]))
    offset = np.full(truth.shape[1], float(common.intercept_[0]))
    for i in range(truth.shape[1]):
        if truth[:, i].sum() >= RARE and truth[:, i].sum() < len(truth):
            own = LogisticRegression(C=10.0).fit(margins[:, [i]], truth[:, i])
            if own.coef_[0, 0] > 0:
                slope[i], offset[i] = float(own.coef_[0, 0]), float(own.intercept_[0])
    return slope, offset


def sum_weights(odds: np.ndarray, asked: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slope, weights of size and offset for each label, from letters' log-odds (letters x labels), how much each asks
    (letters x 2) and the truths; rare labels share the slope of all and take no account of size."""
    slope, offset = _platt(odds, truth)
    size = np.zeros((truth.shape[1], asked.shape[1]))
    for i in range(truth.shape[1]):
        if 2 * RARE <= truth[:, i].sum() < len(truth):
            own = LogisticRegression(C=1.0).fit(np.column_stack([odds[:, i], asked]), truth[:, i])
            if own.coef_[0, 0] > 0:
                slope[i], size[i], offset[i] = own.coef_[0, 0], own.coef_[0, 1:], own.intercept_[0]
    return slope, size, offset


def _temperature(margins: np.ndarray, truth: np.ndarray) -> np.ndarray:
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    right = truth.argmax(axis=1)

    def loss(t: float) -> float:
        return -float(log_softmax(t * margins, axis=1)[np.arange(len(right)), right].mean())

    return np.full(truth.shape[1], minimize_scalar(loss, bounds=(0.05, 10), method="bounded").x)


_GRID = np.linspace(0.05, 0.9, 86)


def common_threshold(scores: np.ndarray, truth: np.ndarray, *, beta: float) -> float:
    """The score from which saying a label gives the best F-beta over all cells."""
    flat, right = scores.ravel(), truth.ravel() > 0
    f = np.zeros(len(_GRID))
    for k, g in enumerate(_GRID):
        said = flat >= g
        hit = float((said & right).sum())
        f[k] = (1 + beta**2) * hit / max(1.0, beta**2 * float(right.sum()) + float(said.sum()))
    return float(_GRID[f.argmax()])


def thresholds(scores: np.ndarray, truth: np.ndarray, *, beta: float) -> np.ndarray:
    """For each label the score from which suggesting it gives the best F-beta, drawn towards that of all labels."""
    common = common_threshold(scores, truth, beta=beta)
    out = np.zeros(truth.shape[1])
    for i in range(truth.shape[1]):
        n = float(truth[:, i].sum())
        own = common_threshold(scores[:, i], truth[:, i], beta=beta) if n else common
        out[i] = (n * own + 30 * common) / (n + 30)
    return out


def encode_rows(encoder: Vectors, views: Sequence[Sequence[str]]) -> np.ndarray:
    """The dense features: the vectors of each view, side by side. No rows where there are no texts."""
    if not views:
        return np.zeros((0, 0), dtype=np.float32)
    return np.hstack([encoder.encode([v[i] for v in views]) for i in range(len(views[0]))])
