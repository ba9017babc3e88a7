"""Which kinds of message hold questions to be answered."""

from __future__ import annotations

import pytest

from classifier.force import Force
from classifier.letters import read_letter
from classifier.pipeline import Read, items_of
from classifier.questions import split
from classifier.records import Kind, Message, MessageKind


@pytest.mark.parametrize(
    ("label", "also", "kept"),
    [
        ("new_request", (), True),
        ("chaser", (), False),
        ("chaser", ("new_request",), True),
        ("chaser", ("subject_access",), True),
        ("chaser", ("internal_review",), False),
        ("response", ("other_force",), False),
    ],
)
def test_questions_are_kept_where_the_letter_may_ask(
    label: MessageKind, also: tuple[MessageKind, ...], *, kept: bool
) -> None:
    message = Message(id="0" * 64, source="a", body="1. How many dogs have you?\n2. And how many horses?")
    letter = read_letter(message, Force())
    items = items_of(Read(letter, split(letter.text, letter.blind)), Kind(label=label, score=0.3, also=also))
    assert len(items) == (2 if kept else 0)
