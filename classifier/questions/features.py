"""What the classifier of asks sees of each piece of a letter: words, cues, place, numbering, neighbours.

Everything is read from the applicant-blind text. A feature is a short string; the same functions serve training and
the live run.
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
_ASK_START = re.compile(
    r"[\W\d_]{0,4}(?:(?:and|also|then|or|so|secondly|finally|lastly|next|in addition|furthermore)[, ]{1,2})?(?:"
    r"how (?:many|much|often|long|old|far|is|are|was|were|do|does|did|has|have|would|can)|what|which|who|whom|whose|when (?:was|were|is|did|will|do|does|it)"
    r"|where (?:is|are|was|were|do|did|it)|why|whether|if (?:so|not|yes|no)|does|do you|did|is there|is it|are there|are you|have you|has"
    r"|can (?:you|i|we)|could (?:you|i|we)|would you|will you|may (?:i|we)|might i|please|kindly|i(?:'d| would|’d) (?:like|be (?:grateful|glad|obliged))"
    r"|i (?:want|wish|seek|request|require|need|ask|am (?:seeking|asking|requesting|after|looking))|we (?:want|wish|seek|request|require|would like)"
    r"|(?:the |a |any |all |total |overall )?(?:number|total|copy|copies|list|figures?|amount|cost|details|breakdown|names?|dates?)\b"
    r"|give|send|provide|supply|tell|list|confirm|state|disclose|release|explain|show)",
    re.IGNORECASE,
)
_FORMAT = re.compile(
    r"\b(?:e-?mail|spreadsheets?|excel|csv|xlsx?|pdf|electronic(?:ally)?|format|by post|paper|hard copy|word document|machine[- ]readable|attachment|reply to)\b",
    re.IGNORECASE,
)
_SCOPE = re.compile(
    r"\b(?:break(?:ing)? (?:it|this|these|that|them|the|all|everything|down)|broken down|breakdown|split|by (?:year|month|district|rank|age|type|gender|sex|ethnicity)"
    r"|period|from \d|between|since|for (?:clarity|the purposes?|each|every|all)|i mean|we mean|means|defin\w+|timeframe|time frame|only|exclud\w+|includ\w+"
    r"|calendar years?|financial years?|if (?:it|this|that) (?:is|would|takes?|exceeds?|goes)|cost limit|too (?:much|many|wide|long))\b",
    re.IGNORECASE,
)
_LEGAL = re.compile(r"\b(?:act|section|s\.?\d+|exempt\w*|public interest|ico|commissioner|statut\w+|working days|foia?|eir|obliged|duty|code of practice)\b", re.IGNORECASE)
_COURTESY = re.compile(
    r"\b(?:thank\w*|look(?:ing)? forward|regards|faithfully|sincerely|cheers|grateful|appreciat\w+|apolog\w+|sorry|hope|dear|hello|hi|good (?:morning|afternoon|evening))\b",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"(?:yours?(?: (?:sincerely|faithfully|truly|etc|in|with|very|ever))?|(?:kind(?:est)?|best|warm(?:est)?|many|with)? ?(?:regards|wishes)|(?:many |with )?thanks?"
    r"(?: you)?(?: (?:in advance|again|very much|for your (?:help|time)))?|cheers|sincerely|faithfully|respectfully|gratefully|ta)[\s,.!]{0,3}$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"(?:>|-{3,}\s?original|from:|sent:|to:|subject:|on .{5,60} wrote:)", re.IGNORECASE)
_LINK = re.compile(r"https?://|www\.|@")


class Piece(msgspec.Struct):
    """What later pieces and the rules need to know of one piece."""

    words: list[str]
    end: str
    question: bool
    ask: bool
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
    out: list[Piece] = []
    for s in segments:
        text = blind[s.start : s.end]
        words: list[str] = []
        for m in _TOKEN.finditer(text):
            words.append(shape(m[0]))
            if len(words) == MOST_WORDS:
                break
        head = text[:400]
        tail = text[-8:].rstrip(" \t\"'”’)]")
        out.append(
            Piece(
                words=words,
                end=tail[-1:] if tail[-1:] in {".", "?", "!", ":", ";", ",", "-", "–"} else "",
                question="?" in text,
                ask=_ASK_START.match(head) is not None,
                form=_FORMAT.search(head) is not None,
                scope=_SCOPE.search(head) is not None,
                legal=_LEGAL.search(head) is not None,
                courtesy=_COURTESY.search(head) is not None,
                sign_off=len(text) < 60 and _SIGN_OFF.match(text) is not None,
                quoted=_QUOTED.match(head) is not None,
                marker=marker_kind(markers[s.marker]) if s.marker >= 0 else "",
                empty=not words,
            )
        )
    return out


def _bucket(n: int) -> str:
    return str(n) if n < 4 else "4" if n < 7 else "7" if n < 15 else "15" if n < 30 else "30"


def features(segments: list[Segment], markers: list[Marker], found: list[Piece]) -> list[list[str]]:
    """The features of each piece, without those of the label before it (which the decoder adds)."""
    size: dict[int, int] = {}
    asks_in: dict[int, int] = {}
    for s, p in zip(segments, found, strict=True):
        if s.marker >= 0:
            run = markers[s.marker].run
            size[run] = size.get(run, 0) + 1
            asks_in[run] = asks_in.get(run, 0) + (p.ask or p.question)
    numbered = [i for i, s in enumerate(segments) if s.marker >= 0 and found[i].marker not in {"", "bullet"}]
    marked = [i for i, s in enumerate(segments) if s.marker >= 0]
    first_marked = marked[0] if marked else len(segments)
    last_marked = marked[-1] if marked else -1
    any_question = any(p.question for p in found)
    list_kind = "none" if not marked else "num" if len(numbered) * 2 >= len(marked) else "bul"
    big = _bucket(len(marked))
    lead = _leads(segments, markers, found)
    piece_of = {s.marker: i for i, s in enumerate(segments) if s.marker >= 0}
    out: list[list[str]] = []
    closed = quoted = False
    since_para = False
    total = len(segments)
    for i, (s, p) in enumerate(zip(segments, found, strict=True)):
        closed = closed or p.sign_off
        quoted = quoted or p.quoted
        w = p.words
        f = ["bias"]
        a = f.append
        # Words.
        for word in set(w):
            a("w=" + word)
        previous = "^"
        for word in w[:30]:
            a("b=" + previous + " " + word)
            previous = word
        a("b=" + previous + " $" + p.end)
        a("p1=" + (w[0] if w else ""))
        a("p2=" + " ".join(w[:2]))
        a("p3=" + " ".join(w[:3]))
        mk = p.marker
        a("mp1=" + mk + "|" + (w[0] if w else ""))
        a("end=" + p.end)
        a("len=" + _bucket(len(w)))
        cues = f"{p.ask:d}{p.question:d}{p.form:d}{p.scope:d}{p.courtesy:d}{p.legal:d}"
        a("cues=" + cues)
        for name, on in (
            ("ask", p.ask), ("q", p.question), ("form", p.form), ("scope", p.scope), ("legal", p.legal), ("court", p.courtesy),
            ("sign", p.sign_off), ("quot", p.quoted), ("closed", closed), ("quoted", quoted), ("empty", p.empty),
        ):  # fmt: skip
            if on:
                a(name)
                a(name + "|" + mk)
                a(name + "|" + s.gap)
        if w and p.marker == "" and len(w) <= 6 and p.end == "":
            a("heading|" + s.gap)
        # Numbering.
        a("gap=" + s.gap)
        a("mk=" + mk)
        a(f"mk={mk}|gap={s.gap}")
        a(f"mk={mk}|end={p.end}|ask={p.ask:d}")
        a(f"mk={mk}|len={_bucket(len(w))}|ask={p.ask:d}")
        if s.marker >= 0:
            m = markers[s.marker]
            run, n = m.run, size[m.run]
            share = asks_in[run] / n
            a("run=" + _bucket(n))
            a("level=" + str(m.level))
            a("pos=" + ("only" if n == 1 else "first" if m.position == 0 else "later"))
            a(f"runask={'all' if share > 0.8 else 'most' if share > 0.4 else 'some' if share > 0.1 else 'none'}|{mk}|{p.ask or p.question:d}")
            a("runask=" + ("all" if share > 0.8 else "most" if share > 0.4 else "some" if share > 0.1 else "none"))
            above = piece_of.get(m.above) if m.above is not None else None
            if above is None:
                a("above=none|" + mk)
            else:
                q = found[above]
                a(f"above={q.marker}|{mk}|{q.end}")
                a(f"above|{mk}|ask={q.ask or q.question:d}|{p.ask or p.question:d}")
            a("lead=" + lead.get(run, "") + "|" + mk)
            a("lead=" + lead.get(run, "") + f"|{mk}|{p.ask or p.question:d}")
        elif s.owner >= 0:
            if s.distance == 1:
                since_para = False
            since_para = since_para or s.gap == "para"
            owner = marker_kind(markers[s.owner])
            a(f"own={owner}|{s.gap}|{min(s.distance, 3)}|{since_para:d}")
            a(f"own={owner}|{s.gap}|ask={p.ask:d}|q={p.question:d}")
            a(f"own={owner}|{since_para:d}|scope={p.scope:d}|form={p.form:d}")
            a("ownlast=" + str(s.owner == len(markers) - 1) + "|" + s.gap)
        # Place.
        a("i=" + str(min(i, 4)))
        a("j=" + str(min(total - 1 - i, 4)))
        a("total=" + _bucket(total))
        where = "before" if i < first_marked else "in" if i <= last_marked else "after"
        a(f"where={where}|{list_kind}")
        a(f"where={where}|{list_kind}|{p.ask:d}{p.question:d}|{p.end}")
        a(f"where={where}|{big}|{mk}")
        a(f"anyq={any_question:d}|{list_kind}|{p.question:d}|{p.ask:d}")
        # Neighbours.
        if i:
            b = found[i - 1]
            a(f"-end={b.end}|{s.gap}")
            a("-p1=" + (b.words[0] if b.words else ""))
            a("-p2=" + " ".join(b.words[:2]))
            a("-last=" + " ".join(b.words[-2:]))
            a(f"-cues={b.ask:d}{b.question:d}{b.scope:d}|{s.gap}|{p.ask:d}{p.question:d}")
            a(f"-mk={b.marker}|{mk}|{s.gap}")
        if i + 1 < total:
            b, gap = found[i + 1], segments[i + 1].gap
            a(f"+mk={b.marker}|{gap}|{p.end}")
            a("+p1=" + (b.words[0] if b.words else ""))
            a("+p2=" + " ".join(b.words[:2]))
            a(f"+cues={b.ask:d}{b.question:d}{b.scope:d}|{gap}|{p.ask:d}{p.question:d}|{p.end}")
        out.append(f)
    return out


def _leads(segments: list[Segment], markers: list[Marker], found: list[Piece]) -> dict[int, str]:
    """For each list what stands directly before it: its last character, whether it asks, whether it is an item."""
    out: dict[int, str] = {}
    for i, s in enumerate(segments):
        if s.marker >= 0 and markers[s.marker].run not in out:
            b = found[i - 1] if i else None
            out[markers[s.marker].run] = f"{b.marker or 'text'}{b.end}{b.ask or b.question:d}" if b is not None else "nothing"
    return out
