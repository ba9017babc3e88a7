"""`foi-triage retrain` and the casebook: what goes in, what is noted, and what stays due."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from casebook_tools import asked, decision, keep

from classifier.casebook import Casebook
from classifier.casebook.forget import forget
from classifier.training.corrections import from_casebook
from classifier.training.retrain import Retrained

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Foi

    from classifier.training.retrain import Work

WHEN = "2026-03-01T09:00:00Z"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A casebook with two letters whose first question people judged: on one they do not agree; and a third, unseen."""
    path = tmp_path / "casebook.sqlite"
    with Casebook.open(str(path)) as casebook:
        keep(casebook, *(asked(id_ * 8) for id_ in ("aaaaaaaa", "bbbbbbbb", "cccccccc")))
        with casebook.decisions() as desk:
            desk.add(
                [
                    decision("aaaaaaaa" * 8, "q1", "topics", "drugs", who="Bob"),
                    decision("aaaaaaaa" * 8, "q1", "topics", "stop_search"),
                    decision("bbbbbbbb" * 8, "q1", "exemptions"),
                    decision("cccccccc" * 8, "", "seen", "yes"),
                ]
            )
    return path


class Trainer:
    """Stands for the training: keeps what it was given and says what it is told to."""

    def __init__(self) -> None:
        self.works: list[Work] = []
        self.outcome: Any = "promoted"

    def __call__(self, work: Work, say: object) -> Retrained:
        self.works.append(work)
        learnt = tuple(c.letter.id for c in work.corrections)
        reasons = ("topics: F1: 0.500, outside 0.580 to 0.620",) if self.outcome == "kept" else ()
        return Retrained(
            outcome=self.outcome, version="0123456789ab", folder="store/0123456789ab", before="ba9876543210",
            questions=2, held_back=0, learnt=learnt, reasons=reasons,
            conflicts=tuple(x for c in work.corrections for x in c.conflicts),
        )  # fmt: skip


@pytest.fixture
def trainer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trainer:
    made = Trainer()
    monkeypatch.setattr("classifier.training.retrain.retrain", made)
    monkeypatch.setenv("FOI_TRIAGE_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("FOI_TRIAGE_CACHE", str(tmp_path / "cache"))
    return made


def test_what_people_judged_goes_in_with_its_weight_and_what_they_dispute(book: Path) -> None:
    with Casebook.open(str(book)) as casebook:
        one, two = from_casebook(casebook)
    assert one.weights == {("q1", "topics"): 0.5}
    assert (one.conflicts[0].chosen, one.conflicts[0].against) == (("stop_search",), ("Bob: drugs",))
    assert one.sender == "A. Writer"
    assert [q.topics for q in one.letter.questions or ()] == [("stop_search",), None]
    assert [q.exemptions for q in two.letter.questions or ()] == [(), None]
    assert not one.outline


def test_the_casebook_notes_which_letters_a_model_learnt_from(foi: Foi, book: Path, trainer: Trainer) -> None:
    said = foi("retrain", "--casebook", book, terminal=True)
    assert said.code == 0, said.err
    assert "people do not agree (1):" in said.out
    assert "Bob: drugs" in said.out
    assert "model 0123456789ab is in use now" in said.out
    with Casebook.open(str(book)) as casebook, casebook.training(writing=False) as training:
        assert training.letters("0123456789ab") == ["aaaaaaaa" * 8, "bbbbbbbb" * 8]


def test_a_forgotten_letter_makes_it_train_again_until_another_model_is_in_use(
    foi: Foi, book: Path, trainer: Trainer
) -> None:
    assert foi("retrain", "--casebook", book).code == 0
    assert not trainer.works[0].again
    with Casebook.open(str(book)) as casebook:
        forget(casebook, "aaaaaaaa" * 8, "Ann", WHEN)
    trainer.outcome = "kept"
    said = foi("retrain", "--casebook", book, terminal=True)
    assert trainer.works[1].again
    assert [c.letter.id for c in trainer.works[1].corrections] == ["bbbbbbbb" * 8]
    assert "was forgotten" in said.err
    assert "models promote 0123456789ab" in said.err
    assert "outside 0.580 to 0.620" in said.out
    trainer.outcome = "promoted"
    assert foi("retrain", "--casebook", book).code == 0
    assert trainer.works[2].again
    assert foi("retrain", "--casebook", book).code == 0
    assert not trainer.works[3].again


def test_files_of_labelled_letters_are_taken_and_without_any_source_it_asks(
    foi: Foi, tmp_path: Path, trainer: Trainer
) -> None:
    path = tmp_path / "learnt.jsonl"
    lines = [{"id": "x1", "text": "How many?", "kind": "new_request"}, {"id": "x2", "text": "No", "protected": True}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    found = json.loads(foi("retrain", "--corrections", path).out)
    assert found["outcome"] == "promoted"
    assert found["learnt"] == ["x1"]
    said = foi("retrain")
    assert said.code == 2
    assert "--casebook" in said.err
