"""The unattended run: what is new, once, whatever it is called; one at a time; stopped cleanly; sources that fail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import letter, nights, put, subjects  # pyright: ignore[reportAttributeAccessIssue]

from classifier.batch.job import run_batch
from classifier.batch.lock import only_one
from classifier.errors import Busy, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from classifier.batch.config import BatchConfig

ROOT = Path(__file__).resolve().parents[2]


def test_each_run_reads_what_is_new_and_nothing_else(
    inbox: Path, configure: Callable[..., BatchConfig], expect: Callable[[BatchConfig, int], None]
) -> None:
    config = configure()
    first = run_batch(config)
    assert first.summary is not None
    assert (first.summary.read, first.failures) == (3, ())
    again = run_batch(config)
    assert (again.night, again.summary) == ("", None)
    put(inbox, 4)
    second = run_batch(config)
    assert second.summary is not None
    assert second.summary.read == 1
    assert second.night == f"{first.night}-2"
    assert list(nights(config)) == [first.night, second.night]
    expect(config, 4)


def test_a_content_counts_not_its_name_its_time_or_its_place(
    inbox: Path, configure: Callable[..., BatchConfig], expect: Callable[[BatchConfig, int], None]
) -> None:
    config = configure()
    run_batch(config)
    (inbox / "1.eml").rename(inbox / "moved.eml")
    (inbox / "sub").mkdir()
    put(inbox / "sub", 2)
    # The same mail from other programs: other line ends, a mailbox file, one more empty line.
    (inbox / "3-crlf.eml").write_bytes(letter(3).replace("\n", "\r\n").encode())
    (inbox / "box.mbox").write_text(f"From x Tue Sep  1 10:00:00 2026\n{letter(1)}\n", encoding="utf-8")
    for path in inbox.rglob("*.*"):
        os.utime(path, (1, 1))
    assert run_batch(config).summary is None
    # The same name and time with other words is another letter.
    put(inbox, 4, name="2.eml")
    os.utime(inbox / "2.eml", (1, 1))
    done = run_batch(config)
    assert done.summary is not None
    assert done.summary.read == 1
    expect(config, 4)


def test_two_copies_that_come_together_are_read_once(inbox: Path, configure: Callable[..., BatchConfig]) -> None:
    put(inbox, 2, name="copy.eml")
    config = configure()
    run_batch(config)
    assert subjects(config)["Lanterns 2"] == 1


def test_a_later_run_knows_earlier_letters_by_the_casebook(inbox: Path, configure: Callable[..., BatchConfig]) -> None:
    config = configure()
    run_batch(config)
    text = letter(9).replace("Lanterns 9", "RE: Lanterns 1").replace("\n\n", "\nIn-Reply-To: <1@mail.example>\n\n", 1)
    (inbox / "9.eml").write_text(text, encoding="utf-8")
    os.utime(inbox / "9.eml", (1, 1))
    done = run_batch(config)
    first = next(r for r in nights(config)[done.night.removesuffix("-2")] if r.subject == "Lanterns 1")
    (record,) = nights(config)[done.night]
    assert first.id in [r.id for r in record.related if r.relation == "thread"]


def test_worker_processes_read_each_letter_once_too(
    inbox: Path, configure: Callable[..., BatchConfig], expect: Callable[[BatchConfig, int], None]
) -> None:
    for number in range(4, 13):
        put(inbox, number)
    config = configure("workers = 2")
    run_batch(config)
    expect(config, 12)
    assert run_batch(config).summary is None


def test_a_file_that_has_just_changed_waits_for_the_next_run(
    inbox: Path, configure: Callable[..., BatchConfig]
) -> None:
    (inbox / "4.eml").write_text(letter(4)[:150], encoding="utf-8")  # half of it has been copied
    config = configure()
    run_batch(config)
    assert "Lanterns 4" not in subjects(config)
    put(inbox, 4)
    run_batch(config)
    assert subjects(config)["Lanterns 4"] == 1


def test_an_unreadable_file_is_told_once_and_read_when_it_can_be(
    inbox: Path, configure: Callable[..., BatchConfig]
) -> None:
    (inbox / "5.eml").write_bytes(b"")
    config = configure("settle_seconds = 0")
    first = run_batch(config)
    assert first.summary is not None
    assert (first.summary.read, first.summary.set_aside, first.summary.problems) == (4, 1, {"empty": 1})
    assert run_batch(config).summary is None
    put(inbox, 5)
    again = run_batch(config)
    assert again.summary is not None
    assert (again.summary.read, again.summary.set_aside) == (1, 0)


def test_a_source_that_is_gone_is_told_and_the_others_are_read(
    inbox: Path, configure: Callable[..., BatchConfig], expect: Callable[[BatchConfig, int], None]
) -> None:
    config = configure(inputs='["share", "inbox"]')
    done = run_batch(config)
    assert [(f.source, f.code) for f in done.failures] == [("inputs[0]", "input-missing")]
    expect(config, 3)
    assert "share" in (config.folder / "digest.html").read_text(encoding="utf-8")
    (inbox.parent / "share").mkdir()
    assert run_batch(config).failures == ()


def test_an_empty_inbox_is_a_quiet_night(inbox: Path, configure: Callable[..., BatchConfig]) -> None:
    for path in inbox.iterdir():
        path.unlink()
    config = configure()
    assert run_batch(config).summary is None
    assert "0 new" in (config.folder / "digest.html").read_text(encoding="utf-8")


def test_a_second_run_at_the_same_time_does_nothing(inbox: Path, configure: Callable[..., BatchConfig]) -> None:
    config = configure()
    with only_one(config.folder), pytest.raises(Busy, match="another"):
        run_batch(config)
    assert nights(config) == {}
    assert not (config.folder / "health.json").exists()
    assert run_batch(config).summary is not None


def test_a_process_that_is_killed_leaves_no_lock(tmp_path: Path) -> None:
    code = (
        "import sys, time, subprocess\nfrom pathlib import Path\nfrom classifier.batch.lock import only_one\n"
        "with only_one(Path(sys.argv[1])):\n"
        # A process that it started, and that lives on, must not hold it either.
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(20)'])\n"
        "    print(child.pid, flush=True)\n    time.sleep(60)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT, text=True)
    assert holder.stdout is not None
    child = int(holder.stdout.readline())
    try:
        with pytest.raises(Busy), only_one(tmp_path):
            pass
        holder.kill()
        holder.wait()
        with only_one(tmp_path):
            pass
    finally:
        holder.kill()
        os.kill(child, signal.SIGTERM)
        holder.stdout.close()


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_stop_signal_ends_the_run_after_the_letter_in_hand(
    at: int, inbox: Path, configure: Callable[..., BatchConfig], expect: Callable[[BatchConfig, int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from classifier.batch import job

    config = configure()

    def progress(_: object, done: int) -> None:
        if done == at:
            signal.raise_signal(signal.SIGTERM)

    with monkeypatch.context() as patch:
        patch.setattr(job._Batch, "_progress", progress)  # pyright: ignore[reportPrivateUsage]
        with pytest.raises(Stopped):
            run_batch(config)
    (night,) = [p for p in config.folder.iterdir() if p.name.startswith("20")]
    assert (night / "triage.jsonl.partial").read_bytes().count(b"\n") == at
    assert "NOT FINISHED" in (config.folder / "digest.html").read_text(encoding="utf-8")
    put(inbox, 4)
    done = run_batch(config)
    assert done.night == night.name
    expect(config, 4)


def test_sigterm_and_ctrl_break_end_the_command_with_3(inbox: Path, configure: Callable[..., BatchConfig]) -> None:
    for number in range(4, 400):
        put(inbox, number)
    config = configure()
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    running = subprocess.Popen(
        [sys.executable, "-m", "classifier.cli", "batch", str(inbox.parent / "batch.toml")],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=ROOT, text=True, creationflags=flags,
    )  # fmt: skip
    until = time.monotonic() + 60
    while not list(config.folder.glob("*/*.partial")) and time.monotonic() < until:
        time.sleep(0.02)
    running.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))
    _, said = running.communicate(timeout=60)
    assert running.returncode == 3, said
    assert "Traceback" not in said
    (partial,) = config.folder.glob("*/triage.jsonl.partial")
    assert partial.read_bytes().endswith(b"\n")
