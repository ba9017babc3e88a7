"""Two readings mixed: saved and loaded unchanged, calibrated, and explained to the last decimal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.errors import ModelError
from classifier.model.blend import Blend, Weights
from classifier.model.store import ModelWriter
from classifier.training.grams import fit_ngrams

if TYPE_CHECKING:
    from pathlib import Path

WIDTH = 4
LETTERS = ["stop and search", "search of cars", "cars and dogs", "stop the dogs"]
TEXT = "Stop and search the cars; then search the dogs"


def blend(*, exclusive: bool = False) -> Blend:
    rng = np.random.default_rng(7)
    own = fit_ngrams(LETTERS, list("abcd"), min_letters=1)
    letter = fit_ngrams(LETTERS, list("abcd"), longest=1, min_letters=2)
    columns = len(own.vocabulary) + len(letter.vocabulary)
    # Halves and quarters, which sixteen bits hold exactly.
    sparse = rng.integers(-8, 8, (3, columns)).astype(np.float32) / 4
    return Blend(
        ["a", "b", "c"],
        Weights(rng.normal(size=(3, 2 * WIDTH)).astype(np.float32), np.array([0.5, -0.5, 0], dtype=np.float32)),
        Weights(sparse, np.array([0.25, 0, -0.25], dtype=np.float32)),
        [own, letter],
        mix=0.6,
        slope=np.array([1, 2, 0.5], dtype=np.float32),
        offset=np.array([-1, 0, 1], dtype=np.float32),
        thresholds=np.array([0.3, 0.5, 0.7], dtype=np.float32),
        exclusive=exclusive,
    )


def rows(n: int) -> np.ndarray:
    return np.random.default_rng(n).normal(size=(n, 2 * WIDTH)).astype(np.float32)


@pytest.mark.parametrize("exclusive", [False, True])
def test_saved_and_loaded_it_says_the_same(tmp_path: Path, exclusive: bool) -> None:
    before = blend(exclusive=exclusive)
    writer = ModelWriter(tmp_path / "m")
    before.save(writer, "topics")
    after = Blend.load(writer.finish(), "topics")
    views = [(text, "stop the cars") for text in LETTERS]
    assert after.labels == before.labels
    assert after.thresholds.tolist() == before.thresholds.tolist()
    one, two = (b.score(rows(4), b.features(views)) for b in (before, after))
    assert np.abs(one - two).max() < 1e-6
    assert np.ptp(one) > 0.1


def test_labels_that_were_never_saved_are_missing(tmp_path: Path) -> None:
    writer = ModelWriter(tmp_path / "m")
    blend().save(writer, "topics")
    with pytest.raises(ModelError, match="kinds"):
        Blend.load(writer.finish(), "kinds")


def test_exclusive_labels_sum_to_one_and_others_need_not() -> None:
    views = [(text, "") for text in LETTERS]
    together = blend(exclusive=True)
    assert together.score(rows(4), together.features(views)).sum(axis=1) == pytest.approx(np.ones(4))
    free = blend()
    scores = free.score(rows(4), free.features(views))
    assert ((scores > 0) & (scores < 1)).all()
    assert np.abs(scores.sum(axis=1) - 1).max() > 0.01


def test_calibration_is_finite_for_any_margin_and_keeps_the_order() -> None:
    for exclusive in (False, True):
        scores = blend(exclusive=exclusive).calibrate(np.array([[-1e6, 0, 1e6], [0, 0, 0], [-5, 0, 5]], dtype=float))
        assert np.isfinite(scores).all()
        assert (scores[0, 0], scores[0, 2]) == pytest.approx((0, 1), abs=1e-9)


@pytest.mark.parametrize("block", [0, WIDTH])
def test_what_the_words_give_is_exactly_what_they_change_in_the_score(block: int) -> None:
    """The score with the words less the score without them is the sum of what each word is said to give."""
    it = blend()
    view = block // WIDTH
    places = [(0, 4), (5, 8), (9, 15), (16, 19), (20, 24), (26, 30), (31, 37), (38, 41), (42, 46)]
    shares = np.random.default_rng(3).normal(size=(len(places), WIDTH)).astype(np.float32)
    vector = np.zeros((2, 2 * WIDTH), dtype=np.float32)
    vector[0, block : block + WIDTH] = shares.sum(axis=0)
    views = [[TEXT if v == view else "" for v in range(2)], ["", ""]]
    z = it.margins(vector, it.features(views)) * it.slope + it.offset
    for label in range(3):
        given = it.words(label, TEXT, view, shares, places, block)
        assert sum(w for _, _, w in given) == pytest.approx(float(z[0, label] - z[1, label]), abs=1e-4)
        assert all(0 <= a < b <= len(TEXT) for a, b, _ in given)


def test_marks_without_a_place_are_no_words() -> None:
    given = blend().words(0, "", 0, np.ones((2, WIDTH), dtype=np.float32), [(0, 0), (0, 0)], 0)
    assert given == []
