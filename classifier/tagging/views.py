"""What the models see of a question: its own words (after its parent's, before its fields), and its letter's.

Both come from the letter's blind text, so nothing here tells who wrote it, and have section numbers masked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from classifier.letters.opening import CHARACTERS, masked, opening
from classifier.questions.fields import fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.model.readout import Name
    from classifier.records import Question


READOUTS: tuple[Name, Name] = ("question", "letter")
"""The readouts that stand beside the vectors of a question's own words and of its letter."""


class View(NamedTuple):
    """The texts of one question; `offset` is where its own words begin in `own` (after its parent's and a gap)."""

    own: str
    letter: str
    offset: int


def views(subject: str, blind: str, questions: Sequence[Question]) -> list[View]:
    """The texts of a letter's items, in order; one for the letter itself where it has none. The letter is seen by its
    opening (`letters.opening`).

    An item's fields (`questions.fields`) stand after its own words: they say what is wanted as much as it does.
    """
    letter = opening(subject, blind)
    if not questions:
        return [View(masked(blind[:CHARACTERS]), letter, 0)]
    by_id = {q.id: q for q in questions}
    below = fields(questions)
    out: list[View] = []
    for question in questions:
        above = [by_id[question.parent]] if question.parent in by_id else []
        parts = [masked(blind[q.span[0] : q.span[1]]) for q in (*above, question, *below.get(question.id, ()))]
        out.append(View("\n\n".join(parts), letter, len(parts[0]) + 2 if above else 0))
    return out
