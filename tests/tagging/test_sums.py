from __future__ import annotations

import numpy as np
import pytest

from classifier.records import Question
from classifier.tagging.sums import Sums, how_much, log_odds, together


def sums(**changed: list[list[float]]) -> Sums:
    given = {"slope": [1.0, 1.0], "size": [[0.0, 0.0]] * 2, "offset": [0.0, 0.0], "thresholds": [0.5, 0.5]}
    return Sums(**{k: np.array(v) for k, v in (given | changed).items()})


def test_a_letter_stands_between_the_mean_and_the_highest_of_its_questions() -> None:
    assert together(np.array([[0.0, 0.4], [1.0, 0.4]])).tolist() == [0.75, 0.4]


def test_without_anything_learnt_a_score_stays_what_it_is() -> None:
    raw = np.array([[0.2, 0.7]])
    assert sums().score(raw, np.array([how_much(3, ())])) == pytest.approx(raw, abs=1e-9)


def test_how_much_is_asked_moves_only_the_labels_that_hang_on_it() -> None:
    raw = np.array([[0.3, 0.3], [0.3, 0.3]])
    found = sums(size=[[0.0, 0.0], [1.0, 0.0]]).score(raw, np.array([how_much(1, ()), how_much(20, ())]))
    assert found[0, 0] == pytest.approx(found[1, 0])
    assert found[1, 1] > found[0, 1] > 0.3


def test_how_much_is_asked_counts_the_words_of_every_item() -> None:
    items = [
        Question(id=f"q{n}", number="", parent=None, kind="scope" if n else "request", span=(0, 0), text=text)
        for n, text in enumerate(("How many dogs?", "In 2024."))
    ]
    assert how_much(1, items) == pytest.approx((np.log(2), np.log(6)))


def test_certain_scores_keep_finite_odds() -> None:
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()
