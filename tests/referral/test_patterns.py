from __future__ import annotations

import time

import pytest

from classifier.errors import RegisterError
from classifier.referral.patterns import Hits, Lexicon, Span, expand, inflect
from classifier.referral.words import split_words


def fires(pattern: str, text: str, words: dict[str, tuple[str, ...]] | None = None) -> bool:
    lexicon = Lexicon(words or {}, "test.toml")
    compiled = lexicon.compile(pattern)
    found = split_words(text)
    return Hits(found, lexicon.find(found)).fires(compiled) is not None


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("arrest", {"arrest", "arrests", "arrested", "arresting"}),
        ("policy", {"policy", "policies", "policied", "policying"}),
        ("charge", {"charge", "charges", "charged", "charging"}),
        ("breach", {"breach", "breaches", "breached", "breaching"}),
        ("tag", {"tag", "tags", "taged", "taging", "tagged", "tagging"}),
    ],
)
def test_inflections_are_the_regular_ones(word: str, forms: set[str]) -> None:
    assert set(inflect(word)) == forms


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("otter+", "We saw two Otters.", True),
        ("otter+", "We saw an ottery smell.", False),
        ("otter*", "An ottery smell", True),
        ("sex[ual] health", "sexual health clinic", True),
        ("sex[ual] health", "sex health clinic", True),
        ("river [bank] vole", "a river vole", True),
        ("river [bank] vole", "a river bank vole", True),
        ("organi<s z>ation+", "two organizations", True),
        ("otter+ ~3 river", "the river has an otter", True),
        ("otter+ ~3 river", "an otter that lives far away from any river", False),
        ("otter+ >5 river", "an otter near the river", True),
        ("otter+ >5 river", "the river and its otter", False),
        ("otter+ ~9 river", "We like the otter. The river is cold.", False),
        ("otter+ & river", "We like the otter. The river is cold.", True),
        ("otter+ & !zoo", "the otter in the zoo", False),
        ("otter+ & !zoo", "The zoo is shut. The otter is not.", True),
        ("otter+ | badger+ ~2 wet", "a wet badger", True),
        ("counter terrorism", "counter-terrorism", True),
        ("officers car", "the officer's car", False),
        ("officer car", "the officer's car", True),
    ],
)
def test_pattern(pattern: str, text: str, expected: bool) -> None:
    assert fires(pattern, text) is expected


def test_a_named_set_may_hold_other_sets() -> None:
    words = {"wet": ("damp", "{soaked}"), "soaked": ("sodden",)}
    assert fires("otter ~3 {wet}", "a sodden otter", words)


def test_the_spans_found_are_the_words_that_matched() -> None:
    lexicon = Lexicon({}, "test.toml")
    pattern = lexicon.compile("otter ~4 river & cold")
    words = split_words("Cold day. The otter left the river.")
    assert Hits(words, lexicon.find(words)).fires(pattern) == [Span(3, 6), Span(0, 0)]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("{fish}", "{fish}"),
        ("otter ~3", "not understood"),
        ("! otter", "asks for nothing"),
        ("ot* river", "at least three letters"),
        ("ott* river", "stands alone"),
        ("", "0 phrases"),
    ],
)
def test_a_pattern_that_is_not_well_formed_says_why(pattern: str, said: str) -> None:
    with pytest.raises((ValueError, RegisterError), match=said.replace("{", r"\{")):
        Lexicon({}, "test.toml").compile(pattern)


def test_a_set_that_contains_itself_is_refused() -> None:
    with pytest.raises(RegisterError, match="contains itself"):
        Lexicon({"a": ("{b}",), "b": ("{a}",)}, "test.toml")


def test_too_many_forms_are_refused() -> None:
    many = "<" + " ".join(f"w{n}" for n in range(70)) + ">"
    with pytest.raises(ValueError, match="4900"):
        list(expand(f"{many} {many}"))


def test_words_keep_their_offsets_and_sentences() -> None:
    text = "Mr. Otter's e-mail. Don’t ask!\n\n1) Next"
    words = split_words(text)
    assert words.text == ("mr", "otter", "e", "mail", "dont", "ask", "1", "next")
    assert [text[s:e] for s, e in zip(words.start, words.end, strict=True)][1] == "Otter's"
    assert words.sentence[0] == words.sentence[3]
    assert words.sentence[4] == words.sentence[3] + 1
    assert words.sentence[7] > words.sentence[5]


def test_time_is_linear_however_often_words_recur() -> None:
    lexicon = Lexicon({}, "test.toml")
    pattern = lexicon.compile("otter ~9 river ~9 bank & cold")

    def seconds(times: int) -> float:
        words = split_words("otter river bank " * times + "cold")
        begin = time.process_time()
        assert Hits(words, lexicon.find(words)).fires(pattern)
        return time.process_time() - begin

    seconds(100)
    small, large = seconds(2_000), seconds(16_000)
    assert large < 40 * max(small, 0.01)
