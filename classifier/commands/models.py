"""`foi-triage models`: what models there are, and whether they are whole."""

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
    """The models on this machine: what they are, and whether they are whole."""


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


def _folders() -> list[Path]:
    from classifier.model.shelf import find_models
    from classifier.resources import ENCODER, data_file, model_folder

    encoder = data_file(ENCODER)
    return find_models(encoder.parent, model_folder(), encoder)
