"""Odds of grounds: read or refused with their place, true to the corpus, and learnt as probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression, Ridge

from classifier.errors import CorpusError
from classifier.model.readout import Taught
from classifier.resources import data_file
from classifier.training.blends import LEFT_OVER, logistic, refined
from classifier.training.corpus import corpus_files, load
from classifier.training.odds import LetterOdds, load_odds

if TYPE_CHECKING:
    from pathlib import Path

RNG = np.random.default_rng(2)


def test_an_item_has_its_own_odds_and_a_letter_of_one_says_it_once() -> None:
    several = LetterOdds("a", {"s12": 0.4}, {"q1": {"s21": 0.1}, "q2": {}})
    assert several.of("q1") == {"s21": 0.1}
    assert several.of("q2") == {}
    assert several.of(None) == several.letter
    assert LetterOdds("b", {"s12": 0.4}).of("q1") == {"s12": 0.4}


def test_a_corpus_without_odds_has_none(tmp_path: Path) -> None:
    assert load_odds(tmp_path) == {}


@pytest.mark.parametrize(
    "line",
    ['{"id": "b"}', '{"id": "b", "letter": {"s99": 0.5}}', '{"id": "b", "letter": {"s12": 1.5}}', "no json"],
)
def test_what_is_no_odds_is_refused_by_its_line(tmp_path: Path, line: str) -> None:
    good = '{"id": "a", "letter": {"s12": 0.5}}'
    (tmp_path / "odds.jsonl").write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="line 2"):
        load_odds(tmp_path)


def test_the_shipped_odds_are_of_letters_and_items_that_the_corpus_has() -> None:
    folder = data_file("corpora")
    items = {x.id: {q.id for q in x.questions or () if q.kind == "request"} for x in load(corpus_files(folder))}
    read = load_odds(folder)
    assert read
    strays = [i for i, of in read.items() if i not in items or not set(of.items) <= items[i]]
    assert strays == []
    short = [i for i, of in read.items() if len(items[i]) > 1 and set(of.items) != items[i]]
    assert short == []


def test_a_probability_counts_as_so_many_yes_and_the_rest_no() -> None:
    x = RNG.normal(size=(40, 2))
    odds = np.clip(expit(x @ [1.5, -1.0]), 0.01, 0.99)
    coefficients, intercept = logistic(x, odds, 1e6)
    assert np.allclose(coefficients, [1.5, -1.0], atol=0.02)
    assert intercept == pytest.approx(0, abs=0.02)
    sure = (odds > 0.5).astype(float)
    plain = LogisticRegression(C=1.0).fit(x, sure)
    coefficients, intercept = logistic(x, sure, 1.0)
    assert np.allclose(coefficients, plain.coef_[0])
    assert intercept == pytest.approx(plain.intercept_[0])


def test_a_taught_reading_is_kept_where_it_is_right_and_moved_where_it_is_not() -> None:
    x = RNG.normal(size=(400, 3))
    taught = Taught(["a", "other"], np.array([[2.0, 0.0, 0.0], [9.0, 9.0, 9.0]]), np.zeros(2))
    right = expit(2 * x[:, 0])
    kept = refined(taught, ["a", "b"], x, np.column_stack([right, x[:, 1] > 0]), 1.0)
    assert np.allclose(kept.matrix[0], [2, 0, 0], atol=1e-6)
    assert kept.matrix[1, 1] > 1 > abs(kept.matrix[1, 0]), "what it was not taught is learnt from the rows"
    truth = (x[:, [2]] > 0).astype(float)
    moved = refined(taught, ["a"], x, truth, 1.0)
    assert moved.matrix[0, 2] > 1 > moved.matrix[0, 0]
    left = Ridge(alpha=1.0).fit(x, truth[:, 0] - right)
    assert np.allclose(moved.matrix[0] - [2, 0, 0], LEFT_OVER * left.coef_)


def test_rows_without_weight_do_not_move_a_taught_reading() -> None:
    x = RNG.normal(size=(60, 3))
    taught = Taught(["a"], np.array([[1.0, 0.0, 0.0]]), np.zeros(1))
    truth = (x[:, [1]] > 0).astype(float)
    counts = np.r_[np.ones(30), np.zeros(30)]
    some, half = refined(taught, ["a"], x, truth, 1.0, counts), refined(taught, ["a"], x[:30], truth[:30], 1.0)
    assert np.allclose(some.matrix, half.matrix)
