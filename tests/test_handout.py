"""Work handed out to processes of this machine: in order, lazily, and nothing is lost with a process that dies."""

from __future__ import annotations

import os
import time
from datetime import date
from typing import TYPE_CHECKING

import pytest

from classifier.force import Force
from classifier.handout import OUT, Here, hand_out
from classifier.intake import Limits, RawItem
from classifier.letters import read_letter
from classifier.pipeline import Context, Read
from classifier.records import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTEXT = Context(Force(), None, date(2026, 2, 3), Limits())


def read(item: RawItem, context: Context) -> list[Read]:
    """A letter named as its item; in any process but the one named by an item that is deadly, this is the end."""
    if item.name and os.getpid() != int(item.name):
        os._exit(1)
    return [Read(read_letter(Message(id="0" * 64, source=item.source, body="Hello"), context.force), ())]


def sources(items: Iterator[RawItem]) -> list[str]:
    return [r.letter.message.source for reads in hand_out(items, CONTEXT, read, Here(2)) for r in reads]


def test_results_come_in_the_order_of_the_items() -> None:
    names = [f"{n:03}" for n in range(30)]
    assert sources(RawItem(source=n, name="") for n in names) == names


# joblib's own thread may trip over a pool that broke under it, or that was given up with work in it.
given_up = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


@given_up
def test_a_letter_that_kills_its_process_costs_no_other_and_is_read_here() -> None:
    names = [f"{n:03}" for n in range(30)]
    deadly = {"007", "019"}
    items = (RawItem(source=n, name=str(os.getpid()) if n in deadly else "") for n in names)
    assert sources(items) == names


@given_up
@pytest.mark.filterwarnings("ignore:.*successfully executed  but not used:UserWarning")
def test_items_are_drawn_as_results_are_taken() -> None:
    drawn: list[int] = []

    def items() -> Iterator[RawItem]:
        for n in range(10_000):
            drawn.append(n)
            yield RawItem(source=str(n), name="")

    results = hand_out(items(), CONTEXT, read, Here(2))
    for _ in range(5):
        next(results)
    # Whoever takes them slowly has no more of them in memory than that.
    time.sleep(0.5)
    assert len(drawn) <= 5 + 2 * OUT
    taken = [r for _ in range(1_000) for r in next(results)]
    assert [r.letter.message.source for r in taken] == [str(n) for n in range(5, 1_005)]
    assert len(drawn) <= 1_005 + 2 * OUT
    results.close()  # pyright: ignore[reportAttributeAccessIssue]
