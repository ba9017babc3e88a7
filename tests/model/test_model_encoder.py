"""The sentence encoder: what its vectors and shares are, whatever the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.errors import ModelError
from classifier.model.encoder import MAX_TOKENS, WIDTH, Encoder
from classifier.resources import ENCODER, data_file

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [
    "How many burglaries were recorded in 2024?",
    "What did the force spend on vehicle hire last year?",
    "",
    "Please list the names of all police dogs. " * 30,
    "?",
    "Wie viele Einbrüche gab es?",
]


class Counting(Encoder):
    """Remembers which texts went through the network."""

    ran: list[str]

    def _network(self, text: str, *more: str) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]:
        self.ran = [*getattr(self, "ran", []), text]
        return super()._network(text, *more)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(data_file(ENCODER))


def test_vectors_have_length_one_and_are_finite(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), WIDTH)
    assert vectors.dtype == np.float32
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-4


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, WIDTH)
    assert encoder.explain([], "letter") == []


def test_what_means_the_same_lies_nearer_than_what_does_not(encoder: Encoder) -> None:
    a, b, c = encoder.encode(["How many burglaries were there?", "Number of burglaries", "The price of boots"])
    assert a @ b > a @ c + 0.1


def test_shares_sum_to_the_vector_and_have_places(encoder: Encoder) -> None:
    for text, encoded in zip(TEXTS, encoder.explain(TEXTS, "question"), strict=True):
        assert np.abs((encoded.shares.sum(axis=0) - encoded.vector)[:WIDTH]).max() < 1e-4
        assert len(encoded.shares) == len(encoded.places) <= MAX_TOKENS
        assert all(0 <= a <= b <= len(text) for a, b in encoded.places)


def test_neither_order_nor_company_nor_threads_change_a_vector(encoder: Encoder) -> None:
    vectors = Encoder(data_file(ENCODER)).encode(TEXTS)
    backwards = Encoder(data_file(ENCODER), threads=3).encode(TEXTS[::-1])[::-1]
    alone = np.stack([encoder.encode([t])[0] for t in TEXTS])
    assert vectors.tobytes() == backwards.tobytes() == alone.tobytes()
    explained = np.stack([e.vector for e in encoder.explain(TEXTS, "letter")])
    assert explained.tobytes() == Encoder(data_file(ENCODER)).encode(TEXTS, "letter").tobytes()
    assert explained[:, :WIDTH].tobytes() == vectors.tobytes()


def test_what_is_remembered_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classifier.model.encoder.REMEMBERED", 2)
    monkeypatch.setattr("classifier.model.encoder.EXPLAINED", 10)
    encoder = Counting(data_file(ENCODER))
    texts = ["one dog", "two dogs", "three dogs", "four dogs"]
    assert encoder.encode(texts).shape == (4, WIDTH)
    assert len(encoder.explain(texts, "letter")) == 4
    encoder.ran = []
    encoder.encode(["four dogs", "one dog"])
    encoder.explain(["four dogs", "one dog"], "letter")
    assert encoder.ran == ["one dog", "one dog"]


def test_a_repeated_text_is_encoded_once() -> None:
    encoder = Counting(data_file(ENCODER))
    first = encoder.encode(["one thing", "another", "one thing"])
    again = encoder.encode(["another", "one thing"])
    assert encoder.ran == ["one thing", "another"]
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(again, first[[1, 0]])


def test_the_same_texts_give_the_same_bytes() -> None:
    one, two = (Encoder(data_file(ENCODER)).encode(TEXTS) for _ in range(2))
    assert one.tobytes() == two.tobytes()


def test_a_folder_without_an_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        Encoder(tmp_path)
