"""Ridge regression of many labels on sparse features, all labels at once.

scikit-learn solves sparse problems a label at a time and in doubles. Here one pass over the features, in the precision
they come in, serves every label: four times as fast for the same weights (`tests/training/test_ridge.py`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

MOST_STEPS = 300


def sparse_ridge(
    x: Any, truth: np.ndarray, strength: float, weight: np.ndarray | None = None, *, tolerance: float = 1e-3
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (labels x features) and intercepts of min ||sqrt(w) (x b + c - truth)||^2 + strength ||b||^2.

    `x` is a sparse matrix, rows x features, `truth` rows x labels, `weight` a weight a row. Solved for the rows
    (b = x' a, so that each step works on rows x labels alone) by conjugate gradients (Hestenes and Stiefel 1952), each
    label with its own steps, until every label's residual is `tolerance` of its right side.
    """
    truth = truth.astype(x.dtype)
    root = np.ones(len(truth), x.dtype) if weight is None else np.sqrt(weight).astype(x.dtype)
    total = (root**2).sum()
    middle = np.asarray(x.T @ (root**2)).ravel() / total
    mean = (root**2) @ truth / total
    side = root[:, None] * (truth - mean)
    back = x.T.tocsr()

    def features(rows: np.ndarray) -> np.ndarray:
        """x' (centred, weighted) times rows."""
        scaled = root[:, None] * rows
        return back @ scaled - np.outer(middle, scaled.sum(axis=0))

    def gram(rows: np.ndarray) -> np.ndarray:
        within = features(rows)
        return root[:, None] * (x @ within - middle @ within) + x.dtype.type(strength) * rows

    found = np.zeros_like(side)
    residual, step = side.copy(), side.copy()
    size = (residual**2).sum(axis=0)
    goal = size * tolerance**2
    for _ in range(MOST_STEPS):
        open_ = np.flatnonzero(size > goal)
        if not len(open_):
            break
        towards = step[:, open_]
        image = gram(towards)
        length = size[open_] / (towards * image).sum(axis=0)
        found[:, open_] += length * towards
        residual[:, open_] -= length * image
        after = (residual[:, open_] ** 2).sum(axis=0)
        step[:, open_] = residual[:, open_] + (after / size[open_]) * towards
        size[open_] = after
    matrix = features(found).T
    return matrix, mean - matrix @ middle
