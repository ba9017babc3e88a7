"""A letter as numbered lines with their quote marks counted: what every other module here works on.

Offsets count characters of `Letter.whole`. A line ends at `\\n` only, so that no character is lost or counted twice.
"""

from __future__ import annotations

import msgspec

# Deeper nesting than this says nothing more, and a line of a million ">" must not cost more than one pass.
_DEEPEST = 40


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line: `n` its number, `start`/`end` its place in the whole (the line end included), `text` its words without
    the quote marks, right-stripped, `bare` the same without indent, `depth` the number of quote marks before it."""

    n: int
    start: int
    end: int
    text: str
    bare: str
    depth: int


def split_lines(whole: str) -> list[Line]:
    """The lines of `whole`, in order, covering it without gaps."""
    lines: list[Line] = []
    at = 0
    parts = whole.split("\n")
    last = len(parts) - 1
    for n, raw in enumerate(parts):
        end = at + len(raw) + (n < last)
        if n == last and not raw and n:
            break
        text = raw.rstrip()
        bare = text.lstrip(" \t\xa0\ufeff\u200b")
        depth = 0
        if bare and bare[0] == ">" and not _mbox_escape(bare):
            depth, text = _unquote(bare)
            bare = text.lstrip(" \t\xa0\ufeff\u200b")
        lines.append(Line(n, at, end, text, bare, depth))
        at = end
    return lines


def unquoted(line: Line) -> Line:
    """The same line with one level of quoting taken off."""
    return Line(line.n, line.start, line.end, line.text, line.bare, line.depth - 1) if line.depth else line


def marked(line: Line) -> Line:
    """The same line with its quote marks taken for the writer's own words."""
    text = f"{'>' * line.depth} {line.text}" if line.depth else line.text
    return Line(line.n, line.start, line.end, text, text, 0)


def words_of(lines: list[Line]) -> str:
    """The lines' words as one text, blank lines at either end dropped."""
    return "\n".join(line.text for line in lines).strip("\n")


def next_full(lines: list[Line], i: int) -> int:
    """The index of the first line at or after `i` that is not blank; len(lines) where there is none."""
    while i < len(lines) and not lines[i].bare:
        i += 1
    return i


def _mbox_escape(bare: str) -> bool:
    # Mail stores write ">From " for a line that begins "From "; only a header reads "From:".
    return bare.startswith(">From ") and ":" not in bare[:12]


def _unquote(bare: str) -> tuple[int, str]:
    depth = at = 0
    for at, c in enumerate(bare):
        if c == ">" and depth < _DEEPEST:
            depth += 1
        elif c != " " or bare[at + 1 : at + 2] != ">":
            break
    else:
        at = len(bare)
    rest = bare[at:]
    return depth, rest[1:] if rest[:1] == " " else rest
