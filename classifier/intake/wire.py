"""The values that readers hand over, some of them across the border to the reading process, as MessagePack.

MessagePack and not pickle: a reading process that a hostile file has taken over can send wrong text, not code.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - msgspec reads the annotations
from typing import Literal

from classifier.intake.limits import Limits  # noqa: TC001
from classifier.records import Person, Problem, ReceivedBasis, Value


class Page(Value, frozen=True):
    """The text of a page, and whether it fills the page (so that what follows may be its continuation)."""

    text: str
    full: bool = True


class Enclosure(Value, frozen=True):
    """Something enclosed in a mail: bytes with a name and the type they claim, or a message read already."""

    name: str
    declared: str
    data: bytes
    mail: Mail | None = None


class Mail(Value, frozen=True):
    """A message as its format gives it, before its enclosures are looked at."""

    subject: str = ""
    sender: Person = Person()
    to: tuple[str, ...] = ()
    headers: dict[str, str] = {}  # noqa: RUF012 - msgspec copies it
    sent: datetime | None = None
    received: datetime | None = None
    received_basis: ReceivedBasis = "none"
    body: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    problems: tuple[Problem, ...] = ()


class Extract(Value, frozen=True):
    """What a document holds: pages of text, or for Outlook files a mail."""

    pages: tuple[Page, ...] = ()
    mail: Mail | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def text(self) -> str:
        """All pages, one after the other."""
        return "\n".join(page.text for page in self.pages)


class Task(Value, frozen=True):
    """A document for the reading process."""

    kind: Literal["pdf", "docx", "msg"]
    data: bytes
    limits: Limits


class Outcome(Value, frozen=True):
    """What came of a task: an extract, or the code and words of an error."""

    extract: Extract | None = None
    code: str = ""
    detail: str = ""


class PstItem(Value, frozen=True):
    """A message of an Outlook data file: its number in the file, its folder, and its bytes as internet mail or the code
    and words of what is wrong with it. `opened` and `ended` frame the messages and hold none."""

    place: int
    folder: str = ""
    data: bytes = b""
    code: str = ""
    detail: str = ""
    opened: bool = False
    ended: bool = False
