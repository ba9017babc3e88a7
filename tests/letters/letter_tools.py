"""Messages for the tests of the letters room, in as few words as can be."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from classifier.force import Force
from classifier.letters import read_letter
from classifier.records import Document, Letter, Message, Person


class Who(TypedDict):
    """A sender, as keyword arguments."""

    name: str
    address: str


LONDON = ZoneInfo("Europe/London")


def message(
    body: str,
    *,
    subject: str = "Freedom of Information request",
    name: str = "Rhoda Penhallow",
    address: str = "rhoda@mail.example",
    to: tuple[str, ...] = ("foi@estuary.police.uk",),
    headers: dict[str, str] | None = None,
    documents: tuple[tuple[str, str], ...] = (),
    received: datetime | None = datetime(2024, 3, 5, 9, 30, tzinfo=LONDON),
) -> Message:
    return Message(
        id="m",
        source="inbox.mbox#1",
        received=received,
        received_basis="date header" if received else "none",
        subject=subject,
        sender=Person(name=name, address=address),
        to=to,
        headers=headers or {},
        body=body,
        documents=tuple(Document(name=n, type="application/pdf", text=t) for n, t in documents),
    )


def read(
    body: str,
    *,
    subject: str = "Freedom of Information request",
    name: str = "Rhoda Penhallow",
    address: str = "rhoda@mail.example",
    to: tuple[str, ...] = ("foi@estuary.police.uk",),
    headers: dict[str, str] | None = None,
    documents: tuple[tuple[str, str], ...] = (),
    force: Force | None = None,
) -> Letter:
    mail = message(body, subject=subject, name=name, address=address, to=to, headers=headers, documents=documents)
    return read_letter(mail, force or Force())


def words(letter: Letter, kind: str) -> str:
    """What stands in the zones of one kind, joined."""
    return "\n".join(letter.whole[z.start : z.end].strip("\n") for z in letter.zones if z.kind == kind)
