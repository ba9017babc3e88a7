"""Forgetting a letter: it and everything that came from it leave the casebook, and the space is wiped.

UK GDPR Articles 5(1)(e) and 17: what is no longer needed goes. What is left is a row with a digest of the letter's id,
which says that something was forgotten, when, and which models had learnt from it; they are to be trained anew. Files
that runs wrote (sheets, `triage.jsonl`) and backups are not the casebook's: whoever forgets a letter removes those too.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, literal, select, update

from classifier.casebook.tables import decisions, forgotten, letters, meta, records, runs, trained
from classifier.casebook.trained import Training
from classifier.errors import DecisionError
from classifier.records import TriageRecord, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Table

    from classifier.casebook.book import Casebook

_TOGETHER = 300
"""Letters removed in one transaction: nobody else can write meanwhile."""


class Forgotten(Value, frozen=True, kw_only=True):
    """What was removed: `letters` are the ids of the letter and of messages that were attached to it; `removed` counts
    rows by table; `mentions` counts records of other letters that named it and no longer do; `models` are versions of
    models that had learnt from it; `retrain` the number of the request for a retraining, None where none had.

    `wiped` is False where another program held the database open, so that the freed space could not be overwritten.
    """

    letters: tuple[str, ...]
    removed: dict[str, int]
    mentions: int
    models: tuple[str, ...]
    retrain: int | None
    wiped: bool = True


def find(casebook: Casebook, start: str) -> list[str]:
    """The ids of letters that begin with `start`, at most ten, in order: sheets and pages show the first characters."""
    escaped = start.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    query = select(letters.c.id).where(letters.c.id.like(f"{escaped}%", escape="\\")).order_by(letters.c.id).limit(10)
    with casebook.transaction(writing=False) as connection:
        return list(connection.execute(query).scalars())


def forget(casebook: Casebook, letter: str, who: str, when: str) -> Forgotten:
    """Remove a letter and all that came from it, in one transaction, and wipe the space that it took.

    `when` is UTC, ISO 8601 with Z. Raises DecisionError where the casebook holds no such letter, saying so where it was
    forgotten before, and CasebookError.
    """
    with casebook.transaction() as connection:
        if not _held(connection, [letter]):
            before = connection.execute(select(forgotten.c.at).where(forgotten.c.digest == _digest(letter))).scalar()
            raise DecisionError(
                f"the letter {letter} was forgotten on {before[:10]}"
                if before
                else f"the letter {letter} is not in this casebook"
            )
        made = _forget(connection, [letter], who, when)
    return msgspec.structs.replace(made, wiped=casebook.wipe())


def forget_all(casebook: Casebook, wanted: Sequence[str], who: str, when: str) -> Iterator[Forgotten]:
    """Remove many letters as `forget` does one, a few hundred in a transaction, and wipe the space once at the end,
    also where none of them is held any more: a call before this one may have been killed on its way there.

    Yields what each transaction removed. Letters that the casebook does not hold are passed over.
    """
    for start in range(0, len(wanted), _TOGETHER):
        with casebook.transaction() as connection:
            held = _held(connection, wanted[start : start + _TOGETHER])
            made = _forget(connection, held, who, when) if held else None
        if made is not None:
            yield made
    casebook.wipe()


def _held(connection: Connection, wanted: Sequence[str]) -> list[str]:
    """Those of the letters that the casebook holds, in the order given."""
    there = set(connection.execute(select(letters.c.id).where(letters.c.id.in_(wanted))).scalars())
    return [letter for letter in dict.fromkeys(wanted) if letter in there]


def _forget(connection: Connection, wanted: list[str], who: str, when: str) -> Forgotten:
    ids = dict.fromkeys(wanted)
    found = list(wanted)
    while found:  # parts can have parts themselves
        parts = [r.id for _, r in _naming(connection, found) if r.part_of in ids and r.id not in ids]
        found = list(dict.fromkeys(parts))
        ids.update(dict.fromkeys(found))
    removed: dict[str, int] = {}
    models: set[str] = set()
    for id_ in ids:
        own, learnt = _remove(connection, id_)
        models.update(learnt)
        for name, count in own.items():
            removed[name] = removed.get(name, 0) + count
        values = {"digest": _digest(id_), "at": when, "who": who, "removed": json.dumps(own)}
        connection.execute(delete(forgotten).where(forgotten.c.digest == values["digest"]))
        connection.execute(forgotten.insert().values(**values, models=json.dumps(sorted(learnt))))
    mentions = _unmention(connection, list(ids))
    retrain = None
    if models:
        # Without a name or an id: the request outlives the letter.
        retrain = Training(connection).want("a letter that these models had learnt from was forgotten", when)
    return Forgotten(
        letters=tuple(ids), removed=removed, mentions=mentions, models=tuple(sorted(models)), retrain=retrain
    )


def _digest(letter: str) -> str:
    return sha256(f"forgotten {letter}".encode()).hexdigest()


def _remove(connection: Connection, letter: str) -> tuple[dict[str, int], list[str]]:
    """Delete the rows of one letter; how many went from each table, and the models that had learnt from it."""
    number = connection.execute(select(letters.c.number).where(letters.c.id == letter)).scalar()
    if number is None:
        return {}, []
    learnt = list(connection.execute(select(trained.c.model).where(trained.c.letter == number)).scalars())
    mine = decisions.c.letter == number
    connection.execute(update(decisions).where(mine).values(retracts=None))  # rows that take one another back
    removed: dict[str, int] = {}
    for table, column in _places():
        if count := connection.execute(delete(table).where(column == number)).rowcount:
            removed[table.name] = count
    removed[letters.name] = connection.execute(delete(letters).where(letters.c.number == number)).rowcount
    return removed, learnt


def _places() -> Iterator[tuple[Table, ColumnElement[Any]]]:
    """Every table that points at a letter, also one that a later version adds."""
    for table in reversed(meta.sorted_tables):
        for column in table.columns:
            if any(key.column is letters.c.number for key in column.foreign_keys):
                yield table, column


def _naming(connection: Connection, wanted: Sequence[str]) -> Iterator[tuple[Any, TriageRecord]]:
    """The records in which any of the ids stands."""
    query = select(records)
    if len(wanted) == 1:  # the database looks through them faster; for many, once through all is faster still
        query = query.where(_holds(connection, records.c.record, wanted[0].encode()))
    ids = set(wanted)
    for row in connection.execute(query.execution_options(yield_per=200)):
        record = msgspec.json.decode(row.record, type=TriageRecord)
        if record.part_of in ids or any(r.id in ids for r in record.related):
            yield row, record


def _holds(connection: Connection, column: ColumnElement[Any], wanted: bytes) -> ColumnElement[bool]:
    """Whether bytes stand in a column of bytes."""
    if connection.dialect.name == "sqlite":
        return func.instr(column, wanted) > 0
    return func.position(literal(wanted).op("IN")(column)) > 0


def _unmention(connection: Connection, gone: Sequence[str]) -> int:
    """Take what other letters' records and the runs' summaries say of letters out of them; how many records it was."""
    ids, changed = set(gone), 0
    for row, record in list(_naming(connection, gone)):
        related = tuple(r for r in record.related if r.id not in ids)
        if related == record.related:
            continue
        line = msgspec.json.encode(msgspec.structs.replace(record, related=related))
        place = (records.c.run == row.run) & (records.c.letter == row.letter) & (records.c.source == row.source)
        connection.execute(update(records).where(place).values(record=line))
        changed += 1
    for row in connection.execute(select(runs.c.id, runs.c.summary).where(runs.c.summary.is_not(None))).all():
        summary = json.loads(row.summary)
        kept = [p for p in summary.get("proposals", []) if p.get("letter") not in ids]
        if len(kept) < len(summary.get("proposals", [])):
            said = json.dumps(summary | {"proposals": kept}, ensure_ascii=False)
            connection.execute(update(runs).where(runs.c.id == row.id).values(summary=said))
    return changed
