"""Bytes to text, for text whose label may be missing, unknown or wrong. Never raises, linear in the length."""

from __future__ import annotations

import codecs
import re
from typing import Final

# Encodings that would be slow (punycode is quadratic), depend on the machine (mbcs, oem) or are no charset at all.
_REFUSED: Final = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
# Labels that in practice mean Windows-1252, as the WHATWG encoding standard has it.
_WESTERN: Final = {"ascii", "iso8859-1", "cp1252"}
# Windows-1252 with its five unassigned bytes kept as control characters, so that decoding cannot fail.
_CP1252: Final = {b: ord(bytes([b]).decode("cp1252", "ignore") or chr(b)) for b in range(256)}
_MOST_REPAIRS: Final = 20_000
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS: Final = {c: None for c in range(32) if c not in (9, 10)} | {0x0C: "\n", 0x7F: None, 0xFEFF: None}
_CONTROL_OR_SURROGATE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff\ud800-\udfff]")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def codec(label: str | None) -> str | None:
    """The Python codec for a charset label as mail writes it; None where it names no charset that may be used."""
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip(" '\"\t").lower()[:60]).name
    except (LookupError, ValueError):
        return None
    return None if name in _REFUSED else name


def windows_1252(data: bytes) -> str:
    """`data` as Windows-1252; bytes that it leaves unassigned become control characters."""
    return codecs.charmap_decode(data, "strict", _CP1252)[0]


def decode(data: bytes, label: str | None = None) -> str:
    """The text of `data`. `label` is the charset it claims to be in, which is believed where it can be.

    Without one, or with one that is unknown or does not fit: byte order mark, UTF-8, UTF-16 without a mark, and last
    Windows-1252, byte by byte where UTF-8 text holds stray bytes of it.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _text(data[len(mark) :], name)
    name = codec(label)
    if name is not None and name != "utf-8":
        if name in _WESTERN:
            # ASCII and Latin-1 are often claimed for UTF-8; text with high bytes that is valid UTF-8 is UTF-8.
            if not data.isascii():
                try:
                    return data.decode("utf-8")
                except UnicodeDecodeError:
                    return windows_1252(data)
            return data.decode("ascii")
        try:
            return data.decode(name)
        except (LookupError, UnicodeError, ValueError):
            pass
    if name is None and (guess := _wide(data)):
        return _text(data, guess)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _repaired(data)


def clean(text: str) -> str:
    """`text` with `\\n` line ends, without NULs, other control characters and halves of surrogate pairs."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROL_OR_SURROGATE.search(text):
        text = _SURROGATES.sub("\ufffd", text.translate(_CONTROLS))
    return text


def _text(data: bytes, name: str) -> str:
    return data.decode(name, "replace")


def _wide(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: Western text has a NUL in every second byte."""
    head = data[:2000]
    if len(head) < 8 or b"\0" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _repaired(data: bytes) -> str:
    """UTF-8 in which bytes that do not fit are read as Windows-1252; all of it, where that is most of the text."""
    pieces: list[str] = []
    at = 0
    for _ in range(_MOST_REPAIRS):
        try:
            pieces.append(str(memoryview(data)[at : at + 65_536], "utf-8"))
        except UnicodeDecodeError as e:
            pieces.append(str(memoryview(data)[at : at + e.start], "utf-8"))
            if e.start + 4 > 65_536:  # perhaps a sequence cut by the window's end
                at += e.start
                continue
            pieces.append(windows_1252(data[at + e.start : at + e.end]))
            at += e.end
        else:
            at += 65_536
            if at >= len(data):
                return "".join(pieces)
    return windows_1252(data)
