"""`foi-triage learn-outcomes`: labelled letters from the authority's own published responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from classifier.commands.values import PATH, put_json, wants_json

if TYPE_CHECKING:
    from pathlib import Path


@click.command("learn-outcomes")
@click.argument("paths", nargs=-1, required=True, type=PATH)
@click.option("--out", required=True, type=PATH, help="FILE.jsonl for the labelled letters.")
@click.option("--replace", is_flag=True, help="Write over an earlier file.")
@click.option("--force", "force_file", type=PATH, help="The force file (TOML).")
@click.option("--json", "as_json", is_flag=True, help="JSON even on a terminal.")
def learn_outcomes(paths: tuple[Path, ...], out: Path, replace: bool, force_file: Path | None, as_json: bool) -> None:
    """Read published responses and write which question got what, under which section.

    PATH is a disclosure-log page, a response letter, a request thread or a review (HTML, PDF, Word, text, mail), or a
    folder of them. The labels are a program's reading: check them like any other correction.
    """
    from classifier.force import load_force
    from classifier.outcomes import learn
    from classifier.outcomes.writing import refuse_existing, write

    refuse_existing(out, replace=replace)
    learnt = learn(paths, load_force(force_file))
    write(out, learnt.letters)
    if wants_json(as_json):
        put_json({
            "documents": learnt.documents, "letters": len(learnt.letters), "questions": learnt.questions,
            "set_aside": learnt.set_aside, "out": str(out),
        })  # fmt: skip
        return
    read, letters = _count(learnt.documents, "document"), _count(len(learnt.letters), "letter")
    click.echo(f"{read} read: {letters}, {_count(learnt.questions, 'question')} with an outcome.")
    for one in learnt.set_aside:
        click.echo(f"  set aside: {one.source}\n    {one.reason} [{one.code}]")
    click.echo(f"Written to {out}")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
