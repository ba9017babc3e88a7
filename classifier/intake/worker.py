"""The reading process: takes one document after the other on its standard input and answers on its standard output.

Run as `python -m classifier.intake.worker MEMORY`. Each frame is four bytes of length (big endian) and a MessagePack
value of `wire`. Nothing else of the program runs here, and nothing here outlives a hostile document that breaks it:
`child` starts another.
"""

from __future__ import annotations

import os
import signal
import struct
import sys
from typing import IO, TYPE_CHECKING, Final

import msgspec

from classifier.errors import Crashed, OutOfMemory, ReadError
from classifier.intake.wire import Extract, Outcome, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from classifier.intake.limits import Limits

LENGTH: Final = struct.Struct(">I")
READY: Final = b"ready"


def main() -> None:
    """Serve tasks until standard input ends. Prints nothing: libraries that do are sent to standard error."""
    limit_memory(int(sys.argv[1]))
    for name in ("SIGINT", "SIGBREAK"):  # Ctrl-C and Ctrl-Break are the parent's to handle
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    send(sink, READY)
    while (frame := receive(source)) is not None:
        send(sink, msgspec.msgpack.encode(_answer(frame)))


def send(sink: IO[bytes], frame: bytes) -> None:
    """Write one frame."""
    sink.write(LENGTH.pack(len(frame)))
    sink.write(frame)
    sink.flush()


def receive(source: IO[bytes]) -> bytes | None:
    """Read one frame; None where the other end has closed."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(head)
    frame = source.read(size)
    return frame if len(frame) == size else None


def _answer(frame: bytes) -> Outcome:
    task = msgspec.msgpack.decode(frame, type=Task)
    _alarm(int(task.limits.child_seconds) + 5)
    try:
        return Outcome(extract=_reader(task.kind)(task.data, task.limits))
    except ReadError as e:
        return Outcome(code=e.code, detail=str(e))
    except MemoryError:
        return Outcome(code=OutOfMemory.code, detail="reading it needs more memory than it may have")
    except RecursionError:
        return Outcome(code=Crashed.code, detail="its parts are nested too deeply")
    except Exception as e:  # noqa: BLE001 - the libraries raise anything on damaged files; all of it is an answer
        return Outcome(code=ReadError.code, detail=f"the file is damaged ({type(e).__name__}: {str(e)[:200]})")
    finally:
        _alarm(0)


def _reader(kind: str) -> Callable[[bytes, Limits], Extract]:
    if kind == "pdf":
        from classifier.intake.pdf import read
    elif kind == "docx":
        from classifier.intake.docx import read
    else:
        from classifier.intake.msg import read
    return read


def _alarm(seconds: int) -> None:
    """Have the system end this process should it get stuck after its parent is gone (where the system can)."""
    if sys.platform != "win32":
        signal.alarm(seconds)


def limit_memory(limit: int) -> None:
    """Cap the address space, where the system has such a cap; elsewhere the parent watches."""
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


if __name__ == "__main__":
    main()
