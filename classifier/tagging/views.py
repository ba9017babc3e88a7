"""What the models see of a question: its own words (after its parent's), and its letter's.

Both come from the letter's blind text, so nothing here tells who wrote it. Section numbers are masked, since a section
that an applicant names is almost never the ground of the answer and often another Act's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.records import Question

_SECTION = re.compile(r"\b(?:sections?|sec|ss?|art(?:icle)?s?|reg(?:ulation)?s?)\.? ?\d[\w().]{0,12}", re.IGNORECASE)
LETTER_CHARACTERS = 1500
"""How much of the letter is read as context: what the encoder can take."""


class View(NamedTuple):
    """The texts of one question; `offset` is where its own words begin in `own` (after its parent's and a gap)."""

    own: str
    letter: str
    offset: int


def masked(text: str) -> str:
    """The text with section numbers blanked, of the same length."""
    return _SECTION.sub(lambda m: " " * len(m[0]), text)


def letter_view(subject: str, blind: str) -> str:
    """Subject and opening of a letter."""
    return masked(f"{subject}. {blind[:LETTER_CHARACTERS]}")


def view(question: Question, by_id: dict[str, Question], blind: str, letter: str) -> View:
    """A question's texts; `letter` is its `letter_view`."""
    own = masked(blind[question.span[0] : question.span[1]])
    parent = by_id.get(question.parent or "")
    if parent is None:
        return View(own, letter, 0)
    above = masked(blind[parent.span[0] : parent.span[1]])
    return View(f"{above}\n\n{own}", letter, len(above) + 2)


def views(subject: str, blind: str, questions: Sequence[Question]) -> list[View]:
    """The texts of a letter's questions, in order; one for the letter itself where it has none."""
    letter = letter_view(subject, blind)
    if not questions:
        return [View(masked(blind[:LETTER_CHARACTERS]), letter, 0)]
    by_id = {q.id: q for q in questions}
    return [view(q, by_id, blind, letter) for q in questions]
