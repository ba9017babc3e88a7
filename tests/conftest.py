"""The shipped model, loaded once for all tests that need it, and letters read with it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from classifier.force import Force
from classifier.letters import read_letter
from classifier.pipeline import Read, triage_letters
from classifier.questions import split
from classifier.records import Message, Person
from classifier.rooms import asks, open_rooms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from classifier.records import TriageRecord
    from classifier.rooms import Rooms

TODAY = date(2026, 2, 10)


@pytest.fixture(scope="session")
def rooms() -> Rooms:
    """The shipped model, its encoder and the register."""
    return open_rooms(Force(), threads=1)


@pytest.fixture(scope="session")
def read(rooms: Rooms) -> Callable[[Sequence[Message]], list[TriageRecord]]:
    """A function from messages to records, without a casebook."""

    def records(messages: Sequence[Message]) -> list[TriageRecord]:
        letters = [read_letter(m, Force()) for m in messages]
        reads = [Read(x, split(x.text, x.blind, asks=asks())) for x in letters]
        return list(triage_letters(reads, Force(), TODAY, rooms))

    return records


@pytest.fixture(scope="session")
def mail() -> Callable[..., Message]:
    """A function that makes a message of a body."""

    def message(body: str, *, subject: str = "", name: str = "", address: str = "someone@mail.example") -> Message:
        return Message(
            id="0" * 64, source="test", subject=subject, sender=Person(name=name, address=address),
            to=("foi@wealdmere.police.example",), body=body,
        )  # fmt: skip

    return message
