"""What a terminal shows: a progress bar, the summary of a run, one letter to read."""

from __future__ import annotations

import sys
import textwrap
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from classifier.batch.job import Done
    from classifier.records import Question, Tag, TriageRecord
    from classifier.referral.circulars import Proposal
    from classifier.run import Summary

FEW = 5
"""Files named one by one; the rest stand in `run.json`."""
EVERY = 100
"""Piped output gets a line for so many letters."""


@contextmanager
def progress_bar() -> Generator[Callable[[int], None]]:
    """A function to call with the number of letters done: a moving line on a terminal, plain lines when piped."""
    if not sys.stderr.isatty():

        def line(done: int) -> None:
            if done % EVERY == 0:
                print(f"{done} letters", file=sys.stderr, flush=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed} letters read"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("read")
        yield lambda done: bar.update(task, completed=done)


def say_summary(summary: Summary, out: Path) -> None:
    """The end of a run in a few lines, no wider than 80 columns."""
    print(
        f"{summary.read} messages read in {summary.seconds:.0f} s: "
        f"{summary.classified} classified, {summary.set_aside} set aside."
    )
    if summary.urgent:
        print(f"  {summary.urgent} may be urgent: read these first.")
    if summary.mandatory:
        print(f"  {summary.mandatory} probably need referral to the CRU (mandatory subjects).")
    for code, count in summary.problems.items():
        print(f"  {count} with a problem: {code}")
    _say_log_problems(summary)
    for number, proposal in enumerate(summary.proposals, 1):
        _say_proposal(number, proposal, out)
    print(f"Results in {out}: triage.xlsx, report.html, triage.jsonl, run.json")


def _say_log_problems(summary: Summary) -> None:
    """The published responses that were not read, by name: nobody else says that an answer may have been missed."""
    if not summary.log_problems:
        return
    parts = "1 part" if len(summary.log_problems) == 1 else f"{len(summary.log_problems)} parts"
    print(f"  {parts} of the published responses (--log) could not be read:")
    for problem in summary.log_problems[:FEW]:
        said = printable(f"{problem.part}: {problem.detail} ({problem.code})")
        print(textwrap.fill(said, 80, initial_indent="    ", subsequent_indent="      "))
    if len(summary.log_problems) > FEW:
        print(f"    and {len(summary.log_problems) - FEW} more, in run.json")


def say_night(done: Done, folder: Path) -> None:
    """The end of an unattended run: as little as a timer's mail should hold, and nothing personal."""
    if done.summary is None:
        print(f"Nothing new. The digest is {folder / 'digest.html'}")
    else:
        say_summary(done.summary, folder / done.night)
        print(f"The digest is {folder / 'digest.html'}")


def _say_proposal(number: int, proposal: Proposal, out: Path) -> None:
    """A change that a circulation announces, and how a person accepts it."""
    print(f"  {proposal.source} says that {proposal.rule or 'some subject'} is now {proposal.level}:")
    said = proposal.words or f"(for police eyes only; see triage.jsonl, letter {proposal.letter[:12]})"
    print(textwrap.fill(printable(" ".join(said.split())), 80, initial_indent="    ", subsequent_indent="    "))
    print("  Nothing has changed yet. When you have read the circulation, accept it with")
    rule = "" if proposal.rule else " --rule RULE"
    print(f"    foi-triage register accept {out} {number}{rule} --who NAME --force FILE")


def show_record(record: TriageRecord) -> None:
    """One record for a person at a terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)

    def line(label: str, value: str, style: str = "") -> None:
        if value:
            console.print(Text.assemble((f"{label:<12}", "dim"), (printable(value), style)), soft_wrap=False)

    line("Subject", record.subject, "bold")
    line("Kind", f"{record.kind.label.replace('_', ' ')} ({record.kind.score:.0%})")
    line("Received", f"{record.received:%d %B %Y}" if record.received else "not known")
    for deadline in record.deadlines:
        line("Due", f"{deadline.due:%d %B %Y}  {deadline.what} ({deadline.rule})")
    for urgent in record.urgent:
        line("URGENT", f"{urgent.why}: “{urgent.because}”", "bold red")
    for r in record.referrals:
        unsure = "" if r.confirmed else ", not confirmed by your force"
        line("Referral", f"{r.rule} {r.level} ({r.subject}{unsure}): “{r.because}”", "yellow")
    line("References", ", ".join(record.references))
    line("Topics", _tags(record.topics))
    line("Grounds", _tags(record.exemptions))
    for problem in record.problems:
        line("Problem", f"{problem.code}: {problem.part} {problem.detail}", "red")
    if record.questions:
        console.print()
    for question in record.questions:
        _question(console, question)
    console.print()


def _question(console: object, question: Question) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    assert isinstance(console, Console)
    kind = "" if question.kind == "request" else f" [{question.kind}]"
    console.print(Text.assemble((f"{question.number or '-'}{kind}  ", "bold cyan"), printable(question.text)))
    for label, tags in (("topics", question.topics), ("grounds to consider", question.exemptions)):
        if text := _tags(tags):
            console.print(Padding(Text(f"{label}: {text}", style="dim"), (0, 0, 0, 4)))


def _tags(tags: tuple[Tag, ...]) -> str:
    return ", ".join(f"{t.label} {t.score:.0%}" for t in tags if t.suggested)


def printable(text: str) -> str:
    """Without control and direction characters, which could make a terminal show something else than what is there."""
    return "".join(c for c in text if c in "\n\t" or c.isprintable())
