"""Training: the same letters give the same bytes, voices are held out whole, and what comes out can be loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.letters.kinds import KindClassifier
from classifier.model.encoder import Encoder
from classifier.model.store import Model
from classifier.questions import AskModel
from classifier.resources import ENCODER, data_file
from classifier.tagging.tagger import Tagger
from classifier.training.blends import Rows, folds, thresholds
from classifier.training.build import corpus_digest, train
from classifier.training.corpus import corpus_files, load
from classifier.training.referrals import RECALL

if TYPE_CHECKING:
    from classifier.records import LabelledLetter

VOICES = [
    "academic-criminologist", "court-reporter", "data-journalist", "frightened-parent", "mixed-bag-one",
    "mixed-bag-two", "person-in-distress", "podcast-researcher", "retired-detective", "shouting-complainant",
]  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def letters() -> list[LabelledLetter]:
    """Forty letters of ten voices: two each that a rule fires on, then the urgent and the short."""
    every = load(corpus_files(ROOT / "corpora"))
    out: list[LabelledLetter] = []
    for voice in VOICES:
        own = sorted((x for x in every if x.source == voice), key=lambda x: (not x.urgent, len(x.text), x.id))
        ruled = [x for x in own if x.referral][:2]
        out += [*ruled, *[x for x in own if x not in ruled][: 4 - len(ruled)]]
    return out


def test_the_same_letters_give_the_same_bytes_and_a_model_that_loads(
    letters: list[LabelledLetter], tmp_path: Path
) -> None:
    assert len(letters) == 40
    encoder = Encoder(data_file(ENCODER))
    one, two = (train(letters, tmp_path / name, encoder, say=lambda _: None) for name in ("one", "two"))
    assert one.version == two.version
    for name in one.files:
        assert (one.folder / name).read_bytes() == (two.folder / name).read_bytes(), name
    model = Model.open(tmp_path / "one")
    assert model.manifest["corpus"] == {"letters": 40, "voices": 10}
    assert model.manifest["seed"]
    assert "CARD.md" in model.files
    assert model.manifest["encoder"] == encoder.version
    # What a later retraining compares with stands in the manifest: the model need not be made again for it.
    assert model.manifest["judged_on"] == corpus_digest(letters, (), {}, encoder.version)
    assert {RECALL, "kinds: right"} < set(model.manifest["figures"])
    KindClassifier(model, encoder)
    Tagger(model, encoder)
    AskModel.load(model)


def test_a_voice_is_never_on_both_sides() -> None:
    voices = [f"voice-{i % 7}" for i in range(70)]
    rows = Rows(
        np.zeros((70, 2)), [("some words", "a letter")] * 70, np.zeros((70, 1)), voices, [f"x-{i}" for i in range(70)]
    )
    cut = folds(rows, (1, 1))
    tested: list[int] = []
    for part in cut.parts:
        assert not {voices[i] for i in part.train} & {voices[i] for i in part.test}
        tested += list(part.test)
    assert sorted(tested) == list(range(70))


def test_a_threshold_parts_the_right_from_the_wrong() -> None:
    truth = np.repeat([1.0, 0.0], 200).reshape(-1, 1)
    scores = np.where(truth > 0, 0.7, 0.3) + np.linspace(-0.1, 0.1, 400).reshape(-1, 1)
    (chosen,) = thresholds(scores, truth, beta=1.0)
    assert 0.4 <= chosen <= 0.62
    (careful,) = thresholds(np.linspace(0, 1, 400)[::-1].reshape(-1, 1), truth, beta=3.0)
    (strict,) = thresholds(np.linspace(0, 1, 400)[::-1].reshape(-1, 1), truth, beta=0.3)
    assert careful <= strict
