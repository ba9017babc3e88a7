"""Printed e-mail: documents that begin with From, Sent or Date, To and Subject, one message or a bundle of them.

A message begins at the top of the document or of a page. Such a head further down a page is history that was printed
with the message, and so is one on top of a page that the text before it runs on into, where it has the same subject
and an earlier date.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

from classifier.intake.headers import LONDON, moment, people, to_london, written
from classifier.intake.wire import Mail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.intake.wire import Page

_FIELD: Final = re.compile(
    r"[*_]{0,2}(from|sent|date|to|cc|bcc|subject|attachments?|importance|reply-to)[*_]{0,2}[ \t]{0,4}:[*_]{0,2}"
    r"[ \t]{0,20}(.*)",
    re.IGNORECASE,
)
_DATE: Final = re.compile(
    r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[ ./-]{1,2}(?:of )?(?P<m>[A-Za-z]{3,9}|\d{1,2})[ .,/-]{1,3}(?P<y>\d{4}|\d{2})\b"
    r"|(?P<m2>[A-Za-z]{3,9})\.? {1,2}(?P<d2>\d{1,2})(?:st|nd|rd|th)?,? {1,2}(?P<y2>\d{4})\b"
    r"|(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2})"
)
_TIME: Final = re.compile(r"\b(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?: {0,2}([AaPp])\.?[Mm]\b)?")
_ZONED: Final = re.compile(r"(?:[+-]\d{4}|GMT|UTC|BST)(?:\s{1,3}\([A-Za-z ]{1,40}\))?$")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_REPLY: Final = re.compile(r"^(?:\s{0,3}(?:re|fw|fwd)\s{0,3}:)+\s{0,3}", re.IGNORECASE)
_BEFORE: Final = 2  # lines that programs print above the head: the mailbox's owner, a title
_WRAPPED: Final = 3  # lines that one field of the head may run on for
_HEAD_LINES: Final = 30


class _Head:
    """The head of a printed message: its fields, and the line at which the text begins."""

    def __init__(self, fields: dict[str, str], end: int) -> None:
        self.fields = fields
        self.end = end
        self.subject = _REPLY.sub("", fields.get("subject", "")).strip().lower()
        self.sent = written_date(fields.get("sent") or fields.get("date") or "")


def messages(pages: Sequence[Page], most: int) -> list[Mail]:
    """The printed messages of a document, [] where it is none. At most `most`; the last holds what is left."""
    if not pages or _head(pages[0].text.split("\n")) is None:
        return []
    out: list[Mail] = []
    head: _Head | None = None
    text: list[str] = []
    before: Page | None = None
    for page in pages:
        lines = page.text.split("\n")
        found = _head(lines)
        if (
            found is not None
            and len(out) + 1 < most
            and not (before and before.full and head and _history(found, head))
        ):
            if head is not None:
                out.append(_mail(head, text))
            head, text = found, lines[found.end :]
        else:
            text += lines
        before = page
    if head is not None:
        out.append(_mail(head, text))
    return out


def _history(found: _Head, current: _Head) -> bool:
    """Whether a head on top of a page may belong to the history of the message before it."""
    if found.subject != current.subject:
        return False
    return found.sent is None or current.sent is None or found.sent <= current.sent


def _head(lines: list[str]) -> _Head | None:
    """The head that a page begins with: From or To, a date or a subject, three fields of it or more."""
    at, skipped = 0, 0
    while at < len(lines) and skipped <= _BEFORE and not _FIELD.match(lines[at].strip()[:500]):
        skipped += 1 if lines[at].strip() else 0
        at += 1
    if at >= len(lines) or skipped > _BEFORE:
        return None
    fields: dict[str, str] = {}
    last, wrapped = "", 0
    while at < len(lines) and at < _HEAD_LINES:
        line = lines[at].strip()
        m = _FIELD.match(line[:2_000])
        if m and m[1].lower() not in fields:
            last, wrapped = m[1].lower(), 0
            fields[last] = m[2].strip("*_ \t")
        elif line and last in ("to", "cc", "bcc", "attachments", "attachment", "subject") and wrapped < _WRAPPED:
            if not _runs_on(lines, at) and fields[last] and last != "attachments":
                break
            fields[last], wrapped = f"{fields[last]} {line}".strip(), wrapped + 1
        elif not line and (not _enough(fields) or _FIELD.match("".join(lines[at + 1 : at + 2]).strip()[:500])):
            pass  # some programs leave lines between the fields
        else:
            break
        at += 1
    return _Head(fields, at) if _enough(fields) and "from" in fields else None


def _runs_on(lines: list[str], at: int) -> bool:
    """Whether the line belongs to the field above it: another field follows within the next lines."""
    return any(_FIELD.match(line.strip()[:500]) for line in lines[at + 1 : at + 1 + _WRAPPED])


def _enough(fields: dict[str, str]) -> bool:
    return len(fields.keys() & {"from", "to", "subject"}) + bool(fields.keys() & {"sent", "date"}) >= 3


def _mail(head: _Head, lines: list[str]) -> Mail:
    body = "\n".join(lines).strip("\n")
    if body.startswith(("---\n", "___\n")):
        body = body[4:].strip("\n")
    senders = people(head.fields.get("from", "").encode("utf-8", "replace"))
    to = people(head.fields.get("to", "").replace(";", ",").encode("utf-8", "replace"))
    return Mail(
        subject=" ".join(head.fields.get("subject", "").split()),
        sender=senders[0] if senders else Mail().sender,
        to=written(to),
        sent=head.sent,
        received=head.sent,
        received_basis="letter" if head.sent else "none",
        body=body,
    )


def written_date(text: str) -> datetime | None:
    """A date as people and printing programs write it, day first as in Britain, in London time; None for none."""
    text = text.strip()[:200]
    if _ZONED.search(text) and (when := moment(text.encode("utf-8", "replace"))):
        return when
    m = _DATE.search(text)
    if m is None:
        return None
    day, month, year = m["d"] or m["d2"] or m["d3"], m["m"] or m["m2"] or m["m3"], m["y"] or m["y2"] or m["y3"]
    clock = _TIME.search(text, m.end())
    hour, minute = (int(clock[1]), int(clock[2])) if clock else (0, 0)
    if clock and clock[4]:
        hour = hour % 12 + (12 if clock[4].lower() == "p" else 0)
    try:
        number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
        century = 2000 if len(year) == 2 else 0
        return to_london(datetime(int(year) + century, number, int(day), hour, minute, tzinfo=LONDON))
    except ValueError:
        return None
