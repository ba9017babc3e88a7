"""What a line of a disclosure log or of an answer is, by its words: a reference, a label, a headline, a day."""

from __future__ import annotations

import re

_REFERENCE = (
    r"(?:[A-Z]{1,6}[-/.]?)?(?:\d{1,4}[-/.])?(?:(?:FOI|FOIA|EIR|IR|RFI)[-/.])?"
    r"\d{2,8}(?:[-/.]\d{2,8}){0,3}(?:[-/][A-Z]{1,4})?"
)
_YEARS = re.compile(r"(?:19|20)\d\d(?:\s?[-/–]\s?(?:(?:19|20)?\d\d))?")
DAY = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d\d){1,2}|\d{4}-\d\d-\d\d")
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
HEADED = re.compile(
    rf"[\W_]{{0,6}}(?:(?:FOIA?|EIR|freedom of information)(?:[ ](?:request|disclosure"
    rf"|response|ref(?:erence)?|log|case|no\.?|number))*[ .:#-]*)(?P<ref>{_REFERENCE})(?P<rest>[\W_]{{0,3}}$"
    rf"|[ \t]*[-–—:|][ \t]*.{{0,150}}$|[ \t]+[A-Z(“\"].{{0,150}}$)",
    re.IGNORECASE,
)
WHOLE = re.compile(
    r"[\W_]{0,6}(?P<ref>(?:FOIA?|EIR|RFI)[-/.]\d{2,8}(?:[-/.]\d{2,8}){0,3})"
    r"(?P<rest>[\W_]{0,3}$|[ \t]*[-–—:|][ \t]*.{0,150}$)",
    re.IGNORECASE,
)
BARE = re.compile(rf"[\W_]{{0,4}}(?P<ref>{_REFERENCE})[\W_]{{0,3}}$")
ROW = re.compile(rf"[ ]{{0,4}}(?:FOIA?[ :#-]*)?(?P<ref>{_REFERENCE})\t")

REQUEST = re.compile(
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
RESPONSE = re.compile(
    r"[\W_]{0,6}(?:(?:the |our |full |force |final |police |foia? |information |initial )*(?:response"
    r"|reply|answer|disclosure|answers|responses|findings|information (?:disclosed|provided"
    r"|released))(?: details?| text| summary| given| provided| to (?:your |the )?request)?"
    r"|what we (?:said|answered|told them)|we (?:answered|replied|responded))[\s*_]{0,3}(?P<end>[:\t–-][\s*_]{0,4}|$)",
    re.IGNORECASE,
)
OUTCOME = re.compile(
    r"[\W_]{0,6}(?:(?:the |our |request |disclosure |response |final |foia? )*(?:outcome"
    r"|decision|result|status|exemptions?(?: applied| used| cited| engaged| claimed)?"
    r"|disclosure (?:type|level|status)|response type|type of response|sections?(?: applied"
    r"| used| cited)?)(?: of (?:the )?request)?)[\s*_]{0,3}(?P<end>[:\t–-][\s*_]{0,4}"
    r"|$)",
    re.IGNORECASE,
)
DATED = re.compile(
    r"[\W_]{0,6}(?:date|dates|received|published|publication|answered|responded|closed"
    r"|issued|completed|title|subject|category|categories|topic|keywords?|tags?|department"
    r"|period|timeframe|publication date|attachments?|links?|downloads?)\b[^:\t\n]{0,30}[:\t]",
    re.IGNORECASE,
)
TITLE = re.compile(
    r"[\W_]{0,4}(?:title|subject|topic|request title|re)[ \t]*[:\t][ \t]*(?P<title>.{3,160})$", re.IGNORECASE
)
SUMS_UP = re.compile(
    r"[\W_]{0,4}(?:(?:full|part|partial|partially|fully|complete|no|non|nil)[- ](?:disclos\w+"
    r"|refus\w+|exempt\w*|releas\w+|granted|withheld)|refus(?:ed|al)|exempt(?:ed|ion)?s?"
    r"|disclos(?:ed|ure in (?:full|part))|(?:no )?information (?:not )?held|not held"
    r"|withheld|neither confirm nor deny|NCND|released|granted)\b.{0,160}$",
    re.IGNORECASE,
)
ASKING = re.compile(
    r"\?|\b(?:please (?:can you |could you )?(?:provide|supply|state|confirm|list|tell"
    r"|disclose|send|give|specify|advise|detail|break|include)|(?:i|we) (?:would|am|are"
    r"|wish|want|request|seek)\b.{0,60}|how many|how much|could you|can you|what (?:is"
    r"|are|was|were)|the (?:number|total|cost|name|amount|policy)|copies? of|details of"
    r"|for each)\b",
    re.IGNORECASE,
)
INTRODUCES = re.compile(
    r"\b(?:you (?:asked|requested|have asked|have requested|sought|wrote)|your (?:request"
    r"|enquiry|questions?|application|foi|e-?mail|letter)|requested (?:the following"
    r"|information)|response to your|asked for|(?:request|enquir\w+) (?:is|was|reads?"
    r"|read|stated|asked|for the following))\b.{0,160}:\s*$",
    re.IGNORECASE,
)
ANSWERS = re.compile(
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
ITEM = re.compile(
    r"[ \t>*_#•·-]{0,6}(?:q(?:uestion)?\.?[ ]?)?(?:\(?\d{1,2}[a-z]?[).:]|\(?[a-z]\)|\(?[ivx]{1,4}\)"
    r"|\d{1,2}[ ]?[a-z][ .)]|q\d{1,2}\b|[a-z]\.[ ])",
    re.IGNORECASE,
)
LETTERHEAD = re.compile(
    r"\b(?:police|constabulary|unit|department|team)$|^(?:dear|thank|freedom of information"
    r"|i|you|we|your)\b|internal review|@|\d{5}",
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
    for pattern in (WHOLE, _LABELLED, HEADED, ROW, *([BARE] if bare else [])):
        m = pattern.match(line)
        if m is None:
            continue
        ref = m["ref"]
        digits = sum(c.isdigit() for c in ref)
        if digits < 3 or _YEARS.fullmatch(ref) or DAY.fullmatch(ref):
            continue
        if pattern is BARE and (digits < 4 or (ref.isdigit() and not 4 <= len(ref) <= 6)):
            continue
        if pattern is _LABELLED and m["rest"] and re.match(r"\s+(?:we|in|is|was|and|or|to|the)\b", m["rest"]):
            continue
        return bare_reference(ref)
    return None


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
