"""Outlook data files (.pst, .ost): their messages one after the other, read by libpff in a process of its own.

The library is C code that parses what strangers sent: it runs apart, with a memory limit and a time for each message,
and where it dies or hangs over one message, that message costs a problem and reading goes on behind it. It is an
optional extra (`foi-triage[pst]`, LGPL). The file is only read.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from classifier.errors import Crashed, ExtraMissing, ReadError, TimedOut
from classifier.intake.wire import PstItem
from classifier.intake.worker import receive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from classifier.intake.limits import Limits

MEDIA_TYPE: Final = "application/vnd.ms-outlook-pst"
MARK: Final = b"!BDN"
_AHEAD: Final = 2  # messages that may wait between the reader and this process


def claims(head: bytes, name: str) -> int:
    """How surely a file that begins with `head` is an Outlook data file, 0 to 100."""
    return 95 if head.startswith(MARK) else 0


def messages(path: Path, limits: Limits) -> Iterator[PstItem]:
    """The messages of a data file as internet mail, folder by folder; those that cannot be read carry a code and words.

    Contacts, appointments, tasks and notes are no letters and are passed over. The same file gives the same bytes.
    Holds a few messages at a time. Never raises for a bad file.
    """
    if importlib.util.find_spec("pypff") is None:
        detail = "Outlook data files need an extra: pip install 'foi-triage[pst]'; or export the folder as .msg files"
        yield PstItem(place=0, code=ExtraMissing.code, detail=detail)
        return
    start, deaths = 0, 0
    while True:
        with _Reader(path, start, limits) as reader:
            for item in reader.items():
                if item.ended:
                    return
                start = item.place + 1
                yield item
            code, detail = reader.failure()
        if not reader.opened:
            yield PstItem(place=start, code=code, detail=f"the file cannot be opened: {detail}")
            return
        deaths += 1
        if deaths > limits.pst_deaths:
            detail = f"given up: the reader failed {deaths} times, and what follows in the file was not read"
            yield PstItem(place=start, code=code, detail=detail)
            return
        yield PstItem(place=start, code=code, detail=detail)
        start += 1


class _Reader:
    """One reading process over one file, from one message on."""

    def __init__(self, path: Path, start: int, limits: Limits) -> None:
        root = str(Path(__file__).resolve().parents[2])
        search = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        self.opened = False
        self._limits = limits
        self._late = False
        self._frames: queue.Queue[bytes | None] = queue.Queue(maxsize=_AHEAD)
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "classifier.intake.pst_worker", str(path.resolve()), str(start)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": search},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(msgspec.msgpack.encode(limits))
            self._process.stdin.close()
        self._closing = threading.Event()
        threading.Thread(target=self._pump, daemon=True).start()

    def _pump(self) -> None:
        """Take frames from the pipe, no more than a few ahead."""
        assert self._process.stdout is not None
        frame: bytes | None = b""
        while frame is not None and not self._closing.is_set():
            try:
                frame = receive(self._process.stdout)
            except (OSError, ValueError):
                frame = None
            while not self._closing.is_set():
                with contextlib.suppress(queue.Full):
                    self._frames.put(frame, timeout=0.2)
                    break

    def items(self) -> Iterator[PstItem]:
        """What the reader sends, until it ends, dies or takes too long."""
        patience = self._limits.child_start_seconds + self._limits.child_seconds
        while True:
            try:
                frame = self._frames.get(timeout=patience)
            except queue.Empty:
                self._late = True
                return
            if frame is None:
                return
            patience = self._limits.child_seconds
            try:
                item = msgspec.msgpack.decode(frame, type=PstItem)
            except msgspec.MsgspecError:
                return
            if item.opened:
                self.opened = True
                continue
            yield item
            if item.ended:
                return

    def failure(self) -> tuple[str, str]:
        """Why it ended before its end: a code and words."""
        if self._late:
            return TimedOut.code, f"reading it took more than {self._limits.child_seconds:g} s"
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(self._limits.child_grace)
        status = self._process.poll()
        if status == UNREADABLE:
            return ReadError.code, "the file is damaged, or no Outlook data file"
        return Crashed.code, f"the reader died of it (status {status})"

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            with contextlib.suppress(OSError, ValueError):
                self._process.stdout.close()


UNREADABLE: Final = 70
"""Exit status of a reader whose library refused the file."""
