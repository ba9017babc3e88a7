"""What readers expect, moved to what forces decide."""

from __future__ import annotations

import numpy as np
import pytest

from classifier.tagging.decided import Decided
from classifier.taxonomy import taxonomy
from classifier.training.decided import RARELY, SAMPLE, Expected, fit_decided, shares, suggest_from

LABELS = taxonomy().ground_labels
S12, S43 = LABELS.index("s12"), LABELS.index("s43")
RNG = np.random.default_rng(3)


def expected(rows: int, share: float) -> Expected:
    """Readers who expect every ground in `share` of the rows, and scores that know it fairly well."""
    truth = (RNG.random((rows, len(LABELS))) < share).astype(float)
    return Expected(np.clip(0.5 * share + 0.6 * truth + 0.1 * RNG.random(truth.shape), 0.01, 0.99), truth)


NOBODY = np.zeros((0, len(LABELS)))


def test_a_ground_that_readers_expect_too_often_is_scored_lower_and_keeps_its_order() -> None:
    moved = fit_decided(expected(400, 0.5), expected(900, 0.4), NOBODY)["letters"]
    scores = moved.score(np.array([[0.3] * len(LABELS), [0.9] * len(LABELS)]))
    assert scores[1, S12] < 0.9
    assert (scores[0] < scores[1]).all()
    assert scores[1, S43] < scores[1, S12], "s43 is in no count of real answers, s12 in 28 of 100"


def test_as_common_as_in_real_answers_and_neither_for_nor_against_stays_the_share() -> None:
    readers = expected(4000, 0.5)
    moved = fit_decided(readers, expected(900, 0.4), NOBODY)["letters"]
    indifferent = readers.truth.mean(axis=0)[None]
    assert moved.score(indifferent)[0, S12] == pytest.approx(0.28, abs=1e-6)


def test_a_forces_own_decisions_count_beside_the_sample() -> None:
    own = np.zeros((10 * SAMPLE, len(LABELS)))
    own[:, S43] = 1
    before = fit_decided(expected(400, 0.5), expected(900, 0.4), NOBODY)["letters"]
    after = fit_decided(expected(400, 0.5), expected(900, 0.4), own)["letters"]
    at = np.full((1, len(LABELS)), 0.5)
    assert before.score(at)[0, S43] < 0.1
    assert after.score(at)[0, S43] > 0.8
    assert after.score(at)[0, S12] < before.score(at)[0, S12]


def test_shares_are_counted_ones_or_seldom() -> None:
    found = shares(np.full(len(LABELS), 0.4))
    assert found[S12] == 0.28
    assert found[S43] == RARELY
    assert shares(np.full(len(LABELS), 0.01))[S43] == 0.01


def test_suggestions_begin_where_the_expected_f1_is_best() -> None:
    scores = np.concatenate([np.full(100, 0.8), np.full(1000, 0.1)])
    assert 0.1 < suggest_from(scores) <= 0.8
    even = np.full(1000, 0.3)
    assert suggest_from(even) <= 0.3, "where no score stands out, all are said or none"


def test_where_shares_agree_nothing_is_moved() -> None:
    at = np.array([[0.2, 0.7]])
    assert Decided(np.zeros(2), np.full(2, 0.5)).score(at) == pytest.approx(at)
