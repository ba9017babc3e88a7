"""Ridge regression of all labels at once gives what scikit-learn gives a label at a time."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import random as random_matrix
from sklearn.linear_model import Ridge

from classifier.training.ridge import sparse_ridge

RNG = np.random.default_rng(7)
X = random_matrix(300, 900, density=0.03, rng=7, format="csr", dtype=np.float32)
TRUTH = np.column_stack(
    [RNG.random(300) < 0.1, np.asarray(X[:, :40].sum(axis=1)).ravel() > 0.5, np.zeros(300, dtype=bool)]
).astype(float)


@pytest.mark.parametrize("weight", [None, RNG.random(300) + 0.1], ids=["all alike", "weighed"])
def test_the_weights_are_those_of_an_exact_solution(weight: np.ndarray | None) -> None:
    exact = Ridge(alpha=1.5).fit(X.toarray().astype(float), TRUTH, sample_weight=weight)
    matrix, bias = sparse_ridge(X, TRUTH, 1.5, weight)
    assert matrix.shape == (3, 900)
    assert np.abs(exact.coef_).max() > 0.1
    assert matrix == pytest.approx(exact.coef_, abs=2e-3)
    assert bias == pytest.approx(exact.intercept_, abs=2e-3)


def test_a_label_that_no_row_has_gets_no_weight() -> None:
    matrix, bias = sparse_ridge(X, TRUTH, 1.5)
    assert not matrix[2].any()
    assert bias[2] == 0
