"""Cutting, joining and dropping items: what the letter's outline is after a person's change.

Pure functions from the items that stand to the pieces of a decision. Spans are offsets into the letter's text (code
points, end exclusive). Each raises CannotCut, in words for the person, where the change makes no sense.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from classifier.casebook.decisions import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.records import Question


class CannotCutError(Exception):
    """A change of the outline that makes no sense, in words for the person who asked for it."""


def standing(questions: Sequence[Question]) -> list[Piece]:
    """The items as they are."""
    return [Piece(span=q.span, number=q.number, parent=q.parent, kind=q.kind, id=q.id) for q in questions]


def split(questions: Sequence[Question], text: str, item: str, at: int) -> tuple[Piece, ...]:
    """Cut an item in two at an offset. The first part keeps its number; the second has the number and a plus sign."""
    pieces = standing(questions)
    place = _place(pieces, item)
    whole = pieces[place]
    first, second = _trim(text, whole.span[0], at), _trim(text, at, whole.span[1])
    if not whole.span[0] < at < whole.span[1] or first is None or second is None:
        raise CannotCutError("Each part of a question needs words of its own: cut it elsewhere.")
    pieces[place : place + 1] = [
        msgspec.structs.replace(whole, span=first, id=""),
        msgspec.structs.replace(whole, span=second, number=_next(whole.number, pieces), id=""),
    ]
    return _without(pieces, {item: None})


def merge(questions: Sequence[Question], item: str) -> tuple[Piece, ...]:
    """Join an item with the one above it in the letter, with all that stands between them."""
    pieces = standing(questions)
    place = _place(pieces, item)
    if place == 0:
        raise CannotCutError("There is no question above the first one to merge it with.")
    above, below = pieces[place - 1], pieces[place]
    kind = "request" if "request" in (above.kind, below.kind) else above.kind
    joined = msgspec.structs.replace(above, span=(above.span[0], below.span[1]), kind=kind, id="")
    pieces[place - 1 : place + 1] = [joined]
    parent = above.parent if above.parent != below.id else None
    return _without([msgspec.structs.replace(p, parent=parent) if p is joined else p for p in pieces],
                    {above.id: None, below.id: None})  # fmt: skip


def drop(questions: Sequence[Question], item: str) -> tuple[Piece, ...]:
    """Take an item away: its words ask nothing and say nothing about what is asked."""
    pieces = standing(questions)
    gone = pieces.pop(_place(pieces, item))
    return _without(pieces, {item: gone.parent})


def add(questions: Sequence[Question], text: str, start: int, end: int) -> tuple[Piece, ...]:
    """Make an item of words that belong to none yet."""
    span = _trim(text, max(0, start), min(end, len(text)))
    if span is None:
        raise CannotCutError("Mark the words of the question first.")
    pieces = standing(questions)
    if any(p.span[0] < span[1] and span[0] < p.span[1] for p in pieces):
        raise CannotCutError("These words belong to a question already: split or merge that one.")
    before = [p for p in pieces if p.span[1] <= span[0]]
    number = str(len([p for p in before if p.kind == "request"]) + 1)
    pieces.insert(len(before), Piece(span=span, number=_free(number, pieces)))
    return tuple(pieces)


def _place(pieces: Sequence[Piece], item: str) -> int:
    for place, piece in enumerate(pieces):
        if piece.id == item:
            return place
    raise CannotCutError("That question is no longer there: somebody changed this letter meanwhile.")


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _next(number: str, pieces: Sequence[Piece]) -> str:
    return _free(f"{number}+", pieces)


def _free(number: str, pieces: Sequence[Piece]) -> str:
    taken = {p.number for p in pieces}
    while number in taken:
        number += "+"
    return number


def _without(pieces: Sequence[Piece], gone: dict[str, str | None]) -> tuple[Piece, ...]:
    """The pieces, with no parent that is not there any more."""
    return tuple(
        msgspec.structs.replace(p, parent=gone[p.parent]) if p.parent in gone else p for p in pieces
    )  # fmt: skip
