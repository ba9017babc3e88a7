"""Hands documents to a reading process, so that a hostile one costs one file and not the run.

One process a worker, started at the first document and kept; it is killed, with whatever it started, when a document
takes too long or too much memory, and the next document gets a fresh one. A plain subprocess and not `multiprocessing`:
it can be started from joblib's workers and on Windows, and never runs the caller's main module again.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from classifier.errors import Crashed, OutOfMemory, ReadError, TimedOut, TooLarge
from classifier.intake.wire import Extract, Outcome, Task
from classifier.intake.worker import receive, send

if TYPE_CHECKING:
    from typing import Literal

    from classifier.intake.limits import Limits

_CODES: Final = frozenset(kind.code for kind in (ReadError, *ReadError.__subclasses__()))
_POLL: Final = 0.1  # seconds between two looks at the memory of a busy reader
_SPARE: Final = 256 * 1024 * 1024  # address space that is reserved and never used counts for RLIMIT_AS only


class Child:
    """One reading process and its pipe. Safe to use from several threads: one document at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._memory = 0
        self._lock = threading.Lock()
        self._owner = os.getpid()

    @property
    def pid(self) -> int | None:
        """The process id of the reader, None where none is running."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def read(self, kind: Literal["pdf", "docx", "msg"], data: bytes, limits: Limits) -> Outcome:
        """What `data` holds. Never raises: a reader that hangs, grows or dies gives an outcome with its code."""
        if len(data) > limits.document_bytes:
            return Outcome(code=TooLarge.code, detail=f"{len(data)} bytes are more than {limits.document_bytes}")
        with self._lock:
            return self._read(Task(kind=kind, data=data, limits=limits))

    def _read(self, task: Task) -> Outcome:
        limits = task.limits
        try:
            process = self._started(limits)
        except OSError as e:
            return Outcome(code=Crashed.code, detail=f"the reading process cannot be started: {e}")
        answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        threading.Thread(target=_exchange, args=(process, msgspec.msgpack.encode(task), answers), daemon=True).start()
        deadline = time.monotonic() + limits.child_seconds
        while True:
            try:
                answer = answers.get(timeout=_POLL)
            except queue.Empty:
                if time.monotonic() > deadline:
                    self._kill(limits.child_grace)
                    return Outcome(code=TimedOut.code, detail=f"reading it took more than {limits.child_seconds:g} s")
                if _memory(process.pid) > limits.child_bytes:
                    self._kill(limits.child_grace)
                    return Outcome(code=OutOfMemory.code, detail="reading it needs more memory than it may have")
                continue
            if answer is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(limits.child_grace)
                status = process.poll()
                self._kill(limits.child_grace)
                return Outcome(code=Crashed.code, detail=f"the reader died of it (status {status})")
            try:
                outcome = msgspec.msgpack.decode(answer, type=Outcome)
                if outcome.extract is None and outcome.code not in _CODES:
                    raise msgspec.ValidationError("neither text nor a known problem")
                return outcome
            except msgspec.MsgspecError as e:
                self._kill(limits.child_grace)
                return Outcome(code=Crashed.code, detail=f"the reader gave a damaged answer: {e}")

    def _started(self, limits: Limits) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():  # a fork of the process that started it
            self._process, self._owner = None, os.getpid()
        if self._process is not None and self._process.poll() is None and self._memory == limits.child_bytes:
            return self._process
        self._kill(limits.child_grace)
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "classifier.intake.worker", str(limits.child_bytes + _SPARE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._process, self._memory = process, limits.child_bytes
        ready: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        threading.Thread(target=_exchange, args=(process, None, ready), daemon=True).start()
        try:
            greeting = ready.get(timeout=limits.child_start_seconds)
        except queue.Empty:
            greeting = None
        if greeting is None:
            self._kill(limits.child_grace)
            raise OSError(f"it gave no answer (status {process.poll()})")
        return process

    def _kill(self, grace: float) -> None:
        """End the reader and everything it started: ask first, then insist."""
        process, self._process = self._process, None
        if process is None:
            return
        import psutil

        family: list[psutil.Process] = []
        with contextlib.suppress(psutil.Error):
            root = psutil.Process(process.pid)
            family = [*root.children(recursive=True), root]
        for member in family:
            with contextlib.suppress(psutil.Error):
                member.terminate()
        _, stubborn = psutil.wait_procs(family, timeout=grace)
        for member in stubborn:
            with contextlib.suppress(psutil.Error):
                member.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def close(self) -> None:
        """End the reader. It ends by itself, too, when this process does and its input closes."""
        if self._process is not None and self._owner == os.getpid():
            self._kill(0.5)


def _exchange(process: subprocess.Popen[bytes], frame: bytes | None, answers: queue.SimpleQueue[bytes | None]) -> None:
    """Send `frame` and wait for the answer, on a thread of its own because either can block for ever."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if frame is not None:
            send(process.stdin, frame)
        answers.put(receive(process.stdout))
    except (OSError, ValueError):  # the pipe broke, or was closed by a kill
        answers.put(None)


def _memory(pid: int) -> int:
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


_CHILD: Final = Child()
atexit.register(_CHILD.close)


def read(kind: Literal["pdf", "docx", "msg"], data: bytes, limits: Limits) -> Outcome:
    """What `data` holds, by this process's own reading process, which is started where none is running."""
    return _CHILD.read(kind, data, limits)


def running() -> int | None:
    """The process id of the reading process, None where none was needed yet."""
    return _CHILD.pid


__all__ = ["Child", "Extract", "Outcome", "read", "running"]
