"""`foi-triage retrain`: learn from what people corrected."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from classifier.commands.values import PATH, put_json, put_table, wants_json
from classifier.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.casebook import Casebook
    from classifier.force import Force
    from classifier.training.corrections import Correction
    from classifier.training.retrain import Retrained

_SHOWN = 10


@click.command()
@click.option("--casebook", default="", help="The casebook: a file, a folder of results, or a database address.")
@click.option("--corrections", "files", multiple=True, type=PATH, help="Labelled letters (JSON Lines); repeatable.")
@click.option("--force", "force_file", type=PATH, help="The force file (TOML).")
@click.option("--corpus", type=PATH, help="The corpora folder; by default the program's own.")
@click.option("--out", type=PATH, help="New folder for the candidate; it is then not promoted.")
@click.option("--again", is_flag=True, help="Train even where nothing has changed.")
@click.option("--json", "as_json", is_flag=True, help="JSON even on a terminal.")
def retrain(
    casebook: str, files: tuple[Path, ...], force_file: Path | None, corpus: Path | None, out: Path | None,
    again: bool, as_json: bool,
) -> None:  # fmt: skip
    """Learn from corrections.

    Trains a candidate on the corpus, on what was corrected in the casebook and on the files given, and compares it with
    the model in use on letters that neither learnt from. It is promoted where no figure is worse; otherwise it is kept
    beside the model in use, and the reason is said.
    """
    from classifier.casebook.opening import open_existing
    from classifier.force import load_force
    from classifier.training.corpus import load
    from classifier.training.corrections import from_letters

    force = load_force(force_file)
    given = from_letters(load(files))
    if not (casebook or force.casebook):
        if not files:
            raise UsageError("corrections from where? Name --casebook, --corrections, or a force file with a casebook")
        found = _retrain(given, force, corpus, out, again=again)
    else:
        with open_existing(casebook, force) as book:
            found = _with_casebook(book, given, force, corpus, out, again=again)
    if wants_json(as_json):
        put_json(found)
    else:
        _show(found)


def _with_casebook(
    book: Casebook, given: list[Correction], force: Force, corpus: Path | None, out: Path | None, *, again: bool
) -> Retrained:
    """Retrain with what the casebook holds, and note there which letters the model learnt from.

    Where a letter was forgotten that the model in use had learnt from, it is trained whether or not anything else is
    new, and that stays due until another model is in use.
    """
    from classifier.training.corrections import from_casebook
    from classifier.training.retrain import utc_now

    with book.training(writing=False) as training:
        wanted = training.wanted()
    for one in wanted:
        click.echo(f"asked for on {one.at[:10]}: {one.why}", err=True)
    found = _retrain([*from_casebook(book), *given], force, corpus, out, again=again or bool(wanted))
    with book.training() as training:
        if found.outcome != "unchanged":
            training.note(found.version, found.learnt)
        if wanted and found.outcome == "promoted":
            training.done(utc_now(), wanted[-1].number)
    if wanted and found.outcome != "promoted":
        click.echo(
            "the model in use still holds what it learnt from a letter that was forgotten; "
            f"'foi-triage models promote {found.version}' puts the new one in its place",
            err=True,
        )
    return found


def _retrain(
    corrections: list[Correction], force: Force, corpus: Path | None, out: Path | None, *, again: bool
) -> Retrained:
    from classifier.model.encoder import Encoder
    from classifier.model.promotion import checked
    from classifier.model.vectors import KeptVectors
    from classifier.resources import ENCODER, cache_folder, data_file, model_folder, store_folder
    from classifier.training.corpus import corpus_files, load
    from classifier.training.corrections import merged
    from classifier.training.odds import load_odds
    from classifier.training.retrain import Work, retrain
    from classifier.training.terms import load_terms

    encoder = Encoder(data_file(ENCODER), threads=2)
    current = checked(model_folder(), encoder.version)
    folder = corpus or data_file("corpora")
    letters = load(corpus_files(folder))
    with KeptVectors(encoder, cache_folder()) as vectors:
        work = Work(
            letters, merged(corrections), current, vectors, store_folder(), cache_folder(),
            datetime.now(ZoneInfo("Europe/London")).date(), out, force, again=again,
            terms=load_terms(folder),
            odds=load_odds(folder),
        )  # fmt: skip
        return retrain(work, say=lambda line: click.echo(line, err=True))


def _show(found: Retrained) -> None:
    if found.outcome == "unchanged":
        click.echo(f"nothing has changed since the model {found.version} was made")
        for reason in found.reasons:
            click.echo(f"  {reason}")
    else:
        click.echo(f"learnt from {found.questions:,} corrected questions; {found.held_back:,} held back for comparison")
    if found.compared:
        rows = [
            (c.name, f"{c.now:.3f} ({c.low:.3f} to {c.high:.3f})", f"{c.candidate:.3f}{' worse' if c.worse else ''}")
            for c in found.compared
        ]
        put_table(("on letters that neither model learnt from", "in use (95 %)", "candidate"), rows)
    for note in found.notes:
        click.echo(note)
    _list(
        "people do not agree",
        [
            f"{_place(c.letter, c.item)} {c.field}: {', '.join(c.chosen) or 'none'} holds; {'; '.join(c.against)}"
            for c in found.conflicts
        ],
    )
    _list(
        "to look at again: labels that the other corrections speak against",
        [
            f"{_place(d.letter, d.item)} {d.field}: {d.label} {'was given' if d.given else 'was left out'} "
            f"(the model says {d.score:.2f})"
            for d in found.doubts
        ],
    )
    if found.outcome == "promoted":
        click.echo(f"model {found.version} is in use now; 'foi-triage models rollback' goes back to {found.before}")
    elif found.outcome == "kept":
        click.echo(f"model {found.version} was not promoted, and is kept in {found.folder}:")
        for reason in found.reasons:
            click.echo(f"  {reason}")
        click.echo(f"the model in use is still {found.before}")
    elif found.outcome == "written":
        click.echo(f"model {found.version} written to {found.folder}; the model in use is still {found.before}")
        for reason in found.reasons:
            click.echo(f"  worse: {reason}")


def _list(title: str, lines: list[str]) -> None:
    if not lines:
        return
    click.echo(f"{title} ({len(lines)}):")
    for line in lines[:_SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > _SHOWN:
        click.echo(f"  and {len(lines) - _SHOWN} more; --json lists all")


def _place(letter: str, item: str) -> str:
    return f"{letter[:12]} {item}".strip()
