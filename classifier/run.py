"""The main job: an inbox export in, a folder of sheets out, nothing lost on the way.

`triage.jsonl.partial` grows while the run goes on; every file gets its own name only when it is complete. What was done
when a run stops is kept, and `resume` goes on from there.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sqlite3
import time
from collections import Counter, deque
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol
from zoneinfo import ZoneInfo

import msgspec

from classifier import __version__
from classifier.casebook import Casebook
from classifier.errors import CasebookError, DiskFull, OutputExists, Stopped
from classifier.force import Force
from classifier.intake import Limits, RawItem, find_items
from classifier.journal import PARTIAL, RECORDS, Journal
from classifier.pipeline import Context, triage
from classifier.records import Problem  # noqa: TC001 - msgspec reads the types of fields when the program runs
from classifier.referral.circulars import Proposal, proposals
from classifier.related import Relater, open_answers
from classifier.rooms import open_rooms
from classifier.sheets.order import Ordered, strictest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from pathlib import Path

    from classifier.records import TriageRecord
    from classifier.referral.register import Register

RUN = "run.json"
RESULTS = (RECORDS, "triage.xlsx", "report.html", RUN, PARTIAL)
LONDON = ZoneInfo("Europe/London")


class Options(NamedTuple):
    """What the command line or the night's configuration asked for."""

    exports: Sequence[Path]
    out: Path
    force: Force = Force()
    received: date | None = None
    workers: int = 1
    casebook: str = ""
    log: Path | None = None
    existing: Literal["refuse", "replace", "resume"] = "refuse"
    limits: Limits = Limits()
    dask: str = ""
    """Address of a Dask scheduler whose workers read, in place of `workers` processes."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """`run.json`: what was read, what came of it, and what did it. `read` is always `classified` + `set_aside`."""

    read: int
    classified: int
    set_aside: int
    needs_person: int
    urgent: int
    mandatory: int
    duplicates: int
    kinds: dict[str, int]
    problems: dict[str, int]
    inputs: list[str]
    started: str
    seconds: float
    versions: dict[str, str]
    proposals: tuple[Proposal, ...] = ()
    log_problems: tuple[Problem, ...] = ()
    """Files of `--log` that could not be read, or not wholly: questions answered there are not known."""


class Counts:
    """What has been seen so far, and what changes of the register circulations announce in it."""

    def __init__(self, register: Register, today: date) -> None:
        self._register = register
        self._today = today
        self.proposals: dict[tuple[object, ...], Proposal] = {}
        self.n: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()

    def add(self, record: TriageRecord) -> None:
        """Count one record. A message without any words to classify is set aside; the rest are classified."""
        self.n["read"] += 1
        self.n["classified" if record.text.strip() else "set_aside"] += 1
        self.n["urgent"] += bool(record.urgent)
        self.n["mandatory"] += strictest(record) == "mandatory"
        self.n["duplicates"] += record.duplicate_of is not None
        announced = proposals(record, self._register, self._today)
        danger = bool(record.urgent) or strictest(record) == "mandatory"
        self.n["needs_person"] += danger or bool(record.problems or announced)
        self.kinds[record.kind.label] += 1
        self.problems.update(p.code for p in record.problems)
        for new in announced:
            # A change is announced to everybody, and often more than once; where no rule is known, each paper counts.
            key = (new.rule, new.level) if new.rule else (new.letter, new.level)
            self.proposals.setdefault(key, new)


class Feed(Protocol):
    """Where a run gets its items from."""

    @property
    def names(self) -> Sequence[str]:
        """What the run is told of its inputs, for `run.json` and the casebook."""
        ...

    def items(self) -> Iterator[RawItem]:
        """The items. Raises UsageError, before the first, where there is nothing that could be read."""
        ...

    def done(self, item: RawItem, journal: Journal) -> None:
        """Called when all records of an item are in the casebook and in the journal."""
        ...


class Export:
    """The feed of the command line: everything in the paths that were given."""

    def __init__(self, paths: Sequence[Path], limits: Limits) -> None:
        self._paths = paths
        self._limits = limits
        self.names = [str(p) for p in paths]

    def items(self) -> Iterator[RawItem]:
        """The items of all paths, in a stable order. Raises InputMissing."""
        return find_items(self._paths, self._limits)

    def done(self, item: RawItem, journal: Journal) -> None:
        """Nothing to note: a run that is gone on with knows its records."""


def run(
    options: Options, *, progress: Callable[[int], None] | None = None, feed: Feed | None = None,
    stopping: Callable[[], bool] | None = None,
) -> Summary:  # fmt: skip
    """Do the main job. `progress` is told the number of letters done so far. `feed` replaces the exports in `options`;
    `stopping` says whether to end early, where the caller watches for signals itself.

    Raises UsageError (and its kinds) before anything is written, Stopped where a signal ended the run early, DiskFull.
    """
    feed = feed or Export(options.exports, options.limits)
    items = feed.items()
    if options.log:
        find_items([options.log], options.limits)
    refuse(options)
    # The check for letters happens as the first item is drawn, still before anything is written.
    first = next(items, None)
    today = datetime.now(LONDON).date()
    rooms = open_rooms(options.force, threads=max(1, (os.cpu_count() or 2) // max(1, options.workers)))
    if options.dask:
        from classifier.handout import check_cluster

        check_cluster(options.dask, rooms.folder)
    started, clock = datetime.now(UTC), time.perf_counter()
    versions = {"program": __version__, **rooms.versions}
    counts = Counts(rooms.register, today)
    resume = options.existing == "resume"
    with room_on_disk(options.out), open_casebook(options) as book, Journal(options.out, resume=resume) as journal:
        # Nothing can be wrong with the usage from here on, so earlier results may go.
        clear(options)
        done = _take_up(journal, counts)
        run_id = book.begin(feed.names, versions, resume=resume)
        answers = open_answers(options.log, book, rooms.encoder, limits=options.limits) if options.log else None
        relater = Relater(book, run_id, force=options.force, answers=answers)
        context = Context(options.force, options.received, today, options.limits, rooms.folder)
        with stop_signals(stopping) as stopped:
            in_hand = InHand(_from(first, items), lambda item: feed.done(item, journal))
            for record in triage(
                in_hand, context, rooms, workers=options.workers, dask=options.dask, relate=relater.relate
            ):
                in_hand.met(record)
                if (record.source, record.id) in done:
                    continue
                # The casebook first: a run that is killed between the two does this letter again and says the same.
                book.add(run_id, record)
                journal.add(record)
                counts.add(record)
                if progress:
                    progress(counts.n["read"])
                if stopped():
                    break
            else:
                in_hand.all_met()
            if stopped():
                raise Stopped(f"stopped after {counts.n['read']} messages; 'run --resume', or the next batch, goes on")
        if not journal.done:
            write_sheets(options.out, journal.close())
        unread = answers.problems if answers else ()
        summary = summarise(feed.names, counts, started, time.perf_counter() - clock, versions, unread)
        book.finish(run_id, msgspec.to_builtins(summary))
        write_whole(options.out / RUN, json.dumps(msgspec.to_builtins(summary), indent=1, ensure_ascii=False) + "\n")
    return summary


class InHand:
    """The items on their way through the rooms, so that each is told done once all its records are kept.

    Records come in the order of their items, and every item has at least one. Items may be drawn far ahead, and from
    another thread.
    """

    def __init__(self, items: Iterator[RawItem], done: Callable[[RawItem], None]) -> None:
        self._items = items
        self._done = done
        self._drawn: deque[RawItem] = deque()

    def __iter__(self) -> Iterator[RawItem]:
        for item in self._items:
            self._drawn.append(item)
            yield item

    def met(self, record: TriageRecord) -> None:
        """A record has come: the items before its own are done."""
        place = next((n for n, item in enumerate(self._drawn) if _came_from(record.source, item.source)), 0)
        for _ in range(place):
            self._done(self._drawn.popleft())

    def all_met(self) -> None:
        """No more records come: all items are done."""
        while self._drawn:
            self._done(self._drawn.popleft())


def _came_from(source: str, item: str) -> bool:
    return source.startswith(item) and source[len(item) : len(item) + 1] in ("", "#", "/")


def refuse(options: Options) -> None:
    """Raise OutputExists for a folder that holds results, where nobody said what should become of them."""
    there = _results(options)
    if options.out.exists() and not options.out.is_dir():
        raise OutputExists(f"{options.out}: is a file; name a folder for the results")
    if there and options.existing == "refuse":
        raise OutputExists(
            f"{options.out}: holds results already ({', '.join(there)}), and people may have written in them. "
            "Name another folder, or add --replace to write over them, or --resume to go on with a run that stopped."
        )


def clear(options: Options) -> None:
    """Take earlier results away, where that was asked for. Only files that a run writes are ever removed."""
    for name in _results(options) if options.existing == "replace" else ():
        (options.out / name).unlink()


def _results(options: Options) -> list[str]:
    return [name for name in RESULTS if (options.out / name).exists()]


def open_casebook(options: Options) -> Casebook:
    """The casebook, in its folder for the results. Raises CasebookError; a folder made for it is then gone again."""
    made = not options.out.exists()
    options.out.mkdir(parents=True, exist_ok=True)
    try:
        return Casebook.open(casebook_address(options))
    except CasebookError:
        if made:
            with suppress(OSError):
                options.out.rmdir()
        raise


def casebook_address(options: Options) -> str:
    """The casebook that was asked for, the force's own, or one beside the results."""
    given = options.casebook or options.force.casebook
    return given or f"sqlite:///{(options.out / 'casebook.sqlite').as_posix()}"


def _take_up(journal: Journal, counts: Counts) -> set[tuple[str, str]]:
    """The messages that a stopped run has done, counted."""
    done: set[tuple[str, str]] = set()
    for record in journal.kept():
        done.add((record.source, record.id))
        counts.add(record)
    return done


def write_sheets(out: Path, partial: Path) -> None:
    """The sheets from the finished records. All are whole before the first takes its name; the records do so last."""
    from classifier.sheets.report import write_report
    from classifier.sheets.workbook import write_workbook

    written = {out / name: out / f".{name}.partial" for name in ("triage.xlsx", "report.html")}
    try:
        with Ordered(partial) as records:
            for (_, scratch), write in zip(written.items(), (write_workbook, write_report), strict=True):
                write(scratch, records)
        for path, scratch in written.items():
            scratch.replace(path)
    finally:
        for scratch in written.values():
            scratch.unlink(missing_ok=True)
    partial.replace(out / RECORDS)


def summarise(
    inputs: Sequence[str], counts: Counts, started: datetime, seconds: float, versions: dict[str, str],
    log_problems: tuple[Problem, ...] = (),
) -> Summary:  # fmt: skip
    """What `run.json` says. Checks that nothing was lost between reading and classifying."""
    n = counts.n
    if n["read"] != n["classified"] + n["set_aside"] or n["read"] != sum(counts.kinds.values()):
        raise CasebookError(
            f"messages were lost: {n['read']} read, {n['classified']} classified, {n['set_aside']} set aside"
        )
    return Summary(
        read=n["read"],
        classified=n["classified"],
        set_aside=n["set_aside"],
        needs_person=n["needs_person"],
        urgent=n["urgent"],
        mandatory=n["mandatory"],
        duplicates=n["duplicates"],
        kinds=dict(counts.kinds.most_common()),
        problems=dict(counts.problems.most_common()),
        inputs=list(inputs),
        started=started.isoformat(timespec="seconds"),
        seconds=round(seconds, 2),
        versions=versions,
        proposals=tuple(counts.proposals.values()),
        log_problems=log_problems,
    )


@contextmanager
def room_on_disk(out: Path) -> Generator[None]:
    """Within, a disk that fills up raises DiskFull, whichever library met it."""
    try:
        yield
    except (OSError, sqlite3.Error, CasebookError) as e:
        if not is_full(e):
            raise
        raise DiskFull(
            f"{out}: the disk is full. What was done is kept, nothing is half-written. Make room and start again: "
            "the run goes on from there ('run --resume')."
        ) from e


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or one behind it, says that the disk or a quota is full."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
            return True
        error = getattr(error, "orig", None) or error.__cause__
    return False


@contextmanager
def stop_signals(stopping: Callable[[], bool] | None = None) -> Generator[Callable[[], bool]]:
    """Within, Ctrl-C and SIGTERM end the run after the letter in hand; yields a question whether one came.

    With `stopping` the caller watches already, and that is the question.
    """
    if stopping is not None:
        yield stopping
        return
    came = False

    def note(*_: Any) -> None:
        nonlocal came
        came = True

    names = [s for s in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, s)]
    before: dict[int, Any] = {}
    try:
        for name in names:
            number = getattr(signal, name)
            before[number] = signal.signal(number, note)
    except ValueError:
        pass  # Not the main thread: the caller owns the signals.
    try:
        yield lambda: came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _from(first: RawItem | None, rest: Iterator[RawItem]) -> Iterator[RawItem]:
    if first is not None:
        yield first
    yield from rest


def write_whole(path: Path, text: str) -> None:
    """Write a small text file so that it is there whole or not at all. Raises OSError."""
    scratch = path.with_name(f".{path.name}.partial")
    try:
        scratch.write_text(text, encoding="utf-8", newline="\n")
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
