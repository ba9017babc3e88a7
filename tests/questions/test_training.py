"""The trained part: what letters teach, that it is repeatable, and that a model file brings it back."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from classifier.errors import CorpusError
from classifier.model.store import ModelWriter
from classifier.questions import AskModel, split
from classifier.questions.segments import Segment
from classifier.records import LabelledLetter, LabelledQuestion
from classifier.training.asks import gold_labels, learn_asks
from classifier.training.varieties import varieties

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.records import ItemKind

THINGS = ["lamps", "ropes", "maps", "bells", "gates", "flags", "drums", "sails", "wells", "kilns"]


def letter(n: int) -> LabelledLetter:
    thing, other = THINGS[n % 10], THINGS[(n * 3 + 1) % 10]
    asks = [f"How many {thing} were bought in {2010 + n % 9}?", f"Please give the price of the {other} that you hired."]
    wish = "An Excel file would suit me."
    text = (
        f"Dear Sir,\n\nThe {thing} in our street are a disgrace and nobody cares.\n\n1. {asks[0]}\n2. {asks[1]}\n\n"
        f"{wish}\n\nYours faithfully\nN. Body\n"
    )
    kinds: list[tuple[str, ItemKind]] = [(asks[0], "request"), (asks[1], "request"), (wish, "format")]
    questions = [
        LabelledQuestion(
            id=f"q{k}", number=str(k), parent=None, kind=kind, span=(text.index(words), text.index(words) + len(words))
        )
        for k, (words, kind) in enumerate(kinds, 1)
    ]
    return LabelledLetter(
        id=f"x-{n}", source=f"voice-{n % 3}", annotator=None, date=None, reference=None, received=None, subject="",
        text=text, kind="new_request",
        questions=tuple(questions),
    )  # fmt: skip


@pytest.fixture(scope="module")
def letters() -> list[LabelledLetter]:
    return [letter(n) for n in range(24)]


def test_a_trained_model_splits_a_letter_it_has_not_seen(letters: list[LabelledLetter], tmp_path: Path) -> None:
    writer = ModelWriter(tmp_path / "m")
    learnt = learn_asks(letters, seed=1)
    learnt.save(writer)
    report = learnt.report
    asks = AskModel.load(writer.finish())
    assert report.letters == 24
    assert report.labels["request"] > 40
    text = (
        "Dear Madam,\n\nThe stoves in our hall are a disgrace.\n\n1. How many stoves were bought in 2019?\n"
        "2. Please give the price of the coal.\n\nA CSV file would suit me.\n\nYours faithfully\nB. Nobody"
    )
    assert [(q.kind, q.text) for q in split(text, asks=asks)] == [
        ("request", "How many stoves were bought in 2019?"),
        ("request", "Please give the price of the coal."),
        ("format", "A CSV file would suit me."),
    ]


def test_the_same_letters_and_seed_give_the_same_bytes(letters: list[LabelledLetter], tmp_path: Path) -> None:
    versions = set()
    for name in ("a", "b"):
        writer = ModelWriter(tmp_path / name)
        learn_asks(letters, seed=3).save(writer)
        versions.add(writer.finish().version)
    assert len(versions) == 1


def test_letters_without_items_cannot_be_learnt_from(tmp_path: Path) -> None:
    with pytest.raises(CorpusError):
        learn_asks([], seed=0)


def test_labels_follow_the_places_of_the_items() -> None:
    pieces = [Segment(0, 5, "start"), Segment(6, 20, "para"), Segment(21, 30, "same"), Segment(31, 40, "para")]
    assert gold_labels(pieces, [(6, 30, "request"), (31, 40, "format")]) == ["other", "request", "more", "format"]
    assert gold_labels(pieces, [(10, 20, "scope")]) == ["other", "scope", "other", "other"]


def test_variants_keep_every_ask_in_its_place(letters: list[LabelledLetter]) -> None:
    seen = 0
    for one in letters:
        spans = tuple((q.span[0], q.span[1], q.kind) for q in one.questions or () if q.span is not None)
        asks = {" ".join(one.text[a:b].split())[:18].lower() for a, b, kind in spans if kind == "request"}
        for shaped in varieties(one.text, spans, random.Random(one.id), 6):
            seen += 1
            found = [shaped.text[a:b] for a, b, kind in shaped.spans if kind == "request"]
            assert all(any(ask in " ".join(f.split()).lower() for f in found) for ask in asks)
            assert all(a[1] <= b[0] for a, b in zip(shaped.spans, shaped.spans[1:], strict=False))
    assert seen == 6 * len(letters)


def test_variants_of_lists_label_what_they_add() -> None:
    text = "Please tell me:\n1. How many lamps were lit?\n2. How many ropes were cut?\n3. Who kept the bells?\n"
    asks = [line[3:] for line in text.split("\n")[1:4]]
    spans = tuple((text.index(a), text.index(a) + len(a), "request") for a in asks)
    kinds: set[str] = set()
    spread = False
    for n in range(300):
        for shaped in varieties(text, spans, random.Random(n), 2):
            kinds.update(kind for _, _, kind in shaped.spans)
            spread = spread or "\n\n2" in shaped.text
            assert all(shaped.text[a:b].strip() == shaped.text[a:b] != "" for a, b, _ in shaped.spans)
            assert all(a[1] <= b[0] for a, b in zip(shaped.spans, shaped.spans[1:], strict=False))
            found = " | ".join(" ".join(shaped.text[a:b].split()) for a, b, kind in shaped.spans if kind == "request")
            assert all(ask[:-1] in found for ask in asks)
    assert kinds == {"request", "scope", "format"}
    assert spread
