"""What the models see of a question: its own words (after its parent's, before its fields), and its letter's.

Both come from the letter's blind text, so nothing here tells who wrote it, and have section numbers masked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from classifier.letters.opening import CHARACTERS, masked, opening
from classifier.questions.fields import fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.records import Question


class View(NamedTuple):
    """The texts of one question; `offset` is where its own words begin in `own` (after its parent's and a gap)."""

    own: str
    letter: str
    offset: int


def view(question: Question, among: Sequence[Question], blind: str, letter: str) -> View:
    """A question's texts; `among` are all items of its letter, `letter` is its opening (`letters.opening`).

    Its fields (`questions.fields`) stand after its own words: they say what is wanted as much as it does.
    """
    above = [q for q in among if q.id == question.parent]
    parts = [masked(blind[q.span[0] : q.span[1]]) for q in (*above, question)]
    offset = len(parts[0]) + 2 if above else 0
    below = [masked(blind[q.span[0] : q.span[1]]) for q in fields(question, among)]
    return View("\n\n".join([*parts, *below]), letter, offset)


def views(subject: str, blind: str, questions: Sequence[Question]) -> list[View]:
    """The texts of a letter's items, in order; one for the letter itself where it has none."""
    letter = opening(subject, blind)
    if not questions:
        return [View(masked(blind[:CHARACTERS]), letter, 0)]
    return [view(q, questions, blind, letter) for q in questions]
