"""Signs of present danger in a letter, recall first: shown before everything else, never closed by the program.

Cues (`urgent.toml`) look at two sentences in a row. A sentence is set aside before that where it asks for information,
speaks of what is over without a word of the present, is a figure of speech, or stands in quotation marks.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, cast

import msgspec

from classifier.errors import RegisterError
from classifier.records import Urgent, Value
from classifier.referral.patterns import Hits, Lexicon, Pattern, Span
from classifier.referral.words import Words, split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

WHYS = ("risk to life", "self-harm", "threat", "child at risk", "crime being reported")
MODEL_THRESHOLD = 0.3
"""The trained model's probability from which a letter is shown as urgent although no cue fired."""

_FILE = "urgent.toml"
_QUOTE = 200
_QUOTED = re.compile(r"[\"“]([^\"“”\n]{12,600})[\"”]")


class Cue(Value, frozen=True):
    """One kind of danger and its compiled patterns."""

    why: str
    patterns: tuple[Pattern, ...]


class _Cues(Value, frozen=True):
    lexicon: Lexicon
    cues: tuple[Cue, ...]
    asks: tuple[Pattern, ...]
    over: tuple[Pattern, ...]
    figures: tuple[Pattern, ...]
    now: Pattern


class _File(msgspec.Struct, forbid_unknown_fields=True):
    words: dict[str, tuple[str, ...]]
    aside: dict[str, tuple[str, ...]]
    cue: list[dict[str, str | list[str]]]


def find_urgent(text: str, model_score: float | None = None) -> tuple[Urgent, ...]:
    """The signs of present danger in `text` (the letter's newest, applicant-blind words), strongest kind first.

    `model_score` is a trained model's probability that the letter is urgent, joined here: either is enough. `because`
    quotes the sentence that raised it.
    """
    cues = _load()
    words = split_words(text)
    found = cues.lexicon.find(words)
    sentences = _sentences(words)
    usable = [s for s in sentences if not _aside(text, words, found, s, cues)]
    out: dict[str, Urgent] = {}
    for number, first in enumerate(usable):
        pair = [first, *(usable[number + 1 : number + 2])]
        if len(pair) == 2 and words.sentence[pair[1].first] - words.sentence[first.first] > 1:
            pair = [first]
        hits = Hits(words, [x for x in found if any(s.first <= x[1].first and x[1].last <= s.last for s in pair)])
        for cue in cues.cues:
            if cue.why in out:
                continue
            for pattern in cue.patterns:
                if spans := hits.fires(pattern):
                    out[cue.why] = Urgent(because=_said(text, words, spans), why=cue.why)
                    break
    if not out and model_score is not None and model_score >= MODEL_THRESHOLD:
        return (Urgent(because=_short(text), why="risk to life"),)
    return tuple(sorted(out.values(), key=lambda u: WHYS.index(u.why)))


def urgent_features(text: str) -> dict[str, float]:
    """What the cues see, as numbers for a trained model: a share for each kind of cue and of sentence set aside."""
    cues = _load()
    words = split_words(text)
    found = cues.lexicon.find(words)
    sentences = _sentences(words)
    out = {f"cue:{why}": 0.0 for why in WHYS} | {"aside": 0.0, "now": 0.0}
    for s in sentences:
        hits = _within(words, found, s)
        set_aside = _aside(text, words, found, s, cues)
        out["aside"] += set_aside
        out["now"] += hits.fires(cues.now) is not None
        for cue in cues.cues:
            fired = sum(hits.fires(p) is not None for p in cue.patterns)
            out[f"cue:{cue.why}"] += fired * (0.2 if set_aside else 1.0)
    count = max(1, len(sentences))
    out["aside"] /= count
    out["now"] /= count
    return out


@lru_cache(maxsize=1)
def _load() -> _Cues:
    raw = tomllib.loads(resources.files("classifier.referral").joinpath(_FILE).read_text(encoding="utf-8"))
    try:
        given = msgspec.convert(raw, _File)
    except msgspec.ValidationError as e:
        raise RegisterError(f"{_FILE}: {e}") from e
    aside = {name: tuple(given.aside.get(name, ())) for name in ("asks", "over", "figures")}
    lexicon = Lexicon({**given.words, "aside": ("figure of speech",)}, _FILE)

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
        cues.append(Cue(why=why, patterns=compiled(cast("list[str]", entry.get("patterns", [])), f"cue {why}")))
    return _Cues(
        lexicon=lexicon,
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


def _within(words: Words, found: list[tuple[int, Span]], s: Span) -> Hits:
    return Hits(words, [x for x in found if s.first <= x[1].first and x[1].last <= s.last])


def _aside(text: str, words: Words, found: list[tuple[int, Span]], s: Span, cues: _Cues) -> bool:
    """Whether the sentence is not about the present danger of somebody."""
    hits = _within(words, found, s)
    if any(hits.fires(p) for p in (*cues.asks, *cues.figures)):
        return True
    if any(hits.fires(p) for p in cues.over) and hits.fires(cues.now) is None:
        return True
    start, end = words.start[s.first], words.end[s.last]
    quoted = sum(len(m[1]) for m in _QUOTED.finditer(text[start : end + 2]))
    return quoted > 0.6 * (end - start)


def _said(text: str, words: Words, spans: Sequence[Span]) -> str:
    """The sentences of `text` that hold the spans."""
    first = min(s.first for s in spans)
    last = max(s.last for s in spans)
    while first and words.sentence[first - 1] == words.sentence[first]:
        first -= 1
    while last + 1 < len(words.text) and words.sentence[last + 1] == words.sentence[last]:
        last += 1
    return _short(text[words.start[first] : words.end[last]])


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _QUOTE else one_line[: _QUOTE - 1].rsplit(" ", 1)[0] + "…"
