"""What the classifier of asks sees of each piece of a letter: words, cues, place, numbering, neighbours.

Everything is read from the applicant-blind text. A feature is a short string; the same functions serve training and
the live run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from classifier.questions.cues import GENERIC, marker_kind
from classifier.questions.segments import layout_of

if TYPE_CHECKING:
    from classifier.questions.cues import Piece
    from classifier.questions.outline import Marker
    from classifier.questions.segments import Segment


def _bucket(n: int) -> str:
    return str(n) if n < 4 else "4" if n < 7 else "7" if n < 15 else "15" if n < 30 else "30"


def features(blind: str, segments: list[Segment], markers: list[Marker], found: list[Piece]) -> list[list[str]]:
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
    lists = _lists(segments, markers, found)
    texts = {
        one.lead: blind[segments[one.lead].start : segments[one.lead].end][-300:]
        for one in lists.values()
        if one.lead >= 0
    }
    of_list = _list_features(lists, found, texts)
    layout = layout_of(segments)
    spread = _spread(segments, markers)
    leads_to = {one.lead: run for run, one in lists.items() if one.lead >= 0}
    piece_of = {s.marker: i for i, s in enumerate(segments) if s.marker >= 0}
    out: list[list[str]] = []
    closed = quoted = False
    asked, asks_left = 0, sum(p.ask or p.question for p in found)
    since_para = False
    total = len(segments)
    for i, (s, p) in enumerate(zip(segments, found, strict=True)):
        closed = closed or p.sign_off
        quoted = quoted or p.quoted
        w = p.words
        head = blind[s.start : s.start + 1]
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
            ("ask", p.ask), ("imp", p.imperative), ("count", p.count), ("qualifies", p.qualifies),
            ("generic", p.generic),
            ("told", p.statement), ("ruling", p.ruling), ("finite", p.finite), ("q", p.question), ("form", p.form),
            ("scope", p.scope), ("legal", p.legal), ("court", p.courtesy),
            ("sign", p.sign_off), ("quot", p.quoted), ("closed", closed), ("quoted", quoted), ("empty", p.empty),
        ):  # fmt: skip
            if on:
                a(name)
                a(name + "|" + mk)
                a(name + "|" + s.gap)
        a(f"perf={p.perform}|{p.own}|{mk}")
        a(f"perf={p.perform}|{p.question:d}{p.ask:d}|{p.persons}")
        a(f"perf={p.perform}|{p.question:d}{p.ask:d}|{p.legal:d}{p.courtesy:d}{p.generic:d}|{p.own}")
        a(f"perf={p.perform}|{s.gap}|{mk}|{p.end}")
        a(f"ruling={p.ruling:d}{p.finite:d}|{p.ask:d}{p.question:d}|{mk}|{p.end}")
        a(f"persons={p.persons}|{p.end}|{p.ask:d}")
        asks = p.ask or p.question
        asks_left -= asks
        performs = bool(p.perform)
        a(f"asks before={min(asked, 2)}|after={min(asks_left, 2)}|{performs:d}{p.ask:d}{p.question:d}|{mk}")
        asked += asks
        if w and p.marker == "" and len(w) <= 6 and p.end == "":
            a("heading|" + s.gap)
        # Numbering.
        a("gap=" + s.gap)
        a("mk=" + mk)
        a(f"mk={mk}|gap={s.gap}")
        a(f"mk={mk}|end={p.end}|ask={p.ask:d}")
        a(f"mk={mk}|imp={p.imperative:d}|count={p.count:d}|q={p.question:d}|lower={bool(head) and head.islower():d}")
        a(f"mk={mk}|len={_bucket(len(w))}|ask={p.ask:d}")
        a(f"lay={layout}|{s.gap}|{mk}|{p.ask:d}{p.question:d}|{p.end}")
        a(f"lay={layout}|{s.gap}|{mk}|{p.perform}|{p.scope:d}{p.form:d}{p.courtesy:d}")
        if s.marker >= 0:
            m = markers[s.marker]
            run, n = m.run, size[m.run]
            share = asks_in[run] / n
            a("run=" + _bucket(n))
            a("level=" + str(m.level))
            a("pos=" + ("only" if n == 1 else "first" if m.position == 0 else "later"))
            a(
                f"runask={'all' if share > 0.8 else 'most' if share > 0.4 else 'some' if share > 0.1 else 'none'}|{mk}"
                f"|{p.ask or p.question:d}"
            )
            a("runask=" + ("all" if share > 0.8 else "most" if share > 0.4 else "some" if share > 0.1 else "none"))
            above = piece_of.get(m.above) if m.above is not None else None
            if above is None:
                a("above=none|" + mk)
            else:
                q = found[above]
                a(f"above={q.marker}|{mk}|{q.end}")
                a(f"above|{mk}|ask={q.ask or q.question:d}|{p.ask or p.question:d}")
            mine = of_list[run]
            f += [x + "|" + mk for x in mine]
            how = "q" if p.question else "i" if p.imperative else "c" if p.count else "a" if p.ask else ""
            f += [x + f"|{mk}|{how}" for x in mine]
        elif s.owner >= 0:
            if s.distance == 1:
                since_para = False
            since_para = since_para or s.gap == "para"
            owner = marker_kind(markers[s.owner])
            a(f"own={owner}|{s.gap}|{min(s.distance, 3)}|{since_para:d}")
            a(f"own={owner}|{s.gap}|ask={p.ask:d}|q={p.question:d}")
            a(f"own={owner}|{since_para:d}|scope={p.scope:d}|form={p.form:d}")
            last = s.owner == len(markers) - 1
            a(f"ownlast={last}|{s.gap}")
            one = lists[markers[s.owner].run]
            kind = f"{layout}{spread[markers[s.owner].run]}|{owner}|{since_para:d}|{last:d}"
            a(f"ownlay={kind}|{p.ask:d}{p.question:d}|{p.scope:d}|{min(s.distance, 3)}")
            a(f"ownlay={kind}|{p.perform}|{p.courtesy:d}{p.form:d}{p.legal:d}|{p.statement:d}")
            above = found[i - s.distance]
            short = "1" if len(above.words) <= 2 else "8" if len(above.words) <= 8 else "more"
            a(
                f"under={short}|{above.end}|{above.ask or above.question:d}|{min(s.distance, 2)}|{s.gap}"
                f"|{p.ask:d}{p.question:d}|{_share(one.asks, one.size)}"
            )
        if i in leads_to:
            f += ["leads:" + x for x in of_list[leads_to[i]]]
            f.append(f"leads:{found[lists[leads_to[i]].first].marker}|{mk}|{p.ask:d}{p.question:d}|{p.end}")
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
            a(f"-perf={b.perform}|{s.gap}|{p.perform}|{p.ask or p.question:d}|{b.ask or b.question:d}")
            a(f"-mk={b.marker}|{mk}|{s.gap}")
        if i + 1 < total:
            b, gap = found[i + 1], segments[i + 1].gap
            a(f"+mk={b.marker}|{gap}|{p.end}")
            a(f"+perf={b.perform}|{gap}|{p.perform}|{p.ask or p.question:d}|{b.ask or b.question:d}")
            a("+p1=" + (b.words[0] if b.words else ""))
            a("+p2=" + " ".join(b.words[:2]))
            a(f"+cues={b.ask:d}{b.question:d}{b.scope:d}|{gap}|{p.ask:d}{p.question:d}|{p.end}")
        out.append(f)
    return out


def _spread(segments: list[Segment], markers: list[Marker]) -> dict[int, str]:
    """For each list whether blank lines part its items: `p` they do, `n` they don't, `1` for a list of one item."""
    parted: dict[int, int] = {}
    size: dict[int, int] = {}
    for s in segments:
        if s.marker >= 0:
            run = markers[s.marker].run
            if run in size:
                parted[run] += s.gap == "para"
                size[run] += 1
            else:
                parted[run], size[run] = 0, 0
    return {run: "1" if not n else "p" if 2 * parted[run] > n else "n" for run, n in size.items()}


class _List(msgspec.Struct):
    """One list of the letter: what stands before it and what its items are like as a whole."""

    size: int = 0
    asks: int = 0
    words: int = 0
    years: int = 0
    articles: int = 0
    lead: int = -1
    first: int = -1


_LEAD_WORDS = {
    "each": r"(?:for|of|in|on|about) (?:each|every|all|any)\b|\bper\b|\b(?:each|every)(?: one)?[,:;]?$",
    "list": r"(?:list|lists|breakdown|table|log|record|spreadsheet|copy|inventory)\b",
    "count": r"(?:how (?:many|much|often)|number|numbers|total|figures?|statistics|rate|cost|costs|spent?)\b",
    "split": r"(?:broken|break|split|divided|separat\w+|grouped|sorted|breakdown|categor\w+|type|types|kinds?)\b",
    "with": r"(?:with|includ\w+|show|showing|stating|giving|along with|together with|against|under|such as|namely"
    r"|put in"
    r"|take in)\b",
    "year": r"(?:years?|months?|quarters?|periods?|dates)\b",
    "following": r"(?:following|below|these|this information|questions?)\b",
    "mean": r"(?:mean|means|defin\w+|terms?|purposes?|understand)\b",
    "because": r"(?:because|facts?|reasons?|complain\w*|grounds|background|noted?|happened|says?|said|state[sd]?"
    r"|according)\b",
}
_LEAD_CUES = tuple((name, re.compile(r"\b" + words, re.IGNORECASE)) for name, words in _LEAD_WORDS.items())


def _lists(segments: list[Segment], markers: list[Marker], found: list[Piece]) -> dict[int, _List]:
    out: dict[int, _List] = {}
    piece_of = {s.marker: i for i, s in enumerate(segments) if s.marker >= 0}
    for i, (s, p) in enumerate(zip(segments, found, strict=True)):
        if s.marker < 0:
            continue
        m = markers[s.marker]
        one = out.get(m.run)
        if one is None:
            one = out[m.run] = _List(first=i)
            above = piece_of.get(m.above) if m.above is not None else None
            if i and (segments[i - 1].marker < 0 or above is None or found[i - 1].end == ":" or i - 1 == above):
                one.lead = i - 1
            elif above is not None:
                one.lead = above
        one.size += 1
        one.asks += p.imperative or p.count or p.question
        one.words += len(p.words)
        one.years += bool(p.words) and p.words[0] in {"0year", "0date"}
        one.articles += bool(p.words) and p.words[0] in {"the", "a", "an", "any", "all", "copy", "copies", "every"}
    return out


def _share(part: int, whole: int) -> str:
    share = part / whole
    return "all" if share > 0.8 else "most" if share > 0.4 else "some" if share > 0.1 else "none"


def _list_features(lists: dict[int, _List], found: list[Piece], texts: dict[int, str]) -> dict[int, list[str]]:
    """Features that hold for every item of a list."""
    out: dict[int, list[str]] = {}
    for run, one in lists.items():
        f: list[str] = []
        asks = _share(one.asks, one.size)
        mean = one.words / one.size
        long = "1" if mean < 2.5 else "4" if mean < 5 else "8" if mean < 9 else "16" if mean < 17 else "more"
        f += [
            "Lask=" + asks,
            "Llong=" + long,
            f"Lask={asks}|{long}",
            "Lyears=" + _share(one.years, one.size),
            "Lart=" + _share(one.articles, one.size),
        ]
        if one.lead >= 0:
            b = found[one.lead]
            text = texts[one.lead]
            content = sum(w not in GENERIC for w in b.words)
            own = "0" if content == 0 else "2" if content < 3 else "5" if content < 6 else "more"
            kind = f"{b.marker or 'text'}|{b.ask:d}{b.question:d}|{b.end}"
            f += [
                "Lead=" + kind,
                f"Lead={b.marker or 'text'}|{asks}|{long}",
                "Leadown=" + own,
                f"Leadown={own}|{asks}",
                f"Leadown={own}|{long}|{asks}",
            ]
            f += ["Leadend=" + " ".join(b.words[-2:]), "Leadend=" + " ".join(b.words[-1:])]
            f += [f"Leadcue={name}|{asks}" for name, cue in _LEAD_CUES if cue.search(text)]
        else:
            f.append("Lead=nothing|" + asks)
        out[run] = f
    return out
