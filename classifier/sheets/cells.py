"""Values as a cell of a spreadsheet can hold them: nothing that runs, nothing that breaks the file, no silent loss."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from classifier.sheets.words import safe

if TYPE_CHECKING:
    from classifier.sheets.rows import Cell

MOST_UNITS: Final = 32_767
CUT: Final = " [cut here: the whole text is in triage.jsonl]"

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\n")
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_EARLIEST: Final = date(1900, 3, 1)


def cell_text(text: str) -> str:
    """`text` as a cell can hold it: without characters that XML forbids, no longer than Excel allows, marked where cut.

    Excel reads _x0041_ in a cell as "A"; an underscore that begins such a code is written as its own code, which
    `plain_text` undoes.
    """
    text = safe(text, "")
    if "_x" in text:
        text = _ESCAPE.sub("_x005F_", text)
    # Excel counts UTF-16 units: a character beyond the first 65,536 takes two.
    if len(text) * 2 > MOST_UNITS and len(units := text.encode("utf-16-le")) // 2 > MOST_UNITS:
        text = units[: (MOST_UNITS - len(CUT)) * 2].decode("utf-16-le", "ignore") + CUT
    return text


def plain_text(cell: str) -> str:
    """What `cell_text` was given, but for what it had to leave out."""
    return cell.replace("_x005F_", "_")


def fit(value: Cell) -> Cell:
    """A value as the sheet can hold it. Days that Excel's calendar lacks (before March 1900) become text."""
    if isinstance(value, str):
        return cell_text(value)
    if isinstance(value, date) and (value.date() if isinstance(value, datetime) else value) < _EARLIEST:
        return value.isoformat()
    return value


def is_formula(text: str) -> bool:
    """Whether a program that opens the sheet could take `text` for a formula."""
    return text.startswith(_FORMULA)
