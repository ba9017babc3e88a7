"""Which scope items belong to which question."""

from __future__ import annotations

from classifier.questions.fields import fields
from classifier.records import ItemKind, Question


def items(*given: tuple[str, ItemKind, str | None]) -> list[Question]:
    return [Question(id=i, number="", parent=p, kind=k, span=(0, 0), text="") for i, k, p in given]


def ids(question: str, among: list[Question]) -> list[str]:
    return [f.id for f in fields(among).get(question, ())]


def test_fields_stand_below_their_question_or_follow_it() -> None:
    among = items(
        ("period", "scope", None),
        ("boats", "request", None),
        ("hull", "scope", "boats"),
        ("mooring", "scope", None),
        ("by e-mail", "format", None),
        ("dives", "request", None),
        ("monthly", "scope", "dives"),
        ("lake only", "scope", "boats"),
        ("divers", "request", "dives"),
        ("by rank", "scope", None),
    )
    assert ids("boats", among) == ["hull", "mooring", "lake only"]
    assert ids("dives", among) == ["monthly"]
    assert ids("divers", among) == ["by rank"]


def test_what_stands_before_every_question_is_no_ones_field() -> None:
    among = items(("period", "scope", None), ("boats", "request", None))
    assert ids("boats", among) == []
