"""Labelled letters out of the casebook and into it; what exports refuse."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from casebook_tools import asked, decision, keep
from correction_tools import A, B, C, Desk, cells

from classifier.casebook import Piece
from classifier.casebook.labelled import labelled
from classifier.errors import OutputExists, UsageError
from classifier.records import LabelledLetter
from classifier.sheets.columns import LETTERS

if TYPE_CHECKING:
    from pathlib import Path


def letters(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def write(path: Path, *made: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(x) + "\n" for x in made), encoding="utf-8")
    return path


def line(**given: Any) -> dict[str, Any]:
    return {"id": A, "text": asked(A).text, **given}


def test_labelled_letters_go_out_and_into_another_casebook_as_they_were(desk: Desk, tmp_path: Path) -> None:
    record = asked(A)
    one, two = (q.span for q in record.questions)
    cut = (
        Piece(span=(one[0], one[0] + 8), number="1a"),
        Piece(span=(one[0] + 9, one[1]), number="1b", kind="scope"),
        Piece(span=two, number="2"),
    )
    with desk.book.decisions() as decisions:
        decisions.add(
            [
                decision(A, "", "questions", split=cut),
                decision(A, "", "kind", "chaser", "new_request"),
                decision(B, "", "urgent", "no"),
                decision(B, "q1", "referrals", "RSO-01"),
                decision(C, "q1", "topics", "fleet"),
            ]
        )
        decisions.add([decision(A, "q3", "topics", "fleet"), decision(A, "q2", "exemptions")])
    out = desk.export("out.jsonl")
    made = letters(out)
    assert [x["id"] for x in made] == [A, B]
    assert all(msgspec.convert(x, LabelledLetter) for x in made)
    assert [(q["id"], q["topics"], q["exemptions"]) for q in made[0]["questions"]] == [
        ("q3", ["fleet"], None),
        ("q4", None, None),
        ("q2", None, []),
    ]
    (tmp_path / "other").mkdir()
    with Desk.make(tmp_path / "other", asked(A), asked(B)) as other:
        result = other.take(out)
        assert result.rows == 2
        again = other.export("again.jsonl")
        for before, after in zip(made, letters(again), strict=True):
            assert {**after, "date": before["date"]} == before
        assert other.take(again).decisions == {}
        assert other.take(again, who="Bea").decisions != {}


def test_what_is_null_was_not_judged_and_an_empty_list_means_none(desk: Desk) -> None:
    question = {"id": "q1", "topics": [], "exemptions": None}
    made = desk.take(write(desk.folder / "in.jsonl", line(questions=[question])))
    assert made.decisions == {"topics": 1}
    assert desk.decided() == {("q1", "topics"): ()}


def test_an_item_can_be_named_by_its_span_its_beginning_or_its_id(desk: Desk) -> None:
    two = asked(A).questions[1]
    by_span = line(questions=[{"id": "x", "span": list(two.span), "topics": ["fleet"]}, {"id": "q1", "topics": []}])
    desk.take(write(desk.folder / "one.jsonl", by_span))
    by_start = {"id": B, "text": asked(B).text, "questions": [{"start": "What did the cells", "topics": ["fleet"]}]}
    desk.take(write(desk.folder / "two.jsonl", by_start))
    assert desk.decided() == {("q2", "topics"): ("fleet",), ("q1", "topics"): ()}
    assert desk.decided(B) == {("q2", "topics"): ("fleet",)}


def test_answers_learnt_from_responses_keep_their_source(desk: Desk) -> None:
    desk.take(
        write(desk.folder / "in.jsonl", line(questions=[{"id": "q1", "exemptions": ["s12"], "result": "refused"}]))
    )
    with desk.book.decisions(writing=False) as decisions:
        assert [k.source for k in decisions.history()] == ["outcome"]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (line(text="Other words"), "the letter's text is not the one in the casebook"),
        (line(id="d" * 64), f"the letter '{'d' * 64}' is not in this casebook"),
        (line(id=C), "is about a paper for police eyes only"),
        (line(questions=[{"id": "q1", "topics": ["cats"]}]), "there is no label 'cats' for topics"),
        (line(questions=[{"id": "q9", "topics": []}]), "no item of the letter stands where 'q9' does"),
        (line(kind="letter"), "is no labelled letter: Invalid enum value 'letter'"),
        (line(questions=[{"span": [0, 9_999]}]), "lies outside the text"),
        (line(questions=[{"span": [0, 9]}, {"span": [5, 12]}]), "overlaps another"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_taken_in_is_named(desk: Desk, made: dict[str, Any], said: str) -> None:
    good = {"id": B, "text": asked(B).text, "kind": "chaser"}
    (fault,) = desk.faults(write(desk.folder / "in.jsonl", good, made))
    assert fault.startswith("in.jsonl, line 2: ")
    assert said in fault


def test_two_lines_about_one_letter_and_a_line_that_is_no_json(desk: Desk) -> None:
    (fault,) = desk.faults(write(desk.folder / "in.jsonl", line(kind="chaser"), line(urgent=True)))
    assert fault == "in.jsonl, line 2: is about the same letter as line 1: leave one of the two"
    path = desk.folder / "bad.jsonl"
    path.write_bytes(b'{"id": "a"\n')
    (fault,) = desk.faults(path)
    assert fault.startswith("bad.jsonl, line 1: is no labelled letter")


def test_an_export_is_never_written_over_unless_asked(desk: Desk) -> None:
    out = desk.export()
    before = out.read_bytes()
    with pytest.raises(OutputExists, match="people may have worked in it"):
        desk.export()
    assert out.read_bytes() == before
    desk.export(replace=True)
    with pytest.raises(UsageError, match=r"ends in \.xlsx"):
        desk.export("out.txt")
    assert sorted(p.name for p in desk.folder.iterdir() if "partial" in p.name) == []


def test_an_export_can_be_kept_to_a_day_or_to_what_was_decided(desk: Desk) -> None:
    keep(desk.book, asked("e" * 64, received=None))
    with desk.book.decisions() as decisions:
        decisions.add([decision(B, "q1", "topics", "fleet")])
    assert len(cells(desk.export("all.xlsx"), LETTERS)) == 5
    assert [row[-1] for row in cells(desk.export("some.xlsx", decided=True), LETTERS)[1:]] == [B]
    assert len(cells(desk.export("none.xlsx", since=date(2024, 3, 5)), LETTERS)) == 1
    assert letters(desk.export("late.jsonl", since=date(2024, 3, 5))) == []
    assert len(letters(desk.export("early.jsonl", since=date(2024, 3, 4)))) == 1


def test_a_protected_paper_stands_in_an_exported_sheet_by_id_and_mark_alone(desk: Desk) -> None:
    with desk.book.decisions() as decisions:
        decisions.add([decision(C, "", "kind", "cru_circulation")])
    row = next(r for r in cells(desk.export(), LETTERS) if r[-1] == C)
    assert [v for v in row if v not in (None, "")] == [row[0], "Police eyes only: not shown here", "CRU 1/26", C]
    assert list(labelled(desk.book)) == []
