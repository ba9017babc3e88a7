from __future__ import annotations

import csv
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from casebook_tools import asked, decision, keep
from correction_tools import A, B, Desk, cells, column_of, foreign, rearranged, saved_again
from openpyxl import load_workbook

from classifier.casebook.corrected import corrected
from classifier.casebook.labelled import labelled
from classifier.errors import DecisionError
from classifier.records import Tag
from classifier.sheets.columns import LETTERS, QUESTIONS
from classifier.sheets.words import kind_name

if TYPE_CHECKING:
    from pathlib import Path


def test_a_sheet_that_nobody_changed_decides_nothing(desk: Desk) -> None:
    made = desk.take()
    assert (made.rows, made.letters, made.decisions) == (7, 0, {})
    assert desk.kept() == 0


def test_changed_cells_are_decisions_and_the_others_are_not(desk: Desk) -> None:
    desk.change(
        {
            "Letters!kind!2": kind_name("internal_review"),
            "Letters!urgent!2": "yes",
            "Questions!topic_1!2": "Stop and search",
            "Questions!topic_2!2": "drugs",
            "Questions!ground_1!2": None,
            "Questions!rule_1!3": "RSO-01 Registered sex offenders: statistics at force level",
            "Questions!item!3": "scope",
        }
    )
    made = desk.take()
    assert desk.decided() == {
        ("", "kind"): ("internal_review",),
        ("", "urgent"): ("yes",),
        ("q1", "topics"): ("stop_search", "drugs"),
        ("q1", "exemptions"): (),
        ("q2", "kind"): ("scope",),
        ("q2", "referrals"): ("RSO-01",),
    }
    assert desk.decided(B) == {}
    assert (made.letters, sum(made.decisions.values())) == (1, 6)
    with desk.book.decisions(writing=False) as decisions:
        kept = decisions.current(A)["q1", "topics"]
    assert (kept.who, kept.source, kept.model, kept.seconds) == ("Ann", "sheet", "m1", None)
    assert [(p.label, p.score, p.because) for p in kept.proposed] == [("drugs", 0.8, ("cannabis",))]


def test_the_same_file_again_adds_nothing_whoever_brings_it(desk: Desk) -> None:
    desk.change({"Questions!topic_1!2": "Stop and search"})
    assert sum(desk.take().decisions.values()) == 1
    again = desk.take(who="Bea")
    assert (again.decisions, again.before) == ({}, "Ann on 2026-03-02")
    assert desk.kept() == 1


def test_a_sheet_that_is_worked_on_further_adds_only_what_is_new(desk: Desk) -> None:
    desk.change({"Questions!topic_1!2": "Stop and search"})
    desk.take()
    desk.change({"Questions!topic_1!3": "Fleet"})
    made = desk.take()
    assert (made.decisions, made.known) == ({"topics": 1}, 1)
    assert desk.kept() == 2


def test_an_old_sheet_does_not_bring_back_what_was_decided_otherwise_or_undone_since(desk: Desk) -> None:
    desk.change({"Questions!topic_1!2": "Stop and search", "Questions!topic_1!3": "Fleet"})
    desk.take()
    with desk.book.decisions() as decisions:
        decisions.add([decision(A, "q1", "topics", "custody_detention")])
        decisions.undo(decisions.current(A)["q2", "topics"].number, "Ann", "2026-03-03T09:00:00Z")
    saved_again(desk.sheet)
    assert desk.take().decisions == {}
    assert desk.decided() == {("q1", "topics"): ("custody_detention",)}


def test_two_people_with_a_sheet_each_agree(desk: Desk) -> None:
    desk.change({"Questions!topic_1!2": "Stop and search"})
    desk.take()
    saved_again(desk.sheet)
    assert desk.take(who="Bea").decisions == {"topics": 1}
    (found,) = labelled(desk.book)
    assert [j.people for j in found.judged] == [2]


def test_a_ticked_row_confirms_what_it_shows_and_a_question_without_labels_has_none(desk: Desk) -> None:
    desk.change({"Letters!correct!2": "yes", "Questions!correct!3": True})
    desk.take()
    assert desk.decided() == {
        ("", "kind"): ("new_request",),
        ("", "urgent"): ("no",),
        ("", "seen"): ("yes",),
        ("q2", "kind"): ("request",),
        ("q2", "topics"): ("drugs",),
        ("q2", "exemptions"): (),
        ("q2", "referrals"): (),
    }


def test_a_ticked_and_changed_row_decides_all_its_fields_as_they_stand(desk: Desk) -> None:
    desk.change({"Questions!correct!2": "YES", "Questions!topic_1!2": "fleet"})
    desk.take()
    assert desk.decided() == {
        ("q1", "kind"): ("request",),
        ("q1", "topics"): ("fleet",),
        ("q1", "exemptions"): ("s12",),
        ("q1", "referrals"): (),
    }


def test_labels_beyond_the_cells_stay_unless_all_cells_are_emptied(tmp_path: Path) -> None:
    names = ("drugs", "fleet", "stop_search", "custody_detention")
    tags = tuple(Tag(label=n, score=0.9 - i / 10, suggested=True) for i, n in enumerate(names))
    plain = asked(A)
    one, two = (msgspec.structs.replace(q, topics=tags) for q in plain.questions)
    with Desk.make(tmp_path, msgspec.structs.replace(plain, questions=(one, two))) as desk:
        desk.change({"Questions!topic_1!2": "Pay, expenses, overtime"})
        desk.change({f"Questions!topic_{n}!3": None for n in (1, 2, 3)})
        desk.take()
        assert desk.decided() == {
            ("q1", "topics"): ("pay_expenses_overtime", "fleet", "stop_search", "custody_detention"),
            ("q2", "topics"): (),
        }


def test_a_note_is_kept_with_what_its_row_decides_or_alone(desk: Desk) -> None:
    desk.change(
        {"Questions!topic_1!2": "fleet", "Questions!notes!2": "=not a formula, a note", "Letters!notes!3": "ring them"}
    )
    book = load_workbook(desk.sheet)
    book[QUESTIONS].cell(2, column_of(QUESTIONS, "notes")).data_type = "s"
    book.save(desk.sheet)
    desk.take()
    with desk.book.decisions(writing=False) as decisions:
        history = decisions.history()
    assert sorted((k.letter[0], k.field, k.chosen, k.note) for k in history) == [
        ("a", "topics", ("fleet",), "=not a formula, a note"),
        ("b", "seen", ("no",), "ring them"),
    ]
    assert [x.letter.id for x in labelled(desk.book)] == [A]


def test_columns_may_be_moved_added_left_out_and_rows_sorted(desk: Desk) -> None:
    desk.change({"Questions!topic_1!2": "Stop and search"})
    count = len(cells(desk.sheet, QUESTIONS)[0])
    order = [0, *reversed(range(1, count + 1)), 0]
    order.remove(column_of(QUESTIONS, "topic_2"))
    order.remove(column_of(QUESTIONS, "notes"))
    moved = rearranged(desk.sheet, desk.folder / "moved.xlsx", QUESTIONS, order)
    book = load_workbook(moved)
    sheet = book[QUESTIONS]
    rows = [[c.value for c in row] for row in sheet.iter_rows()]
    sheet.delete_rows(1, len(rows))
    sheet.append(["Our copy of 2 March"])
    sheet.append([])
    for row in [rows[0], *reversed(rows[1:])]:
        sheet.append([*row, "my own column" if row is rows[0] else 17])
    book.save(moved)
    desk.take(moved)
    assert desk.decided() == {("q1", "topics"): ("stop_search",)}


def as_numbers(rows: list[list[Any]]) -> list[list[Any]]:
    """Days as the serial numbers that they are, line ends as some programs keep them."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return (value - datetime(1899, 12, 30)).total_seconds() / 86_400  # noqa: DTZ001
        return value.replace("\n", "\r\n") if isinstance(value, str) else value

    return [[plain(value) for value in row] for row in rows]


def test_a_sheet_of_another_program_with_inline_strings_and_days_as_numbers(desk: Desk) -> None:
    letters, questions = (as_numbers(cells(desk.sheet, name)) for name in (LETTERS, QUESTIONS))
    letters[1][column_of(LETTERS, "kind") - 1] = " Internal_REVIEW  "
    questions[1][column_of(QUESTIONS, "ground_1") - 1] = "s40(2)"
    questions[2][column_of(QUESTIONS, "correct") - 1] = True
    assert any(isinstance(value, float) for value in letters[1])
    made = desk.take(foreign(desk.folder / "calc.xlsx", {"Letters": letters, "Fragen": questions}))
    assert made.rows == 7
    decided = desk.decided()
    assert decided["", "kind"] == ("internal_review",)
    assert decided["q1", "exemptions"] == ("s40(2)",)
    assert decided["q2", "topics"] == ("drugs",)


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ","), ("cp1252", ";"), ("utf-8", "\t")])
def test_a_sheet_saved_as_csv(desk: Desk, encoding: str, delimiter: str) -> None:
    rows = cells(desk.sheet, QUESTIONS)
    rows[1][column_of(QUESTIONS, "topic_1") - 1] = "Use of force and Taser"
    path = desk.folder / "questions.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    desk.take(path)
    assert desk.decided() == {("q1", "topics"): ("use_of_force_taser",)}


def test_a_sheet_of_an_earlier_run_is_held_against_what_that_run_said(desk: Desk) -> None:
    plain = asked(A)
    fleet = (Tag(label="fleet", score=0.9, suggested=True),)
    later = tuple(msgspec.structs.replace(q, topics=fleet) for q in plain.questions)
    keep(desk.book, msgspec.structs.replace(plain, questions=later), model="m2")
    assert desk.take().decisions == {}  # the new model's other labels are no corrections of anybody's
    desk.change({"Questions!ground_1!2": "s38"})
    desk.take()
    with desk.book.decisions(writing=False) as decisions:
        kept = decisions.current(A)["q1", "exemptions"]
    assert (kept.chosen, kept.model) == (("s38",), "m1")


def test_rows_of_one_letter_that_lay_in_two_places_decide_once(tmp_path: Path) -> None:
    copy = asked(A, source="inbox/copy.eml", duplicate_of=A)
    with Desk.make(tmp_path, asked(A), copy) as desk:
        rows = cells(desk.sheet, QUESTIONS)
        assert len(rows) == 5
        desk.change({"Questions!topic_1!2": "fleet"})
        assert desk.take().decisions == {"topics": 1}
        other = next(n for n, row in enumerate(rows, 1) if n > 2 and row[-1] == rows[1][-1])
        desk.change({f"Questions!topic_1!{other}": "stop_search"})
        (said,) = desk.faults()
        assert said.startswith(f"Questions, row {other}: decides topics otherwise than row 2 of Questions")


def test_a_protected_papers_kind_can_be_put_right_and_nothing_of_it_is_labelled(desk: Desk) -> None:
    row = next(n for n, r in enumerate(cells(desk.sheet, LETTERS), 1) if r[-1] == "c" * 64)
    desk.change({f"Letters!kind!{row}": "cru_circulation"})
    desk.take()
    assert desk.decided("c" * 64) == {("", "kind"): ("cru_circulation",)}
    assert list(labelled(desk.book)) == []


def test_who_must_be_a_name(desk: Desk) -> None:
    desk.change({"Questions!topic_1!2": "fleet"})
    with pytest.raises(DecisionError, match="say who decided"):
        desk.take(who=" ")
    assert desk.kept() == 0


def test_an_exported_sheet_shows_what_was_decided_and_only_its_changes_are_new(desk: Desk) -> None:
    desk.change({"Questions!topic_1!2": "Stop and search", "Questions!ground_1!2": None})
    desk.take()
    out = desk.export()
    row = cells(out, QUESTIONS)[1]
    assert row[column_of(QUESTIONS, "topic_1") - 1] == "Stop and search"
    assert row[column_of(QUESTIONS, "ground_1") - 1] is None
    # Decisions taken after the export are no part of it, and what it still shows does not undo them.
    with desk.book.decisions() as decisions:
        decisions.add([decision(A, "q1", "topics", "custody_detention", who="Bea")])
    assert desk.take(out).decisions == {}
    desk.change({"Questions!topic_1!3": "fleet"}, out)
    desk.take(out, who="Cy")
    assert desk.decided() == {
        ("q1", "topics"): ("custody_detention",),
        ("q1", "exemptions"): (),
        ("q2", "topics"): ("fleet",),
    }


def test_an_exported_sheet_without_its_about_sheet_is_still_understood(desk: Desk) -> None:
    desk.change({"Questions!topic_1!2": "Stop and search"})
    desk.take()
    out = desk.export()
    book = load_workbook(out)
    del book["About"]
    book.save(out)
    assert desk.take(out, who="Bea").decisions == {}
    desk.change({"Questions!topic_1!3": "fleet"}, out)
    assert desk.take(out, who="Bea").decisions == {"topics": 1}


def test_what_a_later_run_reads_keeps_the_corrections(desk: Desk) -> None:
    desk.change({"Questions!topic_1!2": "Stop and search"})
    desk.take()
    keep(desk.book, asked(A), model="m2")
    record = desk.book.record(A)
    assert record is not None
    with desk.book.decisions(writing=False) as decisions:
        shown = corrected(record, decisions.current(A))
    assert [t.label for t in shown.questions[0].topics if t.suggested] == ["stop_search"]
