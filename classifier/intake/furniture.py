"""Running heads, page numbers and print lines: what stands on pages without belonging to the text.

Conservative: only the outermost lines of a page are looked at, and one goes only where it is a page number in its place
or repeats (but for its digits) on nearly all pages. A repeated line stays on the page where it stands first.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.intake.pdf import Line

_NUMBER: Final = re.compile(
    r"(?:page\s{1,3})?[-–—(\[]?\s{0,3}(\d{1,4})(?:\s{0,3}(?:of|/)\s{0,3}\d{1,4})?\s{0,3}[-–—)\]]?", re.IGNORECASE
)
_DIGITS: Final = re.compile(r"\d+")
# Lines that may well stand first on every page and matter: the heads of printed mail, numbered items.
_KEPT: Final = re.compile(
    r"(?:from|sent|to|cc|bcc|subject|date|attachments)\s{0,3}:|\d{1,3}[.)]\s|\(?[a-z][.)]\s|[-•]\s", re.IGNORECASE
)
_OUTER: Final = 2  # lines at each end of a page that may be furniture
_LONGEST: Final = 120


def without_furniture(pages: Sequence[list[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """The pages' lines without page numbers and running heads. `heights` are the pages' heights in points."""
    repeated = _repeated(pages) if len(pages) >= 3 else set[str]()
    seen: set[str] = set()
    out: list[list[Line]] = []
    for number, (lines, height) in enumerate(zip(pages, heights, strict=True), 1):
        drop: set[int] = set()
        for at in _outer(lines):
            line = lines[at]
            shape = _shape(line.text)
            if _is_page_number(line, number, height) and len(lines) > 1:
                drop.add(at)
            elif shape in repeated:
                if shape in seen:
                    drop.add(at)
                seen.add(shape)
        out.append([line for at, line in enumerate(lines) if at not in drop])
    return out


def _outer(lines: list[Line]) -> list[int]:
    return sorted({*range(min(_OUTER, len(lines))), *range(max(len(lines) - _OUTER, 0), len(lines))})


def _shape(text: str) -> str:
    return _DIGITS.sub("0", text.strip().lower())


def _repeated(pages: Sequence[list[Line]]) -> set[str]:
    """The shapes of outer lines that stand on at least four fifths of the pages."""
    counts: Counter[str] = Counter()
    for lines in pages:
        texts = {lines[at].text.strip() for at in _outer(lines)}
        # A question is never furniture: letters of one wording, printed one after the other, end in the same words.
        counts.update({_shape(t) for t in texts if len(t) <= _LONGEST and not t.endswith("?") and not _KEPT.match(t)})
    return {shape for shape, count in counts.items() if count >= max(3, 0.8 * len(pages))}


def _is_page_number(line: Line, number: int, height: float) -> bool:
    """Whether a line is a page number: it says so, or is the number of this page in the margin."""
    m = _NUMBER.fullmatch(line.text.strip())
    if m is None:
        return False
    says_so = "page" in line.text.lower() or "/" in line.text or " of " in line.text.lower()
    in_margin = line.bottom > 0.92 * height or line.top < 0.08 * height
    return says_so or (in_margin and int(m[1]) == number)
