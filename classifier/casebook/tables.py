"""The casebook's tables, as they stand in `VERSION` of `migrations`.

A letter is what came in: its keys, by which later letters find it, and a number that counts up as letters are first
seen, so that "earlier" has a meaning that does not change. A record is what one run said of it. Who wrote stands in
`letter.applicant` and `thread_key` only, for threads and for the evidence of repeated requests. What people decide
hangs on a letter's number and a question's id, beside these tables: nothing here changes when a decision is taken.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

meta = MetaData()

about = Table("about", meta, Column("version", Integer, nullable=False))

runs = Table(
    "run",
    meta,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("started", String(40), nullable=False),
    Column("finished", String(40)),
    # JSON: a list of paths, the versions of program, model and register, and what `run.json` says.
    Column("inputs", Text, nullable=False),
    Column("versions", Text, nullable=False),
    Column("summary", Text),
)

letters = Table(
    "letter",
    meta,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(80), nullable=False, unique=True),
    Column("first_run", Integer, ForeignKey("run.id"), nullable=False),
    # The day of receipt, YYYY-MM-DD in London time; "" where it is not known.
    Column("day", String(10), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("asks", Boolean, nullable=False),
    Column("protected", Boolean, nullable=False),
    Column("applicant", String(200), nullable=False),
    # How it came: "cru" (a circulation), "force" (another force) or "".
    Column("via", String(10), nullable=False),
    # The force it speaks to, in lower case without "police"; "" where it does not say.
    Column("addressed", String(80), nullable=False),
    # Suggested topics of the whole letter, best first, between spaces.
    Column("topics", Text, nullable=False),
    # A hash of the words alone, equal for the same text however it was wrapped; "" for a text too short.
    Column("text_key", String(40), nullable=False),
    # MinHash: 16 bits a permutation, little-endian; empty for a text too short to be compared by parts.
    Column("signature", LargeBinary, nullable=False),
    Index("letter_applicant", "applicant", "day"),
    Index("letter_text_key", "text_key", "number"),
    sqlite_autoincrement=True,
)

thread_keys = Table(
    "thread_key",
    meta,
    # "own:" and its message id, "message:" and an id of its thread, "reference:" and a number,
    # "site:" and a request site's number.
    Column("key", String(200), primary_key=True),
    Column("letter", Integer, ForeignKey("letter.number"), primary_key=True),
    Index("thread_key_letter", "letter"),
    sqlite_with_rowid=False,
)

bands = Table(
    "band",
    meta,
    Column("key", BigInteger, primary_key=True),
    Column("letter", Integer, ForeignKey("letter.number"), primary_key=True),
    sqlite_with_rowid=False,
)

records = Table(
    "record",
    meta,
    Column("run", Integer, ForeignKey("run.id"), primary_key=True),
    Column("letter", Integer, ForeignKey("letter.number"), primary_key=True),
    # One message can lie in several places of an export; each place has its line.
    Column("source", Text, primary_key=True),
    # The line of triage.jsonl, UTF-8 JSON.
    Column("record", LargeBinary, nullable=False),
    Index("record_letter", "letter"),
)

published = Table(
    "published",
    meta,
    # SHA-256 of a published response's bytes, and what read and encoded it: a cache, safe to empty.
    Column("digest", String(64), primary_key=True),
    Column("encoder", String(80), primary_key=True),
    Column("pages", LargeBinary, nullable=False),
)
