"""Figures of merit with their intervals, for the model card and `foi-triage evaluate` alike.

A figure is made once from all its examples; what comes back is a function of their weights, so that an interval, which
draws whole voices (or letters) again some hundred times, costs sums and no new sorting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Of = Callable[[np.ndarray], float]
    """From how often each example was drawn (all ones: as they are) to the figure; NaN where it says nothing."""

DRAWS = 200


class Figure(NamedTuple):
    """A named figure with its 95 % interval, and how many examples it rests on."""

    name: str
    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.name:<64} {self.value:.3f}  ({self.low:.3f} to {self.high:.3f}, n {self.n})"


def figure(name: str, n: int, of: Of, groups: Sequence[str] | None = None) -> Figure:
    """The figure over `n` examples with its interval: the percentiles of draws with replacement (Efron 1979).

    `groups` names what is drawn as a whole, one name an example: letters by one voice resemble one another, so an
    interval from single letters would be too narrow. Without it each example is drawn by itself.
    """
    names = {g: i for i, g in enumerate(dict.fromkeys(groups))} if groups is not None else {}
    member = np.array([names[g] for g in groups]) if groups is not None else np.arange(n)
    size = len(names) or n
    rng = np.random.default_rng(0)
    drawn = (of(np.bincount(rng.integers(0, size, size), minlength=size)[member]) for _ in range(DRAWS if n else 0))
    # A draw from a few examples may hold no true label at all: it says nothing.
    draws = sorted(d for d in drawn if not np.isnan(d)) or [float("nan")]
    low, high = draws[int(len(draws) * 0.025)], draws[min(len(draws) - 1, int(len(draws) * 0.975))]
    return Figure(name, of(np.ones(n, dtype=int)), low, high, n)


def share(right: np.ndarray) -> Of:
    """The share of examples that are right (0 or 1 each)."""
    return lambda w: float(w @ right / w.sum()) if w.sum() else float("nan")


def average_precision(scores: np.ndarray, truth: np.ndarray) -> Of:
    """Average precision over all cells (examples x labels), equal scores at one rank, as in scikit-learn."""
    cells = truth.size // max(1, len(truth))
    order = np.argsort(-scores.ravel(), kind="stable")
    ranked, hit, row = scores.ravel()[order], truth.ravel()[order] > 0, order // max(1, cells)
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True)) if len(ranked) else order

    def of(w: np.ndarray) -> float:
        weight = w[row]
        hits, seen = np.cumsum(weight * hit)[last], np.cumsum(weight)[last]
        if not len(hits) or not hits[-1]:
            return float("nan")
        return float((np.diff(hits, prepend=0) * hits / np.maximum(seen, 1)).sum() / hits[-1])

    return of


def macro_average_precision(scores: np.ndarray, truth: np.ndarray, at_least: int = 4) -> Of:
    """The mean of average precision over labels with `at_least` positives."""
    kept = [i for i in range(truth.shape[1]) if truth[:, i].sum() >= at_least]
    each = [average_precision(scores[:, [i]], truth[:, [i]]) for i in kept]

    def of(w: np.ndarray) -> float:
        values = [v for one in each if not np.isnan(v := one(w))]
        return float(np.mean(values)) if values else float("nan")

    return of


def f1(said: np.ndarray, truth: np.ndarray) -> Of:
    """F1 over all cells of what is said (boolean) against what is true."""
    right = truth > 0
    return f1_of_counts(np.stack([(said & right).sum(axis=1), said.sum(axis=1), right.sum(axis=1)], axis=1))


def f1_of_counts(counts: np.ndarray) -> Of:
    """F1 from each example's numbers of labels in both, said, and true (examples x 3)."""

    def of(w: np.ndarray) -> float:
        both, said, true = w @ counts
        return float(2 * both / max(1.0, said + true))

    return of


def macro_f1(said: np.ndarray, truth: np.ndarray) -> Of:
    """The mean over true classes of each one's F1; `said` and `truth` hold a class index for each example."""
    each = [f1((said == k)[:, None], (truth == k)[:, None]) for k in np.unique(truth)]
    there = [truth == k for k in np.unique(truth)]

    def of(w: np.ndarray) -> float:
        values = [one(w) for one, at in zip(each, there, strict=True) if w[at].any()]
        return float(np.mean(values)) if values else float("nan")

    return of


def calibration_error(scores: np.ndarray, truth: np.ndarray, bins: int = 10) -> Of:
    """Expected calibration error (Naeini and others 2015): the mean gap between score and frequency, by tenths."""
    place = np.minimum((scores * bins).astype(int), bins - 1)
    at = [place == b for b in range(bins)]

    def of(w: np.ndarray) -> float:
        total = w.sum()
        return float(sum(abs(w[a] @ scores[a] - w[a] @ truth[a]) for a in at) / total) if total else float("nan")

    return of
