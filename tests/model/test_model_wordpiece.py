"""Tokens: those of BERT's uncased vocabulary, each with its place in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.model.wordpiece import WordPiece
from classifier.resources import ENCODER, data_file

if TYPE_CHECKING:
    from pathlib import Path

VOCABULARY = data_file(ENCODER) / "vocab.txt"
NAMES = VOCABULARY.read_text(encoding="utf-8").splitlines()
BERT = WordPiece(VOCABULARY)


def pieces(text: str, limit: int = 256) -> list[str]:
    return [NAMES[i] for i in BERT.tokens(text, limit)[0]][1:-1]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("How many cars?", ["how", "many", "cars", "?"]),
        ("unaffable", ["una", "##ffa", "##ble"]),
        ("embeddings", ["em", "##bed", "##ding", "##s"]),
        ("don't", ["don", "'", "t"]),
        ("Café São", ["cafe", "sao"]),
        ("£1,000", ["£1", ",", "000"]),
        ("a_b", ["a", "_", "b"]),
        ("中国", ["中", "国"]),
        ("", []),
        ("   \n\t ", []),
    ],
)
def test_agrees_with_the_published_tokenizer(text: str, wanted: list[str]) -> None:
    assert pieces(text) == wanted


def test_every_token_knows_its_place() -> None:
    text = "Übermäßig,  CAFÉ\n(x)"
    ids, places = BERT.tokens(text, 64)
    assert len(ids) == len(places)
    assert places[0] == places[-1] == (0, 0)
    assert [text[a:b] for a, b in dict.fromkeys(places[1:-1])] == ["Übermäßig", ",", "CAFÉ", "(", "x", ")"]


def test_an_accent_written_as_a_mark_of_its_own_counts_the_same() -> None:
    assert pieces("cafe\u0301") == pieces("caf\u00e9") == ["cafe"]


@pytest.mark.parametrize("odd", ["\x00", "\u200b", "\ufeff", "\u202e", "\ufffd"])
def test_what_cannot_be_seen_parts_no_word(odd: str) -> None:
    text = f"pol{odd}ice"
    assert pieces(text) == ["police"]
    assert BERT.tokens(text, 8)[1][1] == (0, 7)


def test_a_letter_that_grows_in_lower_case_keeps_the_places() -> None:
    text = "İstanbul now"
    assert text[slice(*BERT.tokens(text, 16)[1][-2])] == "now"


def test_a_very_long_word_is_unknown_and_does_no_harm() -> None:
    assert pieces("a" * 5000 + " end") == ["[UNK]", "end"]


def test_a_long_text_is_cut_at_the_limit() -> None:
    ids, places = BERT.tokens("one two three four " * 5000, 16)
    assert len(ids) == len(places) == 16
    assert (NAMES[ids[0]], NAMES[ids[-1]]) == ("[CLS]", "[SEP]")


def test_another_vocabulary_gives_its_own_pieces(tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    path.write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\nra\n##dio\n##s\n", encoding="utf-8")
    assert WordPiece(path).tokens("Radios radar", 9)[0] == [2, 4, 5, 6, 1, 3]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_tokens_with_places_in_order(text: str) -> None:
    ids, places = BERT.tokens(text, 64)
    assert len(ids) == len(places) <= 64
    inner = places[1:-1]
    assert all(0 <= a < b <= len(text) for a, b in inner)
    assert inner == sorted(inner)
