"""The lines of a letter: which of them are blank, how far they are indented, and which only continue the one above.

Mail programs break lines at 72 or so columns. A line is `wrapped` where the line above was full (the next word would
not have fitted) or broke off in the middle of a sentence.
"""

from __future__ import annotations

import re
from itertools import pairwise

import msgspec

NARROWEST, WIDEST = 55, 100
"""The columns at which programs break lines; a letter with longer lines was not broken by one."""

_OPEN_WORD = re.compile(
    r"(?:\b(?:the|a|an|of|to|in|on|at|by|for|from|with|and|or|that|which|who|your|our|my|their|its|this|these"
    r"|those|per|as|is|are|was"
    r"|were|be|been|has|have|had|not|any|all|each|every|if|than|into|over|under|between|about|against)|,)$",
    re.IGNORECASE,
)
_STARTS_ASK = re.compile(
    r"(?:how|what|which|who|when|where|why|whether|the (?:number|total|name|date)|number|any|do|does|did|is|are"
    r"|have|has|please)\b"
)
_NEW_ASK = re.compile(
    r"(?:How|What|Which|When|Where|Why|Whether|Please|Number|The (?:number|total)|Do|Does|Did|Could|Can|Have|Has)\b"
)
_END = re.compile(r"[.?!:;]['\"”’)\]]{0,3}$")


_BROKEN = re.compile(
    r"\b(?:the|an?|of|to|in|on|at|by|for|from|with|that|which|who|your|our|my|their|its|this|these|those|per|is|are|was"
    r"|were|be|been|has|have|had|not|any|all|each|every|than|into|over|between|about|against|[^\W\d_]+ (?:and|or))$",
    re.IGNORECASE,
)
"""What no paragraph ends with."""
_LISTED = re.compile(r"\(?(?:[a-z]|[ivx]{1,4})[.)\]]|[a-z][ \t]|o[ \t]")


class Line(msgspec.Struct):
    """One physical line: `start`..`end` without its line end; `text_start` is its first character that is not white.

    `mid_sentence`: the line above stops without ending its sentence; `alone`: the line above is blank.
    """

    start: int
    end: int
    text_start: int
    indent: int
    blank: bool
    wrapped: bool = False
    mid_sentence: bool = False
    alone: bool = True


def read_lines(text: str) -> list[Line]:
    """The lines of `text`, with those that continue the line above marked."""
    out: list[Line] = []
    at = 0
    for piece in text.split("\n"):
        end = at + len(piece)
        body = piece.lstrip()
        if body:
            lead = len(piece) - len(body)
            indent = lead and (len(piece[:lead].expandtabs(4)) if lead < 200 else 200)
            out.append(Line(at, at + len(piece.rstrip()), at + lead, indent, False))
        else:
            out.append(Line(at, end, end, 0, True))
        at = end + 1
    _mark_wrapped(text, out)
    return out


def _mark_wrapped(text: str, lines: list[Line]) -> None:
    width = _width(text, lines)
    before: Line | None = None  # the line above a single blank one
    for above, line in pairwise(lines):
        if line.blank:
            before = None if above.blank else above
            continue
        if above.blank:
            line.wrapped = before is not None and _broken(text, before, line)
            before = None
            continue
        line.alone = False
        length = above.end - above.start
        tail = text[max(above.text_start, above.end - 24) : above.end]
        ended = _END.search(tail) is not None
        line.mid_sentence = not ended
        if length < 12:
            continue
        if width and length > width * 0.55 and length + 1 + _first_word(text, line) > width:
            head = text[line.text_start : line.text_start + 24]
            line.wrapped = ended or _NEW_ASK.match(head) is None or _OPEN_WORD.search(tail) is not None
        elif length >= 40 and length <= WIDEST and not ended:
            head = text[line.text_start : line.text_start + 24]
            line.wrapped = _OPEN_WORD.search(tail) is not None or (
                head[:1].islower() and _STARTS_ASK.match(head) is None
            )
        elif not ended:
            head = text[line.text_start : line.text_start + 24]
            line.wrapped = head[:1].islower() and _OPEN_WORD.search(tail) is not None


def _first_word(text: str, line: Line) -> int:
    """The length of the first word of `line`, 60 at most."""
    size = 0
    while line.text_start + size < line.end and size < 60 and not text[line.text_start + size].isspace():
        size += 1
    return size


def _broken(text: str, above: Line, line: Line) -> bool:
    """Whether a sentence goes on after a blank line: mail that was wrapped and then made a paragraph of each line."""
    size = above.end - above.start
    tail = text[max(above.text_start, above.end - 24) : above.end]
    return (
        text[line.text_start].islower()
        and ((size >= 12 and _BROKEN.search(tail) is not None) or (size >= 40 and tail[-1] == ","))
        and _LISTED.match(text[line.text_start : line.text_start + 8]) is None
    )


def _width(text: str, lines: list[Line]) -> int:
    """The column at which a program broke this letter's lines, or 0."""
    longest = near = 0
    for line in lines:
        length = line.end - line.start
        if length > WIDEST:
            # A long line without a place to break it at (a link) says nothing.
            if " " in text[line.start + WIDEST // 2 : line.start + WIDEST]:
                return 0
            continue
        longest = max(longest, length)
    if longest < NARROWEST:
        return 0
    for line in lines:
        if line.end - line.start >= longest - 14:
            near += 1
    return longest if near >= 2 else 0
