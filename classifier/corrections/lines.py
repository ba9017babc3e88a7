"""Labelled letters (JSON Lines) as decisions: what is not null was judged, `[]` means none."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Protocol

import msgspec

from classifier.casebook.corrected import outline, proposed
from classifier.casebook.decisions import Decision, Piece, check, check_split, newest, with_ids, words_of
from classifier.corrections.faults import CorrectionsError, Fault
from classifier.corrections.rows import Wrong
from classifier.errors import DecisionError
from classifier.records import LabelledLetter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from classifier.casebook.decisions import Field, Kept, Source
    from classifier.casebook.latest import Read
    from classifier.corrections.rows import Stamp
    from classifier.records import LabelledQuestion, Question, TriageRecord


class _Decide(Protocol):
    def __call__(self, item: str, field: Field, chosen: tuple[str, ...], anchor: str = "") -> None: ...


def read_lines(path: Path) -> Iterator[tuple[int, LabelledLetter]]:
    """The numbered letters of a file, UTF-8. Raises CorrectionsError naming the line that is not of the form."""
    try:
        file = path.open("rb")
    except OSError as e:
        raise CorrectionsError(path, [Fault(sheet=path.name, row=0, said=f"cannot be read: {e.strerror or e}")]) from e
    with file:
        for number, line in enumerate(file, 1):
            given = line.removeprefix(codecs.BOM_UTF8).strip()
            if not given:
                continue
            try:
                yield number, msgspec.json.decode(given, type=LabelledLetter)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as e:
                said = f"is no labelled letter: {e}"
                raise CorrectionsError(path, [Fault(sheet=path.name, row=number, said=said)]) from e


def read_letter(
    sheet: str, number: int, letter: LabelledLetter, read: Read, history: Sequence[Kept], used: set[str],
    stamp: Stamp,
) -> list[Decision]:  # fmt: skip
    """What a labelled letter decides. `used` are the item ids that the letter ever had. Raises Wrong."""
    record = read.record

    def wrong(said: str) -> Wrong:
        return Wrong(Fault(sheet=sheet, row=number, said=said))

    if words_of(letter.text) != words_of(record.text):
        raise wrong("the letter's text is not the one in the casebook: take it over as it was exported")
    answered = any(q.result is not None for q in letter.questions or ())
    source: Source = "outcome" if answered else "sheet"
    made: list[Decision] = []

    def decide(item: str, field: Field, chosen: tuple[str, ...], anchor: str = "") -> None:
        here = not item or any(q.id == item for q in record.questions)
        made.append(
            Decision(
                letter=record.id,
                item=item,
                field=field,
                proposed=proposed(record, item, field) if here else (),
                chosen=chosen,
                model=read.model,
                who=stamp.who,
                when=stamp.when,
                source=source,
                anchor=anchor,
            )
        )

    if letter.kind is not None:
        decide("", "kind", (letter.kind, *(k for k in letter.also if k != letter.kind)))
    if letter.urgent is not None:
        decide("", "urgent", ("yes" if letter.urgent else "no",))
    _labels(letter, decide, "", "")
    items = outline(record, newest(history))
    split = _split(letter, record, items, used)
    if split is not None:
        digest = Decision(
            letter=record.id, item="", field="questions", proposed=proposed(record, "", "questions"), split=split,
            model=read.model, who=stamp.who, when=stamp.when, source=source,
        )  # fmt: skip
        made.append(digest)
    for question in letter.questions or ():
        found = _place(question, record, items, split)
        if found is None:
            raise wrong(f"no item of the letter stands where {question.id or question.number!r} does: give its span")
        id_, text, kind = found
        if split is None and question.kind != kind and question.span is not None:
            decide(id_, "kind", (question.kind,), words_of(text))
        _labels(question, decide, id_, words_of(text))
    for decision in made:
        try:
            check(decision)
            if decision.split is not None:
                check_split(decision, read.record)
        except DecisionError as e:
            raise wrong(str(e)) from e
    return made


def _labels(given: LabelledLetter | LabelledQuestion, decide: _Decide, item: str, anchor: str) -> None:
    fields: tuple[tuple[Field, tuple[str, ...] | None], ...] = (
        ("topics", given.topics),
        ("exemptions", given.exemptions),
        ("referrals", given.referral),
    )
    for field, chosen in fields:
        if chosen is not None:
            decide(item, field, tuple(dict.fromkeys(chosen)), anchor)


def _split(
    letter: LabelledLetter, record: TriageRecord, items: Sequence[Question], used: set[str]
) -> tuple[Piece, ...] | None:
    """The letter's items as pieces, where they are cut otherwise than here; None where they are not, or are not all
    placed by a span."""
    given = letter.questions
    if given is None or letter.text != record.text or any(q.span is None for q in given):
        return None
    spans = [q.span for q in given if q.span is not None]
    if set(spans) == {q.span for q in items}:
        return None
    bare = [Piece(span=span, number=q.number, kind=q.kind) for span, q in zip(spans, given, strict=True)]
    pieces = with_ids(bare, items, used)
    ids = {q.id: piece.id for q, piece in zip(given, pieces, strict=True) if q.id}
    return tuple(
        msgspec.structs.replace(piece, parent=ids.get(q.parent) if q.parent else None)
        for q, piece in zip(given, pieces, strict=True)
    )


def _place(
    question: LabelledQuestion, record: TriageRecord, items: Sequence[Question], split: Sequence[Piece] | None
) -> tuple[str, str, str] | None:
    """The id, text and kind of the item that a labelled question stands for."""
    if split is not None:
        piece = next(p for p in split if p.span == question.span)
        return piece.id, record.text[slice(*piece.span)], piece.kind
    for item in items:
        if question.span is not None:
            same = item.span == question.span
        elif question.start is not None:
            same = words_of(item.text).startswith(words_of(question.start))
        else:
            same = bool(question.id) and item.id == question.id
        if same:
            return item.id, item.text, item.kind
    return None
