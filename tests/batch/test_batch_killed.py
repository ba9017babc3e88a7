"""Death at any point: before every single write of a run, and by the operating system at random moments."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import letter, nights, put  # pyright: ignore[reportAttributeAccessIssue]

from classifier.batch.job import run_batch
from classifier.batch.state import State
from classifier.casebook import Casebook
from classifier.errors import DiskFull
from classifier.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable

    from classifier.batch.config import BatchConfig

ROOT = Path(__file__).resolve().parents[2]
# Every kind of write of a run, and at which of its times death comes.
WRITES: list[tuple[type, str, int]] = [
    (State, "begin", 1), (Casebook, "begin", 1), (Casebook, "add", 1), (Casebook, "add", 2),
    (Journal, "add", 1), (Journal, "add", 2), (State, "note", 1), (State, "note", 2), (Journal, "close", 1),
    (Path, "replace", 3),
    (Path, "replace", 4), (Path, "replace", 5), (Casebook, "finish", 1), (Path, "write_text", 3), (State, "finish", 1),
    (Path, "write_text", 4), (Path, "replace", 7),
]  # fmt: skip


class _Death(BaseException):
    """Ends everything at once, as a kill does."""


def _die_before(number: int, patch: pytest.MonkeyPatch, error: Callable[[], BaseException]) -> list[bool]:
    """Raise before a write of WRITES, and before every one after it: the dead write nothing. True in the list: died."""
    fatal, fatal_name, at = WRITES[number]
    died: list[bool] = []
    met: list[bool] = []

    def guard(owner: type, name: str) -> None:
        whole = getattr(owner, name)

        def write(*args: Any, **kwargs: Any) -> Any:
            if (owner, name) == (fatal, fatal_name):
                met.append(True)
            if len(met) >= at:
                died.append(True)
                raise error()
            return whole(*args, **kwargs)

        patch.setattr(owner, name, write)

    for owner, name in {(owner, name) for owner, name, _ in WRITES}:
        guard(owner, name)
    return died


def _lives(inbox: Path, config: BatchConfig, error: Callable[[], BaseException]) -> tuple[int, int]:
    """A run for each kind of write, which dies before it; how many letters came in, and how many runs died."""
    letters, deaths = 3, 0
    for number in range(len(WRITES)):
        with pytest.MonkeyPatch.context() as patch:
            died = _die_before(number, patch, error)
            with contextlib.suppress(_Death, DiskFull):
                run_batch(config)
        deaths += bool(died)
        assert not [p for p in config.folder.rglob(".*.partial") if error().args]
        # Something new for each life, so that it has work beside what the last one left.
        letters += 1
        put(inbox, letters)
    return letters, deaths


def test_death_before_any_write_loses_nothing_and_doubles_nothing(
    inbox: Path, configure: Callable[..., BatchConfig], expect: Callable[[BatchConfig, int], None]
) -> None:
    config = configure()
    letters, deaths = _lives(inbox, config, _Death)
    assert deaths == len(WRITES)
    run_batch(config)
    expect(config, letters)
    with State(config.folder) as state:
        assert state.open_night() is None
    left = {p.name for p in config.folder.glob("20*/*")}
    assert left == {"triage.jsonl", "triage.xlsx", "report.html", "run.json", "digest.html", "digest.eml"}


def test_a_disk_that_fills_up_at_any_write_is_told_and_gone_on_from(
    inbox: Path, configure: Callable[..., BatchConfig], expect: Callable[[BatchConfig, int], None]
) -> None:
    config = configure()
    with pytest.MonkeyPatch.context() as patch:
        _die_before(5, patch, _full)
        with pytest.raises(DiskFull, match="Make room"):
            run_batch(config)
    letters, _ = _lives(inbox, config, _full)
    run_batch(config)
    expect(config, letters)


def _full() -> OSError:
    return OSError(errno.ENOSPC, "No space left on device")


def test_a_record_that_does_not_fit_on_the_disk_is_not_left_in_half(
    tmp_path: Path, inbox: Path, configure: Any
) -> None:
    config = configure()
    run_batch(config)
    (records,) = nights(config).values()
    with Journal(tmp_path, resume=False) as journal:
        journal.add(records[0])
        lines = journal._open()  # pyright: ignore[reportPrivateUsage]

        class Small:
            """A file with room for ten bytes more."""

            room = 10

            def write(self, data: memoryview) -> int:
                if not self.room:
                    raise OSError(errno.ENOSPC, "No space left on device")
                taken, self.room = lines.write(data[: self.room]), 0
                return taken

            def __getattr__(self, name: str) -> Any:
                return getattr(lines, name)

        journal._lines = Small()  # pyright: ignore
        with pytest.raises(OSError, match="No space"):
            journal.add(records[1])
        journal._lines = lines  # pyright: ignore[reportPrivateUsage]
    with Journal(tmp_path, resume=True) as journal:
        assert list(journal.kept()) == records[:1]


def test_sheets_that_people_may_have_opened_are_not_written_again(
    inbox: Path, configure: Callable[..., BatchConfig], expect: Callable[[BatchConfig, int], None]
) -> None:
    config = configure()

    def die(*_: object) -> None:
        raise _Death

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(State, "finish", die)
        with pytest.raises(_Death):
            run_batch(config)
    (sheet,) = config.folder.glob("*/triage.xlsx")
    sheet.write_bytes(sheet.read_bytes() + b"a note")
    put(inbox, 4)
    done = run_batch(config)
    assert sheet.read_bytes().endswith(b"a note")
    assert done.night != sheet.parent.name
    expect(config, 4)


# Deaths that leave a letter written down but not known as read: in the casebook alone, in the file too, and one by one.
@pytest.mark.parametrize("fatal", [(Journal, "add", 1), (State, "note", 1), (State, "note", 2), (Casebook, "add", 2)])
def test_a_file_that_is_moved_while_a_run_lies_dead_is_there_once(
    fatal: tuple[type, str, int],
    inbox: Path,
    configure: Callable[..., BatchConfig],
    expect: Callable[[BatchConfig, int], None],
) -> None:
    config = configure()
    with pytest.MonkeyPatch.context() as patch:
        died = _die_before(WRITES.index(fatal), patch, _Death)
        with pytest.raises(_Death):
            run_batch(config)
    assert died
    (inbox / "sub").mkdir()
    for number in (1, 2, 3):
        (inbox / f"{number}.eml").rename(inbox / "sub" / f"{9 - number}.eml")
    put(inbox, 4, name="1.eml")  # another letter where one lay before
    run_batch(config)
    expect(config, 4)
    with State(config.folder) as state:
        assert state.count() == 4
    # A file's name can hold a person's; where a letter lay is kept no longer than needed.
    assert b".eml" not in (config.folder / "batch.sqlite").read_bytes()


def test_a_letter_that_others_were_put_before_in_its_mailbox_is_there_once(
    inbox: Path, configure: Callable[..., BatchConfig], expect: Callable[[BatchConfig, int], None]
) -> None:
    box = inbox / "box.mbox"

    def fill(*numbers: int) -> None:
        box.write_text("".join(f"From x Tue Sep  1 10:00:00 2026\n{letter(n)}\n" for n in numbers), encoding="utf-8")

    def unnoted(*_: object) -> None:
        """As if death had come before each."""

    fill(4, 5)
    config = configure("settle_seconds = 0")
    with pytest.MonkeyPatch.context() as patch:
        _die_before(WRITES.index((Journal, "close", 1)), patch, _Death)
        patch.setattr(State, "note", unnoted)
        with pytest.raises(_Death):
            run_batch(config)
    fill(6, 5, 4)
    run_batch(config)
    expect(config, 6)


def test_a_state_of_an_earlier_version_goes_on(inbox: Path, configure: Callable[..., BatchConfig]) -> None:
    config = configure()
    run_batch(config)
    with contextlib.closing(sqlite3.connect(config.folder / "batch.sqlite")) as old:
        old.executescript("DROP TABLE hand; PRAGMA user_version = 1;")
    put(inbox, 4)
    done = run_batch(config)
    assert done.summary is not None
    assert done.summary.read == 1


def test_killed_by_the_system_the_next_run_goes_on(
    inbox: Path, configure: Callable[..., BatchConfig], expect: Callable[[BatchConfig, int], None]
) -> None:
    # Once; scripts/kill_test.py does it fifty times, at random points.
    for number in range(4, 40):
        put(inbox, number)
    config = configure()
    command = [sys.executable, "-m", "classifier.cli", "batch", str(inbox.parent / "batch.toml")]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 120
    while time.monotonic() < until and not any(p.stat().st_size for p in config.folder.glob("*/*.partial")):
        time.sleep(0.005)
    running.kill()
    assert running.wait() != 0
    (partial,) = config.folder.glob("*/triage.jsonl.partial")
    done = run_batch(config)
    assert done.night == partial.parent.name
    expect(config, 39)
