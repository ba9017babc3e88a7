"""What readouts add to a vector: attention as by hand gives it, each token's part, and how they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.model.encoder import WIDTH, Encoder
from classifier.model.readout import NAMES, Readout, Readouts, Taught
from classifier.model.store import Model, ModelWriter
from classifier.referral.register import load_register
from classifier.resources import ENCODER, data_file
from classifier.taxonomy import taxonomy

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "How many officers were dismissed, and what were the reasons given in each case?"
RNG = np.random.default_rng(4)


def drawn(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


def readout(heads: int = 3, kept: int = 4, features: int = 7, width: int = 5) -> Readout:
    join = drawn(features, heads * kept + width)
    return Readout(drawn(heads, width), drawn(kept, width), drawn(kept), join, drawn(features))


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(data_file(ENCODER))


def test_features_are_what_attention_by_hand_gives() -> None:
    of, tokens = readout(), drawn(6, 5)
    seen: list[float] = []
    for head in of.heads:
        scores = [float(np.exp(8 * (token @ head))) for token in tokens]
        taken = [np.maximum(of.take @ token + of.take_bias, 0) for token in tokens]
        seen += list(np.average(taken, axis=0, weights=scores))
    whole = of.join @ np.r_[seen, 8 * tokens.mean(axis=0)] + of.join_bias
    assert np.allclose(of.features(tokens / 6), np.maximum(whole, 0), rtol=1e-3, atol=1e-3)


def test_without_a_token_is_the_text_that_never_had_it() -> None:
    of, tokens = readout(), drawn(6, 5)
    without = of.without_each(tokens / 6)
    for i in range(6):
        rest = np.delete(tokens, i, axis=0)
        assert np.allclose(without[i], of.features(rest / 5), rtol=1e-3, atol=1e-3)


def test_a_token_that_a_head_looks_at_alone_can_be_left_out() -> None:
    of, tokens = readout(heads=1), drawn(4, 5)
    tokens[2] = 40 * of.heads[0]
    without = of.without_each(tokens / 4)
    assert np.isfinite(without).all()
    assert np.allclose(without[2], of.features(np.delete(tokens, 2, axis=0) / 3), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("tokens", [0, 1])
def test_without_its_only_token_a_text_says_nothing(tokens: int) -> None:
    assert readout().without_each(np.ones((tokens, 5), np.float32)).tolist() == [[0.0] * 7] * tokens


def test_what_is_written_is_read(tmp_path: Path) -> None:
    taught = {"topics": Taught(["a", "b"], drawn(2, 9), drawn(2))}
    before = Readouts(dict.fromkeys(NAMES, readout()), taught)
    writer = ModelWriter(tmp_path / "m")
    before.save(writer)
    after = Readouts.load(writer.finish(name="test"))
    assert after.taught["topics"].labels == ["a", "b"]
    assert np.allclose(after.taught["topics"].matrix, taught["topics"].matrix, rtol=1e-2)
    pairs = zip(after.of["letter"], before.of["letter"], strict=True)
    assert all(np.allclose(a, b, rtol=1e-2, atol=1e-3) for a, b in pairs)
    assert after.of["letter"].join.dtype == np.float32


def test_features_stand_behind_the_vector(encoder: Encoder) -> None:
    for name in NAMES:
        (both,), (plain,) = encoder.encode([TEXT], name), encoder.encode([TEXT])
        assert both.shape == (encoder.width(name),)
        assert both[:WIDTH].tobytes() == plain.tobytes()
        assert both[WIDTH:].any()
    assert encoder.encode([TEXT], "letter").tobytes() != encoder.encode([TEXT], "question").tobytes()
    assert encoder.encode([], "letter").shape == (0, encoder.width("letter"))


def test_a_words_part_in_the_features_is_what_is_lost_without_it(encoder: Encoder) -> None:
    (explained,) = encoder.explain([TEXT], "question")
    (shares,) = encoder.shares([TEXT])
    assert np.array_equal(explained.shares[:, :WIDTH], shares)
    rest = np.delete(shares, 3, axis=0) * len(shares) / (len(shares) - 1)
    of = Readouts.load(Model.open(data_file(ENCODER))).of["question"]
    assert np.allclose(explained.shares[3, WIDTH:], explained.vector[WIDTH:] - of.features(rest), atol=1e-4)


def test_the_shipped_readings_know_the_labels_in_use(encoder: Encoder) -> None:
    for part, labels in (
        ("topics", taxonomy().topic_ids),
        ("grounds", taxonomy().ground_labels),
        ("rules", list(load_register().rules)),
    ):
        taught = encoder.taught(part)
        assert taught is not None
        assert set(taught.labels) == set(labels), "taught on other labels: python scripts/teach_readouts.py"
        assert taught.matrix.shape == (len(labels), encoder.width("question") + encoder.width("letter"))
    assert encoder.taught("kinds") is None
