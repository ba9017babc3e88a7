"""Sheets that cannot be taken in: each fault is named by its place, with what to do, and nothing is kept."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from correction_tools import A, B, Desk, cells, column_of, foreign
from openpyxl import Workbook, load_workbook

from classifier.corrections.faults import SHOWN, CorrectionsError, Fault
from classifier.errors import InputMissing
from classifier.sheets.columns import LETTERS, QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Questions!topic_2!3": "Stopp and search"},
         "Questions, cell G3: 'Stopp and search' is no label for Topic 2: choose one from the drop-down, or empty"),
        ({"Questions!ground_1!2": "s99"}, "Questions, cell J2: 's99' is no label for Ground 1"),
        ({"Questions!rule_1!2": "ZZZ-99 Something"},
         "Questions, cell O2: 'ZZZ-99 Something' is no label for Referral 1: choose one from the drop-down, or empty "
         "the cell; name the force file with --force if the rule is your own"),
        ({"Letters!kind!2": "A letter"}, "Letters, cell E2: 'A letter' is no label for Kind: choose one from the drop"),
        ({"Letters!kind!2": None}, "Letters, cell E2: was emptied: every row has a kind, choose one"),
        ({"Questions!item!2": None}, "Questions, cell D2: was emptied: every row has a kind"),
        ({"Letters!urgent!2": "perhaps"}, "Letters, cell N2: 'perhaps' is neither yes nor no"),
        ({"Letters!correct!2": "almost"}, "Letters, cell V2: 'almost' is neither yes nor no"),
        ({"Questions!correct!2": "no"}, "Questions, cell S2: says that the row is not right, but nothing in it was"),
        ({"Questions!text!2": "How many cats?"}, "Questions, cell E2: the question's text was changed, or this row's"),
        ({"Questions!text!2": None}, "Questions, cell E2: the question's text was changed"),
        ({"Questions!question!2": "q77"}, "Questions, cell W2: the letter has no item 'q77'"),
        ({"Questions!question!2": None}, "Questions, cell W2: Question id is empty: take it over from the sheet"),
        ({"Questions!letter!2": "f" * 64}, f"Questions, cell V2: no letter '{'f' * 64}' is in this casebook"),
        ({"Letters!id!2": None}, "Letters, cell Y2: Id is empty"),
        ({"Letters!id!2": 5.0}, "Letters, cell Y2: no letter '5' is in this casebook"),
        ({"Questions!topic_1!2": "=F3"}, "Questions, cell F2: holds a formula, which is not run here"),
        ({"Questions!letter!2": "=V3"}, "Questions, cell V2: Letter id is empty"),
        ({"Questions!topic_1!2": "#N/A"}, "Questions, cell F2: '#N/A' is no label for Topic 1"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_its_cell_with_what_to_do(desk: Desk, changes: dict[str, Any], said: str) -> None:
    # A good correction stands beside the bad one, and is not taken in by halves.
    desk.change({**changes, "Questions!topic_1!5": "fleet"})
    faults = desk.faults()
    assert len(faults) == 1
    assert faults[0].startswith(said)
    assert desk.kept() == 0


def test_all_faults_of_a_sheet_are_told_at_once(desk: Desk) -> None:
    desk.change({"Questions!topic_1!2": "x", "Questions!topic_2!2": "y", "Letters!kind!3": "z"})
    assert [said.split(":")[0] for said in desk.faults()] == [
        "Letters, cell E3",
        "Questions, cell F2",
        "Questions, cell G2",
    ]


def test_a_row_that_is_there_twice(desk: Desk) -> None:
    book = load_workbook(desk.sheet)
    book[QUESTIONS].append([cell.value for cell in book[QUESTIONS][2]])
    book.save(desk.sheet)
    assert desk.faults() == ["Questions, row 6: repeats row 2 of Questions: leave one of the two"]


def test_a_row_of_another_casebook(desk: Desk) -> None:
    rows = cells(desk.sheet, LETTERS)
    rows.append(["a row", *[None] * (len(rows[0]) - 2), "d" * 64])
    said = desk.faults(foreign(desk.folder / "other.xlsx", {"Letters": rows}))
    (fault,) = said
    assert fault.startswith(f"Letters, cell Y5: no letter '{'d' * 64}' is in this casebook: name the one of this run")


def test_rows_whose_ids_were_swapped(desk: Desk) -> None:
    desk.change({"Questions!question!2": "q2", "Questions!question!3": "q1"})
    said = "the question's text was changed, or this row's ids belong to another: take both over as written"
    assert desk.faults() == [f"Questions, cell E2: {said}", f"Questions, cell E3: {said}"]


def test_a_needed_column_that_is_gone_or_there_twice(desk: Desk) -> None:
    book = load_workbook(desk.sheet)
    book[QUESTIONS].delete_cols(column_of(QUESTIONS, "letter"))
    book.save(desk.folder / "gone.xlsx")
    (said,) = desk.faults(desk.folder / "gone.xlsx")
    assert said.startswith("Questions, row 1: the column 'Letter id' is missing: take it over")
    desk.change({"Questions!topic_2!1": "Topic 1"})
    (said,) = desk.faults()
    assert said == "Questions, cell G1: two columns are headed 'Topic 1' (F1 and G1): remove or rename one"


def _empty_book(path: Path) -> Path:
    book = Workbook()
    book.save(path)
    return path


def _archive(path: Path, **parts: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def _entities(folder: Path) -> Path:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return foreign(folder / "bomb.xlsx", {"Letters": [["Id"]]}, prefix=bomb)


def _bytes(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "ods": (
        lambda f: _archive(f / "a.ods", mimetype="application/vnd.oasis.opendocument.spreadsheet"),
        "is an OpenDocument file (.ods). Save it as .xlsx",
    ),
    "xls": (lambda f: _bytes(f / "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "Save it as .xlsx"),
    "xlsb": (
        lambda f: _archive(f / "a.xlsb", **{"[Content_Types].xml": "<Types/>", "xl/workbook.bin": b"\0"}),
        "is a binary workbook (.xlsb). Save it as .xlsx",
    ),
    "another archive": (lambda f: _archive(f / "a.zip", letter="Dear all"), "is an archive but no workbook"),
    "empty workbook": (lambda f: _empty_book(f / "a.xlsx"), "holds no table of letters or questions"),
    "empty file": (lambda f: _bytes(f / "a.xlsx", b""), "holds no table of letters or questions"),
    "prose": (lambda f: _bytes(f / "a.csv", b"Dear Sir,\nplease"), "holds no table of letters or questions"),
    "picture": (lambda f: _bytes(f / "a.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0"), "is neither a workbook (.xlsx) nor text"),
    "entities": (_entities, "declares entities in xl/worksheets/s0.xml"),
    "broken xml": (
        lambda f: foreign(f / "a.xlsx", {"Letters": [["Id"]]}, prefix="</oops>"),
        "is damaged: open it in a spreadsheet program and save it anew",
    ),
}


@pytest.mark.parametrize("name", list(FILES))
def test_a_file_that_is_no_sheet_of_ours_says_what_it_is(desk: Desk, name: str) -> None:
    make, said = FILES[name]
    (fault,) = desk.faults(make(desk.folder))
    assert said in fault


def test_a_workbook_cut_short_is_damaged(desk: Desk) -> None:
    data = desk.sheet.read_bytes()
    (fault,) = desk.faults(_bytes(desk.folder / "cut.xlsx", data[: len(data) // 2]))
    assert "is damaged" in fault


def test_a_workbook_that_unpacks_to_more_than_any_sheet_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classifier.corrections.reading.MOST_BYTES", 20_000)
    (fault,) = desk.faults(foreign(desk.folder / "big.xlsx", {"Letters": [["Id", "x" * 30_000]]}))
    assert "unpacks to more than" in fault


def test_a_file_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(InputMissing, match="there is no such file"):
        desk.take(desk.folder / "nothing.xlsx")


def test_the_errors_words_hold_the_first_faults_and_count_the_rest(tmp_path: Path) -> None:
    faults = [Fault(sheet="Letters", row=n, said="is wrong") for n in range(1, SHOWN + 4)]
    said = str(CorrectionsError(tmp_path / "a.xlsx", faults))
    assert f"{SHOWN + 3} things are to be put right first; nothing was imported" in said
    assert "... and 3 more" in said
    assert said.count("\n") == SHOWN + 1


def test_an_empty_row_between_and_behind_is_passed_over(desk: Desk) -> None:
    rows = cells(desk.sheet, QUESTIONS)
    rows[1][column_of(QUESTIONS, "topic_1") - 1] = "fleet"
    empty = [None] * len(rows[0])
    made = desk.take(foreign(desk.folder / "gaps.xlsx", {"Questions": [rows[0], empty, *rows[1:], empty, empty]}))
    assert (made.rows, desk.decided(A), desk.decided(B)) == (4, {("q1", "topics"): ("fleet",)}, {})
