"""Which scope items are a question's own: the fields of a list that it announces, its periods and breakdowns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.records import Question


def fields(question: Question, among: Sequence[Question]) -> list[Question]:
    """The scope items of `question`, in order: those below it, and those without a place of their own that follow it
    before the next request. `among` are all items of its letter, in their order.

    "A list of your vehicles", and below it "registration", "base": each field is an item of its own, and the question
    says little without them. A rider for the whole letter lands on its last question only: given to every question it
    tells none from another (`docs/models.md`).
    """
    out: list[Question] = []
    last: str | None = None
    for item in among:
        if item.kind == "request":
            last = item.id
        elif item.kind == "scope" and question.id in (item.parent, last if item.parent is None else None):
            out.append(item)
    return out
