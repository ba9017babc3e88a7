"""`foi-triage review`: the pages on which people check what the program proposes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from classifier.commands.values import PATH
from classifier.errors import ExtraMissing, UsageError

if TYPE_CHECKING:
    from classifier.casebook import Casebook

NEEDED = ("argon2", "jinja2", "starlette", "uvicorn")


@click.command()
@click.option("--casebook", default="", help="The casebook: a file, a folder of results, or a database address.")
@click.option("--force", "force_file", type=PATH, help="The force file (TOML).")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve on; by default this machine's.")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--users", type=PATH, help="File of people who may sign in (see --add-user).")
@click.option("--add-user", metavar="NAME", help="Add a person to the --users file, or change a password, and end.")
@click.option("--trust-header", default="", metavar="HEADER", help="A reverse proxy's header that names the person.")
@click.option("--proxy", "proxies", multiple=True, metavar="ADDRESS", help="Where that proxy is; by default here.")
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME", help="Name under which browsers reach it.")
@click.option("--certificate", type=PATH, help="TLS certificate (PEM), with --key.")
@click.option("--key", type=PATH, help="The certificate's private key (PEM).")
@click.option("--who", default="", help="Name kept with decisions where nobody signs in; by default your account's.")
@click.option("--open", "open_browser", is_flag=True, help="Open the browser too.")
def review(
    casebook: str, force_file: Path | None, host: str, port: int, users: Path | None, add_user: str | None,
    trust_header: str, proxies: tuple[str, ...], hosts: tuple[str, ...], certificate: Path | None, key: Path | None,
    who: str, open_browser: bool,
) -> None:  # fmt: skip
    """Check and correct in the browser what runs proposed.

    Serves the pages on this machine alone, until Control and C. On another --host people have to sign in: with --users,
    or through a reverse proxy named with --trust-header.
    """
    _need_packages()
    if add_user is not None:
        _add_user(users, add_user)
        return
    from classifier.casebook import Casebook
    from classifier.force import load_force
    from classifier.review.settings import Settings, check

    force = load_force(force_file)
    given = {"proxies": proxies} if proxies else {}
    settings = check(
        Settings(
            host=host, port=port, users=users, header=trust_header, hosts=hosts, certificate=certificate, key=key,
            who=" ".join(who.split()), **given,
        )
    )  # fmt: skip
    with Casebook.open(_address(casebook or force.casebook)) as book:
        from classifier.review.app import create_app
        from classifier.review.serve import address, listen, serve

        app = create_app(book, settings, force)
        listener = listen(settings)
        where = address(settings, listener)
        _list_letters(book)

        def ready() -> None:
            click.echo(f"{book.count()} letters. Open {where} in your browser; Control and C stops the pages.")
            if settings.door != "open" and not settings.secure:
                click.echo(
                    "Without --certificate and --key passwords and letters cross the network unencrypted, "
                    "unless a proxy in front encrypts them.",
                    err=True,
                )
            if open_browser:
                click.launch(where)

        serve(app, settings, listener, ready=ready)


def _need_packages() -> None:
    from importlib.util import find_spec

    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise ExtraMissing(f"the review pages need {', '.join(missing)}: pip install 'foi-triage[review]'")


def _add_user(users: Path | None, name: str) -> None:
    from classifier.review.people import add_user, read_users

    if users is None:
        raise UsageError("--add-user needs --users FILE, the file to write the person to.")
    if users.exists():
        read_users(users)
    if sys.stdin.isatty():
        password = click.prompt(f"Password for {name}", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    known = add_user(users, name, password)
    click.echo(f"{name}: {'password changed' if known else 'added'} in {users}")


def _address(given: str) -> str:
    """The casebook that is meant: that of a folder of results, too. A file that is not there is refused, not made."""
    if not given:
        raise UsageError("say which casebook: --casebook FILE, or --casebook RESULTS, the folder that a run wrote.")
    if "://" in given:
        return given
    path = Path(given)
    if path.is_dir():
        path /= "casebook.sqlite"
    if not path.is_file():
        raise UsageError(f"{path}: there is no casebook. A run writes one into its folder of results.")
    return str(path)


def _list_letters(book: Casebook) -> None:
    """Bring the list up to date before the first page is asked for: a large casebook takes a while the first time."""
    from datetime import datetime

    from classifier.screen import progress_bar
    from classifier.sheets.rows import LONDON

    today = datetime.now(LONDON).date()
    with progress_bar() as tick:
        done, batch = 0, 1
        while batch:
            with book.worklist(today, writing=True) as worklist:
                batch = worklist.refresh()
            done += batch
            if batch:
                tick(done)
