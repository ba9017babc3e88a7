"""A document cut into cases: what was asked, and what was answered, one after the other.

A case comes from an entry of a disclosure log, from a letter that repeats the request, or from the
messages of a thread.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from classifier.outcomes.answers import headline
from classifier.outcomes.verdicts import general, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.outcomes.answers import Headline


class Answer(NamedTuple):
    """An answer's text and headline; `review`: it looks at an earlier answer again."""

    text: str
    head: Headline | None = None
    review: bool = False


class Case(NamedTuple):
    """One request with its answers, oldest first. `days`: days that it names, ISO 8601, the earliest first."""

    source: str
    reference: str | None
    title: str
    request: str
    answers: tuple[Answer, ...]
    days: tuple[str, ...] = ()


_REFERENCE = (
    r"(?:[A-Z]{1,6}[-/.]?)?(?:\d{1,4}[-/.])?(?:(?:FOI|FOIA|EIR|IR|RFI)[-/.])?"
    r"\d{2,8}(?:[-/.]\d{2,8}){0,3}(?:[-/][A-Z]{1,4})?"
)
_YEARS = re.compile(r"(?:19|20)\d\d(?:\s?[-/–]\s?(?:(?:19|20)?\d\d))?")
_DAY = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d\d){1,2}|\d{4}-\d\d-\d\d")
_CALLED = (
    r"(?:(?:our|your|the|foi|foia|eir|freedom of information|information|request|case"
    r"|log|publication|disclosure|unique|file|force|correspondence|application)[ ])*"
)
_LABELLED = re.compile(
    rf"[\W_]{{0,6}}{_CALLED}(?:reference|ref|request|case|log|id)\.?(?:[ ](?:no\.?|number"
    rf"|id|ref(?:erence)?))*[ \t]*[:#.\t–-]?[ \t]*(?:is[ ])?(?:(?:FOIA?|EIR|Ref)(?:[ ](?:no\.?"
    rf"|number|request))?[ .:#]*)?(?P<ref>{_REFERENCE})(?P<rest>[\W_]{{0,3}}$|[ \t]*[-–—:|][ \t]*.{{0,150}}$"
    rf"|[ \t]+\(?.{{0,80}}$)",
    re.IGNORECASE,
)
_HEADED = re.compile(
    rf"[\W_]{{0,6}}(?:(?:FOIA?|EIR|freedom of information)(?:[ ](?:request|disclosure"
    rf"|response|ref(?:erence)?|log|case|no\.?|number))*[ .:#-]*)(?P<ref>{_REFERENCE})(?P<rest>[\W_]{{0,3}}$"
    rf"|[ \t]*[-–—:|][ \t]*.{{0,150}}$|[ \t]+[A-Z(“\"].{{0,150}}$)",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"[\W_]{0,6}(?P<ref>(?:FOIA?|EIR|RFI)[-/.]\d{2,8}(?:[-/.]\d{2,8}){0,3})"
    r"(?P<rest>[\W_]{0,3}$|[ \t]*[-–—:|][ \t]*.{0,150}$)",
    re.IGNORECASE,
)
_BARE = re.compile(rf"[\W_]{{0,4}}(?P<ref>{_REFERENCE})[\W_]{{0,3}}$")
_ROW = re.compile(rf"[ ]{{0,4}}(?:FOIA?[ :#-]*)?(?P<ref>{_REFERENCE})\t")

_REQUEST = re.compile(
    r"[\W_]{0,6}(?:(?:the |your |full |original |initial |applicant['’]?s? |details of "
    r"|text of |wording of |summary of |description of |foia? |information |freedom of information )*"
    r"(?:requests?|questions?|query|enquiry|information (?:requested|sought|asked for)"
    r"|request for information)(?: details?| summary| text| received| wording| description"
    r"| you made| made| asked| for information)?"
    r"|(?:you|the applicant|they) (?:have )?(?:asked|requested|wrote|sought|wanted to know)(?: for"
    r"| us| the following| to know)*(?: information)?|what (?:was|you|we were|they) asked(?: for"
    r"| us)?)[\s*_]{0,3}(?P<end>[:\t–-][\s*_]{0,4}|$)",
    re.IGNORECASE,
)
_RESPONSE = re.compile(
    r"[\W_]{0,6}(?:(?:the |our |full |force |final |police |foia? |information |initial )*(?:response"
    r"|reply|answer|disclosure|answers|responses|findings|information (?:disclosed|provided"
    r"|released))(?: details?| text| summary| given| provided| to (?:your |the )?request)?"
    r"|what we (?:said|answered|told them)|we (?:answered|replied|responded))[\s*_]{0,3}(?P<end>[:\t–-][\s*_]{0,4}|$)",
    re.IGNORECASE,
)
_OUTCOME = re.compile(
    r"[\W_]{0,6}(?:(?:the |our |request |disclosure |response |final |foia? )*(?:outcome"
    r"|decision|result|status|exemptions?(?: applied| used| cited| engaged| claimed)?"
    r"|disclosure (?:type|level|status)|response type|type of response|sections?(?: applied"
    r"| used| cited)?)(?: of (?:the )?request)?)[\s*_]{0,3}(?P<end>[:\t–-][\s*_]{0,4}"
    r"|$)",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"[\W_]{0,6}(?:date|dates|received|published|publication|answered|responded|closed"
    r"|issued|completed|title|subject|category|categories|topic|keywords?|tags?|department"
    r"|period|timeframe|publication date|attachments?|links?|downloads?)\b[^:\t\n]{0,30}[:\t]",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"[\W_]{0,4}(?:title|subject|topic|request title|re)[ \t]*[:\t][ \t]*(?P<title>.{3,160})$", re.IGNORECASE
)
_SUMS_UP = re.compile(
    r"[\W_]{0,4}(?:(?:full|part|partial|partially|fully|complete|no|non|nil)[- ](?:disclos\w+"
    r"|refus\w+|exempt\w*|releas\w+|granted|withheld)|refus(?:ed|al)|exempt(?:ed|ion)?s?"
    r"|disclos(?:ed|ure in (?:full|part))|(?:no )?information (?:not )?held|not held"
    r"|withheld|neither confirm nor deny|NCND|released|granted)\b.{0,160}$",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\?|\b(?:please (?:can you |could you )?(?:provide|supply|state|confirm|list|tell"
    r"|disclose|send|give|specify|advise|detail|break|include)|(?:i|we) (?:would|am|are"
    r"|wish|want|request|seek)\b.{0,60}|how many|how much|could you|can you|what (?:is"
    r"|are|was|were)|the (?:number|total|cost|name|amount|policy)|copies? of|details of"
    r"|for each)\b",
    re.IGNORECASE,
)
_INTRODUCES = re.compile(
    r"\b(?:you (?:asked|requested|have asked|have requested|sought|wrote)|your (?:request"
    r"|enquiry|questions?|application|foi|e-?mail|letter)|requested (?:the following"
    r"|information)|response to your|asked for|(?:request|enquir\w+) (?:is|was|reads?"
    r"|read|stated|asked|for the following))\b.{0,160}:\s*$",
    re.IGNORECASE,
)
_ANSWERS = re.compile(
    r"[\W_]{0,6}(?:having (?:now )?(?:completed|made|conducted|considered|searched)|following receipt"
    r"|searches|(?:i|we|the force|[A-Z]\w+(?: \w+)? (?:police|constabulary)) (?:can|am"
    r"|are|have|has|is|do|does|hold|holds|neither|cannot|will|searched|can confirm)\b"
    r"|(?:in accordance with|under|pursuant to) section|section 1\b|section 17\b"
    r"|in (?:respect|relation|regard) (?:of|to) (?:question|q\d|part|point|your|the)"
    r"|your request (?:for information )?has (?:now )?been|the information (?:you|requested"
    r"|is|that|below|held)|please (?:see|find)|reply\b|response\b|answer\b|a\d|unfortunately"
    r"|this information|it is estimated|i am|no information|to (?:locate|provide|answer)"
    r"|decision\b|after careful|caveats?\b)",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"[ \t>*_#•·-]{0,6}(?:q(?:uestion)?\.?[ ]?)?(?:\(?\d{1,2}[a-z]?[).:]|\(?[a-z]\)|\(?[ivx]{1,4}\)"
    r"|\d{1,2}[ ]?[a-z][ .)]|q\d{1,2}\b|[a-z]\.[ ])",
    re.IGNORECASE,
)


def bare_reference(written: str) -> str:
    """A reference without the words before it: "FOI 15167" and "Ref: 15167" are 15167; "01/FOI/24/1" stays whole."""
    return re.sub(
        r"^(?:(?:foia?|eir|ir|rfi|ref(?:erence)?|request|case|no|number|log)\b[\s.:#]+)+",
        "",
        written.strip(),
        flags=re.IGNORECASE,
    ).strip(" .:-")


def reference_at(line: str, *, bare: bool = True) -> str | None:
    """The reference that a line of a log or a letter's head consists of, None where it is no such line."""
    line = line.strip()
    if not line or len(line) > 240:
        return None
    for pattern in (_WHOLE, _LABELLED, _HEADED, _ROW, *([_BARE] if bare else [])):
        m = pattern.match(line)
        if m is None:
            continue
        ref = m["ref"]
        digits = sum(c.isdigit() for c in ref)
        if digits < 3 or _YEARS.fullmatch(ref) or _DAY.fullmatch(ref):
            continue
        if pattern is _BARE and (digits < 4 or (ref.isdigit() and not 4 <= len(ref) <= 6)):
            continue
        if pattern is _LABELLED and m["rest"] and re.match(r"\s+(?:we|in|is|was|and|or|to|the)\b", m["rest"]):
            continue
        return bare_reference(ref)
    return None


def entries(body: str) -> list[tuple[str | None, str]]:
    """The entries of a disclosure log, each with its reference; the whole text as one where it is no log of several."""
    found = body.split("\n")
    starts: list[tuple[int, str]] = []
    for k, line in enumerate(found):
        ref = reference_at(line)
        if ref is None or (starts and starts[-1][1] == ref):
            continue
        if _BARE.match(line.strip()) and not _begins_entry(found, k):
            continue
        starts.append((k, ref))
    if not starts:
        return _by_labels(found)
    if len(starts) == 1:
        return [(starts[0][1], body)]
    edges = [_back_to_title(found, k) for k, _ in starts]
    edges[0] = min(edges[0], starts[0][0])
    out: list[tuple[str | None, str]] = []
    for (_, ref), a, b in zip(starts, edges, [*edges[1:], len(found)], strict=True):
        out.append((ref, "\n".join(found[a:b])))
    return out


def _begins_entry(found: Sequence[str], k: int) -> bool:
    """Whether a number on a line of its own is a log entry's: a title follows it, and a headline or label later on."""
    below = [x.strip() for x in found[k + 1 : k + 6] if x.strip()]
    if not below or not re.search(r"[A-Za-z]{3}", below[0]) or "\t" in below[0]:
        return False
    return any(
        _SUMS_UP.match(x.strip())
        or _RESPONSE.match(x.strip())
        or _REQUEST.match(x.strip())
        or _OUTCOME.match(x.strip())
        for x in found[k + 1 : k + 60]
    )


def _back_to_title(found: Sequence[str], k: int) -> int:
    """The line of the title above a reference line, or that line."""
    if _WHOLE.match(found[k]) or _HEADED.match(found[k]) or _ROW.match(found[k]) or _BARE.match(found[k].strip()):
        return k
    at = k - 1
    while at >= 0 and not found[at].strip() and k - at <= 2:
        at -= 1
    if at < 0:
        return k
    title = found[at].strip()
    if (
        3 < len(title) <= 120
        and title[-1] not in ".:;,?"
        and not _ITEM.match(title)
        and (at == 0 or not found[at - 1].strip())
    ):
        return at
    return k


def _by_labels(found: Sequence[str]) -> list[tuple[str | None, str]]:
    """Entries without references: each begins with a label such as "Request:" that comes again."""
    starts = [
        k
        for k, x in enumerate(found)
        if ((m := _REQUEST.match(x)) and m["end"] is not None and len(x.strip()) <= 60)
        or x.lower().startswith("request:")
    ]
    answers = [k for k, x in enumerate(found) if _RESPONSE.match(x)]
    if (
        len(starts) < 2
        or len(answers) < 2
        or not all(any(a < r < b for r in answers) for a, b in zip(starts, [*starts[1:], len(found)], strict=True))
    ):
        return [(None, "\n".join(found))]
    edges = [0, *(_back_to_title(found, k) for k in starts[1:])]
    return [(None, "\n".join(found[a:b])) for a, b in zip(edges, [*edges[1:], len(found)], strict=True)]


def case_of(source: str, reference: str | None, text: str, roles: Sequence[str] = ()) -> Case:
    """The case that a log entry or a letter holds; its request is empty where none is found in it. `roles` are those of
    the columns of the table that it is a row of."""
    found = text.split("\n")
    if "\t" in text and (made := _row(source, reference, found, roles)) is not None:
        return made
    request: list[str] = []
    answer: list[str] = []
    sums: list[str] = []
    title = _title_above(found, reference)
    mode = "head"
    labelled = any((m := _REQUEST.match(x)) and len(x) < 60 for x in found)
    summed = any(_SUMS_UP.match(x) and len(x.split()) <= 24 for x in found)
    introduced = labelled or _introduced(found)
    for k, line in enumerate(found):
        bare = line.strip()
        if mode in ("head", "request") and _TITLE.match(bare) and not title and mode == "head":
            title = _TITLE.match(bare)["title"].strip()  # type: ignore[index]
            continue
        m = _OUTCOME.match(line)
        if m and len(bare) <= 200 and mode != "answer":
            rest = line[m.end() :].strip()
            if rest or headline(next((x for x in found[k + 1 : k + 3] if x.strip()), "")):
                sums.append(rest)
                mode = "sums" if not rest else "after"
                continue
        if mode == "sums":
            if bare:
                sums.append(bare)
                mode = "after"
            continue
        m = _REQUEST.match(line)
        if (
            m
            and len(line) < 4_000
            and (mode in ("head", "after") or (mode == "request" and not any(x.strip() for x in request)))
            and not re.match(r"\W*questions?\W*\d", bare, re.IGNORECASE)
        ):
            mode = "request"
            answer.append(line)
            if rest := line[m.end() :].strip():
                request.append(rest)
            continue
        m = None if _SUMS_UP.match(bare) and mode != "answer" else _RESPONSE.match(line)
        if m and mode in ("head", "request", "after") and not (mode == "head" and labelled and not request):
            mode = "answer"
            answer.append(line[m.end() :] if m.end() < len(line) else "")
            continue
        if (
            mode != "answer"
            and _SUMS_UP.match(bare)
            and len(bare.split()) <= 24
            and not _ASKING.search(bare)
            and (request or mode == "head")
        ):
            sums.append(bare)
            mode = "after"
            continue
        if mode == "head":
            if (
                introduced
                and not labelled
                and _INTRODUCES.search(" ".join([*(x.strip() for x in found[max(0, k - 2) : k]), bare]))
            ):
                mode = "request"
            elif (
                not labelled
                and not introduced
                and (_ITEM.match(line) or (summed and _ASKING.search(bare)))
                and not _DATED.match(line)
            ):
                mode = "request"
                request.append(line)
                answer.append(line)
            elif (
                bare
                and not title
                and reference_at(bare) is None
                and len(bare) <= 120
                and not _DATED.match(line)
                and not _LETTERHEAD.search(bare)
                and reference
                and any(reference_at(x) == reference for x in found[max(0, k - 3) : k])
            ):
                title = bare
            continue
        if mode == "request":
            if _turns_to_answer(line, request):
                mode = "answer"
            else:
                request.append(line)
        elif mode == "after" and (_DATED.match(line) or _DAY.search(bare[:12])):
            continue
        elif mode == "after":
            if bare and (not request and _ASKING.search(bare)):
                mode = "request"
                request.append(line)
            elif bare:
                mode = "answer"
        elif mode == "answer" and _asks_on(line, request):
            request.append(line)
        answer.append(line)
    head = headline("; ".join(s for s in sums if s)) if sums else None
    made = Case(
        source, reference, title, _tidy(request), (Answer("\n".join(answer), head, review=is_review(text)),), days(text)
    )
    if not made.request or not any(x.strip() for x in answer):
        return made._replace(answers=(Answer(text, head, review=is_review(text)),))
    return made


def _title_above(found: Sequence[str], reference: str | None) -> str:
    """The heading above an entry's reference line, or behind the reference on it."""
    if reference is None:
        return ""
    above = ""
    for line in found[:6]:
        bare = line.strip()
        if reference_at(bare) == reference:
            behind = re.sub(rf"^.{{0,60}}?{re.escape(reference)}[\W_]{{0,6}}", "", bare)
            return above or (
                behind
                if not _LETTERHEAD.search(behind) and re.search(r"[A-Za-z]{3}", behind) and "\t" not in behind
                else ""
            )
        if bare and not above and len(bare) <= 120 and not _DATED.match(line) and not _LETTERHEAD.search(bare):
            above = bare
    return ""


_LETTERHEAD = re.compile(
    r"\b(?:police|constabulary|unit|department|team)$|^(?:dear|thank|freedom of information"
    r"|i|you|we|your)\b|internal review|@|\d{5}",
    re.IGNORECASE,
)


def _introduced(found: Sequence[str]) -> bool:
    """Whether a sentence leads on to the request: "You asked:" before what asks, and before any headline."""
    for k, pair in enumerate(_joined(found)):
        if _SUMS_UP.match(found[k]):
            return False
        below = [x for x in found[k + 1 : k + 8] if x.strip()][:3]
        if _INTRODUCES.search(pair) and any(_ITEM.match(x) or _ASKING.search(x) for x in below):
            return True
    return False


def _joined(found: Sequence[str]) -> list[str]:
    """Lines with the one before them, since a sentence that leads on to the request may be wrapped."""
    return [f"{a.strip()} {b.strip()}" for a, b in zip(["", *found], found, strict=False)]


def columns(body: str) -> tuple[str, ...]:
    """What each column of a table holds, by its header line; () where there is none."""
    for line in body.split("\n"):
        cells = [c.strip() for c in line.split("\t")]
        if len(cells) < 3 or any(len(c) > 60 for c in cells):
            continue
        roles = tuple(_role(c) for c in cells)
        if "request" in roles and ("answer" in roles or "sums" in roles):
            return roles
    return ()


def _role(header: str) -> str:
    for role, pattern in (("title", _TITLED), ("sums", _OUTCOME), ("answer", _RESPONSE), ("request", _REQUEST)):
        if pattern.match(header):
            return role
    return "reference" if re.match(r"(?:\w+ )?(?:ref|no\b|number|id)", header, re.IGNORECASE) else ""


_TITLED = re.compile(r"(?:title|subject|topic|heading)s?$", re.IGNORECASE)


def _row(source: str, reference: str | None, found: Sequence[str], roles: Sequence[str]) -> Case | None:
    """The case of a table's row: the cell that asks, and the cells that answer. `roles` are the columns', if known."""
    if not _ROW.match(found[0]) and (reference is None or not found[0].startswith(reference)):
        return None
    cells = [c.strip() for c in "\n".join(found).split("\t")]
    if len(cells) < 3:
        return None
    if len(cells) == len(roles):
        of = {role: "\n".join(c for c, r in zip(cells, roles, strict=True) if r == role) for role in set(roles)}
        head = headline(of.get("sums", "").replace("\n", "; "))
        return Case(
            source,
            reference,
            of.get("title", ""),
            of["request"],
            (Answer(of.get("answer", ""), head),),
            days("\n".join(cells)),
        )
    body = cells[1:]
    asks = [k for k, c in enumerate(body) if _ASKING.search(c) and (headline(c) is None or len(c) > 60 or "?" in c)]
    if not asks:
        return None
    asked = asks[0]
    sums = [c for k, c in enumerate(body) if k != asked and len(c) <= 160 and "\n" not in c and _SUMS_UP.match(c)]
    rest = [c for k, c in enumerate(body) if k > asked and c not in sums]
    title = next((c for c in body[:asked] if re.search(r"[A-Za-z]{3}", c) and not _DAY.search(c) and c not in sums), "")
    head = headline("; ".join(sums)) if sums else None
    return Case(source, reference, title, body[asked], (Answer("\n".join(rest), head),), days("\n".join(cells)))


def _turns_to_answer(line: str, request: Sequence[str]) -> bool:
    """Whether a line below a request begins the answer."""
    bare = line.strip()
    if not bare:
        return False
    if re.match(
        r"[\W_]{0,6}(?:reply|response|answer|our response|our answer|decision|a\d{1,2})\b[\s*_]{0,2}[:.–-]",
        bare,
        re.IGNORECASE,
    ):
        return True
    if _ITEM.match(line):
        return False
    asks = _ASKING.search(bare[:400]) is not None
    if (
        _ANSWERS.match(bare)
        and not bare.endswith("?")
        and not re.match(
            r"\W*(?:i|we) (?:am|would|are|wish|have|will)\b.{0,80}\b(?:request|asking|like|know"
            r"|seek|grateful|interested|require)",
            bare,
            re.IGNORECASE,
        )
    ):
        return not (
            asks
            and re.match(r"\W*(?:please (?:see|find)|in (?:relation|respect))", bare, re.IGNORECASE) is None
            and "?" in bare
        )
    if not request:
        return False
    said = read(bare[:600])
    return said.result is not None and not general(bare[:600]) and not asks


def _asks_on(line: str, request: Sequence[str]) -> bool:
    """Whether a line in an answer is a further question of the request, quoted where it is answered."""
    m = re.match(r"[ \t>*_#-]{0,6}(?:q(?:uestion)?\.?[ ]?)?\(?(\d{1,2})[a-z]?[).:]?[ ]", line, re.IGNORECASE)
    if m is None or not _ASKING.search(line[m.end() : m.end() + 400]):
        return False
    numbers = [
        int(n[1])
        for x in request
        if (n := re.match(r"[ \t>*_#-]{0,6}(?:q(?:uestion)?\.?[ ]?)?\(?(\d{1,2})[a-z]?[).:]?[ ]", x, re.IGNORECASE))
    ]
    return bool(numbers) and int(m[1]) == max(numbers) + 1


def _tidy(request: Sequence[str]) -> str:
    kept = [x for x in request if not _DATED.match(x)]
    return "\n".join(kept).strip("\n ")


def is_review(text: str) -> bool:
    """Whether an answer looks at an earlier one again."""
    head = text[:2_500]
    return re.search(r"\binternal review\b", head, re.IGNORECASE) is not None and re.search(
        r"\b(?:i have (?:now )?(?:reviewed|completed|conducted|considered)|review(?:ed)? (?:of )?(?:the"
            r"|its|our|your|this)|uph(?:o|e)ld|overturn|original (?:decision|response)|outcome of (?:the"
            r"|your|my|this)|amended their response|updated response|initial(?:ly)?|reconsider"
            r"|responded to your)",
        text[:8_000], re.IGNORECASE,
    ) is not None  # fmt: skip


_MONTHS = {
    m: k for k, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}
_SAID_DAY = (
    r"^[\W_]{0,4}(?:(?:date|day|request|response|reply|received|answered|published|responded"
    r"|closed|sent|issued|completed|decision|of|on|the|was|and)\b[ \t:]{0,3}){0,6}"
)
_LONG_DAY = re.compile(
    _SAID_DAY + r"(?:\w{3,9}day,? )?(\d{1,2})(?:st|nd|rd|th)? (jan|feb|mar|apr|may|jun|jul|aug|sep"
    r"|oct|nov|dec)[a-z]{0,6},? (20\d\d)[ .)]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SHORT_DAY = re.compile(_SAID_DAY + r"(\d{1,2})[/.-](\d{1,2})[/.-](20\d\d)[ .)]*$", re.IGNORECASE | re.MULTILINE)


def days(text: str) -> tuple[str, ...]:
    """The days that stand at the ends of short lines of an entry: received, answered."""
    found = [(int(m[3]), _MONTHS[m[2].lower()], int(m[1])) for m in _LONG_DAY.finditer(text)]
    found += [(int(m[3]), int(m[2]), int(m[1])) for m in _SHORT_DAY.finditer(text)]
    good = sorted({d for d in found if 1 <= d[1] <= 12 and 1 <= d[2] <= 31})
    return tuple(f"{y:04}-{m:02}-{d:02}" for y, m, d in good[:8])
