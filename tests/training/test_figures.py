from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score

from classifier.training.figures import (
    average_precision,
    calibration_error,
    f1,
    figure,
    macro_average_precision,
    macro_f1,
    share,
)

rng = np.random.default_rng(3)
TRUTH = (rng.random((40, 6)) < 0.2).astype(float)


def drawn(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Some rows drawn again: their indices, and the same as weights."""
    rows = np.random.default_rng(7).integers(0, n, n)
    return rows, np.bincount(rows, minlength=n)


@pytest.mark.parametrize("digits", [1, 8])
def test_average_precision_is_scikit_learns_with_equal_scores_too(digits: int) -> None:
    scores = rng.random((40, 6)).round(digits)
    of = average_precision(scores, TRUTH)
    assert of(np.ones(40, dtype=int)) == pytest.approx(average_precision_score(TRUTH.ravel(), scores.ravel()))
    rows, weights = drawn(40)
    again = average_precision_score(TRUTH[rows].ravel(), scores[rows].ravel())
    assert of(weights) == pytest.approx(again)


def test_average_precision_of_nothing_true_says_nothing() -> None:
    assert np.isnan(average_precision(np.ones((2, 2)), np.zeros((2, 2)))(np.ones(2)))


def test_the_mean_over_labels_leaves_out_those_with_few_positives() -> None:
    truth = TRUTH.copy()
    truth[:, 0] = 0
    truth[:3, 0] = 1
    scores = rng.random((40, 6))
    wanted = np.mean([average_precision_score(truth[:, i], scores[:, i]) for i in range(6) if truth[:, i].sum() >= 4])
    assert macro_average_precision(scores, truth)(np.ones(40)) == pytest.approx(wanted)


def test_f1_counts_each_row_as_often_as_it_was_drawn() -> None:
    said = rng.random((40, 6)) < 0.3
    rows, weights = drawn(40)
    assert f1(said, TRUTH)(weights) == pytest.approx(f1_score(TRUTH[rows].ravel(), said[rows].ravel()))


def test_macro_f1_is_scikit_learns() -> None:
    truth = np.arange(40) % 4
    said = np.where(rng.random(40) < 0.3, 0, truth)
    assert macro_f1(said, truth)(np.ones(40)) == pytest.approx(f1_score(truth, said, average="macro"))


def test_scores_that_keep_their_word_have_no_calibration_error() -> None:
    scores = np.repeat([0.25, 0.75], 100)
    truth = np.tile([1.0, 0, 0, 0], 25).tolist() + np.tile([1.0, 1, 1, 0], 25).tolist()
    assert calibration_error(scores, np.array(truth))(np.ones(200)) == pytest.approx(0)
    assert calibration_error(scores, np.zeros(200))(np.ones(200)) == pytest.approx(0.5)


def test_draws_that_hold_nothing_to_judge_do_not_spoil_an_interval() -> None:
    truth = np.array([[1.0], [0], [0], [0]])
    found = figure("one of four", 4, average_precision(np.arange(4.0)[:, None], truth))
    assert found.value == 0.25
    assert 0.25 <= found.low <= found.high <= 1.0


def test_an_interval_draws_whole_voices() -> None:
    right = np.array([1.0] * 50 + [0.0] * 50)
    alone = figure("by letter", 100, share(right))
    together = figure("by voice", 100, share(right), ["a"] * 50 + ["b"] * 50)
    assert alone.value == together.value == 0.5
    assert 0.3 < alone.low < alone.high < 0.7
    # Two voices, one all right and one all wrong: nothing is known but that.
    assert (together.low, together.high) == (0.0, 1.0)
