"""Which scope items are a question's own: the fields of a list that it announces, its periods and breakdowns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.records import Question


def fields(items: Sequence[Question]) -> dict[str, list[Question]]:
    """The scope items of each item of a letter, by its id, in order; an item without any is left out.

    They are those below it and, of a request, those without a place of their own that follow it before the next one.
    "A list of your boats", and below it "hull number", "mooring": each field is an item of its own, and the question
    says little without them. A rider for the whole letter lands on its last question only: given to every question it
    tells none from another (`docs/models.md`). `items` are all of a letter's, in their order.
    """
    out: dict[str, list[Question]] = {}
    last: str | None = None
    for item in items:
        if item.kind == "request":
            last = item.id
        elif item.kind == "scope" and (above := item.parent or last) is not None:
            out.setdefault(above, []).append(item)
    return out
