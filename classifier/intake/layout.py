"""A PDF page read by the places of its words: for tables, columns and boxes drawn out of order.

Slow (70 ms a page), so `pdf` asks for it only where drawing order is not reading order.
"""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from classifier.intake.decode import clean
from classifier.intake.pdf import Line

if TYPE_CHECKING:
    from collections.abc import Iterable

_CELL_GAP: Final = 2.0  # a gap of this many character heights within a row separates cells
_GUTTER: Final = 9.0  # the narrowest space between columns, in points, and the widest as a part of the text's width
_WIDEST: Final = 0.2
_MOST_WORDS: Final = 5_000


def read_page(data: bytes, number: int, height: float) -> list[Line]:
    """The lines of page `number` (from 0); cells of a row are separated by tabs. [] where pdfplumber cannot read it."""
    import pdfplumber
    from pdfminer.pdfexceptions import PDFException
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(io.BytesIO(data), pages=[number + 1]) as document:
            page = document.pages[0]
            try:
                words = page.extract_words(keep_blank_chars=False, use_text_flow=False)[:_MOST_WORDS]
                tables = page.find_tables()[:50]
                rows = [row for table in tables for row in _table(table, height)]
                boxes = [table.bbox for table in tables]
            finally:
                page.close()
    except (
        PDFException,
        PdfminerException,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        AssertionError,
    ):
        return []  # pdfminer raises all of these on damaged pages; pdfium's text stands
    free = [w for w in words if not any(_inside(w, box) for box in boxes)]
    lines = [line for column in _columns(free) for line in _rows(column, height)]
    return _merged(lines, rows) if rows else lines


def _inside(word: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _table(table: Any, height: float) -> Iterable[Line]:
    for row, cells in zip(table.rows, table.extract(), strict=False):
        text = "\t".join(" ".join(clean(cell or "").split()) for cell in cells).rstrip()
        if text:
            left, top, right, bottom = row.bbox
            yield Line(text, left, height - bottom, right, height - top)


def _columns(words: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The words in two columns where an empty strip runs down the middle of the page, else all in one."""
    if len(words) < 40:
        return [words]
    left, right = min(w["x0"] for w in words), max(w["x1"] for w in words)
    # Sweep from left to right over the words' extents, looking for the widest strip that none covers.
    best, reach = (0.0, 0.0), left
    for word in sorted(words, key=lambda w: w["x0"]):
        middle = (reach + word["x0"]) / 2
        if word["x0"] - reach > best[0] and left + 0.3 * (right - left) < middle < left + 0.7 * (right - left):
            best = (word["x0"] - reach, middle)
        reach = max(reach, word["x1"])
    if not _GUTTER <= best[0] <= _WIDEST * (right - left):
        return [words]
    sides = [[w for w in words if w["x1"] <= best[1]], [w for w in words if w["x0"] >= best[1]]]
    return sides if all(_is_prose(side, len(words)) for side in sides) else [words]


def _is_prose(words: list[dict[str, Any]], total: int) -> bool:
    """Whether one side of a page is a column of prose: as wordy as the other, most lines as wide as the column."""
    if len(words) < 0.3 * total:
        return False
    rows: dict[int, float] = {}
    left, right = min(w["x0"] for w in words), max(w["x1"] for w in words)
    for word in words:
        row = round(word["bottom"])
        rows[row] = max(rows.get(row, 0.0), word["x1"] - left)
    return sum(width > 0.6 * (right - left) for width in rows.values()) > 0.5 * len(rows)


def _rows(words: list[dict[str, Any]], height: float) -> list[Line]:
    rows: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda w: (w["top"], w["x0"])):
        if rows:
            first = rows[-1][0]
            if word["top"] < (first["top"] + first["bottom"]) / 2:
                rows[-1].append(word)
                continue
        rows.append([word])
    return [_line(sorted(row, key=lambda w: w["x0"]), height) for row in rows]


def _line(row: list[dict[str, Any]], height: float) -> Line:
    pieces = [str(row[0]["text"])]
    for before, word in pairwise(row):
        wide = word["x0"] - before["x1"] > _CELL_GAP * (word["bottom"] - word["top"])
        pieces.append(("\t" if wide else " ") + str(word["text"]))
    top, bottom = min(w["top"] for w in row), max(w["bottom"] for w in row)
    return Line(clean("".join(pieces)), row[0]["x0"], height - bottom, row[-1]["x1"], height - top)


def _merged(lines: list[Line], rows: list[Line]) -> list[Line]:
    """Rows of tables put between the other lines, each before the first line that stands lower."""
    out: list[Line] = []
    waiting = sorted(rows, key=lambda r: -r.top)
    for line in lines:
        while waiting and waiting[0].top > line.top:
            out.append(waiting.pop(0))
        out.append(line)
    return out + waiting
