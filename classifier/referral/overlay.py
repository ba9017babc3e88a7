"""Writing to a force's overlay file: its confirmations and the register changes that a person has accepted.

Entries are appended, so that what people wrote in the file (comments too) stays; the file is replaced in one step.
"""

from __future__ import annotations

import json
import os
import tempfile
from datetime import date
from pathlib import Path

from classifier.errors import RegisterError
from classifier.referral.register import Confirmation, LevelChange, load_register, read_overlay

_HEAD = "# This force's own additions to the referral register: confirmations, changed levels, own rules.\n"


def confirm(overlay_path: Path, rule_id: str, who: str, list_date: date, on: date | None = None) -> Confirmation:
    """Record that `who` checked `rule_id` against the force's own list of `list_date`; `on` is today unless given.

    The newest confirmation of a rule is the one shown. Raises RegisterError where the rule is unknown, `who` is empty
    or the list is dated after the confirmation.
    """
    day = on or _today()
    if not who.strip():
        raise RegisterError("a confirmation needs the name of the person who gives it")
    if list_date > day:
        raise RegisterError(f"the list's date {list_date.isoformat()} lies after the confirmation, {day.isoformat()}")
    _known(overlay_path, rule_id)
    entry = Confirmation(rule=rule_id, by=who.strip(), on=day, list_date=list_date)
    _append(
        overlay_path,
        "confirmed",
        {"rule": entry.rule, "by": entry.by, "on": entry.on, "list_date": entry.list_date},
    )
    return entry


def accept_change(overlay_path: Path, change: LevelChange) -> LevelChange:
    """Record a changed level that a person has accepted, such as one a circulation announced.

    Raises RegisterError where the rule is unknown or the file would no longer be valid.
    """
    _known(overlay_path, change.rule)
    _append(
        overlay_path,
        "change",
        {"rule": change.rule, "level": change.level, "from": change.start, "source": change.source},
    )
    return change


def _today() -> date:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("Europe/London")).date()


def _known(overlay_path: Path, rule_id: str) -> None:
    register = load_register(overlay=overlay_path if overlay_path.exists() else None)
    if rule_id not in register.rules:
        near = ", ".join(r for r in register.rules if r.split("-")[0] == rule_id.split("-")[0].upper())
        raise RegisterError(f"there is no rule {rule_id!r}" + (f"; near it are {near}" if near else ""))


def _append(path: Path, table: str, fields: dict[str, str | date]) -> None:
    before = path.read_text(encoding="utf-8-sig") if path.exists() else _HEAD
    lines = [
        f"{key} = {value.isoformat() if isinstance(value, date) else _toml_string(value)}"
        for key, value in fields.items()
    ]
    text = before.rstrip("\n") + f"\n\n[[{table}]]\n" + "\n".join(lines) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as f:
            f.write(text)
        read_overlay(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _toml_string(value: str) -> str:
    # A JSON string without non-ASCII escapes is a TOML basic string, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
