"""The applicant-blind text: everything that tells who wrote is replaced by spaces, character for character.

FOIA is applicant-blind, and so are our models: only this text may reach a model or a rule for topics, grounds,
referrals or questions. What is blanked: the writer's names, the sentences or clauses in which they say who they are or
for whom they act, their mail addresses, telephones and postal addresses, their organisation. What is asked is kept: in
"I am a student and would like to know how many …" the blanking ends before "would like".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classifier.letters.asks import is_greeting
from classifier.letters.phrases import Phrases, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from classifier.records import Person

# The longest clause that is taken for a self-description.
_CLAUSE = 400

_ROLE = (
    r"(?:a|an|the|one of|part of|chair|chairman|secretary|editor|deputy|head|director|founder|leader|currently|now"
    r"|also|both"
    r"|writing (?:to you )?(?:as|on behalf|for|from)|contacting you (?:as|on behalf)|here on behalf|instructed"
    r"|retained|employed"
    r"|based|studying|reading|doing (?:a|my)|undertaking (?:a|my)|completing (?:a|my)|registered with|acting for"
    r"|asking as|\d{1,2}\b)\b"
)
_DO = (
    r"\s+(?:currently\s+|also\s+)?(?:(?:work|worked|write|report|freelance|study|lecture|teach|volunteer|act"
    r"|campaign|live|lived|speak)"
    r"\s+(?:for|at|as|with|in|on\s+behalf\s+of|near)|(?:edit|chair|represent|run|head|lead)\s+(?:a|an|the|our|my)"
    r"|cover\s+[^.?!\n]{0,40}\sfor\s+(?:a|an|the))\b"
)
_SELF = Phrases(
    rf"i\s+am\s+(?:also\s+|myself\s+)?{_ROLE}", rf"i'm\s+(?:also\s+)?{_ROLE}", r"im\s+(?:a|an)\b",
    rf"we\s+are\s+(?:also\s+)?{_ROLE}",
    rf"we're\s+{_ROLE}", rf"i{_DO}", rf"we{_DO}",
    r"my\s+(?:full\s+)?name(?:'s|\s+is)\b",
    r"my\s+(?:company|firm|organisation|organization|employer|newspaper|paper|charity|university|clients?"
    r"|business)\s+(?:is|are|makes?|sells?|has|provides?|called)\b",
    r"our\s+(?:company|firm|organisation|charity|newspaper|clients?)\s+(?:is|are|makes?|sells?|has|provides?)\b",
    r"on\s+behalf\s+of\b", r"in\s+my\s+(?:capacity|role|position|job)\s+as\b", r"speaking\s+as\b",
    r"for\s+(?:my|our)\s+(?:\w+\s+)?(?:dissertation|thesis|phd|degree|coursework|college|school|university"
    r"|newspaper|article|book|documentary|blog|podcast|research\s+project|project)\b",
    r"this\s+is\s+[\w'-]+(?:\s+[\w'-]+){0,2}\s+(?:from|here)\b", r"asking\s+for\s+my\b",
)  # fmt: skip
# Whose behalf: the writer's ("I write on behalf of …"), not that of somebody in the question.
_ON_MY_BEHALF = re.compile(
    r"(?:^|[.?!\n]\s*)$|\b(?:i|we|i'm|i am|writing|write|asking|acting|made|submitted|request"
    r"|this is)\b[^.?!\n]{0,30}$"
)
# "As a resident …, I": a role, not "as a result", "as a percentage", "as a spreadsheet".
_AS_A = Phrases(
    r"as\s+(?:a|an|the|one\s+of(?:\s+the|\s+your)?|your|someone\s+(?:who|with))\s+"
    r"(?!result|consequence|matter|follow|minimum|maximum|percentage|proportion|whole|first|last|reminder|guide"
    r"|rule|example|group|set|spreadsheet|csv|pdf"
    r"|list|table|file|breakdown|total|number|separate|single|new|fresh|request|courtesy|priority|further|refined"
    r"|public\s+(?:authority|body)|police|force|means|way"
    r"|part\s+of|response|reply|crime|hate|offence|suspect|offender|weapon|an?\b|copy|scan|link|attachment|summary"
    r"|basis|condition|precaution|starting|general|side|bonus|ratio"
    r"|data\s+controller|registered\s+sex|missing|non-crime|domestic|burglary|theft|assault|sexual|direct|possible"
    r"|potential)",
)
_AS_A_ENDS = re.compile(r"^[^.?!\n;]{2,160}?,\s*(?=(?:I|we|my|our|could|can|may|would|please|it)\b)", re.IGNORECASE)
# Where a clause about oneself gives way to what is asked or told.
_ASK = re.compile(
    r"""(?:[,;:]\s*|\s[-–—]\s*|\s)(?:and\s+|so\s+|who\s+|but\s+|therefore\s+|hence\s+|thus\s+|then\s+)?(?:
      (?:(?:I|we)\s+)?(?:would|['’]d|should)\s+(?:very\s+much\s+)?(?:like|be|appreciate|wish|want|welcome)\b
    | (?:(?:I|we)\s+)?(?:want(?:s|ed)?|wish(?:es)?|require|request|hereby|ask)\b
    | (?:I|we)\s+(?:need|seek|am|are|have|was|were|had|will|saw|read|found|understand|note|believe|hope|intend|do|did
      |could|can|may|also|write)\b
    | (?:I|we)['’](?:ve|d|ll|re)\b | (?:and|but|so|as)\s+(?:it|it['’]s|this|that|these|they|there|he|she|you|your)\b
    | (?:and|but)\s+(?:have|had|was|am|saw|can|could|raise)\b
    | (?:am|are|is)\s+(?:requesting|asking|seeking|writing|interested|looking|trying|keen)\b
    | (?:requesting|asking|seeking|enquiring|wanting|hoping|looking\s+for|interested\s+in
      |making\s+(?:a|this)|writing\s+to)\b
    | (?:please|kindly|pursuant|under)\b
    | (?:could|can|may|would|will)\s+(?:you|I|we)\b
    | (?:how\s+(?:many|much|often)|what|which|where|when|why)\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_ASK_AGAIN = re.compile(r"^(?:how|what|which|where|when|why)\b", re.IGNORECASE)
_END = re.compile(r"[.?!;](?=\s|$)|\n\s*\n|\n(?=\s*(?:[-•*▪–]|\(?[a-z0-9]{1,3}[.)]|Q\d)\s)")
_ABBREVIATION = re.compile(r"\b(?:mr|mrs|ms|dr|prof|st|rev|hon|no|co|ltd|inc|e\.g|i\.e|etc)$", re.IGNORECASE)

_MAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_PHONE = re.compile(r"(?<![\w/.-])(?:\+44\s?\(?0?\)?\s?\d{2,4}|\(?0\d{2,4}\)?)[\s-]?\d{3,4}[\s-]?\d{3,4}(?![\w/-])")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
_STREET = re.compile(
    r"^(?:(?:[Ff]lat|[Uu]nit|[Aa]partment)\s)?\d{1,5}[a-z]?,?\s+(?!January|February|March|April|May|June|July"
    r"|August|September|October"
    r"|November|December)[A-Z][\w'’]+(?:\s[A-Z][\w'’]+){0,3}(?:,|$)|^(?:PO Box|DX)\s?\d+|^[A-Z][\w'’]+ (?:House"
    r"|Cottage|Farm|Chambers|Court)\b"
)
_PERSONAL = re.compile(
    r"(?:full |my )?name\s?:|(?:home |my |postal )?address\s?:|date of birth|d\.?o\.?b\b|born\b"
    r"|tel(?:ephone)?\s?[.:]|phone\s?:|mobile\s?:|e-?mail\s?:"
    r"|organi[sz]ation\s?:|company\s?:|occupation\s?:|job title\s?:|position\s?:|twitter\s?:|website\s?:|web\s?:"
)
_NOT_PERSONAL = re.compile(r"\?|\bof (?:the|each|any|all)\b|suppl|provid")
_MY_ADDRESS = re.compile(
    r"\b(?:my|our) (?:home |postal |e-?mail |correspondence )?(?:address|phone number|mobile|telephone"
    r"|number) is\b(?:[^\n?.!]|\.(?=\w)){0,120}",
    re.IGNORECASE,
)
# Names that are also words of requests: blanked only beside another of the writer's names.
_WORDS_TOO = frozenset({
    "may", "will", "mark", "grant", "police", "force", "page", "rose", "young", "long", "green", "brown", "white",
    "black", "king", "bishop", "day", "miles", "hope", "faith", "grace", "constable", "sergeant", "drew", "rob",
    "bill", "pat", "jack", "victor", "gun", "gunn", "knight", "ward", "park", "parks", "field", "wood", "woods",
    "hill", "rivers", "street", "lane", "road", "bridge", "north", "south", "east", "west", "major", "price", "cash",
    "case", "power", "powers", "best", "good", "noble", "foi", "team", "information", "freedom", "request", "office",
    "news", "press", "media", "daily", "times", "post", "unit", "centre", "service", "services", "council", "ltd",
    "limited", "llp", "plc", "the", "and", "of", "for", "research", "legal", "law", "solicitors", "university",
    "college", "school", "charity", "trust", "group", "association", "society", "applicant", "ico", "cru", "npcc",
    "casework", "mailbox", "desk", "people", "development", "crime", "data", "report", "reports", "dog", "child",
    "summer", "winter", "april", "june", "august", "sky", "rugby", "sharp", "hunter", "fisher",
})  # fmt: skip
# "thanks. jade" at the very end: what follows a sign-off inside the last line is a name.
_CLOSING = re.compile(
    r"\b(?:thanks|thank you|thx|cheers|regards"
    r"|ta)\s?[.,!-]\s{0,3}([^\W\d_][\w'’-]*(?: [^\W\d_][\w'’-]*){0,2})\.?\s*$",
    re.IGNORECASE,
)
_TITLED = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Cllr|Councillor|Rev)\.?\s+"
_ORGANISATION = re.compile(
    r"\b(?:ltd|limited|llp|plc|university|college|school|news|newspaper|mercury|post|times|gazette|herald|echo"
    r"|bugle|media|tv|radio|fm|magazine|agency|solicitors|chambers"
    r"|council|trust|charity|foundation|association|society|institute|group|solutions|services|union|federation"
    r"|campaign|alliance|network|centre|company|films|productions|press)\b",
    re.IGNORECASE,
)


def blind(text: str, applicant: Person, signature: str = "") -> str:
    """`text` at the same length, with spaces for everything that tells who wrote it. Line ends stay.

    `applicant`: the writer's name and address; `signature`: the words of the signature zones, for the organisation.
    """
    folded = fold(text)
    spans: list[tuple[int, int]] = list(_self_descriptions(text, folded))
    spans += _names(text, folded, applicant)
    if closing := _CLOSING.search(text, max(0, len(text) - 60)):
        spans.append(closing.span(1))
    spans += _organisations(text, applicant, signature)
    spans += _contacts(text, folded, applicant)
    spans += _letterhead(text)
    if not spans:
        return text
    spans.sort()
    out: list[str] = []
    at = 0
    for start, end in spans:
        if end <= at:
            continue
        start = max(start, at)
        out.append(text[at:start])
        out.append(_spaces(text[start:end]))
        at = end
    out.append(text[at:])
    return "".join(out)


def _spaces(words: str) -> str:
    if "\n" not in words:
        return " " * len(words)
    return "\n".join(" " * len(part) for part in words.split("\n"))


def _self_descriptions(text: str, folded: str) -> Iterator[tuple[int, int]]:
    at = 0
    for m in _SELF.finditer(folded):
        if m.start() < at:
            continue
        after = text[m.end() : m.end() + 12].lower()
        if after.lstrip().startswith(("little", "bit", "lot", "few")):
            continue
        if m[0].startswith("on") and not _ON_MY_BEHALF.search(folded[max(0, m.start() - 60) : m.start()]):
            continue
        start, end = m.start(), _clause_end(text, m.end())
        yield start, end
        at = end
    for m in _AS_A.finditer(folded):
        tail = text[m.end() : m.end() + 200]
        if ends := _AS_A_ENDS.match(tail):
            yield m.start(), m.end() + ends.end()


def _clause_end(text: str, at: int) -> int:
    """Where the clause that begins before `at` ends: at the sentence's end, or before what is asked in it."""
    tail = text[at : at + _CLAUSE]
    limit = len(tail)
    for m in _END.finditer(tail):
        if m[0] == "." and _ABBREVIATION.search(tail[max(0, m.start() - 6) : m.start()]):
            continue
        limit = m.start()
        break
    else:
        # No end in sight: a line is as far as a clause goes that nothing closes.
        limit = tail.find("\n") if "\n" in tail else limit
    ask = _ASK.search(tail, 0, limit)
    return at + (ask.start() if ask else limit)


def _names(text: str, folded: str, applicant: Person) -> Iterator[tuple[int, int]]:
    words = [w for w in re.findall(r"[^\W\d_][\w'’-]*", applicant.name) if len(w) >= 2]
    words = [
        w
        for w in words
        if w.lower().rstrip(".") not in ("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "rev", "cllr")
    ]
    if not words or len(words) > 8 or not any(fold(w) in folded for w in words):
        return
    anywhere = [w for w in words if len(w) >= 3 and w.lower() not in _WORDS_TOO and w[0].isupper()]
    escaped = [re.escape(w) for w in words]
    patterns: list[str] = []
    if len(words) > 1:
        any_word = "|".join(escaped)
        patterns.append(rf"(?:{_TITLED})?\b(?:{any_word})(?:[ ,.]{{1,3}}(?:[A-Z]\.? )?(?:{any_word}))+\b")
        patterns.append(rf"{_TITLED}(?:{any_word})\b")
        patterns.append(rf"\b[A-Z]\.? ?(?:[A-Z]\.? )?{escaped[-1]}\b")
    if anywhere:
        patterns.append(r"\b(?:" + "|".join(re.escape(w) for w in anywhere) + r")\b")
        patterns.append(
            r"\b(?:" + "|".join(re.escape(w.upper()) for w in anywhere if len(w) >= 4) + r")\b"
            if any(len(w) >= 4 for w in anywhere)
            else "(?!)"
        )
    for m in re.finditer("|".join(patterns), text):
        yield m.start(), m.end()
    # A name written small as a sign-off inside the last line ("thanks. jade").
    tail = max(0, len(text) - 60)
    for w in words:
        for m in re.finditer(rf"(?<=[.!,]\s){re.escape(w.lower())}\s*$", text[tail:]):
            yield tail + m.start(), tail + m.end()


def _organisations(text: str, applicant: Person, signature: str) -> Iterator[tuple[int, int]]:
    phrases: set[str] = set()
    for line in signature.split("\n")[:12]:
        for part in re.split(r"[,|•·]| [-–—] |\(|\)", line[:160]):
            part = part.strip(" .*_")
            if len(part) >= 5 and " " in part and part[0].isupper() and _ORGANISATION.search(part) and "@" not in part:
                phrases.add(part)
    if _ORGANISATION.search(applicant.name) and " " in applicant.name:
        phrases.add(applicant.name.strip())
    for phrase in sorted(phrases)[:8]:
        at = text.find(phrase)
        while at >= 0:
            yield at, at + len(phrase)
            at = text.find(phrase, at + len(phrase))


def _contacts(text: str, folded: str, applicant: Person) -> Iterator[tuple[int, int]]:
    if "@" in text:
        domain = applicant.address.rpartition("@")[2].lower()
        for m in _MAIL.finditer(text):
            written = m[0].lower()
            before = text[max(0, m.start() - 40) : m.start()].lower()
            mine = written == applicant.address.lower() or (domain and written.endswith("@" + domain))
            if (
                mine
                or re.search(r"\b(?:me|my|reply|contact|e-?mail|us)\b[^.?]{0,30}$", before)
                or not before.rpartition("\n")[2].strip()
            ):
                yield m.start(), m.end()
    for m in _PHONE.finditer(text):
        yield m.start(), m.end()
    for m in _MY_ADDRESS.finditer(folded):
        yield m.start(), m.end()


def _letterhead(text: str) -> Iterator[tuple[int, int]]:
    """Name and address lines above the greeting, address lines at the end, and labelled lines ("DOB: …") anywhere."""
    lines = text.split("\n")
    greeting = next((i for i, line in enumerate(lines[:14]) if is_greeting(line.strip())), 0)
    at = 0
    for i, line in enumerate(lines):
        bare = line.strip()
        if bare and len(bare) < 200 and bare[0] in "FfMmNnAaHhPpDdBbTtEeOoCcJjWw":
            small = bare.lower()
            if _PERSONAL.match(small) and not _NOT_PERSONAL.search(small):
                yield at, at + len(line)
        if bare and (i < greeting or i >= len(lines) - 6) and len(bare) < 70 and bare[-1] not in "?:":
            postal = _POSTCODE.search(bare) is not None and len(bare.split()) <= 8
            address = (postal or _STREET.match(bare) is not None) and not re.match(r"^\(?\d{1,2}[.)]", bare)
            if address or (i < greeting and _ORGANISATION.search(bare) and len(bare.split()) <= 7):
                yield at, at + len(line)
        at += len(line) + 1
