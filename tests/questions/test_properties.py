"""Properties that hold for any letter: outlines come back as made, nothing overlaps, work grows with the length."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.questions import split
from classifier.questions.lines import read_lines
from classifier.questions.markers import candidates
from classifier.questions.outline import choose
from classifier.questions.segments import split_sentences

NOUNS = ["boats", "drums", "kites", "ponies", "ladders", "teapots", "tents", "violins", "clocks", "carpets"]
OUTER = ["{n}. ", "{n}) ", "({n}) ", "Q{n}. ", "Question {n}: ", "{n} - ", "Request {n}\n"]
INNER = ["{a}) ", "({a}) ", "{a}. ", "({r}) ", "{r}) "]
ROMAN = ["i", "ii", "iii", "iv", "v", "vi"]


@st.composite
def outlines(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    """A letter and its items as (number, words)."""
    outer = draw(st.sampled_from(OUTER))
    inner = draw(st.sampled_from(INNER))
    gap = draw(st.sampled_from(["\n", "\n\n"]))
    indent = draw(st.sampled_from(["", "  ", "\t"]))
    lines: list[str] = []
    items: list[tuple[str, str]] = []
    for n in range(1, draw(st.integers(2, 8)) + 1):
        words = f"How many {draw(st.sampled_from(NOUNS))} were there in batch no. {n * 3}?"
        lines.append(outer.format(n=n) + words)
        items.append((str(n), words))
        children = draw(st.integers(0, 5))
        for k in range(children if children > 1 else 0):
            words = f"What did the {draw(st.sampled_from(NOUNS))} cost?"
            lines.append(indent + inner.format(a="abcdef"[k], r=ROMAN[k]) + words)
            items.append((f"{n}{ROMAN[k] if '{r}' in inner else 'abcdef'[k]}", words))
    head = draw(st.sampled_from(["", "Dear Sir,\n\n", "Please answer these:\n\n"]))
    tail = draw(st.sampled_from(["", "\n\nYours faithfully,\nA. Writer", "\n\nThank you"]))
    return head + gap.join(lines) + tail, items


@given(outlines())
@settings(max_examples=150, deadline=None)
def test_an_outline_comes_back_as_it_was_made(made: tuple[str, list[tuple[str, str]]]) -> None:
    text, items = made
    assert [(q.number, q.text) for q in split(text)] == items


PIECE = st.one_of(
    st.sampled_from(list("0123456789.)(-*•:;,?!\n \t abcdeiIvxQ\"'[]/")),
    st.sampled_from(
        [
            "Question ",
            "How many ",
            "\n1. ",
            "\na) ",
            "\n- ",
            "Please ",
            "(ii) ",
            ". ",
            "\r\n",
            "\u2028",
            "\x0c",
            "\u00a0",
            "\n\n",
        ]
    ),
    st.characters(),
)
MESSY = st.lists(PIECE, max_size=120).map("".join)


@given(MESSY)
@settings(max_examples=300, deadline=None)
def test_spans_keep_order_and_hold_the_words(text: str) -> None:
    end = 0
    ids: set[str] = set()
    for q in split(text):
        assert end <= q.span[0] < q.span[1] <= len(text)
        end = q.span[1]
        assert " ".join(text[slice(*q.span)].split()) == q.text
        assert q.parent is None or q.parent in ids
        ids.add(q.id)


@given(MESSY)
@settings(max_examples=300, deadline=None)
def test_no_character_is_lost_or_read_twice(text: str) -> None:
    lines = read_lines(text)
    markers = choose(candidates(text, lines))
    covered = [False] * len(text)
    for m in markers:
        for k in range(m.candidate.start, m.candidate.end):
            covered[k] = True
    for s in split_sentences(text, lines, markers):
        for k in range(s.start, s.end):
            assert not covered[k] or any(m.candidate.start <= k < m.candidate.end for m in markers)
            covered[k] = True
    assert all(c or t.isspace() for c, t in zip(covered, text, strict=True))


@given(MESSY, st.data())
@settings(max_examples=100, deadline=None)
def test_blind_text_gives_spans_into_the_text(text: str, data: st.DataObject) -> None:
    a = data.draw(st.integers(0, len(text)))
    b = data.draw(st.integers(a, len(text)))
    blind = text[:a] + " " * (b - a) + text[b:]
    for q in split(text, blind):
        assert " ".join(text[slice(*q.span)].split()) == q.text


def test_who_writes_does_not_move_an_item() -> None:
    def letter(name: str) -> list[str]:
        text = f"My name is {name}.\n\n1. How many boats are there?\n2. What do they cost?\n\nRegards,\n{name}"
        return [q.text for q in split(text, text.replace(name, " " * len(name)))]

    assert (
        letter("Dr. A. B. Quist (M.Sc. 2. Leg.)") == letter("Jo") == ["How many boats are there?", "What do they cost?"]
    )


def test_texts_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="as long as"):
        split("How many?", "How")


@pytest.mark.parametrize(
    "piece",
    [
        "1. How many boats?\n", "a) b) c) d) ", "1", "(", "- ", "1.1.1.1.", "i) ", "How many? ", "\n", " ",
        "Q1 ", "x" * 50 + " ", "1 - 2 - 3 ", "e.g. ", "\"'’)]", ".", "?! ",
        "Question ", "please split it by ", "section 1 to 2, ", "1. a) ", "break down ", "for each of the ",
        "\t1\t2\t3\n", "o ", "::", "I. ", "the the ", "1, 2, 3 and ",
    ],
)  # fmt: skip
def test_time_grows_with_the_length_only(piece: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size]
        best = 9.0
        for _ in range(3):
            start = time.process_time()
            split(text)
            best = min(best, time.process_time() - start)
        return best

    small, large = seconds(4_000), seconds(32_000)
    # Eight times the text: well under what squared work would take (64 times), with room for a busy machine.
    assert large < 24 * small + 0.05
