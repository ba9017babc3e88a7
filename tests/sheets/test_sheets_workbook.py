"""`triage.xlsx` as a person and a later import meet it."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sheet_tools import protected_record, question, record, referral, tag, urgent_record

from classifier.records import Deadline, Person, Problem, Related
from classifier.sheets.cells import CUT, MOST_UNITS, cell_text, plain_text
from classifier.sheets.columns import LETTER_COLUMNS, QUESTION_COLUMNS, label_id, labels
from classifier.sheets.rows import letter_row, question_rows
from classifier.sheets.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from classifier.sheets import columns
    from classifier.sheets.order import Ordered


def read(path: Path) -> Workbook:
    return openpyxl.load_workbook(path)


def sheet(book: Workbook, title: str) -> Worksheet:
    found = book[title]
    assert isinstance(found, Worksheet)
    return found


def table(book: Workbook, title: str) -> list[dict[str, Any]]:
    head, *rest = sheet(book, title).iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rest]


def test_urgent_then_mandatory_then_by_due_date(tmp_path: Path, ordered: Callable[..., Ordered]) -> None:
    soon = Deadline(what="answer", start=date(2026, 1, 1), due=date(2026, 1, 9), rule="r")
    records = ordered(
        record(id="1", subject="late"), record(id="2", subject="soon", deadlines=(soon,)),
        record(id="3", subject="advised", referrals=(referral(level="advised", today="advised"),)),
        record(id="4", subject="mandatory", referrals=(referral(),)), urgent_record(subject="urgent"),
    )  # fmt: skip
    write_workbook(tmp_path / "t.xlsx", records)
    rows = table(read(tmp_path / "t.xlsx"), "Letters")
    assert [r["Subject"] for r in rows] == ["urgent", "mandatory", "advised", "soon", "late"]
    assert [r["No."] for r in rows] == [1, 2, 3, 4, 5]
    assert [r["Look first"] for r in rows] == ["URGENT", "Probably mandatory referral", "Referral advised", None, None]


def test_dates_are_dates_in_london_time(tmp_path: Path, ordered: Callable[..., Ordered]) -> None:
    summer = datetime.fromisoformat("2026-07-01T23:30:00+00:00")
    write_workbook(tmp_path / "t.xlsx", ordered(record(received=summer)))
    row = table(read(tmp_path / "t.xlsx"), "Letters")[0]
    assert row["Received"] == datetime.fromisoformat("2026-07-02T00:30:00")
    assert row["Due"] == datetime.fromisoformat("2026-03-03T00:00:00")


def test_a_day_before_excels_calendar_is_written_as_text(tmp_path: Path, ordered: Callable[..., Ordered]) -> None:
    old = datetime.fromisoformat("1888-08-31T12:00:00+00:00")
    write_workbook(tmp_path / "t.xlsx", ordered(record(received=old)))
    assert str(table(read(tmp_path / "t.xlsx"), "Letters")[0]["Received"]).startswith("1888-08-31")


@pytest.mark.parametrize(
    "hostile", ['=HYPERLINK("http://x.example","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "\n=2"]
)
def test_no_cell_from_a_letter_is_a_formula(hostile: str, tmp_path: Path, ordered: Callable[..., Ordered]) -> None:
    letter = record(
        subject=hostile, applicant=Person(name=hostile, address=hostile), references=(hostile,), source=hostile,
        text=hostile, questions=(question(hostile, hostile, hostile),),
        problems=(Problem(code="x", part=hostile, detail=hostile),),
    )  # fmt: skip
    write_workbook(tmp_path / "t.xlsx", ordered(letter))
    book = read(tmp_path / "t.xlsx")
    shown = sheet(book, "Letters")["G2"]
    assert shown.value == hostile
    assert shown.quotePrefix
    for page in book.worksheets:
        assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    with zipfile.ZipFile(tmp_path / "t.xlsx") as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in archive.read(name)


def test_what_xml_forbids_is_left_out_and_the_rest_stays(tmp_path: Path, ordered: Callable[..., Ordered]) -> None:
    write_workbook(tmp_path / "t.xlsx", ordered(record(subject="a\x00b\x0bc\ufffed \u202eexe é 😀 _x0041_")))
    shown = table(read(tmp_path / "t.xlsx"), "Letters")[0]["Subject"]
    assert plain_text(shown) == "abcd exe é 😀 _x0041_"


@pytest.mark.parametrize("character", ["a", "é", "😀"])
def test_a_long_cell_is_cut_at_excels_limit_and_says_so(character: str) -> None:
    fits = character * (MOST_UNITS // (len(character.encode("utf-16-le")) // 2))
    assert cell_text(fits) == fits
    cut = cell_text(fits + character * 3)
    assert cut.endswith(CUT)
    assert MOST_UNITS - 2 <= len(cut.encode("utf-16-le")) // 2 <= MOST_UNITS


def test_a_protected_paper_is_id_reference_and_mark_alone(tmp_path: Path, ordered: Callable[..., Ordered]) -> None:
    write_workbook(tmp_path / "t.xlsx", ordered(record(), protected_record()))
    book = read(tmp_path / "t.xlsx")
    row = next(r for r in table(book, "Letters") if r["Id"] == "ef" * 32)
    assert {k for k, v in row.items() if v is not None} == {"No.", "Look first", "Reference", "Id"}
    assert {r["Letter id"] for r in table(book, "Questions")} == {"ab" * 32}
    with zipfile.ZipFile(tmp_path / "t.xlsx") as archive:
        assert not any(b"secret" in archive.read(name) for name in archive.namelist())


def test_each_question_has_a_row_with_its_labels(tmp_path: Path, ordered: Callable[..., Ordered]) -> None:
    write_workbook(tmp_path / "t.xlsx", ordered(record(referrals=(referral(),))))
    first, second, third = table(read(tmp_path / "t.xlsx"), "Questions")
    assert first["Topic 1"] == "Sex offender management"
    assert first["Ground 1"] == "s38 health and safety"
    assert first["Ground 2"] is None  # below the threshold: not suggested
    assert label_id("rule", first["Referral 1"]) == "RSO-01"
    assert "probably mandatory when it came in, withdrawn today" in first["Referrals: why"]
    assert second["Referral 1"] is None
    assert third["Kind"] == "format"
    assert (first["Letter id"], first["Question id"], first["No."]) == ("ab" * 32, "q1", 1)


def test_every_drop_down_offers_labels_that_stand_on_a_visible_sheet(
    tmp_path: Path, ordered: Callable[..., Ordered]
) -> None:
    own = referral(rule="OWN-01", subject="A rule of our own")
    write_workbook(tmp_path / "t.xlsx", ordered(record(referrals=(own,))))
    book = read(tmp_path / "t.xlsx")
    assert {page.sheet_state for page in book.worksheets} == {"visible"}
    for title, cols in (("Letters", LETTER_COLUMNS), ("Questions", QUESTION_COLUMNS)):
        page = sheet(book, title)
        offered: dict[int, str] = {}
        for validation in page.data_validations.dataValidation:
            offered |= {area.min_col: str(validation.formula1) for area in validation.sqref.ranges}
        for at, column in enumerate(cols, 1):
            assert (at in offered) == (column.choices is not None), column.header
            if column.choices:
                title_, _, area = offered[at].partition("!")
                cells = [c for (c,) in sheet(book, title_.strip("'")).iter_rows(**_corners(area), values_only=True)]
                wanted = [label.shown for label in labels(column.choices)]
                assert cells == wanted + (["OWN-01 A rule of our own"] if column.choices == "rule" else [])
                value = page.cell(2, at).value
                assert value is None or value in cells


def _corners(area: str) -> dict[str, int]:
    from openpyxl.utils import range_boundaries

    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    assert None not in (left, top, right, bottom)
    return {
        "min_col": int(left or 0),
        "min_row": int(top or 0),
        "max_col": int(right or 0),
        "max_row": int(bottom or 0),
    }


def test_header_frozen_filtered_and_repeated_in_print(tmp_path: Path, ordered: Callable[..., Ordered]) -> None:
    write_workbook(tmp_path / "t.xlsx", ordered(record(), urgent_record()))
    book = read(tmp_path / "t.xlsx")
    assert book.sheetnames == ["Letters", "Questions", "Labels", "About"]
    for title, rows in (("Letters", 3), ("Questions", 4)):
        page = sheet(book, title)
        assert str(page.freeze_panes)[-1] == "2"
        assert str(page.auto_filter.ref).endswith(str(rows))
        assert page.print_title_rows == "$1:$1"
        assert (page.page_setup.orientation, page.page_setup.fitToHeight) == ("landscape", 0)


def test_a_full_sheet_goes_on_in_the_next(tmp_path: Path, ordered: Callable[..., Ordered]) -> None:
    write_workbook(tmp_path / "t.xlsx", ordered(*(record(id=str(n), source=f"{n}") for n in range(5))), most_rows=3)
    book = read(tmp_path / "t.xlsx")
    parts = [title for title in book.sheetnames if title.startswith("Letters")]
    assert parts == ["Letters", "Letters 2", "Letters 3"]
    assert [row["Id"] for title in parts for row in table(book, title)] == ["0", "1", "2", "3", "4"]
    assert book.sheetnames[-2:] == ["Labels", "About"]
    assert all(sheet(book, title).auto_filter.ref for title in parts)


def test_an_empty_run_makes_a_workbook_that_opens(tmp_path: Path, ordered: Callable[..., Ordered]) -> None:
    write_workbook(tmp_path / "t.xlsx", ordered())
    assert table(read(tmp_path / "t.xlsx"), "Letters") == []


def test_related_letters_are_named_by_their_place(tmp_path: Path, ordered: Callable[..., Ordered]) -> None:
    related = (
        Related(id="cd" * 32, relation="thread", score=0.9), Related(id="00" * 32, relation="same text", score=0.97),
    )  # fmt: skip
    write_workbook(tmp_path / "t.xlsx", ordered(record(related=related, duplicate_of="cd" * 32), urgent_record()))
    shown = table(read(tmp_path / "t.xlsx"), "Letters")[1]["Related"]
    assert shown == "exact copy of no. 1\nthread: no. 1 (90%)\nsame text: an earlier letter (0000000000) (97%)"


def test_rows_have_exactly_the_columns_keys() -> None:
    letter = record(referrals=(referral(),))
    assert letter_row(1, letter, lambda _: None).keys() <= {c.key for c in LETTER_COLUMNS}
    assert {c.key for c in LETTER_COLUMNS if not c.edit} <= letter_row(1, letter, lambda _: None).keys()
    row = next(question_rows(1, letter))
    assert {c.key for c in QUESTION_COLUMNS} - row.keys() == {"correct", "notes"}


@pytest.mark.parametrize("name", ["kind", "item", "topic", "ground", "rule", "yes_no"])
def test_a_label_is_found_again_by_its_name_and_its_id(name: columns.ListName) -> None:
    shown = [label.shown for label in labels(name)]
    assert len(set(shown)) == len(shown)
    for label in labels(name):
        assert label_id(name, label.shown) == label_id(name, f" {label.shown.upper()} ") == label.id
        assert label_id(name, label.id) == label.id
    assert label_id(name, "") == ""
    assert label_id(name, "no such label") is None


def test_more_topics_than_cells_keep_the_likeliest(tmp_path: Path, ordered: Callable[..., Ordered]) -> None:
    topics = tuple(tag(t, s) for t, s in (("fleet", 0.4), ("drugs", 0.8), ("stop_search", 0.6), ("animals_dogs", 0.9)))
    letter = record(questions=(question("1", "What did the new radios cost?", topics=topics),))
    write_workbook(tmp_path / "t.xlsx", ordered(letter))
    row = table(read(tmp_path / "t.xlsx"), "Questions")[0]
    assert [row[f"Topic {n}"] for n in (1, 2, 3)] == ["Animals and dogs", "Drugs", "Stop and search"]
