"""`corrections export|import` and `forget` as their users call them."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from casebook_tools import asked, decision, keep

from classifier.casebook import Casebook

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Foi

A, B = "aaaaaaaa1" + "0" * 55, "aaaaaaaa2" + "0" * 55


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A results' folder with a casebook of two letters."""
    with Casebook.open(str(tmp_path / "casebook.sqlite")) as book:
        keep(book, asked(A), asked(B))
    return tmp_path


def test_out_corrected_and_in_again_as_json_for_programs(foi: Foi, results: Path) -> None:
    out = results / "labels.jsonl"
    line = {"id": A, "text": asked(A).text, "questions": [{"id": "q1", "topics": ["fleet"]}]}
    given = results / "given.jsonl"
    given.write_text(json.dumps(line), encoding="utf-8")
    said = foi("corrections", "import", given, "--casebook", results, "--who", "Ann")
    assert json.loads(said.out) == {"rows": 1, "letters": 1, "decisions": {"topics": 1}, "known": 0, "before": ""}
    said = foi("corrections", "export", "--casebook", results / "casebook.sqlite", "--out", out)
    assert json.loads(said.out) == {"letters": 1, "labels": 1, "conflicts": 0}
    assert json.loads(out.read_text(encoding="utf-8"))["questions"][0]["topics"] == ["fleet"]
    again = foi("corrections", "import", given, "--casebook", results, "--who", "Ann", terminal=True)
    assert again.out.startswith("Nothing new: this file was imported by Ann on ")


def test_people_who_differ_are_told_of_on_export(foi: Foi, results: Path) -> None:
    with Casebook.open(str(results / "casebook.sqlite")) as book, book.decisions() as desk:
        desk.add([decision(A, "q1", "topics", "fleet"), decision(A, "q1", "topics", "drugs", who="Bea")])
    said = foi("corrections", "export", "--casebook", results, "--out", results / "x.jsonl", terminal=True)
    assert "On 1 label people differ" in said.out


def test_faults_end_with_2_and_name_their_place(foi: Foi, results: Path) -> None:
    given = results / "given.jsonl"
    given.write_text(json.dumps({"id": "nobody", "text": ""}), encoding="utf-8")
    said = foi("corrections", "import", given, "--casebook", results, "--who", "Ann")
    assert said.code == 2
    assert said.out == ""
    assert "one thing is to be put right first; nothing was imported" in said.err
    assert "given.jsonl, line 1: the letter 'nobody' is not in this casebook" in said.err


@pytest.mark.parametrize(
    ("given", "words"),
    [((), "which casebook? Name it with --casebook"), (("--casebook", "nowhere.sqlite"), "there is no casebook here")],
)
def test_a_casebook_that_is_not_named_or_not_there_is_never_made(
    foi: Foi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = foi("corrections", "export", "--out", "x.xlsx", *given)
    assert said.code == 2
    assert words in said.err
    assert list(tmp_path.iterdir()) == []


def test_the_force_file_names_the_casebook(foi: Foi, results: Path) -> None:
    force = results / "force.toml"
    force.write_text(f"casebook = '{results / 'casebook.sqlite'}'\n", encoding="utf-8")
    said = foi("corrections", "export", "--out", results / "x.xlsx", "--force", force)
    assert json.loads(said.out)["letters"] == 2


@pytest.mark.parametrize("answer", ["", "n\n"])
def test_forgetting_asks_first_and_stops_without_a_yes(
    foi: Foi, results: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    said = foi("forget", A, "--casebook", results, "--who", "DPO")
    assert said.code == 3
    assert "Remove the letter" in said.err
    with Casebook.open(str(results / "casebook.sqlite")) as book:
        assert book.count() == 2


def test_forgetting_names_what_went_and_the_models_to_train_anew(foi: Foi, results: Path) -> None:
    with Casebook.open(str(results / "casebook.sqlite")) as book, book.training() as training:
        training.note("m7", [A])
    said = foi("forget", A[:9], "--casebook", results, "--who", "DPO", "--yes", terminal=True)
    assert said.code == 0
    assert f"Forgotten: {A}" in said.out
    assert "Models that had learnt from it: m7." in said.out
    assert "foi-triage retrain" in said.out
    said = foi("forget", B, "--casebook", results, "--who", "DPO", "--yes")
    assert json.loads(said.out)["models"] == []


@pytest.mark.parametrize(
    ("letter", "words"),
    [("aaaaaaaa", "several letters begin with aaaaaaaa"), ("a", "is not in this casebook"), ("f" * 64, "is not in")],
)
def test_a_letter_that_is_not_clearly_meant_is_not_forgotten(foi: Foi, results: Path, letter: str, words: str) -> None:
    said = foi("forget", letter, "--casebook", results, "--who", "DPO", "--yes")
    assert said.code == 2
    assert words in said.err
    with Casebook.open(str(results / "casebook.sqlite")) as book:
        assert book.count() == 2
