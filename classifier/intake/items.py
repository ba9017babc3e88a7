"""An export as a stream of items: one a message or document, cheap to make, ready to be handed to a worker.

An item names its bytes where a worker can fetch them itself (a file, a stretch of a mailbox) and carries them where it
cannot (a member of an archive). The order is stable: paths as given, folders by name, mailboxes and archives from their
beginning. Nothing found is passed over in silence: what cannot be an input (a link, a device, a file that may not be
read) becomes an item with a problem.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from classifier.errors import InputMissing, Irregular, ReadError, TooDeep, TooLarge
from classifier.intake import archive, formats, mbox, pst
from classifier.intake.limits import DEFAULT, Limits
from classifier.records import Problem, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# What file managers leave in folders.
_CLUTTER: Final = frozenset(["thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db", ".directory"])
_CLUTTER_FOLDERS: Final = frozenset(["__macosx", ".git", ".svn", "$recycle.bin"])
_MAILDIR: Final = ("cur", "new", "tmp")
_SUFFIXES: Final = tuple(suffix for f in formats.FORMATS for suffix in f.suffixes)


class RawItem(Value, frozen=True):
    """A message or document of an export, not yet read.

    `source` is the path as given with `#part` after it; `name` the file's own name. The bytes are `data`, or in the
    file at `path` the `length` bytes from `offset` (None: to its end). `mbox`: they are a stretch of a mailbox.
    An item with a `problem` has no bytes.
    """

    source: str
    name: str
    path: str = ""
    offset: int = 0
    length: int | None = None
    data: bytes | None = None
    mbox: bool = False
    problem: Problem | None = None

    def read(self, most: int) -> bytes:
        """At most `most` of the item's bytes. Raises OSError where its file has gone."""
        if self.data is not None:
            return self.data[:most]
        with open(self.path, "rb") as f:  # noqa: PTH123 - a path as the user gave it
            f.seek(self.offset)
            return f.read(most if self.length is None else min(most, self.length))


def find_items(paths: Sequence[Path], limits: Limits = DEFAULT) -> Iterator[RawItem]:
    """The items of an export, in a stable order; memory does not grow with it.

    Raises InputMissing, before the first item, where a path does not exist or a folder holds nothing that could be a
    letter.
    """
    for path in paths:
        if not path.exists():
            raise InputMissing(f"{path}: there is no such file or folder.")
        if path.is_dir() and not any(_could_be_letter(entry) for entry in _files(path, limits)):
            raise InputMissing(f"{path}: no letters in this folder. Wanted: {', '.join(_SUFFIXES)}.")
    if not paths:
        raise InputMissing("Name an inbox export: a file or a folder.")
    return walk(paths, limits)


def walk(
    paths: Sequence[Path], limits: Limits = DEFAULT, *, skip: Callable[[Path], bool] | None = None
) -> Iterator[RawItem]:
    """As `find_items`, but a path may hold nothing tonight; one that has gone gives an item with a problem.

    Files for which `skip` says so are left out.
    """
    for path in paths:
        if path.is_dir():
            for entry in _files(path, limits):
                if entry.problem is not None or skip is None or not skip(Path(entry.path)):
                    yield from _from_entry(entry, limits)
        elif skip is None or not skip(path):
            yield from _from_file(path, limits)


class _Entry(Value, frozen=True):
    """A file met on the way through a folder, or what is wrong with it."""

    path: str
    problem: Problem | None = None


def _files(folder: Path, limits: Limits) -> Iterator[_Entry]:
    """The files below `folder`, by name, depth first; links and devices come with a problem and are not followed."""
    stack: list[tuple[str, int, str]] = [(str(folder), 0, "folder")]
    while stack:
        here, depth, waited = stack.pop()
        if waited == "file":  # for its turn between the folders
            yield _Entry(path=here)
            continue
        try:
            with os.scandir(here) as entries:
                found = sorted(entries, key=lambda e: e.name)
        except OSError as e:
            yield _Entry(path=here, problem=_problem(ReadError.code, here, f"the folder cannot be read: {e.strerror}"))
            continue
        maildir = {e.name for e in found}.issuperset(_MAILDIR)
        waiting: list[tuple[str, int, str]] = []
        for entry in found:
            lowered = entry.name.lower()
            if lowered in _CLUTTER or lowered in _CLUTTER_FOLDERS or lowered.startswith("._"):
                continue
            if maildir and entry.name not in ("cur", "new") and not entry.name.startswith("."):
                continue  # messages on their way in, and the mail server's own files
            kind, detail = _kind(entry)
            if kind == "folder" and depth >= limits.folder_depth:
                detail = f"folders nested more than {limits.folder_depth} deep are not opened"
                yield _Entry(path=entry.path, problem=_problem(TooDeep.code, entry.path, detail))
            elif kind in ("folder", "file"):
                waiting.append((entry.path, depth + 1, kind))
            else:
                yield _Entry(path=entry.path, problem=_problem(Irregular.code, entry.path, detail))
        stack.extend(reversed(waiting))


def _kind(entry: os.DirEntry[str]) -> tuple[str, str]:
    """What a folder's entry is: "folder", "file" or "" with a reason why it is neither."""
    try:
        if entry.is_symlink():
            return "", "a link, which is not followed: name its target as an input"
        status = entry.stat(follow_symlinks=False)
    except OSError as e:
        return "", f"it cannot be looked at: {e.strerror}"
    if getattr(status, "st_reparse_tag", 0) == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1):
        return "", "a junction, which is not followed: name its target as an input"
    if stat.S_ISDIR(status.st_mode):
        return "folder", ""
    if stat.S_ISREG(status.st_mode):
        return "file", ""
    return "", "a device, pipe or socket, not a file"


def _problem(code: str, part: str, detail: str) -> Problem:
    return Problem(code=code, part=_shown(part), detail=detail)


def _shown(path: str) -> str:
    """A path as text that can be written anywhere: file names need not be valid Unicode."""
    return os.fsencode(path).decode("utf-8", "replace") if not path.isascii() else path


def _could_be_letter(entry: _Entry) -> bool:
    if entry.problem is not None:
        return False
    if entry.path.lower().endswith(_SUFFIXES):
        return True
    try:
        with open(entry.path, "rb") as f:  # noqa: PTH123
            return formats.sniff(f.read(formats.HEAD), entry.path) is not None
    except OSError:
        return False


def _from_entry(entry: _Entry, limits: Limits) -> Iterator[RawItem]:
    if entry.problem is not None:
        name = os.path.basename(entry.path)  # noqa: PTH119
        yield RawItem(source=_shown(entry.path), name=_shown(name), problem=entry.problem)
    else:
        yield from _from_file(Path(entry.path), limits)


def _from_file(path: Path, limits: Limits) -> Iterator[RawItem]:
    """The items of one file: many for a mailbox or an archive, else one."""
    source, name = _shown(str(path)), _shown(path.name)
    try:
        if not path.is_file():
            detail = "a device, pipe or socket, not a file"
            yield RawItem(source=source, name=name, problem=_problem(Irregular.code, source, detail))
            return
        with path.open("rb") as f:
            found = formats.sniff(f.read(formats.HEAD), path.name)
            f.seek(0)
            if found is not None and found.name == "mbox":
                for number, (offset, length) in enumerate(mbox.split(f), 1):
                    part = f"{source}#{number}"
                    yield RawItem(source=part, name=name, path=str(path), offset=offset, length=length, mbox=True)
                return
            if found is not None and found.name == "pst":
                yield from _from_pst(path, source, limits)
                return
            if found is not None and found.name == "zip":
                yield from _from_archive(f, source, limits, archive.Budget(limits), 1)
                return
    except OSError as e:
        if e.errno in archive.NO_ROOM:
            raise
        yield RawItem(
            source=source, name=name, problem=_problem(ReadError.code, source, f"cannot be read: {e.strerror}")
        )
        return
    yield RawItem(source=source, name=name, path=str(path))


def _from_pst(path: Path, source: str, limits: Limits) -> Iterator[RawItem]:
    """The messages of an Outlook data file, each under its folder and number."""
    empty = True
    for item in pst.messages(path, limits):
        empty = False
        part = f"{source}#{item.folder}/{item.place + 1}" if item.folder else f"{source}#{item.place + 1}"
        if item.code:
            yield RawItem(source=part, name="", problem=_problem(item.code, part, item.detail))
        else:
            yield RawItem(source=part, name="message.eml", data=item.data)
    if empty:
        yield RawItem(source=source, name="", problem=_problem("empty", source, "the data file holds no messages"))


def _from_archive(
    stream: IO[bytes], source: str, limits: Limits, budget: archive.Budget, depth: int
) -> Iterator[RawItem]:
    """The items of a zip. Members' names are labels only: nothing is ever written under them."""
    joint = "#" if depth == 1 else "/"
    empty = True
    for member in archive.members(stream, limits, budget):
        empty = False
        part = f"{source}{joint}{member.name}" if member.name else source
        name = member.name.rpartition("/")[2]
        if member.stream is None:
            yield RawItem(source=part, name=name, problem=_problem(member.code, part, member.detail))
            continue
        with member.stream as content:
            found = formats.sniff(content.read(formats.HEAD), name)
            size = content.seek(0, os.SEEK_END)
            content.seek(0)
            if found is not None and found.name == "mbox":
                for number, (offset, length) in enumerate(mbox.split(content), 1):
                    back = content.tell()
                    content.seek(offset)
                    data = content.read(min(length, limits.message_bytes + 1))  # the one more shows that it was cut
                    content.seek(back)
                    yield RawItem(source=f"{part}#{number}", name=name, data=data, mbox=True)
            elif found is not None and found.name == "zip":
                if depth >= limits.archive_depth:
                    detail = f"archives nested more than {limits.archive_depth} deep are not opened"
                    yield RawItem(source=part, name=name, problem=_problem(TooDeep.code, part, detail))
                else:
                    yield from _from_archive(content, part, limits, budget, depth + 1)
            elif size > limits.message_bytes:
                detail = f"{size} bytes are more than {limits.message_bytes}"
                yield RawItem(source=part, name=name, problem=_problem(TooLarge.code, part, detail))
            else:
                yield RawItem(source=part, name=name, data=content.read())
    if empty:
        yield RawItem(source=source, name="", problem=_problem("empty", source, "the archive holds no files"))
