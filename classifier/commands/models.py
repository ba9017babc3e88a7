"""`foi-triage models`: what models there are, whether they are whole, and which one is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from classifier.commands.values import put_json, put_table, wants_json
from classifier.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

_JSON = click.option("--json", "as_json", is_flag=True, help="JSON even on a terminal.")


@click.group()
def models() -> None:
    """The models on this machine: what they are, whether they are whole, and which one is in use."""


@models.command("list")
@_JSON
def list_command(as_json: bool) -> None:
    """List the models with their version, what they were trained on and how well they do."""
    from classifier.model.shelf import list_models
    from classifier.resources import ENCODER, data_file, model_folder

    found = list_models(_folders(), [model_folder(), data_file(ENCODER)])
    if wants_json(as_json):
        put_json(found)
        return
    for model in found:
        trained = ", ".join(f"{n:,} {what}" for what, n in model.corpus.items())
        click.echo(f"{model.folder}: {model.name}, version {model.version}{', in use' if model.in_use else ''}")
        click.echo(f"  {model.bytes / 1e6:.1f} MB" + (f", trained on {trained}" if trained else ""))
        if model.made:
            click.echo(f"  made {model.made}")
        if model.figures:
            rows = [(f.name, f"{f.value:.3f}", f"{f.low:.3f} to {f.high:.3f}", f"{f.n:,}") for f in model.figures]
            put_table(("on voices held out of training", "value", "95 % interval", "n"), rows)


@models.command()
@_JSON
def verify(as_json: bool) -> None:
    """Check every file of every model against its manifest: nothing altered, cut short, missing or added.

    Exits with 2 where something is wrong.
    """
    from classifier.model.shelf import verify_models

    verdicts = verify_models(_folders())
    if wants_json(as_json):
        put_json(verdicts)
    else:
        for v in verdicts:
            click.echo(f"{v.folder}: {'wrong' if v.problem else 'whole'}")
            click.echo(
                f"  {v.problem or f'version {v.version}, {v.files} files, {v.bytes:,} bytes, every SHA-256 checked'}"
            )
    if wrong := sum(v.problem is not None for v in verdicts):
        raise ModelError(f"{wrong} of {len(verdicts)} models are not as their manifest says; do not use them")


@models.command("promote")
@click.argument("model")
def promote_command(model: str) -> None:
    """Make MODEL the one in use, after every file of it was checked.

    MODEL is a version as 'models list' prints it (its first characters will do), a folder, which is copied into the
    store, or 'shipped' for the model that came with the program. A run that is under way keeps the model it began with.
    """
    from classifier.model.promotion import promote
    from classifier.resources import CURRENT, data_file, store_folder
    from classifier.rooms import check_model

    made = promote(
        store_folder(), model, encoder=_encoder_version(), shipped=data_file(CURRENT), check=check_model
    )  # fmt: skip
    click.echo(f"model {made.version} is in use now")
    _say_environment()


@models.command("rollback")
def rollback_command() -> None:
    """Go back to the model that was in use before."""
    from classifier.model.promotion import rollback
    from classifier.resources import CURRENT, data_file, store_folder

    back = rollback(store_folder(), encoder=_encoder_version(), shipped=data_file(CURRENT))
    click.echo(f"model {back.version} is in use now")
    _say_environment()


def _encoder_version() -> str:
    from classifier.model.store import Model
    from classifier.resources import ENCODER, data_file

    return Model.open(data_file(ENCODER)).version


def _say_environment() -> None:
    """FOI_TRIAGE_MODEL names a model for whoever sets it, whatever was promoted."""
    import os

    if given := os.environ.get("FOI_TRIAGE_MODEL"):
        click.echo(f"but FOI_TRIAGE_MODEL is set here, and names {given}", err=True)


def _folders() -> list[Path]:
    from classifier.model.shelf import find_models
    from classifier.resources import CURRENT, ENCODER, data_file, model_folder, store_folder

    return find_models(store_folder(), model_folder(), data_file(CURRENT), data_file(ENCODER))
