"""Letters' keys and records for the casebook's tests, and the addresses they run on."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from classifier.casebook import Keys
from classifier.deadlines import deadlines_for
from classifier.records import Kind, Person, TriageRecord, Validity

if TYPE_CHECKING:
    from pathlib import Path

POSTGRES = "FOI_TRIAGE_TEST_POSTGRES"


def address_of(kind: str, folder: Path) -> str:
    """A casebook's address: a file, or the test server's with everything of an earlier test dropped."""
    if kind == "sqlite":
        return str(folder / "casebook.sqlite")
    server = os.environ.get(POSTGRES)
    if not server:
        pytest.skip(f"no PostgreSQL server: {POSTGRES} holds no address of an empty database")
    from sqlalchemy import create_engine

    from classifier.casebook.tables import meta

    engine = create_engine(server)
    meta.drop_all(engine)
    engine.dispose()
    return server


def keys(id_: str, **changes: object) -> Keys:
    """The keys of a letter that has nothing to do with any other."""
    plain: dict[str, object] = {
        "id": id_, "day": "2024-03-04", "kind": "new_request", "asks": True, "protected": False, "applicant": "",
        "via": "", "addressed": "", "topics": "drugs", "text_key": f"text of {id_}", "signature": b"",
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


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    """A second program that runs `code`."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
