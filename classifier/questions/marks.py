"""What a marker can look like: the values that stand for one, and a pattern for each style.

Every pattern is anchored at one place and bounded in length, so that the work grows with the letter's length only.
"""

from __future__ import annotations

import re

import msgspec


class Reading(msgspec.Struct, frozen=True):
    """One way to read a marker: `family` is its kind of count, `value` where in that count it stands."""

    family: str
    value: tuple[int, ...]
    compound: bool = False
    """An inner marker read together with the one before it: `1. b)` as 1b."""


class Candidate(msgspec.Struct, frozen=True):
    """A possible marker at `start`..`end` (offsets; the item's words follow `end`).

    `number` is the marker as written, without the punctuation round it ("" for a bullet). `style` tells punctuation
    apart (`1.` from `(1)`). `accept` and `skip` are the costs of believing and of not believing. `inline` marks one in
    the middle of a line, `inner` one that directly follows another marker (`1. a)`).
    """

    start: int
    end: int
    readings: tuple[Reading, ...]
    number: str
    style: str
    indent: int
    line: int
    accept: float
    skip: float
    inline: bool = False
    inner: bool = False
    mid_sentence: bool = False
    """The line above stops without ending its sentence."""


ROMAN = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12,
    "xiii": 13, "xiv": 14, "xv": 15, "xvi": 16, "xvii": 17, "xviii": 18, "xix": 19, "xx": 20,
}  # fmt: skip
WORD_NUMBER = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
ORDINAL_VALUE = {
    "first": 1, "firstly": 1, "second": 2, "secondly": 2, "third": 3, "thirdly": 3, "fourth": 4, "fourthly": 4,
    "fifth": 5, "fifthly": 5, "sixth": 6, "sixthly": 6, "lastly": 0, "finally": 0,
}  # fmt: skip

BEGINNINGS = frozenset(
    "qu qs re pa it fi se th fo si la an ii iv ix vi xi xv xx xl mc".split()  # noqa: SIM905 - pairs of letters
)
"""The first two letters of all words that can begin a marker; most lines begin with others and are soon passed over."""

PUNCT = r"(?:\.\)|[.)\]:/]|[ \t]?[-–—]{1,2}(?=[ \t\n]|[A-Z]|$))"
NAMED = re.compile(
    r"[(\[]?(?P<word>questions?|requests?|parts?|items?|query|ques|qu|q)[ \t.]{0,3}(?:no\.?|number|#)?[ \t]{0,3}\(?"
    r"(?P<n>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|[ivx]{1,5}|[a-h])(?P<sub>[a-z]?)\)?"
    r"(?P<close>(?:[ \t]\((?:original|revised|amended|new|updated|as amended)\))?[ \t]{0,3}[.:)\]/]{0,2}["
    r" \t]{0,2}[-–—]?)(?![\w])",
    re.IGNORECASE,
)
DOTTED = re.compile(r"[(\[]?(?P<n>\d{1,2}(?:\.\d{1,2}){1,3})[)\]]?[.):]{0,2}(?=[ \t\n]|[A-Z(]|$)")
LETTER_DOTTED = re.compile(r"[(\[]?(?P<a>[A-Z])\.(?P<n>\d{1,2})[)\]]?[.):]{0,2}(?=[ \t])")
BARE_LETTER = re.compile(r"(?P<n>[A-HJ-N])(?=[ \t]{1,6}[\w\"“‘'(])")
LETTER_NUMBER = re.compile(r"[(\[]?(?P<a>[A-H])(?P<n>\d{1,2})[)\].:]{0,2}(?=[ \t]{1,6}\S)")
NUMBER_LETTER = re.compile(
    r"[(\[]?(?P<n>\d{1,2})[.]?(?:\((?P<a>[a-z])\)|(?P<b>[a-z])(?:[.):\]]{1,2}|(?=[ \t]{1,4}[A-Z])))[.:]?(?=["
    r" \t\n]|[A-Z]|$)",
    re.IGNORECASE,
)
ROMAN_OF = re.compile(r"[(\[]?(?P<n>\d{1,2})[.]?\(?(?P<r>[ivx]{1,4})\)[.:]?(?=[ \t\n]|[A-Z]|$)", re.IGNORECASE)
NUMBER = re.compile(rf"(?P<open>[(\[]?)(?P<n>\d{{1,4}})(?P<close>{PUNCT})(?P<more>[.)\]]?)(?!\d)")
BARE = re.compile(r"(?P<n>\d{1,3})(?=[ \t]{1,12}[\w\"“‘'(£*]|[ \t]{0,8}$)")
LETTER = re.compile(
    r"(?P<open>[(\[]?)(?P<n>[a-z]|[ivx]{2,5})(?P<close>\.\)|[.)\]:/]|[ \t][-–—](?=[ \t]))(?![\w.])", re.IGNORECASE
)
LETTER_TIGHT = re.compile(r"(?P<open>[(\[]?)(?P<n>[a-z]|[ivx]{2,5})(?P<close>\))", re.IGNORECASE)
BULLET = re.compile(
    r"(?P<b>::|[-–—]{1,2}(?=[ \t]|[^\W\d_]|[\"“‘'£(])|[*+•·●▪■◦‣∙○⁃➢➤►✓✔¿→»\uf0b7\uf0a7\u2043](?!\*)|o(?=[ \t]))"
)
ORDINAL = re.compile(
    r"(?:and[ \t]|then[ \t])?(?P<n>firstly|secondly|thirdly|fourthly|fifthly|sixthly|lastly|finally|first"
    r"|second|third|fourth|fifth)"
    r"(?:[ \t](?:of all|question|request|point|one|up|and last(?:ly)?))?(?:[ \t]?[,:–—]|[ \t]-(?=[ \t]))",
    re.IGNORECASE,
)
INLINE = re.compile(
    r"(?P<before>[.?!:;,)\"”][ \t]{0,3}|[ \t][-–—][ \t]|[a-z][ \t]{1,3})"
    r"(?=(?P<mark>\(?(?:\d{1,2}|[a-hA-H]|[ivx]{1,4}|[IVX]{1,4})[.)](?!\d)|Q(?:uestion )?\d{1,2}\b))"
)

MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
GOES_ON = re.compile(r"(?:is|was|were|are|and|to|of|in|has|had|does|did)\b")
AFTER_DATE = re.compile(rf"[ \t.\-/]{{0,3}}(?:st|nd|rd|th)?(?:[ \t]of)?[ \t]?(?:{MONTH})\b", re.IGNORECASE)
AFTER_STATUTE = re.compile(
    r"[ \t]{0,3}(?:of|to|and|or)\b[ \t](?:the|that|this|schedule|part)?\b|[ \t]{0,3}(?:above|below|per cent"
    r"|percent|%|working days?|days?|weeks?"
    r"|months?|years?|hours?|minutes?|miles?|calendar|officers? (?:were|was|had)|am\b|pm\b)",
    re.IGNORECASE,
)
LINKISH = re.compile(r"[ \t]{0,4}(?:https?://|www\.|mailto:|<http)", re.IGNORECASE)
ASK = re.compile(
    r"[\"“‘'(]{0,2}(?:and |also |then |or |so |please )?(?:how|what|which|who|whom|whose|when|where|why|whether"
    r"|does|do|did|is|are|was"
    r"|were|has|have|had|can|could|would|will|may i|any|all|every|each|copy|copies|a|an|the|number|numbers|total|list"
    r"|details?|please|if|of|for|in|give|provide|tell|state|confirm|send|name|describe|explain)\b",
    re.IGNORECASE,
)


def letter_readings(text: str) -> tuple[Reading, ...]:
    """`text` as a letter of the alphabet, as a roman numeral, or as both."""
    upper = text.isupper()
    low = text.lower()
    out: list[Reading] = []
    if len(low) == 1:
        out.append(Reading("ALPHA" if upper else "alpha", (ord(low) - 96,)))
    if low in ROMAN:
        out.append(Reading("ROMAN" if upper else "roman", (ROMAN[low],)))
    if text == "I":  # a capital that a program put where the list begins: "(I) … (ii) … (iii)"
        out.append(Reading("roman", (1,)))
    return tuple(out)
