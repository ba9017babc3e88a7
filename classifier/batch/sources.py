"""What is new: every item of every source whose content no run has read yet.

A source that fails (a share that is not there, a server that refuses) is noted and the others are read. Contents are
read whole to know them, and what was hashed is what is parsed.
"""

from __future__ import annotations

import time
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from classifier.batch.config import mailbox
from classifier.batch.state import digest
from classifier.errors import FoiTriageError, InputMissing
from classifier.intake.items import walk
from classifier.records import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from classifier.batch.config import BatchConfig, Imap
    from classifier.batch.state import Night, State
    from classifier.intake import Limits, RawItem
    from classifier.journal import Journal

_CARRIED = 8 * 1024 * 1024
"""Bytes up to which a file's content travels with its item; a bigger one is read again where it is parsed."""


class Failure(NamedTuple):
    """A source that could not be read to its end: its name in the configuration, a code, words for a person."""

    source: str
    code: str
    detail: str


class _Origin(NamedTuple):
    content: str
    mail: tuple[str, int, int] | None


class New:
    """The feed of an unattended run (`run.Feed`). `failures`, `known` and `waiting` tell what it met on the way."""

    def __init__(self, config: BatchConfig, state: State, limits: Limits, stopping: Callable[[], bool]) -> None:
        self.failures: list[Failure] = []
        self.known = 0
        self.waiting = 0
        self.night: Night | None = None
        self._config = config
        self._state = state
        self._limits = limits
        self._stopping = stopping
        self._origins: dict[int, _Origin] = {}  # by the item's identity: two members of an archive can share a name
        self._in_hand: set[str] = set()
        self._started = time.time()
        self._found = self._search()
        self._first: list[RawItem] = []

    @property
    def names(self) -> list[str]:
        """The night, as the casebook calls this run."""
        return [f"night {self.night.name}"] if self.night else []

    def any(self) -> bool:
        """Whether there is anything new. Draws one item, which `items` gives first."""
        if not self._first:
            self._first = [item for item in (next(self._found, None),) if item is not None]
        return bool(self._first)

    def items(self) -> Iterator[RawItem]:
        """The new items, each content once; ends early where the run is to stop."""
        first, self._first = self._first, []
        return chain(first, self._found)

    def done(self, item: RawItem, journal: Journal) -> None:
        """All records of an item are kept: from now on its content is known."""
        origin = self._origins.pop(id(item))
        journal.sync()
        self._state.note(self.night, origin.content, origin.mail)
        self._in_hand.discard(origin.content)

    def _search(self) -> Iterator[RawItem]:
        for n, name in enumerate(self._config.inputs):
            yield from self._guarded(f"inputs[{n}]", self._from_path(Path(name)))
        for n, box in enumerate(self._config.imap):
            yield from self._guarded(f"imap[{n}]", self._from_mailbox(n + 1, box))

    def _guarded(self, source: str, items: Iterator[RawItem]) -> Iterator[RawItem]:
        try:
            yield from items
        except FoiTriageError as e:
            self.failures.append(Failure(source, e.code, str(e)))
        except OSError as e:
            self.failures.append(Failure(source, "source-failed", f"{source}: cannot be read: {e.strerror or e}"))

    def _from_path(self, path: Path) -> Iterator[RawItem]:
        if not path.exists():
            raise InputMissing(f"{path}: there is no such file or folder. Is its disk or share connected?")
        for item in walk([path], self._limits, skip=self._unsettled):
            if self._stopping():
                return
            fresh = self._fresh(item, None)
            if fresh is not None:
                yield fresh

    def _from_mailbox(self, number: int, box: Imap) -> Iterator[RawItem]:
        from classifier.intake.imap import ImapFolder

        opened = mailbox(number, box)
        # The name may change place in the configuration; what a server's numbers belong to does not.
        place = f"{box.user}@{box.host}:{box.port}/{box.folder}"

        def known(validity: int, uid: int) -> bool:
            found = self._state.knows_mail(place, validity, uid)
            self.known += found
            return found

        with ImapFolder(opened, self._limits) as folder:
            for fetched in folder.fetch(known, self._stopping):
                fresh = self._fresh(fetched.item, (place, fetched.validity, fetched.uid))
                if fresh is not None:
                    yield fresh

    def _fresh(self, item: RawItem, mail: tuple[str, int, int] | None) -> RawItem | None:
        """The item with its bytes, or None where its content is known."""
        data = b""
        if item.problem is None:
            try:
                data = item.read(self._limits.message_bytes + 1)
            except OSError as e:
                problem = Problem(code="unreadable", part=item.source, detail=f"cannot be read: {e.strerror or e}")
                item = msgspec.structs.replace(item, problem=problem, path="", data=None)
        content = digest(item, data)
        if self._state.knows(content):
            self.known += 1
            if mail is not None:
                self._state.note(None, content, mail)
            return None
        if content in self._in_hand:
            self.known += 1
            return None
        # A copy in any case: what is told done is told by its identity.
        item = msgspec.structs.replace(item, source=self._state.take_in_hand(content, item.source))
        if item.problem is None and item.data is None and len(data) <= _CARRIED:
            item = msgspec.structs.replace(item, data=data, path="", offset=0, length=None)
        self._in_hand.add(content)
        self._origins[id(item)] = _Origin(content, mail)
        return item

    def _unsettled(self, path: Path) -> bool:
        """Whether a file was changed so lately that somebody may still be writing it."""
        if not self._config.settle_seconds:
            return False
        try:
            age = self._started - path.stat().st_mtime
        except OSError:
            return False
        waits = 0 <= age < self._config.settle_seconds
        self.waiting += waits
        return waits
