"""A sheet that people worked in, as rows of cells: `.xlsx` from any spreadsheet program, and `.csv`.

Columns are found by their headers wherever they stand; columns and sheets that are not ours are passed over, and so are
empty rows. Nothing in a file is ever run: a formula is read as the text that it is, and marked.
"""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from classifier.corrections.faults import CorrectionsError, Fault
from classifier.sheets.cells import plain_text
from classifier.sheets.columns import ABOUT, LETTER_COLUMNS, LETTERS, QUESTION_COLUMNS, QUESTIONS, Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

Which = Literal["letters", "questions"]

UP_TO: Final = "Decisions up to"
"""On the sheet About of an export: the newest decision that its cells show."""
MOST_BYTES: Final = 1 << 30
"""Of a workbook unpacked, or of a text file: more than any inbox fills, less than a small machine's memory."""
_HEAD_ROWS: Final = 20
_KNOWN_HEADERS: Final = 4
_IDS: Final[dict[Which, tuple[str, ...]]] = {"letters": ("id",), "questions": ("letter", "question")}
_COLUMNS: Final[dict[Which, tuple[Column, ...]]] = {"letters": LETTER_COLUMNS, "questions": QUESTION_COLUMNS}
_NAMES: Final[dict[Which, str]] = {"letters": LETTERS, "questions": QUESTIONS}
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, KeyError, ValueError, TypeError, AttributeError, IndexError,
    SyntaxError, EOFError, NotImplementedError, OSError,
)  # fmt: skip
"""What the libraries raise over a damaged workbook; errors in its XML are SyntaxErrors."""


class Found(NamedTuple):
    """A cell: its place ("F12"), its text without space around it, and whether it holds a formula."""

    cell: str
    text: str
    formula: bool = False


class Line(NamedTuple):
    """A row with something in it: cells by their column's key; `number` counts from 1. A column that the sheet lacks
    has no entry."""

    sheet: str
    which: Which
    number: int
    cells: dict[str, Found]


class Sheets:
    """A file of corrections. `up_to` is the number that an export names on its sheet About, known with the first line;
    None where there is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.up_to: int | None = None

    def lines(self) -> Iterator[Line]:
        """The rows of all tables of letters and questions. Raises CorrectionsError for a file that holds none, lacks a
        column that it needs, or cannot be read."""
        found = False
        for name, rows in _tables(self._path):
            head = list(islice(rows, _HEAD_ROWS))
            place = _header(self._path, name, head)
            if place is None:
                self._note(chain(head, rows))
                continue
            found = True
            which, at, places = place
            for number, row in chain(head[at + 1 :], rows):
                cells = {key: _found(number, i, row[i]) for key, i in places.items() if i < len(row)}
                if any(cell.text for cell in cells.values()):
                    yield Line(name, which, number, cells)
        if not found:
            raise CorrectionsError(
                self._path,
                [_whole(self._path, "holds no table of letters or questions: the headers of triage.xlsx are missing")],
            )

    def _note(self, rows: Iterable[_Row]) -> None:
        for _, row in islice(rows, 200):
            if len(row) > 1 and row[0].value == UP_TO and str(row[1].value).isdecimal():
                self.up_to = int(str(row[1].value))


class _Raw(NamedTuple):
    value: Any
    formula: bool = False


_Row = tuple[int, list[_Raw]]
_NOTHING: Final = _Raw(None)


def _tables(path: Path) -> Iterator[tuple[str, Iterator[_Row]]]:
    """Each sheet's name and its numbered rows."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
        size = path.stat().st_size
    except OSError as e:
        raise CorrectionsError(path, [_whole(path, f"cannot be read: {e.strerror or e}")]) from e
    if start.startswith(_OLE):
        raise CorrectionsError(
            path,
            [_whole(path, "is an old .xls workbook or has a password. Save it as .xlsx, without one, and import that")],
        )
    if size > MOST_BYTES:
        raise CorrectionsError(path, [_whole(path, f"is larger than {MOST_BYTES >> 20} MB. Import it in parts")])
    if start.startswith(b"PK"):
        yield from _workbook(path)
    elif b"\0" in start[2:]:
        raise CorrectionsError(path, [_whole(path, "is neither a workbook (.xlsx) nor text. Save it as .xlsx")])
    else:
        yield path.name, _text_rows(path)


def _workbook(path: Path) -> Iterator[tuple[str, Iterator[_Row]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _check_archive(path)
        book = load_workbook(path, read_only=True, keep_links=False)
    except (*_BROKEN, InvalidFileException) as e:
        raise CorrectionsError(path, [_damaged(path, e)]) from e
    try:
        # The guide first: what it says of an export must be known before the first row.
        for sheet in sorted(book.worksheets, key=lambda sheet: sheet.title != ABOUT):
            # What the file says of its own size can be a million columns of nothing.
            sheet.reset_dimensions()
            yield sheet.title, _sheet_rows(path, sheet)
    finally:
        book.close()


def _check_archive(path: Path) -> None:
    """Refuse what is no workbook, unpacks to more than any sheet needs, or declares entities of its own."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if "mimetype" in names and b"opendocument" in archive.open("mimetype").read(200):
            raise CorrectionsError(
                path, [_whole(path, "is an OpenDocument file (.ods). Save it as .xlsx and import that")]
            )
        if "[Content_Types].xml" not in names:
            raise CorrectionsError(path, [_whole(path, "is an archive but no workbook. Import the .xlsx inside it")])
        if any(name.endswith(".bin") and name.startswith("xl/w") for name in names):
            raise CorrectionsError(path, [_whole(path, "is a binary workbook (.xlsb). Save it as .xlsx")])
        if sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
            raise CorrectionsError(
                path, [_whole(path, f"unpacks to more than {MOST_BYTES >> 20} MB: not a sheet of ours")]
            )
        for name in names:
            if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.open(name).read(4096).upper():
                raise CorrectionsError(path, [_whole(path, f"declares entities in {name}: not a sheet of ours")])


def _sheet_rows(path: Path, sheet: Any) -> Iterator[_Row]:
    try:
        for number, row in enumerate(sheet.iter_rows(), 1):
            yield number, [_NOTHING if c.value is None else _Raw(c.value, c.data_type == "f") for c in row]
    except _BROKEN as e:
        raise CorrectionsError(path, [_damaged(path, e)]) from e


def _text_rows(path: Path) -> Iterator[_Row]:
    """The rows of a CSV file: UTF-8, else the Windows code page that Excel writes; comma, semicolon or tab."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    first = text[:10_000].split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(MOST_BYTES)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            yield number, [_Raw(value) for value in row]
    except csv.Error as e:
        raise CorrectionsError(path, [_damaged(path, e)]) from e


def _header(path: Path, name: str, head: Sequence[_Row]) -> tuple[Which, int, dict[str, int]] | None:
    """Which table a sheet holds, the place of its header row in `head`, and the column of each key."""
    best: tuple[int, Which, int] | None = None
    for at, (_, row) in enumerate(head):
        for which in _COLUMNS:
            count = len(_keys(which, row))
            if count >= _KNOWN_HEADERS and (best is None or count > best[0]):
                best = (count, which, at)
    if best is None:
        return None
    _, which, at = best
    number, row = head[at]
    places = _keys(which, row)
    faults: list[Fault] = []
    headers = {column.key: column.header for column in _COLUMNS[which]}
    for key in _IDS[which]:
        if key not in places:
            said = (
                f"the column {headers[key]!r} is missing: take it over from the sheet {_NAMES[which]} as it was written"
            )
            faults.append(Fault(sheet=name, row=number, said=said))
    wanted = {c.key for c in _COLUMNS[which] if c.edit} | set(_IDS[which])
    for key, columns in places.items():
        if len(columns) > 1 and key in wanted:
            both = " and ".join(_ref(number, i) for i in columns)
            said = f"two columns are headed {headers[key]!r} ({both}): remove or rename one"
            faults.append(Fault(sheet=name, row=number, cell=_ref(number, columns[1]), said=said))
    if faults:
        raise CorrectionsError(path, faults)
    return which, at, {key: columns[0] for key, columns in places.items()}


def _keys(which: Which, row: Sequence[_Raw]) -> dict[str, list[int]]:
    names = {_plain(column.header): column.key for column in _COLUMNS[which]}
    out: dict[str, list[int]] = {}
    for i, raw in enumerate(row[:400]):
        if isinstance(raw.value, str) and (key := names.get(_plain(raw.value))):
            out.setdefault(key, []).append(i)
    return out


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _found(number: int, column: int, raw: _Raw) -> Found:
    return Found(_ref(number, column), _as_text(raw.value), raw.formula)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return plain_text(value).strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, (int, float, timedelta)) else str(getattr(value, "text", value))


def _ref(row: int, column: int) -> str:
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(column + 1)}{row}"


def _whole(path: Path, said: str) -> Fault:
    return Fault(sheet=path.name, row=0, said=said)


def _damaged(path: Path, error: Exception) -> Fault:
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return _whole(path, f"is damaged: open it in a spreadsheet program and save it anew ({reason})")
