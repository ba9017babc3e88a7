"""Zip archives: their members one after the other, within limits that hold whatever the archive claims.

Sizes are counted as bytes come out, not as the directory states them. Members go to a temporary file that has no name
once they are bigger than 8 MiB, never to a path that the archive chose.
"""

from __future__ import annotations

import errno
import lzma
import struct
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from classifier.errors import Encrypted, ReadError, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from classifier.intake.limits import Limits

MEDIA_TYPE: Final = "application/zip"
_CHUNK: Final = 1024 * 1024
_IN_MEMORY: Final = 8 * 1024 * 1024
_END_RECORD: Final = b"PK\x05\x06"
_END_RECORD_64: Final = b"PK\x06\x06"
NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)
"""Errors of a disk that is full, or of a user whose share of it is."""
_OFFICE: Final = (b"word/", b"xl/", b"ppt/", b"[Content_Types].xml", b"mimetypeapplication/")


class Budget:
    """How much may still be unpacked from a top-level archive and all archives inside it."""

    def __init__(self, limits: Limits) -> None:
        self.bytes = limits.archive_bytes
        self.members = limits.archive_members


@dataclass(slots=True)
class Member:
    """A member: its name as a label, and its bytes as a stream; `stream` is None where `code` says what is wrong."""

    name: str
    stream: IO[bytes] | None = None
    code: str = ""
    detail: str = ""


def claims(head: bytes, name: str) -> int:
    """How surely a file that begins with `head` is an archive of letters, 0 to 100. Office files are zips, too."""
    if head.startswith(_END_RECORD):
        return 60
    if not head.startswith(b"PK\x03\x04") or any(mark in head[:4096] for mark in _OFFICE):
        return 0
    return 60


def members(stream: IO[bytes], limits: Limits, budget: Budget) -> Iterator[Member]:
    """The files of an archive in the order of its directory. What is damaged comes as a member without a stream.

    Raises OSError where the disk has no room to unpack.
    """
    try:
        size = _directory_bytes(stream)
        if size > limits.archive_directory_bytes:
            yield Member("", None, TooLarge.code, f"its directory alone is {size} bytes long")
            return
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as e:
        yield Member("", None, ReadError.code, f"the archive is damaged: {e}")
        return
    with archive:
        for info in archive.infolist():
            name = _label(info.filename)
            # Not `is_dir`, which fails on a member without a name before Python 3.12.
            folder = info.filename.endswith("/")
            if folder or name.startswith("__MACOSX/") or name.rpartition("/")[2] in (".DS_Store", "Thumbs.db"):
                continue
            budget.members -= 1
            if budget.members < 0:
                yield Member("", None, TooLarge.code, f"only the first {limits.archive_members} files were read")
                return
            yield _member(archive, info, name, limits, budget)
            if budget.bytes <= 0:
                yield Member("", None, TooLarge.code, f"it unpacks to more than {limits.archive_bytes} bytes")
                return


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, limits: Limits, budget: Budget) -> Member:
    if info.flag_bits & 1:
        return Member(name, None, Encrypted.code, "the archive wants a password for it")
    most = max(limits.archive_ratio_from, info.compress_size * limits.archive_ratio)
    out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - handed to the caller, who closes it
    size = 0
    try:
        with archive.open(info) as packed:
            while block := packed.read(_CHUNK):
                size += len(block)
                budget.bytes -= len(block)
                if size > most or budget.bytes <= 0:
                    out.close()
                    detail = f"it unpacks to more than {limits.archive_ratio} times its size, as bombs do"
                    if budget.bytes <= 0:
                        detail = f"the archive unpacks to more than {limits.archive_bytes} bytes"
                    return Member(name, None, TooLarge.code, detail)
                out.write(block)
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        OSError,
        EOFError,
        RuntimeError,
        NotImplementedError,
        ValueError,
    ) as e:
        out.close()
        if isinstance(e, OSError) and e.errno in NO_ROOM:  # our disk's fault: the letter may be whole
            raise
        return Member(name, None, ReadError.code, f"its part of the archive is damaged: {e}")
    out.seek(0)
    return Member(name, out)


def _label(name: str) -> str:
    """A member's name without what could mislead: no drive, no root, no steps upwards, no control characters."""
    steps = [s for s in name.replace("\\", "/").split("/") if s not in ("", ".", "..")]
    return "".join(c if c.isprintable() else "?" for c in "/".join(steps))[:1_000] or "?"


def _directory_bytes(stream: IO[bytes]) -> int:
    """How long the archive says that its directory is; 0 where it does not say. Leaves the stream at its start."""
    end = stream.seek(0, 2)
    stream.seek(max(end - 66_000, 0))
    tail = stream.read()
    stream.seek(0)
    if (at := tail.rfind(_END_RECORD_64)) >= 0 and len(tail) >= at + 56:
        return int(struct.unpack_from("<Q", tail, at + 40)[0])
    if (at := tail.rfind(_END_RECORD)) >= 0 and len(tail) >= at + 22:
        return int(struct.unpack_from("<I", tail, at + 12)[0])
    return 0
