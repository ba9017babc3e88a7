"""The casebook's tables, as they stand in `VERSION` of `migrations`.

A letter is what came in: its keys, by which later letters find it, and a number that counts up as letters are first
seen, so that "earlier" has a meaning that does not change. A record is what one run said of it. Who wrote stands in
`letter.applicant` and `thread_key` only, for threads and for the evidence of repeated requests. What people decide
hangs on a letter's number and a question's id; a decision is added, or retracted by a later row, and never changed.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

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

decisions = Table(
    "decision",
    meta,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("letter", Integer, ForeignKey("letter.number"), nullable=False),
    # A question's id, "" for the letter itself; which of its fields.
    Column("item", String(40), nullable=False),
    Column("field", String(20), nullable=False),
    # Set where this row takes back another; such a row decides nothing itself.
    Column("retracts", Integer, ForeignKey("decision.number")),
    # JSON: the labels chosen, the main one first.
    Column("chosen", Text, nullable=False),
    Column("model", String(80), nullable=False),
    Column("who", String(200), nullable=False),
    # UTC, ISO 8601 with Z.
    Column("at", String(40), nullable=False),
    Column("seconds", Float),
    Column("source", String(20), nullable=False),
    # JSON: what was proposed, how the letter was split, what the item is found by, the note.
    Column("body", LargeBinary, nullable=False),
    Index("decision_letter", "letter", "number"),
    Index("decision_at", "at"),
    sqlite_autoincrement=True,
)

imported = Table(
    "imported",
    meta,
    # SHA-256 of a corrections file that was taken in: the same file again brings nothing new.
    Column("digest", String(64), primary_key=True),
    Column("who", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    Column("decisions", Integer, nullable=False),
)

trained = Table(
    "trained",
    meta,
    # Which letters' corrections a model learnt from, filled by retraining: who forgets a letter can name the models.
    Column("model", String(80), primary_key=True),
    Column("letter", Integer, ForeignKey("letter.number"), primary_key=True),
    Index("trained_letter", "letter"),
)

retrain_wanted = Table(
    "retrain_wanted",
    meta,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", String(40), nullable=False),
    Column("why", Text, nullable=False),
    # When a retraining took it up; null while it waits.
    Column("done", String(40)),
    sqlite_autoincrement=True,
)

forgotten = Table(
    "forgotten",
    meta,
    # What is left of a letter that was forgotten: a digest of its id, which tells nothing of what stood in it.
    Column("digest", String(64), primary_key=True),
    Column("at", String(40), nullable=False),
    Column("who", String(200), nullable=False),
    # JSON: how many rows went from each table, and the versions of the models that had learnt from it.
    Column("removed", Text, nullable=False),
    Column("models", Text, nullable=False),
)

# What the review pages list letters by: made of the newest record and what was decided, and made anew from them at any
# time (`worklist.FORM`). Nothing stands here only.
listed = Table(
    "listed",
    meta,
    Column("letter", Integer, ForeignKey("letter.number"), primary_key=True, autoincrement=False),
    # What the row was made of: form of the row, run of the record, newest decision.
    Column("form", Integer, nullable=False),
    Column("run", Integer, nullable=False),
    Column("decision", Integer, nullable=False),
    # Days, YYYY-MM-DD; "" where there is none.
    Column("day", String(10), nullable=False),
    Column("due", String(10), nullable=False),
    Column("subject", Text, nullable=False),
    Column("refs", Text, nullable=False),
    Column("kind", String(40), nullable=False),
    # Labels and rules between spaces, with one before the first and one behind the last.
    Column("topics", Text, nullable=False),
    Column("grounds", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("mandatory", Boolean, nullable=False),
    Column("unread", Boolean, nullable=False),
    Column("protected", Boolean, nullable=False),
    Column("unsure", Float, nullable=False),
    Column("worth", Float, nullable=False),
    # The first letter of those that say the same; itself where it is alone.
    Column("cluster", Integer, nullable=False),
    Column("seen", Boolean, nullable=False),
    # PostgreSQL's search index; a SQLite file has a table of its own for it (`search`).
    Column("words", Text().with_variant(TSVECTOR(), "postgresql")),
    Index("listed_cluster", "cluster"),
    Index("listed_seen", "seen", "due"),
    Index("listed_words", "words", postgresql_using="gin").ddl_if(dialect="postgresql"),
)
