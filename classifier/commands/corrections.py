"""`foi-triage corrections` and `forget`: decisions out of the casebook and into it, letters out of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from classifier.commands.values import PATH, Day, put_json, wants_json

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

_CASEBOOK = click.option(
    "--casebook", default="", help="File name or database address of the casebook; by default the force file's."
)
_FORCE = click.option("--force", "force_file", type=PATH, help="The force file (TOML).")
_WHO = click.option("--who", required=True, help="Your name, as it shall stand beside the decision.")
_JSON = click.option("--json", "as_json", is_flag=True, help="JSON even on a terminal.")
_WORDS = {
    "kind": "kinds", "topics": "topics", "exemptions": "grounds", "referrals": "referrals", "urgent": "urgent or not",
    "questions": "outlines", "seen": "rows checked or noted",
}  # fmt: skip


@click.group()
def corrections() -> None:
    """Corrections by sheet: out of the casebook, and back into it."""


@corrections.command("export")
@_CASEBOOK
@click.option("--out", required=True, type=PATH, help="FILE.xlsx: a sheet to correct. FILE.jsonl: labelled letters.")
@click.option("--since", type=Day(), help="Only letters received on or after this day (YYYY-MM-DD).")
@click.option("--decided", is_flag=True, help="Only letters that somebody decided on (.jsonl never has others).")
@click.option("--replace", is_flag=True, help="Write over an earlier file.")
@_FORCE
@_JSON
def export_command(
    casebook: str, out: Path, since: date | None, decided: bool, replace: bool, force_file: Path | None, as_json: bool
) -> None:
    """Write letters with what people decided: as a sheet to go on with, or as labelled letters."""
    from classifier.casebook.opening import open_existing
    from classifier.corrections.export import export
    from classifier.force import load_force

    force = load_force(force_file)
    with open_existing(casebook, force) as book:
        made = export(book, out, force, since=since, decided=decided, replace=replace)
    if wants_json(as_json):
        put_json(made)
        return
    labels = f", {_count(made.labels, 'label')}" if made.labels else ""
    click.echo(f"{_count(made.letters, 'letter')} written to {out}{labels}")
    if made.conflicts:
        click.echo(f"On {_count(made.conflicts, 'label')} people differ: the newest stands, the others under note.")


@corrections.command("import")
@click.argument("file", type=PATH)
@_CASEBOOK
@_WHO
@_FORCE
@_JSON
def import_command(file: Path, casebook: str, who: str, force_file: Path | None, as_json: bool) -> None:
    """Take in a corrected sheet: triage.xlsx, an export (.xlsx, .csv) or labelled letters (.jsonl).

    All of it, or nothing and a list of what to put right, by sheet and cell. The same file again adds nothing.
    """
    from classifier.casebook.opening import open_existing
    from classifier.corrections.take import import_file
    from classifier.force import load_force

    force = load_force(force_file)
    with open_existing(casebook, force) as book:
        made = import_file(book, file, force, who, _now())
    if wants_json(as_json):
        put_json(made)
        return
    if made.before:
        click.echo(f"Nothing new: this file was imported by {made.before}.")
        return
    count = sum(made.decisions.values())
    read = f"{_count(made.rows, 'row')} read"
    click.echo(f"{read}: {_count(count, 'decision')} on {_count(made.letters, 'letter')}.")
    for field, number in made.decisions.items():
        click.echo(f"  {_WORDS[field]}: {number:,}")
    if made.known:
        click.echo(f"Known from an earlier sheet of yours: {made.known:,}.")


@click.command()
@click.argument("letter")
@_CASEBOOK
@_WHO
@click.option("--yes", is_flag=True, help="Do not ask before it is done.")
@_FORCE
@_JSON
def forget(letter: str, casebook: str, who: str, yes: bool, force_file: Path | None, as_json: bool) -> None:
    """Remove a letter and everything that came from it from the casebook. It cannot be undone.

    LETTER is its id, or the first characters of it (eight or more) where no other begins so.
    """
    from classifier.casebook.forget import find
    from classifier.casebook.forget import forget as remove
    from classifier.casebook.opening import open_existing
    from classifier.errors import UsageError
    from classifier.force import load_force

    with open_existing(casebook, load_force(force_file)) as book:
        found = find(book, letter) if len(letter) >= 8 else []
        if len(found) > 1 and letter not in found:
            shown = "\n".join(f"  {id_}" for id_ in found)
            raise UsageError(f"several letters begin with {letter}: give more of the id\n{shown}")
        id_ = letter if letter in found or not found else found[0]
        if found and not yes:
            click.confirm(f"Remove the letter {id_} and everything that came from it?", abort=True, err=True)
        made = remove(book, id_, who, _now())
    if wants_json(as_json):
        put_json(made)
        return
    click.echo(f"Forgotten: {id_}")
    named = {name: made.removed.get(name, 0) for name in ("record", "decision")}
    found_by = sum(made.removed.values()) - sum(named.values())
    removed = ", ".join(_count(count, name) for name, count in named.items())
    click.echo(f"  removed: {removed}, {_count(found_by, 'row')} by which it was found")
    for part in made.letters[1:]:
        click.echo(f"  and a message attached to it:\n    {part}")
    if made.mentions:
        click.echo(f"  no longer named by {_count(made.mentions, 'record')} of other letters")
    if made.models:
        click.echo(f"Models that had learnt from it: {', '.join(made.models)}.")
        click.echo("A retraining is asked for: foi-triage retrain")
    if not made.wiped:
        click.echo("Another program has the casebook open: traces stay in its file until")
        click.echo("the next letter is forgotten while no other has.")
    click.echo("It is still in sheets, triage.jsonl, the inbox and backups: delete it there too.")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
