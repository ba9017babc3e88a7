"""The tree of phrases finds what spaCy's matcher finds, phrase by phrase and in the same order."""

from __future__ import annotations

import json

import pytest

from classifier.referral.patterns import Lexicon, Span
from classifier.referral.words import split_words
from classifier.resources import data_file

spacy = pytest.importorskip("spacy", reason="the comparison is with spaCy, which a run does not need")

WORDS = {
    "asked": ("how many", "how many times", "number of", "many times"),
    "subject": ("police", "police dog+", "police dog handler+", "dog handler+"),
    "rest": ("times", "dog", "the"),
}
TEXT = (
    "How many times did the police dog handlers, or a police dog, bite? The number of police dogs, the dogs: how many"
)


def _by_spacy(words: tuple[str, ...]) -> list[tuple[str, Span]]:
    """What spaCy finds of the word sets: (the set's name, its place)."""
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

    vocab = spacy.blank("en").vocab
    matcher = PhraseMatcher(vocab, attr="ORTH")
    for name, phrases in WORDS.items():
        forms = [form for phrase in phrases for form in _forms(phrase)]
        matcher.add(name, [Doc(vocab, words=list(form)) for form in forms])
    found = [(vocab.strings[key], Span(a, b - 1)) for key, a, b in matcher(Doc(vocab, words=list(words)))]
    return sorted(found, key=lambda x: (x[1], x[0]))


def _forms(phrase: str) -> list[tuple[str, ...]]:
    from classifier.referral.patterns import expand

    return list(expand(phrase))


def _by_tree(text: str) -> list[tuple[str, Span]]:
    lexicon = Lexicon(WORDS, "test")
    for name in WORDS:
        lexicon.compile(f"{{{name}}}")
    names = list(WORDS)
    return sorted(((names[n], s) for n, s in lexicon.find(split_words(text))), key=lambda x: (x[1], x[0]))


def test_phrases_inside_and_across_one_another_are_all_found() -> None:
    found = _by_tree(TEXT)
    assert ("asked", Span(0, 1)) in found
    assert ("asked", Span(0, 2)) in found
    assert ("asked", Span(1, 2)) in found
    assert found == _by_spacy(split_words(TEXT).text)


def test_the_letters_of_the_corpus_give_the_same() -> None:
    path = next(iter(sorted((data_file("corpora") / "letters").glob("*.jsonl"))))
    for line in path.read_text(encoding="utf-8").splitlines()[:25]:
        text = json.loads(line)["text"]
        assert _by_tree(text) == _by_spacy(split_words(text).text)


def test_a_phrase_that_the_text_breaks_off_is_not_found() -> None:
    assert _by_tree("police dog") == _by_spacy(("police", "dog"))
    assert _by_tree("") == []
