"""Signatures: the sign-off, the name under it, job titles, phones, addresses and the footers below.

Conservative, since a question lost is worse than a name kept: what asks, what is a list of items and what begins
"PS" stays new, wherever it stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classifier.letters.asks import asks, is_greeting, is_item
from classifier.letters.furniture import is_footer, is_rule

if TYPE_CHECKING:
    from classifier.letters.lines import Line

_CORE = (
    r"(?:(?:yours?|sincerely|faithfully|respectfully|cordially|warmly|truly)(?:\s+(?:very\s+)?(?:faithfully"
    r"|sincerely|truly|respectfully|ever"
    r"|etc|aye|gratefully|in\s+\w{3,15}))?"
    r"|(?:(?:with|and|my|very|all|the|many|kind|kindest|best|warm|warmest|good)\s+){0,4}(?:regards?|wishes|rgds"
    r"|thanks|thx|tks|cheers)"
    r"(?:\s+(?:and\s+(?:kind\s+|best\s+)?(?:regards|wishes|thanks)|in\s+(?:advance|anticipation)|again|so\s+much"
    r"|very\s+much"
    r"|for\s+(?:your|any|the|all)\s+[\w ,]{1,50}))?"
    r"|thank\s+you(?:\s+(?:again|very\s+much|so\s+much|kindly|all|in\s+(?:advance|anticipation)|and\s+(?:kind"
    r"|best)\s+regards"
    r"|for\s+(?:your|any|the)\s+[\w ,]{1,50}))?"
    r"|(?:all\s+the\s+)?best|ta(?:\s+very\s+much|\s+muchly)?|kr|brgds|love|x{1,4}|pob\s+hwyl|cofion(?:\s+gorau)?"
    r"|yn\s+gywir|diolch(?:\s+yn\s+fawr)?"
    r"|slàinte|merry\s+christmas|have\s+a\s+\w{3,9}\s+\w{3,9}(?:\s+[\w ]{1,30})?|many\s+th[xks]{1,4})"
)
_SIGN_OFF = re.compile(rf"^(?:and\s+|{_CORE}\s*[,/&]\s*)?{_CORE}[\s,.!;:\-–—]*$", re.IGNORECASE)
_SIGN_OFF_NAME = re.compile(rf"^({_CORE})(\s*[,.!\-–—]\s*|\s+)(\S.{{0,60}})$", re.IGNORECASE)
_FIRST = frozenset("yYsSfFrRcCwWtTmMkKbBgGaAxXlLpPdDvVhHnN")
_FORMAL = re.compile(r"^yours?\s+(?:very\s+)?(?:faithfully|sincerely|truly)|regards\b", re.IGNORECASE)
_NEEDS_COMMA = re.compile(
    r"^(?:(?:all the )?best|love|ta|thanks|cheers|kr|many thanks|thank you|sincerely|yours?|regards?)\b", re.IGNORECASE
)
_POSTSCRIPT = re.compile(
    r"^(?:p\.?\s?p?\.?s\.?\b(?![@-])|n\.?\s?b\.?\b|post-?script\b|one more thing|i forgot|sorry,? (?:i|one)|oh,? and\b"
    r"|also\b)",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^(?:appendix|annex|schedule|enclosures?|questions?|request|background|clarification|notes?|details|further"
    r"|additional|scope|part)\b.{0,60}$|^.{1,60}:$",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"@|www\.|https?://|\b(?:tel|telephone|phone|mob|mobile|fax|direct|ext|email|e-mail|web|twitter|address|t|m|e|w"
    r"|dob|d\.o\.b|born|ref)\b\s?[.:]|\d{4,}"
    r"|\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b",
    re.IGNORECASE,
)
_CONTACT_LABEL = re.compile(
    r"^(?:tel|telephone|phone|mob|mobile|fax|e-?mail|web|address|name|signed|signature)\b.{0,20}:$", re.IGNORECASE
)
_OWN_VOICE = re.compile(r"\b(?:i|i['’]m|i['’]d|i['’]ve|my|me|we['’]d|you|your)\b", re.IGNORECASE)
_INTRODUCES = re.compile(r"\b(?:these|following|below|each of)\b", re.IGNORECASE)
_SMALL = frozenset({
    "de", "del", "della", "der", "den", "di", "du", "la", "le", "van", "von", "da", "dos", "el", "al", "bin", "ibn",
    "of", "and", "y", "ap", "ferch", "mac", "the", "on", "behalf", "for",
})  # fmt: skip
_NOT_NAMES = frozenset({
    "questions", "question", "request", "requests", "appendix", "annex", "schedule", "note", "notes", "background",
    "information", "details", "data", "please", "period", "total", "totals", "dates", "date", "year", "years",
    "format", "ps", "nb", "also", "where", "what", "when", "which", "how", "force", "police", "crime", "taser",
    "knife", "other", "officers",
})  # fmt: skip
_TITLE = re.compile(
    r"^(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|rev|revd|cllr|councillor|sgt|pc|dc|ds|di|dci|supt|insp|ch)\b\.?",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"^\[[\w .'/-]{1,40}\]$")


def is_sign_off(bare: str) -> bool:
    """Whether a line is only a sign-off, or a sign-off with the name after it."""
    if len(bare) > 90 or bare[:1] not in _FIRST:
        return False
    if _SIGN_OFF.match(bare):
        return True
    m = _SIGN_OFF_NAME.match(bare)
    if not m or not is_name(m[3].rstrip(" .,x"), loose=True):
        return False
    return bool(m[2].strip()) or (not _NEEDS_COMMA.match(m[1]) and not is_item(bare))


def sign_off_name(bare: str) -> str:
    """The name on a line such as "Regards, A. Person"; "" where there is none."""
    m = _SIGN_OFF_NAME.match(bare) if len(bare) <= 90 and not _SIGN_OFF.match(bare) else None
    return m[3].strip(" .,") if m else ""


def is_name(bare: str, loose: bool = False) -> bool:
    """Whether a line may be a person's (or office's) name: capitalised words, initials, a title. `loose` lets a single
    word and a trade ("Sec.") pass; else two to five words are wanted, or a title."""
    if not bare or len(bare) > 60 or bare[-1] in "?:;" or any(c.isdigit() for c in bare.split(",")[0]):
        return False
    if _PLACEHOLDER.match(bare):
        return True
    words = re.sub(r"\([^)]{0,30}\)|[\"“”']", " ", bare.split(",")[0]).split()
    if not 1 <= len(words) <= 6 or words[0].lower().strip(".,") in _NOT_NAMES:
        return False
    capital = 0
    for word in words:
        plain = word.strip(".,&-|/")
        if not plain or plain.lower() in _SMALL:
            continue
        if not plain[0].isupper() or plain.lower() in _NOT_NAMES:
            return False
        capital += 1
    return capital >= 1 and (loose or capital >= 2 or _TITLE.match(bare) is not None)


def label_signatures(lines: list[Line], labels: list[str | None], author: str) -> None:
    """Label signatures and footers among the lines that have no label yet. `author` is the sender's name, or ""."""
    own = [line for line in lines if labels[line.n] is None]
    while own and not own[-1].bare:
        own.pop()
    if not own:
        return
    tail = _sign_offs(own, labels)
    tail = _delimiter(own, labels, tail)
    if tail is None:
        tail = _bottom(own, labels, author)
    if tail is not None:
        _after_signature(own, labels, tail)


def _sign_offs(own: list[Line], labels: list[str | None]) -> int | None:
    """Label every closing with what stands under it; where the last one ended, or None where there was none."""
    ended: int | None = None
    i = 0
    while i < len(own):
        line = own[i]
        if not line.bare or not is_sign_off(line.bare):
            i += 1
            continue
        end = _closing_end(own, i)
        if end is None:
            i += 1
            continue
        for x in own[i:end]:
            labels[x.n] = "signature"
        ended = i = end
    return ended


def _closing_end(own: list[Line], i: int) -> int | None:
    """The index after the signature that the sign-off at `i` opens; None where letter text just goes on below it."""
    j = i + 1
    while j < len(own) and (not own[j].bare or is_sign_off(own[j].bare)):
        j += 1
    if j >= len(own):
        return len(own)
    end = j
    named = bool(sign_off_name(own[i].bare))
    first = not named
    taken = 0
    while j < len(own) and taken < 16:
        bare = own[j].bare
        if not bare:
            j += 1
            continue
        if not _fits(bare, first) or (not (first and is_name(bare, loose=True)) and _list_ahead(own, j)):
            break
        if (
            not own[j - 1].bare
            and not first
            and not is_name(bare)
            and is_footer(_paragraph(own, j), after_signature=True)
        ):
            break
        first = False
        taken += 1
        j += 1
        end = j
    if taken or named:
        return end
    # "Thanks" in the middle of a letter is no closing; "Yours faithfully" above a disclaimer is one.
    return i + 1 if _FORMAL.match(own[i].bare) and not is_item(own[j].bare) else None


def _fits(bare: str, first: bool) -> bool:
    """Whether a line under a sign-off can belong to the signature."""
    if len(bare) > 120 or _POSTSCRIPT.match(bare) or is_greeting(bare) or is_rule(bare) or bare == "--":
        return False
    if _CONTACT_LABEL.match(bare):
        return True
    if first and is_name(bare, loose=True):
        return True
    if _HEADING.match(bare) or (is_item(bare) and not _CONTACT.search(bare)) or asks(bare):
        return False
    words = bare.split()
    if len(words) > 14 or (len(words) > 7 and bare[-1] in ".!" and not _CONTACT.search(bare)):
        return False
    if bare[0].islower() and len(words) > 5 and not _CONTACT.search(bare):
        return False
    return not (_OWN_VOICE.search(bare) and len(words) > 4)


def _list_ahead(own: list[Line], j: int) -> bool:
    """Whether the line heads a list of items."""
    k = j + 1
    while k < len(own) and not own[k].bare and k < j + 3:
        k += 1
    return k < len(own) and is_item(own[k].bare) and (asks(own[k].bare) or asks(own[j].bare))


def _delimiter(own: list[Line], labels: list[str | None], tail: int | None) -> int | None:
    """The "-- " line that mail programs put above a signature: what follows is one unless it asks or is long."""
    for i in range(max(0, len(own) - 30), len(own)):
        if own[i].bare != "--" or labels[own[i].n] is not None:
            continue
        below = [x.bare for x in own[i + 1 :] if x.bare]
        if (
            len(below) <= 16
            and not any(asks(b) and not is_footer(b, True) for b in below)
            and not any(is_item(b) for b in below)
        ):
            for x in own[i:]:
                if labels[x.n] is None:
                    labels[x.n] = "footer" if x.bare and is_footer(x.bare, True) else "signature"
            return len(own)
    return tail


def _paragraph(own: list[Line], j: int) -> str:
    """The words of the paragraph from line `j` on."""
    end = j
    while end < len(own) and own[end].bare:
        end += 1
    return "\n".join(x.bare for x in own[j:end])


def _paragraphs(own: list[Line], start: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    i = start
    while i < len(own):
        if not own[i].bare:
            i += 1
            continue
        j = i
        while j < len(own) and own[j].bare:
            j += 1
        found.append((i, j))
        i = j
    return found


def _bottom(own: list[Line], labels: list[str | None], author: str) -> int | None:
    """Without a sign-off: footers at the bottom, then a name above them. Where the letter's own words end, or None."""
    paragraphs = _paragraphs(own, max(0, len(own) - 60))
    end = len(own)
    while len(paragraphs) > 1:
        a, b = paragraphs[-1]
        text = "\n".join(x.bare for x in own[a:b])
        if is_rule(own[a].bare) and (b - a == 1 or not asks(text)) and (b - a > 1 or end < len(own)):
            pass
        elif is_item(own[a].bare) or not is_footer(text, after_signature=False):
            break
        paragraphs.pop()
        end = a
    # Where the author's own name heads an earlier paragraph, what hangs below it is no part of the letter.
    for k in range(len(paragraphs) - 2, max(0, len(paragraphs) - 4), -1):
        p, q = paragraphs[k]
        if _is_by(own[p].bare, author) and all(_fits(x.bare, False) for x in own[p + 1 : q]):
            for x in own[p:q]:
                labels[x.n] = "signature"
            return q
    # The same footer may hang on the last paragraph's own lines.
    a, b = paragraphs[-1] if paragraphs else (0, 0)
    for i in range(max(a + 1, b - 4), b):
        if is_rule(own[i].bare) and not asks("\n".join(x.bare for x in own[i:b])) and i + 1 < b:
            end = i
            b = i
            break
    start = _trailing_name(own, paragraphs, a, b, author)
    for x in own[end:]:
        if labels[x.n] is None:
            labels[x.n] = "footer"
    if start is not None:
        for x in own[start:b]:
            labels[x.n] = "signature"
        return b
    return end if end < len(own) else None


def _trailing_name(own: list[Line], paragraphs: list[tuple[int, int]], a: int, b: int, author: str) -> int | None:
    """Where a name that closes the letter begins, with the titles and phones under it."""
    # The author's own name at the head of lines that fit under one is a signature whatever stands before it.
    for i in range(max(a, b - 8), b):
        if i > 0 and _is_by(own[i].bare, author) and all(_fits(x.bare, False) for x in own[i + 1 : b]):
            return i
    # A block of name, title and phone may be two paragraphs.
    for count in (2, 1):
        if len(paragraphs) <= count:
            continue
        p, q = paragraphs[-count]
        above = paragraphs[-count - 1]
        last = own[above[1] - 1].bare
        if q - p > 6 or last[-1] not in ".?!)]\"'’”":
            continue
        if _INTRODUCES.search(last[-60:]):
            continue
        lines = [x.bare for x in own[p:b] if x.bare]
        if count == 2 and not _CONTACT.search("\n".join(lines[q - p :])):
            continue  # two short paragraphs may be a list
        if len(lines) <= 8 and is_name(lines[0]) and all(_fits(x, False) for x in lines[1:]):
            return p
        if len(lines) <= 2 and _initials(lines[0]) and not asks(lines[-1]):
            return p
    return None


def _is_by(bare: str, author: str) -> bool:
    """Whether a short line is mostly the author's name."""
    if not author or len(bare) > 60:
        return False
    mine = {w.lower() for w in re.findall(r"[^\W\d_]{2,}", author)}
    words = re.findall(r"[^\W\d_]{2,}", bare)
    return bool(mine and words) and sum(w.lower() in mine for w in words) * 2 > len(words)


def _initials(bare: str) -> bool:
    return (
        len(bare) <= 30
        and re.match(r"^(?:(?:[A-Z]\.? ){1,3}[A-Z][\w'’-]+|(?:[A-Z]\.){1,3}|[A-Z]{2})\.?$", bare) is not None
    )


def _after_signature(own: list[Line], labels: list[str | None], start: int) -> None:
    """Below the last signature: postscripts and asks are new, disclaimers footers, contact lines signature."""
    for a, b in _paragraphs(own, start):
        unlabelled = [x for x in own[a:b] if labels[x.n] is None]
        if not unlabelled:
            continue
        text = "\n".join(x.bare for x in unlabelled)
        kind: str | None = None
        if _POSTSCRIPT.match(unlabelled[0].bare) or is_item(unlabelled[0].bare):
            kind = None
        elif is_footer(text, after_signature=True):
            kind = "footer"
        elif asks(text):
            kind = None
        elif all(_fits(x.bare, False) or is_rule(x.bare) for x in unlabelled):
            kind = "signature"
        elif not _OWN_VOICE.search(text) or len(text) < 90:
            kind = "footer"
        if kind is not None:
            for x in unlabelled:
                labels[x.n] = kind
