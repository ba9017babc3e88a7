"""`triage.xlsx`: the sheet that officers read, filter, correct and hand back.

Rows stream to disc as they come, so memory does not grow with the run. Text from letters is never a formula: such a
cell is written as text, with Excel's own mark for it. No hidden sheets, nothing beyond the columns that are shown.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from classifier import __version__
from classifier.sheets import columns, rows
from classifier.sheets.cells import cell_text, fit
from classifier.sheets.columns import ABOUT, LABELS, LETTER_COLUMNS, LETTERS, QUESTION_COLUMNS, QUESTIONS
from classifier.sheets.looks import LINE_HEIGHT, MOST_LINES, Looks
from classifier.sheets.words import PROTECTED, long_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from types import GeneratorType

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell as Made
    from openpyxl.worksheet.worksheet import Worksheet

    from classifier.sheets.columns import Column, Label, ListName
    from classifier.sheets.order import Ordered
    from classifier.sheets.rows import Cell, Row

MOST_ROWS: Final = 1_048_576
_FROZEN: Final = {LETTERS: "C2", QUESTIONS: "D2"}
_PRINT_TO: Final = {LETTERS: "referral", QUESTIONS: "rule_why"}

_GUIDE: Final = (
    ("What this is", "The first read of an inbox, by a program. It sorts, splits and suggests. It decides nothing."),
    ("How to correct", "Change a green cell: choose from its drop-down, or write under Notes. The others are as read."),
    ("", "Write yes under Correct? where you checked a row and it is right: that teaches as much as a correction."),
    ("", "Where a label does not belong, empty its cell. Sort and filter as you like; leave the id columns alone."),
    ("", "Save the file as it is (.xlsx) and hand it to: foi-triage corrections import FILE"),
    ("Topics and grounds", "Suggestions, how likely they are, and the words that weighed most. Blank: not sure."),
    ("", "A ground is something to consider for that question. It is never a finding that an exemption applies."),
    ("Referrals", "The referral register as of the day of receipt and as it stands today. “Probably mandatory”:"),
    ("", "nobody at your force has confirmed the rule yet (foi-triage register confirm)."),
    ("Urgent", "Words that may mean danger to somebody. Read the letter first: the program cannot judge it."),
    ("Protected papers", f"“{PROTECTED}”: a paper marked for police eyes only, here by id and reference alone."),
    ("Formulas", "Text from letters is never run as a formula here. Saving the sheet as CSV loses that protection."),
    ("Sheets", f"{LETTERS}: one row a letter, in the order to read in: urgent, mandatory referrals, then by due date."),
    ("", f"{QUESTIONS}: one row a question, in the same order. {LABELS}: what the drop-downs offer."),
)  # fmt: skip


def write_workbook(
    path: Path, records: Ordered, *, most_rows: int = MOST_ROWS, notes: Sequence[tuple[str, str]] = ()
) -> None:
    """Write the workbook to `path`. A sheet that is full (`most_rows`) goes on in "Letters 2", "Questions 2", …

    `notes` are lines at the head of the sheet About: what they are, and what they say.

    Raises OSError where the file cannot be written.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    looks = Looks()
    rules = {label.id: label for label in columns.labels("rule")}
    letters = _Sheet(book, looks, LETTERS, LETTER_COLUMNS, most_rows)
    questions = _Sheet(book, looks, QUESTIONS, QUESTION_COLUMNS, most_rows)
    for number, record in enumerate(records, 1):
        letters.append(rows.letter_row(number, record, records.number_of))
        for row in rows.question_rows(number, record):
            questions.append(row)
        for r in record.referrals if not record.protected else ():
            rules.setdefault(r.rule, columns.Label(columns.rule_shown(r.rule, r.subject), r.rule))
    ranges = _write_labels(book, looks, list(rules.values()))
    letters.finish(ranges)
    questions.finish(ranges)
    _write_about(book, looks, records.count, notes)
    _arrange(book)
    book.properties.creator = f"foi-triage {__version__}"
    book.properties.title = "Triage of an inbox"
    book.save(path)


class _Sheet:
    """A table that grows row by row, over several sheets where one is full."""

    def __init__(self, book: Workbook, looks: Looks, title: str, cols: tuple[Column, ...], most_rows: int) -> None:
        self._book, self._looks, self._title, self._columns = book, looks, title, cols
        self._most_rows = max(2, most_rows)
        self._parts: list[tuple[Worksheet, int]] = []
        self._open()

    def _open(self) -> None:
        from openpyxl.utils import get_column_letter

        title = self._title if not self._parts else f"{self._title} {len(self._parts) + 1}"
        sheet = _new_sheet(self._book, title)
        for at, column in enumerate(self._columns, 1):
            sheet.column_dimensions[get_column_letter(at)].width = column.width
        sheet.freeze_panes = _FROZEN[self._title]
        _page(sheet)
        sheet.row_dimensions[1].height = 2 * LINE_HEIGHT
        _append(sheet, (self._looks.head(sheet, column) for column in self._columns))
        self._parts.append((sheet, 1))

    def append(self, row: Row) -> None:
        """Add one row; a key without a value gives an empty cell."""
        if self._parts[-1][1] >= self._most_rows:
            self._open()
        sheet, count = self._parts[-1]
        values = [fit(row.get(column.key)) for column in self._columns]
        tallest = max(_lines(v, c.width) for v, c in zip(values, self._columns, strict=True))
        sheet.row_dimensions[count + 1].height = LINE_HEIGHT * min(tallest, MOST_LINES) + 4
        _append(sheet, (self._looks.cell(sheet, c, v) for v, c in zip(values, self._columns, strict=True)))
        del sheet.row_dimensions[count + 1]  # the row is on disc; a million of these would fill the memory
        self._parts[-1] = (sheet, count + 1)

    def finish(self, ranges: Mapping[ListName, str]) -> None:
        """Filter, drop-downs and print area of each part, which need its number of rows."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        keys = [column.key for column in self._columns]
        last = get_column_letter(len(keys))
        printed = get_column_letter(keys.index(_PRINT_TO[self._title]) + 1)
        for sheet, count in self._parts:
            sheet.auto_filter.ref = f"A1:{last}{count}"
            sheet.print_title_rows = "1:1"
            sheet.print_area = f"A1:{printed}{count}"
            if count == 1:
                continue
            offered: dict[ListName, DataValidation] = {}
            for at, column in enumerate(self._columns, 1):
                if column.choices is None:
                    continue
                if column.choices not in offered:
                    offered[column.choices] = DataValidation(
                        type="list", formula1=ranges[column.choices], allow_blank=True, showErrorMessage=True,
                        errorTitle="Not in the list", error=f"Choose from the drop-down, or see the sheet {LABELS}.",
                    )  # fmt: skip
                    sheet.data_validations.append(offered[column.choices])
                letter = get_column_letter(at)
                offered[column.choices].add(f"{letter}2:{letter}{count}")


def _lines(value: Cell, width: float) -> int:
    """About how many lines a value takes in a column of `width` characters, counted no further than a row is high."""
    if not isinstance(value, str) or (" " not in value and "\n" not in value):
        return 1  # a date, a number, an id: never wrapped
    text = value
    room = max(4, int(width * 1.05))
    # No more text than the tallest row can show needs to be measured.
    shown = text[: room * MOST_LINES]
    return sum(1 + max(0, len(line) - 1) // room for line in shown.split("\n"))


def _new_sheet(book: Workbook, title: str) -> Worksheet:
    """A new sheet. Those of a write-only book are no Worksheets by type, but have the parts that are used here."""
    return cast("Worksheet", book.create_sheet(title))


def _append(sheet: Worksheet, cells: Iterable[Made | None]) -> None:
    """Write one row. The cells are drawn one by one, so that a later one may be the same object filled anew."""
    sheet.append(cast("GeneratorType[Any, object, object]", (cell for cell in cells)))


def _page(sheet: Worksheet) -> None:
    """A4 across, as wide as the paper, pages numbered."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    if sheet.oddFooter is not None:
        sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "&P / &N"


def _write_labels(book: Workbook, looks: Looks, rules: Sequence[Label]) -> dict[ListName, str]:
    """The sheet of labels: two columns a list. Gives each list's cells as a drop-down names them."""
    from openpyxl.utils import get_column_letter

    sheet = _new_sheet(book, LABELS)
    lists: dict[ListName, Sequence[Label]] = {
        name: rules if name == "rule" else columns.labels(name) for name in columns.LIST_HEADERS
    }
    ranges: dict[ListName, str] = {}
    for at, (name, entries) in enumerate(lists.items()):
        letter = get_column_letter(2 * at + 1)
        ranges[name] = f"'{LABELS}'!${letter}$2:${letter}${len(entries) + 1}"
        sheet.column_dimensions[letter].width = 34
        sheet.column_dimensions[get_column_letter(2 * at + 2)].width = 30
    sheet.freeze_panes = "A2"
    _page(sheet)
    heads = [text for header in columns.LIST_HEADERS.values() for text in (header, "covers")]
    _append(sheet, (looks.title(sheet, text) for text in heads))
    for n in range(max(len(entries) for entries in lists.values())):
        found = [entries[n] if n < len(entries) else columns.Label("", "") for entries in lists.values()]
        _append(sheet, (looks.plain(sheet, cell_text(text)) for label in found for text in (label.shown, label.about)))
    return ranges


def _write_about(book: Workbook, looks: Looks, count: int, notes: Sequence[tuple[str, str]]) -> None:
    sheet = _new_sheet(book, ABOUT)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 110
    _page(sheet)
    made = f"{count} letters, read on {long_date(datetime.now(rows.LONDON))} by foi-triage {__version__}"
    _append(sheet, (looks.title(sheet, text) for text in ("Triage of an inbox", made)))
    for name, text in (*notes, *_GUIDE):
        _append(sheet, (looks.strong(sheet, name), looks.plain(sheet, text)))
    for title, cols in ((LETTERS, LETTER_COLUMNS), (QUESTIONS, QUESTION_COLUMNS)):
        _append(sheet, (looks.title(sheet, text) for text in (f"Columns of {title}", "")))
        for column in cols:
            yours = "Yours to change. " if column.edit else ""
            _append(sheet, (looks.strong(sheet, column.header), looks.plain(sheet, yours + column.about)))


def _arrange(book: Workbook) -> None:
    """Letters first, then questions, labels and the guide; parts of one table side by side."""
    order = [LETTERS, QUESTIONS, LABELS, ABOUT]
    wanted = sorted(book.sheetnames, key=lambda title: order.index(title.rstrip("0123456789 ")))
    for place, title in enumerate(wanted):
        book.move_sheet(title, place - book.sheetnames.index(title))
    book.active = 0
