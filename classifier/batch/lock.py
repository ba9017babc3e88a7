"""One run at a time: a lock that the operating system holds, and lets go when the process ends, however it ends."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from classifier.errors import Busy, DiskFull

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

NAME = "batch.lock"


@contextmanager
def only_one(folder: Path) -> Generator[None]:
    """Hold the lock of `folder` (flock, or LockFile on Windows). Raises Busy at once where another run holds it.

    The file stays behind and means nothing: only a living process holds the lock. The folder should be on a disk of
    this machine, as some network file systems keep locks for one machine only.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / NAME, timeout=0)
        with lock:
            yield
    except Timeout as e:
        raise Busy(f"{folder}: another unattended run is at work here. This one did nothing.") from e
    except OSError as e:
        from classifier.run import is_full

        if is_full(e):
            raise DiskFull(f"{folder}: the disk is full. Make room and start again.") from e
        raise
