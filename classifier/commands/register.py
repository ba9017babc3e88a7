"""`foi-triage register`: the referral register on a day, its phrases, its history, a force's own sign-off."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from classifier.commands.values import PATH, Day, put_json, put_table, wants_json
from classifier.errors import UsageError

if TYPE_CHECKING:
    from classifier.referral.register import Register

_FORCE = click.option("--force", "force_file", type=PATH, help="The force file, for what is your own.")
_OWN_FORCE = click.option("--force", "force_file", type=PATH, required=True, help="The force file.")
_JSON = click.option("--json", "as_json", is_flag=True, help="JSON even on a terminal.")
_WHO = click.option("--who", required=True, help="The person who decides this, by name.")


@click.group()
def register() -> None:
    """The subjects that go to the Central Referral Unit, by date."""


@register.command()
@click.option("--on", "day", type=Day(), help="The day (YYYY-MM-DD); by default today.")
@_FORCE
@_JSON
def show(day: date | None, force_file: Path | None, as_json: bool) -> None:
    """Show every rule as it stands on a day."""
    from classifier.referral.register import show as rules_on

    rules = rules_on(_load(force_file), day or datetime.now(ZoneInfo("Europe/London")).date())
    if wants_json(as_json):
        put_json(rules)
        return
    rows = [
        (r.rule, r.level or "not in force", r.effective_from, r.subject, r.evidence, r.confirmed or "no") for r in rules
    ]
    put_table(("rule", "level", "since", "subject", "rests on", "confirmed"), rows, whole=("rule", "since", "rests on"))


@register.command()
@_FORCE
@_JSON
def check(force_file: Path | None, as_json: bool) -> None:
    """Run the phrases of every rule: those that must raise it, and those that must not.

    Exits with 1 where one fails.
    """
    from classifier.referral.check import check_register

    report = check_register(_load(force_file))
    if wants_json(as_json):
        put_json(report)
    else:
        if report.failures:
            rows = [(f.rule, f.expected, f.phrase, ", ".join(f.raised)) for f in report.failures]
            put_table(("rule", "should be", "phrase", "it raised"), rows, whole=("rule",))
        click.echo(f"register {report.version}: {report.phrases} phrases, {len(report.failures)} fail")
    if report.failures:
        sys.exit(1)


@register.command()
@click.argument("first", metavar="A", type=Day())
@click.argument("second", metavar="B", type=Day())
@_FORCE
@_JSON
def diff(first: date, second: date, force_file: Path | None, as_json: bool) -> None:
    """Show the rules whose level differs between two days, A and B."""
    from classifier.referral.register import diff as changed

    changes = changed(_load(force_file), first, second)
    if wants_json(as_json):
        put_json(changes)
    elif changes:
        rows = [(c.rule, c.before or "not in force", c.after or "not in force", c.since, c.subject) for c in changes]
        put_table(("rule", str(first), str(second), "since", "subject"), rows, whole=("rule", "since"))
    else:
        click.echo(f"no rule changed between {first} and {second}")


@register.command()
@click.argument("rule")
@_WHO
@click.option("--list-date", type=Day(), required=True, help="Date of the list that the rule was checked against.")
@_OWN_FORCE
def confirm(rule: str, who: str, list_date: date, force_file: Path) -> None:
    """Record that your force has checked RULE against its own list.

    It is written to the file that the force file names as register_overlay, never to the register itself.
    """
    from classifier.referral.overlay import confirm as sign

    overlay = _overlay(force_file)
    entry = sign(overlay, rule, who, list_date)
    click.echo(f"{entry.rule} confirmed by {entry}\nwritten to {overlay}")


@register.command()
@click.argument("results", metavar="DIR", type=PATH)
@click.argument("number", type=click.IntRange(min=1))
@_WHO
@click.option("--rule", help="The rule that changes, where the circulation does not say so.")
@click.option("--from", "start", type=Day(), help="The day on which it changes; by default that of the circulation.")
@_OWN_FORCE
def accept(results: Path, number: int, who: str, rule: str | None, start: date | None, force_file: Path) -> None:
    """Accept a change that a circulation announces: proposal NUMBER of the run whose results are in DIR.

    It is written to the file that the force file names as register_overlay, never to the register itself.
    """
    from classifier.referral.circulars import read_proposals
    from classifier.referral.overlay import accept_change

    overlay = _overlay(force_file)
    proposals = read_proposals(results)
    if number > len(proposals):
        raise UsageError(f"{results}: the run has {len(proposals)} proposals, so there is no number {number}")
    change = accept_change(overlay, proposals[number - 1].change(who, rule=rule, start=start))
    click.echo(f"{change.rule} is {change.level} from {change.start}\n{change.source}\nwritten to {overlay}")


def _load(force_file: Path | None) -> Register:
    from classifier.force import load_force
    from classifier.referral.register import load_register

    overlay = load_force(force_file).register_overlay
    return load_register(overlay=Path(overlay) if overlay else None)


def _overlay(force_file: Path) -> Path:
    from classifier.force import load_force

    overlay = load_force(force_file).register_overlay
    if not overlay:
        raise UsageError(
            f"{force_file}: names no file for your own confirmations and changes. Add a line such as "
            'register_overlay = "register-own.toml"; the file is made when it is first written to.'
        )
    return Path(overlay)
