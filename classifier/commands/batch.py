"""The unattended run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from classifier.commands.values import PATH

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("config", type=PATH)
@click.option("--check", is_flag=True, help="Only check the configuration.")
def batch(config: Path, check: bool) -> None:
    """Read what is new since the last run, unattended.

    CONFIG is a TOML file that names folders, mailboxes and Outlook data files, and where results go. Made for a timer:
    one run at a time, each letter once, a digest for the morning.
    """
    from classifier.batch.config import load_batch
    from classifier.batch.job import run_batch
    from classifier.errors import SourceFailed
    from classifier.screen import say_night

    settings = load_batch(config)
    if check:
        click.echo(f"{config}: whole. {len(settings.inputs)} inputs, {len(settings.imap)} mailboxes.")
        return
    done = run_batch(settings)
    say_night(done, settings.folder)
    if done.failures:
        raise SourceFailed("; ".join(f"{f.source}: {f.detail}" for f in done.failures))
