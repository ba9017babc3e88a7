"""Text as words: lower case, offsets kept, sentence and paragraph numbers beside every word.

Hyphens, slashes and quotation marks separate words ("counter-terrorism" is two), a possessive 's is dropped and other
apostrophes are closed up ("don't" is "dont"), so that a pattern is written once and finds every spelling. Linear in the
length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left

import msgspec

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]{1,3}(?![^\W_]))?|£")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
# A full stop ends a sentence only before white space; ':' does not, since what follows it depends on it.
_BREAK = re.compile(r"[.?!](?=[\s\"'”’)\]]|$)|\n[ \t\r]*\n|\n[ \t]*(?:[-*•·–]|\(?\w{1,3}[.):])(?=\s)|[;]")
_ABBREVIATIONS = (
    "mr mrs ms dr prof rev st sgt insp supt pc dc ds di dci no nos vs eg ie etc approx sec art reg para ltd co"
)
_NOT_AN_END = frozenset(_ABBREVIATIONS.split())


class Words(msgspec.Struct, frozen=True):
    """The words of a text. `start`/`end` are character offsets into it, `sentence` numbers sentences from 0."""

    text: tuple[str, ...]
    start: tuple[int, ...]
    end: tuple[int, ...]
    sentence: tuple[int, ...]

    def between(self, start: int, end: int) -> tuple[int, int]:
        """The first and one past the last word that begin in the characters `start` to `end`."""
        return bisect_left(self.start, start), bisect_left(self.start, end)


def split_words(text: str) -> Words:
    """The words of `text`; any string will do, control characters and spaces are only separators."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    numbers: list[int] = []
    breaks = [m.start() for m in _BREAK.finditer(text)]
    at = sentence = 0
    for m in _WORD.finditer(text):
        while at < len(breaks) and breaks[at] < m.start():
            ended_by_stop = text[breaks[at]] == "."
            last = words[-1] if words else ""
            if not (ended_by_stop and (last in _NOT_AN_END or (len(last) == 1 and last.isalpha()))):
                sentence += 1
            at += 1
        word = _POSSESSIVE.sub("", m[0]).replace("'", "").replace("’", "").lower()
        words.append(word)
        starts.append(m.start())
        ends.append(m.end())
        numbers.append(sentence)
    return Words(tuple(words), tuple(starts), tuple(ends), tuple(numbers))
