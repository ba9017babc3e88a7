"""The newest record of letters: what the last run that read them said. One place for the rule which record counts."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from classifier.casebook.tables import letters, records, runs
from classifier.records import TriageRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Read(NamedTuple):
    """A record, and the version of the model of the run that made it ("" where the run did not say)."""

    record: TriageRecord
    model: str


_READS = (
    select(letters.c.number, records.c.run, records.c.record, runs.c.versions)
    .join(letters, letters.c.number == records.c.letter)
    .join(runs, runs.c.id == records.c.run)
)


def latest(connection: Connection, id_: str) -> TriageRecord | None:
    """The newest record of a letter, or None. Of several places in one run, the first that is no duplicate."""
    found = reads(connection, id_)
    return found[0].record if found else None


def reads(connection: Connection, id_: str) -> list[Read]:
    """What each run made of a letter, the newest run first: one record a run."""
    query = _READS.where(letters.c.id == id_).order_by(records.c.run.desc(), records.c.source)
    rows = connection.execute(query).all()
    return [_first(list(group)) for _, group in groupby(rows, key=lambda row: row.run)]


def all_latest(connection: Connection, since: str = "") -> Iterator[Read]:
    """The newest record of every letter received on the day `since` (YYYY-MM-DD) or later, in the order they were first
    seen, a few in memory at a time. Without `since` of all letters, those without a day among them."""
    query = _READS.where(letters.c.day >= since) if since else _READS
    query = query.order_by(letters.c.number, records.c.run.desc(), records.c.source)
    rows = connection.execution_options(yield_per=200).execute(query)
    for _, group in groupby(rows, key=lambda row: row.number):
        all_runs = list(group)
        yield _first([row for row in all_runs if row.run == all_runs[0].run])


def _first(rows: Sequence[object]) -> Read:
    made = _decoded(rows)
    first = next(made)
    chosen = first
    if first.record.duplicate_of is not None:
        chosen = next((r for r in made if r.record.duplicate_of is None), first)
    return chosen


def _decoded(rows: Iterable[object]) -> Iterator[Read]:
    for row in rows:
        line, versions = row.record, json.loads(row.versions)  # pyright: ignore[reportAttributeAccessIssue]
        yield Read(msgspec.json.decode(line, type=TriageRecord), str(versions.get("model", "")))
