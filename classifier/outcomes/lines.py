"""The lines and sentences of a published answer, without complaint rights, page chrome and notices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FULL = 48
"""From this length a line may have been wrapped by a program rather than ended by its writer."""
_LONGEST = 4_000
"""Characters of a sentence that are read together: nobody decides anything in a longer one."""
_PARAGRAPH = 20_000
"""Characters of a paragraph that are read: what is longer is a table or an annex."""
_MOST = 400_000
"""Characters of an answer that are read: what stands further down are annexes."""
_WIDEST = 125
"""A text whose lines are longer than this is not wrapped at all."""
_STARTS = re.compile(
    r"[ \t>*_#•·-]{0,6}(?:\(?\d{1,3}\)|\d{1,3}[.):]|\d{1,2}[a-z][.): ]|\d{1,2} [-–] "
    r"|\(?[a-z]\)|[a-z][.)][ ]|[•·*–—-][ ]|[QA]\.?[ ]?\d|Questions?[ ]\d|Sections?[ ]\d"
    r"|S\.?\d\d|https?:|"
    r"(?:REPLY|Reply|RESPONSE|Response|ANSWER|Answer|DECISION|Decision|OUTCOME|Outcome)\b[^\n]{0,20}:|\[\d)"
)
# A heading from which on a letter tells about rights, and the headings that end this.
_RIGHTS = re.compile(
    r"[\s*_#]{0,6}(?:your )?(?:complaints?|right(?:s)? (?:to|of) (?:complain|appeal|review"
    r"|request (?:an? )?(?:internal )?review)|complaint(?:s)? rights?|rights? of (?:appeal"
    r"|complaint|review)|appeal(?:s)? (?:rights?|procedure|process)"
    r"|complaints? (?:procedure|process)|internal review(?: procedure| process| rights?)?"
    r"|review (?:procedure|process)|the information commissioner|(?:are you )?(?:unhappy"
    r"|dissatisfied) with\b.{0,80}"
    r"|copyright(?: notice)?|references|visible links|how to complain|feedback"
    r"|freedom of information appeals? procedure"
    r"|ask to have the decision looked at again.{0,4})[\s*_:.?-]{0,6}$",
    re.IGNORECASE,
)
_RIGHTS_SENTENCE = re.compile(
    r"\W{0,4}(?:if you (?:are|remain|feel|wish|have any|disagree|would like|believe)\b.{0,160}\b(?:complain"
    r"|review|appeal|dissatisfied|unhappy|commissioner|contact|queries|questions)"
    r"|you have the right (?:under|to)\b|complaints? (?:should|must|can)\b|(?:should"
    r"|if) you (?:have|require|remain|be|wish)\b.{0,120}\b(?:enquir|quer|question|concern"
    r"|contact|dissatisfied|commissioner|write)"
    r"|the information commissioner(?:['’]s office)? (?:can be|is|has)\b|your attention is drawn to\b.{0,60}(?:complain"
    r"|review|appeal)|further information (?:can|on the commissioner))",
    re.IGNORECASE,
)
_ENDS_RIGHTS = re.compile(
    r"[\s*_#]{0,6}(?:(?:legal |notice |refusal )?(?:annex|appendix|refusal notice|enclosure)\b"
    r"|section \d\d\b|exemptions?\b|harm\b|evidence of harm|public interest|question \d"
    r"|q\d)",
    re.IGNORECASE,
)
_CHROME = re.compile(
    r"\W{0,4}(?:quickly exit this site|we use some essential cookies|we['’]d like to set additional cookies"
    r"|you can manage your preferences|your cookie preferences|sorry, there was a technical problem"
    r"|this site is a beta"
    r"|accept (?:all )?cookies|skip to (?:main )?content|show quoted sections|\d{1,2} attachments?\b"
    r"|visible links|page \d+(?: of \d+)?$|back to top|print this page|share this|download (?:this )?(?:pdf"
    r"|document)?$"
    r"|we don['’]t know whether the most recent|we['’]re waiting for\b|the request was (?:partially )?(?:successful"
    r"|refused)|link to this|report this|send a (?:public )?follow|\[\d{1,3}\] ?https?:"
    r"|\d{1,3}\. https?:)",
    re.IGNORECASE,
)
# The notice of FOIA s17 and the duties of s1, as letters recite them; their lettered lists are no questions.
_NOTICE = re.compile(
    r"\W{0,4}(?:\(?[a-c]\)?[ .)]{0,3})?(?:(?:it )?states? (?:that|the) fact|specif(?:y"
    r"|ies) the exemption|states? \(?if (?:that|it) would not|section 17 (?:of|\(1\)"
    r"|requires)\b.{0,200}(?:notice|requires)|section 1(?:\(1\))? of (?:the|this) (?:act"
    r"|foia|freedom).{0,200}(?:dut|right|entitle)"
    r"|(?:to be|to have) (?:informed|that information)\b|any person making a request|whether it holds information of)",
    re.IGNORECASE,
)
_ACCURACY = re.compile(
    r"\W{0,4}(?:every effort (?:is|has been) made|the force information management board"
    r"|please note (?:that )?police forces|.{0,60}in complying with (?:their|its) statutory duty)",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"(?<=[.;?!])[\"'”’)]{0,2}[ ]+(?=[A-Z“\"'(£•\d])|[ ]?;[ ]|(?<=\.)\t+")
_ABBREVIATED = re.compile(
    r"(?:\b(?:s|ss|sec|sect|no|nos|q|qs|mr|mrs|ms|dr|st|ref|e\.g|i\.e|etc|para|art|reg"
    r"|vs|approx|dept|insp|supt|sgt|det)|\b[A-Z])\.$|^\W{0,3}\(?[\dA-Za-z]{1,3}[.)]$",
    re.IGNORECASE,
)


class Line(NamedTuple):
    """A line as its writer meant it; `first`: a paragraph begins with it."""

    text: str
    first: bool


def lines(text: str) -> list[Line]:
    """The lines of `text`, those that a program wrapped joined again. Linear in the text."""
    raw = [x[:_PARAGRAPH].replace("\xa0", " ").rstrip() for x in text[:_MOST].split("\n")]
    long = sorted(len(x) for x in raw if len(x) >= _FULL)
    width = long[len(long) * 9 // 10] if long else 0
    wrapped = 0 < width <= _WIDEST
    out: list[Line] = []
    parts: list[str] = []
    first = fresh = True
    before = 0

    def put() -> None:
        if parts:
            out.append(Line(" ".join(parts), first))
            parts.clear()

    for line in raw:
        bare = line.strip()
        if not bare:
            put()
            fresh = True
            continue
        if parts and not (wrapped and before >= max(_FULL, width - 22) and _goes_on(parts[-1], line)):
            put()
        if not parts:
            first, fresh = fresh, False
        parts.append(bare)
        before = len(line)
    put()
    return out


_LINKS = re.compile(
    r"(?:,|\b(?:and|or|under|of|by|to|in|the|that|with|for|from|on|virtue|as|is|are|at|than|&))$", re.IGNORECASE
)


def _goes_on(above: str, line: str) -> bool:
    """Whether a line may be the rest of a full one above it."""
    if above.endswith(":") or "\t" in line:
        return False
    return _STARTS.match(line) is None or (_LINKS.search(above) is not None and re.match(r"[SQ]\w+", line) is not None)


def decisive(text: str) -> list[Line]:
    """The lines of an answer that may decide something."""
    out: list[Line] = []
    rights = False
    for line in lines(text):
        bare = line.text
        if rights and not (_ENDS_RIGHTS.match(bare) and line.first):
            continue
        rights = False
        if _RIGHTS.match(bare):
            rights = True
            continue
        head = bare[:400]
        if _CHROME.match(head) or _NOTICE.match(head) or _ACCURACY.match(head) or _RIGHTS_SENTENCE.match(head):
            continue
        out.append(line)
    return out


def sentences(text: str) -> Iterator[str]:
    """The sentences of a line; semicolons end one, "s. 31" and "Q. 2" don't. None is longer than `_LONGEST`."""
    if len(text) > _LONGEST:
        for start in range(0, len(text), _LONGEST):
            yield from sentences(text[start : start + _LONGEST])
        return
    at = 0
    for m in _SPLIT.finditer(text):
        piece = text[at : m.start()]
        if _ABBREVIATED.search(piece[-12:]) and not m[0].lstrip().startswith(";"):
            continue
        if piece.strip():
            yield piece.strip()
        at = m.end()
    if text[at:].strip():
        yield text[at:].strip()


_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words of a text, lower case."""
    return _WORD.findall(text.lower())


def joined(found: Sequence[Line]) -> str:
    """Lines as text, a blank line before each paragraph."""
    return "\n".join(("\n" if x.first and k else "") + x.text for k, x in enumerate(found))
