"""Retraining: what is learnt from, what is held back, what is compared, and when the candidate is kept aside."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import numpy as np
import pytest

from classifier.errors import CorpusError, ModelError
from classifier.model.encoder import Encoder
from classifier.model.promotion import promoted, rollback
from classifier.model.store import Model
from classifier.model.vectors import KeptVectors
from classifier.records import LabelledLetter, LabelledQuestion
from classifier.resources import CURRENT, ENCODER, data_file
from classifier.rooms import check_model
from classifier.training import build
from classifier.training import retrain as module
from classifier.training.blends import Rows, folds, reading
from classifier.training.compare import compare, reasons
from classifier.training.corpus import corpus_files, load
from classifier.training.corrections import (
    SOURCE,
    WEIGHT,
    Correction,
    Rowed,
    from_letters,
    judged_questions,
    merged,
    rows_of,
)
from classifier.training.doubtful import Doubt, contradicted
from classifier.training.figures import Figure
from classifier.training.referrals import RECALL
from classifier.training.retrain import Retrained, Trained, Work, figures_in_use, fit_all, retrain

ROOT = Path(__file__).resolve().parents[2]
VOICES = ("academic-criminologist", "data-journalist", "local-reporter", "retired-detective", "shouting-complainant")
"""The readouts were taught on each of these, so they are held out in turn."""
TODAY = date(2026, 2, 10)


def letter(n: int, words: str = "how many penguins the force keeps", **given: Any) -> LabelledLetter:
    """A letter of two questions, as a person judged it."""
    text = f"Dear Thornshire Police\n\n1. Please tell me {words}, for year {n}.\n2. What did their kennels cost?\n"
    first, second = text.index("Please"), text.index("What")
    plain: dict[str, Any] = {
        "id": sha256(f"letter {n}".encode()).hexdigest(), "source": "casebook", "date": "2026-01-05", "text": text,
        "questions": (
            LabelledQuestion(id="q1", number="1", span=(first, second - 4), topics=("wildlife_dogs_animals",)),
            LabelledQuestion(id="q2", number="2", span=(second, len(text) - 1), exemptions=("s12",)),
        ),
    }  # fmt: skip
    return LabelledLetter(**{**plain, **given})


def items(of: LabelledLetter) -> list[LabelledQuestion]:
    return list(of.questions or ())


@pytest.fixture(scope="module")
def corpus() -> list[LabelledLetter]:
    """Thirty letters of five voices of the corpus, some with rules."""
    every = load(corpus_files(ROOT / "corpora"))
    out: list[LabelledLetter] = []
    for voice in VOICES:
        own = sorted((x for x in every if x.source == voice), key=lambda x: (not x.urgent, len(x.text), x.id))
        ruled = [x for x in own if x.referral][:2]
        out += [*ruled, *[x for x in own if x not in ruled][: 6 - len(ruled)]]
    return out


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> KeptVectors:
    return KeptVectors(Encoder(data_file(ENCODER)), tmp_path_factory.mktemp("vectors"))


@pytest.fixture
def work(corpus: list[LabelledLetter], vectors: KeptVectors, tmp_path: Path) -> Work:
    """Twelve corrected letters, and the shipped model in use."""
    corrections = merged(from_letters(letter(n) for n in range(12)))
    current = Model.open(data_file(CURRENT))
    return Work(corpus, corrections, current, vectors, tmp_path / "store", tmp_path / "cache", TODAY)


@pytest.fixture
def fitted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fitting takes seconds: what was fitted first stands for every later fit of these tests."""

    def once(corpus: Any, kinds: Any, more: Rowed | None, *given: Any) -> Trained:
        if (more is None) not in _FITTED:
            _FITTED[more is None] = fit_all(corpus, kinds, more, *given)
        return _FITTED[more is None]

    monkeypatch.setattr(module, "fit_all", once)


_FITTED: dict[bool, Trained] = {}


def run(work: Work) -> Retrained:
    return retrain(work, say=lambda _: None)


@pytest.mark.usefixtures("fitted_once")
def test_a_candidate_that_is_no_worse_is_in_use_and_then_nothing_has_changed(work: Work) -> None:
    first = run(work)
    assert first.outcome == "promoted", first.reasons
    assert promoted(work.store) == Path(first.folder)
    made = Model.open(Path(first.folder))
    check_model(made)
    held = {c.letter.id for c in work.corrections if c.held_back}
    assert 0 < len(held) < 12
    assert set(first.learnt) == set(made.manifest["corrections"]) == {c.letter.id for c in work.corrections} - held
    assert first.questions == 2 * len(first.learnt)
    assert first.held_back == 2 * len(held)
    assert first.before == made.manifest["parent"] == work.current.version
    assert made.path("asks.npz").read_bytes() == work.current.path("asks.npz").read_bytes()
    assert {c.name for c in first.compared} >= {RECALL, "kinds: right"}
    assert any("too few to compare" in note for note in first.notes)
    assert "penguins" not in json.dumps(msgspec.to_builtins(first)) + (made.folder / "CARD.md").read_text("utf-8")
    # The figures of the model in use were measured and kept for the next time.
    assert [p.name.split("-")[0] for p in work.cache.iterdir()] == ["figures"]
    assert run(work._replace(current=made)).outcome == "unchanged"
    assert rollback(work.store, encoder=made.manifest["encoder"], shipped=work.current.folder).version == first.before


@pytest.mark.usefixtures("fitted_once")
def test_a_candidate_that_finds_fewer_mandatory_referrals_stays_aside_with_the_reason(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> list[Doubt]:
        return []

    def before(*_: object) -> list[Figure]:
        return [Figure(RECALL, 1.1, 1.0, 1.2, 9)]

    monkeypatch.setattr(module, "doubts", none)
    monkeypatch.setattr(module, "figures_in_use", before)
    kept = run(work)
    assert kept.outcome == "kept"
    assert "must not fall" in kept.reasons[0]
    assert promoted(work.store) is None
    assert "not promoted" in Model.open(Path(kept.folder)).manifest["made"]
    # Asked again with the same corrections, it says the same without training.
    again = run(work)
    assert (again.outcome, again.version) == ("unchanged", kept.version)
    assert "must not fall" in again.reasons[0]
    assert run(work._replace(again=True)).outcome == "kept"
    # With `out` it is written there, in the store and in use stay what they were.
    candidate = work.store.parent / "candidate"
    assert run(work._replace(out=candidate)).outcome == "written"
    assert Model.open(candidate).version == kept.version
    assert promoted(work.store) is None
    with pytest.raises(ModelError, match="is there already"):
        run(work._replace(out=candidate))


def test_figures_that_the_manifest_holds_of_this_corpus_are_taken_from_it(work: Work) -> None:
    judged_on = build.corpus_digest(work.letters, work.terms, {}, work.encoder.version)
    figures = {"kinds: right": [0.8, 0.7, 0.9, 30]}
    known = SimpleNamespace(manifest={"judged_on": judged_on, "figures": figures}, version="known")
    nothing: Any = None
    found = figures_in_use(work._replace(current=cast("Model", known)), nothing, nothing, judged_on, pytest.fail)
    assert found == [Figure("kinds: right", 0.8, 0.7, 0.9, 30)]


def test_without_corrections_there_is_nothing_to_learn(work: Work) -> None:
    with pytest.raises(CorpusError, match="no corrections"):
        run(work._replace(corrections=[]))


def test_only_what_was_judged_teaches(vectors: KeptVectors) -> None:
    correction = from_letters([letter(1)])[0]
    rowed = rows_of([correction._replace(weights={("q1", "topics"): 9.0})], vectors)
    assert rowed.items == ["q1", "q2"]
    assert {part: counts.tolist() for part, counts in rowed.data.weight.items()} == {
        "topics": [3 * WEIGHT, 0], "grounds": [0, WEIGHT], "rules": [0, 0], "kinds": [0], "urgent": [0],
    }  # fmt: skip
    assert judged_questions(rowed) == 2
    assert set(rowed.data.questions.voices) == {SOURCE}


def test_what_was_judged_of_a_letter_that_asks_one_thing_was_judged_of_that_thing(vectors: KeptVectors) -> None:
    one = letter(2, topics=("drugs",), questions=(msgspec.structs.replace(items(letter(2))[0], topics=None),))
    rowed = rows_of(merged(from_letters([one])), vectors)
    assert rowed.data.weight["topics"].tolist() == [WEIGHT]
    assert rowed.data.truth["topics"].sum() == 1


def test_protected_papers_are_never_read(vectors: KeptVectors) -> None:
    assert from_letters([letter(1, protected=True)]) == []
    paper = letter(2, text=f"POLICE EYES ONLY\n\n{letter(2).text}", sender="cru", questions=())
    assert rows_of([Correction(paper, {})], vectors).kinds.letters == []


def test_who_wrote_does_not_reach_the_rows(vectors: KeptVectors) -> None:
    rows: list[Rows] = []
    for name in ("Zebedee Quillfeather", "Ann Blenkinsop"):
        text = f"Dear Sir\n\nI am a student at Thornshire College.\n\nHow many dogs were retired?\n\n{name}\n"
        start = text.index("How many")
        asked = LabelledQuestion(id="q1", span=(start, start + 27), topics=("wildlife_dogs_animals",))
        made = letter(1, text=text, questions=(asked,))
        rows.append(rows_of([Correction(made, {}, sender=name)], vectors).data.questions)
    one, two = ([" ".join(" ".join(view).split()) for view in r.views] for r in rows)
    assert one == two
    assert "Quillfeather" not in one[0]


def test_a_letter_is_held_back_by_its_id_alone() -> None:
    turns = [Correction(letter(n), {}).held_back for n in range(400)]
    assert 50 < sum(turns) < 110
    assert turns[:5] == [Correction(letter(n, "else"), {}).held_back for n in range(5)]


def test_the_newest_holds_older_sources_fill_in_and_what_differs_is_a_conflict() -> None:
    old = letter(1, date="2025-01-01", kind="new_request", source="outcomes")
    questions = items(old)
    new = letter(
        1, questions=(msgspec.structs.replace(questions[0], topics=("drugs",), exemptions=("s40(2)",)), questions[1])
    )
    (found,) = merged([*from_letters([old]), *from_letters([new])])
    first, second = items(found.letter)
    assert first.topics == ("drugs",)
    assert first.exemptions == ("s40(2)",)
    assert second.exemptions == ("s12",)
    assert found.letter.kind == "new_request"
    (conflict,) = found.conflicts
    assert (conflict.item, conflict.field, conflict.chosen) == ("q1", "topics", ("drugs",))
    assert conflict.against == ("outcomes: wildlife_dogs_animals",)


def test_a_figure_is_worse_only_outside_the_interval_and_recall_when_it_falls_at_all() -> None:
    now = [Figure("topics: F1", 0.6, 0.58, 0.62, 90), Figure("x: calibration error", 0.03, 0.02, 0.05, 90)]
    recall = Figure(RECALL, 0.9, 0.8, 0.95, 30)

    def worse(*values: float, floor: dict[str, float] | None = None) -> list[bool]:
        candidate = [f._replace(value=v) for f, v in zip([*now, recall], values, strict=True)]
        return [c.worse for c in compare([*now, recall], candidate, "voices", floor)]

    assert worse(0.59, 0.04, 0.9) == [False, False, False]
    assert worse(0.57, 0.06, 0.899) == [True, True, True]
    assert worse(0.59, 0.04, 0.9, floor={"topics: F1": 0.595}) == [True, False, False]
    assert worse(float("nan"), 0.04, 0.9)[0]
    assert reasons(compare(now, [now[0]._replace(value=0.5)], "voices")) == [
        "topics: F1: 0.500, outside 0.580 to 0.620, now 0.600 (voices)"
    ]


def test_corrections_are_learnt_from_in_every_fold_and_judged_in_none() -> None:
    voices = [*[f"voice-{i % 6}" for i in range(60)], *[SOURCE] * 10]
    texts = [(f"word{i % 7} and", "letter") for i in range(70)]
    rows = Rows(np.zeros((70, 2)), texts, np.zeros((70, 1)), voices, [f"x-{i}" for i in range(70)])
    cut = folds(rows, (1, 1), (), (SOURCE,))
    assert sorted(int(i) for part in cut.parts for i in part.test) == list(range(60))
    assert all(set(range(60, 70)) <= set(map(int, part.train)) for part in cut.parts)


def test_a_row_of_no_weight_changes_nothing_and_a_double_one_counts_twice() -> None:
    rng = np.random.default_rng(0)
    x, truth = rng.normal(size=(40, 3)), (rng.random((40, 2)) < 0.4).astype(float)
    counts = np.ones(40)
    counts[30:] = 0
    some, without = reading(x, truth, 1.0, counts=counts), reading(x[:30], truth[:30], 1.0)
    assert np.allclose(some.matrix, without.matrix)
    counts[0] = 2
    double, twice = reading(x, truth, 1.0, counts=counts), reading(x[[0, *range(30)]], truth[[0, *range(30)]], 1.0)
    slope = double.matrix / twice.matrix
    assert np.allclose(slope, slope[0, 0])


def test_a_slip_among_many_that_agree_is_pointed_out() -> None:
    rng = np.random.default_rng(1)
    given = np.repeat([True, False], 50).reshape(-1, 1)
    scores = np.where(given, 0.8, 0.05) + rng.uniform(-0.04, 0.04, (100, 1))
    given[3], given[80] = False, True
    found = contradicted(scores, given)
    assert {row for row, _, _ in found} >= {80}
    assert 3 in {row for row, _, _ in found} or scores[3, 0] < scores[given[:, 0], 0].mean()
    assert all(how >= 0.5 for _, _, how in found)
