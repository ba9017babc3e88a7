"""A letter in pieces: its sentences, in order, with where each one stands towards lines, paragraphs and markers.

Sentences go on over hard wraps; markers and real line breaks end them. The splitter is one pass of one bounded pattern,
knows the abbreviations that letters to the police are full of, and keeps offsets into the text it was given.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from classifier.questions.lines import Line
    from classifier.questions.outline import Marker

Break = Literal["start", "same", "line", "para"]
LONGEST = 4000
"""Characters after which a piece is cut at a space, whatever it says."""


CHARACTERS_EACH = 100
"""No more pieces are told apart than one for so many characters (and sixty besides)."""


class Segment(msgspec.Struct):
    """One sentence (or line, or heading): `start`..`end` without surrounding white space.

    `gap` tells what parts it from the piece before; `marker` is the index of the marker it begins with, or -1; `owner`
    that of the last marker before it; `distance` how many pieces lie between it and that marker.
    """

    start: int
    end: int
    gap: Break
    marker: int = -1
    owner: int = -1
    distance: int = 0


_ABBREVIATIONS = frozenset(
    [
        "e.g", "eg", "i.e", "ie", "etc", "no", "nos", "vs", "v", "approx", "inc", "st", "dr", "mr", "mrs", "ms",
        "mx", "prof", "dept", "para", "paras", "s", "ss", "sec", "sect", "sch", "art", "cl", "p", "pp", "ref",
        "refs", "tel", "ext", "vol", "ed", "sgt", "insp", "supt", "ch", "pc", "dc", "ds", "di", "dci", "dcc",
        "acc", "cc", "cons", "min", "max", "av", "avg", "est", "fig", "figs", "viz", "cf", "al", "incl", "excl",
        "ltd", "co", "plc", "esp", "gov", "govt", "hon", "rev", "sq", "ft", "hr", "hrs", "mins", "yr", "yrs",
        "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec", "mon", "tue",
        "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "q", "qs", "c", "ca", "reg", "regs", "dob",
        "asst", "adm", "vols", "op", "ops", "nb", "n.b", "a.m", "p.m", "u.k", "u.s", "d.o.b", "r", "v",
    ]
)  # fmt: skip
_END = re.compile(r"[.?!…]{1,6}[\"'”’)\]»]{0,3}(?=\s|$)|[.?!](?=[A-Z][a-z])")
_AFTER_COLON = re.compile(
    r":[ \t]{1,3}(?=(?:(?:and|so|please|also) )?(?:how (?:many|much|often|long|old)|what|which|who|when|where"
    r"|why|is there|are there|do you"
    r"|does|did|have you|has|can you|could you|would you|i(?:'d| would)? (?:want|like|wish))\b)",
    re.IGNORECASE,
)
_OFTEN_LAST = frozenset(
    [
        "no", "etc", "ed", "inc", "p.m", "a.m", "pm", "am", "co", "ltd", "plc", "uk", "u.k", "mins", "yrs",
        "hrs", "sat", "sun", "mon", "fri", "wed", "thu", "tue", "may", "mar",
    ]
)  # fmt: skip
_STOP = re.compile(r"[.?!](?=\s|$)")
_GREETING = re.compile(
    r"(?:dear [^\n,.:?!]{1,40}|hello(?: (?:there|all|again))?|hi(?: (?:there|all|team|mate|folks))?|good"
    r" (?:morning|afternoon|evening|day)|to whom it may concern|sirs?(?: or madam)?)"
    r"[,!.–-] ?[ \t]",
    re.IGNORECASE,
)
_RUN_ON = re.compile(
    r"(?<=[\w,)])[ \n]{1,3}(?=(?:(?:and|also|or|but|then) )?(?:how (?:many|much|often|long)|what (?:is|are|was"
    r"|were|do|did|you|the|happen\w*)|whats|who (?:is|was|do|did)|where (?:do|did|is|are)"
    r"|is there|are there|do you|did you|have you|has (?:any|one|it)|can (?:you|i) |could you|please |i (?:want"
    r"|need|would like|wanted) to know)\b)",
    re.IGNORECASE,
)
"""Where a writer without full stops turns to the next thing that is asked."""
LONG_LINE = 160
WORDS_A_STOP = 45
"""With fewer ends of sentences than one for so many words, a letter is written without them."""
_GOES_ON = re.compile(r"\((?!\d|[a-z]\)|[ivx]+\))[a-z]|(?:i\.?e|e\.?g)\b", re.IGNORECASE)
"""What can't begin a sentence of its own: a bracket, "i.e.", "e.g."."""
_CLOSING = "\"'”’)]»"
_WORD_BEFORE = re.compile(r"[\w.'’]{0,12}$")


class _Block(msgspec.Struct):
    start: int
    end: int
    gap: Break
    marker: int


def split_sentences(text: str, lines: list[Line], markers: list[Marker]) -> list[Segment]:
    """The pieces of `text`; every character that is not white or part of a marker lies in exactly one of them."""
    out: list[Segment] = []
    owner, distance = -1, 0
    run_on = not markers and _runs_on(text)
    for block in _blocks(text, lines, markers):
        if block.marker >= 0:
            owner, distance = block.marker, 0
        gap, marker = block.gap, block.marker
        at = block.start
        for cut in _cuts(text, block, run_on):
            start, end = _trim(text, at, cut)
            if start < end:
                out.append(Segment(start, end, gap, marker, owner, distance))
                gap, marker = "same", -1
                distance += 1
            at = cut
    return _coarser(out, 60 + len(text) // CHARACTERS_EACH)


def layout_of(found: list[Segment]) -> str:
    """How far blank lines tell anything: `t` where some lines of prose follow one another without one, `m` where only
    items of lists do, `l` where a blank line stands between all lines, as in mail that makes each line a paragraph."""
    by_line = [s.marker >= 0 for s in found if s.gap == "line"]
    return "l" if not by_line else "m" if all(by_line) else "t"


def _coarser(found: list[Segment], most: int) -> list[Segment]:
    """Short pieces put together where there are more than `most`: tables, dumps, lines of one letter."""
    if len(found) <= most:
        return found
    out: list[Segment] = []
    for s in found:
        if out and s.marker < 0 and out[-1].end - out[-1].start < 2 * CHARACTERS_EACH:
            out[-1].end = s.end
        else:
            s.distance = out[-1].distance + 1 if out and s.marker < 0 and s.owner >= 0 else 0
            out.append(s)
    return out


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _blocks(text: str, lines: list[Line], markers: list[Marker]) -> list[_Block]:
    """The stretches between markers and real line breaks."""
    out: list[_Block] = []
    gap: Break = "start"
    k = 0
    pending = -1  # a marker whose words have not come yet
    pending_gap: Break = "start"
    open_block: _Block | None = None

    def begin(start: int, end: int, how: Break) -> _Block | None:
        nonlocal pending
        start, end = _trim(text, start, end)
        if start >= end:
            return None
        block = _Block(start, end, pending_gap if pending >= 0 else how, pending)
        pending = -1
        out.append(block)
        return block

    for line in lines:
        if line.blank:
            gap = "start" if gap == "start" else "para"
            continue
        at = line.start
        first = True
        while at < line.end:
            here = k < len(markers) and markers[k].candidate.start < line.end
            limit = markers[k].candidate.start if here else line.end
            if limit > at and text[at:limit].strip():
                if first and line.wrapped and open_block is not None:
                    open_block.end = _trim(text, open_block.start, limit)[1]
                else:
                    open_block = begin(at, limit, gap)
                first = False
                gap = "same"
            if not here:
                break
            pending, pending_gap = k, gap
            open_block = None
            first = False
            gap = "same"
            at = max(at, markers[k].candidate.end)
            k += 1
        gap = "line"
    return out


def _next(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at


def _cuts(text: str, block: _Block, run_on: bool) -> list[int]:
    """Where the sentences of a block end, the last at its end."""
    cuts: list[int] = []
    last = block.start
    for m in _END.finditer(text, block.start, block.end):
        end = m.end()
        if end >= block.end or end - last < 2:
            continue
        if m[0][-1] not in _CLOSING and _GOES_ON.match(text, _next(text, end, block.end)):
            continue
        if m[0] == "." or m[0].startswith("."):
            word = _WORD_BEFORE.search(text, max(block.start, m.start() - 12), m.start())
            before = word[0].lower().strip(".") if word else ""
            nxt = _next(text, end, block.end)
            follow = text[nxt : nxt + 1]
            if m[0] == "." and (len(before) == 1 and before.isalpha() and before not in "ai0123456789"):
                continue
            if before in _ABBREVIATIONS and not (before in _OFTEN_LAST and follow.isupper()):
                continue
            if before == "no" and (follow.isdigit() or text[nxt : nxt + 2] == "of"):
                continue
            if follow and not (
                follow.isupper() or follow.isdigit() or follow in "\"“‘'([£*-–•" or len(before) > 2 or before.isdigit()
            ):
                continue
            if before.isdigit() and len(before) <= 2 and end - last <= len(before) + 1:
                continue
        cuts.append(end)
        last = end
    out: list[int] = []
    at = block.start
    for cut in [*cuts, block.end]:
        while cut - at > LONGEST:
            space = text.rfind(" ", at + LONGEST // 2, at + LONGEST)
            at = space if space > at else at + LONGEST
            out.append(at)
        out.append(cut)
        at = cut
    if block.marker < 0:
        return _with_more(text, block, out, run_on)
    return out


def _with_more(text: str, block: _Block, cuts: list[int], run_on: bool) -> list[int]:
    """Also end a piece where no full stop does.

    After a greeting ("Hi, how many …"), at a colon before words that ask ("While I have my pen out: what does one hour
    cost?"), and in letters without full stops wherever they turn to ask.
    """
    more = {m.end() for m in _AFTER_COLON.finditer(text, block.start, block.end)}
    if m := _GREETING.match(text, block.start, block.end):
        more.add(m.end())
    if run_on and block.end - block.start > LONG_LINE:
        more.update(m.end() for m in _RUN_ON.finditer(text, block.start, block.end) if m.start() - block.start > 12)
    return sorted({*cuts, *more}) if more else cuts


def _runs_on(text: str) -> bool:
    words = text.count(" ")
    return words > 25 and words > WORDS_A_STOP * len(_STOP.findall(text))
