"""Plain text files of any encoding."""

from __future__ import annotations

from typing import Final

from classifier.intake.decode import clean, decode

MEDIA_TYPE: Final = "text/plain"
_BOMS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_TEXT_CONTROLS: Final = bytes({7, 8, 9, 10, 12, 13, 26, 27})
_CONTROLS: Final = bytes(set(range(32)) - set(_TEXT_CONTROLS))


def claims(head: bytes, name: str) -> int:
    """How surely a file that begins with `head` is plain text, 0 to 100: text has few control characters."""
    if not head.strip():
        return 0
    if head.startswith(_BOMS):
        return 60
    sample = head[: len(head) // 2 * 2]
    named = name.endswith((".txt", ".text", ".md"))
    if b"\0" in sample:
        sample = decode(sample).encode("utf-8", "replace")  # UTF-16, perhaps
        if sample.count(0) > (0.3 if named else 0.01) * len(sample):
            return 0
        sample = sample.replace(b"\0", b"")  # some programs pad with them
    strange = len(sample) - len(sample.translate(None, _CONTROLS)) + sample.count(b"\xef\xbf\xbd")
    return (40 if named else 20) if strange <= 0.01 * len(sample) + 1 else 0


def from_bytes(data: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else UTF-16 by its look, else Windows-1252."""
    return clean(decode(data))
