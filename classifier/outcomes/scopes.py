"""Which questions a sentence speaks of: "Questions 2 to 6", "1c, 2 & 4", "all parts except Q3", "the rest".

Numbers are resolved against those of the request: "question 1" of a letter that asks 1a, 1b and 1c is all three.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "final": -1, "last": -1,
}  # fmt: skip
NOUN = (
    r"(?:sub-?)?(?:questions?|quest\.|qu?['’]?s?\.?(?=[ ]?[\d(])|parts?|points?|items?"
    r"|requests?|queries|query|bullet points?)"
)
_SUB = (
    r"(?:[ ]?\([ ]?(?:[a-z]|[ivx]{1,4})[ ]?\)|[a-z](?![a-z\d])|[ ][a-h](?![\w'’])(?=[ ]?(?:,"
    r"|&|and\b|to\b|$|[).:;-]))|\.\d{1,2}(?!\d))"
)
_DIGITS = rf"\d{{1,2}}(?!\d|[.,]\d\d|%|/\d|[ ]?(?:days|hours|working|years?|months?)\b)\)?(?:{_SUB}){{0,2}}\)?"
_NAMED = "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\\b"
_LETTER = r"(?:\([ ]?(?:[a-z]|[ivx]{1,4})[ ]?\)|[a-z](?![\w'’]))"
_ELEMENT = rf"(?:\([ ]?(?:[a-z]|[ivx]{{1,4}})[ ]?\)|\(?(?:{_DIGITS}|{_NAMED})|{_LETTER})"
_JOIN = (
    rf"(?:[ ]?,?[ ]?(?:and|&|or|as well as|plus)[ ]?(?:also[ ])?|[ ]?[,;/+][ ]?|[ ]?[-–—][ ]?"
    rf"|[ ](?:up[ ])?to[ ]|[ ]through[ ])"
    rf"(?:{NOUN}[ ]?(?:nos?\.?[ ]?|numbers?[ ]?)?)?"
)
_LIST = rf"{_ELEMENT}(?:{_JOIN}{_ELEMENT}){{0,24}}"
REFERENCE = re.compile(
    rf"(?<![\w£'’-]){NOUN}[ ]?(?:nos?\.?[ ]?|numbers?[ ]?|\#[ ]?)?(?P<list>{_LIST})(?![\w%£]"
    rf"|[ ]?%|[ ](?:of|in)[ ]section)",
    re.IGNORECASE,
)
"""A noun and the numbers behind it."""
_LIST_ONLY = re.compile(rf"{_LIST}(?=[ ]?(?:[.):\t]|[-–—][ ]|$))", re.IGNORECASE)
_PIECE = re.compile(
    rf"(?P<range>[-–—]|\bto\b|\bthrough\b)|(?P<digits>\d{{1,2}})\)?(?P<sub>(?:{_SUB}){{0,2}})|(?P<word>{_NAMED})"
    rf"|(?P<noun>{NOUN})|(?P<letter>\([ ]?(?:[a-z]|[ivx]{{1,4}})[ ]?\)|\b[a-z](?![\w'’]))",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"\b(?:the|your)[ ](?P<ordinal>first|second|third|fourth|fifth|sixth|seventh|eighth"
    r"|ninth|tenth|1st|2nd|3rd|4th|5th|final|last)"
    r"(?:[ ](?P<count>two|three|four|five|six))?[ ](?:questions?|parts?|points?|elements?"
    r"|items?|aspects?|bullet points?)\b"
    r"(?![ ](?:of|in)[ ](?:the )?(?:act|foia|section))",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:all|each|every|both|any)(?: one)?(?: of)?(?: the| your| these| those)?(?: other)? (?:parts?"
    r"|questions?|points?|elements?|aspects?|items?)\b"
    r"(?: of (?:your|the|this) (?:request|application))?"
    r"|\b(?:the|your) (?:whole|entire|full|complete)(?: of (?:the|your))? (?:request"
    r"|application)\b|\bthe (?:whole|entirety) of (?:the|your|this) request\b"
    r"|\b(?:your|the|this) (?:request|application)(?: (?:in (?:its|full)(?: entirety)?"
    r"|as a whole))\b|\ball of your request\b",
    re.IGNORECASE,
)
_REST = re.compile(
    r"\b(?:the|all|your|any)(?: the)?(?: of)?(?: your)? (?:remaining|remainder|rest|other"
    r"|outstanding)(?: of(?: the| your| this)?)?"
    r" (?:\w{1,10} )?(?:questions?|parts?|points?|elements?|items?|request|aspects?)\b"
    r"|\bthe remainder of (?:the|your) (?:request|questions)\b",
    re.IGNORECASE,
)
EXCEPT = re.compile(
    r"[, (]{0,2}\b(?:except(?:ing)?(?: for| in relation to| in respect of)?|apart from"
    r"|with the exception of|other than|save for|but for|excluding|bar|aside from|but not)\b"
    r"[ ](?:the information (?:for|at|in|requested (?:at|in)) |those at |that at |at |for )?",
    re.IGNORECASE,
)


class Scope(NamedTuple):
    """A place in a sentence that names questions. `rest`: whatever others leave; `whole`: the entire request."""

    start: int
    end: int
    numbers: tuple[str, ...]
    rest: bool = False
    whole: bool = False


class Numbers:
    """The numbers of a request's questions, in its order."""

    def __init__(self, numbers: Sequence[str]) -> None:
        self.all = tuple(dict.fromkeys(plain(n) for n in numbers if n))
        self._tops = {n: top(n) for n in self.all}

    def __len__(self) -> int:
        return len(self.all)

    def of(self, first: str, sub: str = "", near: str = "") -> tuple[str, ...]:
        """The questions that "3", "3b" or, with `first` empty, "(b)" under `near` name; () where there is none."""
        if first:
            wanted = first + sub
            if wanted in self.all:
                return (wanted, *(n for n in self.all if n != wanted and _under(n, wanted)))
            below = tuple(n for n in self.all if _under(n, wanted))
            if below or not sub:
                return below
            # "3b" of a question that was not cut into parts is said of that question.
            return (first,) if first in self.all else ()
        if sub in self.all:
            return (sub,)
        found = [n for n in self.all if n == near + sub] or [n for n in self.all if n != top(n) and n.endswith(sub)]
        return (found[0],) if len(found) == 1 else ()

    def between(self, first: str, last: str) -> tuple[str, ...]:
        """The questions from `first` to `last`, both included, with what stands below them."""
        a, b = self._place(first, end=False), self._place(last, end=True)
        return () if a is None or b is None or b < a else self.all[a : b + 1]

    def _place(self, number: str, *, end: bool) -> int | None:
        found = [i for i, n in enumerate(self.all) if n == number or _under(n, number)]
        if not found:
            return None
        return found[-1] if end else found[0]

    def nth(self, ordinal: int, count: int) -> tuple[str, ...]:
        """The first, second or (-1) last top question, or `count` of them from there."""
        tops = list(dict.fromkeys(self._tops.values()))
        at = len(tops) - count if ordinal < 0 else ordinal - 1
        chosen = set(tops[max(at, 0) : at + count])
        return tuple(n for n in self.all if self._tops[n] in chosen)


def plain(number: str) -> str:
    """A number as it is compared: lower case, without what stands round its parts ("Q3 (B)" is "3b")."""
    bare = re.sub(r"^(?:questions?|q)\W*", "", number.strip().lower())
    return re.sub(r"[^\w.]", "", bare).strip(".")


def top(number: str) -> str:
    """The leading number: `3` of `3b`, `1` of `1.2`; a letter on its own is its own."""
    m = re.match(r"\d+", number)
    return m[0] if m else number


def _under(number: str, above: str) -> bool:
    rest = number[len(above) :]
    return number.startswith(above) and bool(rest) and not (rest[0].isdigit() and above[-1:].isdigit())


def find(sentence: str, numbers: Numbers, near: str = "") -> list[Scope]:
    """The places of a sentence that name questions of the request. `near` is the question being answered there."""
    out: list[Scope] = []
    for m in REFERENCE.finditer(sentence):
        found = resolve(m["list"], numbers, near, plural=_is_plural(m[0]))
        if found:
            out.append(Scope(m.start(), m.end(), found))
    for m in _ORDINAL.finditer(sentence):
        count = int(_WORDS.get((m["count"] or "one").lower(), "1"))
        if found := numbers.nth(_ORDINALS[m["ordinal"].lower()], count):
            out.append(Scope(m.start(), m.end(), found))
    out += [Scope(m.start(), m.end(), (), rest=True) for m in _REST.finditer(sentence)]
    taken = [(s.start, s.end) for s in out]
    out += [
        Scope(m.start(), m.end(), numbers.all, whole=True)
        for m in _ALL.finditer(sentence)
        if not any(a < m.end() and m.start() < b for a, b in taken)
    ]
    out.sort(key=lambda s: s.start)
    return _without(sentence, out, numbers)


def _without(sentence: str, scopes: list[Scope], numbers: Numbers) -> list[Scope]:
    """In "All parts except Q3" the first scope loses what the second names; "With the exception of Q3" is others."""
    gone: list[Scope] = []
    for m in EXCEPT.finditer(sentence):
        k = next((k for k, s in enumerate(scopes) if m.start() <= s.start <= m.end() + 12), None)
        if k is None or scopes[k] in gone:
            continue
        out = set(scopes[k].numbers)
        before = [j for j in range(k) if scopes[j].numbers]
        others = scopes[before[-1]].numbers if before else numbers.all
        kept = tuple(n for n in others if n not in out)
        gone.append(scopes[k])
        if before:
            scopes[before[-1]] = scopes[before[-1]]._replace(numbers=kept, whole=False)
        elif m.start() > 0 or m[0][:1].isupper():
            scopes[k] = scopes[k]._replace(numbers=kept, whole=False)
            gone.pop()
    return [s for s in scopes if s not in gone]


def exception(sentence: str) -> tuple[int, int] | None:
    """Where a sentence turns from all questions to those excepted, to say something of these: the end of their numbers,
    and their beginning. "All is attached except question 4, which is exempt" is two statements."""
    for m in EXCEPT.finditer(sentence):
        ref = REFERENCE.search(sentence, m.start(), m.end() + 60)
        if ref and re.match(
            r"[, ]{1,3}(?:which|where|for which|as (?:this|these|it)|since|because|that (?:is"
            r"|are)|this|these)\b",
            sentence[ref.end() :],
            re.IGNORECASE,
        ):
            return ref.end(), ref.start()
    return None


def _is_plural(words: str) -> bool:
    return (
        re.match(
            r"(?:sub-?)?(?:questions|qu?['’]?s|parts|points|items|requests|queries|bullet points)\b",
            words,
            re.IGNORECASE,
        )
        is not None
    )


def resolve(listed: str, numbers: Numbers, near: str = "", *, plural: bool = True) -> tuple[str, ...]:
    """The questions that a list of numbers names, in the request's order. A spaced dash is a range only behind a
    plural: in "Q1 - 4" it may lead on to the answer."""
    found: list[str] = []
    last = ("", "")
    ranged = False
    for m in _PIECE.finditer(listed):
        if m["noun"]:
            continue
        if m["range"]:
            spaced = m["range"] in "-–—" and m.start() > 0 and listed[m.start() - 1] == " "
            if spaced and not plural:
                break
            ranged = True
            continue
        first = _WORDS.get((m["word"] or "").lower(), "") or m["digits"] or ""
        first = str(int(first)) if first else ""
        sub = plain(m["sub"] or "") if m["digits"] else plain(m["letter"] or "")
        if m["digits"] and (m["sub"] or "").startswith("."):
            sub = m["sub"].lower()
        if ranged and last != ("", ""):
            a = last[0] + last[1]
            b = (first or last[0]) + sub
            found.extend(numbers.between(a, b) if first or last[0] else numbers.between(last[1], sub))
        else:
            found.extend(numbers.of(first, sub, last[0] or near))
        last = (first or last[0], sub)
        ranged = False
    return tuple(n for n in numbers.all if n in set(found))


_LABEL = re.compile(
    rf"[ \t>*_#•·-]{{0,6}}(?P<answer>(?:our |the )?(?:response|answer|reply|decision|answers"
    rf"|responses|ans)\.?(?:[ ]?(?:to|for|at|-|–|:|\#)[ ]?)?[ ]?)?"
    rf"(?:(?P<noun>{NOUN}|a(?=\d)|a[ ](?=\d{{1,2}}[.):])|r(?=\d))[ ]?(?:nos?\.?[ ]?|numbers?[ ]?|\#[ ]?)?)?",
    re.IGNORECASE,
)


class Label(NamedTuple):
    """A label at the head of a line: the questions it names, where what it labels begins, whether a word such as
    "Question" or "Answer" makes it one beyond doubt, and whether that word says that an answer follows."""

    numbers: tuple[str, ...]
    end: int
    named: bool
    answers: bool


_AFTER = re.compile(r"\)?[ \t]{0,3}(?:[.):\t–—-]{1,2}|$|[ ]{2,}|[ ](?=[A-Z“\"']))[ \t]{0,4}")
_AFTER_NAMED = re.compile(r"\)?[ \t*_]{0,3}(?:[.):\t–—-]{1,2}[ \t*_]{0,4}|$|[ ]+(?=[A-Z“\"'(£\d]))")


def label(line: str, numbers: Numbers, near: str = "") -> Label | None:
    """The label at the head of `line` where it names questions: "Q1.", "2 to 6\t", "Answer 3:", "(b)"."""
    head = _LABEL.match(line)
    if head is None:
        return None
    at = head.end()
    named = head["noun"] is not None or (head["answer"] is not None and at < len(line) and line[at : at + 1].isdigit())
    pattern = re.compile(_LIST, re.IGNORECASE)
    m = pattern.match(line, at, at + 80)
    if m is None:
        return None
    listed = m[0]
    plural = _is_plural((head["noun"] or "") + " ") or not named
    if named and not plural:
        # "Q1 - 45": the number behind a spaced dash is the answer.
        listed = re.split(r"[ ][-–—][ ]?", listed)[0]
    elif not named:
        listed = (
            re.split(r"[ ][-–—][ ](?=\d)", listed)[0]
            if not re.match(r"\d{1,2}[ ]?[-–—][ ]?\d{1,2}[ ]?(?:[:\t.)]|$)", line[at : at + 12])
            else listed
        )
    end = at + len(listed.rstrip(" )"))
    after = (_AFTER_NAMED if named else _AFTER).match(line, end)
    if after is None or (not named and listed.lower() in ("a", "i") and line[end : end + 1] not in ".):"):
        return None
    if not named and after[0].strip(" ") == "" and "\t" not in after[0] and end < len(line) and after.end() < len(line):
        return None  # "3 Officers": a number without a stop is a count
    found = resolve(listed, numbers, near, plural=plural)
    if not found:
        return None
    answers = head["answer"] is not None or (head["noun"] or "").lower().strip() in ("a", "r")
    return Label(found, after.end(), named, answers)
