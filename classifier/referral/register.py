"""The referral register: typed loading, levels on a day, a force's overlay, what changed between two days.

The register (`register.toml`) is ours and dated; a force's own confirmations, changed levels and extra rules live in
its overlay file and are merged here without touching ours. No rule of ours is confirmed until a force confirms it.
"""

from __future__ import annotations

import tomllib
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import msgspec

from classifier.errors import RegisterError
from classifier.records import Level, Value
from classifier.referral.patterns import Lexicon, Pattern

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Condition = Literal["below_force_geography"]
_SHIPPED = "register.toml"
_T = TypeVar("_T")


class Period(Value, frozen=True, forbid_unknown_fields=True):
    """A level and the days, both inclusive, on which it holds; no day means open on that side."""

    level: Level
    start: date | None = msgspec.field(name="from", default=None)
    end: date | None = msgspec.field(name="to", default=None)

    def holds(self, day: date) -> bool:
        """Whether `day` lies within the period."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


class Rule(Value, frozen=True, forbid_unknown_fields=True):
    """One subject of the register.

    `where` is "question" (the words of one item raise it) or "letter" (anything the writer says of the letter as a
    whole). `includes` names rules whose patterns count for this one too. `caveat` is text for the answer, `note` is for
    the officer. The phrases are the rule's tests (`check.check_register`).
    """

    id: str
    subject: str
    trigger: str
    levels: tuple[Period, ...]
    evidence: Literal["documented", "proposal"] = "proposal"
    basis: str = ""
    source: str = ""
    confidence: str = ""
    note: str = ""
    caveat: str = ""
    where: Literal["question", "letter"] = "question"
    conditions: tuple[Condition, ...] = ()
    includes: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    must_fire: tuple[str, ...] = ()
    must_not_fire: tuple[str, ...] = ()


class Confirmation(Value, frozen=True, forbid_unknown_fields=True):
    """A force's sign-off of one rule: who, on which day, and the date of the list it was checked against."""

    rule: str
    by: str
    on: date
    list_date: date

    def __str__(self) -> str:
        return f"{self.by}, {self.on.isoformat()}, against the list of {self.list_date.isoformat()}"


class LevelChange(Value, frozen=True, forbid_unknown_fields=True):
    """A force's own change: from `start` on, `rule` has `level`; `source` says who announced it."""

    rule: str
    level: Level
    start: date = msgspec.field(name="from")
    source: str = ""


class Overlay(Value, frozen=True, forbid_unknown_fields=True):
    """What is a force's own: its confirmations, changed levels, extra or replaced rules and word sets."""

    confirmed: tuple[Confirmation, ...] = ()
    change: tuple[LevelChange, ...] = ()
    rule: tuple[Rule, ...] = ()
    words: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class RuleOnDay(Value, frozen=True):
    """One line of `register show`."""

    rule: str
    subject: str
    level: Level | None
    evidence: Literal["documented", "proposal"]
    confirmed: str | None
    effective_from: date | None
    effective_to: date | None
    caveat: str


class RuleChange(Value, frozen=True):
    """One line of `register diff`: None stands for "not in force"."""

    rule: str
    subject: str
    before: Level | None
    after: Level | None
    since: date | None


class Register:
    """The rules with a force's overlay merged in, and their compiled patterns.

    `version` names the shipped register's own version, with "+" and the overlay's file name where there is one.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        words: Mapping[str, Sequence[str]],
        version: str,
        where: str,
        confirmed: Sequence[Confirmation] = (),
    ) -> None:
        self.rules: dict[str, Rule] = {r.id: r for r in rules}
        self.version = version
        self.confirmed: dict[str, Confirmation] = {c.rule: c for c in confirmed}
        self.lexicon = Lexicon(words, where)
        self.patterns: dict[str, tuple[Pattern, ...]] = {}
        own: dict[str, tuple[Pattern, ...]] = {r.id: self._compile(r, where) for r in rules}
        for rule in rules:
            for other in rule.includes:
                if other not in own:
                    raise RegisterError(f"{where}: rule {rule.id}: includes: there is no rule {other!r}")
            self.patterns[rule.id] = own[rule.id] + tuple(p for other in rule.includes for p in own[other])
        # What the matcher looks up by the word sets that a text has: patterns under the one that says most.
        self.anchored: dict[int, list[tuple[str, Pattern]]] = {}
        for rule in rules:
            if rule.where == "question":
                for p in self.patterns[rule.id]:
                    anchor = min(p.needs, key=self.lexicon.commonness)
                    self.anchored.setdefault(anchor, []).append((rule.id, p))

    def _compile(self, rule: Rule, where: str) -> tuple[Pattern, ...]:
        compiled: list[Pattern] = []
        for number, source in enumerate(rule.patterns, 1):
            try:
                compiled.append(self.lexicon.compile(source))
            except (ValueError, RegisterError) as e:
                raise RegisterError(f"{where}: rule {rule.id}: patterns[{number}] ({source!r}): {e}") from e
        return tuple(compiled)


def period(rule: Rule, day: date) -> Period | None:
    """The period of `rule` that holds on `day`, or None where it is not in force; a later entry wins."""
    found = [p for p in rule.levels if p.holds(day)]
    return found[-1] if found else None


def levels(rule: Rule, day: date) -> Level | None:
    """The level of `rule` on `day`, or None where it is not in force."""
    found = period(rule, day)
    return found.level if found else None


def load_register(path: Path | None = None, overlay: Path | None = None) -> Register:
    """The shipped register (or the one at `path`), with a force's `overlay` merged where given.

    Raises RegisterError, naming file, rule and key, where a file is missing, not TOML or not valid.
    """
    where = _SHIPPED if path is None else str(path)
    raw = _shipped() if path is None else _read_toml(path)
    known = {"version", "words", "rule"}
    if unknown := raw.keys() - known:
        raise RegisterError(f"{where}: unknown key {sorted(unknown)[0]!r}; known are {', '.join(sorted(known))}")
    rules = _rules(raw.get("rule", []), where)
    if not rules:
        raise RegisterError(f"{where}: holds no [[rule]]")
    words = _convert(raw.get("words", {}), dict[str, tuple[str, ...]], where, "words")
    version = str(raw.get("version", "unversioned"))
    if overlay is None:
        return Register(rules, words, version, where)
    own = read_overlay(overlay)
    merged = {r.id: r for r in rules} | {r.id: r for r in own.rule}
    for entry in (*own.confirmed, *own.change):
        if entry.rule not in merged:
            raise RegisterError(f"{overlay}: there is no rule {entry.rule!r} to confirm or change")
    for change in sorted(own.change, key=lambda c: c.start):
        merged[change.rule] = _changed(merged[change.rule], change)
    return Register(
        list(merged.values()),
        words | own.words,
        f"{version}+{overlay.name}",
        f"{where} + {overlay.name}",
        own.confirmed,
    )


def shipped_rules() -> tuple[Rule, ...]:
    """The rules of the shipped register, in its order, for lists of their names: no pattern is compiled for them, which
    is most of what loading a register takes."""
    return tuple(_rules(_shipped().get("rule", []), _SHIPPED))


def _shipped() -> dict[str, Any]:
    return _parse(resources.files("classifier.referral").joinpath(_SHIPPED).read_bytes(), _SHIPPED)


def _changed(rule: Rule, change: LevelChange) -> Rule:
    """`rule` with a new level from a day on: what held before ends the day before."""
    kept: list[Period] = []
    for p in rule.levels:
        if p.start is not None and p.start >= change.start:
            continue
        if p.end is None or p.end >= change.start:
            p = msgspec.structs.replace(p, end=date.fromordinal(change.start.toordinal() - 1))
        kept.append(p)
    return msgspec.structs.replace(rule, levels=(*kept, Period(level=change.level, start=change.start)))


def read_overlay(path: Path) -> Overlay:
    """A force's overlay file (TOML, UTF-8). Raises RegisterError naming the file, the entry and the key."""
    raw = _read_toml(path)
    rules = _rules(raw.pop("rule", []), str(path))
    return msgspec.structs.replace(_convert(raw, Overlay, str(path), ""), rule=tuple(rules))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        # Going on without it would drop a force's confirmations for a misspelt name.
        raise RegisterError(
            f"{path}: there is no such file. Check its name; a force's own overlay is made by 'register confirm'."
        ) from None
    except OSError as e:
        raise RegisterError(f"{path}: cannot be read: {e.strerror or e}") from e
    return _parse(data, str(path))


def _parse(data: bytes, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise RegisterError(f"{where}: not valid TOML in UTF-8: {e}") from e


def _rules(raw: object, where: str) -> list[Rule]:
    if not isinstance(raw, list):
        raise RegisterError(f"{where}: rule: must be a list of [[rule]] tables")
    rules: list[Rule] = []
    for number, item in enumerate(cast("list[object]", raw), 1):
        name = str(cast("dict[str, object]", item).get("id", f"number {number}")) if isinstance(item, dict) else ""
        rule = _convert(item, Rule, where, f"rule {name}")
        if any(rule.id == r.id for r in rules):
            raise RegisterError(f"{where}: rule {rule.id}: id: given twice")
        _check_periods(rule, where)
        rules.append(rule)
    return rules


def _check_periods(rule: Rule, where: str) -> None:
    if not rule.levels:
        raise RegisterError(f"{where}: rule {rule.id}: levels: at least one is needed")
    end: date | None = date.min
    for number, p in enumerate(rule.levels, 1):
        start = p.start or date.min
        if p.end is not None and p.end < start:
            raise RegisterError(f"{where}: rule {rule.id}: levels[{number}]: 'to' lies before 'from'")
        if number > 1 and (end is None or start <= end):
            raise RegisterError(f"{where}: rule {rule.id}: levels[{number}]: begins before the one above it has ended")
        end = p.end


def _convert(raw: object, kind: type[_T], where: str, what: str) -> _T:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as e:
        message, _, key = str(e).partition(" - at ")
        at = key.strip("`").removeprefix("$").removeprefix(".")
        place = ": ".join(p for p in (where, what, at) if p)
        raise RegisterError(f"{place}: {message}") from e


def show(register: Register, day: date) -> tuple[RuleOnDay, ...]:
    """Every rule as it stands on `day`, in the register's order."""
    out: list[RuleOnDay] = []
    for rule in register.rules.values():
        now = period(rule, day)
        sign_off = register.confirmed.get(rule.id)
        out.append(
            RuleOnDay(
                rule=rule.id,
                subject=rule.subject,
                level=now.level if now else None,
                evidence=rule.evidence,
                confirmed=str(sign_off) if sign_off else None,
                effective_from=now.start if now else None,
                effective_to=now.end if now else None,
                caveat=rule.caveat,
            )
        )
    return tuple(out)


def diff(register: Register, day_a: date, day_b: date) -> tuple[RuleChange, ...]:
    """The rules whose level on `day_b` is not that of `day_a`; `since` is the first day of the later level."""
    out: list[RuleChange] = []
    for rule in register.rules.values():
        before, after = levels(rule, day_a), levels(rule, day_b)
        if before != after:
            now = period(rule, max(day_a, day_b))
            out.append(
                RuleChange(
                    rule=rule.id, subject=rule.subject, before=before, after=after, since=now.start if now else None
                )
            )
    return tuple(out)
