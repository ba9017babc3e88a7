"""`foi-triage evaluate`: how well the program does, with intervals, beside baselines."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from classifier.commands.values import PATH, put_json, put_table, wants_json

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("gold", required=False, type=PATH)
@click.option("--corpus", type=PATH, help="The corpora folder; by default the one of this checkout.")
@click.option("--force", "force_file", type=PATH, help="The force file, for letters of your own.")
@click.option("--json", "as_json", is_flag=True, help="JSON even on a terminal.")
def evaluate(gold: Path | None, corpus: Path | None, force_file: Path | None, as_json: bool) -> None:
    """Measure accuracy on GOLD, a file of labelled letters, or else on voices held out of training.

    GOLD is JSON Lines in the form of 'foi-triage schema'; what a letter leaves out is not measured. Without it the
    model is trained anew without the voices that judge, on the corpora, which takes minutes.
    """
    from classifier.training.corpus import corpus_files, load

    if gold is not None:
        from classifier.force import load_force
        from classifier.training.gold import on_gold

        today = datetime.now(ZoneInfo("Europe/London")).date()
        figures = list(on_gold(load([gold]), today, load_force(force_file)))
    else:
        from classifier.model.encoder import Encoder
        from classifier.model.vectors import KeptVectors
        from classifier.resources import ENCODER, cache_folder, data_file
        from classifier.training.evaluate import on_held_out_voices
        from classifier.training.odds import load_odds
        from classifier.training.terms import load_terms

        folder = corpus or data_file("corpora")
        letters = load(corpus_files(folder))
        click.echo(f"training on {len(letters)} letters without the voices that judge …", err=True)
        with KeptVectors(Encoder(data_file(ENCODER), threads=2), cache_folder()) as encoder:
            figures = list(on_held_out_voices(letters, encoder, load_terms(folder), load_odds(folder)))
    if wants_json(as_json):
        put_json([f._asdict() for f in figures])
        return
    rows = [(f.name, f"{f.value:.3f}", f"{f.low:.3f} to {f.high:.3f}", f"{f.n:,}") for f in figures]
    put_table(("figure", "value", "95 % interval", "n"), rows, whole=("value", "95 % interval", "n"))
