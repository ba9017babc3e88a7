"""The list of letters that people work through: why each is on it, in which order, filtered and searched.

A row of `listed` is made of a letter's newest record as corrected; `refresh` makes the rows that are missing or behind.
Letters that say the same stand together. The order within a reason is what a look is worth (`worth`), times how near
the deadline is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
)

from classifier.casebook import search
from classifier.casebook.decisions import Decisions
from classifier.casebook.latest import latest
from classifier.casebook.tables import decisions, letters, listed, records
from classifier.casebook.worth import NEARNESS, SOON_DAYS, UNSURE, reasons_of, unsureness, worth
from classifier.deadlines import add_working_days
from classifier.records import Value
from classifier.sheets.order import due
from classifier.sheets.rows import LONDON, suggested

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from classifier.records import TriageRecord

FORM: Final = 1
"""Counts up when a row's meaning changes: rows of an older form are made anew."""
BATCH: Final = 400
SIMILAR: Final = ("same text", "same request to other forces")

Reason = Literal["urgent", "mandatory", "due", "unsure", "unread", "other"]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)
"""In the order in which letters are looked at; "due" is overdue or due within `SOON_DAYS` working days."""
State = Literal["open", "seen", "all"]
STATES: Final[tuple[State, ...]] = get_args(State)


class Filters(Value, frozen=True, kw_only=True):
    """Which letters: "" and () leave a thing open. `similar` is a letter's number: those that say the same as it."""

    state: State = "open"
    reason: Reason | Literal[""] = ""
    kind: str = ""
    topic: str = ""
    ground: str = ""
    rule: str = ""
    words: str = ""
    similar: int = 0


class Row(Value, frozen=True, kw_only=True):
    """A letter as the list shows it. Days are YYYY-MM-DD, "" where not known; `similar` counts the others like it that
    the filters let through. A protected paper has its id, its references and the mark, and nothing else."""

    number: int
    id: str
    reasons: tuple[Reason, ...]
    day: str
    due: str
    subject: str
    references: tuple[str, ...]
    kind: str
    topics: tuple[str, ...]
    rules: tuple[str, ...]
    asked: int
    protected: bool
    seen: bool
    worth: float
    cluster: int
    similar: int


class Page(Value, frozen=True, kw_only=True):
    """Some rows of the list, how many there are in all, and how many each reason holds under the other filters."""

    rows: tuple[Row, ...]
    total: int
    by_reason: dict[str, int]


class Around(Value, frozen=True, kw_only=True):
    """A letter's place in the list, counted from 1 (0 where it is not in it), and its neighbours' numbers."""

    before: int | None = None
    behind: int | None = None
    place: int = 0
    total: int = 0


class Outline(Value, frozen=True, kw_only=True):
    """What the pictures count of a letter. A protected paper counts as a letter, and has no days and no topics."""

    day: str
    due: str
    topics: tuple[str, ...]
    urgent: bool
    mandatory: bool
    seen: bool


class Worklist:
    """Made by `Casebook.worklist`; valid inside its block. `today` is the day in London that deadlines are held
    against."""

    def __init__(self, connection: Connection, today: date) -> None:
        self._connection = connection
        self._today = today.isoformat()
        self._soon = add_working_days(today, SOON_DAYS).isoformat()

    def behind(self) -> int:
        """How many letters have a newer record or decision than their row knows of."""
        return int(self._connection.execute(select(func.count()).select_from(_stale().subquery())).scalar_one())

    def refresh(self, most: int = BATCH) -> int:
        """Make the rows of up to `most` letters that are missing or behind, the oldest first; how many that were.

        Needs a block that writes.
        """
        search.prepare(self._connection)
        numbers = list(self._connection.execute(_stale().order_by(letters.c.number).limit(most)).all())
        for row in numbers:
            self._list(row.letter, row.id, row.run, row.decision)
        return len(numbers)

    def relist(self, number: int) -> None:
        """Make one letter's row anew, where it is behind. Needs a block that writes."""
        search.prepare(self._connection)
        for row in self._connection.execute(_stale(number)).all():
            self._list(row.letter, row.id, row.run, row.decision)

    def page(self, filters: Filters, start: int = 0, most: int = 25) -> Page:
        """The rows from `start` (counted from 0) on, in the order they should be looked at."""
        ranked = self._ranked(filters).subquery()
        query = select(ranked).order_by(*_order(ranked.c)).offset(start).limit(most)
        rows = tuple(self._row(found) for found in self._connection.execute(query))
        by_reason = self._by_reason(filters)
        total = by_reason[filters.reason] if filters.reason else by_reason["all"]
        return Page(rows=rows, total=total, by_reason=by_reason)

    def around(self, number: int, filters: Filters) -> Around:
        """What stands before and behind a letter in the list. Where it is not in it, the list's first letter follows;
        behind the last comes the first again, so that nothing that was passed over is missed."""
        ranked = self._ranked(filters).subquery()
        order = _order(ranked.c)
        placed = select(
            ranked.c.letter,
            func.row_number().over(order_by=order).label("place"),
            func.count().over().label("total"),
            func.lag(ranked.c.letter).over(order_by=order).label("before"),
            func.lead(ranked.c.letter).over(order_by=order).label("behind"),
        ).subquery()
        here = self._connection.execute(select(placed).where(placed.c.letter == number)).first()
        first = self._connection.execute(select(placed).order_by(placed.c.place).limit(1)).first()
        if first is None:
            return Around()
        if here is None:
            return Around(behind=first.letter, total=first.total)
        behind = here.behind or (first.letter if first.letter != number else None)
        return Around(before=here.before, behind=behind, place=here.place, total=here.total)

    def id_of(self, number: int) -> str | None:
        """The id of the letter with this number."""
        return self._connection.execute(select(letters.c.id).where(letters.c.number == number)).scalar()

    def numbers_of(self, ids: Sequence[str]) -> dict[str, int]:
        """The numbers of letters by their ids; those that are not in the casebook are left out."""
        query = select(letters.c.id, letters.c.number).where(letters.c.id.in_(list(ids)))
        return {row.id: row.number for row in self._connection.execute(query)} if ids else {}

    def similar_to(self, number: int) -> list[Row]:
        """The other letters that say the same, whatever their state."""
        ranked = self._ranked(Filters(state="all", similar=number)).subquery()
        query = select(ranked).where(ranked.c.letter != number).order_by(*_order(ranked.c)).limit(50)
        return [self._row(found) for found in self._connection.execute(query)]

    def values(self, column: Literal["kind", "topics", "grounds", "rules"], state: State) -> list[str]:
        """The labels that occur in the list, for its filters."""
        query = select(listed.c[column]).where(*_state(state)).distinct()
        return sorted({label for cell in self._connection.execute(query).scalars() for label in cell.split()})

    def outlines(self) -> Iterator[Outline]:
        """All letters, for counting."""
        found: Any
        for found in self._connection.execute(select(*(listed.c[name] for name in Outline.__struct_fields__))):
            yield Outline(
                day=found.day,
                due=found.due,
                topics=tuple(found.topics.split()),
                urgent=found.urgent,
                mandatory=found.mandatory,
                seen=found.seen,
            )

    def _list(self, number: int, id_: str, run: int, decision: int) -> None:
        from classifier.casebook.corrected import corrected

        made = latest(self._connection, id_)
        if made is None:
            return
        current = Decisions(self._connection).current(id_)
        record = made if made.protected else corrected(made, current)
        seen = current.get(("", "seen"))
        urgent, mandatory, unread = reasons_of(record)
        shown = not record.protected
        values: dict[str, Any] = {
            "letter": number, "form": FORM, "run": run, "decision": decision,
            "day": record.received.astimezone(LONDON).date().isoformat() if record.received and shown else "",
            "due": due(record) if shown else "",
            "subject": _clean(record.subject) if shown else "", "refs": "\n".join(record.references),
            "kind": record.kind.label,
            "topics": _spaced(t.label for t in suggested(record.topics)) if shown else "",
            "grounds": _spaced(t.label for t in suggested(record.exemptions)) if shown else "",
            "rules": _spaced(dict.fromkeys(r.rule for r in record.referrals)) if shown else "",
            "asked": sum(q.kind == "request" for q in record.questions) if shown else 0,
            "urgent": urgent, "mandatory": mandatory, "unread": unread, "protected": record.protected,
            "unsure": unsureness(record), "worth": worth(record), "cluster": self._cluster(number, record),
            "seen": seen is not None and seen.chosen == ("yes",),
        }  # fmt: skip
        self._connection.execute(delete(listed).where(listed.c.letter == number))
        self._connection.execute(insert(listed), values)
        search.keep(self._connection, number, made)

    def _cluster(self, number: int, record: TriageRecord) -> int:
        """The cluster of the first letter that says the same; its own number where none does."""
        ids = [r.id for r in record.related if r.relation in SIMILAR]
        query = (
            select(func.min(listed.c.cluster))
            .join(letters, letters.c.number == listed.c.letter)
            .where(letters.c.id.in_(bindparam("ids", expanding=True)) & (listed.c.letter < number))
        )
        return (self._connection.execute(query, {"ids": ids}).scalar() if ids else None) or number

    def _reason(self) -> dict[Reason, ColumnElement[bool]]:
        due_soon = and_(listed.c.due != "", listed.c.due <= self._soon)
        reasons: dict[Reason, ColumnElement[bool]] = {
            "urgent": listed.c.urgent.is_(True), "mandatory": listed.c.mandatory.is_(True), "due": due_soon,
            "unsure": listed.c.unsure >= UNSURE, "unread": listed.c.unread.is_(True),
        }  # fmt: skip
        return {**reasons, "other": ~or_(*reasons.values())}

    def _ranked(self, filters: Filters) -> Any:
        """The letters that the filters let through, each with what it is ordered by."""
        reasons = self._reason()
        rank = case(*((reasons[r], place) for place, r in enumerate(REASONS)), else_=len(REASONS))
        near = case(
            (listed.c.due == "", NEARNESS["later"]),
            (listed.c.due < self._today, NEARNESS["overdue"]),
            (listed.c.due <= self._soon, NEARNESS["soon"]),
            else_=NEARNESS["later"],
        )
        value = listed.c.worth * near
        columns = [c for c in listed.c if c.name != "words"]
        query = select(
            *columns, letters.c.id, rank.label("rank"), value.label("value"),
            func.min(rank).over(partition_by=listed.c.cluster).label("top"),
            func.max(value).over(partition_by=listed.c.cluster).label("best"),
            func.count().over(partition_by=listed.c.cluster).label("like_it"),
            *(reasons[r].label(f"is_{r}") for r in REASONS),
        ).join(letters, letters.c.number == listed.c.letter)  # fmt: skip
        conditions = self._conditions(filters)
        if filters.reason:
            conditions.append(reasons[filters.reason])
        return query.where(*conditions)

    def _conditions(self, filters: Filters) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = list(_state(filters.state))
        if filters.kind:
            found.append(listed.c.kind == filters.kind)
        for column, label in (("topics", filters.topic), ("grounds", filters.ground), ("rules", filters.rule)):
            if label:
                found.append(listed.c[column].contains(f" {label} ", autoescape=True))
        if filters.similar:
            one = select(listed.c.cluster).where(listed.c.letter == filters.similar).scalar_subquery()
            found.append(listed.c.cluster == one)
        if filters.words.strip():
            words = search.matching(self._connection, filters.words)
            found.append(literal(False) if words is None else words)
        return found

    def _by_reason(self, filters: Filters) -> dict[str, int]:
        reasons = self._reason()
        sums = [func.coalesce(func.sum(case((reasons[r], 1), else_=0)), 0).label(r) for r in REASONS]
        query = select(func.count().label("all"), *sums).where(*self._conditions(filters))
        return dict(self._connection.execute(query).mappings().one())

    def _row(self, found: Any) -> Row:
        return Row(
            number=found.letter, id=found.id,
            reasons=tuple(r for r in REASONS if getattr(found, f"is_{r}") and (r != "other" or not found.protected)),
            day=found.day, due=found.due, subject=found.subject,
            references=tuple(filter(None, found.refs.split("\n"))),
            kind=found.kind, topics=tuple(found.topics.split()), rules=tuple(found.rules.split()), asked=found.asked,
            protected=bool(found.protected), seen=bool(found.seen), worth=float(found.value), cluster=found.cluster,
            similar=found.like_it - 1,
        )  # fmt: skip


def _stale(number: int | None = None) -> Any:
    """Letters whose row is missing, of an older form, or behind their newest record or decision; of one letter alone
    where `number` is given."""
    read = select(records.c.letter, func.max(records.c.run).label("run")).group_by(records.c.letter)
    judged = select(decisions.c.letter, func.max(decisions.c.number).label("number")).group_by(decisions.c.letter)
    if number is not None:
        read, judged = read.where(records.c.letter == number), judged.where(decisions.c.letter == number)
    newest, decided = read.subquery(), judged.subquery()
    last = func.coalesce(decided.c.number, 0)
    return (
        select(newest.c.letter, letters.c.id, newest.c.run, last.label("decision"))
        .join(letters, letters.c.number == newest.c.letter)
        .outerjoin(decided, decided.c.letter == newest.c.letter)
        .outerjoin(listed, listed.c.letter == newest.c.letter)
        .where(
            or_(
                listed.c.letter.is_(None), listed.c.form != FORM, listed.c.run != newest.c.run,
                listed.c.decision != last,
            )
        )
    )  # fmt: skip


def _state(state: State) -> list[ColumnElement[bool]]:
    return [] if state == "all" else [listed.c.seen.is_(state == "seen")]


def _order(columns: Any) -> tuple[Any, ...]:
    """Clusters by their best letter, the letters of one together. The number settles what is equal."""
    return (columns.top, columns.best.desc(), columns.cluster, columns.rank, columns.value.desc(), columns.letter)


def _spaced(labels: Any) -> str:
    joined = " ".join(labels)
    return f" {joined} " if joined else ""


def _clean(words: str) -> str:
    """A subject on one line, as a database takes it."""
    return " ".join(words.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8").split())[:500]
