"""Candidates for item markers: everything in a letter that could number or bullet an item, found generously.

A candidate is only a possibility. Whether it stands is decided by `outline`, which reads the letter as a whole; here
each one gets its readings (the `i)` of a list may be the ninth letter or the first roman numeral) and two costs: what
it takes to believe that it is a marker, and what it takes to believe that it is not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from classifier.questions.marks import (
    AFTER_DATE,
    AFTER_STATUTE,
    ASK,
    BARE,
    BARE_LETTER,
    BEGINNINGS,
    BULLET,
    DOTTED,
    GOES_ON,
    INLINE,
    LETTER,
    LETTER_DOTTED,
    LETTER_NUMBER,
    LETTER_TIGHT,
    LINKISH,
    NAMED,
    NUMBER,
    NUMBER_LETTER,
    ORDINAL,
    ORDINAL_VALUE,
    ROMAN,
    ROMAN_OF,
    WORD_NUMBER,
    Candidate,
    Reading,
    letter_readings,
)

if TYPE_CHECKING:
    from classifier.questions.lines import Line

CHARACTERS_EACH = 80
"""A letter has no more markers than one for so many characters (and sixty besides)."""
SHORTEST = 6
"""Shorter lines have no second marker."""
MAX_NUMBER = 400
"""No letter numbers more items than this; larger numbers are years, codes, amounts."""


def candidates(text: str, lines: list[Line]) -> list[Candidate]:
    """All possible markers of `text`, in order of place; at most one begins at any one place."""
    most = 60 + len(text) // CHARACTERS_EACH
    out: list[Candidate] = []
    for index, line in enumerate(lines):
        if line.blank:
            continue
        at = line.text_start
        if text.startswith(("**", "__", "##"), at):
            at += 2
            while at < line.end and text[at] in "# ":
                at += 1
        while at < line.end and text[at] in "\"“‘'>" and at < line.text_start + 3:
            at += 1
            while at < line.end and text[at] in " \t":
                at += 1
        first = _at_line_start(text, line, index, at)
        resume = line.start
        if first is not None:
            if line.mid_sentence:
                first = msgspec.structs.replace(first, mid_sentence=True)
            out.append(first)
            resume = first.end
            inner_at = first.end
            while inner_at < line.end and text[inner_at] in " \t\xa0":
                inner_at += 1
            inner = _inner(text, line, index, inner_at, first)
            if inner is not None:
                if first.readings[0].family.startswith("bullet") and inner.readings[0].family in {
                    "number",
                    "named",
                    "numalpha",
                }:
                    # A bullet before a number only decorates it.
                    out[-1] = msgspec.structs.replace(inner, start=first.start, inner=False, skip=first.skip + 0.4)
                else:
                    out.append(inner)
                resume = inner.end
        if len(out) < 2 * most and line.end - resume > SHORTEST:
            opened = first is not None and first.style.startswith("letter(")
            out.extend(_inside(text, line, index, max(resume, at), most, opened))
        elif len(out) > 3 * most:
            break
    return _strongest(text, out, most)


def _strongest(text: str, found: list[Candidate], most: int) -> list[Candidate]:
    """At most `most` of the candidates: a table may number thousands of rows, no letter so many questions."""
    if len(found) <= most:
        return found
    rank = [c.accept + (0.0 if ASK.match(text, _skip_space(text, c.end)) else 0.3) for c in found]
    kept = sorted(range(len(found)), key=lambda k: (rank[k], k))[:most]
    return [found[k] for k in sorted(kept)]


def _skip_space(text: str, at: int) -> int:
    end = min(len(text), at + 20)
    while at < end and text[at].isspace():
        at += 1
    return at


def _at_line_start(text: str, line: Line, index: int, at: int) -> Candidate | None:
    end = line.end
    head = text[at : min(at + 2, end)]
    if head.isalpha() and len(head) == 2 and head.lower() not in BEGINNINGS:
        return None
    indent = line.indent
    wrapped = 1.2 if line.wrapped else 0.0

    def rest(offset: int) -> str:
        return text[offset : min(offset + 60, end)]

    m = NAMED.match(text, at, end)
    if m and (m["n"].isdigit() or m["n"].lower() in WORD_NUMBER or m["close"].strip() or m.end() == end):
        found = _named(text, line, index, at, m, wrapped)
        if found is not None:
            return found
    m = ORDINAL.match(text, at, end)
    if m:
        value = ORDINAL_VALUE[m["n"].lower()]
        return Candidate(
            at,
            m.end(),
            (Reading("ordinal", (value,)),),
            str(value) if value else "",
            "ordinal",
            indent,
            index,
            wrapped * 0.2 + 0.2,
            0.7,
        )
    m = LETTER_DOTTED.match(text, at, end)
    if m:
        value = (ord(m["a"].lower()) - 96, int(m["n"]))
        return Candidate(
            at,
            m.end(),
            (Reading("dotted", value),),
            m["a"] + "." + m["n"],
            "letter-dotted",
            indent,
            index,
            wrapped + 0.3,
            1.3,
        )
    m = DOTTED.match(text, at, end)
    if m:
        value = tuple(int(x) for x in m["n"].split("."))
        after = rest(m.end())
        accept = wrapped + (
            2.5 if any(v > 60 for v in value) or AFTER_STATUTE.match(after) or not after.strip() else 0.0
        )
        if len(value) == 3 and value[1] <= 12 and value[2] >= 10:
            accept += 2.0  # 1.1.21 is a date
        if len(value) == 2 and m[0][-1].isdigit() and value[1] == 0 and value[0] > 9:
            accept += 1.0
        return Candidate(at, m.end(), (Reading("dotted", value),), m["n"], "dotted", indent, index, accept, 1.4)
    m = NUMBER_LETTER.match(text, at, end)
    if m:
        letter = (m["a"] or m["b"]).lower()
        number = f"{int(m['n'])}{letter}"
        readings = [Reading("number", (int(m["n"]), ord(letter) - 96))]
        accept = wrapped + (0.0 if int(m["n"]) <= 40 else 2.5)
        return Candidate(at, m.end(), tuple(readings), number, "number-letter", indent, index, accept, 1.5)
    m = ROMAN_OF.match(text, at, end)
    if m and m["r"].lower() in ROMAN:
        reading = Reading("number", (int(m["n"]), ROMAN[m["r"].lower()]))
        return Candidate(
            at, m.end(), (reading,), f"{int(m['n'])}{m['r'].lower()}", "number-roman", indent, index, wrapped, 1.4
        )
    m = NUMBER.match(text, at, end)
    if m:
        return _number(text, line, index, at, m, wrapped)
    m = LETTER.match(text, at, end) or LETTER_TIGHT.match(text, at, end)
    if m and (readings := letter_readings(m["n"])):
        after = rest(m.end())
        accept = wrapped
        skip = 1.5
        if m["close"] == "." and not m["open"] and m["n"].isupper():
            # "D. Moore": an initial, unless a list of such letters runs through the letter.
            accept += 0.5
            if re.match(r"[ \t]{0,2}(?:[A-Z]\.[ \t]?)*[A-Z][\w'’-]+[ \t]{0,4}$", after):
                accept += 1.6
        if m["close"].strip() in {":", "-", "–", "—", "]"}:
            accept += 0.9
        if m["n"].lower() in {"s", "p"} and m["close"] == ".":
            accept += 2.5  # s. 40, p. 3
        if not m["close"].strip() or LINKISH.match(after):
            accept += 0.6
        return Candidate(
            at, m.end(), readings, m["n"], f"letter{m['open']}{m['close'].strip()}", indent, index, accept, skip
        )
    m = BULLET.match(text, at, end)
    if m:
        return _bullet(text, line, index, at, m)
    m = LETTER_NUMBER.match(text, at, end)
    if m:
        value = (ord(m["a"]) - 64, int(m["n"]))
        return Candidate(
            at,
            m.end(),
            (Reading("dotted", value),),
            m["a"] + m["n"],
            "letter-number",
            indent,
            index,
            wrapped + 0.5,
            1.2,
        )
    m = BARE_LETTER.match(text, at, end)
    if m:
        # "A copy" begins with the article unless B, C, D follow.
        return Candidate(
            at, m.end(), letter_readings(m["n"])[:1], m["n"], "bare-letter", indent, index, wrapped + 0.3, 0.65
        )
    m = BARE.match(text, at, end)
    if m and m["n"][0] != "0":
        value = int(m["n"])
        after = text[m.end() : min(m.end() + 60, end)]
        word = after.lstrip(" \t*\"“‘'(")
        accept = wrapped + 0.5
        skip = 0.9
        if word and (word[0].isupper() or ASK.match(word)):
            accept, skip = wrapped + 0.2, 1.2
        if not word:
            accept += 0.9  # a page number, or a number alone above its item
        elif word[0].islower() and not ASK.match(word):
            accept += 1.6
        elif word[0] in "£0123456789%":
            accept += 2.5
        if AFTER_DATE.match(after) or AFTER_STATUTE.match(after) or value > 40 or after[:1] == "\t":
            accept += 2.5
        return Candidate(at, m.end(), (Reading("number", (value, 0)),), str(value), "bare", indent, index, accept, skip)
    return None


def _named(text: str, line: Line, index: int, at: int, m: re.Match[str], wrapped: float) -> Candidate | None:
    raw = m["n"].lower()
    number = raw
    if raw.isdigit():
        value = int(raw)
    elif raw in WORD_NUMBER:
        value, number = WORD_NUMBER[raw], str(WORD_NUMBER[raw])
    elif raw in ROMAN:
        value = ROMAN[raw]
    else:
        value = ord(raw) - 96
    sub = m["sub"].lower()
    if sub:
        number += sub
    word = m["word"].lower().rstrip("s")
    word = "q" if word in {"q", "qu", "ques", "query", "question"} else word
    after = text[m.end() : min(m.end() + 60, line.end)]
    accept = wrapped
    closed = bool(m["close"].strip()) or m.end() == line.end or not after.strip()
    follow = after.lstrip()
    if not closed:
        # "Question 2 was not answered": words that go on in lower case say something about the question.
        if (follow[:1].islower() and not ASK.match(follow)) or GOES_ON.match(follow):
            accept += 2.0
        else:
            accept += 0.2
    if word == "part" and follow[:1].islower() and not m["close"].strip():
        accept += 1.0
    end = m.end()
    return Candidate(
        at,
        end,
        (Reading("named:" + word, (value, ord(sub) - 96 if sub else 0)),),
        number,
        "named",
        line.indent,
        index,
        accept,
        1.6,
    )


def _number(text: str, line: Line, index: int, at: int, m: re.Match[str], wrapped: float) -> Candidate | None:
    value = int(m["n"])
    after = text[m.end() : min(m.end() + 60, line.end)]
    close = m["close"].strip()
    accept, skip = wrapped, 1.7
    if value > MAX_NUMBER or (len(m["n"]) > 1 and m["n"][0] == "0" and value > 12):
        return None
    if value > 60:
        accept += 1.5
    if close == "]":
        accept += 1.4
        if LINKISH.match(after):
            accept += 2.5
    if close == "/":
        if after[:1].isdigit() or (after[:1].isalpha() and not after[:1].isupper()):
            return None
        accept += 0.4
    if close == ":" and (after[:2].isdigit() or value > 31):
        return None
    if close in {"-", "–", "—"} and after[:1].isdigit():
        return None
    if close == "." and AFTER_STATUTE.match(after) and after[:1] != " ":
        accept += 1.0
    if close == ")" and not m["open"] and re.match(r"[.,;][ \t\n]|[.,;]?$", after) and not line.alone:
        accept += 0.8  # the end of a bracket that was opened on the line before
    if not after.strip():
        accept += 0.3 if not wrapped else 1.5
    elif LINKISH.match(after):
        accept += 0.8
    return Candidate(
        at,
        m.end(),
        (Reading("number", (value, 0)),),
        str(value),
        f"number{m['open']}{close}",
        line.indent,
        index,
        accept,
        skip,
    )


def _bullet(text: str, line: Line, index: int, at: int, m: re.Match[str]) -> Candidate | None:
    mark = m["b"]
    after = text[m.end() : min(m.end() + 60, line.end)]
    if not after.strip():
        return None
    if mark[0] in "-–—*+" and re.match(r"[-–—_=*+.]{3}", text[at : at + 3]):
        return None  # a ruled line
    kind = "-" if mark in {"-", "–", "—", "--"} else mark
    accept, skip = 0.0, 1.2
    if kind == "-":
        if after[:1] not in " \t":
            accept += 0.25
        if after.lstrip()[:1].isdigit() or after.lstrip()[:1] == "£":
            accept += 0.4
    elif kind == "*":
        if "*" in text[m.end() : min(m.end() + 200, line.end)]:
            accept += 0.5  # *emphasis*
    elif kind == "+" or kind == "→":
        accept += 0.6
    elif kind == "o":
        accept += 0.5
    if line.wrapped:
        accept += 1.6 if kind == "-" else 0.6
    return Candidate(at, m.end(), (Reading("bullet:" + kind, (0,)),), "", "bullet", line.indent, index, accept, skip)


def _inner(text: str, line: Line, index: int, at: int, outer: Candidate) -> Candidate | None:
    """A marker that directly follows another one."""
    end = line.end
    if at >= end:
        return None
    m = NAMED.match(text, at, end)
    if m and m["n"].isdigit() and (m["close"].strip() or m.end() == end):
        found = _named(text, line, index, at, m, 0.0)
        return found and msgspec.structs.replace(found, inner=True)
    m = NUMBER_LETTER.match(text, at, end) if outer.number == "" else None
    if m:
        letter = (m["a"] or m["b"]).lower()
        return Candidate(
            at, m.end(), (Reading("number", (int(m["n"]), ord(letter) - 96)),), f"{int(m['n'])}{letter}",
            "number-letter", line.indent, index, 0.0, 0.3, inner=True,
        )  # fmt: skip
    m = NUMBER.match(text, at, end)
    if m and int(m["n"]) <= 60 and m["close"].strip() in {".", ")", ".)", ":"}:
        return Candidate(
            at, m.end(), (Reading("number", (int(m["n"]), 0)),), str(int(m["n"])),
            f"number{m['open']}{m['close'].strip()}", line.indent, index, 0.0, 0.3, inner=True,
        )  # fmt: skip
    m = LETTER.match(text, at, end) or LETTER_TIGHT.match(text, at, end)
    if m and m["close"].strip() in {")", ".", ".)"} and (readings := letter_readings(m["n"])):
        if m["close"] == "." and m["n"].isupper():
            return None
        if outer.readings[0].family == "number" and len(m["n"]) == 1:
            readings = (
                *readings,
                Reading("number", (outer.readings[0].value[0], ord(m["n"].lower()) - 96), compound=True),
            )
        return Candidate(
            at,
            m.end(),
            readings,
            m["n"],
            f"letter{m['open']}{m['close'].strip()}",
            line.indent,
            index,
            0.0,
            0.3,
            inner=True,
        )
    return None


def _inside(text: str, line: Line, index: int, resume: int, most: int, opened: bool) -> list[Candidate]:
    """Markers in the middle of a line: only where the words round them could begin an item of its own.

    `opened`: the line begins with a letter in brackets, so that others may go on on it.
    """
    out: list[Candidate] = []
    for m in INLINE.finditer(text, resume, line.end):
        if len(out) >= most:
            break
        at = m.end("before")
        named = m["mark"][0] == "Q"
        before = m["before"].strip()
        before_char = before[-1:] if before else ""
        if before_char.isalpha():
            before_char = ""
        if named:
            n = NAMED.match(text, at, line.end)
            if n is None or before_char not in {".", "?", "!", ":", ";"}:
                continue
            found = _named(text, line, index, at, n, 0.0)
            if found is not None:
                out.append(msgspec.structs.replace(found, inline=True, accept=found.accept + 0.5, skip=0.6))
            continue
        mark = m["mark"]
        if mark[-1] == "." and (before_char not in {".", "?", "!", ":", ";", ")"} or not mark[0].isdigit()):
            # "Mr A. Brown", "section 4. The": a full stop makes a marker only after the end of a sentence.
            continue
        end = m.end("mark")
        after = text[end : min(end + 40, line.end)]
        word = after.lstrip(" \t\"“‘'")
        if not word:
            continue
        sentence_before = before_char in {".", "?", "!", ":"}
        capital = word[0].isupper()
        ask = bool(ASK.match(word))
        if capital and (sentence_before or before_char == ";"):
            accept = 0.2 if before_char != ":" or ask else 0.7
            if mark[-1] == "." and after[:1] not in " \t":
                accept += 0.3
        elif ask and (sentence_before or before_char == ";"):
            accept = 0.6
        elif capital and ask:
            accept = 1.2  # the full stop before it was left out
        else:
            accept = 2.4
        skip = 1.0 if accept <= 0.2 and ask else 0.6
        body = mark.strip("(.)")
        if body.isdigit():
            readings: tuple[Reading, ...] = (Reading("number", (int(body), 0)),)
            style = f"number{'(' if mark[0] == '(' else ''}{mark[-1]}"
        else:
            readings = letter_readings(body)
            style = f"letter{'(' if mark[0] == '(' else ''}{mark[-1]}"
        if opened and style == "letter()":
            accept = min(accept, 0.3)
        if readings:
            out.append(Candidate(at, end, readings, body, style, line.indent, index, accept, skip, inline=True))
    for m in re.finditer(
        r"(?<=[.?!;,][ \t])(?:and[ \t])?(?P<n>[Ff]irstly|[Ss]econdly|[Tt]hirdly|[Ff]ourthly|[Ff]ifthly|[Ff]inally"
        r"|[Ll]astly)\b[,:]?",
        text[resume : line.end],
    ):
        value = ORDINAL_VALUE[m["n"].lower()]
        at = resume + m.start()
        out.append(
            Candidate(
                at,
                resume + m.end(),
                (Reading("ordinal", (value,)),),
                str(value) if value else "",
                "ordinal",
                line.indent,
                index,
                0.3,
                0.7,
                inline=True,
            )
        )
    out.sort(key=lambda c: c.start)
    kept: list[Candidate] = []
    for c in out:
        if not kept or c.start >= kept[-1].end:
            kept.append(c)
    return kept
