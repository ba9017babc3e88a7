"""Reference numbers: a force's own, the referral unit's, the regulator's, the tribunal's, a request site's.

Each pattern is bounded, and a bare number counts only where its form or a word before it says that it is a reference:
2019/20 is a financial year, 20/09/2021 a date, 01632 960238 a telephone.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classifier.force import Force

_MOST = 20
_READ = 20_000

# Forms that speak for themselves, in capitals, each with the letters that must be there for it to be tried.
_CERTAIN: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (("IC-",), re.compile(r"IC-\d{4,6}-[A-Z0-9]{4}\b")),
    (("FS", "FER", "ENF", "RFA"), re.compile(r"(?:FS|FER|ENF|RFA)\d{7,8}\b")),
    (("EA/", "EA."), re.compile(r"(?:FT/)?EA[/.]\d{4}[/.]\d{3,4}(?:[/.][A-Z]{1,4})?\b")),
    (("UKFTT",), re.compile(r"\[\d{4}\] UKFTT \d{1,5}(?: \(GRC\))?")),
    (
        ("LOG", "CRU"),
        re.compile(
            r"(?:LOG|CRU)(?: (?:CASE|LOG|REF(?:ERENCE)?))? ?(?:NO\.?|NUMBER|REF)?\s?:?\s?\d{2,7}/\d{2}\b"
            r"|LOG ?NO\.? ?\d{6,8}\b"
        ),
    ),
    (("FOI",), re.compile(r"\d{1,2}[./]FOI[./]\d{2}[./]\d{5,6}(?:[./][A-Z])?\b")),
    (
        ("FOI", "EIR", "SAR", "RFI", "IR"),
        re.compile(
            r"(?:IM-)?(?:FOIA?|EIR|D?SAR|RFI|IR)(?: ?(?:REF(?:ERENCE)?|REQUEST|CASE|NO|NUMBER"
            r"|REVIEW)\b\.?){0,3}[\s:/#-]{0,3}"
            r"\d{2,8}[A-Z]?(?:\s?[-/.]\s?\d{2,8}[A-Z]?){0,2}(?:/[A-Z])?\b"
        ),
    ),
    (("F-",), re.compile(r"F-\d{4}-\d{4,6}\b")),
    (("REQUEST-",), re.compile(r"REQUEST-\d{4,9}(?=-[0-9A-F]{4,16}@)")),
    (("/",), re.compile(r"\d{2,7}[A-Z]/\d{2}(?![\w/])")),
)
# A word that announces a reference, then the reference.
_ANNOUNCED = re.compile(
    r"(?:REF(?:ERENCE|S)?(?: (?:NO|NUMBER|NR)\b)?|CASE (?:NO|NUMBER|REF)\b|REQUEST (?:NO|NUMBER)\b)\.?\s?(?:IS\b"
    r"|WAS\b|[:;#-])?\s{0,2}"
    r"((?:[A-Z]{1,6}[/.\- ])?[A-Z0-9]{1,10}(?:[/.\-*][A-Z0-9]{1,10}){0,5})(?![\w@])"
)
# Number-and-year forms, which dates and ranges resemble.
_BARE = re.compile(
    r"(?<![\w£$/.,:-])(\d{2,7}[A-Z]?)(\s?[-/]\s?)(\d{2,6})(?:/(\d{2,4}))?(?![\w%]|[/.,:-]\d)", re.IGNORECASE
)
_SPACED = re.compile(r"(?<![\w/-])(\d{4})\ (20\d{2}/\d{2})(?![\w/])")
_BEFORE = re.compile(
    r"(?:\b(?:ref(?:erence|s)?|requests?|request\ no|foi|foia|case|number|no|nos|log|your|our|under|review|of|in|on"
    r"|and|about|withdraw|cancel|with|to|is|for|re|quote|quoting)"
    r"[\s.:;#(,\"'-]{0,4}|[(\[#]|^)$",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:\b(?:ref(?:erence|s)?|requests?|foi|case|log|your|our|review|acknowledge\w*)\b.{0,24})$", re.IGNORECASE
)
_NOT_OURS = re.compile(
    r"\b(?:crime|incident|urn|invoice|policy|section|custody|collar|badge|phone|tel|age[sd]?|between|from|years?"
    r"|aged|cad|claim|certificate|article|regulation|form)"
    r"(?:\s(?:no|number|ref(?:erence)?|is|of))?[\s.:#]{0,4}$",
    re.IGNORECASE,
)


def find_references(subject: str, new_words: str, history: str, force: Force) -> tuple[str, ...]:
    """The reference numbers in subject and new words, as written and each once; those of the history only where there
    are none. At most 20; the first 20,000 characters are read."""
    own = _own_pattern(force.reference.pattern, force.reference.examples)
    found = _read(subject, own, in_subject=True)
    found += _read(new_words[:_READ], own, in_subject=False)
    if not found:
        found = _read(history[:_READ], own, in_subject=False)
    seen: dict[str, str] = {}
    for written in found:
        key = re.sub(r"[^A-Z0-9]", "", written.upper())
        digits = re.sub(r"^[A-Z]+", "", key)
        if key not in seen and not any(digits and (k == digits or re.sub(r"^[A-Z]+", "", k) == digits) for k in seen):
            seen[key] = written
    return tuple(list(seen.values())[:_MOST])


def _read(text: str, own: re.Pattern[str] | None, in_subject: bool) -> list[str]:
    if _DIGITS.search(text) is None:
        return []
    capitals = text.upper()
    if len(capitals) != len(text):
        capitals = text.translate(_CAPITALS)
    found: list[tuple[int, int]] = []
    if own is not None:
        found += [m.span() for m in own.finditer(text) if m[0]]
    for needed, pattern in _CERTAIN:
        if not any(n in capitals for n in needed):
            continue
        for m in pattern.finditer(capitals):
            if _starts_word(capitals, m.start()) and _plausible(m[0]) and not _not_ours(text, m.start()):
                found.append(m.span())
    if "REF" in capitals or "CASE " in capitals or "REQUEST N" in capitals:
        for m in _ANNOUNCED.finditer(capitals):
            if (
                _starts_word(capitals, m.start())
                and sum(c.isdigit() for c in m[1]) >= 3
                and not _is_date(m[1])
                and not _not_ours(text, m.start())
            ):
                found.append(m.span(1))
    found += [m.span() for m in _SPACED.finditer(text)]
    for m in _BARE.finditer(text):
        if _numbered(m, text[max(0, m.start() - 40) : m.start()], in_subject):
            found.append(m.span())
    found.sort(key=lambda f: (f[0], -f[1]))
    kept: list[str] = []
    reached = -1
    for start, end in found:
        if start >= reached:
            kept.append(" ".join(text[start:end].split()).strip(" .-/"))
            reached = end
    return kept


_DIGITS = re.compile(r"\d\d")
_CAPITALS = {c: c - 32 for c in range(97, 123)}


def _starts_word(text: str, at: int) -> bool:
    return at == 0 or not (text[at - 1].isalnum() or text[at - 1] in "/-.")


def _not_ours(text: str, at: int) -> bool:
    return _NOT_OURS.search(text[max(0, at - 24) : at].rstrip()) is not None


def _plausible(written: str) -> bool:
    if written.startswith(("LOG", "CRU")):
        return True
    digits = sum(c.isdigit() for c in written)
    if digits < 3:
        return False
    # "FOI 2000" is the Act, "FOI 2019/20" a year.
    tail = re.sub(r"^[^\d]+", "", written)
    return not (re.fullmatch(r"(?:19|20)\d{2}", tail) or _is_range(tail) or _is_date(tail))


def _is_range(tail: str) -> bool:
    m = re.fullmatch(r"((?:19|20)?\d{2})\s?[-/]\s?((?:19|20)?\d{2})", tail)
    if not m:
        return False
    first, second = int(m[1][-2:]), int(m[2][-2:])
    if len(m[1]) == 4 or len(m[2]) == 4:
        return len(m[1]) == 4 and (len(m[2]) == 4 or second == (first + 1) % 100)
    return True


def _is_date(tail: str) -> bool:
    return re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-](?:\d{2}|(?:19|20)\d{2})", tail) is not None


def _numbered(m: re.Match[str], before: str, in_subject: bool) -> bool:
    """Whether a number-and-year form is a reference here."""
    first, joint, second, third = m[1], m[2].strip(), m[3], m[4]
    if third is not None:
        # 20/09/1088 is a reference, 20/09/2021 a date.
        return joint == "/" and not (len(third) == 2 or 1900 <= int(third) <= 2100) and len(second) == 2
    if _NOT_OURS.search(before) or (" " in m[2] and not in_subject):
        return False
    number = first.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    if _is_range(f"{number}/{second}") or len(number) + len(second) < 5:
        return False
    year_first = len(number) == 2 or (len(number) == 4 and 1995 <= int(number) <= 2040)
    year_last = len(second) == 2 or (len(second) == 4 and 1995 <= int(second) <= 2040)
    if year_first and len(second) >= 3 and not (1900 <= int(second) <= 2100 and len(number) == 4):
        # 12-2021 is a month.
        if len(number) == 2 and int(number) <= 12 and 1900 <= int(second) <= 2100:
            return False
        return in_subject or len(second) >= 4 or _CALLED.search(before) is not None
    if year_last and len(number) >= 3:
        return (
            in_subject
            or _BEFORE.search(before) is not None
            or (len(second) == 2 and len(number) >= 4 and _CALLED.search(before) is not None)
        )
    return False


@lru_cache(maxsize=8)
def _own_pattern(pattern: str, examples: tuple[str, ...]) -> re.Pattern[str] | None:
    """The force's own format: its expression, and its examples with every digit standing for any."""
    parts = [pattern] if pattern else []
    for example in examples:
        shape = re.sub(
            r"\d+",
            lambda m: rf"\d{{{max(1, len(m[0]) - 1)},{len(m[0]) + 1}}}",
            re.escape(example.strip()).replace(r"\ ", " "),
        )
        parts.append(rf"(?<!\w){shape}(?!\w)")
    return re.compile("|".join(f"(?:{p})" for p in parts), re.IGNORECASE) if parts else None
