"""What people decide about a letter: added, taken back by a later row, never changed.

A decision is about one field of a letter or of one of its items, and keeps what the program had proposed. A letter can
be read anew by a later model that splits it otherwise; each decision therefore carries what its item is found by
(`anchor`), and a decision whose item is gone rests until it is there again.
"""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec
from sqlalchemy import Connection, Row, Select, func, insert, select

from classifier.casebook.latest import latest
from classifier.casebook.tables import decisions, letters
from classifier.errors import DecisionError
from classifier.records import ItemKind, Value
from classifier.taxonomy import taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from classifier.records import Question, TriageRecord

Field = Literal["kind", "topics", "exemptions", "referrals", "urgent", "questions", "seen"]
Source = Literal["page", "sheet", "outcome"]
Current = dict[tuple[str, str], "Kept"]
"""What holds for a letter, by (item, field)."""


class Proposal(Value, frozen=True, kw_only=True):
    """A label as the program showed it: how likely, and the words that weighed most."""

    label: str
    score: float = 1.0
    because: tuple[str, ...] = ()


class Piece(Value, frozen=True, kw_only=True):
    """One item of a letter as a person cut it: `span` are offsets into the record's `text`.

    Without an `id` it takes that of the item with the same span, or a new one; `parent` is another piece's id.
    """

    span: tuple[int, int]
    number: str
    parent: str | None = None
    kind: ItemKind = "request"
    id: str = ""


class Decision(Value, frozen=True, kw_only=True):
    """What one person decided about one field.

    `letter` is the record's id; `item` a question's id, "" for the letter itself. `chosen` are labels, main first: ids
    of the taxonomy or the register; kinds of message (the label, then what else it is) or, for an item, its kind; "yes"
    or "no" for `urgent` and for `seen`, which says that the letter or item is dealt with and teaches nothing. A person
    who finds a proposal right decides it as it stands. For `questions` the whole outline stands in `split`. `when` is
    UTC, ISO 8601 with Z; `seconds` how long it took, where that is known.

    `anchor` is what the item is found by where the letter is read anew: its words; for `questions` a digest of the
    letter's text. `Decisions.add` fills in an empty one.
    """

    letter: str
    item: str
    field: Field
    proposed: tuple[Proposal, ...] = ()
    chosen: tuple[str, ...] = ()
    split: tuple[Piece, ...] | None = None
    model: str
    who: str
    when: str
    seconds: float | None = None
    source: Source
    note: str = ""
    anchor: str = ""


class Kept(Decision, frozen=True, kw_only=True):
    """A decision in the casebook. `retracts` is the number that this row takes back; `retracted` says that it was
    taken back itself."""

    number: int
    retracts: int | None = None
    retracted: bool = False


class _Body(Value, frozen=True, kw_only=True):
    proposed: tuple[Proposal, ...] = ()
    split: tuple[Piece, ...] | None = None
    note: str = ""
    anchor: str = ""


class Decisions:
    """Made by `Casebook.decisions`; valid inside its block."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, given: Sequence[Decision]) -> list[int]:
        """Keep decisions, all or none; their numbers. Raises DecisionError for a letter, item or label there is not."""
        numbers: dict[str, int] = {}
        made: list[int] = []
        for decision in given:
            check(decision)
            if decision.letter not in numbers:
                numbers[decision.letter] = self._letter(decision.letter)
            made.append(self._insert(self._complete(decision), numbers[decision.letter]))
        return made

    def undo(self, number: int, who: str, when: str) -> int:
        """Take a decision back; the number of the row that does. To undo that row brings the decision back.

        Raises DecisionError where there is no such decision, or it has been taken back.
        """
        found = self._connection.execute(select(decisions.c.letter).where(decisions.c.number == number)).scalar()
        if found is None:
            raise DecisionError(f"there is no decision {number} to undo")
        target = next(k for k in self._kept(found) if k.number == number)
        if target.retracted:
            raise DecisionError(f"decision {number} has been undone already")
        _check_person(who, when)
        row = Decision(
            letter=target.letter, item=target.item, field=target.field, model=target.model, who=who, when=when,
            source="page", anchor=target.anchor,
        )  # fmt: skip
        return self._insert(row, found, retracts=number)

    def current(self, letter: str, *, up_to: int | None = None) -> Current:
        """What holds for a letter: the newest decision of each item and field that nobody took back.

        With `up_to`, what held when that was the newest decision of the casebook. Empty for a letter without any.
        """
        number = self._number(letter)
        return newest(self._kept(number, up_to)) if number is not None else {}

    def history(self, letter: str | None = None, most: int = 200) -> list[Kept]:
        """Decisions, newest first, with the rows that took some back and a mark on those that were taken back."""
        query = select(decisions.c.number, decisions.c.letter).order_by(decisions.c.number.desc()).limit(most)
        if letter is not None:
            number = self._number(letter)
            if number is None:
                return []
            query = query.where(decisions.c.letter == number)
        rows = self._connection.execute(query).all()
        wanted = {row.number for row in rows}
        kept = [k for n in dict.fromkeys(row.letter for row in rows) for k in self._kept(n) if k.number in wanted]
        return sorted(kept, key=lambda k: -k.number)

    def of_letter(self, letter: str) -> list[Kept]:
        """All that was ever decided about a letter, newest first."""
        number = self._number(letter)
        return self._kept(number) if number is not None else []

    def letters(self) -> list[str]:
        """The ids of the letters that decisions were taken about, in the order they were first seen."""
        query = (
            select(letters.c.id)
            .where(letters.c.number.in_(select(decisions.c.letter)))
            .order_by(letters.c.number)
        )  # fmt: skip
        return list(self._connection.execute(query).scalars())

    def newest_number(self) -> int:
        """The number of the newest decision; 0 where there is none."""
        return self._connection.execute(select(func.max(decisions.c.number))).scalar() or 0

    def _number(self, letter: str) -> int | None:
        return self._connection.execute(select(letters.c.number).where(letters.c.id == letter)).scalar()

    def _letter(self, letter: str) -> int:
        number = self._number(letter)
        if number is None:
            raise DecisionError(f"the letter {letter} is not in this casebook")
        return number

    def _complete(self, decision: Decision) -> Decision:
        """With ids for the pieces of a split and an anchor, from the letter as it stands corrected now."""
        pieces = decision.split or ()
        if decision.anchor and all(p.id for p in pieces):
            return decision
        if not decision.item and decision.field != "questions":
            return decision
        from classifier.casebook.corrected import outline

        record = latest(self._connection, decision.letter)
        if record is None:
            raise DecisionError(f"the letter {decision.letter} has no record in this casebook yet")
        questions = outline(record, self.current(decision.letter))
        if decision.field == "questions":
            check_split(decision, record)
            split = with_ids(pieces, questions, self.used_ids(decision.letter, record))
            return msgspec.structs.replace(decision, split=split, anchor=text_digest(record.text))
        item = next((q for q in questions if q.id == decision.item), None)
        if item is None:
            raise DecisionError(f"the letter {decision.letter} has no item {decision.item}")
        return msgspec.structs.replace(decision, anchor=words_of(item.text))

    def used_ids(self, letter: str, record: TriageRecord) -> set[str]:
        """Item ids that were ever given in this letter: a new piece must not take up what was decided of another."""
        ids = {q.id for q in record.questions}
        for kept in self.of_letter(letter):
            ids.update(p.id for p in kept.split or ())
            ids.add(kept.item)
        return ids

    def _insert(self, decision: Decision, letter: int, *, retracts: int | None = None) -> int:
        body = _Body(proposed=decision.proposed, split=decision.split, note=decision.note, anchor=decision.anchor)
        values = {
            "letter": letter, "item": decision.item, "field": decision.field, "retracts": retracts,
            "chosen": json.dumps(decision.chosen, ensure_ascii=False), "model": decision.model, "who": decision.who,
            "at": decision.when, "seconds": decision.seconds, "source": decision.source,
            "body": msgspec.json.encode(body),
        }  # fmt: skip
        return self._connection.execute(insert(decisions).values(values).returning(decisions.c.number)).scalar_one()

    def _kept(self, letter: int, up_to: int | None = None) -> list[Kept]:
        query = _ROWS.where(decisions.c.letter == letter).order_by(decisions.c.number.desc())
        if up_to is not None:
            query = query.where(decisions.c.number <= up_to)
        return list(_marked(self._connection.execute(query)))


def newest(history: Iterable[Kept]) -> Current:
    """Of decisions given newest first: the newest of each item and field that was not taken back."""
    out: Current = {}
    for kept in history:
        if not kept.retracted and kept.retracts is None:
            out.setdefault((kept.item, kept.field), kept)
    return out


def words_of(text: str) -> str:
    """An item's words as its decisions' anchor holds them: white space made one space each."""
    return " ".join(text.split())


def text_digest(text: str) -> str:
    """What a split's offsets hold for: SHA-256 of the letter's text, hex."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def with_ids(pieces: Sequence[Piece], questions: Iterable[Question], used: Iterable[str]) -> tuple[Piece, ...]:
    """`pieces` with an id each: that of the item with the same span, or one that was never used in this letter."""
    by_span = {q.span: q.id for q in questions}
    given = {p.id for p in pieces if p.id}
    taken = {*used, *given}
    highest = max((int(i[1:]) for i in taken if i[:1] == "q" and i[1:].isascii() and i[1:].isdigit()), default=0)
    out: list[Piece] = []
    for piece in pieces:
        if piece.id:
            out.append(piece)
            continue
        id_ = by_span.get(piece.span, "")
        if not id_ or id_ in given:
            highest += 1
            id_ = f"q{highest}"
        out.append(msgspec.structs.replace(piece, id=id_))
    return tuple(out)


def check(decision: Decision) -> None:
    """Raise DecisionError, in words, where a decision's labels or time are not of the form."""
    _check_person(decision.who, decision.when)
    where = f"letter {decision.letter[:12]}" + (f", {decision.item}" if decision.item else "")
    if (decision.field == "questions") != (decision.split is not None):
        raise DecisionError(f"{where}: a new outline, and nothing else, is given as 'split'")
    if decision.field in ("urgent", "questions") and decision.item:
        raise DecisionError(f"{where}: {decision.field} is decided for the whole letter, not for an item")
    known = _known(decision)
    for label in decision.chosen:
        if not label or (known is not None and label not in known):
            raise DecisionError(f"{where}: there is no label {label!r} for {decision.field}")
    if len(set(decision.chosen)) < len(decision.chosen):
        raise DecisionError(f"{where}: a label is chosen twice for {decision.field}")
    one = decision.field in ("urgent", "seen") or (decision.field == "kind" and bool(decision.item))
    if (one and len(decision.chosen) != 1) or (decision.field == "kind" and not decision.chosen):
        raise DecisionError(f"{where}: choose one label for {decision.field}")


def _known(decision: Decision) -> set[str] | None:
    if decision.field == "kind":
        return set(get_args(ItemKind)) if decision.item else set(taxonomy().kind_ids)
    if decision.field == "topics":
        return set(taxonomy().topic_ids)
    if decision.field == "exemptions":
        return set(taxonomy().ground_labels)
    if decision.field == "referrals":
        return None  # a force's overlay can hold rules of its own
    return {"yes", "no"} if decision.field in ("urgent", "seen") else set()


def _check_person(who: str, when: str) -> None:
    if not who.strip() or len(who) > 200 or not who.isprintable():
        raise DecisionError("say who decided: a name in at most 200 characters, on one line")
    try:
        good = when.endswith("Z") and datetime.fromisoformat(when).tzinfo is not None
    except ValueError:
        good = False
    if not good:
        raise DecisionError(f"{when!r} is no time of a decision; write it in UTC as 2026-03-31T09:15:00Z")


def check_split(decision: Decision, record: TriageRecord) -> None:
    """Raise DecisionError where a split's pieces overlap, lie outside the text or hang under what is not there."""
    ids = {p.id for p in decision.split or ()}
    end = 0
    for piece in sorted(decision.split or (), key=lambda p: p.span):
        start, stop = piece.span
        if not end <= start < stop <= len(record.text):
            raise DecisionError(
                f"letter {decision.letter[:12]}: the item at {start} to {stop} overlaps another, is empty, "
                f"or lies outside the text of {len(record.text)} characters"
            )
        end = stop
        if piece.parent is not None and (piece.parent not in ids or piece.parent == piece.id):
            raise DecisionError(f"letter {decision.letter[:12]}: no item {piece.parent} stands above another here")


_ROWS: Select[Any] = select(decisions, letters.c.id.label("letter_id")).join(
    letters, letters.c.number == decisions.c.letter
)


def _marked(rows: Iterable[Row[Any]]) -> Iterator[Kept]:
    """Rows of one letter, newest first, as decisions. A row takes back an older one unless it was taken back itself,
    so one pass from the newest on knows which stand."""
    dead: set[int] = set()
    for row in rows:
        gone = row.number in dead
        if row.retracts is not None and not gone:
            dead.add(row.retracts)
        body = msgspec.json.decode(row.body, type=_Body)
        yield Kept(
            letter=row.letter_id, item=row.item, field=row.field, proposed=body.proposed,
            chosen=tuple(json.loads(row.chosen)), split=body.split, model=row.model, who=row.who, when=row.at,
            seconds=row.seconds, source=row.source, note=body.note, anchor=body.anchor, number=row.number,
            retracts=row.retracts, retracted=gone,
        )  # fmt: skip
