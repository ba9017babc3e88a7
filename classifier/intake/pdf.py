"""PDF to text, page by page, in the reading process.

pdfium gives the text in drawing order, which is reading order for most letters and for columns. Where the lines'
places on the page say otherwise (cells of tables, scattered boxes), `layout` reads that page again by position. A page
without usable text goes to `ocr`; with none there, it is reported as `needs-ocr`: no text is never an empty letter.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from classifier.errors import Empty, Encrypted, NeedsOcr, ReadError, TimedOut, TooLarge
from classifier.intake.decode import clean
from classifier.intake.furniture import without_furniture
from classifier.intake.wire import Extract, Page
from classifier.records import Problem

if TYPE_CHECKING:
    import pypdfium2

    from classifier.intake.limits import Limits

MEDIA_TYPE: Final = "application/pdf"
MARK: Final = b"%PDF-"
_ERR_PASSWORD: Final = 4
# pdfium writes a hyphen at the end of a line as one of these, and leaves the line end out.
_HYPHENS: Final = str.maketrans({"\ufffe": "-\n", "\x02": "-\n"})
_MARGIN: Final = 0.08  # the part of a page's height, above and below, where running heads and numbers stand
_PARAGRAPH: Final = 1.4  # a gap between lines that is this much more than the page's usual one is a blank line
_FULL: Final = 0.25  # a page whose text ends in its lowest quarter may go on overleaf
_GUTTER: Final = 9.0  # the narrowest space between columns, in points
_COLUMN: Final = 140.0  # the narrowest column of prose, in points; what is narrower is a column of a table
_MOST_BOXES: Final = 20_000
_LETTERS: Final = re.compile(r"[^\W_]")


class Line(NamedTuple):
    """A line of text and its place: points from the page's lower left corner."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass(slots=True)
class _Run:
    """What is left of the limits while a document is read."""

    data: bytes
    limits: Limits
    until: float
    layouts: int
    ocrs: int


def claims(head: bytes, name: str) -> int:
    """How surely a file that begins with `head` is a PDF, 0 to 100: the mark may follow up to 1,024 bytes of other."""
    return 100 if MARK in head[:1100] else 0


def read(data: bytes, limits: Limits) -> Extract:
    """The text of a PDF.

    Raises Encrypted, NeedsOcr (no page has text), Empty (no pages) or ReadError (neither library can open it).
    """
    import pypdfium2 as pdfium

    run = _Run(data, limits, time.monotonic() + 0.8 * limits.child_seconds, limits.pdf_layout_pages, limits.ocr_pages)
    start = data.find(MARK, 0, 1100)
    try:
        document = pdfium.PdfDocument(data[start:] if start > 0 else data)
    except pdfium.PdfiumError as e:
        if getattr(e, "err_code", None) == _ERR_PASSWORD or "password" in str(e).lower():
            raise Encrypted("the PDF wants a password") from e
        raise ReadError(f"the PDF is damaged: {e}") from e
    with document:
        return _pages(document, run)


def _pages(document: pypdfium2.PdfDocument, run: _Run) -> Extract:
    count = len(document)
    if not count:
        raise Empty("the PDF has no pages")
    problems: list[Problem] = []
    pages: list[list[Line]] = []
    heights: list[float] = []
    unread: list[int] = []
    for number in range(min(count, run.limits.pdf_pages)):
        if time.monotonic() > run.until:
            problems.append(
                Problem(code=TimedOut.code, part=f"page {number + 1}", detail=f"read up to here, of {count} pages")
            )
            break
        lines, height, failed = _page(document, number, run)
        pages.append(lines)
        heights.append(height)
        if failed:
            unread.append(number + 1)
    if count > run.limits.pdf_pages:
        detail = f"the first {run.limits.pdf_pages} of {count} pages were read"
        problems.append(Problem(code=TooLarge.code, part=f"page {run.limits.pdf_pages + 1}", detail=detail))
    if not any(pages):
        raise NeedsOcr("its pages hold no text that can be read; they are pictures, or damaged")
    problems += [Problem(code=NeedsOcr.code, part=f"page {n}", detail="a page without text") for n in unread]
    text = [
        Page(text=_joined(lines), full=bool(lines) and min(line.bottom for line in lines) < _FULL * height)
        for lines, height in zip(without_furniture(pages, heights), heights, strict=True)
    ]
    return Extract(pages=tuple(text), problems=tuple(problems))


def _page(document: pypdfium2.PdfDocument, number: int, run: _Run) -> tuple[list[Line], float, bool]:
    """The lines of a page, its height in points, and whether there is something on it that could not be read."""
    import pypdfium2 as pdfium

    try:
        page = document[number]
    except pdfium.PdfiumError:
        return [], 842.0, True
    try:
        height = page.get_height()
        textpage = page.get_textpage()
        try:
            raw = clean(textpage.get_text_bounded().translate(_HYPHENS))
            boxes = [textpage.get_rect(i) for i in range(min(textpage.count_rects(), _MOST_BOXES))]
            lines = _placed(raw, boxes)
        finally:
            textpage.close()
        if not _readable(raw):
            return _without_text(page, run, height)
        if lines is None:
            return [Line(text, 0, height / 2, 0, height / 2) for text in raw.split("\n") if text.strip()], height, False
        if run.layouts > 0 and (_side_by_side(boxes) or not _in_order(lines, height)):
            from classifier.intake.layout import read_page

            run.layouts -= 1
            if by_place := read_page(run.data, number, height):
                return by_place, height, False
        return _margins_out(lines, height), height, False
    except pdfium.PdfiumError:
        return [], 842.0, True
    finally:
        page.close()


def _without_text(page: pypdfium2.PdfPage, run: _Run, height: float) -> tuple[list[Line], float, bool]:
    """What OCR makes of a page without text; a page with nothing on it is simply blank."""
    if not any(True for _ in page.get_objects(max_depth=2)):
        return [], height, False
    from classifier.intake import ocr

    left = run.until - time.monotonic()
    if run.ocrs <= 0 or left < 1 or not ocr.available():
        return [], height, True
    run.ocrs -= 1
    text = ocr.read_page(page, min(run.limits.ocr_seconds, left))
    lines = [Line(line, 0, height / 2, 0, height / 2) for line in text.split("\n")]
    return (lines, height, False) if _readable(text) else ([], height, True)


def _readable(text: str) -> bool:
    """Whether text is there, and is text: fonts without a table of characters come out as symbols."""
    solid = text.replace(" ", "").replace("\n", "")
    return bool(solid) and len(_LETTERS.findall(solid)) > 0.3 * len(solid)


def _placed(raw: str, boxes: list[tuple[float, float, float, float]]) -> list[Line] | None:
    """Lines with their places; None where pdfium's lines and boxes do not match up."""
    texts = [line for line in raw.split("\n") if line.strip()]
    groups: list[list[float]] = []
    for left, bottom, right, top in boxes:
        if right <= left and top <= bottom:
            continue
        if groups:
            g = groups[-1]
            overlap = min(top, g[3]) - max(bottom, g[1])
            if overlap > 0.4 * min(top - bottom, g[3] - g[1]) and left >= g[0] - 1:
                g[:] = [min(left, g[0]), min(bottom, g[1]), max(right, g[2]), max(top, g[3])]
                continue
        groups.append([left, bottom, right, top])
    if len(groups) != len(texts):
        return None
    return [Line(text.strip(), *group) for text, group in zip(texts, groups, strict=True)]


def _in_order(lines: list[Line], height: float) -> bool:
    """Whether drawing order is reading order: down the page, or down one column after the other."""
    body = [line for line in lines if _MARGIN * height < line.bottom and line.top < (1 - _MARGIN) * height]
    left, right = float("inf"), 0.0
    for before, line in pairwise(body):
        left, right = min(left, before.left), max(right, before.right)
        if line.bottom > before.bottom + 2:  # upwards: to the next column, or anywhere
            if line.left < right or right - left < _COLUMN:
                return False
            left, right = float("inf"), 0.0
    return True


def _margins_out(lines: list[Line], height: float) -> list[Line]:
    """The lines with running heads first and feet last, where they were drawn before or after everything else."""
    begin, end = 0, len(lines)
    while begin < end and _in_margin(lines[begin], height):
        begin += 1
    while end > begin and _in_margin(lines[end - 1], height):
        end -= 1
    outer = sorted([*lines[:begin], *lines[end:]], key=_down)
    foot = [line for line in outer if line.top <= _MARGIN * height]
    return [*outer[: len(outer) - len(foot)], *lines[begin:end], *foot]


def _in_margin(line: Line, height: float) -> bool:
    return line.bottom >= (1 - _MARGIN) * height or line.top <= _MARGIN * height


def _side_by_side(boxes: list[tuple[float, float, float, float]]) -> bool:
    """Whether most rows of the page fall into two blocks with a gap between: columns drawn line by line, or a table."""
    rows, gaps = 1, 0
    for before, box in pairwise(boxes):
        if min(box[3], before[3]) - max(box[1], before[1]) <= 0.4 * (box[3] - box[1]):
            rows += 1
        elif box[0] - before[2] > _GUTTER:
            gaps += 1
    return gaps >= 8 and gaps > 0.5 * rows


def _down(line: Line) -> tuple[float, float]:
    return -line.top, line.left


def _joined(lines: list[Line]) -> str:
    """The lines as text, with a blank line where the page leaves a gap between paragraphs."""
    steps = sorted(a.bottom - b.bottom for a, b in pairwise(lines) if a.bottom - b.bottom > 1)
    usual = steps[(len(steps) - 1) // 4] if steps else 0.0
    out: list[str] = []
    for before, line in zip([None, *lines], lines, strict=False):
        if before is not None and usual and before.bottom - line.bottom > _PARAGRAPH * usual:
            out.append("")
        out.append(line.text)
    return "\n".join(out)
