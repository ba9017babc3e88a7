"""Word n-grams: what enters the vocabulary, and how a text is weighed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.model.ngrams import grams, words
from classifier.training.grams import Counts, fit_ngrams

if TYPE_CHECKING:
    from classifier.model.ngrams import Ngrams

TEXTS = ["police dogs bite", "Police dogs, says Wilmot Crabbe", "police dogs bite", "the police dogs bite again"]


def fitted() -> Ngrams:
    return fit_ngrams(TEXTS, ["a", "b", "c", "d"], min_letters=3)


def test_words_are_lower_case_digits_alike_and_placed() -> None:
    text = "In 2019, PC O’Dell's s40"
    assert [w for w, _, _ in words(text)] == ["in", "0000", "pc", "o'dell", "s", "s00"]
    assert [text[a:b] for _, a, b in words(text)] == ["In", "2019", "PC", "O’Dell", "s", "s40"]


def test_grams_go_up_to_the_longest_and_cover_their_words() -> None:
    text = "stop and search"
    assert [(g, text[a:b]) for g, a, b in grams(text, 2)][3:] == [
        ("stop and", "stop and"),
        ("and search", "and search"),
    ]
    assert len(list(grams(text, 3))) == 6
    assert list(grams("", 2)) == []


def test_a_word_of_few_letters_stays_out() -> None:
    vocabulary = fitted().vocabulary
    assert vocabulary == ["bite", "dogs", "dogs bite", "police", "police dogs"]
    assert "crabbe" in fit_ngrams(TEXTS, ["a", "b", "c", "d"], min_letters=1).vocabulary


def test_many_questions_of_one_letter_count_as_one() -> None:
    texts = [f"{word} says Wilmot Crabbe" for word in ("one", "two", "three", "four")]
    assert fit_ngrams(texts, ["same"] * 4).vocabulary == []
    assert "wilmot crabbe" in fit_ngrams(texts, ["a", "b", "c", "d"]).vocabulary


def test_a_text_without_a_letter_is_an_error() -> None:
    with pytest.raises(ValueError, match="as many letters"):
        fit_ngrams(TEXTS, ["a"])


def test_rows_have_length_one_or_nothing() -> None:
    rows = fitted().matrix([*TEXTS, "", "nothing known"]).toarray()
    assert rows.shape == (6, 5)
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1, 1, 1, 0, 0], abs=1e-6)


def test_a_rarer_word_weighs_more_and_a_repeated_one_less_than_double() -> None:
    ngrams = fitted()
    row = {ngrams.vocabulary[i]: w for i, w in ngrams.row("police police bite").items()}
    once = {ngrams.vocabulary[i]: w for i, w in ngrams.row("police bite").items()}
    assert once["bite"] > once["police"]
    assert 1 < (row["police"] / row["bite"]) / (once["police"] / once["bite"]) < 2


def test_places_share_out_the_whole_weight_of_each_word() -> None:
    ngrams, text = fitted(), "Police dogs bite; police DOGS."
    total: dict[int, float] = {}
    for column, weight, a, b in ngrams.places(text):
        assert [w for w, _, _ in words(text[a:b])] == ngrams.vocabulary[column].split()
        total[column] = total.get(column, 0) + weight
    assert total == pytest.approx(ngrams.row(text))


def test_texts_counted_at_once_are_weighed_as_each_by_itself() -> None:
    chosen = Counts(TEXTS, ["a", "b", "c", "d"], 2).choose(np.array([0, 1, 2]))
    assert chosen.ngrams.vocabulary == fit_ngrams(TEXTS[:3], ["a", "b", "c"]).vocabulary
    at_once, by_itself = chosen.matrix(np.array([3, 1])), chosen.ngrams.matrix([TEXTS[3], TEXTS[1]])
    assert at_once.toarray() == pytest.approx(by_itself.toarray(), abs=1e-6)


def test_a_term_is_known_from_one_place() -> None:
    counts = Counts([*TEXTS, "gait recognition"], ["a", "b", "c", "d", "t"], 2, terms=[False] * 4 + [True])
    assert "gait recognition" in counts.choose(np.arange(5)).ngrams.vocabulary
    assert "gait recognition" not in counts.choose(np.arange(4)).ngrams.vocabulary
