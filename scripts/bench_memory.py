"""Memory of a run over generated mailboxes: does it grow with their length?

    python scripts/bench_memory.py [LETTERS ...]        (by default 2000 and 20000)

Letters of the corpus are dealt out with new dates and message ids; each run is a process of its own, and its highest
resident memory is read from the operating system.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent


def letters() -> list[dict[str, str]]:
    """The corpus's letters as plain data."""
    files = sorted((ROOT / "corpora" / "letters").glob("*.jsonl"))
    return [json.loads(line) for f in files for line in f.read_text(encoding="utf-8").splitlines()]


def write_mbox(path: Path, count: int) -> None:
    """`count` messages in mbox form; each differs from its source by a line, so that no two are the same bytes."""
    source, start = letters(), datetime(2024, 1, 1, 9, tzinfo=UTC)
    with path.open("wb") as out:
        for i in range(count):
            letter = source[i % len(source)]
            message = EmailMessage()
            message["From"], message["To"] = f"Writer {i} <writer{i}@mail.example>", "foi@thornshire.police.example"
            message["Subject"], message["Message-ID"] = letter["subject"] or "Request", f"<{i}@mail.example>"
            message["Date"] = format_datetime(start + timedelta(minutes=20 * i))
            message.set_content(f"{letter['text']}\n\nOur reference {i}\n")
            body = b"\n".join(b">" + x if x.startswith(b"From ") else x for x in bytes(message).splitlines())
            out.write(b"From writer@mail.example Mon Jan  1 09:00:00 2024\n" + body + b"\n\n")


def measure(count: int, workers: int) -> dict[str, float]:
    """Run over a mailbox of `count` letters; seconds and the highest resident memory of all its processes, in MB."""
    with tempfile.TemporaryDirectory() as scratch:
        box = Path(scratch) / "inbox.mbox"
        write_mbox(box, count)
        command = [
            sys.executable,
            "-m",
            "classifier.cli",
            "run",
            str(box),
            "--out",
            str(Path(scratch) / "out"),
            "--workers",
            str(workers),
        ]
        start, highest = time.perf_counter(), 0
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            watched = psutil.Process(process.pid)
            while process.poll() is None:
                try:
                    family = [watched, *watched.children(recursive=True)]
                    highest = max(highest, sum(p.memory_info().rss for p in family))
                except psutil.Error:
                    pass
                time.sleep(0.2)
        summary = json.loads((Path(scratch) / "out" / "run.json").read_text(encoding="utf-8"))
        if summary["read"] != count:
            sys.exit(f"{summary['read']} of {count} letters were read")
        return {"letters": count, "seconds": time.perf_counter() - start, "MB": highest / 2**20}


def main() -> None:
    """Print a table, a row a mailbox."""
    print("| letters | seconds | letters a second | highest memory, MB |\n|---|---|---|---|")
    for count in [int(x) for x in sys.argv[1:]] or [2000, 20000]:
        m = measure(count, workers=1)
        print(f"| {count} | {m['seconds']:.0f} | {count / m['seconds']:.0f} | {m['MB']:.0f} |", flush=True)


if __name__ == "__main__":
    main()
