"""Signs of present danger in a letter, recall first: shown before everything else, never closed by the program.

Cues (`urgent.toml`) look at two sentences in a row. A sentence is set aside before that where it asks for information,
speaks of what is over without a word of the present, is a figure of speech, or stands in quotation marks.
"""

from __future__ import annotations

import math
import re
import tomllib
from bisect import bisect_left, bisect_right
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Literal, cast

import msgspec

from classifier.errors import RegisterError
from classifier.records import Urgent, Value
from classifier.referral.patterns import Hits, Lexicon, Pattern, Span
from classifier.referral.words import Words, split_words
from classifier.tagging.because import quotes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from classifier.letters.kinds import Weighed

WHYS = ("risk to life", "self-harm", "threat", "child at risk", "crime being reported")
ENOUGH = 0.5
"""The log-odds from which a letter is shown as urgent: those of the trained model, and what weak signs add to them."""
WORTH = 0.6
"""How much each point of the weak signs' sum adds to the model's log-odds.

Both were chosen on letters of held-out voices: of those that sound like danger and tell of none one in twenty is shown.
"""

_FILE = "urgent.toml"
_QUOTE = 200
_MOSTLY = 0.6
# Signs that speak of no particular danger.
_GENERAL = frozenset({"near time", "person", "fear and plea", "secrecy", "preparation"})
_QUOTED = re.compile(r"[\"“]([^\"“”\n]{12,600})[\"”]")


class Cue(Value, frozen=True):
    """One kind of danger: patterns that are enough alone, and patterns that add to the weak signs."""

    why: str
    alone: tuple[Pattern, ...]
    patterns: tuple[Pattern, ...]


class Sign(Value, frozen=True):
    """A family of weak signs: what one is worth, how often it counts, and the kind of danger it speaks of."""

    name: str
    why: str
    weight: float
    most: int
    pattern: Pattern


class _Cues(Value, frozen=True):
    lexicon: Lexicon
    signs: tuple[Sign, ...]
    threshold: float
    cue: float
    over_cost: float
    figure_cost: float
    cues: tuple[Cue, ...]
    asks: tuple[Pattern, ...]
    over: tuple[Pattern, ...]
    figures: tuple[Pattern, ...]
    now: Pattern


class _Sign(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    why: Literal["risk to life", "self-harm", "threat", "child at risk", "crime being reported"]
    weight: float
    most: int
    words: tuple[str, ...]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    words: dict[str, tuple[str, ...]]
    aside: dict[str, tuple[str, ...]]
    cue: list[dict[str, str | list[str]]]
    signs: dict[str, float]
    sign: list[_Sign]


def find_urgent(
    text: str, model_score: float | None = None, weighed: Callable[[], Weighed] | None = None
) -> tuple[Urgent, ...]:
    """The signs of present danger in `text` (the letter's newest, applicant-blind words), strongest kind first.

    `model_score` is a trained model's probability that the letter is urgent, joined here: an unmistakable cue is always
    enough; else the model and the weak signs add up, so that either alone has to be surer than both together. `because`
    quotes the sentences that raised it: where the signs alone would not have, those of the words that weighed most in
    the model, which `weighed` is asked for then and only then.
    """
    cues = _load()
    reading = _read(text, cues)
    out: dict[str, Urgent] = {}
    for hits in reading.pairs:
        for cue in cues.cues:
            if cue.why not in out and (spans := _any(hits, cue.alone)):
                out[cue.why] = Urgent(because=_said(text, reading.words, spans), why=cue.why)
    if not out:
        total, stretch, why = _strongest(reading, cues)
        signs_enough = total >= cues.threshold
        shown = signs_enough if model_score is None else _log_odds(model_score) + WORTH * total >= ENOUGH
        if shown and signs_enough and stretch is not None:
            out[why] = Urgent(because=_said(text, reading.words, [stretch]), why=why)
        elif shown:
            quoted = _weighing(text, reading.words, weighed() if weighed else None)
            return (Urgent(because=quoted, why="risk to life"),)
    return tuple(sorted(out.values(), key=lambda u: WHYS.index(u.why)))


def _log_odds(probability: float) -> float:
    kept = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(kept / (1 - kept))


class _Reading(Value, frozen=True):
    """A letter read once: its sentences, those about now, what fires in each and in each pair of neighbours."""

    words: Words
    usable: tuple[Span, ...]
    singles: tuple[Hits, ...]
    pairs: tuple[Hits, ...]
    asks: int
    over: int
    figures: int
    sentences: int


def _read(text: str, cues: _Cues) -> _Reading:
    words = split_words(text)
    found = cues.lexicon.find(words)
    firsts = [span.first for _, span in found]
    usable: list[Span] = []
    singles: list[Hits] = []
    groups: list[list[tuple[int, Span]]] = []
    asks = over = figures = 0
    sentences = _sentences(words)
    for s in sentences:
        inside = [x for x in found[bisect_left(firsts, s.first) : bisect_right(firsts, s.last)] if x[1].last <= s.last]
        hits = Hits(words, inside)
        asked, ended, figure = (_any(hits, p) is not None for p in (cues.asks, cues.over, cues.figures))
        asks += asked
        over += ended
        figures += figure
        quoted = _quoted_share(text[words.start[s.first] : words.end[s.last] + 2])
        if asked or figure or quoted > _MOSTLY or (ended and hits.fires(cues.now) is None):
            continue
        usable.append(s)
        singles.append(hits)
        groups.append(inside)
    pairs = [
        Hits(words, [*group, *groups[n + 1]]) if n + 1 < len(groups) and _neighbours(words, usable, n) else singles[n]
        for n, group in enumerate(groups)
    ]
    return _Reading(
        words=words,
        usable=tuple(usable),
        singles=tuple(singles),
        pairs=tuple(pairs),
        asks=asks,
        over=over,
        figures=figures,
        sentences=len(sentences),
    )


def _neighbours(words: Words, usable: list[Span], n: int) -> bool:
    return words.sentence[usable[n + 1].first] - words.sentence[usable[n].first] == 1


def _any(hits: Hits, patterns: tuple[Pattern, ...]) -> list[Span] | None:
    for pattern in patterns:
        if (spans := hits.fires(pattern)) is not None:
            return spans
    return None


_STRETCH = 4


def _strongest(reading: _Reading, cues: _Cues) -> tuple[float, Span | None, str]:
    """The highest sum of weak signs over a few sentences in a row, with where it is and its main kind of danger."""
    counts = [_counts(reading.words, hits, cues) for hits in reading.singles]
    cue_worth = {
        cue.why: cues.cue * min(2, sum(any(h.fires(p) for h in reading.pairs) for p in cue.patterns))
        for cue in cues.cues
    }
    base = sum(cue_worth.values()) - cues.over_cost * min(3, reading.over) - cues.figure_cost * min(2, reading.figures)
    best: tuple[float, Span | None, str] = (0.0, None, WHYS[0])
    for at in range(len(counts)):
        last = min(at + _STRETCH, len(counts))
        worth = dict(cue_worth)
        total = base
        for number, sign in enumerate(cues.signs):
            value = sign.weight * min(sign.most, sum(counts[w][number] for w in range(at, last)))
            total += value
            worth[sign.why] = worth.get(sign.why, 0.0) + (value if sign.name not in _GENERAL else 0.0)
        if total > best[0]:
            why = max(WHYS, key=lambda w: worth.get(w, 0.0))
            best = (total, Span(reading.usable[at].first, reading.usable[last - 1].last), why)
    return best


def _counts(words: Words, hits: Hits, cues: _Cues) -> list[int]:
    """How many different expressions of each family of signs a sentence has."""
    return [
        len({words.text[span.first : span.last + 1] for span in hits.by_set.get(sign.pattern.wanted[0].sets[0], ())})
        for sign in cues.signs
    ]


def _quoted_share(sentence: str) -> float:
    return sum(len(m[1]) for m in _QUOTED.finditer(sentence)) / max(1, len(sentence))


def urgent_features(text: str) -> dict[str, float]:
    """What the cues see, as numbers for a trained model: by kind of cue and sign, and the shares set aside.

    `score` is the sum that `find_urgent` compares with its threshold; `alone` is 1 where a cue was enough alone.
    """
    cues = _load()
    reading = _read(text, cues)
    total, _, _ = _strongest(reading, cues)
    out = {"score": total, "alone": 0.0}
    for cue in cues.cues:
        out[f"cue:{cue.why}"] = float(sum(any(h.fires(p) for h in reading.pairs) for p in cue.patterns))
        out["alone"] = max(out["alone"], float(any(_any(h, cue.alone) for h in reading.pairs)))
    counts = [_counts(reading.words, hits, cues) for hits in reading.singles]
    for number, sign in enumerate(cues.signs):
        out[f"sign:{sign.name}"] = float(sum(c[number] for c in counts))
    sentences = max(1, reading.sentences)
    out["asks"], out["over"], out["figures"] = (n / sentences for n in (reading.asks, reading.over, reading.figures))
    return out


@lru_cache(maxsize=1)
def _load() -> _Cues:
    raw = tomllib.loads(resources.files("classifier.referral").joinpath(_FILE).read_text(encoding="utf-8"))
    try:
        given = msgspec.convert(raw, _File)
    except msgspec.ValidationError as e:
        raise RegisterError(f"{_FILE}: {e}") from e
    aside = {name: tuple(given.aside.get(name, ())) for name in ("asks", "over", "figures")}
    lexicon = Lexicon(given.words, _FILE)

    def compiled(sources: Sequence[str], what: str) -> tuple[Pattern, ...]:
        try:
            return tuple(lexicon.compile(s) for s in sources)
        except ValueError as e:
            raise RegisterError(f"{_FILE}: {what}: {e}") from e

    cues: list[Cue] = []
    for entry in given.cue:
        why = str(entry.get("why"))
        if why not in WHYS:
            raise RegisterError(f"{_FILE}: cue: why is {why!r}; it is one of {', '.join(WHYS)}")
        alone, patterns = (cast("list[str]", entry.get(key, [])) for key in ("alone", "patterns"))
        cues.append(Cue(why=why, alone=compiled(alone, f"cue {why}"), patterns=compiled(patterns, f"cue {why}")))
    signs = tuple(
        Sign(name=g.name, why=g.why, weight=g.weight, most=g.most, pattern=compiled([" | ".join(g.words)], g.name)[0])
        for g in given.sign
    )
    return _Cues(
        lexicon=lexicon,
        signs=signs,
        threshold=given.signs["threshold"],
        cue=given.signs["cue"],
        over_cost=given.signs["over"],
        figure_cost=given.signs["figure"],
        cues=tuple(cues),
        asks=compiled(aside["asks"], "aside.asks"),
        over=compiled(aside["over"], "aside.over"),
        figures=compiled(aside["figures"], "aside.figures"),
        now=lexicon.compile("{now}"),
    )


def _sentences(words: Words) -> list[Span]:
    out: list[Span] = []
    first = 0
    for at in range(1, len(words.text) + 1):
        if at == len(words.text) or words.sentence[at] != words.sentence[first]:
            out.append(Span(first, at - 1))
            first = at
    return out


def _said(text: str, words: Words, spans: Sequence[Span]) -> str:
    """The sentences of `text` that hold the spans."""
    first = min(s.first for s in spans)
    last = max(s.last for s in spans)
    while first and words.sentence[first - 1] == words.sentence[first]:
        first -= 1
    while last + 1 < len(words.text) and words.sentence[last + 1] == words.sentence[last]:
        last += 1
    return _short(text[words.start[first] : words.end[last]])


def _weighing(text: str, words: Words, weighed: Weighed | None) -> str:
    """The sentences round the words that weighed most, as far as a quote holds; the opening where nothing did."""
    said: list[str] = []
    for stretch in quotes(weighed.text, weighed.weights) if weighed else ():
        at = text.find(stretch)
        first, stop = words.between(at, at + len(stretch)) if at >= 0 else (0, 0)
        sentence = _said(text, words, [Span(first, stop - 1)]) if first < stop else stretch
        # A quote that is cut short could lose the very words.
        quote = sentence if " ".join(stretch.split()) in sentence else " ".join(stretch.split())
        if quote not in said and not any(quote in other for other in said):
            said.append(quote)
    return _short(" … ".join(said)) if said else _short(text)


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _QUOTE else one_line[: _QUOTE - 1].rsplit(" ", 1)[0] + "…"
