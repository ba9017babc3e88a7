"""How the cells of `triage.xlsx` look. One cell object for each look is filled again and again: a row that is written
is on disc at once, and making a styled cell anew costs more than everything else together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from classifier.sheets.cells import is_formula
from classifier.sheets.words import PROTECTED

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as Made
    from openpyxl.worksheet.worksheet import Worksheet

    from classifier.sheets.columns import Column
    from classifier.sheets.rows import Cell

LINE_HEIGHT: Final = 15.0
MOST_LINES: Final = 12

_FONT: Final = "Calibri"
_INK, _WHITE = "1B2733", "FFFFFF"
_YOURS, _LINE = "E9F4F0", "D5DADE"
_HEAD, _HEAD_EDIT = "22384A", "0B6157"
_RED, _AMBER, _YELLOW, _LILAC = "F9D4D2", "FBDFB4", "FDF3CF", "E4DDF0"
_FORMATS: Final = {"date": "dd mmm yyyy", "moment": "dd mmm yyyy hh:mm", "number": "0", "text": "@"}


class Looks:
    """Makes cells. A cell is good until the next with the same look on its sheet, so rows are given as generators."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], Made] = {}

    def head(self, sheet: Worksheet, column: Column) -> Made:
        """A cell of the header row: green where the column is for people to change."""
        fill = _HEAD_EDIT if column.edit else _HEAD
        cell = self._like(sheet, ("head", column.key), fill, bold=True, ink=_WHITE)
        return _fill(cell, column.header)

    def cell(self, sheet: Worksheet, column: Column, value: Cell) -> Made | None:
        """A cell of the table: tinted where people may change it, coloured where it says to look first.

        None for a cell that would be empty and without colour.
        """
        if not column.edit and (value is None or value == ""):
            return None
        colour = colour_of(value) if column.key == "look_first" and isinstance(value, str) else ""
        risky = isinstance(value, str) and is_formula(value)
        wrap = column.key not in ("id", "letter")
        look = (column.key, colour, risky)
        background = colour or (_YOURS if column.edit else "")
        cell = self._like(sheet, look, background, bold=bool(colour), wrap=wrap, number_format=_FORMATS[column.values])
        if risky:
            cell.quotePrefix = True
        return _fill(cell, value)

    def title(self, sheet: Worksheet, text: str) -> Made:
        """A heading on the sheets of labels and guidance."""
        return _fill(self._like(sheet, ("title",), _HEAD, bold=True, ink=_WHITE), text)

    def strong(self, sheet: Worksheet, text: str) -> Made:
        """A word that names its line."""
        return _fill(self._like(sheet, ("strong",), "", bold=True), text)

    def plain(self, sheet: Worksheet, text: str) -> Made:
        """Plain text."""
        return _fill(self._like(sheet, ("plain",), ""), text)

    def _like(
        self, sheet: Worksheet, look: tuple[object, ...], fill: str, *, bold: bool = False, ink: str = _INK,
        wrap: bool = True, number_format: str = "@",
    ) -> Made:  # fmt: skip
        """The cell for a look, made when it is first wanted."""
        found = self._made.get((sheet, *look))
        if found is None:
            found = self._made[sheet, *look] = _make(sheet, fill, bold, ink, wrap, number_format)
        return found


def _make(sheet: Worksheet, fill: str, bold: bool, ink: str, wrap: bool, number_format: str) -> Made:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    made = WriteOnlyCell(sheet)
    made.font = Font(name=_FONT, size=11, bold=bold, color=ink)
    if fill:
        side = Side(style="thin", color=_LINE)  # a fill hides the sheet's own lines
        made.fill, made.border = PatternFill("solid", fgColor=fill), Border(bottom=side, right=side)
    made.alignment = Alignment(vertical="top", wrap_text=wrap)
    made.number_format = number_format
    return made


def colour_of(look_first: str) -> str:
    """The colour that goes with the words under "Look first"; the words say it all without it."""
    if look_first == PROTECTED:
        return _LILAC
    if look_first.startswith("URGENT"):
        return _RED
    if "mandatory" in look_first.lower():
        return _AMBER
    return _YELLOW if look_first else ""


def _fill(cell: Made, value: Cell) -> Made:
    # Text is kept as text whatever it begins with; openpyxl would make a formula of a leading "=".
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    return cell
