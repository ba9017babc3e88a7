"""Kill the unattended run at random points, and check that nothing is lost and nothing is there twice.

    python scripts/kill_test.py --kills 50 --seed 7

New letters come in before each run: mail, a mailbox file, a mail with two mails attached. Each run is a process of its
own, ended with SIGKILL (TerminateProcess on Windows): at a random moment of its time, or as soon as a random thing has
happened in its folder (so many records, a half-made sheet, a sheet, the finished records). Between two runs some files
are renamed or moved, as people do. After the last kill a run goes through, and every message must have one record in
the nights' files and one in the casebook.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import msgspec
import openpyxl
import psutil

from classifier.batch.state import State
from classifier.casebook import Casebook
from classifier.intake import read_export
from classifier.records import TriageRecord

SUBJECTS = ("benches", "lost umbrellas", "patrol boats", "stables", "lifts", "pianos", "canteen prices", "helmets")
SIGNS = ("records", ".triage.xlsx.partial", "triage.xlsx", "report.html", "triage.jsonl", "run.json", "time")


def letter(number: int) -> str:
    """A request as a mail. Written for this test."""
    about = SUBJECTS[number % len(SUBJECTS)]
    return (
        f"From: Writer {number} <w{number}@mail.example>\nTo: foi@wealdmere.police.example\n"
        f"Subject: About {about}, {number}\nDate: Tue, {1 + number % 28:02} Sep 2026 10:00:00 +0100\n"
        f"Message-ID: <{number}@mail.example>\n\nDear Sir or Madam\n\n1. How many {about} were bought in "
        f"{2000 + number}?\n2. What did they cost?\n\nWriter {number}\n"
    )


def add_letters(inbox: Path, start: int, chance: random.Random) -> int:
    """Put some new letters into the inbox; the number of the next."""
    several = chance.randint(1, 4)
    for number in range(start, start + several):
        way = chance.randrange(4)
        if way == 0:
            box = inbox / f"{number}.mbox"
            box.write_text(f"From x@mail.example Tue Sep  1 10:00:00 2026\n{letter(number)}\n", encoding="utf-8")
        elif way == 1:
            inner = "".join(
                f"--b\nContent-Type: message/rfc822\n\n{letter(10_000 + 10 * number + n)}\n" for n in range(2)
            )
            head = f"From: Clerk <clerk{number}@mail.example>\nSubject: Two letters, {number}\nMIME-Version: 1.0\n"
            text = f'{head}Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nPlease see both.\n{inner}--b--\n'
            (inbox / f"{number}.eml").write_text(text, encoding="utf-8")
        else:
            (inbox / f"{number}.eml").write_text(letter(number), encoding="utf-8")
    return start + several


def move_letters(inbox: Path, chance: random.Random) -> int:
    """Rename some files or put them into another folder, the newest more often than not; how many."""
    there = sorted((p for p in inbox.rglob("*.*") if p.is_file()), key=lambda p: (p.stat().st_mtime_ns, p.name))
    chosen = {*chance.sample(there, min(2, len(there))), *(p for p in there[-6:] if chance.random() < 0.5)}
    for path in sorted(chosen):
        folder = inbox / chance.choice(("", "old", "a/b"))
        folder.mkdir(parents=True, exist_ok=True)
        path.rename(folder / f"m{chance.randrange(10**9)}{path.suffix}")
    return len(chosen)


def wanted(inbox: Path) -> Counter[str]:
    """The messages of the inbox by their ids."""
    return Counter(message.id for message in read_export([inbox]))


def happened(out: Path, sign: str, count: int) -> bool:
    """Whether a thing has happened in the newest night's folder."""
    newest = _newest(out)
    if not newest:
        return False
    if sign != "records":
        return (out / newest / sign).exists()
    partial = out / newest / "triage.jsonl.partial"
    return partial.exists() and partial.read_bytes().count(b"\n") >= count


def kill_one(config: Path, out: Path, chance: random.Random, full: float) -> str:
    """Start a run and kill it; at what sign, "" where it was done before."""
    sign = chance.choice(SIGNS)
    # A finished night has all its files: there the sign must come from a night that this run began or went on with.
    seen = {p.name for p in out.glob("20*") if (p / "run.json").exists()}
    count, moment, jitter = chance.randint(1, 4), chance.uniform(0, full), chance.uniform(0, 0.02)
    process = subprocess.Popen(
        [sys.executable, "-m", "classifier.cli", "batch", str(config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    started = time.monotonic()
    while process.poll() is None:
        if time.monotonic() - started > 300:
            process.kill()
            raise SystemExit("a run did not end in 300 s")
        due = time.monotonic() - started >= moment if sign == "time" else happened(out, sign, count)
        if due and (sign == "time" or _newest(out) not in seen):
            time.sleep(jitter)
            children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
            process.kill()
            process.wait()
            psutil.wait_procs(children, timeout=10)
            return sign
        time.sleep(0.002)
    if process.returncode != 0:
        assert process.stderr is not None
        raise SystemExit(f"a run ended with {process.returncode}: {process.stderr.read().decode()}")
    return ""


def _newest(out: Path) -> str:
    """The last night of a day: 2026-02-10-10 comes after 2026-02-10-9."""
    names = (p.name for p in out.glob("20*") if p.is_dir())
    return max(names, key=lambda name: [int(part) for part in name.split("-")], default="")


def go_through(config: Path) -> None:
    """A run that nobody kills; it must end well at once, whatever the killed ones left."""
    done = subprocess.run(
        [sys.executable, "-m", "classifier.cli", "batch", str(config)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"the last run ended with {done.returncode}: {done.stderr}")


def check(inbox: Path, out: Path) -> dict[str, int]:
    """Compare what came in with what there is; raises SystemExit where they differ."""
    want = wanted(inbox)
    written: Counter[str] = Counter()
    rows = 0
    for night in sorted(p for p in out.glob("20*") if p.is_dir()):
        left = sorted(p.name for p in night.iterdir())
        whole = ["digest.eml", "digest.html", "report.html", "run.json", "triage.jsonl", "triage.xlsx"]
        if [name for name in left if name not in whole] or not {"run.json", "triage.jsonl", "triage.xlsx"} <= set(left):
            raise SystemExit(f"{night.name}: {left}")
        lines = (night / "triage.jsonl").read_bytes().splitlines()
        written.update(msgspec.json.decode(line, type=TriageRecord).id for line in lines)
        if json.loads((night / "run.json").read_text(encoding="utf-8"))["read"] != len(lines):
            raise SystemExit(f"{night.name}: run.json does not count {len(lines)} messages")
        book = openpyxl.load_workbook(night / "triage.xlsx", read_only=True)
        rows += sum(1 for row in book.worksheets[0].iter_rows(min_row=2, values_only=True) if any(row))
        book.close()
    with Casebook.open(str(out / "casebook.sqlite")) as casebook:
        kept = Counter(read.record.id for read in casebook.latest())
        runs = Counter(r.id for n in range(1, 1_000) for r in casebook.records(n))
    if written != want or kept != want or runs != want:
        raise SystemExit(
            f"lost {len(want - written)}, twice {len(written - want)}; in the casebook lost {len(want - kept)}, "
            f"twice {len(runs - want)}"
        )
    if rows < len(want):
        raise SystemExit(f"{len(want)} messages, but {rows} rows in the sheets")
    with State(out) as state:
        if state.open_night() is not None:
            raise SystemExit("a night is still open")
        return {"messages": want.total(), "contents": state.count()}


def main() -> None:
    """Kill so many runs, then check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    chance = random.Random(given.seed)  # noqa: S311 - no secret
    folder = Path(tempfile.mkdtemp(prefix="foi-kill-"))
    inbox, out, config = folder / "inbox", folder / "nights", folder / "batch.toml"
    inbox.mkdir()
    config.write_text('out = "nights"\ninputs = ["inbox"]\nsettle_seconds = 0\n', encoding="utf-8")
    next_letter = add_letters(inbox, 1, chance)
    began = time.monotonic()
    go_through(config)
    full = time.monotonic() - began
    killed: Counter[str] = Counter()
    finished = moved = 0
    while killed.total() < given.kills:
        next_letter = add_letters(inbox, next_letter, chance)
        sign = kill_one(config, out, chance, full)
        killed.update([sign] if sign else [])
        finished += not sign
        moved += move_letters(inbox, chance)
        print(f"{killed.total()} {sign or 'done before'}", file=sys.stderr, flush=True)
    go_through(config)
    found = check(inbox, out)
    # Nothing came in since: another run must find nothing new.
    before = sorted(p.name for p in out.glob("20*"))
    go_through(config)
    if sorted(p.name for p in out.glob("20*")) != before:
        raise SystemExit("a run without new letters made a night")
    shutil.rmtree(folder, ignore_errors=True)
    signs = ", ".join(f"{sign} {n}" for sign, n in killed.most_common())
    print(
        f"{killed.total()} kills ({signs}), {finished} runs done before their kill, {moved} files moved, "
        f"{found['messages']} messages from {found['contents']} contents, every one once, "
        f"{time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
