"""Where the newest author's words end and older mail begins: header blocks, "… wrote:" lines, marker lines.

Every test looks at one line, or at a bounded number of lines after it, so that the whole stays linear in the text.
A question may hold "From: Chief Constable / To: Home Office"; a block counts as a mail header only with what a mail
program adds: a time of day, an address, a marker line above it or a greeting below it.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from classifier.letters.dates import has_clock, parse_header_date
from classifier.letters.lines import Line, next_full
from classifier.records import Person

# The labels that mail programs write, in English, Welsh, French and German.
_LABELS = {
    "from": "from", "oddi wrth": "from", "de": "from", "von": "from",
    "sent": "date", "date": "date", "anfonwyd": "date", "dyddiad": "date", "envoyé": "date",
    "gesendet": "date", "datum": "date",
    "to": "to", "at": "to", "à": "to", "an": "to", "cc": "cc", "bcc": "cc", "reply-to": "cc",
    "subject": "subject", "pwnc": "subject", "objet": "subject", "betreff": "subject",
    "importance": "other", "attachments": "other", "sensitivity": "other", "priority": "other", "sent by": "other",
    "message-id": "other", "sender": "other", "resent-from": "other",
}  # fmt: skip
_HEADER = re.compile(
    r"^[*_]{0,3}(from|sent by|sent|date|to|cc|bcc|subject|reply-to|importance|attachments|sensitivity|priority|sender"
    r"|resent-from|message-id|oddi wrth|anfonwyd|dyddiad|at|pwnc|de|envoyé|à|objet|von|gesendet|datum|an|betreff)"
    r"[*_]{0,3}\s?:[*_]{0,3}(.*)$",
    re.IGNORECASE,
)
_HEADER_FIRST = frozenset("fFsSdDtTcCbBrRiIaAmMoOpPeEàÀvVgG*_")
# Header lines run together by a program that lost the line ends.
_ONE_LINE = re.compile(
    r"^[*_]{0,3}From[*_]{0,3}:(.{1,200}?)[*_ ]{1,3}(?:Sent|Date)[*_]{0,3}:(.{1,80}?)[*_ ]{1,3}To[*_]{0,3}:(.{0,400}?)"
    r"[*_ ]{1,3}Subject[*_]{0,3}:(.{0,300})$"
)
_ORIGINAL = re.compile(
    r"^[-_*=\s]{2,30}(?:original (?:message|e-?mail|appointment)|(?:message|courriel) d['’]origine"
    r"|ursprüngliche nachricht|neges wreiddiol|reply message|previous message)[-_*=\s:]{0,30}$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"^(?:[-_*=\s]{2,30}forwarded (?:message|e-?mail|by\b.{0,80})[-_*=\s:]{0,30}"
    r"|begin(?:ning of)? forwarded message\s?:|start of forwarded message\s?:"
    r"|[-\s]{0,10}(?:message transféré|weitergeleitete nachricht|début du message (?:réexpédié"
    r"|transféré))[-\s:]{0,10})$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[-_=*~#]{3,}$")
_BELOW_THE_RULE = re.compile(
    r"^(?:(?:below|here|this) (?:is|was) (?:what|the (?:e-?mail|reply|answer|response|message"
    r"|letter)) (?:that )?you (?:sent|wrote)"
    r"|(?:your|the) (?:previous|original|earlier|last) (?:e-?mail|message|reply|response|letter)"
    r"|what you (?:sent|wrote)|you wrote|(?:previous|earlier) (?:message|correspondence|e-?mails?))\b",
    re.IGNORECASE,
)
_WROTE = (
    "wrote:", "wrote :", "writes:", "a écrit :", "a écrit:", "a écrit\xa0:", "schrieb:",
    "ysgrifennodd:", "escribió:",
)  # fmt: skip
_WROTE_START = re.compile(r"^(?:On|Le|Am|Ar|El|At)\s")
_GREETING = re.compile(
    r"^(?:dear|hi|hello|good (?:morning|afternoon|evening)|to whom|sir|madam|annwyl|bore da|morning|afternoon)\b", re.I
)
_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_RANGE = re.compile(r"\b(?:to|until|onwards|between|since|present)\b|\d\s?[-–—]\s?\d{1,2}[ /]", re.IGNORECASE)

Manner = Literal["forward", "reply", "block", "wrote"]


class Older(msgspec.Struct, frozen=True):
    """Where older mail begins: indices into the lines that were read.

    `start` is the first line of the mark (a rule or marker line above it included), `content` the first line of the
    older message's own words. `manner`: a forward marker, a reply marker, a plain header block, or "X wrote:".
    """

    manner: Manner
    start: int
    content: int
    headers: dict[str, str] = {}

    @property
    def sender(self) -> Person:
        """Who wrote the older message, as its header block says."""
        return read_person(self.headers.get("from", ""))


class Found(msgspec.Struct, frozen=True):
    """What the search found: where older mail begins (or None), and the "X wrote:" lines above quoted stretches."""

    older: Older | None
    introductions: frozenset[int]


def find_older(lines: list[Line], is_reply: bool = False) -> Found:
    """Where older mail begins among `lines` (of one level of quoting). `is_reply` is evidence from the headers."""
    introductions: set[int] = set()
    i = 0
    while i < len(lines):
        line = lines[i]
        bare = line.bare
        if not bare or line.depth or len(bare) > 1000:
            i += 1
            continue
        first = bare[0]
        if (first in "-_*=bBmMwWsSdD" and len(bare) < 120) and (manner := _marker(bare)):
            headers, content = _headers_after(lines, i + 1)
            return Found(Older(manner, _reach_up(lines, i), content, headers), frozenset(introductions))
        if first in "-_=*" and _RULE.match(bare):
            j = next_full(lines, i + 1)
            if j < len(lines) and j - i <= 3 and len(lines[j].bare) < 120 and _BELOW_THE_RULE.match(lines[j].bare):
                return Found(Older("reply", i, j + 1), frozenset(introductions))
        elif first in _HEADER_FIRST and (block := _header_block(lines, i)):
            headers, after = block
            content = next_full(lines, after)
            return Found(Older("block", _reach_up(lines, i), content, headers), frozenset(introductions))
        if bare[-1] == ":" and (start := _wrote(lines, i)) is not None:
            below = next_full(lines, i + 1)
            if below < len(lines) and lines[below].depth:
                introductions.update(range(start, i + 1))
            elif below < len(lines) and _surely_wrote(lines, start, i, is_reply):
                headers = _wrote_headers(" ".join(x.bare for x in lines[start : i + 1]))
                return Found(Older("wrote", _reach_up(lines, start), below, headers), frozenset(introductions))
        i += 1
    return Found(None, frozenset(introductions))


def read_person(value: str) -> Person:
    """Name and address out of a header's value, in any of the ways mail programs write them."""
    value = value[:400].replace("mailto:", "").strip().strip("*_ ")
    found = _ADDRESS.search(value)
    if not found:
        return Person(name=_name(value))
    name = value[: found.start()]
    name = re.split(r"[<\[(]", name, maxsplit=1)[0]
    return Person(name=_name(name), address=found[0].lower())


def _name(value: str) -> str:
    value = value.strip(" \t'\"<>[](),;*")
    # "Stallybrass, Bevan" is how directories write a person.
    last, comma, first = value.partition(", ")
    if comma and " " not in last and first and len(first.split()) <= 3 and first[0].isalpha():
        return f"{first} {last}"
    return value


def _marker(bare: str) -> Manner | None:
    if _FORWARDED.match(bare):
        return "forward"
    return "reply" if _ORIGINAL.match(bare) else None


def _reach_up(lines: list[Line], i: int) -> int:
    """Take in a rule line straight above a header block."""
    j = i - 1
    while j >= 0 and i - j <= 3 and not lines[j].bare:
        j -= 1
    return j if j >= 0 and i - j <= 3 and not lines[j].depth and _RULE.match(lines[j].bare) else i


def _headers_after(lines: list[Line], i: int) -> tuple[dict[str, str], int]:
    """The header lines after a marker line, and where the words begin. A program may quote both with ">"."""
    j = next_full(lines, i)
    if j - i > 3 or j >= len(lines):
        return {}, j
    headers, after = _collect(lines, j)
    return (headers, next_full(lines, after)) if len(headers) >= 2 else ({}, j)


def _collect(lines: list[Line], i: int) -> tuple[dict[str, str], int]:
    """Header lines from `i` on: their values by plain label, and the index after the last. Reads 24 lines at most."""
    if (one := _ONE_LINE.match(lines[i].bare)) and len(lines[i].bare) < 1000:
        return {k: v.strip(" *_") for k, v in zip(("from", "date", "to", "subject"), one.groups(), strict=True)}, i + 1
    headers: dict[str, str] = {}
    last, after, j = "", i, i
    limit = min(len(lines), i + 24)
    while j < limit:
        bare = lines[j].bare
        m = _HEADER.match(bare) if len(bare) < 1000 else None
        label = _LABELS[m[1].lower()] if m else ""
        if m and label and (label not in headers or label in ("cc", "other")):
            headers[label] = m[2].strip()
            last, j = label, j + 1
            after = j
        elif m:
            break  # the same label again: another block, or no block at all
        elif not bare:
            # Some programs put every header line in a paragraph of its own.
            k = next_full(lines, j)
            if k - j > 1 or k >= limit or not _HEADER.match(lines[k].bare):
                break
            j = k
        elif last in ("to", "cc", "subject", "from") and _continues(lines, j, limit):
            headers[last] += " " + bare
            j += 1
            after = j
        else:
            break
    return headers, after


def _continues(lines: list[Line], j: int, limit: int) -> bool:
    """Whether line `j` goes on with a header's value: another header line follows closely, in the same paragraph."""
    for k in range(j + 1, min(j + 5, limit)):
        if not lines[k].bare:
            return False
        if _HEADER.match(lines[k].bare):
            return True
    return False


def _header_block(lines: list[Line], i: int) -> tuple[dict[str, str], int] | None:
    if not _HEADER.match(lines[i].bare):
        return None
    headers, after = _collect(lines, i)
    if "from" not in headers or not headers["from"] or len(headers) < 2:
        return None
    when = headers.get("date", "")
    if when and has_clock(when) and parse_header_date(when):
        return headers, after
    if "date" in headers and parse_header_date(when) and _ADDRESS.search(headers["from"]):
        return headers, after
    above = _reach_up(lines, i) < i
    if above and (when or "subject" in headers):
        return headers, after
    addressed = _ADDRESS.search(headers["from"]) is not None
    below = next_full(lines, after)
    greeted = below < len(lines) and _GREETING.match(lines[below].bare) is not None
    j = i - 1
    while j >= 0 and not lines[j].bare:
        j -= 1
    introduced = j >= 0 and lines[j].bare.endswith(":")
    if addressed and "subject" in headers and (greeted or not introduced):
        return headers, after
    single_day = bool(when) and parse_header_date(when) is not None and not _RANGE.search(when)
    if single_day and ("subject" in headers or "to" in headers) and not introduced:
        return headers, after
    if greeted and "subject" in headers and "to" in headers:
        return headers, after
    return None


def _wrote(lines: list[Line], i: int) -> int | None:
    """Where the "On 3 May …, X wrote:" that ends at line `i` begins; None where there is none. It may be wrapped."""
    bare = lines[i].bare
    if not bare.lower().endswith(_WROTE) and not (bare.startswith("Am ") and " schrieb " in bare):
        return None
    for j in range(i, max(i - 3, -1), -1):
        if not lines[j].bare or lines[j].depth:
            return None if j == i else (j + 1 if "@" in bare else None)
        if _WROTE_START.match(lines[j].bare) and any(c.isdigit() for x in lines[j : i + 1] for c in x.bare[:200]):
            return j
    below = next_full(lines, i + 1)
    quoted = below < len(lines) and lines[below].depth > 0
    return i if len(bare) < 200 and ("@" in bare or quoted) else None


def _surely_wrote(lines: list[Line], start: int, end: int, is_reply: bool) -> bool:
    """Whether "… wrote:" without quote marks below is a mail program's: it has a time of day or an address."""
    joined = " ".join(x.bare for x in lines[start : end + 1])[:600]
    if "@" in joined or (has_clock(joined) and parse_header_date(joined)):
        return True
    return is_reply and parse_header_date(joined) is not None and lines[start].bare.startswith(("On ", "Le ", "Am "))


_WHO_WROTE = re.compile(
    r"(?:,|\bat \d{1,2}[:.]\d{2},?|\d{4},?|um \d{2}:\d{2})\s+([^,\d][^,]{1,120}?)\s+(?:wrote|a écrit|writes)\s?:$"
)


def _wrote_headers(joined: str) -> dict[str, str]:
    m = _WHO_WROTE.search(joined[-300:])
    return {"from": m[1] if m else "", "date": joined[:120]}
