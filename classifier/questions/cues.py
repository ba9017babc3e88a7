"""What one piece of a letter says by its words alone: does it ask, qualify, close, state?

Everything is read from the applicant-blind text; each pattern looks at a bounded head of the piece, in lower case:
Python's patterns that ignore case try every alternative at every character.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from classifier.questions.outline import Marker
    from classifier.questions.segments import Segment

MOST_WORDS = 60
"""Words of a piece that count; what a sentence is shows early."""

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][a-z]+)?|\d[\d,./:-]*|[?£%&@]")
_WORD = re.compile(r"\w+")
_LABEL = re.compile(r"[\W\d_]{0,4}[a-z][\w/&-]{1,20}(?: [\w/&-]{1,20}){0,4}: ")
"""What some write before an ask: "Staffing: how many …"."""
_ASK_START = re.compile(
    r"[\W\d_]{0,4}(?:(?:and|also|then|or|so|secondly|finally"
    r"|lastly|next|in addition|furthermore)[, ]{1,2})?(?:"
    r"how(?! (?:dare|nice|kind)\b)|what|which|who|whom"
    r"|whose|when (?:was|were|is|did|will|do|does|it)"
    r"|where (?:is|are|was|were|do|did|it)|why|whether|if (?:so|not|yes|no)|does|do (?!not\b)|did|(?:is|are|was"
    r"|were|has|have|had|will|would|should|can|could|may|might)"
    r" (?:you|the|your|there|any|it|they|this|these|i|we|officers|police|anyone|anybody|somebody|each|all)"
    r"|please|kindly|i(?:'d|’d| would| should)(?: also| further| now| just| therefore| very much| really)? (?:like"
    r"(?! to (?:bring|point|complain|add|stress|thank|state|make|draw"
    r"|raise|object|express|inform|say|begin|start))|be (?:grateful|glad|obliged|interested))"
    r"|i (?:also |further |now |just |therefore |hereby )?(?:want"
    r"|wish(?! to (?:further )?(?:bring|point|complain|add|stress|thank|state|make|draw|raise|object"
    r"|express|inform|say))|seek|request|require|need|ask|am (?:seeking|asking|requesting|after|looking))|we"
    r" (?:want|wish|seek|request|require|would like)"
    r"|(?:the |a |any |all |total |overall )?(?:number|total|copy|copies|list|figures?|amount|cost|details"
    r"|breakdown|names?|dates?)\b"
    r"|give|send|provide|supply|tell|list|confirm|state|disclose|release|explain|show|name|describe|say|specify"
    r"|outline|identify|estimate|set out|detail|attach|send|point me)(?! of\b)\b",
)
_IMPERATIVE = re.compile(
    r"[\W\d_]{0,4}(?:(?:and|also|then|or|so|if so|if yes|if"
    r" not)[, ]{1,2})?(?:please |kindly )?(?:also )?(?:give|send|provide|supply|tell"
    r"|list|confirm|state|disclose|release|explain|show|name|describe|say|specify|outline|identify|estimate|set"
    r" out|attach|point me|let me|i(?:'d| would)? "
    r"(?:want|wish(?! to (?:further )?(?:bring|point|complain|add|stress|thank|state|make|draw|raise|object"
    r"|express|inform|say))|seek|request|require|need|like|ask)|can (?:you|i|we)|could (?:you|i|we)|would you"
    r"|may (?:i|we))(?! of\b)\b",
)
"""Words that ask on their own, wherever they stand; "what it cost" may be a row of a table."""
_PERFORM = re.compile(
    r"\b(?:please|kindly|(?:i|we)(?:['’]d| would| do| must| should| am| are|['’]m)?(?: \w+ly| also| therefore|"
    r" hereby| now| just| both| very much| further)? (?:ask|request|want|seek|require|like"
    r"|wish|need|love|welcome|appreciate|value|asking|requesting|seeking|after|wanting|hoping|wondering|wonder"
    r"|looking for|interested|be (?:\w+ )?(?:grateful|glad|obliged|pleased|interested|happy|keen)"
    r"|curious|keen)|could (?:you|i|we|someone)|can (?:you|i|we|someone)|would (?:you|it be possible|someone)"
    r"|will you|may (?:i|we)|might (?:i|we|you)|let (?:me|us) (?:have|know|see)"
    r"|tell (?:me|us)|send (?:me|us)|give (?:me|us)|show (?:me|us)|(?:like|want|wish|love|interested|curious"
    r"|keen|glad|pleased) to (?:know|see|have|learn|receive|hear|find out|understand|get|be told)"
    r"|ask(?:ing)? (?:for|that|you|whether|how|what)|request(?:ing)? (?:for|that|a|the|copies|all|information)"
    r"|disclos\w+|suppl(?:y|ied)|provid(?:e|ed|ing)|release)\b",
)
"""Words that ask wherever they stand in a sentence."""
_RULING = re.compile(
    r"\b(?:(?:should|may|must|can|need|is to|are to)(?: not)? (?:be|have|show|cover|include)|means?|counts?(?:"
    r" as|;|$)|(?:to|will) do\b|is (?:fine|enough|sufficient)|are (?:fine|enough|sufficient)|will suffice)\b"
    r"|^\W{0,3}(?:(?:please|kindly) )?(?:exclude|include|count|treat|leave|omit|ignore|code|if|where|should"
    r"|counts|excluding|including|only|just|all (?:for|in|by)|by (?:year|month|\w+ed))\b| = ",
)
"""Words that lay down how other things are to be counted or shown."""
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|means?|did|does|do|don['’]t|will|would|cannot|can|may|must|should)\b",
)
_YOU = frozenset(["you", "your", "yours", "force", "constabulary", "police", "officer", "officers"])
_SELF = frozenset(["i", "me", "my", "mine", "we", "us", "our"])
_QUALIFIES = re.compile(
    r"[^.?!:]{0,100}\b(?:split|break(?:ing)?|broken|divided?|separated?|(?:give|have|show|provide|list|present"
    r"|state|do|answer|put) (?=it|them|these|this|those|each|all|both|everything|the))"
    r" ?(?:(?:all|each|both)(?: of)? )?(?:it|them|these|this|those|each|all|both|everything|down|each figure"
    r"|(?:the |all |each |these |your )?(?:above|answers?|figures?|data|results?"
    r"|information|totals?))?(?: of (?:it|them|these|this))?(?: (?:down|all|out|again|too"
    r"|both))?(?:,[^,.?]{1,25},)?[ ,]{1,2}(?:\w+ )?(?:by|per|into|for each|in to|as|between|month|year|separately)\b"
    r"|[\W]{0,3}(?:in|for) (?:all|each|every|any|both)(?: of)? (?:the |these |those |my )?(?:above|questions?"
    r"|answers?|figures?|points?|items?)\b",
)
"""Words that split what other words ask for, without an object of their own: "please break these down by age"."""
_MAY_QUALIFY = frozenset(
    [
        "split", "break", "breaking", "broken", "divide", "divided", "separate", "separated", "give", "have", "show",
        "provide", "list", "present", "state", "do", "answer", "put", "in", "for",
    ]
)  # fmt: skip
"""One of these is in all words that `_QUALIFIES` fits; to look for it costs less."""
_MAY_FORM = frozenset(
    [
        "e", "email", "spreadsheet", "spreadsheets", "excel", "csv", "xls", "xlsx", "pdf", "electronic",
        "electronically", "format", "by", "paper", "hard", "word", "machine", "attachment", "reply",
    ]
)  # fmt: skip
"""The same for `_FORMAT`."""
_GENERIC_LEAD = re.compile(
    r"\b(?:(?:information|data|details?|figures|questions?|points|matters|items|statistics|documents|records"
    r"|answers?)(?: \w+){0,2} (?:below|that follows?|set out)|following|these questions"
    r"|this information|as follows|set out below)\b|\bthese\b[^.?!]{0,40}:$",
)
_STATEMENT = re.compile(
    r"\W{0,3}(?:i (?:reference|refer|note|believe|think|understand|am (?:not|aware|told|happy)|was|have (?:been"
    r"|heard|seen|read|already)|do not|don['’]t|would point|feel|know|hear|accept)"
    r"|it (?:is|was|seems|does|has)|this (?:is|was|has|clearly|shows)|that (?:is|was)|you (?:have|are|were|did"
    r"|say|said)|we (?:have|are|were|pay)|there (?:is|was|are|were)"
    r"|he|she|they|nobody|everyone|everybody)\b",
)
_COUNT = re.compile(
    r"[\W\d_]{0,4}(?:and )?(?:how (?:many|much|often)|(?:the |a )?(?:total |overall |average )?(?:numbers?"
    r"|totals?|amount|percentage|share)\b)",
)
_FORMAT = re.compile(
    r"\b(?:e-?mail|spreadsheets?|excel|csv|xlsx?|pdf|electronic(?:ally)?|format|by post|paper|hard copy|word"
    r" document|machine[- ]readable|attachment|reply to)\b",
)
_SCOPE = re.compile(
    r"\b(?:break(?:ing)? (?:it|this|these|that|them|the|all|everything|down)|broken down|breakdown|split|by"
    r" (?:year|month|district|rank|age|type|gender|sex|ethnicity)"
    r"|period|from \d|between|since|for (?:clarity|the purposes?|each|every|all)|i mean|we mean|means|defin\w+"
    r"|timeframe|time frame|only|exclud\w+|includ\w+"
    r"|calendar years?|financial years?|if (?:it|this|that) (?:is|would|takes?|exceeds?|goes)|cost limit|too"
    r" (?:much|many|wide|long))\b",
)
_LEGAL = re.compile(
    r"\b(?:act|section|s\.?\d+|exempt\w*|public interest|ico|commissioner|statut\w+|working days|foia?|eir"
    r"|obliged|duty|code of practice)\b",
)
_COURTESY = re.compile(
    r"\b(?:thank\w*|look(?:ing)? forward|regards|faithfully|sincerely|cheers|grateful|appreciat\w+|apolog\w+"
    r"|sorry|hope|dear|hello|hi|good (?:morning|afternoon|evening))\b",
)
_SIGN_OFF = re.compile(
    r"(?:yours?(?: (?:sincerely|faithfully|truly|etc|in|with|very|ever))?|(?:kind(?:est)?|best|warm(?:est)?"
    r"|many|with)? ?(?:regards|wishes)|(?:many |with )?thanks?"
    r"(?: you)?(?: (?:in advance|again|very much|for your (?:help|time)))?|cheers|sincerely|faithfully"
    r"|respectfully|gratefully|ta)[\s,.!]{0,3}$",
)
_ENDS = frozenset(".?!:;,-–")
_QUOTED = re.compile(r"(?:>|-{3,}\s?original|from:|sent:|to:|subject:|on .{5,60} wrote:)")


GENERIC = frozenset(
    [
        "please", "provide", "supply", "give", "send", "me", "us", "with", "the", "following",
        "information", "below", "these", "this", "questions", "question", "under", "freedom", "of", "act",
        "foi", "foia", "i", "would", "like", "to", "request", "could", "can", "you", "your", "force",
        "constabulary", "police", "kindly", "answer", "tell", "let", "know", "for", "and", "a", "an", "by",
        "on", "in", "that", "is", "are", "as", "all", "any", "following:", "data", "details", "my", "am",
        "writing", "want", "wish", "ask", "make", "may", "have", "dear", "be", "grateful", "if", "0year",
    ]
)  # fmt: skip
"""Words that any request may hold; the others say what it is about."""


class Piece(msgspec.Struct):
    """What later pieces and the rules need to know of one piece."""

    words: list[str]
    end: str
    question: bool
    ask: bool
    imperative: bool
    count: bool
    perform: str
    ruling: bool
    finite: bool
    own: str
    persons: str
    qualifies: bool
    generic: bool
    statement: bool
    form: bool
    scope: bool
    legal: bool
    courtesy: bool
    sign_off: bool
    quoted: bool
    marker: str
    empty: bool


def shape(word: str) -> str:
    """A word as a feature: lower case, years and numbers by their kind."""
    if word[0].isdigit():
        digits = word.rstrip(",.:/-")
        if len(digits) == 4 and digits[:2] in {"19", "20"}:
            return "0year"
        if "/" in digits or "-" in digits:
            return "0date"
        return "0n" if len(digits) < 3 else "0nnn"
    return word.lower().replace("’", "'")


def marker_kind(marker: Marker | None) -> str:
    """The coarse kind of a marker: "" for none."""
    if marker is None:
        return ""
    family = marker.family
    if family.startswith("bullet"):
        return "bullet"
    if family.startswith("named"):
        return "named"
    return {"number": "num", "dotted": "dot", "ordinal": "ord"}.get(family, "let")


def pieces(blind: str, segments: list[Segment], markers: list[Marker]) -> list[Piece]:
    """The words and cues of each segment, read from the blind text."""
    return [_piece(blind[s.start : s.end], marker_kind(markers[s.marker]) if s.marker >= 0 else "") for s in segments]


def _piece(text: str, marker: str) -> Piece:
    words: list[str] = []
    for m in _TOKEN.finditer(text):
        words.append(shape(m[0]))
        if len(words) == MOST_WORDS:
            break
    low = " ".join(text[:400].split()).lower()  # a hard wrap is a space
    seen = set(_WORD.findall(low))
    performs = _PERFORM.search(low)
    own = sum(w not in GENERIC for w in words)
    tail = text[-8:].rstrip(" \t\"'”’)]")[-1:]
    label = _LABEL.match(low) if ": " in low[:110] else None
    # What asks may stand at the beginning or after a label; the beginning counts first.
    begins = (0,) if label is None else (0, label.end())
    return Piece(
        words=words,
        end=tail if tail in _ENDS else "",
        question="?" in text,
        ask=any(_ASK_START.match(low, at) for at in begins),
        imperative=any(_IMPERATIVE.match(low, at) for at in begins),
        count=_COUNT.match(low) is not None,
        perform=""
        if performs is None
        else "start"
        if performs.start() < 12
        else "mid"
        if performs.start() < 90
        else "late",
        ruling=_RULING.search(low) is not None,
        finite=_FINITE.search(low[:80]) is not None,
        own="0" if own == 0 else "2" if own < 3 else "5" if own < 6 else "12" if own < 13 else "more",
        persons=("" if seen.isdisjoint(_YOU) else "y") + ("" if seen.isdisjoint(_SELF) else "i"),
        qualifies=not seen.isdisjoint(_MAY_QUALIFY) and _QUALIFIES.match(low) is not None,
        generic=_GENERIC_LEAD.search(low) is not None,
        statement=_STATEMENT.match(low) is not None,
        form=not seen.isdisjoint(_MAY_FORM) and _FORMAT.search(low) is not None,
        scope=_SCOPE.search(low) is not None,
        legal=_LEGAL.search(low) is not None,
        courtesy=_COURTESY.search(low) is not None,
        sign_off=len(text) < 60 and _SIGN_OFF.match(low) is not None,
        quoted=_QUOTED.match(low) is not None,
        marker=marker,
        empty=not words,
    )
