"""The unattended run, once: take up what was stopped, read what is new, say in the morning what there is.

The work itself is `run.run`, as at the command line; here is what nobody watches over it for. At any point the process
can be killed: the next run goes on, loses nothing and does nothing twice (`scripts/kill_test.py`).
"""

from __future__ import annotations

import time
import traceback
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from classifier.batch.digest import write_digest
from classifier.batch.lock import only_one
from classifier.batch.morning import gather
from classifier.batch.sources import New
from classifier.batch.state import Night, State
from classifier.batch.watch import Watch
from classifier.casebook import Casebook
from classifier.errors import FoiTriageError, ProgramError, Stopped
from classifier.force import load_force
from classifier.intake import Limits
from classifier.journal import PARTIAL, RECORDS
from classifier.run import LONDON, RUN, Options, casebook_address, room_on_disk, run, stop_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from classifier.batch.config import BatchConfig
    from classifier.batch.sources import Failure
    from classifier.intake import RawItem
    from classifier.journal import Journal
    from classifier.run import Summary

BEAT = 30.0
"""Seconds between two looks of the health file at a run that goes on."""


class Done(NamedTuple):
    """How a run ended: the summary of what was new (None where nothing was), and sources that failed."""

    night: str
    summary: Summary | None
    failures: tuple[Failure, ...]


def run_batch(config: BatchConfig, *, limits: Limits | None = None) -> Done:
    """Do one unattended run. Whatever happens, health, metrics, log and digest say so.

    Raises Busy where another is at work, Stopped and DiskFull where it ended early, UsageError where the configuration
    can't be right.
    """
    folder = config.folder
    monitoring = config.monitoring
    with only_one(folder), stop_signals() as stopping:
        watch = Watch(
            folder,
            Path(monitoring.health) if monitoring.health else None,
            Path(monitoring.metrics) if monitoring.metrics else None,
        )
        watch.write()
        watch.log("start")
        try:
            with room_on_disk(folder):
                done = _Batch(config, limits or Limits(), stopping, watch).work()
        except Stopped as e:
            watch.log("stop", code=e.code)
            watch.end("stopped", e.code)
            raise
        except FoiTriageError as e:
            watch.log("fail", code=e.code)
            watch.end("failed", e.code)
            raise
        except OSError:
            watch.log("fail", code="os-error")
            watch.end("failed", "os-error")
            raise
        except Exception as e:  # noqa: BLE001 - nobody sees a traceback, and its words may hold a letter's
            place = _place(e)
            watch.log("fail", code=ProgramError.code, place=place)
            watch.end("failed", ProgramError.code)
            raise ProgramError(f"the program failed ({place}). What was done is kept; the next run goes on.") from None
        watch.log("finish", count=watch.state.read)
        watch.end("failed" if done.failures else "ok", "source-failed" if done.failures else "")
        return done


class _Batch:
    """One run with what it needs."""

    def __init__(self, config: BatchConfig, limits: Limits, stopping: Callable[[], bool], watch: Watch) -> None:
        self._config = config
        self._limits = limits
        self._stopping = stopping
        self._watch = watch
        self._folder = config.folder
        self._force = load_force(Path(config.force) if config.force else None)
        self._beaten = time.monotonic()

    def work(self) -> Done:
        with State(self._folder) as state:
            new = New(self._config, state, self._limits, self._stopping)
            unfinished = ""
            try:
                self._clear_old(state)
                self._finish_whole(state)
                summary = self._read(state, new)
            except FoiTriageError as e:
                unfinished = str(e) if isinstance(e, Stopped) else f"{e} [{e.code}]"
                raise
            except BaseException as e:
                unfinished = f"an error of the program ({type(e).__name__})"
                raise
            finally:
                for failure in new.failures:
                    self._watch.log("source-failed", source=failure.source, code=failure.code)
                self._note(state, new)
                # A digest that fails must not hide why the run did.
                with suppress(*((Exception,) if unfinished else ())):
                    self._digest(state, new, unfinished)
            return Done(new.night.name if new.night else "", summary, tuple(new.failures))

    def _read(self, state: State, new: New) -> Summary | None:
        """Go on with the night that was stopped, or begin one if there is anything new."""
        night = state.open_night()
        if night is None:
            state.put_down()
        if night is None and not new.any():
            if self._stopping():
                raise Stopped("stopped before anything new was found; the next run looks again")
            self._watch.log("nothing-new")
            return None
        new.night = night or state.begin(datetime.now(LONDON))
        self._watch.state.night = new.night.name
        if night is not None:
            self._watch.log("resume")
        summary = run(self._options(new.night), feed=new, stopping=self._stopping, progress=self._progress)
        state.finish(new.night, datetime.now(UTC))
        self._tell(summary)
        return summary

    def _finish_whole(self, state: State) -> None:
        """A night that was killed after its last record is ended as it is: its sheets may be open on somebody's desk,
        so nothing is added to them."""
        night = state.open_night()
        if night is None:
            return
        place = self._folder / night.name
        if (place / PARTIAL).exists() or not (place / RECORDS).exists():
            return
        if not (place / RUN).exists():
            run(self._options(night), feed=_Nothing(night), stopping=self._stopping)
        state.finish(night, datetime.now(UTC))

    def _options(self, night: Night) -> Options:
        given = self._config.casebook or self._force.casebook
        return Options(
            exports=[],
            out=self._folder / night.name,
            force=self._force,
            workers=self._config.workers,
            casebook=given or f"sqlite:///{(self._folder / 'casebook.sqlite').as_posix()}",
            log=Path(self._config.published) if self._config.published else None,
            existing="resume",
            limits=self._limits,
        )

    def _progress(self, letters: int) -> None:
        self._watch.state.read = letters
        if time.monotonic() - self._beaten >= BEAT:
            self._beaten = time.monotonic()
            self._watch.log("progress", count=letters)
            self._watch.write()

    def _tell(self, summary: Summary) -> None:
        health = self._watch.state
        health.read, health.classified, health.set_aside = summary.read, summary.classified, summary.set_aside
        health.urgent, health.mandatory, health.problems = summary.urgent, summary.mandatory, summary.problems

    def _note(self, state: State, new: New) -> None:
        health = self._watch.state
        health.known, health.waiting = new.known, new.waiting
        health.failed_sources = [f.source for f in new.failures]
        health.contents = state.count()

    def _clear_old(self, state: State) -> None:
        if not self._config.keep_days or not self._casebook_there():
            return
        from classifier.batch.retention import clear_old

        with Casebook.open(self._casebook()) as book:
            cleared = clear_old(self._folder, state, book, self._config.keep_days, datetime.now(UTC))
        if cleared.letters:
            self._watch.log("cleared", count=cleared.letters)
        if cleared.left:
            self._watch.log("left", count=len(cleared.left))

    def _casebook(self) -> str:
        return casebook_address(self._options(Night(0, "", datetime.now(UTC), None)))

    def _casebook_there(self) -> bool:
        address = self._casebook()
        return not address.startswith("sqlite:///") or Path(address.removeprefix("sqlite:///")).exists()

    def _digest(self, state: State, new: New, unfinished: str) -> None:
        now = datetime.now(LONDON)
        settings = self._config.digest
        nights = state.nights(now - timedelta(hours=settings.hours))
        if new.night is not None and new.night not in nights and new.night.name not in [n.name for n in nights]:
            nights = [new.night, *nights]  # one that was stopped days ago and has gone on now
        book = Casebook.open(self._casebook()) if self._casebook_there() else None
        try:
            morning = gather(
                self._folder, nights, book, now.date(), settings.due_days, made=now, failures=new.failures,
                unfinished=unfinished, waiting=new.waiting,
            )  # fmt: skip
        finally:
            if book is not None:
                book.close()
        own = self._folder / new.night.name if new.night is not None else None
        write_digest([self._folder, *([own] if own is not None and own.exists() else [])], morning, settings)


class _Nothing:
    """The feed of a night that has all its records."""

    def __init__(self, night: Night) -> None:
        self.names = [f"night {night.name}"]

    def items(self) -> Iterator[RawItem]:
        return iter(())

    def done(self, item: RawItem, journal: Journal) -> None:
        """Never called."""


def _place(error: BaseException) -> str:
    """Where in the program an error arose: its class, file and line."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "classifier" in f.filename]
    last = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {last}"
