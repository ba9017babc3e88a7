"""The pattern language of the register: words, inflections, alternatives, windows, exceptions; compiled to a word tree.

    how many | number of ~8 {offender} & {place} & !retention

A *phrase* is words in a row. `word+` also takes the regular endings (arrest+: arrests, arrested, arresting); `[word]`
may be missing and so may an ending (`sex[ual]`); `<a b c>` is any one of these, with what stands round it
(`organi<s z>ation+`); `stem*` alone is any word that begins so. `|` separates alternatives, `{name}` stands for a set
of phrases from the `[words]` table of the same file, `{@name}` for what the program finds itself (`{@operation}`:
"Operation" and a name). An alternation is tied to the next by `~8` (within eight words of each other, either way
round, in one sentence) or `>8` (the second after the first). `&` asks for several such units anywhere in the item. `!`
before a unit: none of it in a sentence that raised the others.

A pattern is compiled into sets of fixed phrases, which one tree over their words finds in one pass over the text
whatever their number, and a few comparisons of positions. (spaCy's `PhraseMatcher` finds the same; the tree is made
without importing spaCy, a second of every start and 50 MB, and is faster here, where each text comes as words already.)
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from classifier.errors import RegisterError
from classifier.referral.words import Words, split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_MAX_FORMS = 4000
_MEMORY = 50_000
_EVERYDAY_WORDS = """
    you your police force officers officer how what which who number many staff people data total year is was in at per
    each my me i he where used
"""
_EVERYDAY = frozenset(_EVERYDAY_WORDS.split())
_WINDOW = re.compile(r"\s+([~>])(\d{1,2})\s+")
# [word], stem[ending], stem<a b>ending, or a plain word; each class excludes what opens the next, so this is linear.
_PIECE = re.compile(r"([^\s\[\]<>]*)\[([^\[\]<>]+)\]|([^\s\[\]<>]*)<([^<>\[\]]+)>([^\s\[\]<>]*)|([^\s\[\]<>]+|\S)")
_MARKER = re.compile(r"\{@(\w+)\}")
_VOWELS = frozenset("aeiou")
_DOUBLING = re.compile(r"(?:^|[^aeiou])[aeiou][bdgmnprt]$")


class Span(msgspec.Struct, frozen=True, order=True):
    """Words `first` to `last` (inclusive) of a text."""

    first: int
    last: int


class _Node:
    """A place in the tree of phrases: the words that may follow, and the sets of a phrase that ends here."""

    __slots__ = ("after", "sets")

    def __init__(self) -> None:
        self.after: dict[str, _Node] = {}
        self.sets: tuple[int, ...] = ()


class Unit(msgspec.Struct, frozen=True):
    """Alternations tied by windows: `sets[0]`, then for each tie (ordered, distance) the next set's index."""

    sets: tuple[int, ...]
    ties: tuple[tuple[bool, int], ...]


class Pattern(msgspec.Struct, frozen=True):
    """One compiled pattern: units that must be there, units that must not, and the text it was written as."""

    source: str
    wanted: tuple[Unit, ...]
    unwanted: tuple[Unit, ...]
    needs: frozenset[int]


def inflect(word: str) -> tuple[str, ...]:
    """The regular English forms of a noun or verb: plural or third person, -ed, -ing, and for verbs in -e or -y."""
    if word.endswith("y") and len(word) > 2 and word[-2] not in _VOWELS:
        stem = word[:-1]
        return word, stem + "ies", stem + "ied", word + "ing"
    if word.endswith("e"):
        return word, word + "s", word + "d", word[:-1] + "ing"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word, word + "es", word + "ed", word + "ing"
    forms = [word, word + "s", word + "ed", word + "ing"]
    if _DOUBLING.search(word):
        forms += [word + word[-1] + "ed", word + word[-1] + "ing"]
    elif word.endswith("l"):
        forms += [word + "led", word + "ling"]
    return tuple(forms)


def expand(phrase: str) -> Iterator[tuple[str, ...]]:
    """Every fixed word sequence that `phrase` stands for. Raises ValueError where it is not well formed."""
    slots: list[tuple[tuple[str, ...], ...]] = []
    for stem, ending, before, choices, after, plain in _PIECE.findall(phrase):
        if plain and any(c in "[]<>{}|&~" for c in plain):
            raise ValueError(f"not understood: {plain!r} in {phrase!r}")
        written = [before + c + after for c in choices.split()] or (
            [stem, stem + ending] if stem else [ending or plain]
        )
        forms = [f for w in written for f in _forms(w)]
        if ending and not stem:
            forms.append(())
        slots.append(tuple(dict.fromkeys(forms)))
    total = 1
    for s in slots:
        total *= len(s)
    if not slots or total > _MAX_FORMS:
        raise ValueError(f"{phrase!r} stands for {total if slots else 0} phrases; 1 to {_MAX_FORMS} are allowed")
    for combination in itertools.product(*slots):
        if words := tuple(itertools.chain.from_iterable(combination)):
            if len(words) > 1 and any(w.endswith("*") for w in words):
                raise ValueError(f"a stem stands alone, not in {phrase!r}")
            yield words


def _forms(written: str) -> list[tuple[str, ...]]:
    if written.isascii() and written.isalnum():
        return [(written.lower(),)]  # what is below would say the same, and takes most of a start
    out: list[tuple[str, ...]] = []
    if written.endswith("*"):
        stem = written[:-1].lower()
        if len(stem) < 3 or not stem.isalpha():
            raise ValueError(f"a stem has at least three letters: {written!r}")
        out.append((stem + "*",))
    elif written.endswith("+"):
        *before, last = split_words(written[:-1]).text or ("",)
        if not last:
            raise ValueError(f"nothing to inflect in {written!r}")
        out += [(*before, form) for form in inflect(last)]
    else:
        words = split_words(written).text
        if not words:
            raise ValueError(f"no word in {written!r}")
        out.append(words)
    return out


class Lexicon:
    """Compiles patterns against named word sets and finds them all in one pass.

    `words` maps a set's name to its phrases. Errors are ValueErrors that name the set or the pattern; `where` turns
    them into a RegisterError that names the file.
    """

    def __init__(self, words: Mapping[str, Sequence[str]], where: str) -> None:
        self._where = where
        self._phrases: dict[tuple[str, ...], set[int]] = {}
        self._index: dict[str, int] = {}
        self._markers: dict[str, set[int]] = {}
        self._stems: dict[str, set[int]] = {}
        self._common: dict[int, tuple[bool, int]] = {}
        self._stem_memory: dict[str, tuple[int, ...]] = {}
        self._named: dict[str, frozenset[tuple[str, ...]]] = {}
        self._raw = words
        self._tree: dict[str, _Node] | None = None
        for name in words:
            self._set_named(name, ())

    def _set_named(self, name: str, inside: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
        if name in self._named:
            return self._named[name]
        if name.startswith("@"):
            return frozenset()
        if name not in self._raw:
            raise RegisterError(f"{self._where}: no word set is called {{{name}}}")
        if name in inside:
            raise RegisterError(f"{self._where}: word set {{{name}}} contains itself")
        found: set[tuple[str, ...]] = set()
        for phrase in self._raw[name]:
            try:
                found |= set(self._alternatives(phrase, (*inside, name)))
            except ValueError as e:
                raise RegisterError(f"{self._where}: words.{name}: {e}") from e
        self._named[name] = frozenset(found)
        return self._named[name]

    def _alternatives(self, written: str, inside: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
        for part in written.split("|"):
            piece = part.strip()
            if piece.startswith("{") and piece.endswith("}"):
                yield from self._set_named(piece[1:-1], inside)
            else:
                yield from expand(piece)

    def _set_index(self, written: str) -> int:
        key = " | ".join(sorted(p.strip() for p in written.split("|")))
        if key not in self._index:
            number = self._index[key] = len(self._index)
            for name in _MARKER.findall(key):
                self._markers.setdefault(name, set()).add(number)
            phrases = set(self._alternatives(written))
            everyday = any(len(p) == 1 and p[0] in _EVERYDAY for p in phrases)
            self._common[number] = everyday, len(phrases)
            for phrase in phrases:
                if phrase[-1].endswith("*"):
                    self._stems.setdefault(phrase[0][:-1], set()).add(number)
                else:
                    self._phrases.setdefault(phrase, set()).add(number)
            self._tree = None
        return self._index[key]

    def compile(self, source: str) -> Pattern:
        """One pattern. Raises ValueError where it is not well formed."""
        wanted: list[Unit] = []
        unwanted: list[Unit] = []
        for part in source.split("&"):
            written = part.strip()
            negative = written.startswith("!")
            pieces = _WINDOW.split(written.removeprefix("!").strip())
            unit = Unit(
                tuple(self._set_index(p) for p in pieces[::3]),
                tuple((tie == ">", int(n)) for tie, n in zip(pieces[1::3], pieces[2::3], strict=True)),
            )
            (unwanted if negative else wanted).append(unit)
        if not wanted:
            raise ValueError(f"{source!r} asks for nothing")
        return Pattern(source, tuple(wanted), tuple(unwanted), frozenset(i for u in wanted for i in u.sets))

    def commonness(self, number: int) -> tuple[bool, int]:
        """How common a set is in letters to the police: whether it holds an everyday word, then its size."""
        return self._common[number]

    def phrases(self) -> dict[int, list[tuple[str, ...]]]:
        """The fixed phrases of every set, by its index: what the tree is made of."""
        out: dict[int, list[tuple[str, ...]]] = {}
        for phrase, numbers in self._phrases.items():
            for number in numbers:
                out.setdefault(number, []).append(phrase)
        return out

    def stems(self) -> frozenset[int]:
        """The sets that hold a stem (`radicalis*`) besides fixed phrases."""
        return frozenset(n for numbers in self._stems.values() for n in numbers)

    def find(self, words: Words, markers: Mapping[str, Iterable[Span]] | None = None) -> list[tuple[int, Span]]:
        """Every (set index, span) in `words`, in order; `markers` are the spans of `{@name}` sets, by name."""
        first = self._compiled().get
        text, size = words.text, len(words.text)
        out: list[tuple[int, Span]] = []
        for at, word in enumerate(text):
            node, stems = first(word), self._stem_sets(word)
            if stems or (node is not None and node.sets):
                span = Span(at, at)
                if node is not None:
                    out += [(number, span) for number in node.sets]
                out += [(number, span) for number in stems]
            end = at + 1
            while node is not None and end < size:
                node = node.after.get(text[end])
                if node is not None and node.sets:
                    span = Span(at, end)
                    out += [(number, span) for number in node.sets]
                end += 1
        marked = [
            (number, span)
            for name, spans in (markers or {}).items()
            for span in spans
            for number in self._markers.get(name, ())
        ]
        if marked:
            # What comes from the tree is in order already.
            out = sorted(out + marked, key=lambda x: (x[1].first, x[1].last))
        return out

    def _stem_sets(self, word: str) -> tuple[int, ...]:
        """The sets of which `word` is a member because of how it begins; remembered for the words met most."""
        known = self._stem_memory.get(word)
        if known is None:
            known = tuple(n for k in self._stem_lengths for n in self._stems.get(word[:k], ()) if k <= len(word))
            if len(self._stem_memory) < _MEMORY:
                self._stem_memory[word] = known
        return known

    def _compiled(self) -> dict[str, _Node]:
        """The tree, by the first words of phrases."""
        if self._tree is None:
            root = _Node()
            for phrase, numbers in self._phrases.items():
                node = root
                for word in phrase:
                    node = node.after.setdefault(word, _Node())
                node.sets = tuple(sorted(numbers))
            self._stem_memory.clear()
            self._stem_lengths = sorted({len(stem) for stem in self._stems})
            self._tree = root.after
        return self._tree


class Hits:
    """Where each set was found among the words that a pattern may look at."""

    def __init__(self, words: Words, found: Iterable[tuple[int, Span]]) -> None:
        self.words = words
        self._found = list(found)
        self.sets = {number for number, _ in self._found}

    @cached_property
    def by_set(self) -> dict[int, list[Span]]:
        """The spans of every set that was found, in order."""
        out: dict[int, list[Span]] = {}
        for number, span in self._found:
            out.setdefault(number, []).append(span)
        return out

    def fires(self, pattern: Pattern) -> list[Span] | None:
        """The spans, one for each unit, that satisfy `pattern`; None where it does not fire."""
        if not pattern.needs <= self.sets:
            return None
        unwanted = [s for u in pattern.unwanted for s in self._spans(u)]
        sentence = self.words.sentence
        spoilt = {sentence[s.first] for s in unwanted}
        chosen: list[Span] = []
        for unit in pattern.wanted:
            spans = self._spans(unit)
            if spoilt:
                spans = [s for s in spans if sentence[s.first] not in spoilt]
            if not spans:
                return None
            chosen.append(max(spans, key=lambda s: (-s.first, s.last)))
        return chosen

    def _spans(self, unit: Unit) -> list[Span]:
        spans = self.by_set.get(unit.sets[0], [])
        for number, (ordered, distance) in zip(unit.sets[1:], unit.ties, strict=True):
            if not spans:
                return []
            spans = list(self._tied(spans, self.by_set.get(number, []), ordered, distance))
        return spans

    def _tied(self, left: list[Span], right: list[Span], ordered: bool, distance: int) -> Iterator[Span]:
        """Each of `left` with the nearest of `right` on either side: linear in the text, however often words recur."""
        sentence = self.words.sentence
        firsts = [b.first for b in right]
        for a in left:
            after = bisect_right(firsts, a.last)
            if after < len(right):
                b = right[after]
                if b.first - a.last - 1 <= distance and sentence[a.first] == sentence[b.first]:
                    yield Span(a.first, b.last)
            if not ordered:
                # A longer phrase that began earlier may end nearer; phrases are short, so a few steps back suffice.
                for b in reversed(right[max(0, bisect_left(firsts, a.first) - 4) : bisect_left(firsts, a.first)]):
                    gap = a.first - b.last - 1
                    if 0 <= gap <= distance and sentence[a.first] == sentence[b.first]:
                        yield Span(b.first, a.last)
                        break
