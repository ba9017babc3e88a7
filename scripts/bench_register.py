"""How many of the referrals that are due the register's patterns raise by themselves, without the model.

    python scripts/bench_register.py [--half read | unread] [--register FILE] [--misses RULE] [--flags RULE] [--spacy]

By rule, over the questions of the authored letters: how many carry the rule, how many of them are raised, and how many
are raised in all. Then the mandatory ones together, and how many of 1,000 ordinary letters (with a request and without
a rule) get a mandatory flag. The questions are those of the labels.

The voices are halved by a hash of their names. Whoever edits the register reads what the *read* half misses (--misses)
and raises in vain (--flags); of the *unread* half only the figures are ever printed. So they say what the register does
with wordings that nobody who wrote it had seen; keep it so.

`--spacy` compares the tree that finds the register's phrases with spaCy's PhraseMatcher instead: the finds on these
letters and the words a second of each.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from classifier.referral.matcher import find  # noqa: E402
from classifier.referral.patterns import Span  # noqa: E402
from classifier.referral.register import Register, levels, load_register  # noqa: E402
from classifier.referral.words import split_words  # noqa: E402
from classifier.training.corpus import Example, corpus_files, examples, load  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

TODAY = date(2026, 11, 1)
HALVES = ("unread", "read")


class Marks(NamedTuple):
    """The rules due and raised, as (question, rule), mandatory on the letter's day or not, and the quotes."""

    due: set[tuple[str, str]]
    raised: set[tuple[str, str]]
    mandatory: set[str]
    quotes: dict[tuple[str, str], str]


def half(voice: str) -> str:
    """Which half of the voices a voice belongs to."""
    return HALVES[hashlib.sha256(voice.encode()).digest()[0] % 2]


def marks(example: Example, register: Register) -> Marks:
    """What an officer marked on a letter's questions, and what the patterns raise."""
    received = example.letter.message.received
    day = received.date() if received else TODAY
    asked = {q.id for q in example.questions if q.kind == "request"}
    due = {(x.id, rule) for x in example.labels for rule in x.referral or () if x.id in asked}
    found = find(example.letter.blind, example.questions, register, day, TODAY, subject=example.letter.message.subject)
    quotes = {(r.question or "", r.rule): r.because for r in found if levels(register.rules[r.rule], day)}
    mandatory = {r for r in register.rules if levels(register.rules[r], day) == "mandatory"}
    return Marks(due, set(quotes), mandatory, quotes)


class Tally:
    """Counts by rule, and of the mandatory ones together, by question and by letter."""

    def __init__(self) -> None:
        self.due: Counter[str] = Counter()
        self.raised: Counter[str] = Counter()
        self.right: Counter[str] = Counter()
        self.must: Counter[str] = Counter()
        self.ordinary = self.flagged = 0

    def add(self, example: Example, m: Marks) -> None:
        """Count one letter."""
        for _, rule in m.due:
            self.due[rule] += 1
        for _, rule in m.raised:
            self.raised[rule] += 1
        for _, rule in m.raised & m.due:
            self.right[rule] += 1
        for what, pairs in (("due", m.due), ("raised", m.raised), ("right", m.due & m.raised)):
            self.must[what] += sum(rule in m.mandatory for _, rule in pairs)
        letter_due, letter_raised = ({rule for _, rule in pairs} & m.mandatory for pairs in (m.due, m.raised))
        self.must["letter due"] += len(letter_due)
        self.must["letter right"] += len(letter_due & letter_raised)
        self.must["letter raised"] += len(letter_raised)
        if is_ordinary(example):
            self.ordinary += 1
            self.flagged += bool(letter_raised)

    def show(self, register: Register) -> None:
        """Print the table and the sums."""
        print("rule     level      due  raised  right  recall  precision")
        for rule in register.rules.values():
            due, raised, right = self.due[rule.id], self.raised[rule.id], self.right[rule.id]
            if due or raised:
                level = levels(rule, TODAY) or "-"
                counts = f"{due:4d} {raised:7d} {right:6d} {_share(right, due)} {_share(right, raised)}"
                print(f"{rule.id:8} {level:9} {counts}")
        m = self.must
        for name, by in (("question", ""), ("letter", "letter ")):
            due, raised, right = m[by + "due"], m[by + "raised"], m[by + "right"]
            print(f"mandatory, by {name}: {due} due; recall {_share(right, due)}, precision {_share(right, raised)}")
        print(f"ordinary letters with a mandatory flag: {1000 * self.flagged / max(1, self.ordinary):.0f} of 1,000")


def is_ordinary(example: Example) -> bool:
    """Whether a letter asks for something and nothing in it concerns the register."""
    return not example.gold.referral and any(q.kind == "request" for q in example.questions)


def read_half(found: Iterable[Example], wanted: Collection[str]) -> list[Example]:
    """The letters whose voice is in one of the halves."""
    return [x for x in found if half(x.gold.source) in wanted]


def beside_spacy(register: Register, found: Iterable[Example]) -> int:
    """Print how the tree and spaCy's matcher do on the same letters; 1 where their finds differ."""
    import spacy
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

    texts = [split_words(x.letter.blind) for x in found]
    vocab = spacy.blank("en").vocab
    matcher = PhraseMatcher(vocab, attr="ORTH")
    for number, phrases in register.lexicon.phrases().items():
        matcher.add(str(number), [Doc(vocab, words=list(p)) for p in phrases])
    size = sum(len(words.text) for words in texts)
    numbers = {vocab.strings[str(number)]: number for number in register.lexicon.phrases()}
    start = time.process_time()
    found_by_tree = [register.lexicon.find(words) for words in texts]
    middle = time.process_time()
    spans = [
        [(numbers[key], Span(a, b - 1)) for key, a, b in matcher(Doc(vocab, words=list(words.text)))]
        for words in texts
        if words.text
    ]
    end = time.process_time()
    by_tree = [{(n, s.first, s.last) for n, s in one} for one in found_by_tree]
    by_spacy = [{(n, s.first, s.last) for n, s in one} for one in spans]
    # Stems ("radicalis*") are looked up by the tree's owner; spaCy's matcher has only whole phrases.
    stems = register.lexicon.stems()
    whole = [{x for x in one if x[0] not in stems} for one, words in zip(by_tree, texts, strict=True) if words.text]
    other = [{x for x in one if x[0] not in stems} for one in by_spacy]
    print(
        f"{len(texts)} letters, {size} words: {sum(map(len, whole))} finds by the tree, {sum(map(len, other))} by spaCy"
    )
    print(f"words a second: the tree {size / (middle - start):,.0f}, spaCy {size / (end - middle):,.0f}")
    return 0 if whole == other else 1


def _share(part: int, whole: int) -> str:
    return f"{part / whole:7.3f}" if whole else "      -"


def main() -> int:
    """Print the figures, or what one rule misses or raises in vain on the half that may be read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=HALVES, action="append")
    parser.add_argument("--misses", metavar="RULE", default="", help="print what the read half has and the rule misses")
    parser.add_argument("--flags", metavar="RULE", default="", help="print what the rule raises in vain there")
    parser.add_argument("--register", type=Path, help="a register that is being edited; without it the shipped one")
    parser.add_argument("--spacy", action="store_true", help="compare with spaCy's PhraseMatcher instead")
    options = parser.parse_args()
    shown: str = options.misses or options.flags
    halves = ["read"] if shown else options.half or list(HALVES)
    register = load_register(options.register)
    found = examples(load(corpus_files(ROOT / "corpora")))
    kept = read_half(found, halves)
    if options.spacy:
        return beside_spacy(register, kept)
    tally = Tally()
    for example in kept:
        m = marks(example, register)
        tally.add(example, m)
        for question, rule in sorted((m.due - m.raised) if options.misses else (m.raised - m.due)) if shown else ():
            if shown in (rule, "all"):
                text = next((q.text for q in example.questions if q.id == question), "")
                print(f"{rule} {example.gold.id} {question}: {' '.join(text.split())}")
                print(f"    {m.quotes.get((question, rule), '')}")
    if not shown:
        tally.show(register)
    return 0


if __name__ == "__main__":
    sys.exit(main())
