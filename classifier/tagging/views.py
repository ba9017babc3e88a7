"""What the models see of a question: its own words (after its parent's), and its letter's.

Both come from the letter's blind text, so nothing here tells who wrote it, and have section numbers masked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from classifier.letters.opening import CHARACTERS, masked, opening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.records import Question


class View(NamedTuple):
    """The texts of one question; `offset` is where its own words begin in `own` (after its parent's and a gap)."""

    own: str
    letter: str
    offset: int


def view(question: Question, by_id: dict[str, Question], blind: str, letter: str) -> View:
    """A question's texts; `letter` is its opening (`letters.opening`)."""
    own = masked(blind[question.span[0] : question.span[1]])
    parent = by_id.get(question.parent or "")
    if parent is None:
        return View(own, letter, 0)
    above = masked(blind[parent.span[0] : parent.span[1]])
    return View(f"{above}\n\n{own}", letter, len(above) + 2)


def views(subject: str, blind: str, questions: Sequence[Question]) -> list[View]:
    """The texts of a letter's questions, in order; one for the letter itself where it has none."""
    letter = opening(subject, blind)
    if not questions:
        return [View(masked(blind[:CHARACTERS]), letter, 0)]
    by_id = {q.id: q for q in questions}
    return [view(q, by_id, blind, letter) for q in questions]
