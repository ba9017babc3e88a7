"""Vectors kept between trainings: the encoder's own, asked for once, and only those of the last training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.model.encoder import WIDTH
from classifier.model.readout import Taught
from classifier.model.vectors import KeptVectors, PlainVectors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from classifier.model.readout import Name


class Counting:
    """An encoder that counts the texts it is asked for."""

    version = "abc"
    unseen_voices = ()

    def __init__(self) -> None:
        self.asked: list[str] = []

    def width(self, readout: Name | None = None) -> int:
        return WIDTH + (2 if readout else 0)

    def taught(self, part: str) -> Taught | None:
        return Taught([part], np.ones((1, 2)), np.ones(1))

    def encode(self, texts: Sequence[str], readout: Name | None = None) -> np.ndarray:
        self.asked += texts
        return np.stack([np.full(self.width(readout), len(t) / 7, dtype=np.float32) for t in texts])


def open_at(folder: Path) -> tuple[Counting, KeptVectors]:
    encoder = Counting()
    return encoder, KeptVectors(encoder, folder)


def test_a_text_is_encoded_once_and_then_read_back(tmp_path: Path) -> None:
    encoder, kept = open_at(tmp_path / "cache")
    with kept:
        first = kept.encode(["one", "three", "one"])
        assert kept.encode([]).shape == (0, WIDTH)
    assert sorted(encoder.asked) == ["one", "three"]
    assert first[0].tolist() == first[2].tolist() == [np.float32(3 / 7)] * WIDTH
    encoder, kept = open_at(tmp_path / "cache")
    with kept:
        assert kept.encode(["three", "one"]).tolist() == first[[1, 0]].tolist()
    assert encoder.asked == []


def test_a_text_has_a_vector_for_each_readout(tmp_path: Path) -> None:
    encoder, kept = open_at(tmp_path)
    with kept:
        assert kept.encode(["one"], "letter").shape == (1, WIDTH + 2)
        assert kept.encode(["one"]).shape == (1, WIDTH)
        assert kept.encode([], "question").shape == (0, WIDTH + 2)
    assert encoder.asked == ["one", "one"]
    encoder, kept = open_at(tmp_path)
    with kept:
        assert kept.encode(["one"], "letter").shape == (1, WIDTH + 2)
    assert encoder.asked == []
    encoder, kept = open_at(tmp_path)
    with kept:
        kept.encode(["one"])
    assert encoder.asked == ["one"], "the training before used the letter's alone"


def test_plain_vectors_say_nothing_of_readouts() -> None:
    plain = PlainVectors(Counting())
    assert plain.encode(["one"], "letter").shape == (1, WIDTH)
    assert plain.width("letter") == WIDTH
    assert plain.taught("topics") is None


def test_what_a_training_did_not_use_is_gone_after_it(tmp_path: Path) -> None:
    with open_at(tmp_path)[1] as kept:
        kept.encode(["stays", "forgotten"])
    with open_at(tmp_path)[1] as kept:
        kept.encode(["stays"])
    encoder, kept = open_at(tmp_path)
    with kept:
        kept.encode(["stays", "forgotten"])
    assert encoder.asked == ["forgotten"]


def test_a_training_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    with open_at(tmp_path)[1] as kept:
        kept.encode(["one"])
    (path,) = tmp_path.iterdir()
    before = path.read_bytes()
    kept = open_at(tmp_path)[1]
    kept.encode(["two"])
    kept.__exit__(RuntimeError)
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [before]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"not an archive"])
def test_a_damaged_file_is_made_again(tmp_path: Path, content: bytes) -> None:
    with open_at(tmp_path)[1] as kept:
        kept.encode(["one"])
    (path,) = tmp_path.iterdir()
    path.write_bytes(content)
    encoder, kept = open_at(tmp_path)
    with kept:
        kept.encode(["one"])
    assert encoder.asked == ["one"]
    assert len(path.read_bytes()) > WIDTH


def test_vectors_that_are_no_numbers_or_of_another_width_are_not_taken(tmp_path: Path) -> None:
    for vectors in (np.full((1, WIDTH), np.nan, dtype=np.float32), np.zeros((1, 3), dtype=np.float32)):
        with open_at(tmp_path)[1] as kept:
            kept.encode(["one"])
        path = tmp_path / "vectors-abc.npz"
        with np.load(path) as archive:
            keys = archive["plain.keys"]
        np.savez(path, allow_pickle=False, **{"plain.keys": keys, "plain.vectors": vectors})
        encoder, kept = open_at(tmp_path)
        with kept:
            kept.encode(["one"])
        assert encoder.asked == ["one"]


def test_a_folder_that_cannot_be_written_costs_speed_alone(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    with open_at(tmp_path / "cache")[1] as kept:
        assert kept.encode(["one"]).shape == (1, WIDTH)
