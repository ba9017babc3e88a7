"""Mailbox files: found apart without being read whole, however big.

A message begins at a `From ` line that follows an empty line, or looks like a postmark, and is followed by a header.
Other lines that begin with `From ` belong to the text, whether or not the export escaped them.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MEDIA_TYPE: Final = "application/mbox"
_CHUNK: Final = 4 * 1024 * 1024
_AFTER: Final = 4_096  # bytes after a candidate that are needed to judge it
_POSTMARK: Final = re.compile(rb"From [^\r\n]{0,300}?\d{1,2}:\d\d(?::\d\d)?[^\r\n]{0,40}\d{4}")
_HEADER: Final = re.compile(rb"(?:>?From [^\n]{0,1000}\n)?[!-9;-~]{1,200}[ \t]{0,5}:")
_ESCAPED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)


def claims(head: bytes, name: str) -> int:
    """How surely a file that begins with `head` is a mailbox, 0 to 100."""
    start = head.lstrip(b"\xef\xbb\xbf\r\n")
    return 95 if start.startswith(b"From ") and _separates(start, 0, blank=True) else 0


def split(stream: IO[bytes]) -> Iterator[tuple[int, int]]:
    """The messages of a mailbox: offset (of the `From ` line) and length in bytes. Holds about 4 MiB at a time."""
    base, data, done = 0, stream.read(_CHUNK), False
    begun: int | None = None
    at = 0
    while True:
        at = _candidate(data, at, first=base == 0)
        if at < 0 or (not done and len(data) - at < _AFTER):
            if done:
                break
            keep = max(len(data) - 8, 0) if at < 0 else max(at - 8, 0)
            more = stream.read(_CHUNK)
            done = not more
            base, data, at = base + keep, data[keep:] + more, 0
            continue
        before = data[max(at - 3, 0) : at]
        blank = before.endswith((b"\n\n", b"\n\r\n")) or (base == 0 and not before.strip(b"\r\n\xbb\xbf"))
        if _separates(data, at, blank=blank):
            if begun is not None:
                yield begun, base + at - begun
            begun = base + at
        at += 5
    if begun is not None:
        yield begun, base + len(data) - begun


def _candidate(data: bytes, at: int, *, first: bool) -> int:
    """The next line that begins with `From `, at or after `at`; -1 where there is none."""
    if first and at == 0 and data.startswith(b"From "):
        return 0
    found = data.find(b"\nFrom ", max(at - 1, 0))
    return found + 1 if found >= 0 else -1


def _separates(data: bytes, at: int, *, blank: bool) -> bool:
    end = data.find(b"\n", at, at + 1_000)
    if end < 0 or not _HEADER.match(data, end + 1):
        return False
    return blank or _POSTMARK.match(data, at, end) is not None


def message(data: bytes) -> bytes:
    """The message in a stretch that `split` found: without its `From ` line, its escapes and the empty line after."""
    body = data.partition(b"\n")[2] if data.startswith(b"From ") else data
    body = _ESCAPED.sub(rb"\1", body) if b"From " in body else body
    if body.endswith(b"\r\n\r\n"):
        return body[:-2]
    return body[:-1] if body.endswith(b"\n\n") else body
