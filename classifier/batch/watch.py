"""What a monitoring system and a technician see of unattended runs: a health file, Prometheus text, a log.

None of the three can hold personal data: they take numbers, times, codes of this program and names of configuration
keys, and nothing else has a field. Letters are told by id alone.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from classifier import __version__
from classifier.run import write_whole

if TYPE_CHECKING:
    from pathlib import Path

Status = Literal["running", "ok", "stopped", "failed"]
Event = Literal[
    "start", "resume", "progress", "source-failed", "cleared", "left", "nothing-new", "finish", "stop", "fail"
]
HEALTH, METRICS, LOGS = "health.json", "foi_triage.prom", "log"


class Health(msgspec.Struct, kw_only=True):
    """`health.json`. Times are UTC, ISO 8601. `updated` moves while a run is at work: one that stands still with the
    status "running" was killed. `failed_sources` are keys of the configuration, `code` as in `errors`."""

    status: Status = "running"
    code: str = ""
    started: str = ""
    updated: str = ""
    finished: str = ""
    last_success: str = ""
    seconds: float = 0.0
    night: str = ""
    read: int = 0
    classified: int = 0
    set_aside: int = 0
    urgent: int = 0
    mandatory: int = 0
    known: int = 0
    waiting: int = 0
    contents: int = 0
    failed_sources: list[str] = []
    problems: dict[str, int] = {}
    pid: int = 0
    version: str = __version__


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the log."""

    at: str
    event: Event
    pid: int
    night: str = ""
    code: str = ""
    source: str = ""
    place: str = ""
    count: int = 0
    seconds: float = 0.0


class Watch:
    """The three files of one run. Nothing here stops a run: where the disk is full, the files stay as they were, and a
    monitor sees that they are old."""

    def __init__(self, folder: Path, health: Path | None, metrics: Path | None) -> None:
        self._health = health or folder / HEALTH
        self._metrics = metrics or folder / METRICS
        self._logs = folder / LOGS
        self.state = Health(started=stamp(), pid=os.getpid(), last_success=self._last_success())

    def _last_success(self) -> str:
        """From the run before; "" where there is none, or the file is damaged."""
        try:
            return msgspec.json.decode(self._health.read_bytes(), type=Health).last_success
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return ""

    def log(self, event: Event, *, code: str = "", source: str = "", place: str = "", count: int = 0) -> None:
        """Add a line to the log of this month."""
        now = datetime.now(UTC)
        entry = Entry(
            at=stamp(now),
            event=event,
            pid=self.state.pid,
            night=self.state.night,
            code=code,
            source=source,
            place=place,
            count=count,
            seconds=round((now - datetime.fromisoformat(self.state.started)).total_seconds(), 3),
        )
        with suppress(OSError):
            self._logs.mkdir(parents=True, exist_ok=True)
            with (self._logs / f"{now:%Y-%m}.jsonl").open("ab") as lines:
                lines.write(msgspec.json.encode(entry) + b"\n")

    def write(self) -> None:
        """Write the health file and the metrics, each whole or not at all."""
        now = datetime.now(UTC)
        self.state.updated = stamp(now)
        self.state.seconds = round((now - datetime.fromisoformat(self.state.started)).total_seconds(), 3)
        said = msgspec.json.format(msgspec.json.encode(self.state), indent=1).decode() + "\n"
        for path, text in ((self._health, said), (self._metrics, prometheus(self.state))):
            with suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, text)

    def end(self, status: Status, code: str = "") -> None:
        """Write how it ended."""
        self.state.status, self.state.code = status, code
        self.state.finished = stamp()
        if status == "ok":
            self.state.last_success = self.state.finished
        self.write()


def prometheus(health: Health) -> str:
    """The health in the text format for node_exporter's textfile collector."""
    gauges: list[tuple[str, str, float]] = [
        ("running", "1 while a run is at work.", float(health.status == "running")),
        ("last_run_ok", "1 where the last run that ended read every source to its end.", float(health.status == "ok")),
        ("last_run_timestamp_seconds", "When this file was last written by a run.", _seconds(health.updated)),
        ("last_success_timestamp_seconds", "When a run last ended well; 0 for never.", _seconds(health.last_success)),
        ("last_run_duration_seconds", "How long the last run has taken.", health.seconds),
        ("last_run_letters", "Messages that the last run read.", health.read),
        ("last_run_set_aside", "Messages among them without words to classify.", health.set_aside),
        ("last_run_urgent", "Messages among them that may be urgent.", health.urgent),
        ("last_run_mandatory", "Messages among them with a mandatory referral.", health.mandatory),
        ("last_run_known", "Contents met by the last run that earlier ones had read.", health.known),
        ("last_run_waiting", "Files left for the next run because they had just changed.", health.waiting),
        ("last_run_failed_sources", "Sources that could not be read to their end.", len(health.failed_sources)),
        ("contents_read", "Contents read by all runs.", health.contents),
    ]
    lines: list[str] = []
    for name, words, value in gauges:
        lines += [
            f"# HELP foi_triage_{name} {words}",
            f"# TYPE foi_triage_{name} gauge",
            f"foi_triage_{name} {value:g}",
        ]
        if name.endswith("timestamp_seconds"):
            lines[-1] = f"foi_triage_{name} {value:.0f}"
    if health.problems:
        lines += ["# HELP foi_triage_last_run_problems Problems by code.", "# TYPE foi_triage_last_run_problems gauge"]
        lines += [f'foi_triage_last_run_problems{{code="{c}"}} {n}' for c, n in sorted(health.problems.items())]
    return "\n".join(lines) + "\n"


def stamp(when: datetime | None = None) -> str:
    """A time as it stands in these files."""
    return (when or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds")


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp() if at else 0.0
