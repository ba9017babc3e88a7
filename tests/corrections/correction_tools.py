"""Sheets as people and spreadsheet programs change them."""

from __future__ import annotations

import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

import msgspec
from casebook_tools import keep
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from classifier.casebook import Casebook
from classifier.corrections.export import export
from classifier.corrections.faults import CorrectionsError
from classifier.corrections.take import Imported, import_file
from classifier.force import Force
from classifier.sheets.columns import LETTER_COLUMNS, LETTERS, QUESTION_COLUMNS, QUESTIONS
from classifier.sheets.order import Ordered
from classifier.sheets.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from classifier.records import TriageRecord

A, B, C = "a" * 64, "b" * 64, "c" * 64
_COLUMNS = {LETTERS: LETTER_COLUMNS, QUESTIONS: QUESTION_COLUMNS}
WHEN = "2026-03-02T10:00:00Z"


class Desk(NamedTuple):
    """A casebook and the sheet of its run."""

    folder: Path
    book: Casebook
    sheet: Path

    @classmethod
    @contextmanager
    def make(cls, folder: Path, *letters: TriageRecord) -> Generator[Desk]:
        with Casebook.open(str(folder / "casebook.sqlite")) as book:
            keep(book, *letters)
            sheet = folder / "triage.xlsx"
            run_sheet(sheet, *letters)
            yield cls(folder, book, sheet)

    def take(self, path: Path | None = None, who: str = "Ann", when: str = WHEN) -> Imported:
        return import_file(self.book, path or self.sheet, Force(), who, when)

    def faults(self, path: Path | None = None) -> list[str]:
        """What an import says is wrong, place first; nothing was kept then."""
        before = self.kept()
        try:
            self.take(path)
        except CorrectionsError as e:
            assert self.kept() == before
            return [str(fault) for fault in e.faults]
        raise AssertionError("nothing was found wrong")

    def kept(self) -> int:
        with self.book.decisions(writing=False) as decisions:
            return len(decisions.history())

    def decided(self, letter: str = A) -> dict[tuple[str, str], tuple[str, ...]]:
        with self.book.decisions(writing=False) as decisions:
            return {key: kept.chosen for key, kept in decisions.current(letter).items()}

    def export(self, name: str = "out.xlsx", **options: Any) -> Path:
        path = self.folder / name
        export(self.book, path, Force(), **options)
        return path

    def change(self, changes: Mapping[str, Any], path: Path | None = None) -> Path:
        """Write into cells: "Questions!topic_1!2" is the column topic_1 in row 2."""
        place = path or self.sheet
        book = load_workbook(place)
        for where, value in changes.items():
            sheet, key, row = where.split("!")
            book[sheet].cell(int(row), column_of(sheet, key)).value = value
        book.save(place)
        return place


def run_sheet(path: Path, *letters: TriageRecord) -> None:
    lines = path.with_suffix(".jsonl")
    lines.write_bytes(b"".join(msgspec.json.encode(x) + b"\n" for x in letters))
    with Ordered(lines) as ordered:
        write_workbook(path, ordered)


def column_of(sheet: str, key: str) -> int:
    return [c.key for c in _COLUMNS[sheet]].index(key) + 1


def cells(path: Path, sheet: str) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in load_workbook(path)[sheet].iter_rows()]


def saved_again(path: Path) -> Path:
    """The same words in other bytes, as whoever saves a sheet leaves it."""
    book = load_workbook(path)
    book.properties.description = f"{book.properties.description or ''}saved "
    book.save(path)
    return path


def rearranged(path: Path, out: Path, sheet: str, order: Sequence[int], book: Workbook | None = None) -> Path:
    """The workbook with one sheet's columns in another order (0 is an empty column), saved as `out`."""
    book = book or load_workbook(path)
    rows = [list(row) for row in book[sheet].iter_rows(values_only=True)]
    place = book.sheetnames.index(sheet)
    del book[sheet]
    made = book.create_sheet(sheet, place)
    for row in rows:
        made.append([row[i - 1] if i else None for i in order])
    book.save(out)
    return out


def foreign(out: Path, sheets: Mapping[str, Iterable[Sequence[Any]]], *, prefix: str = "") -> Path:
    """A workbook as programs other than Excel write it: strings inline, days as plain numbers, styled empty rows.

    `prefix` stands before the first sheet's root element.
    """
    names = list(sheets)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        parts = "".join(
            f'<Override PartName="/xl/worksheets/s{i}.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for i in range(len(names))
        )
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            f"{parts}</Types>",
        )
        rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        package = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
        archive.writestr(
            "_rels/.rels",
            f'<Relationships {package}><Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f"<Relationships {package}>"
            + "".join(
                f'<Relationship Id="r{i}" Type="{rel}/worksheet" Target="worksheets/s{i}.xml"/>'
                for i in range(len(names))
            )
            + "</Relationships>",
        )
        main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {main} xmlns:r="{rel}"><sheets>'
            + "".join(f'<sheet name={quoteattr(n)} sheetId="{i + 1}" r:id="r{i}"/>' for i, n in enumerate(names))
            + "</sheets></workbook>",
        )
        for i, name in enumerate(names):
            rows = "".join(_row(number, row) for number, row in enumerate(sheets[name], 1))
            # Empty rows to the end of the sheet, as a column that was filled down leaves them.
            rows += "".join(f'<row r="{n}"><c r="A{n}"/></row>' for n in range(5_000, 5_200))
            archive.writestr(
                f"xl/worksheets/s{i}.xml",
                f'{prefix}<worksheet {main}><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>',
            )
    return out


def _row(number: int, row: Sequence[Any]) -> str:
    out: list[str] = []
    for column, value in enumerate(row, 1):
        ref = f"{get_column_letter(column)}{number}"
        if value is None:
            out.append(f'<c r="{ref}"/>')
        elif isinstance(value, bool):
            out.append(f'<c r="{ref}" t="b"><v>{int(value)}</v></c>')
        elif isinstance(value, int | float):
            out.append(f'<c r="{ref}"><v>{value}</v></c>')
        elif str(value).startswith("=") and len(str(value)) > 1:
            out.append(f'<c r="{ref}"><f>{escape(str(value)[1:])}</f><v>0</v></c>')
        else:
            out.append(f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>')
    return f'<row r="{number}">{"".join(out)}</row>'
