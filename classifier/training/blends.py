"""Training a `Blend`: two linear readings, mixed, calibrated and given thresholds on voices held out in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.sparse import hstack
from scipy.special import expit
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GroupKFold

from classifier.model.blend import Blend, Weights
from classifier.training.grams import Counts
from classifier.training.ridge import sparse_ridge

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from classifier.model.encoder import Vectors
    from classifier.model.ngrams import Ngrams
    from classifier.model.readout import Name, Taught

FOLDS = 5
TERMS = "terms"
"""The voice of rows that are terms (`training.terms`): learnt from every time, never judged."""
MIXES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
LEFT_OVER = 10.0
"""By how much the log-odds of a taught reading move for a probability that it leaves over. Held out, 0 to 25 give the
same figures on the corpus, more is worse on letters by other hands; what the reading was not taught on, such as a
force's own corrections, is learnt by it."""
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
    odds: np.ndarray | None = None
    """Probabilities to learn in place of `truth`, of the same shape; None: the truth itself."""

    @property
    def target(self) -> np.ndarray:
        """What is learnt: the odds, or where there are none the truth."""
        return self.truth if self.odds is None else self.odds


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
    (slope,), offset = logistic((x @ matrix.T + bias).reshape(-1, 1), truth.ravel(), 1e3)
    return Weights(slope * matrix, slope * bias + offset)


def refined(
    taught: Taught, labels: Sequence[str], x: np.ndarray, truth: np.ndarray, strength: float,
    counts: np.ndarray | None = None,
) -> Weights:  # fmt: skip
    """The reading that was taught with the encoder's readouts, and a ridge regression of what it leaves over.

    A label that it was not taught is left over whole.
    """
    place = {label: i for i, label in enumerate(taught.labels)}
    known = [i for i, label in enumerate(labels) if label in place]
    matrix, bias = np.zeros((len(labels), x.shape[1])), np.full(len(labels), -4.0)
    matrix[known] = taught.matrix[[place[labels[i]] for i in known]]
    bias[known] = taught.bias[[place[labels[i]] for i in known]]
    some = np.arange(len(x)) if counts is None else np.flatnonzero(counts)
    left = truth[some] - expit(x[some] @ matrix.T + bias)
    ridge = Ridge(alpha=strength).fit(x[some], left, sample_weight=None if counts is None else counts[some])
    return Weights(matrix + LEFT_OVER * ridge.coef_, bias + LEFT_OVER * ridge.intercept_)


def logistic(x: np.ndarray, truth: np.ndarray, strength: float) -> tuple[np.ndarray, float]:
    """Logistic regression on probabilities: a row counts as an example of "yes" by its probability, of "no" by the
    rest. `strength` is scikit-learn's C. Gives the coefficients and the intercept."""
    if ((truth == 0) | (truth == 1)).all():
        fitted = LogisticRegression(C=strength).fit(x, truth)
    else:
        both = np.repeat([1, 0], len(x))
        fitted = LogisticRegression(C=strength).fit(np.vstack([x, x]), both, np.concatenate([truth, 1 - truth]))
    return fitted.coef_[0], float(fitted.intercept_[0])


def fit(rows: Rows, cut: Folds, labels: Sequence[str], settings: Settings, taught: Taught | None = None) -> Fitted:
    """Train on all rows; the mix, calibration and thresholds come from voices that were held out.

    `taught` is the reading of these labels that was learnt with the encoder's readouts, where there is one.
    """

    def by_meaning(train: np.ndarray) -> Weights:
        x, target, counts = rows.vectors[train], rows.target[train], None if rows.weight is None else rows.weight[train]
        if taught is None:
            return reading(x, target, settings.ridge, settings.balance, counts)
        return refined(taught, labels, x, target, settings.ridge, counts)

    def by_words(part: Fold) -> Weights:
        counts = None if rows.weight is None else rows.weight[part.train]
        return reading(part.learnt, rows.target[part.train], settings.sparse_ridge, settings.balance, counts)

    meant, written = (np.zeros(rows.truth.shape) for _ in range(2))
    for part in cut.parts:
        dense, sparse = by_meaning(part.train), by_words(part)
        meant[part.test] = rows.vectors[part.test] @ dense.matrix.T + dense.bias
        written[part.test] = part.judged @ sparse.matrix.T + sparse.bias
    judged = np.sort(np.concatenate([part.test for part in cut.parts]))
    target, meant, written = rows.target[judged], meant[judged], written[judged]
    truth = rows.truth[judged]
    best = max(MIXES, key=lambda m: _quality(m * meant + (1 - m) * written, truth, exclusive=settings.exclusive))
    margins = best * meant + (1 - best) * written
    slope, offset = (
        (_temperature(margins, truth), np.zeros(len(labels))) if settings.exclusive else _platt(margins, target)
    )
    blend = Blend(
        labels, by_meaning(cut.whole.train), by_words(cut.whole), cut.whole.vocabularies,
        mix=best, slope=slope, offset=offset, thresholds=np.full(len(labels), 0.5), exclusive=settings.exclusive,
    )  # fmt: skip
    held_out = np.full(rows.truth.shape, np.nan)
    held_out[judged] = blend.calibrate(margins)
    blend.thresholds = thresholds(held_out[judged], target, beta=settings.beta)
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
    (shared,), start = logistic(margins.reshape(-1, 1), truth.ravel(), 1e3)
    slope, offset = np.full(truth.shape[1], float(shared)), np.full(truth.shape[1], start)
    for i in range(truth.shape[1]):
        if truth[:, i].sum() >= RARE and truth[:, i].sum() < len(truth):
            (own,), begin = logistic(margins[:, [i]], truth[:, i], 10.0)
            if own > 0:
                slope[i], offset[i] = own, begin
    return slope, offset


def sum_weights(odds: np.ndarray, asked: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slope, weights of size and offset for each label, from letters' log-odds (letters x labels), how much each asks
    (letters x 2) and the truths; rare labels share the slope of all and take no account of size."""
    slope, offset = _platt(odds, truth)
    size = np.zeros((truth.shape[1], asked.shape[1]))
    for i in range(truth.shape[1]):
        if 2 * RARE <= truth[:, i].sum() < len(truth):
            own, start = logistic(np.column_stack([odds[:, i], asked]), truth[:, i], 1.0)
            if own[0] > 0:
                slope[i], size[i], offset[i] = own[0], own[1:], start
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
    """The score from which saying a label gives the best F-beta over all cells: the best to be expected, where
    `truth` are probabilities."""
    flat, right = scores.ravel(), truth.ravel()
    f = np.zeros(len(_GRID))
    for k, g in enumerate(_GRID):
        said = flat >= g
        hit = float(right[said].sum())
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


def encode_rows(encoder: Vectors, views: Sequence[Sequence[str]], readouts: Sequence[Name | None]) -> np.ndarray:
    """The dense features: the vectors of each view, side by side, each with the features of its readout. No rows where
    there are no texts."""
    if not views:
        return np.zeros((0, 0), dtype=np.float32)
    return np.hstack([encoder.encode([v[i] for v in views], readout) for i, readout in enumerate(readouts)])
