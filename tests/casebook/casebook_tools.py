"""Letters' keys and records for the casebook's tests, and the addresses they run on."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from classifier.casebook import Casebook, Decision, Keys
from classifier.deadlines import deadlines_for
from classifier.records import Kind, Person, Question, Tag, TriageRecord, Validity

if TYPE_CHECKING:
    from pathlib import Path

POSTGRES = "FOI_TRIAGE_TEST_POSTGRES"


def address_of(kind: str, folder: Path) -> str:
    """A casebook's address: a file, or the test server's with everything of an earlier test dropped."""
    if kind == "sqlite":
        folder.mkdir(exist_ok=True)
        return str(folder / "casebook.sqlite")
    server = os.environ.get(POSTGRES)
    if not server:
        pytest.skip(f"no PostgreSQL server: {POSTGRES} holds no address of an empty database")
    from sqlalchemy import create_engine, make_url, text

    from classifier.casebook.tables import meta

    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        # Tests that run side by side have a database each.
        own = make_url(server).set(database=f"{make_url(server).database}_{worker}")
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            there = text("SELECT 1 FROM pg_database WHERE datname = :name")
            if connection.execute(there, {"name": own.database}).first() is None:
                connection.execute(text(f'CREATE DATABASE "{own.database}"'))
        engine.dispose()
        server = own.render_as_string(hide_password=False)
    engine = create_engine(server)
    meta.drop_all(engine)
    engine.dispose()
    return server


def keys(id_: str, **changes: object) -> Keys:
    """The keys of a letter that has nothing to do with any other."""
    plain: dict[str, object] = {
        "id": id_, "day": "2024-03-04", "kind": "new_request", "asks": True, "protected": False, "applicant": "",
        "via": "", "addressed": "", "topics": "drugs", "text_key": f"text of {id_}"[:40], "signature": b"",
    }  # fmt: skip
    return Keys(**{**plain, **changes})  # pyright: ignore[reportArgumentType]


def record(
    id_: str, source: str = "inbox.mbox#1", text: str = "How many?", duplicate_of: str | None = None
) -> TriageRecord:
    """A record as a run would make it."""
    return TriageRecord(
        id=id_, source=source, part_of=None, duplicate_of=duplicate_of, received=None, received_basis="none",
        subject="Request", references=(), sender_class="public", applicant=Person(name="A. Writer"),
        kind=Kind(label="new_request", score=0.9), regime="foi", protected=False,
        validity=Validity(name=True, address=True, description=True), text=text, questions=(), topics=(),
        exemptions=(), referrals=(), departments=(), deadlines=deadlines_for("new_request", "foi", date(2024, 3, 4)),
        urgent=(), related=(), attachments=(), problems=(),
    )  # fmt: skip


ASKED = "Dear Thornshire Police\n\n1. How many people were held over cannabis in 2024?\n2. What did the cells cost?\n"


def asked(id_: str, **changes: Any) -> TriageRecord:
    """A letter with two questions, as a run would have read it: drugs and s12 on the first, drugs on the second."""
    questions: list[Question] = []
    for number, (words, grounds) in enumerate(
        (
            ("How many people were held over cannabis in 2024?", (Tag(label="s12", score=0.4, suggested=True),)),
            ("What did the cells cost?", ()),
        ),
        1,
    ):
        start = ASKED.index(words)
        topic = Tag(label="drugs", score=0.8, suggested=True, because=("cannabis",))
        questions.append(
            Question(
                id=f"q{number}", number=str(number), parent=None, kind="request", span=(start, start + len(words)),
                text=words, topics=(topic,), exemptions=grounds,
            )
        )  # fmt: skip
    plain = record(id_, source=f"inbox.mbox#{id_}", text=ASKED)
    day = datetime(2024, 3, 4, 9, tzinfo=UTC)
    topics = questions[0].topics
    made = msgspec.structs.replace(plain, questions=tuple(questions), topics=topics, received=day)
    return msgspec.structs.replace(made, **changes)


def keep(book: Casebook, *made: TriageRecord, model: str = "m1") -> int:
    """Remember letters and their records in a run of their own; its number."""
    run = book.begin([], {"model": model})
    with book.desk() as desk:
        for one in made:
            desk.remember(run, keys(one.id, protected=one.protected), [], [])
    for one in made:
        book.add(run, one)
    return run


def decision(letter: str, item: str, field: Any, *chosen: str, **given: Any) -> Decision:
    """A decision by Ann on the review page."""
    plain: dict[str, Any] = {"model": "m1", "who": "Ann", "when": "2026-03-01T09:00:00Z", "source": "page"}
    return Decision(letter=letter, item=item, field=field, chosen=chosen, **{**plain, **given})


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    """A second program that runs `code`."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
