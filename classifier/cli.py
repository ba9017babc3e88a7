"""The commands: a few lines each that call a room, imported when its command needs it, so that `--help` is quick."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

import click

from classifier import __version__
from classifier.commands.batch import batch
from classifier.commands.corrections import corrections, forget
from classifier.commands.evaluate import evaluate
from classifier.commands.models import models
from classifier.commands.outcomes import learn_outcomes
from classifier.commands.register import register
from classifier.commands.retrain import retrain
from classifier.commands.review import review
from classifier.commands.values import PATH, Day, put_json, wants_json
from classifier.errors import FoiTriageError, Stopped, UsageError

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="foi-triage")
def app() -> None:
    """First read of a police force's Freedom of Information inbox.

    Splits each letter into its questions, tags topics and likely exemptions, flags subjects for the Central Referral
    Unit, sets deadlines, and writes a sheet and a page for people to check.
    """


@app.command("run")
@click.argument("exports", nargs=-1, required=True, type=PATH)
@click.option("--out", required=True, type=PATH, help="Folder for the results; made where it isn't there.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that read.")
@click.option("--dask", default="", metavar="ADDRESS", help="Read on this Dask cluster (extra [dask]).")
@click.option("--received", type=Day(), help="Day of receipt for letters that carry none (YYYY-MM-DD).")
@click.option("--force", "force_file", type=PATH, help="The force file (TOML).")
@click.option("--casebook", default="", help="Database address; by default casebook.sqlite in the results' folder.")
@click.option("--log", type=PATH, help="Folder of published responses, to find questions answered before.")
@click.option("--replace", "existing", flag_value="replace", help="Write over earlier results.")
@click.option("--resume", "existing", flag_value="resume", help="Go on with a run that was stopped.")
@click.option("--strict", is_flag=True, help="Exit with 1 where some letter needs a person.")
def run_command(
    exports: tuple[Path, ...], out: Path, workers: int, dask: str, received: date | None, force_file: Path | None,
    casebook: str, log: Path | None, existing: Literal["replace", "resume"] | None, strict: bool,
) -> None:  # fmt: skip
    """Read an inbox export and write the triage sheets.

    EXPORT is a folder, mbox, Maildir, zip, or a single .eml, .msg, .pdf, .docx, .txt or .html file; several may be
    given.
    """
    from classifier.force import load_force
    from classifier.run import Options, run
    from classifier.screen import progress_bar, say_summary

    options = Options(
        exports, out, load_force(force_file), received, workers, casebook, log, existing or "refuse", dask=dask
    )  # fmt: skip
    with progress_bar() as tick:
        summary = run(options, progress=tick)
    say_summary(summary, out)
    if strict and summary.needs_person:
        sys.exit(1)


@app.command()
@click.argument("file", type=PATH)
@click.option("--json", "as_json", is_flag=True, help="JSON even on a terminal.")
@click.option("--received", type=Day(), help="Day of receipt where the letter carries none.")
@click.option("--force", "force_file", type=PATH, help="The force file (TOML).")
def classify(file: Path, as_json: bool, received: date | None, force_file: Path | None) -> None:
    """Read one letter (a file, or - for standard input) and show what the program makes of it.

    JSON when piped: an object, or an array where the file holds several messages.
    """
    from classifier.force import load_force
    from classifier.one import classify_file
    from classifier.screen import show_record

    records = classify_file(file, load_force(force_file), received)
    if wants_json(as_json):
        put_json(records[0] if len(records) == 1 else records)
    else:
        for record in records:
            show_record(record)


@app.command()
def schema() -> None:
    """Print the JSON Schemas of a record and of a labelled letter, generated from the types."""
    import json

    import msgspec

    from classifier.records import LabelledLetter, TriageRecord

    schemas, parts = msgspec.json.schema_components([TriageRecord, LabelledLetter], ref_template="#/$defs/{name}")
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "foi-triage",
        "oneOf": schemas,
        "$defs": parts,
    }
    click.echo(json.dumps(whole, indent=1))


@app.command()
@click.option("--corpus", type=PATH, help="The corpora folder; by default the one of this checkout.")
@click.option("--out", type=PATH, help="Folder for the model; by default models/current.")
def train(corpus: Path | None, out: Path | None) -> None:
    """Train a model on the labelled letters."""
    from classifier.model.encoder import Encoder
    from classifier.model.vectors import KeptVectors
    from classifier.resources import CURRENT, ENCODER, cache_folder, data_file
    from classifier.training.build import train as build
    from classifier.training.corpus import corpus_files, load
    from classifier.training.odds import load_odds
    from classifier.training.terms import load_terms

    folder = corpus or data_file("corpora")
    letters, terms = load(corpus_files(folder)), load_terms(folder)
    with KeptVectors(Encoder(data_file(ENCODER), threads=2), cache_folder()) as encoder:
        model = build(letters, out or data_file(CURRENT), encoder, terms=terms, odds=load_odds(folder), say=click.echo)
    click.echo(f"model {model.version} written to {model.folder}")


for _command in (batch, register, models, evaluate, retrain, corrections, forget, review, learn_outcomes):
    app.add_command(_command)


def main() -> None:
    """The console script: errors of this program become one line and an exit code, never a traceback."""
    try:
        app(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(3)
    except click.ClickException as e:
        e.show()
        sys.exit(2)
    except click.exceptions.Exit as e:
        sys.exit(e.exit_code)
    except Stopped as e:
        click.echo(f"foi-triage: {e}", err=True)
        sys.exit(3)
    except UsageError as e:
        click.echo(f"foi-triage: {e}", err=True)
        sys.exit(2)
    except FoiTriageError as e:
        click.echo(f"foi-triage: {e} [{e.code}]", err=True)
        sys.exit(3)


if __name__ == "__main__":
    main()
